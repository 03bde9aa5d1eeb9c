//! `aws_ec2_resize_option`: what a running instance could become.

use billhook_catalog::table;

table! {
    /// Right-sizing of an instance, one row an instance that runs: whether it may be resized at all, why not, and the
    /// best cheaper type that fits its measured demand. Computed when judging, from usage, instance types and prices.
    pub struct ResizeOption: link in "aws_ec2_resize_option" reads [] {
        /// The instance.
        resource_id: String => "aws_ec2_instance",
        /// Whether it can be judged for resizing.
        eligible: Option<bool>,
        /// Why not; empty when it can.
        ineligible_reason: Option<String>,
        /// Its present type.
        instance_type: Option<String>,
        /// Its present vCPUs, CPU options included.
        vcpus: Option<i64>,
        /// Its present memory, GiB.
        memory_gib: Option<f64>,
        /// CPU that it needs: 99.5th percentile of the 5-minute maxima, in vCPUs.
        cpu_needed_vcpus: Option<f64>,
        /// 99.5th percentile of the 5-minute CPU maxima, percent of the present type.
        cpu_p995_percent: Option<f64>,
        /// Memory that it needs, GiB. NULL when it is not measured: the present memory is then kept.
        memory_needed_gib: Option<f64>,
        /// Network that it needs, the larger of in and out, Gbit/s. NULL when not measured: the present baseline is then kept.
        network_needed_gbps: Option<f64>,
        /// The type to move to; NULL when no cheaper type fits.
        target_type: Option<String>,
        /// `same-family` or `cross-family`.
        target_kind: Option<String>,
        /// Its vCPUs.
        target_vcpus: Option<i64>,
        /// Its memory, GiB.
        target_memory_gib: Option<f64>,
        /// Whether the target has fewer vCPUs or less memory.
        target_is_smaller: Option<bool>,
        /// CPU that is expected on the target: `cpu_needed_vcpus` as percent of it.
        target_cpu_percent: Option<f64>,
        /// Present list price of a month, USD.
        monthly_usd: Option<f64>,
        /// The target's list price of a month, USD.
        target_monthly_usd: Option<f64>,
        /// Difference, USD.
        monthly_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
        /// `high`, `medium` or `low`.
        confidence: Option<String>,
        /// The second answer: beside a target of the same family the cheapest fit of all others, and the other way round;
        /// where only one kind fits, its next cheapest. NULL when nothing but the target fits.
        alternative_type: Option<String>,
        /// Its savings, USD a month.
        alternative_monthly_savings_usd: Option<f64>,
    }
    derived from ["aws_ec2_instance", "aws_ec2_instance_type", "aws_ec2_instance_type_offering", "usage"];
}
