//! `aws_ebs_snapshot`.

use std::collections::BTreeSet;

use aws_sdk_ec2::operation::describe_snapshot_attribute::DescribeSnapshotAttributeOutput;
use aws_sdk_ec2::types::SnapshotAttributeName;
use billhook_catalog::{BASE_GROUP, Row, table};

use crate::classify::Problem;
use crate::each::{Asking, ask_each};
use crate::manager;
use crate::number::count;
use crate::scan::Scan;
use crate::tags;
use crate::time::instant;

table! {
    /// EBS snapshots that the account owns.
    pub struct Snapshot: resource "AWS::EC2::Snapshot" in "aws_ebs_snapshot" reads ["ec2:DescribeSnapshots"] {
        /// `pending`, `completed`, `error`, `recoverable` or `recovering`.
        state: Option<String>,
        /// Size of the source volume, GiB. The snapshot is billed for its changed blocks, which AWS does not tell here.
        volume_size_gib: Option<i64>,
        /// Size of the full snapshot, GiB: what a restore would hold, and the most that it can be billed for. NULL when AWS does not say.
        full_size_gib: Option<f64>,
        /// `standard` or `archive`.
        storage_tier: Option<String>,
        /// Whether it is encrypted.
        encrypted: Option<bool>,
        /// Key that it is encrypted with; empty when it is not.
        kms_key_id: Option<String>,
        /// Source volume, where it is known; NULL for the placeholder `vol-ffffffff` that copies carry.
        source_volume_resource_id: Option<String> => "aws_ebs_volume",
        /// Description.
        description: Option<String>,
        /// `aws-backup`, `dlm`, or empty when neither made it.
        made_by: Option<String>,
    }
    group "public" reads ["ec2:DescribeSnapshots"] {
        /// Whether anyone may restore it.
        is_public: Option<bool>,
    }
    group "sharing" reads ["ec2:DescribeSnapshotAttribute"] {
        /// Accounts that it is shared with; 0 when with none. NULL for encrypted ones that AWS Backup or Data Lifecycle Manager
        /// made: they are not asked about.
        shared_account_count: Option<i64>,
    }
}

/// Column group of the public ones.
const PUBLIC: &str = "public";
/// Column group of whom a snapshot is shared with.
const SHARING: &str = "sharing";
/// The source volume that EC2 writes for snapshots whose volume is not known (copies, imports).
const NO_VOLUME: &str = "vol-ffffffff";
/// Requests for single snapshots in flight; the service's pace limits them further.
const AT_ONCE: usize = 8;

/// Reads the account's own snapshots in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let mut rows = Vec::new();
    let listed = list(scan, region, &mut rows).await;
    let mut public = None;
    if listed.is_ok() && scan.wants_group(Snapshot::TABLE, PUBLIC) {
        // Of no snapshots none is public.
        let ids = if rows.is_empty() {
            Ok(BTreeSet::new())
        } else {
            public_ids(scan, region).await
        };
        if let Ok(ids) = &ids {
            for row in &mut rows {
                row.is_public = Some(ids.contains(&row.id.short_id));
            }
        }
        public = Some(ids.map(drop));
    }
    if listed.is_ok() && scan.wants_group(Snapshot::TABLE, SHARING) {
        share(scan, region, &mut rows).await;
    }
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(Snapshot::TABLE, BASE_GROUP, region, &listed);
    if let Some(public) = public {
        scan.settle(Snapshot::TABLE, PUBLIC, region, &public);
    }
}

async fn list(scan: &Scan<'_>, region: &str, rows: &mut Vec<Snapshot>) -> Result<(), Problem> {
    let client = scan.clients.ec2(region);
    scan.caller
        .pages(
            region,
            "ec2:DescribeSnapshots",
            |token| {
                client
                    .describe_snapshots()
                    .owner_ids("self")
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for snapshot in page.snapshots() {
                    if let Some(row) = row(scan, region, snapshot) {
                        tags::keep(scan, Snapshot::TABLE, &row.id, snapshot.tags());
                        rows.push(row);
                    }
                }
                page.next_token
            },
        )
        .await
}

/// Bare ids of the account's own snapshots that anyone may restore: EC2 lists exactly these on request.
async fn public_ids(scan: &Scan<'_>, region: &str) -> Result<BTreeSet<String>, Problem> {
    let client = scan.clients.ec2(region);
    let mut ids = BTreeSet::new();
    scan.caller
        .pages(
            region,
            "ec2:DescribeSnapshots",
            |token| {
                client
                    .describe_snapshots()
                    .owner_ids("self")
                    .restorable_by_user_ids("all")
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                ids.extend(
                    page.snapshots()
                        .iter()
                        .filter_map(|snapshot| snapshot.snapshot_id())
                        .map(str::to_owned),
                );
                page.next_token
            },
        )
        .await?;
    Ok(ids)
}

