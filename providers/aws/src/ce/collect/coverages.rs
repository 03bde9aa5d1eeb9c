//! How much of what could be committed is, and what stays on demand month after month.

use std::collections::BTreeMap;

use aws_sdk_costexplorer::types::{Dimension, Granularity};

use crate::ce::coverage::Coverage;
use crate::ce::money::number;
use crate::ce::month::{Month, Months};
use crate::ce::service_cost::ServiceCost;
use crate::classify::Problem;
use crate::prices::HOURS_PER_MONTH;
use crate::scan::{GLOBAL, Scan};

use super::costs::{by, only};
use super::{RESERVABLE, region};

pub(super) const SAVINGS_PLANS: &str = "ce:GetSavingsPlansCoverage";
pub(super) const RESERVATIONS: &str = "ce:GetReservationCoverage";

const HOURS_A_DAY: f64 = 24.0;

/// A part of the usage that is covered, and what is left to pay on demand.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    percent: Option<f64>,
    on_demand_usd: Option<f64>,
}

/// What is known of one service, by month (how long ago).
#[derive(Clone, Debug, Default)]
struct Known {
    savings_plans: BTreeMap<i64, Part>,
    reservations: BTreeMap<i64, Part>,
}

/// One month of a service.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Covered {
    reservation_percent: Option<f64>,
    savings_plan_percent: Option<f64>,
    covered_percent: Option<f64>,
    on_demand_usd: Option<f64>,
}

impl Known {
    /// Savings plans cover, of what reservations leave, a part of the cost. What is left on demand is told by the savings
    /// plans where the service has them: reservations count what a savings plan covers as on demand.
    fn month(&self, ago: i64) -> Option<Covered> {
        let part = |parts: &BTreeMap<i64, Part>| {
            if parts.is_empty() {
                // The service has none of the kind.
                Some(Part {
                    percent: Some(0.0),
                    on_demand_usd: None,
                })
            } else {
                parts.get(&ago).copied()
            }
        };
        let reservations = part(&self.reservations)?;
        let savings_plans = part(&self.savings_plans)?;
        let covered_percent = reservations
            .percent
            .zip(savings_plans.percent)
            .map(|(reserved, planned)| reserved + (100.0 - reserved) * planned / 100.0);
        Some(Covered {
            reservation_percent: reservations.percent,
            savings_plan_percent: savings_plans.percent,
            covered_percent,
            on_demand_usd: if self.savings_plans.is_empty() {
                reservations.on_demand_usd
            } else {
                savings_plans.on_demand_usd
            },
        })
    }

    fn row(&self, scan: &Scan<'_>, service: &str, months: &[Month]) -> Option<Coverage> {
        let last = months.last()?;
        let now = self.month(last.ago)?;
        let all: Vec<(Month, Option<Covered>)> = months
            .iter()
            .map(|month| (*month, self.month(month.ago)))
            .collect();
        let highest = all
            .iter()
            .map(|(_, covered)| covered.and_then(|covered| covered.covered_percent))
            .try_fold(0.0, |highest: f64, percent| Some(highest.max(percent?)));
        let steady = all
            .iter()
            .map(|(month, covered)| {
                let usd = covered.and_then(|covered| covered.on_demand_usd)?;
                Some(usd * HOURS_PER_MONTH / (month.days as f64 * HOURS_A_DAY))
            })
            .try_fold(f64::INFINITY, |lowest: f64, usd| Some(lowest.min(usd?)));
        let resource_id = format!(
            "arn:{}:ce::{}:coverage/{service}",
            scan.names.partition, scan.names.account
        );
        let mut id = scan.key(GLOBAL, resource_id, service);
        id.name = Some(service.to_owned());
        Some(Coverage {
            id,
            service: Some(service.to_owned()),
            month_at: last.starts_at(),
            reservation_percent: now.reservation_percent,
            savings_plan_percent: now.savings_plan_percent,
            covered_percent: now.covered_percent,
            highest_covered_percent: highest,
            on_demand_usd: now.on_demand_usd,
            steady_on_demand_usd: steady,
        })
    }
}

