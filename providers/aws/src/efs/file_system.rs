//! `aws_efs_file_system`.

use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};

const FILE_SYSTEM: &[Dimension] = &[Dimension {
    name: "FileSystemId",
    value: DimensionValue::Column("short_id"),
}];

/// What AWS publishes for a file system. Without a client it is silent.
/// <https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html>
pub static METRICS: &[Metric] = &[Metric {
    namespace: "AWS/EFS",
    name: "ClientConnections",
    dimensions: FILE_SYSTEM,
    missing: Missing::Zero,
    doc: "Connections of clients, summed over the minutes of a period.",
}];

table! {
    /// EFS file systems.
    pub struct FileSystem: resource "AWS::EFS::FileSystem" in "aws_efs_file_system" reads ["elasticfilesystem:DescribeFileSystems"] {
        /// `creating`, `available`, `updating`, `deleting` or `error`.
        state: Option<String>,
        /// Whether it is encrypted.
        encrypted: Option<bool>,
        /// Key that it is encrypted with; empty when it is not.
        kms_key_id: Option<String>,
        /// Availability Zone of a One Zone file system; empty for one in all zones.
        zone: Option<String>,
        /// What it stores, GiB.
        size_gib: Option<f64>,
        /// Of it, in the class Standard (or One Zone), GiB.
        standard_gib: Option<f64>,
        /// Of it, in the class Infrequent Access (or One Zone-Infrequent Access), GiB.
        infrequent_gib: Option<f64>,
        /// Of it, in the class Archive, GiB.
        archive_gib: Option<f64>,
        /// `bursting`, `provisioned` or `elastic`.
        throughput_mode: Option<String>,
        /// Provisioned throughput, MiB/s; 0 in the other modes.
        provisioned_throughput_mibps: Option<f64>,
        /// Mount targets, one a zone at most. Without any nobody can mount it.
        mount_target_count: Option<i64>,
    }
    metrics METRICS;
}
