//! `aws_elb_load_balancer_activity`: what passes through load balancers, and what moving it may cost.

use billhook_catalog::Place;

use crate::elb::load_balancer::LoadBalancer;
use crate::elb::load_balancer_activity::LoadBalancerActivity;
use crate::number::BYTES_PER_GIB;
use crate::prices::network::{inter_az_lines, internet_out_lines};
use crate::prices::{Breakdown, HOURS_PER_MONTH, PriceLookup};

use super::amount::Used;
use super::estate::Estate;
use super::measured::{Measured, Series};

/// The amounts that are explained here.
const INTERNET_COLUMN: &str = "aws_elb_load_balancer_activity.internet_out_monthly_usd";
const ZONES_COLUMN: &str = "aws_elb_load_balancer_activity.cross_zone_monthly_usd";

/// One row a load balancer.
pub(super) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<LoadBalancerActivity> {
    let balancers = estate.load_balancers.iter();
    balancers
        .map(|balancer| row(balancer, &estate.measured, prices, used))
        .collect()
}

fn row(
    balancer: &LoadBalancer,
    measured: &Measured,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> LoadBalancerActivity {
    let (id, region) = (&balancer.id.resource_id, &balancer.id.region);
    let kind = balancer.load_balancer_type.as_deref();
    let counted: &[&str] = match kind {
        Some("application") => &[
            "RequestCount",
            "HTTP_Redirect_Count",
            "HTTP_Fixed_Response_Count",
        ],
        Some("network" | "gateway") => &["NewFlowCount"],
        _ => &[],
    };
    let processed = per_hour(measured, id, &["ProcessedBytes"])
        .map(|bytes| bytes * HOURS_PER_MONTH / BYTES_PER_GIB);
    let unmeasured = || Breakdown::unknown("its traffic was not measured");
    let internet_out =
        processed.map_or_else(unmeasured, |gib| internet_out_lines(prices, region, gib));
    let cross_zone = match (processed, balancer.zone_count) {
        (_, Some(0 | 1)) => Breakdown::free("it is in one zone"),
        // Of n zones, each sends all but one part in n to the others.
        (Some(gib), Some(zones)) => {
            inter_az_lines(prices, region, gib * (zones - 1) as f64 / zones as f64)
        }
        _ => unmeasured(),
    };
    LoadBalancerActivity {
        id: Place {
            account_id: balancer.id.account_id.clone(),
            region: region.clone(),
        },
        resource_id: id.clone(),
        can_serve: match kind {
            Some("application") => Some(true),
            Some("network" | "gateway") => balancer.target_count.map(|targets| targets > 0),
            _ => None,
        },
        unit: match kind {
            Some("application") => Some("requests".to_owned()),
            Some("network" | "gateway") => Some("flows".to_owned()),
            _ => None,
        },
        served_per_day: per_hour(measured, id, counted).map(|hourly| hourly * 24.0),
        processed_gib_month: processed,
        internet_out_monthly_usd: used
            .explained(&balancer.id, INTERNET_COLUMN, &internet_out)
            .usd,
        cross_zone_monthly_usd: used.explained(&balancer.id, ZONES_COLUMN, &cross_zone).usd,
        price_basis: Some(
            (internet_out.cost() + cross_zone.cost())
                .basis_name()
                .to_owned(),
        ),
    }
}

/// The mean of an hour, all metrics together. None unless each was measured over enough of its window.
fn per_hour(measured: &Measured, resource_id: &str, metrics: &[&str]) -> Option<f64> {
    if metrics.is_empty() {
        return None;
    }
    metrics
        .iter()
        .map(|metric| {
            let series = measured.sums(resource_id, metric)?;
            let sum = series.sum.filter(|_| Series::is_covered(series))?;
            Some(sum / series.covered_hours())
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Key;

    use super::*;
    use crate::prices::PriceBook;

    fn activity(
        kind: &str,
        zones: i64,
        targets: Option<i64>,
        seen: &[(&'static str, f64, f64)],
    ) -> LoadBalancerActivity {
        let mut estate = Estate {
            load_balancers: vec![LoadBalancer {
                id: Key {
                    resource_id: "lb".to_owned(),
                    region: "us-east-1".to_owned(),
                    ..Key::default()
                },
                load_balancer_type: Some(kind.to_owned()),
                zone_count: Some(zones),
                target_count: targets,
                ..LoadBalancer::default()
            }],
            ..Estate::default()
        };
        for (metric, coverage, sum) in seen {
            let series = Series {
                metric,
                statistic: "Sum",
                period_seconds: 3600,
                window_days: 10.0,
                coverage: *coverage,
                sum: Some(*sum),
                ..Series::default()
            };
            estate.measured.add("lb", series);
        }
        rows(&estate, PriceBook::embedded(), &mut Used::default())
            .pop()
            .expect("a row")
    }

    fn near(one: Option<f64>, other: f64) -> bool {
        one.is_some_and(|one| (one - other).abs() < 1e-9)
    }

    #[test]
    fn redirects_and_fixed_responses_are_served_too() {
        let seen = [
            ("RequestCount", 1.0, 0.0),
            ("HTTP_Redirect_Count", 1.0, 5000.0),
            ("HTTP_Fixed_Response_Count", 1.0, 100.0),
        ];
        let row = activity("application", 2, Some(0), &seen);
        assert!(near(row.served_per_day, 510.0), "{row:?}");
        assert_eq!(
            (row.can_serve, row.unit.as_deref()),
            (Some(true), Some("requests"))
        );
        let unread = activity("application", 2, Some(0), &seen[..2]);
        assert_eq!(unread.served_per_day, None, "one of three is not enough");
    }

    #[test]
    fn without_a_target_no_flow_is_served() {
        for kind in ["network", "gateway"] {
            let none = activity(kind, 2, Some(0), &[]);
            assert_eq!((none.can_serve, none.served_per_day), (Some(false), None));
            assert_eq!(activity(kind, 2, None, &[]).can_serve, None);
            let served = activity(kind, 2, Some(1), &[("NewFlowCount", 0.95, 228.0)]);
            assert!(near(served.served_per_day, 24.0), "{served:?}");
        }
        let little = activity("network", 2, Some(1), &[("NewFlowCount", 0.5, 0.0)]);
        assert_eq!(little.served_per_day, None, "half of a window is no window");
    }

    #[test]
    fn traffic_is_drawn_out_to_a_month_and_priced() {
        // 240 hours of 10 GiB each: 7,300 GiB a month, of which two of three zones' parts cross.
        let seen = [("ProcessedBytes", 1.0, 2400.0 * BYTES_PER_GIB)];
        let row = activity("network", 3, Some(1), &seen);
        assert!(near(row.processed_gib_month, 7300.0), "{row:?}");
        assert!(near(row.internet_out_monthly_usd, 657.0), "{row:?}");
        let crossing = 7300.0 * 2.0 / 3.0 * 0.02;
        assert!(near(row.cross_zone_monthly_usd, crossing), "{row:?}");
        let alone = activity("network", 1, Some(1), &seen);
        assert_eq!(alone.cross_zone_monthly_usd, Some(0.0));
        let unread = activity("network", 3, Some(1), &[]);
        assert_eq!(
            (unread.processed_gib_month, unread.cross_zone_monthly_usd),
            (None, None)
        );
        assert_eq!(unread.price_basis.as_deref(), Some("unknown"));
    }
}
