//! `aws_rds_cluster`.

use std::collections::HashMap;

use aws_sdk_rds::types::DbCluster;
use billhook_catalog::{BASE_GROUP, Dimension, DimensionValue, Metric, Missing, Row, table};
use jiff::Timestamp;

use crate::classify::Problem;
use crate::number::count;
use crate::rds::{has_cluster_volume, keep_tags, product};
use crate::scan::Scan;
use crate::time::instant;

const CLUSTER: &[Dimension] = &[Dimension {
    name: "DBClusterIdentifier",
    value: DimensionValue::Column("short_id"),
}];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric {
        namespace: "AWS/RDS",
        name,
        dimensions: CLUSTER,
        missing: Missing::NoEvidence,
        doc,
    }
}

/// What AWS publishes for the volume of an Aurora cluster.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html>
pub static METRICS: &[Metric] = &[
    metric(
        "VolumeBytesUsed",
        "Size of the cluster volume as it is billed, bytes.",
    ),
    metric(
        "VolumeReadIOPs",
        "Billed reads of the cluster volume in five minutes. Reported every five minutes, so take the average of 300 seconds.",
    ),
    metric(
        "VolumeWriteIOPs",
        "Billed writes to the cluster volume in five minutes. Reported every five minutes, so take the average of 300 seconds.",
    ),
];

table! {
    /// Database clusters: Aurora, DocumentDB, Neptune, and Multi-AZ DB clusters of RDS, one row a cluster.
    pub struct Cluster: resource "AWS::RDS::DBCluster" in "aws_rds_cluster" reads ["rds:DescribeDBClusters"] {
        /// `RDS` (a Multi-AZ DB cluster), `Aurora`, `DocumentDB` or `Neptune`.
        product: Option<String>,
        /// Engine, as AWS calls it.
        engine: Option<String>,
        /// Version of the engine.
        engine_version: Option<String>,
        /// `provisioned`, `serverless` (Aurora Serverless v1), `parallelquery`, `global` or `multimaster`.
        engine_mode: Option<String>,
        /// State, as AWS calls it (`available`, `stopped`, `modifying`, …).
        status: Option<String>,
        /// When AWS starts it again by itself, seven days after it was stopped. NULL when it is not stopped, or AWS does not say.
        automatic_restart_at: Option<Timestamp>,
        /// `aurora` or `aurora-iopt1`, `standard` or `iopt1` (DocumentDB, Neptune), or the type of a Multi-AZ DB cluster's volumes.
        storage_type: Option<String>,
        /// Whether its storage is I/O-Optimized: instances and storage cost more, and I/O nothing.
        io_optimized: Option<bool>,
        /// Provisioned storage of each instance of a Multi-AZ DB cluster, GiB; 0 where the cluster volume grows by itself.
        allocated_storage_gib: Option<i64>,
        /// `none`, `v1`, or `v2` (instances of the class db.serverless may be in it).
        serverless: Option<String>,
        /// Least capacity of a serverless instance, ACU; 0 also where there is none.
        serverless_min_acu: Option<f64>,
        /// Most capacity of a serverless instance, ACU; 0 where there is none.
        serverless_max_acu: Option<f64>,
        /// Instances in it.
        member_count: Option<i64>,
        /// Global database that it is part of; empty when of none.
        global_cluster_id: Option<String>,
        /// Whether it replicates another cluster: a secondary of a global database, or a replica in another region.
        is_secondary: Option<bool>,
        /// Whether its storage is encrypted.
        encrypted: Option<bool>,
        /// Key that it is encrypted with; empty when it is not.
        kms_key_id: Option<String>,
        /// Days that automated backups are kept.
        backup_retention_days: Option<i64>,
        /// Whether it is protected against deletion.
        deletion_protection: Option<bool>,
        /// What happens when standard support of the version ends: `open-source-rds-extended-support` (it is billed) or
        /// `open-source-rds-extended-support-disabled` (it is upgraded); empty for engines without.
        engine_lifecycle_support: Option<String>,
    }
    metrics METRICS;
}

