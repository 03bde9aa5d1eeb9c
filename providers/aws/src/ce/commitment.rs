//! `aws_ce_commitment`.

use std::collections::HashMap;

use aws_sdk_costexplorer::types::{ReservationUtilizationGroup, SavingsPlansUtilizationDetail};
use billhook_catalog::{Key, table};
use jiff::{SignedDuration, Timestamp};

use crate::arn::Names;
use crate::ce::anomaly::day;
use crate::ce::money::number;
use crate::scan::GLOBAL;

table! {
    /// Savings plans and reservations that were in force in the last full month, and how much of them was used then. AWS has no
    /// ARN for a reservation that holds for all services: `resource_id` is `arn:aws:ce::ACCOUNT:reservation/SUBSCRIPTION`.
    /// Region `global`.
    pub struct Commitment: resource "AWS::CE::Commitment" in "aws_ce_commitment" reads ["ce:GetCostAndUsage", "ce:GetSavingsPlansUtilizationDetails", "ce:GetReservationUtilization"] {
        /// `savings-plan` or `reservation`.
        kind: Option<String>,
        /// What it is for: the type of a savings plan (`ComputeSavingsPlans`), the service of a reservation.
        service: Option<String>,
        /// The instance type or family, and where; empty when it is for everything.
        scope: Option<String>,
        /// When it ends.
        ends_at: Option<Timestamp>,
        /// Days from the snapshot until then; negative when it has ended.
        days_left: Option<f64>,
        /// First instant of the month that the figures are of (UTC).
        month_at: Option<Timestamp>,
        /// Share of it that was used, percent.
        utilization_percent: Option<f64>,
        /// What it cost in the month, one-time payments spread over its time, USD.
        amortized_usd: Option<f64>,
        /// What of it was paid and not used, USD.
        unused_usd: Option<f64>,
        /// What it saved against on-demand prices in the month, USD. Negative when it cost more.
        net_savings_usd: Option<f64>,
    }
    absence is evidence;
    opt_in "cost-explorer";
}

const SECONDS_A_DAY: f64 = 86_400.0;

/// An attribute, whatever the case of its first letter: savings plans and reservations differ in it.
fn attribute<'a>(attributes: Option<&'a HashMap<String, String>>, name: &str) -> Option<&'a str> {
    attributes?
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
        .filter(|value| !value.is_empty())
}

/// Days from one instant to another.
fn days_between(from: Timestamp, to: Timestamp) -> f64 {
    let between: SignedDuration = to.duration_since(from);
    between.as_secs_f64() / SECONDS_A_DAY
}

/// Parts that say something, joined.
fn joined(parts: [Option<&str>; 3]) -> String {
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    parts.join(", ")
}

fn key(names: &Names, resource_id: String, short_id: &str) -> Key {
    Key {
        resource_id,
        short_id: short_id.to_owned(),
        account_id: names.account.clone(),
        region: GLOBAL.to_owned(),
        name: None,
        created_at: None,
    }
}

/// A savings plan as a row; `None` when the answer does not say which it is.
pub(crate) fn savings_plan(
    names: &Names,
    month_at: Option<Timestamp>,
    taken_at: Timestamp,
    detail: &SavingsPlansUtilizationDetail,
) -> Option<Commitment> {
    let arn = detail.savings_plan_arn()?;
    let of = |name| attribute(detail.attributes(), name);
    let mut id = key(names, arn.to_owned(), arn.rsplit('/').next().unwrap_or(arn));
    id.created_at = day(of("StartDateTime"));
    let ends_at = day(of("EndDateTime"));
    let used = detail.utilization();
    Some(Commitment {
        id,
        kind: Some("savings-plan".to_owned()),
        service: of("SavingsPlansType")
            .or(of("SavingsPlanType"))
            .map(str::to_owned),
        scope: Some(joined([of("InstanceFamily"), of("Region"), None])),
        ends_at,
        days_left: ends_at.map(|ends_at| days_between(taken_at, ends_at)),
        month_at,
        utilization_percent: number(used.and_then(|used| used.utilization_percentage())),
        amortized_usd: number(
            detail
                .amortized_commitment()
                .and_then(|paid| paid.total_amortized_commitment()),
        ),
        unused_usd: number(used.and_then(|used| used.unused_commitment())),
        net_savings_usd: number(detail.savings().and_then(|saved| saved.net_savings())),
    })
}

/// A reservation as a row; `None` when the answer does not say which it is.
pub(crate) fn reservation(
    names: &Names,
    month_at: Option<Timestamp>,
    taken_at: Timestamp,
    service: &str,
    group: &ReservationUtilizationGroup,
) -> Option<Commitment> {
    let subscription = group.value().filter(|value| !value.is_empty())?;
    let of = |name| attribute(group.attributes(), name);
    let resource_id = format!(
        "arn:{}:ce::{}:reservation/{subscription}",
        names.partition, names.account
    );
    let mut id = key(names, resource_id, subscription);
    id.name = of("leaseId").map(str::to_owned);
    id.created_at = day(of("startDateTime"));
    let ends_at = day(of("endDateTime"));
    let used = group.utilization();
    let figure = |text: Option<&str>| number(text);
    Some(Commitment {
        id,
        kind: Some("reservation".to_owned()),
        service: Some(service.to_owned()),
        scope: Some(joined([
            of("numberOfInstances"),
            of("instanceType"),
            of("region"),
        ])),
        ends_at,
        days_left: ends_at.map(|ends_at| days_between(taken_at, ends_at)),
        month_at,
        utilization_percent: figure(used.and_then(|used| used.utilization_percentage())),
        amortized_usd: figure(used.and_then(|used| used.total_amortized_fee())),
        unused_usd: figure(used.and_then(|used| used.ri_cost_for_unused_hours())),
        net_savings_usd: figure(used.and_then(|used| used.net_ri_savings())),
    })
}
