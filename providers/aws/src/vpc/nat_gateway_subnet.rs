//! `aws_vpc_nat_gateway_subnet`: which subnets a NAT gateway serves.

use billhook_catalog::table;

table! {
    /// Subnets whose default route leads to a zonal NAT gateway, one row a subnet.
    pub struct NatGatewaySubnet: link in "aws_vpc_nat_gateway_subnet" reads [] {
        /// The subnet.
        resource_id: String => "aws_vpc_subnet",
        /// The NAT gateway.
        nat_gateway_resource_id: String => "aws_vpc_nat_gateway",
        /// Zone of the subnet.
        subnet_zone: Option<String>,
        /// Zone of the gateway. NULL when its subnet was not read.
        gateway_zone: Option<String>,
        /// Whether the two differ, so that all that passes between them crosses zones.
        is_cross_zone: Option<bool>,
    }
    derived from ["aws_vpc_nat_gateway", "aws_vpc_route", "aws_vpc_route_table", "aws_vpc_subnet", "aws_vpc_subnet_route_table"];
}
