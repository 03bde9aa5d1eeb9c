//! `aws_vpc_nat_gateway_subnet`: subnets by the NAT gateway that their default route leads to.

use std::collections::{HashMap, HashSet};

use billhook_catalog::Place;

use crate::vpc::nat_gateway_subnet::NatGatewaySubnet;
use crate::vpc::subnet::Subnet;

use super::estate::Estate;
use super::relation::given;

/// Where default routes lead from.
pub(super) const DEFAULT_ROUTE: &str = "0.0.0.0/0";

/// One row a zonal gateway and subnet that it serves.
pub(super) fn rows(estate: &Estate) -> Vec<NatGatewaySubnet> {
    let subnets: HashMap<&str, &Subnet> = estate
        .subnets
        .iter()
        .map(|subnet| (subnet.id.resource_id.as_str(), subnet))
        .collect();
    let zone_of_gateway: HashMap<&str, Option<&str>> = estate
        .nat_gateways
        .iter()
        .filter(|gateway| gateway.availability_mode.as_deref() == Some("zonal"))
        .map(|gateway| {
            let subnet = given(&gateway.subnet_resource_id).and_then(|id| subnets.get(id));
            let zone = subnet.and_then(|subnet| subnet.zone.as_deref());
            (gateway.id.resource_id.as_str(), zone)
        })
        .collect();
    let by_table = subnets_by_route_table(estate);
    let mut rows = Vec::new();
    for route in &estate.routes {
        let gateway = given(&route.nat_gateway_resource_id).filter(|_| {
            route.destination == DEFAULT_ROUTE && route.state.as_deref() == Some("active")
        });
        let Some((gateway, gateway_zone)) =
            gateway.and_then(|id| zone_of_gateway.get_key_value(id))
        else {
            continue;
        };
        let served = by_table.get(route.route_table_resource_id.as_str());
        for subnet_id in served.into_iter().flatten() {
            let subnet_zone = subnets
                .get(subnet_id)
                .and_then(|subnet| subnet.zone.as_deref());
            rows.push(NatGatewaySubnet {
                id: Place {
                    account_id: route.id.account_id.clone(),
                    region: route.id.region.clone(),
                },
                resource_id: (*subnet_id).to_owned(),
                nat_gateway_resource_id: (*gateway).to_owned(),
                subnet_zone: subnet_zone.map(str::to_owned),
                gateway_zone: gateway_zone.map(str::to_owned),
                is_cross_zone: subnet_zone
                    .zip(*gateway_zone)
                    .map(|(subnet, gateway)| subnet != gateway),
            });
        }
    }
    rows
}

/// Subnets by route table: those that are associated explicitly, and with a VPC's main table all others of the VPC.
pub(super) fn subnets_by_route_table(estate: &Estate) -> HashMap<&str, Vec<&str>> {
    let mut by_table: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut explicit: HashSet<&str> = HashSet::new();
    for association in &estate.subnet_route_tables {
        let subnet = association.subnet_resource_id.as_str();
        explicit.insert(subnet);
        by_table
            .entry(&association.route_table_resource_id)
            .or_default()
            .push(subnet);
    }
    let main_tables = estate
        .route_tables
        .iter()
        .filter(|table| table.is_main == Some(true));
    for table in main_tables {
        let Some(vpc) = given(&table.vpc_id) else {
            continue;
        };
        let others = estate.subnets.iter().filter(|subnet| {
            subnet.vpc_id.as_deref() == Some(vpc)
                && !explicit.contains(subnet.id.resource_id.as_str())
        });
        by_table
            .entry(&table.id.resource_id)
            .or_default()
            .extend(others.map(|subnet| subnet.id.resource_id.as_str()));
    }
    by_table
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Key;

    use super::*;
    use crate::vpc::nat_gateway::NatGateway;
    use crate::vpc::route::{Route, RouteTable, SubnetRouteTable};

    fn key(id: &str) -> Key {
        Key {
            resource_id: id.to_owned(),
            ..Key::default()
        }
    }

    fn subnet(id: &str, zone: &str) -> Subnet {
        Subnet {
            id: key(id),
            vpc_id: Some("vpc".to_owned()),
            zone: Some(zone.to_owned()),
        }
    }

    fn route(table: &str, destination: &str, gateway: &str, state: &str) -> Route {
        Route {
            route_table_resource_id: table.to_owned(),
            destination: destination.to_owned(),
            nat_gateway_resource_id: Some(gateway.to_owned()),
            state: Some(state.to_owned()),
            ..Route::default()
        }
    }

    #[test]
    fn explicit_subnets_and_the_rest_of_the_vpc_are_served() {
        let gateway = |id: &str, mode: &str, subnet: &str| NatGateway {
            id: key(id),
            availability_mode: Some(mode.to_owned()),
            subnet_resource_id: Some(subnet.to_owned()),
            ..NatGateway::default()
        };
        let estate = Estate {
            nat_gateways: vec![
                gateway("nat", "zonal", "public-a"),
                gateway("lost", "zonal", "elsewhere"),
                gateway("regional", "regional", ""),
            ],
            subnets: vec![
                subnet("public-a", "a"),
                subnet("private-a", "a"),
                subnet("private-b", "b"),
                subnet("left-to-main", "b"),
            ],
            route_tables: vec![
                RouteTable {
                    id: key("main"),
                    vpc_id: Some("vpc".to_owned()),
                    is_main: Some(true),
                    ..RouteTable::default()
                },
                RouteTable {
                    id: key("private"),
                    vpc_id: Some("vpc".to_owned()),
                    is_main: Some(false),
                    ..RouteTable::default()
                },
            ],
            subnet_route_tables: [
                ("public-a", "public"),
                ("private-a", "private"),
                ("private-b", "private"),
            ]
            .map(|(subnet, table)| SubnetRouteTable {
                subnet_resource_id: subnet.to_owned(),
                route_table_resource_id: table.to_owned(),
                ..SubnetRouteTable::default()
            })
            .to_vec(),
            routes: vec![
                route("private", "0.0.0.0/0", "nat", "active"),
                route("private", "192.0.2.0/24", "nat", "active"),
                route("main", "0.0.0.0/0", "lost", "active"),
                route("main", "0.0.0.0/0", "nat", "blackhole"),
                route("main", "0.0.0.0/0", "regional", "active"),
            ],
            ..Estate::default()
        };
        let rows = rows(&estate);
        let seen: Vec<_> = rows
            .iter()
            .map(|row| {
                (
                    row.nat_gateway_resource_id.as_str(),
                    row.resource_id.as_str(),
                    row.is_cross_zone,
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("nat", "private-a", Some(false)),
                ("nat", "private-b", Some(true)),
                ("lost", "left-to-main", None),
            ]
        );
    }
}
