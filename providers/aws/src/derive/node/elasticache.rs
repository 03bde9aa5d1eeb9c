//! `aws_elasticache_node_option`, and what a cluster costs.

use std::collections::HashMap;

use billhook_catalog::Place;

use crate::elasticache::cluster::Cluster;
use crate::elasticache::node_option::NodeOption;
use crate::elasticache::node_type;
use crate::elasticache::replication_group::ReplicationGroup;
use crate::number::BYTES_PER_GIB;
use crate::prices::node::{Nodes, node_lines};
use crate::prices::{Breakdown, PriceLookup};

use super::super::amount::Used;
use super::super::estate::Estate;
use super::super::measured::Measured;
use super::super::relation::given;
use super::demand::Demand;
use super::resize::{Resize, compared, resize};

/// The amounts that are explained here.
const PRESENT_COLUMN: &str = "aws_elasticache_node_option.monthly_usd";
const TARGET_COLUMN: &str = "aws_elasticache_node_option.target_monthly_usd";
const SAVINGS_COLUMN: &str = "aws_elasticache_node_option.monthly_savings_usd";
const SUCCESSOR_COLUMN: &str = "aws_elasticache_node_option.successor_monthly_usd";
const SUCCESSOR_SAVINGS_COLUMN: &str = "aws_elasticache_node_option.successor_savings_usd";

/// The nodes of a cluster as they are priced; None when something of it is not known.
fn nodes(cluster: &Cluster) -> Option<Nodes<'_>> {
    Some(Nodes::elasticache(
        cluster.node_type.as_deref()?,
        cluster.engine.as_deref()?,
        cluster.node_count? as f64,
    ))
}

/// A month of a cluster's nodes. Backups beyond the free one are not in it.
pub(in super::super) fn lines<'a>(
    prices: &'a dyn PriceLookup,
    cluster: &'a Cluster,
) -> Breakdown<'a> {
    match cluster.status.as_deref() {
        None | Some("creating" | "deleting" | "deleted" | "create-failed") => {
            return Breakdown::unknown("it is being made or deleted, or its state is not known");
        }
        Some(_) => {}
    }
    if cluster.on_outpost != Some(false) {
        return Breakdown::unknown("there is no price for nodes on an Outpost");
    }
    match nodes(cluster) {
        Some(nodes) => node_lines(prices, &cluster.id.region, &nodes),
        None => Breakdown::unknown("its engine, its type or the number of its nodes is not known"),
    }
}

/// What was measured of a cluster.
fn demand(measured: &Measured, cluster: &Cluster) -> Demand {
    let id = &cluster.id.resource_id;
    match cluster.engine.as_deref() {
        Some("memcached") => {
            let size = cluster.node_type.as_deref().and_then(node_type::sizes);
            let memory = size.map(|(_, own)| own.memory_gib * BYTES_PER_GIB);
            Demand::of_memcached(measured, id, memory)
        }
        Some("redis" | "valkey") => Demand::of_redis(measured, id),
        _ => Demand::default(),
    }
}

/// One row a cluster.
pub(super) fn rows(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used) -> Vec<NodeOption> {
    let mut members: HashMap<&str, Vec<&Cluster>> = HashMap::new();
    for cluster in &estate.cache_clusters {
        if let Some(group) = given(&cluster.replication_group_resource_id) {
            members.entry(group).or_default().push(cluster);
        }
    }
    let groups: HashMap<&str, &ReplicationGroup> = estate
        .replication_groups
        .iter()
        .map(|group| (group.id.resource_id.as_str(), group))
        .collect();
    let clusters = estate.cache_clusters.iter();
    clusters
        .map(|cluster| {
            let alone = [cluster];
            let (of, group) = match given(&cluster.replication_group_resource_id) {
                Some(id) => (
                    members.get(id).map(Vec::as_slice).unwrap_or_default(),
                    groups.get(id).copied(),
                ),
                None => (alone.as_slice(), None),
            };
            row(cluster, of, group, &estate.measured, prices, used)
        })
        .collect()
}