/// What an instance is in its cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Role {
    /// Whether it is the writer.
    pub(crate) is_writer: Option<bool>,
    /// Whether its cluster replicates another one.
    pub(crate) in_secondary: bool,
}

/// The roles of instances, by their ARN.
pub(crate) type Roles = HashMap<String, Role>;

/// Reads the database clusters of a region; gives the roles of their instances.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) -> Result<Roles, Problem> {
    let client = scan.clients.rds(region);
    let mut roles = Roles::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "rds:DescribeDBClusters",
            |token| {
                client
                    .describe_db_clusters()
                    .max_records(100)
                    .set_marker(token)
                    .send()
            },
            |page| {
                for described in page.db_clusters() {
                    keep(scan, region, described, &mut roles);
                }
                page.marker
            },
        )
        .await;
    if scan.wants_any(&[Cluster::TABLE]) {
        scan.settle(Cluster::TABLE, BASE_GROUP, region, &outcome);
    }
    outcome.map(|()| roles)
}

fn keep(scan: &Scan<'_>, region: &str, described: &DbCluster, roles: &mut Roles) {
    let Some(row) = row(scan, region, described) else {
        return;
    };
    keep_tags(scan, Cluster::TABLE, &row.id, described.tag_list());
    for member in described.db_cluster_members() {
        let Some(instance) = member.db_instance_identifier() else {
            continue;
        };
        let role = Role {
            is_writer: member.is_cluster_writer(),
            in_secondary: is_secondary(described),
        };
        roles.insert(scan.names.rds(region, "db", instance), role);
    }
    scan.put(region, row);
}

fn row(scan: &Scan<'_>, region: &str, described: &DbCluster) -> Option<Cluster> {
    let short_id = described.db_cluster_identifier()?;
    let arn = described.db_cluster_arn().map_or_else(
        || scan.names.rds(region, "cluster", short_id),
        str::to_owned,
    );
    let mut id = scan.key(region, arn, short_id);
    id.name = Some(short_id.to_owned());
    id.created_at = instant(described.cluster_create_time());
    let engine = described.engine();
    let on_cluster_volume = engine.map(has_cluster_volume);
    let encrypted = described.storage_encrypted();
    let storage_type = storage_type(engine, described.storage_type());
    let (serverless, min_acu, max_acu) = serverless(described);
    Some(Cluster {
        id,
        product: engine.map(|engine| product(engine).to_owned()),
        engine: engine.map(str::to_owned),
        engine_version: described.engine_version().map(str::to_owned),
        engine_mode: described.engine_mode().map(str::to_owned),
        status: described.status().map(str::to_owned),
        automatic_restart_at: instant(described.automatic_restart_time()),
        io_optimized: storage_type.map(|name| name.ends_with("iopt1")),
        storage_type: storage_type.map(str::to_owned),
        allocated_storage_gib: match on_cluster_volume {
            Some(true) => Some(0),
            Some(false) => described.allocated_storage().map(i64::from),
            None => None,
        },
        serverless: Some(serverless.to_owned()),
        serverless_min_acu: min_acu,
        serverless_max_acu: max_acu,
        member_count: Some(count(described.db_cluster_members().len())),
        global_cluster_id: Some(
            described
                .global_cluster_identifier()
                .unwrap_or_default()
                .to_owned(),
        ),
        is_secondary: Some(is_secondary(described)),
        encrypted,
        kms_key_id: match encrypted {
            Some(false) => Some(String::new()),
            _ => described.kms_key_id().map(str::to_owned),
        },
        backup_retention_days: described.backup_retention_period().map(i64::from),
        deletion_protection: described.deletion_protection(),
        engine_lifecycle_support: Some(
            described
                .engine_lifecycle_support()
                .unwrap_or_default()
                .to_owned(),
        ),
    })
}

