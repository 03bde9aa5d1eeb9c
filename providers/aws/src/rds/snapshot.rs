//! `aws_rds_snapshot`.

use aws_sdk_rds::operation::describe_db_snapshot_attributes::DescribeDbSnapshotAttributesOutput;
use aws_sdk_rds::types::{DbSnapshot, DbSnapshotAttribute};
use billhook_catalog::{BASE_GROUP, Row, table};

use crate::classify::Problem;
use crate::each::{Asking, ask_each};
use crate::number::count;
use crate::rds::{keep_tags, product};
use crate::scan::Scan;
use crate::time::instant;

table! {
    /// Snapshots of database instances that the account owns; those of other accounts that are shared with it are left out.
    pub struct Snapshot: resource "AWS::RDS::DBSnapshot" in "aws_rds_snapshot" reads ["rds:DescribeDBSnapshots"] {
        /// `RDS`; clusters have snapshots of their own.
        product: Option<String>,
        /// Engine, as AWS calls it.
        engine: Option<String>,
        /// Version of the engine.
        engine_version: Option<String>,
        /// State (`available`, `creating`, `failed`, …).
        status: Option<String>,
        /// `manual`, `automated` (deleted by the retention of backups) or `awsbackup` (made and deleted by AWS Backup).
        snapshot_type: Option<String>,
        /// Storage of the instance when the snapshot was taken, GiB: the most that it can be billed for.
        allocated_storage_gib: Option<i64>,
        /// Whether it is encrypted.
        encrypted: Option<bool>,
        /// Key that it is encrypted with; empty when it is not.
        kms_key_id: Option<String>,
        /// Instance that it was taken of; NULL for copies, whose instance may be in another region or account.
        source_instance_resource_id: Option<String> => "aws_rds_instance",
        /// Whether it is a copy of another snapshot.
        is_copy: Option<bool>,
    }
    group "sharing" reads ["rds:DescribeDBSnapshotAttributes"] {
        /// Whether any account may restore it.
        is_public: Option<bool>,
        /// Accounts that it is shared with; 0 when with none. Only manual snapshots can be shared, so only they are asked about.
        shared_account_count: Option<i64>,
    }
}

/// Column group of whom a snapshot is shared with.
pub(super) const SHARING: &str = "sharing";
/// Requests for single snapshots in flight; the service's pace limits them further.
pub(super) const AT_ONCE: usize = 4;
/// The attribute that lists who may restore a snapshot.
const RESTORE: &str = "restore";
/// What stands there for everybody.
const EVERYBODY: &str = "all";

/// Reads the account's own snapshots of instances in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let mut rows = Vec::new();
    let listed = list(scan, region, &mut rows).await;
    if listed.is_ok() && scan.wants_group(Snapshot::TABLE, SHARING) {
        share(scan, region, &mut rows).await;
    }
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(Snapshot::TABLE, BASE_GROUP, region, &listed);
}

async fn list(scan: &Scan<'_>, region: &str, rows: &mut Vec<Snapshot>) -> Result<(), Problem> {
    let client = scan.clients.rds(region);
    scan.caller
        .pages(
            region,
            "rds:DescribeDBSnapshots",
            |token| {
                client
                    .describe_db_snapshots()
                    .max_records(100)
                    .set_marker(token)
                    .send()
            },
            |page| {
                for described in page.db_snapshots() {
                    if let Some(row) = row(scan, region, described) {
                        keep_tags(scan, Snapshot::TABLE, &row.id, described.tag_list());
                        rows.push(row);
                    }
                }
                page.marker
            },
        )
        .await
}

/// Asks whom each manual snapshot is shared with.
async fn share(scan: &Scan<'_>, region: &str, rows: &mut [Snapshot]) {
    const OPERATION: &str = "rds:DescribeDBSnapshotAttributes";
    let client = scan.clients.rds(region);
    let ask = |row: &mut Snapshot| {
        match row.snapshot_type.as_deref() {
            Some("manual") => {}
            Some(_) => {
                (row.is_public, row.shared_account_count) = (Some(false), Some(0));
                return Asking::Skip;
            }
            None => return Asking::Skip,
        }
        let request = client
            .describe_db_snapshot_attributes()
            .db_snapshot_identifier(&row.id.short_id);
        Asking::Send(scan.caller.call(region, OPERATION, request.send()))
    };
    let fill = |row: &mut Snapshot, answer: DescribeDbSnapshotAttributesOutput| {
        let result = answer.db_snapshot_attributes_result();
        let attributes = result.map(|result| result.db_snapshot_attributes());
        let (public, accounts) = restorers(attributes.into_iter().flatten().map(named));
        (row.is_public, row.shared_account_count) = (Some(public), Some(accounts));
    };
    ask_each(scan, (region, SHARING), AT_ONCE, rows, ask, fill).await;
}

fn named(attribute: &DbSnapshotAttribute) -> (Option<&str>, &[String]) {
    (attribute.attribute_name(), attribute.attribute_values())
}

/// From the attributes of a snapshot, whether everybody may restore it, and how many accounts may.
pub(super) fn restorers<'a>(
    attributes: impl Iterator<Item = (Option<&'a str>, &'a [String])>,
) -> (bool, i64) {
    let accounts: Vec<&String> = attributes
        .filter(|(name, _)| *name == Some(RESTORE))
        .flat_map(|(_, values)| values)
        .collect();
    let named = accounts.iter().filter(|name| name.as_str() != EVERYBODY);
    let named = count(named.count());
    (named < count(accounts.len()), named)
}

fn row(scan: &Scan<'_>, region: &str, described: &DbSnapshot) -> Option<Snapshot> {
    let short_id = described.db_snapshot_identifier()?;
    let names = &scan.names;
    let arn = described
        .db_snapshot_arn()
        .map_or_else(|| names.rds(region, "snapshot", short_id), str::to_owned);
    let mut id = scan.key(region, arn, short_id);
    id.name = Some(short_id.to_owned());
    id.created_at = instant(described.snapshot_create_time());
    let engine = described.engine();
    let is_copy = described
        .source_db_snapshot_identifier()
        .is_some_and(|source| !source.is_empty());
    Some(Snapshot {
        id,
        product: engine.map(|engine| product(engine).to_owned()),
        engine: engine.map(str::to_owned),
        engine_version: described.engine_version().map(str::to_owned),
        status: described.status().map(str::to_owned),
        snapshot_type: described.snapshot_type().map(str::to_owned),
        allocated_storage_gib: described.allocated_storage().map(i64::from),
        encrypted: described.encrypted(),
        kms_key_id: match described.encrypted() {
            Some(false) => Some(String::new()),
            _ => described.kms_key_id().map(str::to_owned),
        },
        source_instance_resource_id: described
            .db_instance_identifier()
            .filter(|source| !source.is_empty() && !is_copy)
            .map(|source| names.rds(region, "db", source)),
        is_copy: Some(is_copy),
        is_public: None,
        shared_account_count: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_no_account() {
        let of = |name: &'static str, values: &[&str]| {
            let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
            restorers([(Some(name), values.as_slice())].into_iter())
        };
        assert_eq!(of("restore", &[]), (false, 0));
        assert_eq!(of("restore", &["111122223333", "444455556666"]), (false, 2));
        assert_eq!(of("restore", &["all"]), (true, 0));
        assert_eq!(of("restore", &["all", "111122223333"]), (true, 1));
        assert_eq!(of("something-else", &["all"]), (false, 0));
    }
}
