//! `aws_dynamodb_table_cost`: what a table costs, with its indexes.

use billhook_catalog::table;

table! {
    /// What a DynamoDB table uses and costs, its global secondary indexes included, one row a table. Prices are without free tiers,
    /// global replication to other regions, backups and streams.
    pub struct TableCost: link in "aws_dynamodb_table_cost" reads [] {
        /// The table.
        resource_id: String => "aws_dynamodb_table",
        /// Read capacity units of the table and its indexes as they are now; 0 on demand.
        provisioned_read_units: Option<i64>,
        /// Write capacity units, likewise.
        provisioned_write_units: Option<i64>,
        /// Read and write units that the table and its indexes used in the window that was measured: 0 if nobody used it. NULL
        /// when not all of them were measured, as for the columns that follow.
        consumed_units: Option<f64>,
        /// Read units that a month of 730 hours would use at this rate.
        read_units_month: Option<f64>,
        /// Write units, likewise.
        write_units_month: Option<f64>,
        /// What is stored, with 100 bytes for the overhead of each item, GiB.
        storage_gib: Option<f64>,
        /// List price of the provisioned capacity as it is now, USD a month; 0 on demand.
        capacity_monthly_usd: Option<f64>,
        /// List price of the requests if they were paid on demand, USD a month: what they cost a table on demand.
        on_demand_monthly_usd: Option<f64>,
        /// List price of the storage, USD a month.
        storage_monthly_usd: Option<f64>,
        /// The other table class.
        other_class: Option<String>,
        /// What capacity, or requests on demand, and storage would cost there, USD a month.
        other_class_monthly_usd: Option<f64>,
        /// What that saves, USD a month; below 0 where the present class is cheaper.
        other_class_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`: how good the price of the capacity is.
        price_basis: Option<String>,
    }
    derived from ["aws_dynamodb_table", "aws_dynamodb_index", "usage"];
}