/// Reads the coverage of the services that something was billed for.
pub(super) async fn collect(
    scan: &Scan<'_>,
    months: &Months,
    costs: &[ServiceCost],
) -> Result<(), Problem> {
    let mut services: BTreeMap<String, Known> = BTreeMap::new();
    for month in months.full() {
        savings_plans(scan, *month, &mut services).await?;
    }
    for service in RESERVABLE {
        let is_used = costs.iter().any(|cost| {
            cost.months_ago > 0
                && cost.is_usage
                && cost.service == service
                && cost.unblended_usd != Some(0.0)
        });
        if is_used {
            let known = services.entry(service.to_owned()).or_default();
            reservations(scan, months, service, known).await?;
        }
    }
    for (service, known) in services {
        if let Some(row) = known.row(scan, &service, months.full()) {
            scan.put(GLOBAL, row);
        }
    }
    Ok(())
}

/// Savings plans by service. Grouped answers are not divided by month, so each month is asked for.
async fn savings_plans(
    scan: &Scan<'_>,
    month: Month,
    services: &mut BTreeMap<String, Known>,
) -> Result<(), Problem> {
    let region = region(scan);
    let client = scan.clients.costexplorer(region);
    scan.caller
        .pages(
            region,
            SAVINGS_PLANS,
            |token| {
                client
                    .get_savings_plans_coverage()
                    .time_period(month.interval())
                    .group_by(by("SERVICE"))
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for line in page.savings_plans_coverages() {
                    let service = line
                        .attributes()
                        .and_then(|attributes| attributes.get("SERVICE"));
                    let (Some(service), Some(data)) = (service, line.coverage()) else {
                        continue;
                    };
                    let part = Part {
                        percent: number(data.coverage_percentage()),
                        on_demand_usd: number(data.on_demand_cost()),
                    };
                    let known = services.entry(service.clone()).or_default();
                    known.savings_plans.insert(month.ago, part);
                }
                page.next_token
            },
        )
        .await
}

async fn reservations(
    scan: &Scan<'_>,
    months: &Months,
    service: &str,
    known: &mut Known,
) -> Result<(), Problem> {
    let region = region(scan);
    let client = scan.clients.costexplorer(region);
    scan.caller
        .pages(
            region,
            RESERVATIONS,
            |token| {
                client
                    .get_reservation_coverage()
                    .time_period(months.all_full())
                    .granularity(Granularity::Monthly)
                    .metrics("Hour")
                    .metrics("Cost")
                    .filter(only(Dimension::Service, &[service]))
                    .set_next_page_token(token)
                    .send()
            },
            |page| {
                for time in page.coverages_by_time() {
                    let month = time
                        .time_period()
                        .and_then(|period| months.of(period.start()));
                    let (Some(month), Some(total)) = (month, time.total()) else {
                        continue;
                    };
                    let part = Part {
                        percent: number(
                            total
                                .coverage_hours()
                                .and_then(|hours| hours.coverage_hours_percentage()),
                        ),
                        on_demand_usd: number(
                            total.coverage_cost().and_then(|cost| cost.on_demand_cost()),
                        ),
                    };
                    known.reservations.insert(month.ago, part);
                }
                page.next_page_token
            },
        )
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(parts: &[(i64, f64, f64)]) -> BTreeMap<i64, Part> {
        parts
            .iter()
            .map(|(ago, percent, usd)| {
                let part = Part {
                    percent: Some(*percent),
                    on_demand_usd: Some(*usd),
                };
                (*ago, part)
            })
            .collect()
    }

    #[test]
    fn a_savings_plan_covers_a_part_of_what_reservations_leave() {
        let known = Known {
            reservations: parts(&[(1, 80.0, 900.0)]),
            savings_plans: parts(&[(1, 50.0, 400.0)]),
        };
        let month = known.month(1).expect("a month");
        assert_eq!(month.covered_percent, Some(90.0));
        assert_eq!(
            month.on_demand_usd,
            Some(400.0),
            "as the savings plans tell it"
        );
        assert_eq!(
            known.month(2),
            None,
            "a month without an answer is not known"
        );
    }

    #[test]
    fn a_service_without_savings_plans_is_covered_by_reservations_alone() {
        let known = Known {
            reservations: parts(&[(1, 25.0, 300.0)]),
            savings_plans: BTreeMap::new(),
        };
        let month = known.month(1).expect("a month");
        assert_eq!(
            (month.covered_percent, month.on_demand_usd),
            (Some(25.0), Some(300.0))
        );
        let unknown = Known {
            reservations: BTreeMap::from([(
                1,
                Part {
                    percent: None,
                    on_demand_usd: None,
                },
            )]),
            savings_plans: parts(&[(1, 50.0, 400.0)]),
        };
        assert_eq!(unknown.month(1).unwrap().covered_percent, None);
    }
}
