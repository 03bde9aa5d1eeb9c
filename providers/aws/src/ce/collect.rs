//! Reads Cost Explorer: one request after the other, each charged, none that a selected rule does not need.

mod commitments;
pub(crate) mod costs;
mod coverages;
mod watchers;

use std::collections::BTreeMap;
use std::future::Future;

use billhook_catalog::{BASE_GROUP, GapKind, Row, Table, rows_of};

use crate::answers::{self, Kind};
use crate::ce::anomaly::{AnomalyMonitor, AnomalySubscriber};
use crate::ce::commitment::Commitment;
use crate::ce::coverage::Coverage;
use crate::ce::month::{FULL_MONTHS, Months};
use crate::ce::service_cost::ServiceCost;
use crate::ce::untagged::UntaggedCost;
use crate::ce::usage::Usage;
use crate::classify::Problem;
use crate::scan::{GLOBAL, Scan};
use crate::session::global_region;

/// `ce:GetCostAndUsage`
pub(crate) const COST_AND_USAGE: &str = "ce:GetCostAndUsage";

/// Services that reservations can be bought for and that Cost Explorer reports on, in its own words.
/// <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetReservationUtilization.html>
const RESERVABLE: [&str; 5] = [
    "Amazon Elastic Compute Cloud - Compute",
    "Amazon ElastiCache",
    "Amazon OpenSearch Service",
    "Amazon Redshift",
    "Amazon Relational Database Service",
];

/// Each table with the requests that it takes at most, as long as each answer has one page.
fn at_most() -> [(&'static Table, &'static str, u64); 9] {
    let reservable = RESERVABLE.len() as u64;
    let months = FULL_MONTHS as u64;
    [
        (ServiceCost::TABLE, COST_AND_USAGE, 1),
        (Usage::TABLE, COST_AND_USAGE, 1),
        (UntaggedCost::TABLE, COST_AND_USAGE, 1),
        (AnomalyMonitor::TABLE, watchers::MONITORS, 1),
        (AnomalySubscriber::TABLE, watchers::SUBSCRIPTIONS, 1),
        (Commitment::TABLE, commitments::SAVINGS_PLANS, 1),
        (Commitment::TABLE, commitments::RESERVATIONS, reservable),
        (Coverage::TABLE, coverages::SAVINGS_PLANS, months),
        (Coverage::TABLE, coverages::RESERVATIONS, reservable),
    ]
}

/// All tables of Cost Explorer.
pub(crate) fn tables() -> impl Iterator<Item = &'static Table> {
    let tables: BTreeMap<&str, &'static Table> = at_most()
        .into_iter()
        .map(|(table, _, _)| (table.name, table))
        .collect();
    tables.into_values()
}

/// Tables that the costs by service are needed for, besides their own.
fn needs_costs(scan: &Scan<'_>) -> bool {
    scan.wants_any(&[ServiceCost::TABLE, Commitment::TABLE, Coverage::TABLE])
}

/// Everything of Cost Explorer that is wanted. What comes first is bought first, where the scan may not spend more.
pub(crate) async fn collect(scan: &Scan<'_>) {
    if scan.want.count_metrics_only {
        foresee(scan);
        return;
    }
    if scan.names.partition == "aws-us-gov" {
        let detail = "Cost Explorer has no endpoint here: the bill is that of the standard account behind this one";
        let problem = Problem::new(COST_AND_USAGE, GapKind::Unsupported, detail);
        for (table, _, _) in at_most() {
            settle(scan, table, &Err(problem.clone()));
        }
        return;
    }
    let months = Months::before(scan.want.taken_at);
    let costs = if needs_costs(scan) {
        services(scan, &months).await
    } else {
        Ok(Vec::new())
    };
    if scan.wants_any(&[Usage::TABLE]) {
        today(scan, Usage::TABLE, costs::by_usage_type(scan, &months)).await;
    }
    watchers::collect(scan).await;
    if scan.wants_any(&[UntaggedCost::TABLE]) {
        today(scan, UntaggedCost::TABLE, costs::untagged(scan, &months)).await;
    }
    if scan.wants_any(&[Commitment::TABLE]) {
        let reading = async {
            match &costs {
                Ok(costs) => commitments::collect(scan, &months, costs).await,
                Err(problem) => Err(problem.clone()),
            }
        };
        today(scan, Commitment::TABLE, reading).await;
    }
    if scan.wants_any(&[Coverage::TABLE]) {
        let reading = async {
            match &costs {
                Ok(costs) => coverages::collect(scan, &months, costs).await,
                Err(problem) => Err(problem.clone()),
            }
        };
        today(scan, Coverage::TABLE, reading).await;
    }
}

