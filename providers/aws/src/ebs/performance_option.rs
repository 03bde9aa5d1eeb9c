//! `aws_ebs_performance_option`: the least that a volume needs to be.

use billhook_catalog::table;

table! {
    /// What an SSD volume (gp2, gp3, io1, io2) would cost with no more performance than it needs, one row a volume: within its
    /// type, and as the cheapest type. The size stays, since a volume cannot shrink.
    pub struct PerformanceOption: link in "aws_ebs_performance_option" reads [] {
        /// The volume.
        resource_id: String => "aws_ebs_volume",
        /// Whether EC2 can modify it.
        eligible: Option<bool>,
        /// Why not; empty when it can be modified.
        ineligible_reason: Option<String>,
        /// What the options match: `measured` (what was used, see `needed_iops`) or `provisioned` (all that the volume has now,
        /// where too little was measured).
        matched: Option<String>,
        /// Operations a second: the 99.5th percentile of 5-minute means, reads and writes each by themselves, added. NULL when not
        /// measured, as for all `used_` and `peak_` columns.
        used_iops: Option<f64>,
        /// MiB a second, likewise.
        used_throughput_mibps: Option<f64>,
        /// Operations a second in the busiest 5 minutes, those of reads and of writes added.
        peak_iops: Option<f64>,
        /// MiB a second, likewise.
        peak_throughput_mibps: Option<f64>,
        /// Operations a second that the options provide at least: the peak, and the 99.5th percentile with 20 % headroom, but never
        /// more than the volume has now.
        needed_iops: Option<f64>,
        /// MiB a second, likewise.
        needed_throughput_mibps: Option<f64>,
        /// Present list price of a month, USD.
        monthly_usd: Option<f64>,
        /// IOPS that suffice within the present type. NULL where the type has no smaller provision, or the volume cannot be modified.
        trim_iops: Option<i64>,
        /// Throughput that suffices within the present type, MiB/s; 0 for types that provision none.
        trim_throughput_mibps: Option<i64>,
        /// List price with these, USD a month.
        trim_monthly_usd: Option<f64>,
        /// What that saves, USD a month.
        trim_monthly_savings_usd: Option<f64>,
        /// The cheapest type that provides what is needed, at least as durable as the present one; the present type where none is
        /// cheaper. NULL where the volume cannot be modified or a price is not known.
        target_type: Option<String>,
        /// IOPS to provision there.
        target_iops: Option<i64>,
        /// Throughput to provision there, MiB/s; 0 for types that provision none.
        target_throughput_mibps: Option<i64>,
        /// List price there, USD a month.
        target_monthly_usd: Option<f64>,
        /// What the change saves, USD a month; 0 where no type is cheaper.
        monthly_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`: how good the prices of both options are.
        price_basis: Option<String>,
    }
    derived from ["aws_ebs_volume", "usage"];
}
