//! `aws_opensearch_resize_option`: what the data nodes of a domain could become.

use billhook_catalog::table;

table! {
    /// Right-sizing of the data nodes of a domain, one row a domain that is active: whether they may be resized at all, why not, and
    /// what fits their measured demand and costs least: smaller nodes of the family, or fewer of the present ones. Computed when judging.
    pub struct ResizeOption: link in "aws_opensearch_resize_option" reads [] {
        /// The domain.
        resource_id: String => "aws_opensearch_domain",
        /// Whether it can be judged for resizing.
        eligible: Option<bool>,
        /// Why not; empty when it can.
        ineligible_reason: Option<String>,
        /// Its present type of data nodes.
        instance_type: Option<String>,
        /// Its present data nodes.
        instance_count: Option<i64>,
        /// 99.5th percentile of the 5-minute CPU maxima of the busiest data node, percent. NULL when not measured.
        cpu_p995_percent: Option<f64>,
        /// Most of the Java heap that was in use on a data node, percent. NULL when not measured, or not for long enough.
        heap_max_percent: Option<f64>,
        /// Most of its volume that was in use on a data node, percent, with what the service keeps for itself. NULL when not measured,
        /// or not for long enough.
        disk_used_max_percent: Option<f64>,
        /// The type of data nodes to move to; NULL when nothing cheaper fits.
        target_instance_type: Option<String>,
        /// Their number.
        target_instance_count: Option<i64>,
        /// CPU that is expected there, percent.
        target_cpu_percent: Option<f64>,
        /// Java heap that is expected to be in use there, percent.
        target_heap_percent: Option<f64>,
        /// Present list price of a month of the data nodes with their volumes, USD.
        monthly_usd: Option<f64>,
        /// The target's, USD.
        target_monthly_usd: Option<f64>,
        /// Difference, USD.
        monthly_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_opensearch_domain", "usage"];
}
