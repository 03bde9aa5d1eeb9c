//! `aws_vpc_route_table`, `aws_vpc_route` and `aws_vpc_subnet_route_table`.

use billhook_catalog::{BASE_GROUP, Row, table};

use crate::number::count;
use crate::scan::Scan;
use crate::tags;

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

/// Reads the route tables of a region, with their routes and subnets.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.ec2(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "ec2:DescribeRouteTables",
            |token| {
                client
                    .describe_route_tables()
                    .max_results(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for table in page.route_tables() {
                    keep(scan, region, table);
                }
                page.next_token
            },
        )
        .await;
    scan.settle(RouteTable::TABLE, BASE_GROUP, region, &outcome);
    scan.settle(Route::TABLE, BASE_GROUP, region, &outcome);
    scan.settle(SubnetRouteTable::TABLE, BASE_GROUP, region, &outcome);
}

fn keep(scan: &Scan<'_>, region: &str, table: &aws_sdk_ec2::types::RouteTable) {
    let Some(short_id) = table.route_table_id() else {
        return;
    };
    let names = &scan.names;
    let mut id = scan.key(region, names.ec2(region, "route-table", short_id), short_id);
    id.name = tags::name(table.tags());
    tags::keep(scan, RouteTable::TABLE, &id, table.tags());
    for route in table.routes() {
        let (target_kind, target_id) = target(route);
        let row = Route {
            id: scan.place(region),
            route_table_resource_id: id.resource_id.clone(),
            destination: destination(route).to_owned(),
            target_kind: target_kind.to_owned(),
            target_id: target_id.to_owned(),
            nat_gateway_resource_id: Some(names.ec2_or_none(
                region,
                "natgateway",
                route.nat_gateway_id(),
            )),
            state: route.state().map(|state| state.as_str().to_owned()),
        };
        scan.put(region, row);
    }
    let subnets: Vec<&str> = table
        .associations()
        .iter()
        .filter_map(|association| association.subnet_id())
        .collect();
    for subnet in &subnets {
        let row = SubnetRouteTable {
            id: scan.place(region),
            subnet_resource_id: names.ec2(region, "subnet", subnet),
            route_table_resource_id: id.resource_id.clone(),
        };
        scan.put(region, row);
    }
    let row = RouteTable {
        id,
        vpc_id: table.vpc_id().map(str::to_owned),
        is_main: Some(
            table
                .associations()
                .iter()
                .any(|association| association.main() == Some(true)),
        ),
        subnet_count: Some(count(subnets.len())),
    };
    scan.put(region, row);
}

/// Where a route leads from: an IPv4 or IPv6 block, or a prefix list.
fn destination(route: &aws_sdk_ec2::types::Route) -> &str {
    route
        .destination_cidr_block()
        .or(route.destination_ipv6_cidr_block())
        .or(route.destination_prefix_list_id())
        .unwrap_or_default()
}

/// Where a route leads to: kind and bare id of the target.
fn target(route: &aws_sdk_ec2::types::Route) -> (&'static str, &str) {
    // A route to an instance names its interface as well, so the instance comes first.
    let by_field = [
        ("nat-gateway", route.nat_gateway_id()),
        ("transit-gateway", route.transit_gateway_id()),
        ("peering", route.vpc_peering_connection_id()),
        ("instance", route.instance_id()),
        ("interface", route.network_interface_id()),
        ("gateway", route.egress_only_internet_gateway_id()),
        ("other", route.local_gateway_id()),
        ("other", route.carrier_gateway_id()),
        ("other", route.core_network_arn()),
        ("other", route.odb_network_arn()),
    ];
    if let Some((kind, id)) = by_field
        .iter()
        .find_map(|(kind, id)| id.filter(|id| !id.is_empty()).map(|id| (*kind, id)))
    {
        return (kind, id);
    }
    match route.gateway_id().unwrap_or_default() {
        "local" => ("local", ""),
        // Gateway endpoints are routed to by the prefix list of their service, Gateway Load Balancer endpoints by block.
        id if id.starts_with("vpce-") && route.destination_prefix_list_id().is_some() => {
            ("gateway-endpoint", id)
        }
        id if id.starts_with("vpce-") || id.is_empty() => ("other", id),
        id => ("gateway", id),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::Route as SdkRoute;

    use super::*;

    #[test]
    fn a_route_knows_what_it_leads_to() {
        let block = || SdkRoute::builder().destination_cidr_block("0.0.0.0/0");
        assert_eq!(
            target(&block().nat_gateway_id("nat-1").build()),
            ("nat-gateway", "nat-1")
        );
        assert_eq!(
            target(&block().gateway_id("igw-1").build()),
            ("gateway", "igw-1")
        );
        assert_eq!(
            target(&block().gateway_id("vgw-1").build()),
            ("gateway", "vgw-1")
        );
        assert_eq!(target(&block().gateway_id("local").build()), ("local", ""));
        assert_eq!(
            target(&block().gateway_id("vpce-1").build()),
            ("other", "vpce-1")
        );
        assert_eq!(
            target(&block().transit_gateway_id("tgw-1").build()),
            ("transit-gateway", "tgw-1")
        );
        assert_eq!(
            target(
                &block()
                    .instance_id("i-1")
                    .network_interface_id("eni-1")
                    .build()
            ),
            ("instance", "i-1"),
            "an instance is named with its interface"
        );
        assert_eq!(target(&block().build()), ("other", ""));
        let endpoint = SdkRoute::builder()
            .destination_prefix_list_id("pl-1")
            .gateway_id("vpce-1")
            .build();
        assert_eq!(target(&endpoint), ("gateway-endpoint", "vpce-1"));
        assert_eq!(destination(&endpoint), "pl-1");
    }
}
