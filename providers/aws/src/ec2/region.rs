//! `aws_ec2_region`.

use billhook_catalog::table;

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
