//! `aws_memorydb_cluster_option`, and what a cluster costs.

use billhook_catalog::Place;

use crate::elasticache::node_type;
use crate::memorydb::cluster::Cluster;
use crate::memorydb::cluster_option::ClusterOption;
use crate::prices::node::{Nodes, node_lines};
use crate::prices::{Breakdown, PriceLookup};

use super::super::amount::Used;
use super::super::estate::Estate;
use super::super::measured::Measured;
use super::demand::Demand;
use super::resize::{Resize, compared, resize};

/// The amounts that are explained here.
const PRESENT_COLUMN: &str = "aws_memorydb_cluster_option.monthly_usd";
const TARGET_COLUMN: &str = "aws_memorydb_cluster_option.target_monthly_usd";
const SAVINGS_COLUMN: &str = "aws_memorydb_cluster_option.monthly_savings_usd";

/// The nodes of a cluster as they are priced; None when something of it is not known.
fn nodes(cluster: &Cluster) -> Option<Nodes<'_>> {
    Some(Nodes::memorydb(
        cluster.node_type.as_deref()?,
        cluster.engine.as_deref()?,
        cluster.node_count? as f64,
    ))
}

/// A month of a cluster's nodes. What is written is billed by the GB on top, so it is an estimate.
pub(in super::super) fn lines<'a>(
    prices: &'a dyn PriceLookup,
    cluster: &'a Cluster,
) -> Breakdown<'a> {
    match cluster.status.as_deref() {
        None | Some("creating" | "deleting" | "create-failed") => {
            return Breakdown::unknown("it is being made or deleted, or its state is not known");
        }
        Some(_) => {}
    }
    match nodes(cluster) {
        Some(nodes) => node_lines(prices, &cluster.id.region, &nodes).estimated(),
        None => Breakdown::unknown("its engine, its type or the number of its nodes is not known"),
    }
}

/// Why the type of a cluster may not be changed by itself; None when it may.
fn excluded(cluster: &Cluster) -> Option<&'static str> {
    match (
        cluster.multi_region_cluster.as_deref(),
        cluster.data_tiering,
    ) {
        (Some(""), Some(false)) => None,
        (Some(""), _) => Some("it keeps a part of its data on disk"),
        _ => Some("part of a Multi-Region cluster, whose nodes are of one type in all regions"),
    }
}

/// One row a cluster.
pub(super) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<ClusterOption> {
    let clusters = estate.memorydb_clusters.iter();
    clusters
        .map(|cluster| row(cluster, &estate.measured, prices, used))
        .collect()
}

fn row(
    cluster: &Cluster,
    measured: &Measured,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> ClusterOption {
    let (id, region) = (&cluster.id, cluster.id.region.as_str());
    let demand = Demand::of_redis(measured, &id.resource_id);
    let own = cluster.node_type.as_deref().and_then(node_type::sizes);
    let mut row = ClusterOption {
        id: Place {
            account_id: id.account_id.clone(),
            region: region.to_owned(),
        },
        resource_id: id.resource_id.clone(),
        commands: demand.commands,
        connections_max: demand.connections,
        cpu_max_percent: demand.cpu_percent,
        engine_cpu_max_percent: demand.engine_cpu_percent,
        memory_max_percent: demand.memory_percent,
        network_max_gbps: demand.network_gbps,
        vcpus: own.map(|(_, own)| own.vcpus),
        memory_gib: own.map(|(_, own)| own.memory_gib),
        price_basis: Some("unknown".to_owned()),
        ..ClusterOption::default()
    };
    row.monthly_usd = used
        .explained(id, PRESENT_COLUMN, &lines(prices, cluster))
        .usd;
    let Some(nodes) = nodes(cluster) else {
        row.eligible = Some(false);
        row.ineligible_reason = Some("its engine, its type or its nodes are not known".to_owned());
        return row;
    };
    match resize(prices, region, &nodes, &demand, excluded(cluster)) {
        Resize::Ineligible(why) => {
            row.eligible = Some(false);
            row.ineligible_reason = Some(why);
        }
        Resize::Eligible(target) => {
            row.eligible = Some(true);
            row.ineligible_reason = Some(String::new());
            if let Some(target) = target {
                let (there, savings) = compared(prices, region, &nodes, &target.node_type);
                row.target_monthly_usd = used.explained(id, TARGET_COLUMN, &there).usd;
                let amount = used.explained(id, SAVINGS_COLUMN, &savings);
                row.monthly_savings_usd = amount.usd;
                row.price_basis = Some(amount.basis.to_owned());
                row.target_vcpus = Some(target.size.vcpus);
                row.target_memory_gib = Some(target.size.memory_gib);
                row.target_memory_percent = Some(target.memory_percent);
                row.target_cpu_percent = Some(target.cpu_percent);
                row.target_type = Some(target.node_type.clone());
            }
        }
    }
    row
}
