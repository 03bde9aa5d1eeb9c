//! What the control plane of a Kubernetes cluster costs.

use jiff::Timestamp;

use crate::eks::cluster::Cluster;
use crate::prices::{Breakdown, PriceLookup, Sku, Tariff};

use super::support::surcharge_lines;

/// A month of a cluster without its nodes, which are billed by themselves.
pub(in crate::derive) fn cluster_lines<'a>(
    prices: &'a dyn PriceLookup,
    cluster: &'a Cluster,
    taken_at: Timestamp,
) -> Breakdown<'a> {
    if !matches!(cluster.status.as_deref(), Some("ACTIVE" | "UPDATING")) {
        return Breakdown::unknown("it is not active, or its state is not known");
    }
    if cluster.control_plane_tier.as_deref() != Some("standard") {
        return Breakdown::unknown("there is no price for its provisioned control plane");
    }
    let at = Tariff::new(prices, &cluster.id.region);
    let sku = Sku::service("eks", "cluster_hour");
    let mut lines = Breakdown::from(at.hours("control plane", 1.0, sku));
    lines.extend(surcharge_lines(prices, cluster, taken_at).into_lines());
    lines
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Key;

    use super::*;
    use crate::prices::PriceBook;

    fn monthly(cluster: Cluster) -> Option<f64> {
        let cluster = Cluster {
            id: Key {
                region: "eu-west-1".to_owned(),
                ..Key::default()
            },
            support_type: Some("EXTENDED".to_owned()),
            ..cluster
        };
        let at = "2026-10-05T06:00:00Z".parse().expect("an instant");
        cluster_lines(PriceBook::embedded(), &cluster, at)
            .cost()
            .usd()
    }

    fn active(version: &str, tier: &str) -> Cluster {
        Cluster {
            status: Some("ACTIVE".to_owned()),
            version: Some(version.to_owned()),
            control_plane_tier: Some(tier.to_owned()),
            ..Cluster::default()
        }
    }

    #[test]
    fn a_cluster_costs_ten_cents_an_hour_and_sixty_in_extended_support() {
        assert_eq!(monthly(active("1.34", "standard")), Some(73.0));
        assert_eq!(monthly(active("1.32", "standard")), Some(438.0));
        assert_eq!(monthly(active("1.34", "tier-xl")), None);
        assert_eq!(monthly(active("1.9", "standard")), None, "in no calendar");
        let going = Cluster {
            status: Some("DELETING".to_owned()),
            ..active("1.34", "standard")
        };
        assert_eq!(monthly(going), None);
    }
}
