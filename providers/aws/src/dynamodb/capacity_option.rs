//! `aws_dynamodb_capacity_option`: what provisioned capacity is needed.

use billhook_catalog::table;

table! {
    /// Right-sizing of the provisioned capacity of a DynamoDB table and its global secondary indexes, one row a table that has some:
    /// with no more units than were needed, and on demand.
    pub struct CapacityOption: link in "aws_dynamodb_capacity_option" reads [] {
        /// The table.
        resource_id: String => "aws_dynamodb_table",
        /// Whether all that has to be known of it is known.
        eligible: Option<bool>,
        /// Why not; empty when it is.
        ineligible_reason: Option<String>,
        /// Whether any of its capacities scales by itself.
        scales: Option<bool>,
        /// Read capacity units that are paid: the mean of the window where they were changed lately, else those of now; of the table and
        /// its indexes together, as all that follow.
        paid_read_units: Option<f64>,
        /// Write capacity units, likewise.
        paid_write_units: Option<f64>,
        /// Read units a second that were used: the 99.5th percentile of 5-minute means, of the table and of each index by itself, added.
        used_read_units: Option<f64>,
        /// Write units a second, likewise.
        used_write_units: Option<f64>,
        /// Read units that suffice: twice the 99.5th percentile, at least the busiest 5 minutes and at least 1 for the table and for
        /// each index, and never more than there are. What scales by itself counts with what is paid, unless it lies on its floor. Writes
        /// of a global table stay as they are, since all its replicas need the same.
        fitting_read_units: Option<f64>,
        /// Write units, likewise.
        fitting_write_units: Option<f64>,
        /// The units that suffice, as reads/writes of the table and of each index: `table 12/5, by-email 3/1`.
        fitting_units: Option<String>,
        /// List price of the paid units, USD a month.
        capacity_monthly_usd: Option<f64>,
        /// List price of the units that suffice, USD a month.
        fitting_monthly_usd: Option<f64>,
        /// List price of what was used if it were paid on demand, USD a month. NULL also for a global table, whose replicas would have
        /// to change with it.
        on_demand_monthly_usd: Option<f64>,
        /// The cheaper of both changes: `fewer-units` or `on-demand`; `none` where neither is cheaper.
        best_change: Option<String>,
        /// What the better one saves, USD a month; 0 where neither is cheaper.
        monthly_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`: how good the prices are.
        price_basis: Option<String>,
    }
    derived from ["aws_dynamodb_table", "aws_dynamodb_index", "aws_dynamodb_scaling", "usage"];
}
