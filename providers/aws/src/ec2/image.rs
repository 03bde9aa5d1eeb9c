//! `aws_ec2_image` and `aws_ec2_image_snapshot`.

use aws_sdk_ec2::operation::describe_image_attribute::DescribeImageAttributeOutput;
use aws_sdk_ec2::types::ImageAttributeName;
use billhook_catalog::{BASE_GROUP, Place, Row, table};
use jiff::Timestamp;

use crate::each::{Asking, ask_each};
use crate::manager;
use crate::number::count;
use crate::scan::Scan;
use crate::tags;
use crate::time::parsed;

table! {
    /// Amazon Machine Images that the account owns.
    pub struct Image: resource "AWS::EC2::Image" in "aws_ec2_image" reads ["ec2:DescribeImages"] {
        /// `available`, `pending`, `disabled`, …
        state: Option<String>,
        /// Whether it is public.
        public: Option<bool>,
        /// When an instance was last launched from it, a day behind; NULL when none was, as far as AWS remembers.
        last_launched_at: Option<Timestamp>,
        /// Days from `last_launched_at` to the snapshot, computed when judging.
        last_launched_days: Option<f64>,
        /// Whether an instance was ever launched from it, as far as AWS remembers: since April 2017.
        was_launched: Option<bool>,
        /// `aws-backup`, `dlm`, or empty when neither made it.
        made_by: Option<String>,
        /// Snapshots of it that are not encrypted; NULL when AWS does not say it of one.
        unencrypted_snapshot_count: Option<i64>,
    }
    group "sharing" reads ["ec2:DescribeImageAttribute"] {
        /// Accounts, organizations and organizational units that may launch it besides this account; 0 when none may. NULL for what
        /// AWS Backup or Data Lifecycle Manager made: these are not asked about.
        shared_with_count: Option<i64>,
    }
}

/// Column group of whom an image is shared with.
const SHARING: &str = "sharing";
/// Requests for single images in flight; the service's pace limits them further.
const AT_ONCE: usize = 8;

table! {
    /// Snapshots that an image needs, one row each.
    pub struct ImageSnapshot: link in "aws_ec2_image_snapshot" reads ["ec2:DescribeImages"] {
        /// The image.
        image_resource_id: String => "aws_ec2_image",
        /// The snapshot.
        snapshot_resource_id: String => "aws_ebs_snapshot",
    }
    absence is evidence;
}

/// Reads the account's own images in a region, disabled and deprecated ones too: their snapshots are kept and paid.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.ec2(region);
    let mut rows = Vec::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "ec2:DescribeImages",
            |token| {
                client
                    .describe_images()
                    .owners("self")
                    .include_deprecated(true)
                    .include_disabled(true)
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for image in page.images() {
                    rows.extend(keep(scan, region, image));
                }
                page.next_token
            },
        )
        .await;
    if outcome.is_ok() && scan.wants_group(Image::TABLE, SHARING) {
        share(scan, region, &mut rows).await;
    }
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(Image::TABLE, BASE_GROUP, region, &outcome);
    scan.settle(ImageSnapshot::TABLE, BASE_GROUP, region, &outcome);
}

/// Asks who may launch each image: one call each, so not for those that a backup service made, of which no rule needs it.
async fn share(scan: &Scan<'_>, region: &str, rows: &mut [Image]) {
    const OPERATION: &str = "ec2:DescribeImageAttribute";
    let client = scan.clients.ec2(region);
    let ask = |row: &mut Image| {
        if row.made_by.as_deref() != Some("") {
            return Asking::Skip;
        }
        let request = client
            .describe_image_attribute()
            .attribute(ImageAttributeName::LaunchPermission)
            .image_id(&row.id.short_id);
        Asking::Send(scan.caller.call(region, OPERATION, request.send()))
    };
    let fill = |row: &mut Image, answer: DescribeImageAttributeOutput| {
        // Everybody (`group`) is told by `public`.
        let permissions = answer.launch_permissions().iter();
        let others = permissions.filter(|permission| permission.group().is_none());
        row.shared_with_count = Some(count(others.count()));
    };
    ask_each(scan, (region, SHARING), AT_ONCE, rows, ask, fill).await;
}

/// How many are not encrypted; None when that is not known of one.
fn unencrypted(encrypted: impl IntoIterator<Item = Option<bool>>) -> Option<i64> {
    let mut unencrypted = 0;
    for encrypted in encrypted {
        unencrypted += i64::from(!encrypted?);
    }
    Some(unencrypted)
}

/// Keeps what hangs on an image; gives its own row.
fn keep(scan: &Scan<'_>, region: &str, image: &aws_sdk_ec2::types::Image) -> Option<Image> {
    let short_id = image.image_id()?;
    let mut id = scan.key(
        region,
        scan.names.ec2_public(region, "image", short_id),
        short_id,
    );
    id.name = tags::name(image.tags()).or_else(|| image.name().map(str::to_owned));
    id.created_at = parsed(image.creation_date());
    tags::keep(scan, Image::TABLE, &id, image.tags());
    for snapshot in image
        .block_device_mappings()
        .iter()
        .filter_map(|mapping| mapping.ebs()?.snapshot_id())
    {
        let needed = ImageSnapshot {
            id: Place {
                account_id: id.account_id.clone(),
                region: region.to_owned(),
            },
            image_resource_id: id.resource_id.clone(),
            snapshot_resource_id: scan.names.ec2_public(region, "snapshot", snapshot),
        };
        scan.put(region, needed);
    }
    Some(Image {
        id,
        state: image.state().map(|state| state.as_str().to_owned()),
        public: image.public(),
        last_launched_at: parsed(image.last_launched_time()),
        last_launched_days: None,
        was_launched: Some(image.last_launched_time().is_some()),
        made_by: Some(manager::backup(tags::pairs(image.tags()))),
        unencrypted_snapshot_count: unencrypted(
            image
                .block_device_mappings()
                .iter()
                .filter_map(|mapping| mapping.ebs())
                .filter(|ebs| ebs.snapshot_id().is_some())
                .map(|ebs| ebs.encrypted()),
        ),
        shared_with_count: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_unknown_snapshot_makes_the_count_unknown() {
        assert_eq!(unencrypted([]), Some(0));
        assert_eq!(unencrypted([Some(true), Some(false), Some(false)]), Some(2));
        assert_eq!(unencrypted([Some(false), None]), None);
    }
}
