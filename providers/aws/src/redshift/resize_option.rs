//! `aws_redshift_resize_option`: what a running cluster could become.

use billhook_catalog::table;

table! {
    /// Right-sizing of a cluster, one row a cluster that is available: what its nodes cost, whether it may be resized at all, why
    /// not, and the cheapest cluster that fits its measured demand, with no less than half of its vCPUs. Computed when judging.
    pub struct ResizeOption: link in "aws_redshift_resize_option" reads [] {
        /// The cluster.
        resource_id: String => "aws_redshift_cluster",
        /// Whether it can be judged for resizing.
        eligible: Option<bool>,
        /// Why not; empty when it can.
        ineligible_reason: Option<String>,
        /// Its present type of nodes.
        node_type: Option<String>,
        /// Its present compute nodes, those of a second zone included.
        node_count: Option<i64>,
        /// vCPUs of all of them.
        vcpus: Option<i64>,
        /// 99.5th percentile of the 5-minute CPU maxima, percent. NULL when not measured.
        cpu_p995_percent: Option<f64>,
        /// Most of its storage that was in use, percent. NULL when not measured, or not for long enough.
        disk_used_max_percent: Option<f64>,
        /// The type of nodes to move to; NULL when no cheaper cluster fits.
        target_node_type: Option<String>,
        /// Their number.
        target_node_count: Option<i64>,
        /// vCPUs of all of them.
        target_vcpus: Option<i64>,
        /// CPU that is expected there, percent.
        target_cpu_percent: Option<f64>,
        /// Storage that is expected to be in use there, percent.
        target_disk_percent: Option<f64>,
        /// Present list price of a month of its nodes, without storage that is billed by itself, USD.
        monthly_usd: Option<f64>,
        /// The target's, USD.
        target_monthly_usd: Option<f64>,
        /// Difference, USD.
        monthly_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_redshift_cluster", "usage"];
}
