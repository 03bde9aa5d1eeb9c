//! `aws_ec2_image` and `aws_ec2_image_snapshot`.

use billhook_catalog::table;
use jiff::Timestamp;

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
