//! `aws_rds_resize_option`: what a running database could become.
//!
//! [`eligibility`] says whether an instance may be resized at all, [`demand`] what it was seen to need. Here the classes of
//! its generation are compared with that, and the cheapest is picked.
//!
//! Only classes of the same generation are looked at (`m5` and `r5`, `m6g` and `r6g`): engine versions that run on one of
//! them run on the other, which cannot be said of other generations without asking AWS for each version.

mod demand;
mod eligibility;

use billhook_catalog::Place;

use crate::derive::amount::Used;
use crate::derive::estate::Estate;
use crate::number::MIB_PER_GIB;
use crate::prices::{Breakdown, PriceLookup};
use crate::rds::class::Class;
use crate::rds::instance::Instance;
use crate::rds::resize_option::ResizeOption;

use super::cost::class_lines;
use demand::{Demand, default_max_connections};
use eligibility::Source;

/// Share of the CPU of a target that may be in use: 20 % headroom, as AWS Compute Optimizer leaves by default.
const CPU_SHARE: f64 = 0.8;
/// Share of the network that a class gives at all times that may be in use.
const NETWORK_SHARE: f64 = 0.8;
/// Share of the connections of the default parameters that may be in use.
const CONNECTION_SHARE: f64 = 0.8;
/// A window of this many days sees every weekday twice.
const DAYS_FOR_MEDIUM: f64 = 14.0;

/// One row an instance of RDS or Aurora that is available.
pub(in crate::derive) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<ResizeOption> {
    let instances = estate.databases.iter();
    instances
        .filter(|instance| {
            let product = instance.product.as_deref();
            instance.status.as_deref() == Some("available")
                && matches!(product, Some("RDS" | "Aurora"))
        })
        .map(|instance| row(instance, estate, prices, used))
        .collect()
}

