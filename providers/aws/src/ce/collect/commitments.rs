//! What was committed to, and how much of it was used. Nothing is asked about what the bill shows that nobody has.

use std::collections::BTreeSet;

use aws_sdk_costexplorer::types::Dimension;

use crate::ce::commitment;
use crate::ce::month::{Month, Months};
use crate::ce::service_cost::ServiceCost;
use crate::classify::Problem;
use crate::scan::{GLOBAL, Scan};

use super::costs::{by, only};
use super::{RESERVABLE, region};

pub(super) const SAVINGS_PLANS: &str = "ce:GetSavingsPlansUtilizationDetails";
pub(super) const RESERVATIONS: &str = "ce:GetReservationUtilization";

/// Whether a line of the bill comes of a savings plan.
fn of_savings_plan(cost: &ServiceCost) -> bool {
    cost.record_type.starts_with("SavingsPlan")
}

/// Whether a line of the bill comes of a reservation.
fn of_reservation(cost: &ServiceCost) -> bool {
    matches!(cost.record_type.as_str(), "DiscountedUsage" | "RIFee")
}

/// Reads savings plans and reservations of the last full month.
pub(super) async fn collect(
    scan: &Scan<'_>,
    months: &Months,
    costs: &[ServiceCost],
) -> Result<(), Problem> {
    let Some(month) = months.last() else {
        return Ok(());
    };
    let billed = || costs.iter().filter(|cost| cost.months_ago == month.ago);
    if billed().any(of_savings_plan) {
        savings_plans(scan, month).await?;
    }
    let reserved: BTreeSet<&str> = billed()
        .filter(|cost| of_reservation(cost))
        .map(|cost| cost.service.as_str())
        .collect();
    for service in RESERVABLE {
        if reserved.contains(service) {
            reservations(scan, month, service).await?;
        }
    }
    Ok(())
}

async fn savings_plans(scan: &Scan<'_>, month: Month) -> Result<(), Problem> {
    let region = region(scan);
    let client = scan.clients.costexplorer(region);
    scan.caller
        .pages(
            region,
            SAVINGS_PLANS,
            |token| {
                client
                    .get_savings_plans_utilization_details()
                    .time_period(month.interval())
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for detail in page.savings_plans_utilization_details() {
                    let row = commitment::savings_plan(
                        &scan.names,
                        month.starts_at(),
                        scan.want.taken_at,
                        detail,
                    );
                    if let Some(row) = row {
                        scan.put(GLOBAL, row);
                    }
                }
                page.next_token
            },
        )
        .await
}

async fn reservations(scan: &Scan<'_>, month: Month, service: &str) -> Result<(), Problem> {
    let region = region(scan);
    let client = scan.clients.costexplorer(region);
    scan.caller
        .pages(
            region,
            RESERVATIONS,
            |token| {
                client
                    .get_reservation_utilization()
                    .time_period(month.interval())
                    .group_by(by("SUBSCRIPTION_ID"))
                    .filter(only(Dimension::Service, &[service]))
                    .set_next_page_token(token)
                    .send()
            },
            |page| {
                let groups = page
                    .utilizations_by_time()
                    .iter()
                    .flat_map(|time| time.groups());
                for group in groups {
                    let row = commitment::reservation(
                        &scan.names,
                        month.starts_at(),
                        scan.want.taken_at,
                        service,
                        group,
                    );
                    if let Some(row) = row {
                        scan.put(GLOBAL, row);
                    }
                }
                page.next_page_token
            },
        )
        .await
}
