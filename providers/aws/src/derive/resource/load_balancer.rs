//! Load balancers and what belongs to them.

use crate::elb::classic_load_balancer::ClassicLoadBalancer;
use crate::elb::listener::Listener;
use crate::elb::load_balancer::LoadBalancer;
use crate::elb::target_group::TargetGroup;
use crate::prices::network::{self, load_balancer_lines};
use crate::prices::{Breakdown, PriceLookup, Sku, Tariff};

use super::super::amount::{Amount, Used};
use super::super::estate::Estate;
use super::super::relation::given;
use super::{MONTHLY, Rows};

/// All of them.
pub(super) fn rows(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used, out: &mut Rows<'_>) {
    for balancer in &estate.load_balancers {
        let lines = lines(prices, balancer);
        let amount = used.explained(&balancer.id, MONTHLY, &lines);
        out.add::<LoadBalancer>(&balancer.id, None, String::new(), amount);
    }
    for balancer in &estate.classic_load_balancers {
        let lines = classic_lines(prices, balancer);
        let amount = used.explained(&balancer.id, MONTHLY, &lines);
        out.add::<ClassicLoadBalancer>(&balancer.id, None, String::new(), amount);
    }
    for listener in &estate.listeners {
        let parent = given(&listener.load_balancer_resource_id);
        out.add::<Listener>(&listener.id, parent, String::new(), Amount::FREE);
    }
    for group in &estate.target_groups {
        let parent = given(&group.load_balancer_resource_id);
        out.add::<TargetGroup>(&group.id, parent, String::new(), Amount::FREE);
    }
}

/// A month of its hours and of the public addresses that AWS gives it; capacity units and traffic are billed on top. How
/// many addresses there are is told by its zones, so with addresses it is an estimate.
fn with_addresses<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    mut hours: Breakdown<'a>,
    addresses: Option<i64>,
) -> Breakdown<'a> {
    match addresses {
        Some(0) => hours,
        Some(addresses) => {
            let sku = Sku::network("public_ipv4", "in_use_hour");
            let at = Tariff::new(prices, region);
            hours.extend([at.hours("public IPv4 addresses, in use", addresses as f64, sku)]);
            hours.estimated()
        }
        None => Breakdown::unknown("how many public addresses it has is not known"),
    }
}

fn lines<'a>(prices: &'a dyn PriceLookup, balancer: &'a LoadBalancer) -> Breakdown<'a> {
    let kind = balancer
        .load_balancer_type
        .as_deref()
        .and_then(network::LoadBalancer::from_api);
    // What AWS bills for one that failed, or is being made, is not published.
    let is_billed = matches!(
        balancer.state.as_deref(),
        Some("active" | "active_impaired")
    );
    let Some(kind) = kind.filter(|_| is_billed) else {
        return Breakdown::unknown("it is not active, or its type is not known");
    };
    let region = &balancer.id.region;
    let hours = match (kind, balancer.zone_count) {
        // A gateway load balancer is billed for each zone.
        (network::LoadBalancer::Gateway, Some(zones)) => Tariff::new(prices, region)
            .hours(
                "Gateway Load Balancer, by zone",
                zones as f64,
                Sku::network("gwlb", "lb_hour"),
            )
            .into(),
        (network::LoadBalancer::Gateway, None) => {
            Breakdown::unknown("how many zones it is in is not known")
        }
        _ => load_balancer_lines(prices, region, kind),
    };
    with_addresses(prices, region, hours, balancer.own_public_address_count)
}

fn classic_lines<'a>(
    prices: &'a dyn PriceLookup,
    balancer: &'a ClassicLoadBalancer,
) -> Breakdown<'a> {
    let region = &balancer.id.region;
    let hours = load_balancer_lines(prices, region, network::LoadBalancer::Classic);
    let addresses = match balancer.scheme.as_deref() {
        Some("internal") => Some(0),
        Some("internet-facing") => balancer.zone_count,
        _ => None,
    };
    with_addresses(prices, region, hours, addresses)
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Key;

    use super::*;
    use crate::prices::{Cost, PriceBook};

    fn key() -> Key {
        Key {
            region: "us-east-1".to_owned(),
            ..Key::default()
        }
    }

    fn price(
        kind: &str,
        state: &str,
        zones: i64,
        addresses: Option<i64>,
    ) -> (Option<i64>, &'static str) {
        let balancer = LoadBalancer {
            id: key(),
            load_balancer_type: Some(kind.to_owned()),
            state: Some(state.to_owned()),
            zone_count: Some(zones),
            own_public_address_count: addresses,
            ..LoadBalancer::default()
        };
        thousandths(lines(PriceBook::embedded(), &balancer).cost())
    }

    fn thousandths(cost: Cost) -> (Option<i64>, &'static str) {
        let usd = cost.usd().map(|usd| (usd * 1000.0).round() as i64);
        (usd, cost.basis_name())
    }

    #[test]
    fn hours_and_addresses() {
        // 730 × 0.0225, and 3 × 730 × 0.005.
        assert_eq!(price("application", "active", 3, Some(0)).0, Some(16_425));
        assert_eq!(
            price("application", "active", 3, Some(3)),
            (Some(16_425 + 10_950), "estimated")
        );
        assert_eq!(
            price("network", "active_impaired", 3, Some(0)).0,
            Some(16_425)
        );
        // 730 × 0.0125 for each of two zones.
        assert_eq!(price("gateway", "active", 2, Some(0)).0, Some(18_250));
    }

    #[test]
    fn what_is_not_known_has_no_price() {
        let unknown = (None, "unknown");
        assert_eq!(price("application", "failed", 3, Some(0)), unknown);
        assert_eq!(price("application", "active", 3, None), unknown);
        assert_eq!(price("quantum", "active", 3, Some(0)), unknown);
    }

    #[test]
    fn a_classic_one_by_its_scheme() {
        let classic = |scheme: Option<&str>| {
            let balancer = ClassicLoadBalancer {
                id: key(),
                scheme: scheme.map(str::to_owned),
                zone_count: Some(2),
                ..ClassicLoadBalancer::default()
            };
            thousandths(classic_lines(PriceBook::embedded(), &balancer).cost())
        };
        assert_eq!(classic(Some("internal")).0, Some(18_250));
        assert_eq!(
            classic(Some("internet-facing")),
            (Some(25_550), "estimated")
        );
        assert_eq!(classic(None), (None, "unknown"));
    }
}
