//! `aws_vpc_public_address_need`: whether instances behind load balancers need their public addresses.

use std::collections::HashMap;

use billhook_catalog::Place;

use crate::ec2::address::Address;
use crate::ec2::instance::Instance;
use crate::prices::network::public_ipv4_lines;
use crate::prices::{Breakdown, PriceLookup};
use crate::vpc::public_address_need::PublicAddressNeed;
use crate::vpc::route::Route;

use super::amount::Used;
use super::estate::Estate;
use super::nat_gateway_subnet::{DEFAULT_ROUTE, subnets_by_route_table};
use super::relation::given;

/// The amount that is explained here.
const MONTHLY: &str = "aws_vpc_public_address_need.monthly_usd";

/// The ways out of a subnet.
#[derive(Clone, Copy, Debug, PartialEq)]
struct WayOut<'e> {
    /// Whether anything goes to an internet gateway.
    to_internet_gateway: bool,
    /// Where the default route leads.
    default_route: &'e str,
}

/// One row a running instance that has a public address and is registered with a load balancer.
pub(super) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<PublicAddressNeed> {
    let mut balancers: HashMap<&str, &str> = HashMap::new();
    for target in &estate.targets {
        let instance = given(&target.instance_resource_id);
        if let Some((instance, balancer)) = instance.zip(given(&target.load_balancer_resource_id)) {
            let first = balancers.entry(instance).or_insert(balancer);
            *first = balancer.min(*first);
        }
    }
    let addresses: HashMap<(&str, &str, &str), &Address> = estate
        .addresses
        .iter()
        .filter_map(|address| {
            let (id, public_ip) = (&address.id, given(&address.public_ip)?);
            Some(((&*id.account_id, &*id.region, public_ip), address))
        })
        .collect();
    let ways = ways_out(estate);
    let instances = estate.instances.iter();
    instances
        .filter(|instance| instance.state.as_deref() == Some("running"))
        .filter_map(|instance| {
            let (id, public_ip) = (&instance.id, given(&instance.public_ip)?);
            let balancer = balancers.get(id.resource_id.as_str())?;
            let address = addresses.get(&(&*id.account_id, &*id.region, public_ip));
            let address = address.copied();
            let way = way_of(instance, &ways);
            let lines = address_lines(prices, instance, address);
            let amount = used.explained(id, MONTHLY, &lines);
            Some(PublicAddressNeed {
                id: Place {
                    account_id: id.account_id.clone(),
                    region: id.region.clone(),
                },
                resource_id: id.resource_id.clone(),
                load_balancer_resource_id: (*balancer).to_owned(),
                address_kind: kind(address).to_owned(),
                has_internet_route: way.map(|way| way.to_internet_gateway),
                default_route: way.map(|way| way.default_route.to_owned()),
                monthly_usd: amount.usd,
                price_basis: Some(amount.basis.to_owned()),
            })
        })
        .collect()
}

fn kind(address: Option<&Address>) -> &'static str {
    match address {
        None => "assigned",
        Some(address) if address.own_range == Some(true) => "own-range",
        Some(_) => "elastic",
    }
}

fn address_lines<'a>(
    prices: &'a dyn PriceLookup,
    instance: &'a Instance,
    address: Option<&Address>,
) -> Breakdown<'a> {
    match address.map(|address| address.own_range) {
        Some(Some(true)) => Breakdown::free("an address of one's own range is not billed"),
        Some(None) => Breakdown::unknown("whose range the address is from is not known"),
        None | Some(Some(false)) => public_ipv4_lines(prices, &instance.id.region, true),
    }
}

/// The ways out of the subnet of an instance that has one interface; several may be in different subnets.
fn way_of<'e>(instance: &Instance, ways: &HashMap<&str, WayOut<'e>>) -> Option<WayOut<'e>> {
    let subnet =
        given(&instance.subnet_resource_id).filter(|_| instance.interface_count == Some(1))?;
    ways.get(subnet).copied()
}

