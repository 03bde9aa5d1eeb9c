//! What a month of a cluster costs by list prices.

use crate::derive::measured::Measured;
use crate::prices::node::node_lines;
use crate::prices::{Breakdown, Nodes, PriceLookup, Sku, Tariff};
use crate::redshift::cluster::Cluster;
use crate::redshift::node_type::NodeType;

/// What is billed in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Billed {
    /// Nodes and storage.
    All,
    /// The storage alone.
    Storage,
}

/// What is billed of a cluster in this state; None for states of which AWS does not say it.
/// <https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-cluster-status.html>
fn billed(status: &str) -> Option<Billed> {
    match status {
        "available"
        | "available, prep-for-resize"
        | "available, resize-cleanup"
        | "cancelling-resize"
        | "modifying"
        | "rebooting"
        | "renaming"
        | "resizing"
        | "rotating-keys"
        | "storage-full"
        | "updating-hsm" => Some(Billed::All),
        "paused" => Some(Billed::Storage),
        _ => None,
    }
}

/// Compute nodes in all zones; None when not known.
pub(in crate::derive) fn nodes(cluster: &Cluster) -> Option<i64> {
    Some(cluster.node_count? + cluster.secondary_node_count?)
}

/// A month of so many nodes of a type, without storage that is billed by itself.
pub(in crate::derive) fn nodes_lines<'a>(
    prices: &'a dyn PriceLookup,
    cluster: &'a Cluster,
    node_type: &'a str,
    count: i64,
) -> Breakdown<'a> {
    let nodes = Nodes::redshift(node_type, count as f64);
    node_lines(prices, &cluster.id.region, &nodes)
}

/// What a cluster holds, GiB, as far as it was measured: at its fullest, so no less than what is billed.
fn stored_gib(cluster: &Cluster, measured: &Measured) -> Option<f64> {
    let id = &cluster.id.resource_id;
    let percent = measured.largest(id, "PercentageDiskSpaceUsed", "Maximum")?;
    Some(cluster.storage_capacity_gib? * percent / 100.0)
}

fn storage_lines<'a>(
    prices: &'a dyn PriceLookup,
    cluster: &'a Cluster,
    node_type: &str,
    measured: &Measured,
) -> Breakdown<'a> {
    let is_paused = cluster.status.as_deref() == Some("paused");
    if !NodeType::has_managed_storage(node_type) {
        return if is_paused {
            Breakdown::unknown(
                "the snapshot that holds its data while it is paused has no known size",
            )
        } else {
            Breakdown::free("its storage comes with its nodes")
        };
    }
    match stored_gib(cluster, measured) {
        Some(gib) => {
            let sku = Sku::service("redshift", "managed_storage_gb_month");
            let line = Tariff::new(prices, &cluster.id.region).extra(
                "managed storage at its fullest",
                gib,
                "GiB-month",
                sku,
            );
            line.into_iter().collect::<Breakdown<'_>>().estimated()
        }
        None => Breakdown::unknown("what it stores, which is billed by itself, was not measured"),
    }
}

/// A month of a cluster as it is now.
pub(in crate::derive) fn cluster_lines<'a>(
    prices: &'a dyn PriceLookup,
    cluster: &'a Cluster,
    measured: &Measured,
) -> Breakdown<'a> {
    let Some(billed) = cluster.status.as_deref().and_then(billed) else {
        return Breakdown::unknown("what is billed of a cluster in its state is not published");
    };
    let (Some(node_type), Some(count)) = (cluster.node_type.as_deref(), nodes(cluster)) else {
        return Breakdown::unknown("the type or the number of its nodes is not known");
    };
    let mut sum = match billed {
        Billed::All => nodes_lines(prices, cluster, node_type, count),
        Billed::Storage => Breakdown::free("paused: its nodes are not billed"),
    };
    sum.extend(storage_lines(prices, cluster, node_type, measured).into_lines());
    sum
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{cluster, full};
    use super::*;
    use crate::prices::PriceBook;

    fn usd(cluster: &Cluster, measured: &Measured) -> Option<f64> {
        let sum = cluster_lines(PriceBook::embedded(), cluster, measured);
        sum.cost().usd().map(|usd| (usd * 100.0).round() / 100.0)
    }

    #[test]
    fn nodes_and_what_they_store() {
        let mut measured = Measured::default();
        full("c", 10.0, &mut measured);
        // us-east-1: ra3.xlplus $1.086 an hour, managed storage $0.024 a GiB.
        let managed = Cluster {
            storage_capacity_gib: Some(65_536.0),
            ..cluster("c", "ra3.xlplus", 2)
        };
        // 2 × 1.086 × 730 = 1585.56, and 6,553.6 × 0.024 = 157.29.
        assert_eq!(usd(&managed, &measured), Some(1742.85));
        assert_eq!(usd(&managed, &Measured::default()), None, "how full is it?");
        let spread = Cluster {
            secondary_node_count: Some(2),
            ..managed.clone()
        };
        assert_eq!(usd(&spread, &measured), Some(3328.41));
        let uncounted = Cluster {
            secondary_node_count: None,
            ..managed.clone()
        };
        assert_eq!(usd(&uncounted, &measured), None);
        // dc2.large $0.25 an hour, its disks included.
        let dense = cluster("c", "dc2.large", 4);
        assert_eq!(usd(&dense, &Measured::default()), Some(730.0));
    }

    #[test]
    fn a_paused_cluster_is_billed_for_its_storage_alone() {
        let mut measured = Measured::default();
        full("c", 10.0, &mut measured);
        let paused = |node_type: &str| Cluster {
            status: Some("paused".to_owned()),
            storage_capacity_gib: Some(65_536.0),
            ..cluster("c", node_type, 2)
        };
        assert_eq!(usd(&paused("ra3.xlplus"), &measured), Some(157.29));
        assert_eq!(usd(&paused("ra3.xlplus"), &Measured::default()), None);
        assert_eq!(usd(&paused("dc2.large"), &measured), None);
        let gone = Cluster {
            status: Some("deleting".to_owned()),
            ..cluster("c", "dc2.large", 2)
        };
        assert_eq!(usd(&gone, &measured), None);
    }
}
