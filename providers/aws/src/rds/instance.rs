//! `aws_rds_instance`.

use aws_sdk_rds::types::DbInstance;
use billhook_catalog::{BASE_GROUP, Dimension, DimensionValue, Metric, Missing, Row, table};
use jiff::Timestamp;

use crate::classify::Problem;
use crate::number::count;
use crate::rds::cluster::Roles;
use crate::rds::{has_cluster_volume, keep_tags, product};
use crate::scan::Scan;
use crate::time::instant;

const DIMENSIONS: &[Dimension] = &[Dimension {
    name: "DBInstanceIdentifier",
    value: DimensionValue::Column("short_id"),
}];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric {
        namespace: "AWS/RDS",
        name,
        dimensions: DIMENSIONS,
        // A running instance reports every minute, whatever it does, and a stopped one reports nothing.
        missing: Missing::NoEvidence,
        doc,
    }
}

/// What AWS publishes for an instance of RDS or Aurora while it runs. DocumentDB and Neptune publish theirs in namespaces of
/// their own, which are not read.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html>
pub static METRICS: &[Metric] = &[
    metric("CPUUtilization", "CPU in use, percent."),
    metric(
        "DatabaseConnections",
        "Client sessions that are connected, without those of RDS itself.",
    ),
    metric(
        "FreeableMemory",
        "Memory that is free or could be, bytes: on MariaDB, MySQL, Oracle and PostgreSQL what the operating system calls available.",
    ),
    metric(
        "FreeStorageSpace",
        "Free space of the instance's storage, bytes. Aurora does not publish it.",
    ),
    metric("SwapUsage", "Swap space in use, bytes."),
    metric("ReadIOPS", "Reads from disk, operations a second."),
    metric("WriteIOPS", "Writes to disk, operations a second."),
    metric("ReadThroughput", "Read from disk, bytes a second."),
    metric("WriteThroughput", "Written to disk, bytes a second."),
    metric(
        "NetworkReceiveThroughput",
        "Received by the instance, bytes a second, replication and monitoring included.",
    ),
    metric(
        "NetworkTransmitThroughput",
        "Sent by the instance, bytes a second, replication and monitoring included.",
    ),
    metric(
        "ServerlessDatabaseCapacity",
        "Capacity of a serverless instance of Aurora, ACU.",
    ),
];

table! {
    /// Database instances of RDS, Aurora, DocumentDB and Neptune, one row an instance; the one API lists them all.
    pub struct Instance: resource "AWS::RDS::DBInstance" in "aws_rds_instance" reads ["rds:DescribeDBInstances"] {
        /// `RDS`, `Aurora`, `DocumentDB` or `Neptune`.
        product: Option<String>,
        /// Engine, as AWS calls it (`postgres`, `aurora-mysql`, `sqlserver-se`, `docdb`, …).
        engine: Option<String>,
        /// Version of the engine.
        engine_version: Option<String>,
        /// `license-included`, `bring-your-own-license`, `general-public-license`, `postgresql-license`, …
        license_model: Option<String>,
        /// Class (`db.m6g.large`); `db.serverless` for Aurora Serverless v2.
        instance_class: Option<String>,
        /// State, as AWS calls it (`available`, `stopped`, `modifying`, …).
        status: Option<String>,
        /// When AWS starts it again by itself, seven days after it was stopped. NULL when it is not stopped, or AWS does not say.
        automatic_restart_at: Option<Timestamp>,
        /// `single-az`, `multi-az` (with a standby that nobody reads), or `multi-az-cluster` (one of the three of a Multi-AZ
        /// DB cluster). Instances of Aurora, DocumentDB and Neptune are `single-az`, each for itself.
        deployment: Option<String>,
        /// Provisioned storage, GiB; 0 where the volume of a cluster holds the data.
        allocated_storage_gib: Option<i64>,
        /// Up to where AWS lets the storage grow by itself, GiB; 0 when it does not.
        max_allocated_storage_gib: Option<i64>,
        /// `gp2`, `gp3`, `io1`, `io2`, `standard` (magnetic), or what a cluster volume is called (`aurora`, `aurora-iopt1`).
        storage_type: Option<String>,
        /// Provisioned I/O operations a second, the total; 0 for types without.
        provisioned_iops: Option<i64>,
        /// Provisioned throughput, MiB/s, the total; 0 for types without.
        provisioned_throughput_mibps: Option<i64>,
        /// Storage volumes beside the first.
        additional_volume_count: Option<i64>,
        /// Whether its logs have a volume of their own, which is billed.
        dedicated_log_volume: Option<bool>,
        /// Cluster that it belongs to; empty when to none.
        cluster_resource_id: Option<String> => "aws_rds_cluster",
        /// Order in which AWS promotes the readers of a cluster, 0 first. NULL when AWS does not say, as outside of clusters.
        promotion_tier: Option<i64>,
        /// Whether it replicates another instance or cluster.
        is_replica: Option<bool>,
        /// Instance that it replicates, in whichever region that is; empty when none.
        replica_source_resource_id: Option<String> => "aws_rds_instance",
        /// Instances and clusters that replicate it.
        replica_count: Option<i64>,
        /// Whether Performance Insights is on.
        performance_insights: Option<bool>,
        /// Key that its data are encrypted with; empty when there are none.
        performance_insights_kms_key_id: Option<String>,
        /// Whether its storage is encrypted.
        encrypted: Option<bool>,
        /// Key that it is encrypted with; empty when it is not.
        kms_key_id: Option<String>,
        /// Days that automated backups are kept; 0 when there are none. For a member of a cluster the cluster's.
        backup_retention_days: Option<i64>,
        /// Whether its name leads to a public address.
        publicly_accessible: Option<bool>,
        /// Whether it is protected against deletion.
        deletion_protection: Option<bool>,
        /// What happens when standard support of the version ends: `open-source-rds-extended-support` (it is billed) or
        /// `open-source-rds-extended-support-disabled` (it is upgraded); empty for engines without.
        engine_lifecycle_support: Option<String>,
        /// Processor features that were chosen (cores, threads a core); 0 for those of the class.
        processor_feature_count: Option<i64>,
        /// Availability Zone.
        zone: Option<String>,
    }
    group "cluster" reads ["rds:DescribeDBClusters"] {
        /// What it is in its cluster: `writer` or `reader`; empty outside of clusters.
        cluster_role: Option<String>,
        /// Whether its cluster replicates another one: a secondary of a global database, or a replica in another region.
        in_secondary_cluster: Option<bool>,
    }
    metrics METRICS;
}