/// The ways out by subnet, of those whose route table was read.
fn ways_out(estate: &Estate) -> HashMap<&str, WayOut<'_>> {
    let mut by_table: HashMap<&str, WayOut<'_>> = estate
        .route_tables
        .iter()
        .map(|table| {
            let nowhere = WayOut {
                to_internet_gateway: false,
                default_route: "none",
            };
            (table.id.resource_id.as_str(), nowhere)
        })
        .collect();
    let active = |route: &&Route| route.state.as_deref() != Some("blackhole");
    for route in estate.routes.iter().filter(active) {
        let Some(way) = by_table.get_mut(route.route_table_resource_id.as_str()) else {
            continue;
        };
        // Public IPv4 addresses have no part in IPv6.
        let is_ipv6 = route.destination.contains(':');
        way.to_internet_gateway |= !is_ipv6 && route.target_id.starts_with("igw-");
        if route.destination == DEFAULT_ROUTE {
            way.default_route = &route.target_kind;
        }
    }
    let mut ways = HashMap::new();
    for (table, subnets) in subnets_by_route_table(estate) {
        if let Some(way) = by_table.get(table) {
            ways.extend(subnets.into_iter().map(|subnet| (subnet, *way)));
        }
    }
    ways
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Key;

    use super::*;
    use crate::elb::target::Target;
    use crate::prices::PriceBook;
    use crate::vpc::route::{RouteTable, SubnetRouteTable};

    fn key(id: &str) -> Key {
        Key {
            resource_id: id.to_owned(),
            region: "us-east-1".to_owned(),
            ..Key::default()
        }
    }

    fn instance(id: &str, subnet: &str, public_ip: &str) -> Instance {
        Instance {
            id: key(id),
            state: Some("running".to_owned()),
            public_ip: Some(public_ip.to_owned()),
            subnet_resource_id: Some(subnet.to_owned()),
            interface_count: Some(1),
            ..Instance::default()
        }
    }

    fn route(table: &str, destination: &str, kind: &str, target: &str) -> Route {
        Route {
            route_table_resource_id: table.to_owned(),
            destination: destination.to_owned(),
            target_kind: kind.to_owned(),
            target_id: target.to_owned(),
            state: Some("active".to_owned()),
            ..Route::default()
        }
    }

    fn target(instance: &str, balancer: &str) -> Target {
        Target {
            instance_resource_id: Some(instance.to_owned()),
            load_balancer_resource_id: Some(balancer.to_owned()),
            ..Target::default()
        }
    }

    fn estate() -> Estate {
        let tables = ["public", "private", "partly", "isolated"];
        Estate {
            route_tables: tables
                .map(|id| RouteTable {
                    id: key(id),
                    ..RouteTable::default()
                })
                .to_vec(),
            routes: vec![
                route("public", "0.0.0.0/0", "gateway", "igw-1"),
                route("private", "0.0.0.0/0", "nat-gateway", "nat-1"),
                route("private", "::/0", "gateway", "igw-1"),
                route("partly", "0.0.0.0/0", "transit-gateway", "tgw-1"),
                route("partly", "203.0.113.0/24", "gateway", "igw-1"),
            ],
            subnet_route_tables: tables
                .map(|table| SubnetRouteTable {
                    subnet_resource_id: format!("in-{table}"),
                    route_table_resource_id: table.to_owned(),
                    ..SubnetRouteTable::default()
                })
                .to_vec(),
            ..Estate::default()
        }
    }

    #[test]
    fn only_a_route_to_an_internet_gateway_makes_an_address_of_use() {
        let subnets = [
            "in-public",
            "in-private",
            "in-partly",
            "in-isolated",
            "unread",
        ];
        let estate = Estate {
            instances: subnets
                .map(|name| instance(name, name, "198.51.100.7"))
                .to_vec(),
            targets: subnets.map(|name| target(name, "alb")).to_vec(),
            ..estate()
        };
        let rows = rows(&estate, PriceBook::embedded(), &mut Used::default());
        let seen: Vec<_> = rows
            .iter()
            .map(|row| (row.has_internet_route, row.default_route.as_deref()))
            .collect();
        assert_eq!(
            seen,
            [
                (Some(true), Some("gateway")),
                (Some(false), Some("nat-gateway")),
                (Some(true), Some("transit-gateway")),
                (Some(false), Some("none")),
                (None, None),
            ]
        );
        // 730 × $0.005.
        assert!(rows.iter().all(|row| row.monthly_usd == Some(3.65)));
    }

    #[test]
    fn who_has_no_address_or_no_load_balancer_has_no_row() {
        let stopped = Instance {
            state: Some("stopped".to_owned()),
            ..instance("stopped", "in-private", "198.51.100.7")
        };
        let estate = Estate {
            instances: vec![
                instance("both", "in-private", "198.51.100.7"),
                instance("without-address", "in-private", ""),
                instance("without-balancer", "in-private", "198.51.100.8"),
                instance("of-unused-group", "in-private", "198.51.100.9"),
                stopped,
            ],
            targets: vec![
                target("both", "nlb"),
                target("both", "alb"),
                target("without-address", "alb"),
                target("of-unused-group", ""),
                target("stopped", "alb"),
                target("", "alb"),
            ],
            ..estate()
        };
        let rows = rows(&estate, PriceBook::embedded(), &mut Used::default());
        let [only] = rows.as_slice() else {
            panic!("{rows:?}");
        };
        assert_eq!(
            (&*only.resource_id, &*only.load_balancer_resource_id),
            ("both", "alb")
        );
        assert_eq!(only.address_kind, "assigned");
    }

    #[test]
    fn addresses_of_ones_own_are_told_apart_and_several_interfaces_leave_it_open() {
        let address = |ip: &str, own_range: Option<bool>| Address {
            id: key(ip),
            public_ip: Some(ip.to_owned()),
            own_range,
            ..Address::default()
        };
        let several = Instance {
            interface_count: Some(2),
            ..instance("several", "in-private", "198.51.100.3")
        };
        let estate = Estate {
            instances: vec![
                instance("elastic", "in-private", "198.51.100.1"),
                instance("own", "in-private", "198.51.100.2"),
                several,
            ],
            addresses: vec![
                address("198.51.100.1", Some(false)),
                address("198.51.100.2", Some(true)),
                address("198.51.100.3", None),
            ],
            targets: ["elastic", "own", "several"]
                .map(|id| target(id, "alb"))
                .to_vec(),
            ..estate()
        };
        let rows = rows(&estate, PriceBook::embedded(), &mut Used::default());
        let seen: Vec<_> = rows
            .iter()
            .map(|row| (&*row.address_kind, row.monthly_usd, row.has_internet_route))
            .collect();
        assert_eq!(
            seen,
            [
                ("elastic", Some(3.65), Some(false)),
                ("own-range", Some(0.0), Some(false)),
                ("elastic", None, None),
            ]
        );
    }
}
