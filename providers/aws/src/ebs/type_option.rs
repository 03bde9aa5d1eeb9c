//! `aws_ebs_type_option`: what a volume could become.

use billhook_catalog::table;

table! {
    /// A change of volume type at matched performance, one row a volume that has such an option (gp2 to gp3).
    pub struct TypeOption: link in "aws_ebs_type_option" reads [] {
        /// The volume.
        resource_id: String => "aws_ebs_volume",
        /// Type to change to.
        target_type: Option<String>,
        /// I/O operations a second to provision there.
        target_iops: Option<i64>,
        /// Throughput to provision there, MiB/s.
        target_throughput_mibps: Option<i64>,
        /// Present list price of a month, USD.
        monthly_usd: Option<f64>,
        /// List price after the change, USD.
        target_monthly_usd: Option<f64>,
        /// Difference, USD; 0 or less where the change does not pay.
        monthly_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_ebs_volume"];
}
