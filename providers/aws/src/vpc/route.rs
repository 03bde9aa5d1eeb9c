//! `aws_vpc_route_table`, `aws_vpc_route` and `aws_vpc_subnet_route_table`.

use billhook_catalog::table;

table! {
    /// Route tables.
    pub struct RouteTable: resource "AWS::EC2::RouteTable" in "aws_vpc_route_table" reads ["ec2:DescribeRouteTables"] {
        /// VPC.
        vpc_id: Option<String>,
        /// Whether it is the VPC's main route table.
        is_main: Option<bool>,
        /// Subnets that are associated explicitly.
        subnet_count: Option<i64>,
    }
}

table! {
    /// Routes, one row a route.
    pub struct Route: link in "aws_vpc_route" reads ["ec2:DescribeRouteTables"] {
        /// Route table.
        route_table_resource_id: String => "aws_vpc_route_table",
        /// Destination: a CIDR block or a prefix list (`pl-…`).
        destination: String,
        /// `nat-gateway`, `gateway` (internet or virtual private), `gateway-endpoint`, `transit-gateway`, `instance`, `interface`, `peering`, `local` or `other`.
        target_kind: String,
        /// Bare id of the target (`nat-…`, `igw-…`, `vpce-…`); empty when local.
        target_id: String,
        /// NAT gateway that it points to; empty when to another kind of target.
        nat_gateway_resource_id: Option<String> => "aws_vpc_nat_gateway",
        /// `active` or `blackhole`.
        state: Option<String>,
    }
    absence is evidence;
}

table! {
    /// Explicit associations of subnets with route tables.
    pub struct SubnetRouteTable: link in "aws_vpc_subnet_route_table" reads ["ec2:DescribeRouteTables"] {
        /// The subnet.
        subnet_resource_id: String => "aws_vpc_subnet",
        /// The route table.
        route_table_resource_id: String => "aws_vpc_route_table",
    }
    absence is evidence;
}
