//! `aws_ce_service_cost`.

use billhook_catalog::table;
use jiff::Timestamp;

table! {
    /// What was billed, by month, service and record type: the last three full months and the running one. Region `global`.
    /// In a management account it is the bill of the whole organization.
    pub struct ServiceCost: link in "aws_ce_service_cost" reads ["ce:GetCostAndUsage"] {
        /// First instant of the month (UTC).
        month_at: Option<Timestamp>,
        /// 0 for the running month, 1 for the last full one, up to 3.
        months_ago: i64,
        /// Days of the month that are over: all of a full month.
        month_length_days: Option<f64>,
        /// Service (`Amazon Elastic Compute Cloud - Compute`).
        service: String,
        /// `Usage`, `DiscountedUsage`, `SavingsPlanCoveredUsage`, `Tax`, `Credit`, `Refund`, `RIFee`, …
        record_type: String,
        /// Whether the record is the cost of something that ran: usage, however it was paid for. Taxes, credits, refunds,
        /// support and fees are not.
        is_usage: bool,
        /// As billed in the month, USD. NULL when it is in another currency.
        unblended_usd: Option<f64>,
        /// With what was paid for commitments spread over the time that they are for, USD.
        amortized_usd: Option<f64>,
        /// Whether AWS still changes the month.
        is_estimated: Option<bool>,
    }
    opt_in "cost-explorer";
}

/// Record types of what ran: on demand, under a reservation, under a savings plan.
pub(crate) const USAGE_TYPES: [&str; 3] = ["Usage", "DiscountedUsage", "SavingsPlanCoveredUsage"];
