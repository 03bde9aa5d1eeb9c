//! `aws_ec2_network_interface`.

use billhook_catalog::table;

table! {
    /// Elastic network interfaces.
    pub struct NetworkInterface: resource "AWS::EC2::NetworkInterface" in "aws_ec2_network_interface" reads ["ec2:DescribeNetworkInterfaces"] {
        /// `available` (attached to nothing), `associated`, `attaching`, `in-use` or `detaching`.
        status: Option<String>,
        /// `interface`, `nat_gateway`, `gateway_load_balancer`, `lambda`, …
        interface_type: Option<String>,
        /// Whether it is attached to an instance or a service.
        is_attached: Option<bool>,
        /// Instance that it is attached to; empty when to none.
        instance_resource_id: Option<String> => "aws_ec2_instance",
        /// Whether an AWS service manages it.
        requester_managed: Option<bool>,
        /// Its description; AWS services write there what it is for.
        description: Option<String>,
    }
}