/// Why the type of a cluster may not be changed by itself; None when it may.
fn excluded(
    cluster: &Cluster,
    of: &[&Cluster],
    group: Option<&ReplicationGroup>,
) -> Option<&'static str> {
    if cluster.on_outpost != Some(false) {
        return Some("it stands on an Outpost, or it is not known whether it does");
    }
    if given(&cluster.replication_group_resource_id).is_none() {
        return match cluster.replication_group_resource_id {
            Some(_) => None,
            None => Some("it is not known whether it belongs to a replication group"),
        };
    }
    let Some(group) = group else {
        return Some("its replication group was not read");
    };
    if of.iter().any(|other| other.node_type != cluster.node_type) {
        return Some("the nodes of its replication group are of several types just now");
    }
    match (group.global_datastore.as_deref(), group.data_tiering) {
        (Some(""), Some(false)) => None,
        (Some(""), _) => Some("it keeps a part of its data on disk"),
        _ => Some("part of a global datastore, whose nodes are of one type in all regions"),
    }
}

fn row(
    cluster: &Cluster,
    of: &[&Cluster],
    group: Option<&ReplicationGroup>,
    measured: &Measured,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> NodeOption {
    let (id, region) = (&cluster.id, cluster.id.region.as_str());
    let demand = Demand::of_all(of.iter().map(|cluster| demand(measured, cluster)));
    let own = cluster.node_type.as_deref().and_then(node_type::sizes);
    let is_global = match (given(&cluster.replication_group_resource_id), group) {
        (Some(_), group) => {
            group.and_then(|group| Some(!group.global_datastore.as_deref()?.is_empty()))
        }
        (None, _) => cluster
            .replication_group_resource_id
            .as_ref()
            .map(|_| false),
    };
    let mut row = NodeOption {
        id: Place {
            account_id: id.account_id.clone(),
            region: region.to_owned(),
        },
        resource_id: id.resource_id.clone(),
        in_global_datastore: is_global,
        moves_with_count: i64::try_from(of.len()).ok().map(|count| (count - 1).max(0)),
        commands: demand.commands,
        connections_max: demand.connections,
        cpu_max_percent: demand.cpu_percent,
        engine_cpu_max_percent: demand.engine_cpu_percent,
        memory_max_percent: demand.memory_percent,
        network_max_gbps: demand.network_gbps,
        vcpus: own.map(|(_, own)| own.vcpus),
        memory_gib: own.map(|(_, own)| own.memory_gib),
        price_basis: Some("unknown".to_owned()),
        successor_price_basis: Some("unknown".to_owned()),
        ..NodeOption::default()
    };
    row.monthly_usd = used
        .explained(id, PRESENT_COLUMN, &lines(prices, cluster))
        .usd;
    let Some(nodes) = nodes(cluster) else {
        row.eligible = Some(false);
        row.ineligible_reason = Some("its engine or its type is not known".to_owned());
        return row;
    };
    let why = excluded(cluster, of, group);
    match resize(prices, region, &nodes, &demand, why) {
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
    let version = cluster.engine_version.as_deref();
    let runs = version.and_then(|version| node_type::runs_on_graviton(nodes.variant, version));
    row.successor_type = match (runs, node_type::successor(nodes.node_type)) {
        (_, None) | (Some(false), _) => Some(String::new()),
        (None, _) => None,
        (Some(true), Some(target)) => Some(target),
    };
    if let Some(target) = given(&row.successor_type).map(str::to_owned) {
        let (there, savings) = compared(prices, region, &nodes, &target);
        row.successor_monthly_usd = used.explained(id, SUCCESSOR_COLUMN, &there).usd;
        let amount = used.explained(id, SUCCESSOR_SAVINGS_COLUMN, &savings);
        row.successor_savings_usd = amount.usd;
        row.successor_price_basis = Some(amount.basis.to_owned());
    }
    row
}
