//! `aws_rds_storage_option`: what storage would do.

use billhook_catalog::table;

table! {
    /// Less storage for an instance of RDS whose free space was measured, one row each. Computed when judging.
    pub struct StorageOption: link in "aws_rds_storage_option" reads [] {
        /// The instance.
        resource_id: String => "aws_rds_instance",
        /// Storage that it has, GiB.
        allocated_gib: Option<i64>,
        /// Least free space of the window, GiB.
        free_min_gib: Option<f64>,
        /// The same, percent of the storage.
        free_min_percent: Option<f64>,
        /// Most that was used, GiB.
        used_max_gib: Option<f64>,
        /// Storage that would do, GiB: the most that was used and 30 % more, with no less IOPS and throughput than it needs. As large as
        /// now where nothing smaller would.
        target_gib: Option<i64>,
        /// Type of that storage.
        target_storage_type: Option<String>,
        /// What a month of the smaller storage saves, USD.
        monthly_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_rds_instance", "usage"];
}
