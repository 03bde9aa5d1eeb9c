//! `aws_vpc_endpoint` and `aws_vpc_endpoint_route_table`.

use billhook_catalog::{BASE_GROUP, Dimension, DimensionValue, Metric, Missing, Row, table};

use crate::number::count;
use crate::scan::Scan;
use crate::tags;
use crate::time::instant;

const fn column(name: &'static str, column: &'static str) -> Dimension {
    Dimension {
        name,
        value: DimensionValue::Column(column),
    }
}

/// AWS writes the names of these dimensions with spaces.
const ENDPOINT: &[Dimension] = &[
    column("Endpoint Type", "endpoint_type"),
    column("Service Name", "service_name"),
    column("VPC Endpoint Id", "short_id"),
    column("VPC Id", "vpc_id"),
];

/// What AWS publishes for an interface or a Gateway Load Balancer endpoint, only when there is traffic. Gateway endpoints, and
/// endpoints for services of other regions, have no metrics.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html>
pub static METRICS: &[Metric] = &[Metric {
    namespace: "AWS/PrivateLinkEndpoints",
    name: "BytesProcessed",
    dimensions: ENDPOINT,
    missing: Missing::Zero,
    doc: "Bytes between the endpoint and its service, both directions: those that are billed.",
}];

table! {
    /// VPC endpoints.
    pub struct Endpoint: resource "AWS::EC2::VPCEndpoint" in "aws_vpc_endpoint" reads ["ec2:DescribeVpcEndpoints"] {
        /// `Gateway`, `Interface`, `GatewayLoadBalancer`, …
        endpoint_type: Option<String>,
        /// Service in full (`com.amazonaws.eu-west-1.s3`).
        service_name: Option<String>,
        /// AWS service that it leads to (`s3`, `dynamodb`, `ecr.dkr`): what follows the region in its name. Empty for others' services.
        service: Option<String>,
        /// `available`, `pending`, …
        state: Option<String>,
        /// VPC.
        vpc_id: Option<String>,
        /// Availability Zones that it has an interface in, which it is billed for; 0 for a gateway endpoint.
        zone_count: Option<i64>,
        /// Whether the service's own name leads to it.
        private_dns: Option<bool>,
        /// Whether an AWS service made and manages it.
        requester_managed: Option<bool>,
        /// Whether its service is in the endpoint's own region.
        in_own_region: Option<bool>,
    }
    metrics METRICS;
}

table! {
    /// Route tables that a gateway endpoint serves, one row each.
    pub struct EndpointRouteTable: link in "aws_vpc_endpoint_route_table" reads ["ec2:DescribeVpcEndpoints"] {
        /// The endpoint.
        endpoint_resource_id: String => "aws_vpc_endpoint",
        /// The route table.
        route_table_resource_id: String => "aws_vpc_route_table",
        /// AWS service that it leads to (`s3`, `dynamodb`).
        service: String,
        /// State of the endpoint.
        state: String,
    }
    absence is evidence;
}

/// Reads the endpoints of a region and the route tables that they serve.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.ec2(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "ec2:DescribeVpcEndpoints",
            |token| {
                client
                    .describe_vpc_endpoints()
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for endpoint in page.vpc_endpoints() {
                    keep(scan, region, endpoint);
                }
                page.next_token
            },
        )
        .await;
    scan.settle(Endpoint::TABLE, BASE_GROUP, region, &outcome);
    scan.settle(EndpointRouteTable::TABLE, BASE_GROUP, region, &outcome);
}

fn keep(scan: &Scan<'_>, region: &str, endpoint: &aws_sdk_ec2::types::VpcEndpoint) {
    let Some(short_id) = endpoint.vpc_endpoint_id() else {
        return;
    };
    let mut id = scan.key(
        region,
        scan.names.ec2(region, "vpc-endpoint", short_id),
        short_id,
    );
    id.name = tags::name(endpoint.tags());
    id.created_at = instant(endpoint.creation_timestamp());
    tags::keep(scan, Endpoint::TABLE, &id, endpoint.tags());
    let service = endpoint
        .service_name()
        .map(|name| aws_service(name, region).to_owned());
    let state = endpoint.state().map(|state| state.as_str().to_owned());
    for table in endpoint.route_table_ids() {
        let row = EndpointRouteTable {
            id: scan.place(region),
            endpoint_resource_id: id.resource_id.clone(),
            route_table_resource_id: scan.names.ec2(region, "route-table", table),
            service: service.clone().unwrap_or_default(),
            state: state.clone().unwrap_or_default(),
        };
        scan.put(region, row);
    }
    let row = Endpoint {
        id,
        endpoint_type: endpoint
            .vpc_endpoint_type()
            .map(|kind| kind.as_str().to_owned()),
        service_name: endpoint.service_name().map(str::to_owned),
        service,
        state,
        vpc_id: endpoint.vpc_id().map(str::to_owned),
        // An endpoint has at most one subnet in a zone.
        zone_count: Some(count(endpoint.subnet_ids().len())),
        private_dns: Some(endpoint.private_dns_enabled().unwrap_or(false)),
        requester_managed: endpoint.requester_managed(),
        // AWS names the region only where it is another one, or since it can be another one.
        in_own_region: Some(endpoint.service_region().is_none_or(|of| of == region)),
    };
    scan.put(region, row);
}

/// The AWS service in an endpoint service's name; empty when it is another account's (`com.amazonaws.vpce.…`).
fn aws_service<'n>(name: &'n str, region: &str) -> &'n str {
    let name = name.strip_prefix("cn.").unwrap_or(name);
    let Some(rest) = name
        .strip_prefix("com.amazonaws.")
        .or_else(|| name.strip_prefix("aws.api."))
    else {
        return "";
    };
    if rest == "vpce" || rest.starts_with("vpce.") {
        return "";
    }
    rest.strip_prefix(region)
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_is_what_follows_the_region() {
        assert_eq!(aws_service("com.amazonaws.eu-west-1.s3", "eu-west-1"), "s3");
        assert_eq!(
            aws_service("com.amazonaws.eu-west-1.ecr.dkr", "eu-west-1"),
            "ecr.dkr"
        );
        assert_eq!(
            aws_service("cn.com.amazonaws.cn-north-1.s3", "cn-north-1"),
            "s3"
        );
        assert_eq!(
            aws_service("com.amazonaws.s3-global.accesspoint", "eu-west-1"),
            "s3-global.accesspoint"
        );
        assert_eq!(
            aws_service("com.amazonaws.vpce.eu-west-1.vpce-svc-1", "eu-west-1"),
            ""
        );
        assert_eq!(aws_service("com.example.s3", "eu-west-1"), "");
    }
}
