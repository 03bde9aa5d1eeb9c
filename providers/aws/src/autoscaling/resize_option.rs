//! `aws_autoscaling_group_resize_option`: what the members of a group could become.

use billhook_catalog::table;

table! {
    /// Right-sizing of an Auto Scaling group, one row a group: whether its members may be resized at all, why not, and the
    /// cheapest type that fits the busiest of them. Computed when judging.
    pub struct GroupResizeOption: link in "aws_autoscaling_group_resize_option" reads [] {
        /// The group.
        resource_id: String => "aws_autoscaling_group",
        /// Whether its members may be moved to another type.
        eligible: Option<bool>,
        /// Why not; empty when they may.
        ineligible_reason: Option<String>,
        /// Present type of all its members.
        instance_type: Option<String>,
        /// Instances that the savings are for: as many as the group keeps at present.
        desired_capacity: Option<i64>,
        /// vCPUs of a member, CPU options included.
        vcpus: Option<i64>,
        /// Memory of a member, GiB. It is kept.
        memory_gib: Option<f64>,
        /// Right-sizing profile in force: `default`, `balanced`, `aggressive` or `performance`.
        profile: Option<String>,
        /// Percentile of the 5-minute CPU maxima that the profile sizes by.
        cpu_percentile: Option<f64>,
        /// Share of a target's CPU that the profile keeps free, percent.
        cpu_headroom_percent: Option<f64>,
        /// CPU that the busiest member needs: that percentile, in vCPUs, before the headroom.
        cpu_needed_vcpus: Option<f64>,
        /// 99.5th percentile of the 5-minute CPU maxima over all members, percent of the present type.
        cpu_p995_percent: Option<f64>,
        /// Network that the busiest member needs, Gbit/s.
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
        /// Present list price of a month of all instances that the group keeps, USD.
        monthly_usd: Option<f64>,
        /// What the change saves on all of them, USD a month.
        monthly_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_autoscaling_group", "aws_autoscaling_instance", "aws_autoscaling_group_zone", "aws_ec2_instance", "aws_ec2_instance_type", "aws_ec2_instance_type_offering", "usage"];
}