/// Reads a table and settles it, unless that was done earlier today.
async fn today(
    scan: &Scan<'_>,
    table: &'static Table,
    reading: impl Future<Output = Result<(), Problem>>,
) {
    let settled = async {
        let outcome = reading.await;
        settle(scan, table, &outcome);
    };
    answers::once(scan, table, GLOBAL, Kind::Bill, settled).await;
}

/// The costs by service, which decide what else is asked: those of earlier today, or of now.
async fn services(scan: &Scan<'_>, months: &Months) -> Result<Vec<ServiceCost>, Problem> {
    let table = ServiceCost::TABLE;
    let kept = answers::recall(scan, table, GLOBAL, Kind::Bill);
    if let Some(rows) = kept.and_then(|frame| rows_of(&frame).ok()) {
        return Ok(rows);
    }
    let before = answers::calls(scan, table, GLOBAL);
    let costs = costs::by_service(scan, months).await;
    let read = costs.as_ref().map(drop).map_err(Problem::clone);
    settle(scan, table, &read);
    answers::remember(scan, table, GLOBAL, Kind::Bill, &before);
    costs
}

/// Counts the requests instead of sending them.
fn foresee(scan: &Scan<'_>) {
    if needs_costs(scan) && !scan.wants_any(&[ServiceCost::TABLE]) {
        scan.foresee(COST_AND_USAGE, 1);
    }
    // What was read earlier today would not be asked again.
    let mut kept: BTreeMap<&str, bool> = BTreeMap::new();
    for (table, operation, requests) in at_most() {
        if !scan.wants_any(&[table]) {
            continue;
        }
        let is_kept = *kept.entry(table.name).or_insert_with(|| {
            let kept = answers::recall(scan, table, GLOBAL, Kind::Bill).is_some();
            if !kept {
                settle(scan, table, &Ok(()));
            }
            kept
        });
        if !is_kept {
            scan.foresee(operation, requests);
        }
    }
}

fn settle(scan: &Scan<'_>, table: &Table, outcome: &Result<(), Problem>) {
    let outcome = outcome.clone().map_err(plain);
    scan.settle(table, BASE_GROUP, GLOBAL, &outcome);
}

/// Where Cost Explorer answers.
fn region(scan: &Scan<'_>) -> &'static str {
    global_region(scan.clients.home())
}

/// Says in plain words what Cost Explorer means by a refusal that no permission would help against.
fn plain(problem: Problem) -> Problem {
    let words = problem.detail.to_ascii_lowercase();
    let why = if problem.code == "DataUnavailableException" {
        "Cost Explorer has no such data yet: it takes up to a day after it is switched on, or after a purchase"
    } else if words.contains("not enabled for cost explorer") {
        "Cost Explorer is not switched on: open it once in the Billing console of the management account"
    } else if words.contains("linked account") || words.contains("member account") {
        "the management account does not let its member accounts see the bill (Cost Management preferences)"
    } else {
        return problem;
    };
    Problem {
        kind: GapKind::Failed,
        detail: format!("{why} ({})", problem.detail),
        ..problem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: &str, detail: &str) -> Problem {
        Problem {
            code: code.to_owned(),
            ..Problem::new(COST_AND_USAGE, GapKind::Denied, detail)
        }
    }

    #[test]
    fn what_no_permission_would_help_against_asks_for_none() {
        for (code, detail, says) in [
            (
                "DataUnavailableException",
                "DataUnavailableException: not ready",
                "up to a day",
            ),
            (
                "AccessDeniedException",
                "AccessDeniedException: User not enabled for cost explorer access",
                "switched on",
            ),
            (
                "AccessDeniedException",
                "AccessDeniedException: Linked account doesn't have access to cost explorer.",
                "management account",
            ),
        ] {
            let problem = plain(refused(code, detail));
            assert_eq!(problem.iam_action(), None, "{detail}");
            assert!(problem.detail.contains(says), "{}", problem.detail);
            assert!(problem.detail.contains(detail), "AWS's own words are kept");
        }
        let denied = plain(refused(
            "AccessDeniedException",
            "AccessDeniedException: User is not authorized to perform: ce:GetCostAndUsage",
        ));
        assert_eq!(denied.iam_action().as_deref(), Some("ce:GetCostAndUsage"));
    }
}
