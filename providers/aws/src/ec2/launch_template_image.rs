//! `aws_ec2_launch_template_image`.

use billhook_catalog::{BASE_GROUP, Row, table};

use crate::scan::Scan;

table! {
    /// Images that launch templates name in their latest and default versions, one row a version.
    pub struct LaunchTemplateImage: link in "aws_ec2_launch_template_image" reads ["ec2:DescribeLaunchTemplateVersions"] {
        /// Bare id of the launch template.
        launch_template_id: String,
        /// Version of the template.
        version_number: i64,
        /// The image. A template that names its image otherwise (`resolve:ssm:…`), or none, has no row.
        image_resource_id: String => "aws_ec2_image",
    }
    absence is evidence;
}

/// Reads the latest and the default versions of all launch templates of a region. What else stands in them, such as user data,
/// is left where it is.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.ec2(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "ec2:DescribeLaunchTemplateVersions",
            |token| {
                client
                    .describe_launch_template_versions()
                    .versions("$Latest")
                    .versions("$Default")
                    .max_results(200)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for version in page.launch_template_versions() {
                    if let Some(row) = row(scan, region, version) {
                        scan.put(region, row);
                    }
                }
                page.next_token
            },
        )
        .await;
    scan.settle(LaunchTemplateImage::TABLE, BASE_GROUP, region, &outcome);
}

fn row(
    scan: &Scan<'_>,
    region: &str,
    version: &aws_sdk_ec2::types::LaunchTemplateVersion,
) -> Option<LaunchTemplateImage> {
    let image = version
        .launch_template_data()?
        .image_id()
        .filter(|id| id.starts_with("ami-"))?;
    Some(LaunchTemplateImage {
        id: scan.place(region),
        launch_template_id: version.launch_template_id()?.to_owned(),
        version_number: version.version_number()?,
        image_resource_id: scan.names.ec2_public(region, "image", image),
    })
}
