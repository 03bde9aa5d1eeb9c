//! `aws_ce_transfer`.

use billhook_catalog::table;

table! {
    /// What moving data cost an account, one row an account: the bytes out of AWS, between regions and zones, through gateways
    /// and endpoints. Region `global`.
    pub struct Transfer: link in "aws_ce_transfer" reads [] {
        /// In the last full month, USD. NULL when nothing was billed in it.
        last_month_usd: Option<f64>,
        /// In the full month before that, USD. NULL when nothing was billed in it.
        previous_month_usd: Option<f64>,
        /// A day of the last full month, USD.
        last_month_daily_usd: Option<f64>,
        /// A day of the full month before that, USD.
        previous_month_daily_usd: Option<f64>,
        /// Share of the cost of all that ran in the last full month, percent.
        share_percent: Option<f64>,
        /// The class of `aws_ce_usage` that cost most in the last full month; empty when none cost anything.
        largest_class: Option<String>,
        /// What that class cost then, USD.
        largest_class_usd: Option<f64>,
        /// The class whose cost a day grew most between the two months; empty when none grew.
        risen_class: Option<String>,
        /// By how much that is in a month of 730 hours, USD.
        risen_class_monthly_usd: Option<f64>,
    }
    derived from ["aws_ce_service_cost", "aws_ce_usage"];
}
