//! Load balancers and what belongs to them.

use crate::elb::classic_load_balancer::ClassicLoadBalancer;
use crate::elb::listener::Listener;
use crate::elb::load_balancer::LoadBalancer;
use crate::elb::target_group::TargetGroup;
use crate::prices::network::{self, load_balancer_monthly, public_ipv4_monthly};
use crate::prices::{Cost, PriceLookup};

use super::super::amount::{Amount, Used};
use super::super::estate::Estate;
use super::super::relation::given;
use super::Rows;

/// All of them.
pub(super) fn rows(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used, out: &mut Rows<'_>) {
    for balancer in &estate.load_balancers {
        let amount = amount(prices, balancer, used);
        out.add::<LoadBalancer>(&balancer.id, None, String::new(), amount);
    }
    for balancer in &estate.classic_load_balancers {
        let amount = classic_amount(prices, balancer, used);
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
fn with_addresses(
    prices: &dyn PriceLookup,
    region: &str,
    hours: Cost,
    addresses: Option<i64>,
    used: &mut Used,
) -> Amount {
    match addresses {
        Some(0) => used.amount(hours),
        Some(addresses) => {
            let each = public_ipv4_monthly(prices, region, true);
            used.amount(hours + each * addresses as f64).estimated()
        }
        None => Amount::UNKNOWN,
    }
}

fn amount(prices: &dyn PriceLookup, balancer: &LoadBalancer, used: &mut Used) -> Amount {
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
        return Amount::UNKNOWN;
    };
    let region = &balancer.id.region;
    let one = load_balancer_monthly(prices, region, kind);
    let hours = match (kind, balancer.zone_count) {
        // A gateway load balancer is billed for each zone.
        (network::LoadBalancer::Gateway, Some(zones)) => one * zones as f64,
        (network::LoadBalancer::Gateway, None) => Cost::UNKNOWN,
        _ => one,
    };
    let addresses = balancer.own_public_address_count;
    with_addresses(prices, region, hours, addresses, used)
}

fn classic_amount(
    prices: &dyn PriceLookup,
    balancer: &ClassicLoadBalancer,
    used: &mut Used,
) -> Amount {
    let region = &balancer.id.region;
    let hours = load_balancer_monthly(prices, region, network::LoadBalancer::Classic);
    let addresses = match balancer.scheme.as_deref() {
        Some("internal") => Some(0),
        Some("internet-facing") => balancer.zone_count,
        _ => return Amount::UNKNOWN,
    };
    with_addresses(prices, region, hours, addresses, used)
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Key;

    use super::*;
    use crate::prices::PriceBook;

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
        cents(amount(
            PriceBook::embedded(),
            &balancer,
            &mut Used::default(),
        ))
    }

    fn cents(amount: Amount) -> (Option<i64>, &'static str) {
        let cents = amount.usd.map(|usd| (usd * 1000.0).round() as i64);
        (cents, amount.basis)
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
            cents(classic_amount(
                PriceBook::embedded(),
                &balancer,
                &mut Used::default(),
            ))
        };
        assert_eq!(classic(Some("internal")).0, Some(18_250));
        assert_eq!(
            classic(Some("internet-facing")),
            (Some(25_550), "estimated")
        );
        assert_eq!(classic(None), (None, "unknown"));
    }
}
