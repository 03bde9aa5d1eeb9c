//! `aws_elasticache_replication_group`.

use aws_sdk_elasticache::types::{
    AutomaticFailoverStatus, DataTieringStatus, MultiAzStatus, ReplicationGroup as Described,
};
use billhook_catalog::table;

use crate::number::count;
use crate::scan::Scan;
use crate::time::instant;

table! {
    /// ElastiCache replication groups of Redis OSS and Valkey: shards, each with a primary and its replicas. What they cost are their
    /// clusters.
    pub struct ReplicationGroup: resource "AWS::ElastiCache::ReplicationGroup" in "aws_elasticache_replication_group" reads ["elasticache:DescribeReplicationGroups"] {
        /// `available`, `creating`, `modifying`, `deleting`, `create-failed` or `snapshotting`.
        status: Option<String>,
        /// `redis` or `valkey`.
        engine: Option<String>,
        /// Type of all its nodes (`cache.r7g.large`).
        node_type: Option<String>,
        /// Shards.
        shard_count: Option<i64>,
        /// Clusters, each one node.
        cluster_count: Option<i64>,
        /// Whether it runs in cluster mode, in which keys are spread over shards.
        cluster_mode: Option<bool>,
        /// Whether a replica takes over when its primary fails.
        automatic_failover: Option<bool>,
        /// Whether its nodes stand in several zones.
        multi_az: Option<bool>,
        /// Global datastore that it belongs to; empty for none.
        global_datastore: Option<String>,
        /// `PRIMARY` or `SECONDARY` in its global datastore; empty without one.
        global_role: Option<String>,
        /// Whether items that are seldom used lie on disk (`r6gd`).
        data_tiering: Option<bool>,
        /// Whether what it keeps on disk is encrypted.
        encrypted_at_rest: Option<bool>,
        /// Key that it is encrypted with; empty when it is not, or with ElastiCache's own.
        kms_key_id: Option<String>,
        /// Whether connections can be encrypted.
        encrypted_in_transit: Option<bool>,
        /// `required`, `preferred` (plain connections are accepted as well) or `none`.
        transit_encryption: Option<String>,
        /// Whether clients have to show a token. Users of an access control list are not counted.
        has_auth_token: Option<bool>,
        /// Days that automatic snapshots are kept; 0 for none.
        snapshot_retention_days: Option<i64>,
    }
    group "tags" reads ["tag:GetResources"] {
    }
}

/// A replication group as its row.
pub(super) fn row(scan: &Scan<'_>, region: &str, found: &Described) -> Option<ReplicationGroup> {
    let short_id = found.replication_group_id()?;
    let arn = found.arn().map_or_else(
        || {
            let resource = format!("replicationgroup:{short_id}");
            scan.names.regional("elasticache", region, &resource)
        },
        str::to_owned,
    );
    let mut id = scan.key(region, arn, short_id);
    id.name = Some(short_id.to_owned());
    id.created_at = instant(found.replication_group_create_time());
    let global = found.global_replication_group_info();
    let in_transit = found.transit_encryption_enabled();
    let transit_encryption = match (in_transit, found.transit_encryption_mode()) {
        (Some(false), _) => Some("none".to_owned()),
        (_, Some(mode)) => Some(mode.as_str().to_owned()),
        // Groups that are older than the choice require it.
        (Some(true), None) => Some("required".to_owned()),
        (None, None) => None,
    };
    Some(ReplicationGroup {
        id,
        status: found.status().map(str::to_owned),
        engine: Some(found.engine().unwrap_or("redis").to_owned()),
        node_type: found.cache_node_type().map(str::to_owned),
        shard_count: Some(count(found.node_groups().len())),
        cluster_count: Some(count(found.member_clusters().len())),
        cluster_mode: found.cluster_enabled(),
        automatic_failover: found.automatic_failover().map(|status| {
            matches!(
                status,
                AutomaticFailoverStatus::Enabled | AutomaticFailoverStatus::Enabling
            )
        }),
        multi_az: found
            .multi_az()
            .map(|status| *status == MultiAzStatus::Enabled),
        global_datastore: Some(
            global
                .and_then(|info| info.global_replication_group_id())
                .unwrap_or_default()
                .to_owned(),
        ),
        global_role: Some(
            global
                .and_then(|info| info.global_replication_group_member_role())
                .unwrap_or_default()
                .to_owned(),
        ),
        data_tiering: Some(found.data_tiering() == Some(&DataTieringStatus::Enabled)),
        encrypted_at_rest: found.at_rest_encryption_enabled(),
        kms_key_id: Some(found.kms_key_id().unwrap_or_default().to_owned()),
        encrypted_in_transit: in_transit,
        transit_encryption,
        has_auth_token: found.auth_token_enabled(),
        snapshot_retention_days: Some(found.snapshot_retention_limit().map_or(0, i64::from)),
    })
}
