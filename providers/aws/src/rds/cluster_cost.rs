//! `aws_rds_cluster_cost`: what an Aurora cluster costs in either storage configuration.

use billhook_catalog::table;

table! {
    /// Cost of an Aurora cluster by its parts, one row a cluster, in the standard configuration and as I/O-Optimized. Computed
    /// when judging, from the measured size and I/O of its volume.
    pub struct ClusterCost: link in "aws_rds_cluster_cost" reads [] {
        /// The cluster.
        resource_id: String => "aws_rds_cluster",
        /// Instances that are billed in its present state.
        instance_count: Option<i64>,
        /// Instances of a month in the standard configuration, USD. NULL when one has no price.
        compute_monthly_usd: Option<f64>,
        /// Storage of a month in the standard configuration, USD. NULL when it was not measured.
        storage_monthly_usd: Option<f64>,
        /// Reads and writes of a month that the standard configuration bills, in millions. NULL when they were not measured.
        io_requests_million: Option<f64>,
        /// Reads and writes of a month in the standard configuration, USD. NULL when they were not measured.
        io_monthly_usd: Option<f64>,
        /// Part of the I/O in the cost of the standard configuration, percent. NULL when a part is not known.
        io_share_percent: Option<f64>,
        /// All of a month as I/O-Optimized, USD.
        io_optimized_monthly_usd: Option<f64>,
        /// What I/O-Optimized saves a month against the standard configuration, USD; below 0 where it would cost more.
        io_optimized_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_rds_cluster", "aws_rds_instance", "usage"];
}
