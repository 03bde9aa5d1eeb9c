//! `aws_redshift_cluster`.

use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};

const CLUSTER: &[Dimension] = &[Dimension {
    name: "ClusterIdentifier",
    value: DimensionValue::Column("short_id"),
}];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric {
        namespace: "AWS/Redshift",
        name,
        dimensions: CLUSTER,
        // A cluster that runs reports every minute, whatever it does, and a paused one reports nothing.
        missing: Missing::NoEvidence,
        doc,
    }
}

/// What AWS publishes for a cluster as a whole while it runs.
/// <https://docs.aws.amazon.com/redshift/latest/mgmt/metrics-listing.html>
pub static METRICS: &[Metric] = &[
    metric("CPUUtilization", "CPU in use, percent."),
    metric("DatabaseConnections", "Connections of clients."),
    metric(
        "PercentageDiskSpaceUsed",
        "Storage in use, percent of what the cluster may hold.",
    ),
    metric("ReadIOPS", "Reads from disk, operations a second."),
    metric("WriteIOPS", "Writes to disk, operations a second."),
    metric(
        "NetworkReceiveThroughput",
        "Received by the cluster, bytes a second.",
    ),
    metric(
        "NetworkTransmitThroughput",
        "Sent by the cluster, bytes a second.",
    ),
];

table! {
    /// Provisioned clusters of Redshift, one row a cluster. Serverless workgroups are not read.
    pub struct Cluster: resource "AWS::Redshift::Cluster" in "aws_redshift_cluster" reads ["redshift:DescribeClusters"] {
        /// State, as AWS calls it (`available`, `paused`, `resizing`, …).
        status: Option<String>,
        /// Whether queries can be sent: `Available`, `Unavailable`, `Maintenance`, `Modifying`, `Failed` or `Paused`.
        availability: Option<String>,
        /// Type of its nodes (`ra3.xlplus`).
        node_type: Option<String>,
        /// Compute nodes, in the first zone where it is in two. The leader node of a larger cluster is not billed and not counted.
        node_count: Option<i64>,
        /// Whether it runs in two Availability Zones at once.
        multi_az: Option<bool>,
        /// Compute nodes in the second zone; 0 where it is in one.
        secondary_node_count: Option<i64>,
        /// What it may hold, GiB. With RA3 nodes it is billed for what it holds, not for this.
        storage_capacity_gib: Option<f64>,
        /// Numbers of nodes that AWS can resize it to within minutes, as AWS lists them; empty when AWS lists none.
        elastic_resize_node_counts: Option<String>,
        /// Version of the database engine.
        engine_version: Option<String>,
        /// Whether it is encrypted.
        encrypted: Option<bool>,
        /// Key that it is encrypted with; empty when it is not, or when the key is in a hardware module.
        kms_key_id: Option<String>,
        /// Whether its name leads to a public address.
        publicly_accessible: Option<bool>,
        /// Days that automated snapshots are kept; 0 when none are made.
        snapshot_retention_days: Option<i64>,
        /// Network that it is in; empty for the classic network.
        vpc_id: Option<String>,
        /// Availability Zone.
        zone: Option<String>,
    }
    metrics METRICS;
}
