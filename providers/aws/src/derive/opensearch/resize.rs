//! `aws_opensearch_resize_option`: what the data nodes of a domain could become.
//!
//! Two ways lead to less: smaller nodes of the same family, which keep their volumes, and fewer of the present ones, which have
//! to take over what the others hold. Dedicated masters are sized by the number of shards, of which no metric tells.

use std::cmp::Ordering;

use billhook_catalog::Place;

use crate::derive::amount::Used;
use crate::derive::estate::Estate;
use crate::opensearch::domain::Domain;
use crate::opensearch::node_type::{NodeType, is_burstable};
use crate::opensearch::resize_option::ResizeOption;
use crate::prices::PriceLookup;

use super::cost::data_lines;

/// Share of the CPU of a target that may be in use, percent: 20 % headroom, as AWS Compute Optimizer leaves by default.
const CPU_PERCENT: f64 = 80.0;
/// Share of the Java heap that may be in use, percent: above it the service begins to collect garbage at the expense of searches.
const HEAP_PERCENT: f64 = 75.0;
/// Share of a volume that may be in use, percent: merges need room.
const DISK_PERCENT: f64 = 75.0;
/// So many data nodes stay: two copies of the data, and a majority when one of them fails.
const LEAST_NODES: i64 = 3;
/// MiB of a GiB.
const MIB_PER_GIB: f64 = 1024.0;

/// A domain whose data nodes may be resized.
#[derive(Clone, Copy)]
struct Source<'e> {
    domain: &'e Domain,
    name: &'e str,
    node: NodeType,
    count: i64,
    zones: i64,
    volume_type: &'e str,
    volume_gib: f64,
}

/// What was measured of it, percent. None is not measured.
#[derive(Clone, Copy, Debug)]
struct Demand {
    cpu: f64,
    heap: f64,
    disk: Option<f64>,
}

/// What its data nodes could become.
#[derive(Clone, Debug, PartialEq)]
struct Target {
    name: String,
    count: i64,
    cpu_percent: f64,
    heap_percent: f64,
}

/// One row a domain that is active.
pub(super) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<ResizeOption> {
    let domains = estate.search_domains.iter();
    domains
        .filter(|domain| domain.state.as_deref() == Some("active"))
        .map(|domain| row(domain, estate, prices, used))
        .collect()
}

fn known<T>(value: Option<T>, what: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("{what} is not known"))
}

/// A domain with what a target is compared with, or why it is not to be resized.
fn check(domain: &Domain) -> Result<Source<'_>, String> {
    let name = known(
        domain.instance_type.as_deref(),
        "the type of its data nodes",
    )?;
    if is_burstable(name) {
        return Err("burstable nodes: their CPU credits have to be simulated".to_owned());
    }
    if !known(domain.ebs_enabled, "whether its nodes have volumes")? {
        return Err(
            "its data is on the disks of its nodes, which become less with them".to_owned(),
        );
    }
    let node = known(NodeType::named(name), &format!("the size of {name}"))?;
    let volume_gib = known(domain.volume_size_gib, "the size of its volumes")?;
    Ok(Source {
        domain,
        name,
        node,
        count: known(domain.instance_count, "the number of its data nodes")?,
        zones: known(domain.zone_count, "the number of its zones")?.max(1),
        volume_type: known(domain.volume_type.as_deref(), "the type of its volumes")?,
        volume_gib: volume_gib as f64,
    })
}

