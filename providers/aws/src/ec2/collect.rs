//! Reads EC2 in one region.

use billhook_catalog::{BASE_GROUP, Row};

use crate::classify::Problem;
use crate::collect::when;
use crate::ec2::address::{self, Address};
use crate::ec2::image::{self, Image, ImageSnapshot};
use crate::ec2::instance::{self, Instance};
use crate::ec2::instance_type::{self, InstanceType, InstanceTypeOffering};
use crate::ec2::launch_template_image::{self, LaunchTemplateImage};
use crate::ec2::network_interface::{self, NetworkInterface};
use crate::ec2::region::{self, Region};
use crate::scan::Scan;

/// Everything of EC2 that is wanted in a region, at once.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    futures::join!(
        when(
            scan.wants_any(&[
                Instance::TABLE,
                InstanceType::TABLE,
                InstanceTypeOffering::TABLE
            ]),
            instances_and_their_types(scan, region)
        ),
        when(
            scan.wants_any(&[Image::TABLE, ImageSnapshot::TABLE]),
            image::collect(scan, region)
        ),
        when(
            scan.wants_any(&[LaunchTemplateImage::TABLE]),
            launch_template_image::collect(scan, region)
        ),
        when(
            scan.wants_any(&[Address::TABLE]),
            address::collect(scan, region)
        ),
        when(
            scan.wants_any(&[NetworkInterface::TABLE]),
            network_interface::collect(scan, region)
        ),
        when(
            scan.wants_any(&[Region::TABLE]),
            region::collect(scan, region)
        ),
    );
}

/// What is set for a whole region.
pub(crate) async fn settings(scan: &Scan<'_>, region: &str) {
    when(
        scan.wants_any(&[Region::TABLE]),
        region::collect(scan, region),
    )
    .await;
}

/// Instances, then the instance types where any instance runs: a region has some 800 of them, in eight pages.
async fn instances_and_their_types(scan: &Scan<'_>, region: &str) {
    let mut types_needed = true;
    if scan.wants_any(&[Instance::TABLE]) {
        match instance::collect(scan, region).await {
            Ok(running) => types_needed = running > 0,
            Err(problem) => {
                // Whether types are needed is unknown for the same reason.
                let unknown: Result<(), Problem> = Err(problem);
                for table in [
                    Instance::TABLE,
                    InstanceType::TABLE,
                    InstanceTypeOffering::TABLE,
                ] {
                    scan.settle(table, BASE_GROUP, region, &unknown);
                }
                return;
            }
        }
        scan.settle(Instance::TABLE, BASE_GROUP, region, &Ok(()));
    }
    if types_needed {
        instance_type::collect(scan, region).await;
    } else {
        // There is nothing to resize, so nothing is missing.
        let nothing: Result<(), Problem> = Ok(());
        scan.settle(InstanceType::TABLE, BASE_GROUP, region, &nothing);
        scan.settle(InstanceTypeOffering::TABLE, BASE_GROUP, region, &nothing);
    }
}
