//! `aws_vpc_nat_gateway` and `aws_vpc_nat_gateway_address`.

use billhook_catalog::{BASE_GROUP, Dimension, DimensionValue, Metric, Missing, Row, table};

use crate::number::count;
use crate::scan::Scan;
use crate::tags;
use crate::time::instant;

const NAT: &[Dimension] = &[Dimension {
    name: "NatGatewayId",
    value: DimensionValue::Column("short_id"),
}];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric {
        namespace: "AWS/NATGateway",
        name,
        dimensions: NAT,
        missing: Missing::Zero,
        doc,
    }
}

/// What AWS publishes for a NAT gateway. Silence means that nothing passed.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html>
pub static METRICS: &[Metric] = &[
    metric(
        "ActiveConnectionCount",
        "Concurrent active TCP connections.",
    ),
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

/// Reads the NAT gateways of a region and their addresses.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.ec2(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "ec2:DescribeNatGateways",
            |token| {
                client
                    .describe_nat_gateways()
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for gateway in page.nat_gateways() {
                    keep(scan, region, gateway);
                }
                page.next_token
            },
        )
        .await;
    scan.settle(NatGateway::TABLE, BASE_GROUP, region, &outcome);
    scan.settle(NatGatewayAddress::TABLE, BASE_GROUP, region, &outcome);
}

fn keep(scan: &Scan<'_>, region: &str, gateway: &aws_sdk_ec2::types::NatGateway) {
    let Some(short_id) = gateway.nat_gateway_id() else {
        return;
    };
    let state = gateway.state().map(|state| state.as_str());
    // EC2 goes on naming a deleted gateway for about an hour.
    if state == Some("deleted") {
        return;
    }
    let names = &scan.names;
    let mut id = scan.key(region, names.ec2(region, "natgateway", short_id), short_id);
    id.name = tags::name(gateway.tags());
    id.created_at = instant(gateway.create_time());
    tags::keep(scan, NatGateway::TABLE, &id, gateway.tags());
    let addresses = gateway.nat_gateway_addresses();
    for allocation in addresses
        .iter()
        .filter_map(|address| address.allocation_id())
    {
        let row = NatGatewayAddress {
            id: scan.place(region),
            nat_gateway_resource_id: id.resource_id.clone(),
            address_resource_id: names.ec2(region, "elastic-ip", allocation),
        };
        scan.put(region, row);
    }
    // A zonal gateway lives in a subnet, a regional one in none.
    let availability_mode = gateway
        .availability_mode()
        .map(|mode| mode.as_str())
        .or_else(|| gateway.subnet_id().map(|_subnet| "zonal"));
    let row = NatGateway {
        id,
        state: state.map(str::to_owned),
        connectivity: gateway
            .connectivity_type()
            .map(|kind| kind.as_str().to_owned()),
        availability_mode: availability_mode.map(str::to_owned),
        vpc_id: gateway.vpc_id().map(str::to_owned),
        subnet_resource_id: Some(names.ec2_or_none(region, "subnet", gateway.subnet_id())),
        public_address_count: Some(count(
            addresses
                .iter()
                .filter(|address| address.public_ip().is_some())
                .count(),
        )),
    };
    scan.put(region, row);
}