/// Column group of what an instance is in its cluster.
pub(crate) const CLUSTER: &str = "cluster";

/// Reads the database instances of a region. `clusters` has what they are in their clusters, if that is wanted.
pub(crate) async fn collect(
    scan: &Scan<'_>,
    region: &str,
    clusters: Option<Result<Roles, Problem>>,
) {
    let client = scan.clients.rds(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "rds:DescribeDBInstances",
            |token| {
                client
                    .describe_db_instances()
                    .max_records(100)
                    .set_marker(token)
                    .send()
            },
            |page| {
                for described in page.db_instances() {
                    if let Some(mut row) = row(scan, region, described) {
                        in_its_cluster(&mut row, clusters.as_ref());
                        keep_tags(scan, Instance::TABLE, &row.id, described.tag_list());
                        scan.put(region, row);
                    }
                }
                page.marker
            },
        )
        .await;
    scan.settle(Instance::TABLE, BASE_GROUP, region, &outcome);
    if let (Ok(()), Some(clusters)) = (outcome, clusters) {
        scan.settle(Instance::TABLE, CLUSTER, region, &clusters.map(drop));
    }
}

/// What lies outside of clusters needs no list of them.
fn in_its_cluster(row: &mut Instance, clusters: Option<&Result<Roles, Problem>>) {
    if row.cluster_resource_id.as_deref() == Some("") {
        row.cluster_role = Some(String::new());
        row.in_secondary_cluster = Some(false);
        return;
    }
    let Some(Ok(roles)) = clusters else { return };
    if let Some(role) = roles.get(&row.id.resource_id) {
        row.in_secondary_cluster = Some(role.in_secondary);
        row.cluster_role = role.is_writer.map(|is_writer| {
            let name = if is_writer { "writer" } else { "reader" };
            name.to_owned()
        });
    }
}

/// A provision that only some storage types have: 0 for the others, and unknown where AWS does not say it of one that has it.
fn provision(kind: Option<&str>, has: &[&str], value: Option<i32>) -> Option<i64> {
    match kind {
        Some(kind) if !has.contains(&kind) => Some(0),
        _ => value.map(i64::from),
    }
}

