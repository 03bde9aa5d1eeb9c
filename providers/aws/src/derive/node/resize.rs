//! The smaller types that fit what nodes were used for.

use crate::elasticache::node_type::{self, NodeSize};
use crate::prices::node::{Nodes, node_lines, node_monthly};
use crate::prices::{Breakdown, PriceLookup};

use super::demand::Demand;

/// Share of a resource of the target that may be in use at the peak, percent.
const MOST_PERCENT: f64 = 80.0;

/// A smaller type.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Target {
    pub(super) node_type: String,
    pub(super) size: NodeSize,
    /// Memory in use at the peak, percent.
    pub(super) memory_percent: f64,
    /// CPU in use at the peak, percent.
    pub(super) cpu_percent: f64,
}

/// What can be said of resizing nodes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Resize {
    /// They cannot be resized, or nobody can tell to what.
    Ineligible(String),
    /// They can; the cheapest smaller type that fits, if there is one.
    Eligible(Option<Target>),
}

/// Looks for a smaller type. `excluded` says why it may not be changed at all.
pub(super) fn resize(
    prices: &dyn PriceLookup,
    region: &str,
    nodes: &Nodes<'_>,
    demand: &Demand,
    excluded: Option<&str>,
) -> Resize {
    let no = |why: &str| Resize::Ineligible(why.to_owned());
    if let Some(why) = excluded {
        return no(why);
    }
    if node_type::is_burstable(nodes.node_type) {
        return no("burstable type: its CPU credits have to be simulated");
    }
    let Some((sizes, own)) = node_type::sizes(nodes.node_type) else {
        return no("the memory and the network of its type, or of smaller ones, are not known");
    };
    let (Some(cpu), Some(_), Some(memory), Some(network)) = (
        demand.cpu_percent,
        demand.engine_cpu_percent,
        demand.memory_percent,
        demand.network_gbps,
    ) else {
        return no("the CPU, memory or network of it, or of a node of its group, was not measured");
    };
    let hourly = |nodes: &Nodes<'_>| node_monthly(prices, region, nodes).usd();
    let Some(present) = hourly(nodes) else {
        return no("the price of its type is not known");
    };
    let Some((prefix, family, _)) = node_type::parts(nodes.node_type) else {
        return no("its type is not known");
    };
    let fitting = sizes.iter().filter_map(|size| {
        let target = Target {
            node_type: format!("{prefix}.{family}.{}", size.size),
            size: *size,
            memory_percent: memory * own.memory_gib / size.memory_gib,
            cpu_percent: cpu * own.vcpus / size.vcpus,
        };
        let network_percent = 100.0 * network / size.network_gbps;
        let fits = size.memory_gib < own.memory_gib
            && [target.memory_percent, target.cpu_percent, network_percent]
                .iter()
                .all(|percent| *percent <= MOST_PERCENT);
        let there = Nodes {
            node_type: &target.node_type,
            ..*nodes
        };
        let usd = hourly(&there).filter(|usd| fits && *usd < present)?;
        Some((usd, target))
    });
    let cheapest = fitting.min_by(|(one, _), (other, _)| one.total_cmp(other));
    Resize::Eligible(cheapest.map(|(_, target)| target))
}

/// A month of the nodes as they are, with another type, and the difference.
pub(super) fn compared<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    nodes: &Nodes<'a>,
    node_type: &'a str,
) -> (Breakdown<'a>, Breakdown<'a>) {
    let there = node_lines(
        prices,
        region,
        &Nodes {
            node_type,
            ..*nodes
        },
    );
    let savings = node_lines(prices, region, nodes).minus(there.clone());
    (there, savings)
}
