//! `aws_ec2_resize_option`: what a running instance could become.

use billhook_catalog::table;

table! {
    /// Right-sizing of an instance, one row an instance that runs: whether it may be resized at all, why not, and the
    /// cheapest types that fit its measured demand. Computed when judging, from usage, instance types and prices. The answers
    /// (same family, other families, Graviton, successor) exclude one another and are never to be summed.
    pub struct ResizeOption: link in "aws_ec2_resize_option" reads [] {
        /// The instance.
        resource_id: String => "aws_ec2_instance",
        /// Whether it may be moved to another type one by one.
        eligible: Option<bool>,
        /// Why not; empty when it may.
        ineligible_reason: Option<String>,
        /// Why what was measured does not tell what it needs (a burstable type that ran out of credits); empty when it does.
        sizing_reason: Option<String>,
        /// Its present type.
        instance_type: Option<String>,
        /// Its present vCPUs, CPU options included.
        vcpus: Option<i64>,
        /// Its present memory, GiB.
        memory_gib: Option<f64>,
        /// Right-sizing profile in force: `default`, `balanced`, `aggressive` or `performance`.
        profile: Option<String>,
        /// Percentile of the 5-minute CPU maxima that the profile sizes by.
        cpu_percentile: Option<f64>,
        /// Share of a target's CPU that the profile keeps free, percent.
        cpu_headroom_percent: Option<f64>,
        /// Share of a target's memory that the profile keeps free, percent.
        memory_headroom_percent: Option<f64>,
        /// CPU that it needs: that percentile, in vCPUs, before the headroom.
        cpu_needed_vcpus: Option<f64>,
        /// The same in percent of the present type.
        cpu_needed_percent: Option<f64>,
        /// 99.5th percentile of the 5-minute CPU maxima, percent of the present type, whatever the profile.
        cpu_p995_percent: Option<f64>,
        /// Memory that it used at most, GiB, before the headroom. NULL when it is not measured: the present memory is then kept.
        memory_needed_gib: Option<f64>,
        /// The same in percent of the present memory.
        memory_used_percent: Option<f64>,
        /// Network that it needs, the larger of in and out: 99.5th percentile of five minutes, Gbit/s. NULL when not
        /// measured: the present baseline is then kept.
        network_needed_gbps: Option<f64>,
        /// Mean of its busiest hour of network, the larger of in and out, Gbit/s.
        network_sustained_gbps: Option<f64>,
        /// EBS operations that it needs, reads and writes: 99.5th percentile of five minutes, a second. NULL when not
        /// measured: the present baseline is then kept.
        ebs_needed_iops: Option<f64>,
        /// EBS throughput that it needs, reads and writes: 99.5th percentile of five minutes, MB/s.
        ebs_needed_mbps: Option<f64>,
        /// Whether its traffic to EBS ran into the limit of its type, which rules out a smaller one. NULL when not measured.
        ebs_limit_reached: Option<bool>,
        /// The type to move to: the cheapest that fits of the same family, unless one of another family saves a tenth more.
        /// NULL when no cheaper type fits.
        target_type: Option<String>,
        /// `same-family` or `cross-family`.
        target_kind: Option<String>,
        /// Its vCPUs.
        target_vcpus: Option<i64>,
        /// Its memory, GiB.
        target_memory_gib: Option<f64>,
        /// Whether the target has fewer vCPUs or less memory.
        target_is_smaller: Option<bool>,
        /// Whether the target is burstable (T family).
        target_is_burstable: Option<bool>,
        /// Credit mode that a burstable target takes: `standard` (it never runs out) or `unlimited`; empty for other targets.
        target_credit_mode: Option<String>,
        /// What unlimited mode would charge for surplus credits on the target, USD a month; part of its price. 0 without.
        target_surplus_monthly_usd: Option<f64>,
        /// CPU that is expected on the target: `cpu_needed_vcpus` as percent of it.
        target_cpu_percent: Option<f64>,
        /// Present list price of a month, USD.
        monthly_usd: Option<f64>,
        /// What a burstable instance paid for surplus credits, USD a month; 0 for other types. NULL when not measured.
        surplus_monthly_usd: Option<f64>,
        /// The target's list price of a month, USD.
        target_monthly_usd: Option<f64>,
        /// Difference, USD.
        monthly_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
        /// `high`, `medium` or `low`: how sure it is that the target fits.
        confidence: Option<String>,
        /// The cheapest fit of the same family; NULL when none is cheaper.
        same_family_type: Option<String>,
        /// Its savings, USD a month.
        same_family_monthly_savings_usd: Option<f64>,
        /// The cheapest fit of all other families that run the same image; NULL when none is cheaper.
        cross_family_type: Option<String>,
        /// Its savings, USD a month.
        cross_family_monthly_savings_usd: Option<f64>,
        /// The cheapest fit on AWS's own processors (Arm), which takes an image built for them; NULL when none is cheaper, and
        /// for Windows, SQL Server and what runs on Arm already.
        graviton_type: Option<String>,
        /// Its vCPUs.
        graviton_vcpus: Option<i64>,
        /// Its memory, GiB.
        graviton_memory_gib: Option<f64>,
        /// Its savings, USD a month, against the present type.
        graviton_monthly_savings_usd: Option<f64>,
        /// Its savings beyond those of `target_type`, USD a month; the same as before where there is no target.
        graviton_extra_monthly_usd: Option<f64>,
        /// How good the Graviton figures are: `exact` or `estimated`; NULL without an answer.
        graviton_price_basis: Option<String>,
        /// The type of the same size in the family that came after the present one, where it is cheaper and has no less of
        /// anything; NULL when there is none. Needs no measurements.
        successor_type: Option<String>,
        /// Its savings, USD a month.
        successor_monthly_savings_usd: Option<f64>,
        /// `exact` or `estimated`; NULL without a successor.
        successor_price_basis: Option<String>,
        /// Whether the successor runs on another hypervisor, so that drivers have to be checked before.
        successor_changes_hypervisor: Option<bool>,
        /// Whether no smaller type saves more than the successor; NULL without one.
        successor_is_best: Option<bool>,
        /// For a burstable instance that pays for surplus credits: the cheapest type that is not burstable, fits and costs less
        /// than the two together. NULL otherwise.
        steady_type: Option<String>,
        /// Its savings, USD a month, surplus credits included.
        steady_monthly_savings_usd: Option<f64>,
    }
    derived from ["aws_ec2_instance", "aws_ec2_instance_type", "aws_ec2_instance_type_offering", "usage"];
}
