//! `aws_budgets_budget`.

use aws_sdk_budgets::types::{Budget as Described, Spend};
use billhook_catalog::table;
use jiff::Timestamp;

use crate::scan::{GLOBAL, Scan};
use crate::time::instant;

table! {
    /// Budgets of the account. Region `global`.
    pub struct Budget: resource "AWS::Budgets::Budget" in "aws_budgets_budget" reads ["budgets:DescribeBudgets"] {
        /// `COST`, `USAGE`, `RI_UTILIZATION`, `RI_COVERAGE`, `SAVINGS_PLANS_UTILIZATION` or `SAVINGS_PLANS_COVERAGE`.
        budget_type: Option<String>,
        /// `DAILY`, `MONTHLY`, `QUARTERLY`, `ANNUALLY` or `CUSTOM`.
        time_unit: Option<String>,
        /// Limit of a period. NULL when it is planned by period or adjusts itself.
        limit_amount: Option<f64>,
        /// Unit of the limit (`USD`).
        limit_unit: Option<String>,
        /// Begin of its time.
        starts_at: Option<Timestamp>,
        /// End of its time; AWS sets 2087-06-15 for none.
        ends_at: Option<Timestamp>,
        /// Whether `starts_at` ≤ now < `ends_at`, at the time of the snapshot.
        is_current: Option<bool>,
        /// Whether its time is over, at the time of the snapshot.
        has_ended: Option<bool>,
        /// Whether it is limited to part of the costs, by a filter or by a billing view other than the account's own.
        is_filtered: Option<bool>,
        /// Actual spend of the running period, as AWS last computed it.
        actual_amount: Option<f64>,
        /// Forecast spend of the running period; NULL without a forecast.
        forecast_amount: Option<f64>,
        /// `HEALTHY` or `UNHEALTHY`; NULL when AWS does not say.
        health: Option<String>,
        /// Why it is not healthy (`BILLING_VIEW_NO_ACCESS`, `FILTER_INVALID`, …); empty when it is, or when AWS does not say.
        health_reason: Option<String>,
        /// Whether AWS adjusts the limit by itself.
        adjusts_itself: Option<bool>,
    }
    absence is evidence;
}

/// An amount that AWS sends as text.
fn amount(spend: Option<&Spend>) -> Option<f64> {
    spend?
        .amount()
        .parse()
        .ok()
        .filter(|amount: &f64| amount.is_finite())
}

/// The limit of a period; `None` when it is planned by period or adjusts itself without naming one.
pub(crate) fn limit(budget: &Described) -> Option<f64> {
    amount(budget.budget_limit())
}

/// Whether an instant lies in the budget's time; `None` when an end of it is not known.
fn is_current(
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    now: Timestamp,
) -> Option<bool> {
    Some(starts_at? <= now && now < ends_at?)
}

/// Whether the budget watches only part of the costs.
fn is_filtered(budget: &Described) -> bool {
    #[allow(deprecated)]
    let old_filters = budget
        .cost_filters()
        .is_some_and(|filters| !filters.is_empty());
    let other_view = budget
        .billing_view_arn()
        .is_some_and(|view| !view.is_empty() && !view.ends_with("/primary"));
    old_filters || budget.filter_expression().is_some() || other_view
}

/// A budget as a row.
pub(crate) fn row(scan: &Scan<'_>, budget: &Described) -> Budget {
    let name = budget.budget_name();
    let mut id = scan.key(GLOBAL, scan.names.budget(name), name);
    id.name = Some(name.to_owned());
    let period = budget.time_period();
    let starts_at = instant(period.and_then(|period| period.start()));
    let ends_at = instant(period.and_then(|period| period.end()));
    let spend = budget.calculated_spend();
    Budget {
        id,
        budget_type: Some(budget.budget_type().as_str().to_owned()),
        time_unit: Some(budget.time_unit().as_str().to_owned()),
        limit_amount: limit(budget),
        limit_unit: budget.budget_limit().map(|limit| limit.unit().to_owned()),
        starts_at,
        ends_at,
        is_current: is_current(starts_at, ends_at, scan.want.taken_at),
        has_ended: ends_at.map(|ends_at| ends_at <= scan.want.taken_at),
        is_filtered: Some(is_filtered(budget)),
        actual_amount: amount(spend.and_then(|spend| spend.actual_spend())),
        forecast_amount: amount(spend.and_then(|spend| spend.forecasted_spend())),
        health: budget
            .health_status()
            .and_then(|health| health.status())
            .map(|status| status.as_str().to_owned()),
        health_reason: Some(
            budget
                .health_status()
                .and_then(|health| health.status_reason())
                .map_or_else(String::new, |reason| reason.as_str().to_owned()),
        ),
        adjusts_itself: Some(budget.auto_adjust_data().is_some()),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_budgets::types::{BudgetType, Expression, TimeUnit};

    use super::*;

    fn budget() -> aws_sdk_budgets::types::builders::BudgetBuilder {
        Described::builder()
            .budget_name("all")
            .budget_type(BudgetType::Cost)
            .time_unit(TimeUnit::Monthly)
    }

    #[test]
    fn a_budget_is_current_from_its_begin_to_before_its_end() {
        let at = |text: &str| text.parse::<Timestamp>().ok();
        let now = at("2026-03-01T00:00:00Z").unwrap();
        assert_eq!(
            is_current(at("2026-03-01T00:00:00Z"), at("2087-06-15T00:00:00Z"), now),
            Some(true)
        );
        assert_eq!(
            is_current(at("2026-03-01T00:00:01Z"), at("2087-06-15T00:00:00Z"), now),
            Some(false)
        );
        assert_eq!(
            is_current(at("2025-01-01T00:00:00Z"), at("2026-03-01T00:00:00Z"), now),
            Some(false)
        );
        assert_eq!(is_current(None, at("2087-06-15T00:00:00Z"), now), None);
        assert_eq!(is_current(at("2025-01-01T00:00:00Z"), None, now), None);
    }

    #[test]
    fn filters_of_every_kind_are_seen() {
        assert!(!is_filtered(&budget().build().unwrap()));
        #[allow(deprecated)]
        let by_service = budget()
            .cost_filters("Service", vec!["Amazon EC2".to_owned()])
            .build()
            .unwrap();
        assert!(is_filtered(&by_service));
        let by_expression = budget()
            .filter_expression(Expression::builder().build())
            .build()
            .unwrap();
        assert!(is_filtered(&by_expression));
        let view = |name: &str| {
            budget()
                .billing_view_arn(format!("arn:aws:billing::1:billingview/{name}"))
                .build()
                .unwrap()
        };
        assert!(!is_filtered(&view("primary")));
        assert!(is_filtered(&view("custom-1")));
    }

    #[test]
    fn an_amount_that_is_no_number_is_unknown() {
        let spend = |amount: &str| Spend::builder().amount(amount).unit("USD").build().unwrap();
        assert_eq!(amount(Some(&spend("100.50"))), Some(100.5));
        assert_eq!(amount(Some(&spend("NaN"))), None);
        assert_eq!(amount(Some(&spend(""))), None);
        assert_eq!(amount(None), None);
    }
}