fn row(
    instance: &Instance,
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> ResizeOption {
    let class = instance.instance_class.as_deref().and_then(Class::named);
    let mut row = ResizeOption {
        id: Place {
            account_id: instance.id.account_id.clone(),
            region: instance.id.region.clone(),
        },
        resource_id: instance.id.resource_id.clone(),
        instance_class: instance.instance_class.clone(),
        vcpus: class.map(|class| class.vcpus),
        memory_gib: class.map(memory_gib),
        price_basis: Some("unknown".to_owned()),
        ..ResizeOption::default()
    };
    let source = match eligibility::check(instance, estate, prices) {
        Ok(source) => source,
        Err(reason) => {
            row.eligible = Some(false);
            row.ineligible_reason = Some(reason);
            return row;
        }
    };
    row.eligible = Some(true);
    row.ineligible_reason = Some(String::new());
    let present = class_lines(prices, instance, source.name, source.io_optimized);
    let column = "aws_rds_resize_option.monthly_usd";
    let amount = used.explained(&instance.id, column, &present);
    row.monthly_usd = amount.usd;
    row.price_basis = Some(amount.basis.to_owned());
    row.moves_with_count = Some(crate::number::count(source.group.len() - 1));
    // Nothing was measured, so nothing can be proposed; whoever reads the row knows by its CPU columns.
    let Some(demand) = Demand::of(&source, &estate.databases_measured) else {
        return row;
    };
    row.cpu_p995_percent = Some(demand.cpu_percent);
    row.cpu_needed_vcpus = Some(demand.cpu_vcpus);
    row.memory_needed_gib = demand.memory_mib.map(|mib| mib / MIB_PER_GIB);
    row.connections_max = demand.connections;
    if let Some(target) = best(&source, &demand, instance, prices) {
        fill(&mut row, &source, &demand, &target, prices, used);
    }
    row
}

fn memory_gib(class: Class) -> f64 {
    class.memory_mib as f64 / MIB_PER_GIB
}

/// The cheapest class that fits and costs less, ties by name.
fn best(
    source: &Source<'_>,
    demand: &Demand,
    instance: &Instance,
    prices: &dyn PriceLookup,
) -> Option<Class> {
    let price = |class: &Class| {
        let name = class.full_name();
        let lines = class_lines(prices, instance, &name, source.io_optimized);
        lines.cost().usd()
    };
    let present = price(&source.class)?;
    let mut found: Option<(f64, Class)> = None;
    for class in Class::all() {
        if !is_akin(&source.class, &class) || !fits(source, demand, &class) {
            continue;
        }
        let Some(usd) = price(&class).filter(|usd| *usd < present) else {
            continue;
        };
        // Classes come by name, so of two that cost the same the first one stays.
        if found.is_none_or(|(least, _)| usd < least) {
            found = Some((usd, class));
        }
    }
    found.map(|(_, class)| class)
}

/// Whether a class is of the same generation and of general use or rich in memory, as the present one is; its own family is.
fn is_akin(present: &Class, other: &Class) -> bool {
    let ((from, make), (to, other_make)) = (present.series(), other.series());
    let is_general = |letters: &str| matches!(letters, "m" | "r");
    present.family() == other.family() || make == other_make && is_general(from) && is_general(to)
}

/// Whether a class offers what is needed. What is not known of the class is not offered.
fn fits(source: &Source<'_>, demand: &Demand, target: &Class) -> bool {
    let present = &source.class;
    let at_least = |offered: Option<f64>, needed: Option<f64>, had: Option<f64>| {
        // Where the need was not measured, the target has to offer what the present class does.
        match (needed.or(had), offered) {
            (Some(needed), Some(offered)) => offered >= needed,
            _ => false,
        }
    };
    let cuts_memory = target.memory_mib < present.memory_mib;
    let memory = !cuts_memory
        || demand
            .memory_mib
            .is_some_and(|needed| target.memory_mib as f64 >= needed);
    // The default of max_connections follows the memory, so whoever cuts one has to know the other.
    let connections = !cuts_memory
        || demand.connections.is_some_and(|most| {
            default_max_connections(source.engine, target.memory_mib)
                .is_none_or(|limit| most <= limit as f64 * CONNECTION_SHARE)
        });
    let storage = source.is_aurora
        || at_least(
            target.storage_iops,
            demand.storage_iops,
            present.storage_iops,
        ) && at_least(
            target.storage_mbps,
            demand.storage_mbps,
            present.storage_mbps,
        );
    demand.cpu_vcpus <= target.vcpus as f64 * CPU_SHARE
        && memory
        && connections
        && storage
        && at_least(
            target.network_gbps,
            demand.network_gbps.map(|gbps| gbps / NETWORK_SHARE),
            present.network_gbps,
        )
}

fn fill(
    row: &mut ResizeOption,
    source: &Source<'_>,
    demand: &Demand,
    target: &Class,
    prices: &dyn PriceLookup,
    used: &mut Used,
) {
    let instance = source.instance;
    let name = target.full_name();
    let lines = |class| class_lines(prices, instance, class, source.io_optimized);
    let after: Breakdown<'_> = lines(&name);
    let savings = lines(source.name).minus(after.clone());
    let mut explain = |column, lines: &Breakdown<'_>| used.explained(&instance.id, column, lines);
    let after = explain("aws_rds_resize_option.target_monthly_usd", &after);
    let savings = explain("aws_rds_resize_option.monthly_savings_usd", &savings);
    row.target_vcpus = Some(target.vcpus);
    row.target_memory_gib = Some(memory_gib(*target));
    row.target_default_max_connections = default_max_connections(source.engine, target.memory_mib);
    row.target_cpu_percent = Some(100.0 * demand.cpu_vcpus / target.vcpus as f64);
    row.target_monthly_usd = after.usd;
    row.monthly_savings_usd = savings.usd;
    row.price_basis = Some(savings.basis.to_owned());
    // Never `high`: a window of two weeks misses the end of the month. Less memory is inferred from what was free.
    let is_sure = demand.is_covered
        && demand.window_days >= DAYS_FOR_MEDIUM
        && target.memory_mib >= source.class.memory_mib
        && instance.is_replica == Some(false)
        && savings.basis == "exact";
    row.confidence = Some(if is_sure { "medium" } else { "low" }.to_owned());
    row.target_class = Some(name);
}

#[cfg(test)]
mod tests;
