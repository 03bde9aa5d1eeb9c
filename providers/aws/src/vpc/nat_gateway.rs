//! `aws_vpc_nat_gateway` and `aws_vpc_nat_gateway_address`.

use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};

const NAT: &[Dimension] = &[Dimension { name: "NatGatewayId", value: DimensionValue::Column("short_id") }];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric { namespace: "AWS/NATGateway", name, dimensions: NAT, missing: Missing::Zero, doc }
}

/// What AWS publishes for a NAT gateway. Silence means that nothing passed.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html>
pub static METRICS: &[Metric] = &[
    metric("ActiveConnectionCount", "Concurrent active TCP connections."),
    metric("ConnectionAttemptCount", "Connection attempts."),
    metric("PacketsInFromSource", "Packets from clients in the VPC."),
    metric("PacketsInFromDestination", "Packets from the destinations."),
    metric("BytesInFromSource", "Bytes from clients in the VPC."),
    metric("BytesInFromDestination", "Bytes from the destinations."),
    metric("BytesOutToDestination", "Bytes sent to the destinations."),
    metric("BytesOutToSource", "Bytes sent to clients in the VPC."),
];

table! {
    /// NAT gateways; deleted ones are left out.
    pub struct NatGateway: resource "AWS::EC2::NatGateway" in "aws_vpc_nat_gateway" reads ["ec2:DescribeNatGateways"] {
        /// `pending`, `available`, `deleting` or `failed`.
        state: Option<String>,
        /// `public` or `private` (no way to the internet).
        connectivity: Option<String>,
        /// `zonal` or `regional`.
        availability_mode: Option<String>,
        /// VPC.
        vpc_id: Option<String>,
        /// Subnet; empty for a regional one.
        subnet_resource_id: Option<String> => "aws_vpc_subnet",
        /// Public IPv4 addresses.
        public_address_count: Option<i64>,
    }
    metrics METRICS;
}

table! {
    /// Elastic IP addresses of NAT gateways, one row an address.
    pub struct NatGatewayAddress: link in "aws_vpc_nat_gateway_address" reads ["ec2:DescribeNatGateways"] {
        /// The NAT gateway.
        nat_gateway_resource_id: String => "aws_vpc_nat_gateway",
        /// The address.
        address_resource_id: String => "aws_ec2_address",
    }
}
