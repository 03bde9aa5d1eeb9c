//! `aws_budgets_budget`.

use billhook_catalog::table;
use jiff::Timestamp;

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
        /// Whether it is limited to part of the costs by a filter.
        is_filtered: Option<bool>,
        /// Actual spend of the running period, as AWS last computed it.
        actual_amount: Option<f64>,
        /// Forecast spend of the running period; NULL without a forecast.
        forecast_amount: Option<f64>,
        /// `HEALTHY` or `UNHEALTHY`; NULL when AWS does not say.
        health: Option<String>,
    }
    absence is evidence;
}
