//! `aws_rds_cluster_snapshot`.

use aws_sdk_rds::operation::describe_db_cluster_snapshot_attributes::DescribeDbClusterSnapshotAttributesOutput;
use aws_sdk_rds::types::{DbClusterSnapshot, DbClusterSnapshotAttribute};
use billhook_catalog::{BASE_GROUP, Row, table};

use crate::classify::Problem;
use crate::each::{Asking, ask_each};
use crate::rds::snapshot::{AT_ONCE, SHARING, restorers};
use crate::rds::{keep_tags, product};
use crate::scan::Scan;
use crate::time::instant;

table! {
    /// Snapshots of database clusters that the account owns; those of other accounts that are shared with it are left out.
    pub struct ClusterSnapshot: resource "AWS::RDS::DBClusterSnapshot" in "aws_rds_cluster_snapshot"
    reads ["rds:DescribeDBClusterSnapshots"] {
        /// `Aurora`, `DocumentDB`, `Neptune`, or `RDS` (a Multi-AZ DB cluster).
        product: Option<String>,
        /// Engine, as AWS calls it.
        engine: Option<String>,
        /// Version of the engine.
        engine_version: Option<String>,
        /// State (`available`, `creating`, `failed`, …).
        status: Option<String>,
        /// `manual`, `automated` (deleted by the retention of backups) or `awsbackup` (made and deleted by AWS Backup).
        snapshot_type: Option<String>,
        /// Storage of the cluster when the snapshot was taken, GiB. NULL when AWS does not say; of Aurora it often says 0 or 1,
        /// which are no sizes of a volume.
        allocated_storage_gib: Option<i64>,
        /// Whether it is encrypted.
        encrypted: Option<bool>,
        /// Key that it is encrypted with; empty when it is not.
        kms_key_id: Option<String>,
        /// Cluster that it was taken of; NULL for copies, whose cluster may be in another region or account.
        source_cluster_resource_id: Option<String> => "aws_rds_cluster",
        /// Whether it is a copy of another snapshot.
        is_copy: Option<bool>,
    }
    group "sharing" reads ["rds:DescribeDBClusterSnapshotAttributes"] {
        /// Whether any account may restore it.
        is_public: Option<bool>,
        /// Accounts that it is shared with; 0 when with none. Only manual snapshots can be shared, so only they are asked about.
        shared_account_count: Option<i64>,
    }
}

/// Reads the account's own snapshots of clusters in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let mut rows = Vec::new();
    let listed = list(scan, region, &mut rows).await;
    if listed.is_ok() && scan.wants_group(ClusterSnapshot::TABLE, SHARING) {
        share(scan, region, &mut rows).await;
    }
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(ClusterSnapshot::TABLE, BASE_GROUP, region, &listed);
}

async fn list(
    scan: &Scan<'_>,
    region: &str,
    rows: &mut Vec<ClusterSnapshot>,
) -> Result<(), Problem> {
    let client = scan.clients.rds(region);
    scan.caller
        .pages(
            region,
            "rds:DescribeDBClusterSnapshots",
            |token| {
                client
                    .describe_db_cluster_snapshots()
                    .max_records(100)
                    .set_marker(token)
                    .send()
            },
            |page| {
                for described in page.db_cluster_snapshots() {
                    if let Some(row) = row(scan, region, described) {
                        keep_tags(scan, ClusterSnapshot::TABLE, &row.id, described.tag_list());
                        rows.push(row);
                    }
                }
                page.marker
            },
        )
        .await
}

/// Asks whom each manual snapshot is shared with.
async fn share(scan: &Scan<'_>, region: &str, rows: &mut [ClusterSnapshot]) {
    const OPERATION: &str = "rds:DescribeDBClusterSnapshotAttributes";
    let client = scan.clients.rds(region);
    let ask = |row: &mut ClusterSnapshot| {
        match row.snapshot_type.as_deref() {
            Some("manual") => {}
            Some(_) => {
                (row.is_public, row.shared_account_count) = (Some(false), Some(0));
                return Asking::Skip;
            }
            None => return Asking::Skip,
        }
        let request = client
            .describe_db_cluster_snapshot_attributes()
            .db_cluster_snapshot_identifier(&row.id.short_id);
        Asking::Send(scan.caller.call(region, OPERATION, request.send()))
    };
    let fill = |row: &mut ClusterSnapshot, answer: DescribeDbClusterSnapshotAttributesOutput| {
        let result = answer.db_cluster_snapshot_attributes_result();
        let attributes = result.map(|result| result.db_cluster_snapshot_attributes());
        let (public, accounts) = restorers(attributes.into_iter().flatten().map(named));
        (row.is_public, row.shared_account_count) = (Some(public), Some(accounts));
    };
    ask_each(scan, (region, SHARING), AT_ONCE, rows, ask, fill).await;
}

fn named(attribute: &DbClusterSnapshotAttribute) -> (Option<&str>, &[String]) {
    (attribute.attribute_name(), attribute.attribute_values())
}

fn row(scan: &Scan<'_>, region: &str, described: &DbClusterSnapshot) -> Option<ClusterSnapshot> {
    let short_id = described.db_cluster_snapshot_identifier()?;
    let names = &scan.names;
    let arn = described.db_cluster_snapshot_arn().map_or_else(
        || names.rds(region, "cluster-snapshot", short_id),
        str::to_owned,
    );
    let mut id = scan.key(region, arn, short_id);
    id.name = Some(short_id.to_owned());
    id.created_at = instant(described.snapshot_create_time());
    let engine = described.engine();
    let is_copy = described
        .source_db_cluster_snapshot_arn()
        .is_some_and(|source| !source.is_empty());
    Some(ClusterSnapshot {
        id,
        product: engine.map(|engine| product(engine).to_owned()),
        engine: engine.map(str::to_owned),
        engine_version: described.engine_version().map(str::to_owned),
        status: described.status().map(str::to_owned),
        snapshot_type: described.snapshot_type().map(str::to_owned),
        allocated_storage_gib: described
            .allocated_storage()
            .map(i64::from)
            .filter(|gib| *gib > 1),
        encrypted: described.storage_encrypted(),
        kms_key_id: match described.storage_encrypted() {
            Some(false) => Some(String::new()),
            _ => described.kms_key_id().map(str::to_owned),
        },
        source_cluster_resource_id: described
            .db_cluster_identifier()
            .filter(|source| !source.is_empty() && !is_copy)
            .map(|source| names.rds(region, "cluster", source)),
        is_copy: Some(is_copy),
        is_public: None,
        shared_account_count: None,
    })
}
