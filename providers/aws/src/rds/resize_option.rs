//! `aws_rds_resize_option`: what a running database instance could become.

use billhook_catalog::table;

table! {
    /// Right-sizing of a database, one row an instance of RDS or Aurora that is available: whether it may be resized at all, why
    /// not, and the cheapest class of its generation that fits its measured demand. Computed when judging.
    pub struct ResizeOption: link in "aws_rds_resize_option" reads [] {
        /// The instance.
        resource_id: String => "aws_rds_instance",
        /// Whether it can be judged for resizing.
        eligible: Option<bool>,
        /// Why not; empty when it can.
        ineligible_reason: Option<String>,
        /// Its present class.
        instance_class: Option<String>,
        /// Its present vCPUs.
        vcpus: Option<i64>,
        /// Its present memory, GiB.
        memory_gib: Option<f64>,
        /// Other instances of its cluster that have to move with it: the writer and the readers that may take its place. The demand
        /// is the largest of all of them.
        moves_with_count: Option<i64>,
        /// 99.5th percentile of the 5-minute CPU maxima, percent of the present class, the largest of those that move together.
        cpu_p995_percent: Option<f64>,
        /// The same in vCPUs.
        cpu_needed_vcpus: Option<f64>,
        /// Memory that it needs, GiB, with headroom. NULL when less than it has is not proven to do: the present memory is then kept.
        memory_needed_gib: Option<f64>,
        /// Most connections at once. NULL when not measured.
        connections_max: Option<f64>,
        /// The class to move to; NULL when no cheaper one fits.
        target_class: Option<String>,
        /// Its vCPUs.
        target_vcpus: Option<i64>,
        /// Its memory, GiB.
        target_memory_gib: Option<f64>,
        /// Connections that the default parameters allow there; NULL for engines without such a limit.
        target_default_max_connections: Option<i64>,
        /// CPU that is expected on the target: `cpu_needed_vcpus` as percent of it.
        target_cpu_percent: Option<f64>,
        /// Present list price of a month without storage, USD.
        monthly_usd: Option<f64>,
        /// The target's, USD.
        target_monthly_usd: Option<f64>,
        /// Difference, USD.
        monthly_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
        /// `medium` or `low`.
        confidence: Option<String>,
    }
    derived from ["aws_rds_instance", "usage"];
}
