//! `aws_vpc_endpoint` and `aws_vpc_endpoint_route_table`.

use billhook_catalog::table;

table! {
    /// VPC endpoints.
    pub struct Endpoint: resource "AWS::EC2::VPCEndpoint" in "aws_vpc_endpoint" reads ["ec2:DescribeVpcEndpoints"] {
        /// `Gateway`, `Interface`, `GatewayLoadBalancer`, …
        endpoint_type: Option<String>,
        /// Service in full (`com.amazonaws.eu-west-1.s3`).
        service_name: Option<String>,
        /// Last part of an AWS service's name (`s3`, `dynamodb`).
        service: Option<String>,
        /// `available`, `pending`, …
        state: Option<String>,
        /// VPC.
        vpc_id: Option<String>,
    }
}

table! {
    /// Route tables that a gateway endpoint serves, one row each.
    pub struct EndpointRouteTable: link in "aws_vpc_endpoint_route_table" reads ["ec2:DescribeVpcEndpoints"] {
        /// The endpoint.
        endpoint_resource_id: String => "aws_vpc_endpoint",
        /// The route table.
        route_table_resource_id: String => "aws_vpc_route_table",
        /// Last part of the service's name (`s3`, `dynamodb`).
        service: String,
        /// State of the endpoint.
        state: String,
    }
    absence is evidence;
}
