//! `aws_ec2_region`.

use billhook_catalog::{BASE_GROUP, Key, Row, table};

use crate::scan::{Scan, status_of};

/// The column group of the encryption setting.
const ENCRYPTION: &str = "ebs-encryption";

table! {
    /// Enabled regions, one row an account and region, with the EC2 settings that apply to the whole region. AWS has no
    /// ARN for it: `resource_id` is `arn:aws:ec2:REGION:ACCOUNT:region/REGION`.
    pub struct Region: resource "AWS::EC2::Region" in "aws_ec2_region" reads ["ec2:DescribeRegions"] {
        /// `opt-in-not-required` or `opted-in`.
        opt_in_status: Option<String>,
    }
    group "ebs-encryption" reads ["ec2:GetEbsEncryptionByDefault"] {
        /// Whether new EBS volumes are encrypted by default.
        ebs_encryption_by_default: Option<bool>,
    }
}

/// Keeps a region's row, with the settings that are wanted of it.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let names = &scan.names;
    let id = scan.key(region, names.ec2(region, "region", region), region);
    let mut ebs_encryption_by_default = None;
    let mut outcome = None;
    if scan.wants_group(Region::TABLE, ENCRYPTION) {
        let request = scan.clients.ec2(region).get_ebs_encryption_by_default();
        let answer = scan
            .caller
            .call(region, "ec2:GetEbsEncryptionByDefault", request.send())
            .await;
        outcome = Some(
            answer.map(|answer| ebs_encryption_by_default = answer.ebs_encryption_by_default()),
        );
    }
    let opt_in_status = scan.opt_in.get(region).cloned();
    scan.put(
        region,
        Region {
            id: Key {
                name: Some(region.to_owned()),
                ..id
            },
            opt_in_status,
            ebs_encryption_by_default,
        },
    );
    // The ledger counts the rows that are there, so it is written once this one is.
    if let Some(outcome) = &outcome {
        scan.settle(Region::TABLE, ENCRYPTION, region, outcome);
    }
    match &scan.unlisted {
        None => scan.settle(Region::TABLE, BASE_GROUP, region, &Ok(())),
        // The gap itself is the account's, not this region's.
        Some(problem) => scan.cover(
            Region::TABLE.name,
            BASE_GROUP,
            region,
            status_of(problem),
            1,
        ),
    }
}
