//! `aws_ebs_volume`.

use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};

const VOLUME: &[Dimension] = &[Dimension { name: "VolumeId", value: DimensionValue::Column("short_id") }];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric { namespace: "AWS/EBS", name, dimensions: VOLUME, missing: Missing::NotAttached, doc }
}

/// What AWS publishes for a volume, only while it is attached.
/// <https://docs.aws.amazon.com/ebs/latest/userguide/using_cloudwatch_ebs.html>
pub static METRICS: &[Metric] = &[
    metric("VolumeReadOps", "Completed reads."),
    metric("VolumeWriteOps", "Completed writes."),
    metric("VolumeReadBytes", "Bytes read."),
    metric("VolumeWriteBytes", "Bytes written."),
];

table! {
    /// EBS volumes, one row a volume.
    pub struct Volume: resource "AWS::EC2::Volume" in "aws_ebs_volume" reads ["ec2:DescribeVolumes"] {
        /// `creating`, `available` (attached to nothing), `in-use`, `deleting` or `error`.
        state: Option<String>,
        /// `gp3`, `gp2`, `io2`, `io1`, `st1`, `sc1` or `standard`.
        volume_type: Option<String>,
        /// Provisioned size, GiB.
        size_gib: Option<i64>,
        /// Provisioned I/O operations a second; for gp2 its baseline, 0 for types without.
        provisioned_iops: Option<i64>,
        /// Provisioned throughput, MiB/s; 0 for types without.
        provisioned_throughput_mibps: Option<i64>,
        /// Whether it is encrypted.
        encrypted: Option<bool>,
        /// Key that it is encrypted with; empty when it is not.
        kms_key_id: Option<String>,
        /// Availability Zone.
        zone: Option<String>,
        /// Whether several instances may attach it at once.
        multi_attach: Option<bool>,
        /// Snapshot that it was made from, as the bare id; empty when from none.
        source_snapshot_id: Option<String>,
        /// Instances that it is attached to.
        attachment_count: Option<i64>,
    }
    metrics METRICS;
    absence is evidence;
}