fn row(
    domain: &Domain,
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> ResizeOption {
    let mut row = ResizeOption {
        id: Place {
            account_id: domain.id.account_id.clone(),
            region: domain.id.region.clone(),
        },
        resource_id: domain.id.resource_id.clone(),
        instance_type: domain.instance_type.clone(),
        instance_count: domain.instance_count,
        price_basis: Some("unknown".to_owned()),
        ..ResizeOption::default()
    };
    let checked = check(domain).and_then(|source| {
        let lines = data_lines(prices, domain, Some(source.name), Some(source.count));
        match lines.cost().usd() {
            Some(_) => Ok((source, lines)),
            None => Err(format!(
                "there is no price for {} or its volumes in {}",
                source.name, domain.id.region
            )),
        }
    });
    let (source, present) = match checked {
        Ok(checked) => checked,
        Err(reason) => {
            row.eligible = Some(false);
            row.ineligible_reason = Some(reason);
            return row;
        }
    };
    row.eligible = Some(true);
    row.ineligible_reason = Some(String::new());
    let column = "aws_opensearch_resize_option.monthly_usd";
    let amount = used.explained(&domain.id, column, &present);
    row.monthly_usd = amount.usd;
    row.price_basis = Some(amount.basis.to_owned());
    let (id, measured) = (&domain.id.resource_id, &estate.measured);
    let cpu = measured.figures(id, "CPUUtilization", "Maximum");
    row.cpu_p995_percent = cpu.and_then(|series| series.p995);
    row.heap_max_percent = measured.largest(id, "JVMMemoryPressure", "Maximum");
    row.disk_used_max_percent = measured
        .smallest(id, "FreeStorageSpace", "Minimum")
        .map(|mib| 100.0 * (1.0 - mib / MIB_PER_GIB / source.volume_gib))
        .filter(|percent| (0.0..=100.0).contains(percent));
    let (Some(cpu), Some(heap)) = (row.cpu_p995_percent, row.heap_max_percent) else {
        return row;
    };
    let demand = Demand {
        cpu,
        heap,
        disk: row.disk_used_max_percent,
    };
    if let Some(target) = best(&source, demand, prices) {
        fill(&mut row, &source, &target, prices, used);
    }
    row
}

/// The cheapest of what fits and costs less. Of two that cost the same the one with more nodes, which bears the loss of one better.
fn best(source: &Source<'_>, demand: Demand, prices: &dyn PriceLookup) -> Option<Target> {
    let price = |name: &str, count: i64| {
        let lines = data_lines(prices, source.domain, Some(name), Some(count));
        lines.cost().usd()
    };
    let present = price(source.name, source.count)?;
    let smaller = source.node.smaller().filter_map(|node| {
        let takes_volume = node.takes_volume(source.volume_type, source.volume_gib);
        let target = Target {
            name: node.full_name(),
            count: source.count,
            cpu_percent: demand.cpu * source.node.vcpus / node.vcpus,
            heap_percent: demand.heap * source.node.heap_gib() / node.heap_gib(),
        };
        takes_volume.then_some(target)
    });
    let fewer = fewer_nodes(source).filter_map(|count| {
        let times = source.count as f64 / count as f64;
        let target = Target {
            name: source.name.to_owned(),
            count,
            cpu_percent: demand.cpu * times,
            heap_percent: demand.heap * times,
        };
        (demand.disk? * times <= DISK_PERCENT).then_some(target)
    });
    smaller
        .chain(fewer)
        .filter(|target| target.cpu_percent <= CPU_PERCENT && target.heap_percent <= HEAP_PERCENT)
        .filter_map(|target| {
            let usd = price(&target.name, target.count).filter(|usd| *usd < present)?;
            Some((usd, target))
        })
        .min_by(|(one_usd, one), (other_usd, other)| {
            one_usd
                .partial_cmp(other_usd)
                .unwrap_or(Ordering::Equal)
                .then(other.count.cmp(&one.count))
        })
        .map(|(_, target)| target)
}

/// Numbers of nodes that spread evenly over the zones, as the present number does.
fn fewer_nodes(source: &Source<'_>) -> impl Iterator<Item = i64> {
    let (count, zones) = (source.count, source.zones);
    (LEAST_NODES..count).filter(move |fewer| fewer % zones == 0)
}

fn fill(
    row: &mut ResizeOption,
    source: &Source<'_>,
    target: &Target,
    prices: &dyn PriceLookup,
    used: &mut Used,
) {
    let domain = source.domain;
    let lines = |name, count| data_lines(prices, domain, Some(name), Some(count));
    let after = lines(&target.name, target.count);
    let savings = lines(source.name, source.count).minus(after.clone());
    let mut explain = |column, lines: &_| used.explained(&domain.id, column, lines);
    let after = explain("aws_opensearch_resize_option.target_monthly_usd", &after);
    let savings = explain("aws_opensearch_resize_option.monthly_savings_usd", &savings);
    row.target_instance_count = Some(target.count);
    row.target_cpu_percent = Some(target.cpu_percent);
    row.target_heap_percent = Some(target.heap_percent);
    row.target_monthly_usd = after.usd;
    row.monthly_savings_usd = savings.usd;
    row.price_basis = Some(savings.basis.to_owned());
    row.target_instance_type = Some(target.name.clone());
}

#[cfg(test)]
#[path = "resize_tests.rs"]
mod tests;
