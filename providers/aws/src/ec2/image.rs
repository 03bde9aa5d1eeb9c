//! `aws_ec2_image` and `aws_ec2_image_snapshot`.

use billhook_catalog::{BASE_GROUP, Place, Row, table};
use jiff::Timestamp;

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
        /// When an instance was last launched from it; NULL when AWS does not say (it is kept 24 hours behind).
        last_launched_at: Option<Timestamp>,
    }
}

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
                    keep(scan, region, image);
                }
                page.next_token
            },
        )
        .await;
    scan.settle(Image::TABLE, BASE_GROUP, region, &outcome);
    scan.settle(ImageSnapshot::TABLE, BASE_GROUP, region, &outcome);
}

fn keep(scan: &Scan<'_>, region: &str, image: &aws_sdk_ec2::types::Image) {
    let Some(short_id) = image.image_id() else {
        return;
    };
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
    scan.put(
        region,
        Image {
            id,
            state: image.state().map(|state| state.as_str().to_owned()),
            public: image.public(),
            last_launched_at: parsed(image.last_launched_time()),
        },
    );
}
