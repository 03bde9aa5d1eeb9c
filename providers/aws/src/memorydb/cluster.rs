//! `aws_memorydb_cluster`.

use aws_sdk_memorydb::types::{Cluster as Described, DataTieringStatus};
use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};

use crate::number::count;
use crate::scan::Scan;
use crate::time::instant;

const CLUSTER: &[Dimension] = &[Dimension {
    name: "ClusterName",
    value: DimensionValue::Column("short_id"),
}];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric {
        namespace: "AWS/MemoryDB",
        name,
        dimensions: CLUSTER,
        missing: Missing::NoEvidence,
        doc,
    }
}

/// What AWS publishes for a cluster, over all of its nodes, every minute while it runs: silence says nothing.
/// <https://docs.aws.amazon.com/memorydb/latest/devguide/metrics.memorydb.html>
pub static METRICS: &[Metric] = &[
    metric("CPUUtilization", "CPU of the whole node, percent."),
    metric(
        "EngineCPUUtilization",
        "CPU of the thread that serves commands, percent of one core.",
    ),
    metric(
        "DatabaseMemoryUsagePercentage",
        "Memory in use, percent of what the engine may use.",
    ),
    metric(
        "CurrConnections",
        "Open connections. Four to six are MemoryDB's own.",
    ),
    metric("GetTypeCmds", "Commands that read."),
    metric("SetTypeCmds", "Commands that write."),
    metric("NetworkBytesIn", "Bytes that its nodes received."),
    metric("NetworkBytesOut", "Bytes that its nodes sent."),
];

table! {
    /// MemoryDB clusters: shards, each with a primary and its replicas. What they keep is always encrypted. AWS tells when nodes were
    /// made, so `created_at` is that of the oldest node.
    pub struct Cluster: resource "AWS::MemoryDB::Cluster" in "aws_memorydb_cluster" reads ["memorydb:DescribeClusters"] {
        /// `available`, `creating`, `updating`, `deleting`, …
        status: Option<String>,
        /// `redis` or `valkey`.
        engine: Option<String>,
        /// Version of the engine.
        engine_version: Option<String>,
        /// Type of all its nodes (`db.r7g.large`).
        node_type: Option<String>,
        /// Shards.
        shard_count: Option<i64>,
        /// Nodes of all shards.
        node_count: Option<i64>,
        /// Whether its nodes stand in several zones.
        multi_az: Option<bool>,
        /// Whether items that are seldom used lie on disk (`r6gd`).
        data_tiering: Option<bool>,
        /// Multi-Region cluster that it belongs to; empty for none.
        multi_region_cluster: Option<String>,
        /// Key that it is encrypted with; empty when MemoryDB owns it.
        kms_key_id: Option<String>,
        /// Whether connections are encrypted.
        encrypted_in_transit: Option<bool>,
        /// Access control list of its users; `open-access` lets everybody in.
        access_list: Option<String>,
        /// Days that automatic snapshots are kept; 0 for none.
        snapshot_retention_days: Option<i64>,
    }
    group "tags" reads ["tag:GetResources"] {
    }
    metrics METRICS;
}

/// A cluster as its row. It must have been described with its shards.
pub(super) fn row(scan: &Scan<'_>, region: &str, found: &Described) -> Option<Cluster> {
    let short_id = found.name()?;
    let arn = found.arn().map_or_else(
        || {
            let resource = format!("cluster/{short_id}");
            scan.names.regional("memorydb", region, &resource)
        },
        str::to_owned,
    );
    let nodes = || found.shards().iter().flat_map(|shard| shard.nodes());
    let mut id = scan.key(region, arn, short_id);
    id.name = Some(short_id.to_owned());
    id.created_at = nodes().filter_map(|node| instant(node.create_time())).min();
    let node_count = count(nodes().count());
    Some(Cluster {
        id,
        status: found.status().map(str::to_owned),
        engine: Some(
            found
                .engine()
                .map_or_else(|| "redis".to_owned(), str::to_lowercase),
        ),
        engine_version: found.engine_version().map(str::to_owned),
        node_type: found.node_type().map(str::to_owned),
        shard_count: found.number_of_shards().map(i64::from),
        node_count: (node_count > 0).then_some(node_count),
        multi_az: found
            .availability_mode()
            .map(|mode| mode.as_str().eq_ignore_ascii_case("multiaz")),
        data_tiering: Some(found.data_tiering() == Some(&DataTieringStatus::True)),
        multi_region_cluster: Some(
            found
                .multi_region_cluster_name()
                .unwrap_or_default()
                .to_owned(),
        ),
        kms_key_id: Some(found.kms_key_id().unwrap_or_default().to_owned()),
        encrypted_in_transit: found.tls_enabled(),
        access_list: found.acl_name().map(str::to_owned),
        snapshot_retention_days: Some(found.snapshot_retention_limit().map_or(0, i64::from)),
    })
}
