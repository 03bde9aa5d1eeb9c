//! `aws_vpc_subnet`.

use billhook_catalog::table;

table! {
    /// Subnets.
    pub struct Subnet: resource "AWS::EC2::Subnet" in "aws_vpc_subnet" reads ["ec2:DescribeSubnets"] {
        /// VPC.
        vpc_id: Option<String>,
        /// Availability Zone.
        zone: Option<String>,
    }
}