/// AWS names the storage of Aurora, DocumentDB and Neptune only when it is I/O-Optimized.
fn storage_type<'a>(engine: Option<&str>, given: Option<&'a str>) -> Option<&'a str> {
    let given = given.filter(|name| !name.is_empty());
    match (product(engine?), given) {
        ("RDS", given) => given,
        ("Aurora", Some("aurora-iopt1")) => Some("aurora-iopt1"),
        ("Aurora", _) => Some("aurora"),
        (_, Some("iopt1")) => Some("iopt1"),
        (_, _) => Some("standard"),
    }
}

/// Which serverless it is, with its least and most capacity in ACU.
fn serverless(described: &DbCluster) -> (&'static str, Option<f64>, Option<f64>) {
    if let Some(scaling) = described.serverless_v2_scaling_configuration() {
        return ("v2", scaling.min_capacity(), scaling.max_capacity());
    }
    if described.engine_mode() == Some("serverless") {
        let scaling = described.scaling_configuration_info();
        let acu = |capacity: Option<i32>| capacity.map(f64::from);
        return (
            "v1",
            acu(scaling.and_then(|scaling| scaling.min_capacity())),
            acu(scaling.and_then(|scaling| scaling.max_capacity())),
        );
    }
    ("none", Some(0.0), Some(0.0))
}

/// A secondary of a global database names its source, or has readers and no writer.
fn is_secondary(described: &DbCluster) -> bool {
    let has_source = described
        .replication_source_identifier()
        .is_some_and(|source| !source.is_empty());
    let is_global = described
        .global_cluster_identifier()
        .is_some_and(|global| !global.is_empty());
    let members = described.db_cluster_members();
    let has_no_writer = !members.is_empty()
        && members
            .iter()
            .all(|member| member.is_cluster_writer() == Some(false));
    has_source || is_global && has_no_writer
}

#[cfg(test)]
mod tests {
    use aws_sdk_rds::types::{DbClusterMember, ServerlessV2ScalingConfigurationInfo};

    use super::*;

    #[test]
    fn storage_that_aws_does_not_name_is_the_standard_one() {
        assert_eq!(storage_type(Some("aurora-mysql"), None), Some("aurora"));
        assert_eq!(
            storage_type(Some("aurora-mysql"), Some("aurora-iopt1")),
            Some("aurora-iopt1")
        );
        assert_eq!(storage_type(Some("docdb"), Some("iopt1")), Some("iopt1"));
        assert_eq!(storage_type(Some("neptune"), None), Some("standard"));
        assert_eq!(storage_type(Some("postgres"), Some("io1")), Some("io1"));
        assert_eq!(storage_type(Some("postgres"), None), None);
        assert_eq!(storage_type(None, Some("io1")), None);
    }

    #[test]
    fn a_secondary_has_a_source_or_no_writer() {
        let member = |writer: bool| {
            DbClusterMember::builder()
                .db_instance_identifier("i")
                .is_cluster_writer(writer)
                .build()
        };
        let cluster = DbCluster::builder;
        assert!(!is_secondary(&cluster().build()));
        assert!(is_secondary(
            &cluster().replication_source_identifier("arn").build()
        ));
        let global = || cluster().global_cluster_identifier("g");
        assert!(!is_secondary(
            &global().db_cluster_members(member(true)).build()
        ));
        assert!(is_secondary(
            &global().db_cluster_members(member(false)).build()
        ));
        assert!(!is_secondary(&global().build()), "nobody is in it yet");
    }

    #[test]
    fn which_serverless() {
        let scaling = ServerlessV2ScalingConfigurationInfo::builder()
            .min_capacity(0.5)
            .max_capacity(8.0)
            .build();
        let second = DbCluster::builder()
            .serverless_v2_scaling_configuration(scaling)
            .build();
        assert_eq!(serverless(&second), ("v2", Some(0.5), Some(8.0)));
        let first = DbCluster::builder().engine_mode("serverless").build();
        assert_eq!(serverless(&first), ("v1", None, None));
        let plain = DbCluster::builder().engine_mode("provisioned").build();
        assert_eq!(serverless(&plain), ("none", Some(0.0), Some(0.0)));
    }
}
