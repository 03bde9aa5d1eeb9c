//! `aws_ce_untagged_cost`.

use billhook_catalog::table;
use jiff::Timestamp;

table! {
    /// What nobody is named as the owner of: the cost of the last full month, by service, of what carries none of the owner
    /// tags. Only tags that are activated as cost allocation tags are seen by the bill. Region `global`.
    pub struct UntaggedCost: link in "aws_ce_untagged_cost" reads ["ce:GetCostAndUsage"] {
        /// First instant of the month (UTC).
        month_at: Option<Timestamp>,
        /// Service.
        service: String,
        /// The tag keys that were looked for, joined by commas (`owner_tags` of the configuration).
        tag_keys: String,
        /// Cost of usage without any of them, with what was paid for commitments spread over their time, USD.
        amortized_usd: Option<f64>,
    }
    opt_in "cost-explorer";
}
