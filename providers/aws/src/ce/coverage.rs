//! `aws_ce_coverage`.

use billhook_catalog::table;
use jiff::Timestamp;

table! {
    /// How much of what could be committed is: one row for each service that savings plans or reservations exist for. AWS has no
    /// ARN for it: `resource_id` is `arn:aws:ce::ACCOUNT:coverage/SERVICE`. Region `global`.
    pub struct Coverage: resource "AWS::CE::Coverage" in "aws_ce_coverage" reads ["ce:GetCostAndUsage", "ce:GetSavingsPlansCoverage", "ce:GetReservationCoverage"] {
        /// Service (`Amazon Elastic Compute Cloud - Compute`).
        service: Option<String>,
        /// First instant of the last full month (UTC), which `…_percent` and `on_demand_usd` are of.
        month_at: Option<Timestamp>,
        /// Share of the running hours that reservations cover, percent; 0 where the service has no reservations.
        reservation_percent: Option<f64>,
        /// Share of the rest, by cost, that savings plans cover, percent; 0 where the service has no savings plans.
        savings_plan_percent: Option<f64>,
        /// Both together, percent.
        covered_percent: Option<f64>,
        /// The highest of the last three full months, percent. NULL unless all three are known.
        highest_covered_percent: Option<f64>,
        /// What was left to pay on demand, USD.
        on_demand_usd: Option<f64>,
        /// The lowest of the last three full months, for a month of 730 hours: what is steadily on demand. NULL unless all
        /// three are known.
        steady_on_demand_usd: Option<f64>,
    }
    opt_in "cost-explorer";
}