/// Asks whom a snapshot is shared with: one call each, so not for encrypted ones that AWS Backup or Data Lifecycle Manager
/// made, of which no rule needs it.
async fn share(scan: &Scan<'_>, region: &str, rows: &mut [Snapshot]) {
    const OPERATION: &str = "ec2:DescribeSnapshotAttribute";
    let client = scan.clients.ec2(region);
    let ask = |row: &mut Snapshot| {
        if row.encrypted != Some(false) && row.made_by.as_deref() != Some("") {
            return Asking::Skip;
        }
        let request = client
            .describe_snapshot_attribute()
            .attribute(SnapshotAttributeName::CreateVolumePermission)
            .snapshot_id(&row.id.short_id);
        Asking::Send(scan.caller.call(region, OPERATION, request.send()))
    };
    let fill = |row: &mut Snapshot, answer: DescribeSnapshotAttributeOutput| {
        let permissions = answer.create_volume_permissions().iter();
        let accounts = permissions.filter(|permission| permission.user_id().is_some());
        row.shared_account_count = Some(count(accounts.count()));
    };
    ask_each(scan, (region, SHARING), AT_ONCE, rows, ask, fill).await;
}

/// Which service made a snapshot, from the tags that it sets or the description that it writes.
fn made_by(snapshot: &aws_sdk_ec2::types::Snapshot) -> String {
    let maker = manager::backup(tags::pairs(snapshot.tags()));
    let description = snapshot.description().unwrap_or_default();
    if !maker.is_empty() {
        maker
    } else if description.starts_with("This snapshot is created by the AWS Backup service") {
        "aws-backup".to_owned()
    } else if description.starts_with("Created for policy: policy-") {
        "dlm".to_owned()
    } else {
        String::new()
    }
}

fn row(scan: &Scan<'_>, region: &str, snapshot: &aws_sdk_ec2::types::Snapshot) -> Option<Snapshot> {
    /// Bytes of a GiB.
    const GIB: f64 = 1_073_741_824.0;
    let short_id = snapshot.snapshot_id()?;
    let names = &scan.names;
    let mut id = scan.key(
        region,
        names.ec2_public(region, "snapshot", short_id),
        short_id,
    );
    id.name = tags::name(snapshot.tags());
    id.created_at = instant(snapshot.start_time());
    Some(Snapshot {
        id,
        state: snapshot.state().map(|state| state.as_str().to_owned()),
        volume_size_gib: snapshot.volume_size().map(i64::from),
        full_size_gib: snapshot
            .full_snapshot_size_in_bytes()
            .map(|bytes| bytes as f64 / GIB),
        storage_tier: Some(
            snapshot
                .storage_tier()
                .map_or("standard", |tier| tier.as_str())
                .to_owned(),
        ),
        encrypted: snapshot.encrypted(),
        kms_key_id: match snapshot.encrypted() {
            Some(false) => Some(String::new()),
            _ => snapshot.kms_key_id().map(str::to_owned),
        },
        source_volume_resource_id: snapshot
            .volume_id()
            .filter(|volume| !volume.is_empty() && *volume != NO_VOLUME)
            .map(|volume| names.ec2(region, "volume", volume)),
        description: Some(snapshot.description().unwrap_or_default().to_owned()),
        made_by: Some(made_by(snapshot)),
        is_public: None,
        shared_account_count: None,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{Snapshot as Described, Tag};

    use super::*;

    #[test]
    fn the_maker_is_known_by_its_tags_or_its_words() {
        let tagged = |key: &str| {
            Described::builder()
                .tags(Tag::builder().key(key).value("x").build())
                .build()
        };
        assert_eq!(made_by(&tagged("aws:backup:source-resource")), "aws-backup");
        assert_eq!(made_by(&tagged("aws:dlm:lifecycle-policy-id")), "dlm");
        assert_eq!(made_by(&tagged("backup")), "");
        let described = |words: &str| Described::builder().description(words).build();
        assert_eq!(
            made_by(&described(
                "This snapshot is created by the AWS Backup service."
            )),
            "aws-backup"
        );
        assert_eq!(
            made_by(&described(
                "Created for policy: policy-0123 schedule: daily"
            )),
            "dlm"
        );
        assert_eq!(made_by(&described("before the upgrade")), "");
    }
}
