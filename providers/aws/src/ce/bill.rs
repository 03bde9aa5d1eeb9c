//! `aws_ce_bill`.

use billhook_catalog::table;
use jiff::Timestamp;

table! {
    /// The bill of an account, one row an account: its last full months. In a management account it is that of the whole
    /// organization. Region `global`.
    pub struct Bill: link in "aws_ce_bill" reads [] {
        /// Full months that something was billed in, of the last three.
        full_months: i64,
        /// First instant of the last full month (UTC). NULL when nothing was billed in it.
        last_month_at: Option<Timestamp>,
        /// Cost of what ran in the last full month, with what was paid for commitments spread over their time, USD: without
        /// taxes, credits, refunds, support and fees. NULL when nothing was billed in it.
        last_usage_usd: Option<f64>,
        /// What the last full month came to as billed, everything included, USD. NULL when nothing was billed in it.
        last_billed_usd: Option<f64>,
        /// What the running month came to so far as billed, everything included, USD. NULL when nothing was billed in it yet.
        running_billed_usd: Option<f64>,
        /// The mean of the last three full months as billed, everything included, USD. NULL when there are fewer.
        mean_billed_usd: Option<f64>,
    }
    derived from ["aws_ce_service_cost"];
}