fn row(scan: &Scan<'_>, region: &str, described: &DbInstance) -> Option<Instance> {
    let short_id = described.db_instance_identifier()?;
    let names = &scan.names;
    let own = |kind: &str, id: &str| names.rds(region, kind, id);
    let arn = described
        .db_instance_arn()
        .map_or_else(|| own("db", short_id), str::to_owned);
    let mut id = scan.key(region, arn, short_id);
    id.name = Some(short_id.to_owned());
    id.created_at = instant(described.instance_create_time());
    let engine = described.engine();
    let cluster = described
        .db_cluster_identifier()
        .filter(|cluster| !cluster.is_empty());
    let on_cluster_volume = engine.map(has_cluster_volume);
    let storage_type = described.storage_type();
    let replicated = described
        .read_replica_source_db_instance_identifier()
        .unwrap_or_default();
    let replicated_cluster = described
        .read_replica_source_db_cluster_identifier()
        .unwrap_or_default();
    let replicas = described.read_replica_db_instance_identifiers().len()
        + described.read_replica_db_cluster_identifiers().len();
    let encrypted = described.storage_encrypted();
    Some(Instance {
        id,
        product: engine.map(|engine| product(engine).to_owned()),
        engine: engine.map(str::to_owned),
        engine_version: described.engine_version().map(str::to_owned),
        license_model: described.license_model().map(str::to_owned),
        instance_class: described.db_instance_class().map(str::to_owned),
        status: described.db_instance_status().map(str::to_owned),
        automatic_restart_at: instant(described.automatic_restart_time()),
        deployment: deployment(on_cluster_volume, cluster.is_some(), described.multi_az())
            .map(str::to_owned),
        allocated_storage_gib: match on_cluster_volume {
            Some(true) => Some(0),
            Some(false) => described.allocated_storage().map(i64::from),
            None => None,
        },
        max_allocated_storage_gib: Some(described.max_allocated_storage().map_or(0, i64::from)),
        storage_type: storage_type.map(str::to_owned),
        provisioned_iops: provision(storage_type, &["gp3", "io1", "io2"], described.iops()),
        provisioned_throughput_mibps: provision(
            storage_type,
            &["gp3"],
            described.storage_throughput(),
        ),
        additional_volume_count: Some(count(described.additional_storage_volumes().len())),
        dedicated_log_volume: Some(described.dedicated_log_volume().unwrap_or(false)),
        cluster_resource_id: Some(
            cluster.map_or_else(String::new, |cluster| own("cluster", cluster)),
        ),
        promotion_tier: described.promotion_tier().map(i64::from),
        is_replica: Some(!replicated.is_empty() || !replicated_cluster.is_empty()),
        replica_source_resource_id: Some(match replicated {
            "" => String::new(),
            // Of another region AWS gives the ARN, of its own the bare identifier.
            arn if arn.starts_with("arn:") => arn.to_owned(),
            identifier => own("db", identifier),
        }),
        replica_count: Some(count(replicas)),
        performance_insights: Some(described.performance_insights_enabled().unwrap_or(false)),
        performance_insights_kms_key_id: Some(
            described
                .performance_insights_kms_key_id()
                .unwrap_or_default()
                .to_owned(),
        ),
        encrypted,
        kms_key_id: match encrypted {
            Some(false) => Some(String::new()),
            _ => described.kms_key_id().map(str::to_owned),
        },
        backup_retention_days: described.backup_retention_period().map(i64::from),
        publicly_accessible: described.publicly_accessible(),
        deletion_protection: described.deletion_protection(),
        engine_lifecycle_support: Some(
            described
                .engine_lifecycle_support()
                .unwrap_or_default()
                .to_owned(),
        ),
        processor_feature_count: Some(count(described.processor_features().len())),
        zone: described.availability_zone().map(str::to_owned),
        cluster_role: None,
        in_secondary_cluster: None,
    })
}

/// How an instance is doubled. Unknown when AWS does not say what decides it.
fn deployment(
    on_cluster_volume: Option<bool>,
    in_cluster: bool,
    multi_az: Option<bool>,
) -> Option<&'static str> {
    match (on_cluster_volume?, in_cluster, multi_az) {
        (true, _, _) => Some("single-az"),
        (false, true, _) => Some("multi-az-cluster"),
        (false, false, Some(true)) => Some("multi-az"),
        (false, false, Some(false)) => Some("single-az"),
        (false, false, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_an_instance_is_doubled() {
        assert_eq!(deployment(Some(false), false, Some(true)), Some("multi-az"));
        assert_eq!(
            deployment(Some(false), false, Some(false)),
            Some("single-az")
        );
        assert_eq!(
            deployment(Some(false), true, Some(true)),
            Some("multi-az-cluster")
        );
        assert_eq!(
            deployment(Some(true), true, Some(true)),
            Some("single-az"),
            "Aurora bills each instance by itself"
        );
        assert_eq!(deployment(Some(false), false, None), None);
        assert_eq!(deployment(None, false, Some(true)), None);
    }

    #[test]
    fn a_type_without_a_provision_has_none_and_one_with_may_be_unknown() {
        assert_eq!(provision(Some("gp2"), &["gp3"], Some(300)), Some(0));
        assert_eq!(provision(Some("gp3"), &["gp3"], Some(3000)), Some(3000));
        assert_eq!(provision(Some("gp3"), &["gp3"], None), None);
        assert_eq!(provision(None, &["gp3"], None), None);
    }
}
