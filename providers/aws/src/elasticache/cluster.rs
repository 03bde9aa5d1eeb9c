//! `aws_elasticache_cluster`.

use aws_sdk_elasticache::types::CacheCluster;
use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};

use crate::scan::Scan;
use crate::time::instant;

const CLUSTER: &[Dimension] = &[Dimension {
    name: "CacheClusterId",
    value: DimensionValue::Column("short_id"),
}];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric {
        namespace: "AWS/ElastiCache",
        name,
        dimensions: CLUSTER,
        missing: Missing::NoEvidence,
        doc,
    }
}

/// What AWS publishes for a cluster, over all of its nodes, every minute while it runs: silence says nothing.
/// <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.html>
pub static METRICS: &[Metric] = &[
    metric("CPUUtilization", "CPU of the whole node, percent."),
    metric(
        "EngineCPUUtilization",
        "CPU of the thread that serves commands, percent of one core; of Redis OSS and Valkey.",
    ),
    metric(
        "DatabaseMemoryUsagePercentage",
        "Memory in use, percent of what the engine may use; of Redis OSS and Valkey.",
    ),
    metric(
        "BytesUsedForCacheItems",
        "Bytes of the items; of Memcached.",
    ),
    metric(
        "CurrConnections",
        "Open connections. Four to six are ElastiCache's own.",
    ),
    metric(
        "GetTypeCmds",
        "Commands that read; of Redis OSS and Valkey.",
    ),
    metric(
        "SetTypeCmds",
        "Commands that write; of Redis OSS and Valkey.",
    ),
    metric(
        "CacheHits",
        "Keys that were found; of Redis OSS and Valkey.",
    ),
    metric(
        "CacheMisses",
        "Keys that were not found; of Redis OSS and Valkey.",
    ),
    metric("CmdGet", "Commands that read; of Memcached."),
    metric("CmdSet", "Commands that write; of Memcached."),
    metric("NetworkBytesIn", "Bytes that it received."),
    metric("NetworkBytesOut", "Bytes that it sent."),
];

/// Whether clusters of an engine publish a metric.
pub(crate) fn publishes(engine: &str, metric: &str) -> bool {
    match metric {
        "BytesUsedForCacheItems" | "CmdGet" | "CmdSet" => engine == "memcached",
        "EngineCPUUtilization"
        | "DatabaseMemoryUsagePercentage"
        | "GetTypeCmds"
        | "SetTypeCmds"
        | "CacheHits"
        | "CacheMisses" => engine != "memcached",
        _ => true,
    }
}

table! {
    /// ElastiCache clusters: one node of Redis OSS or Valkey each, most of them in a replication group, or the nodes of a Memcached
    /// cluster.
    pub struct Cluster: resource "AWS::ElastiCache::CacheCluster" in "aws_elasticache_cluster" reads ["elasticache:DescribeCacheClusters"] {
        /// `available`, `creating`, `modifying`, `snapshotting`, …
        status: Option<String>,
        /// `redis`, `valkey` or `memcached`.
        engine: Option<String>,
        /// Version of the engine.
        engine_version: Option<String>,
        /// Type of its nodes (`cache.r7g.large`).
        node_type: Option<String>,
        /// Nodes: 1, or those of a Memcached cluster.
        node_count: Option<i64>,
        /// Replication group that it belongs to; empty when it stands alone.
        replication_group_resource_id: Option<String> => "aws_elasticache_replication_group",
        /// Availability Zone; `Multiple` for a Memcached cluster over several.
        zone: Option<String>,
        /// Whether what it keeps on disk is encrypted.
        encrypted_at_rest: Option<bool>,
        /// Whether connections have to be encrypted, or may be.
        encrypted_in_transit: Option<bool>,
        /// Whether it stands on an Outpost.
        on_outpost: Option<bool>,
        /// Days that automatic snapshots are kept; 0 for none.
        snapshot_retention_days: Option<i64>,
    }
    group "tags" reads ["tag:GetResources"] {
    }
    metrics METRICS;
}

/// A cluster as its row.
pub(super) fn row(scan: &Scan<'_>, region: &str, found: &CacheCluster) -> Option<Cluster> {
    let short_id = found.cache_cluster_id()?;
    let arn = |kind: &str, id: &str| {
        let resource = format!("{kind}:{id}");
        scan.names.regional("elasticache", region, &resource)
    };
    let own = found
        .arn()
        .map_or_else(|| arn("cluster", short_id), str::to_owned);
    let mut id = scan.key(region, own, short_id);
    id.name = Some(short_id.to_owned());
    id.created_at = instant(found.cache_cluster_create_time());
    let group = found.replication_group_id();
    Some(Cluster {
        id,
        status: found.cache_cluster_status().map(str::to_owned),
        engine: found.engine().map(str::to_owned),
        engine_version: found.engine_version().map(str::to_owned),
        node_type: found.cache_node_type().map(str::to_owned),
        node_count: found.num_cache_nodes().map(i64::from),
        replication_group_resource_id: Some(
            group.map_or_else(String::new, |group| arn("replicationgroup", group)),
        ),
        zone: Some(
            found
                .preferred_availability_zone()
                .unwrap_or_default()
                .to_owned(),
        ),
        encrypted_at_rest: found.at_rest_encryption_enabled(),
        encrypted_in_transit: found.transit_encryption_enabled(),
        on_outpost: Some(found.preferred_outpost_arn().is_some()),
        snapshot_retention_days: Some(found.snapshot_retention_limit().map_or(0, i64::from)),
    })
}
