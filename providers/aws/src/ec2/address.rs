//! `aws_ec2_address`.

use billhook_catalog::table;

table! {
    /// Elastic IP addresses.
    pub struct Address: resource "AWS::EC2::EIP" in "aws_ec2_address" reads ["ec2:DescribeAddresses"] {
        /// The IPv4 address.
        public_ip: Option<String>,
        /// Whether it is associated with an instance or an interface.
        is_associated: Option<bool>,
        /// Instance that it is associated with; empty when with none.
        instance_resource_id: Option<String> => "aws_ec2_instance",
        /// Interface that it is associated with; empty when with none.
        interface_resource_id: Option<String> => "aws_ec2_network_interface",
        /// AWS service that manages it (`alb`, `nlb`, `rnat`, `rds`); empty when none does.
        service_managed: Option<String>,
        /// Whether the address comes from the account's own range (BYOIP), which AWS does not charge for.
        own_range: Option<bool>,
    }
}
