//! `aws_ce_usage`.

use billhook_catalog::table;
use jiff::Timestamp;

table! {
    /// What usage cost, by month, account and usage type: the last three full months and the running one, without taxes,
    /// credits and what a commitment covers. Lines of no cost are left out. Region `global`.
    pub struct Usage: link in "aws_ce_usage" reads ["ce:GetCostAndUsage"] {
        /// First instant of the month (UTC).
        month_at: Option<Timestamp>,
        /// 0 for the running month, 1 for the last full one, up to 3.
        months_ago: i64,
        /// Days of the month that are over: all of a full month.
        month_length_days: Option<f64>,
        /// Account that used it. In a management account those of all members are here.
        linked_account_id: String,
        /// In the words of the bill (`EUC1-NatGateway-Bytes`).
        usage_type: String,
        /// `internet-out`, `inter-az`, `inter-region`, `nat-bytes`, `nat-hours`, `endpoint`, `transit-gateway`, `load-balancer`,
        /// `ipv4`, `direct-connect` or `other`.
        class: String,
        /// Whether it is billed by the byte that was moved.
        is_transfer: bool,
        /// As billed in the month, USD. NULL when it is in another currency.
        unblended_usd: Option<f64>,
        /// Quantity, in the unit of the usage type (GB, hours).
        quantity: Option<f64>,
        /// Whether AWS still changes the month.
        is_estimated: Option<bool>,
    }
    opt_in "cost-explorer";
}
