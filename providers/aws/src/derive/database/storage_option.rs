//! `aws_rds_storage_option`: how much storage would do.

use billhook_catalog::Place;

use crate::derive::amount::Used;
use crate::derive::estate::Estate;
use crate::number::BYTES_PER_GIB;
use crate::prices::PriceLookup;
use crate::prices::rds::gp3_included;
use crate::rds::instance::Instance;
use crate::rds::storage_option::StorageOption;

use super::cost::storage_lines;
use super::usage::DatabaseUsage;

const BYTES_PER_MIB: f64 = 1_048_576.0;
/// Room for growth on top of the most that was used.
const GROWTH: f64 = 1.3;
/// The least that RDS provisions, GiB; 100 for provisioned IOPS.
const LEAST_GIB: i64 = 20;
const LEAST_GIB_IO: i64 = 100;
/// Share of what a volume offers that may be in use.
const SHARE: f64 = 0.8;
/// IOPS that io1 allows for a GiB.
const IO1_IOPS_PER_GIB: i64 = 50;

/// One row an instance of RDS with storage of its own, whose free space was measured.
pub(in crate::derive) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<StorageOption> {
    let usage = &estate.databases_measured;
    let instances = estate.databases.iter();
    instances
        .filter(|instance| instance.product.as_deref() == Some("RDS"))
        .filter_map(|instance| row(instance, usage, prices, used))
        .collect()
}

fn row(
    instance: &Instance,
    usage: &DatabaseUsage,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Option<StorageOption> {
    let free = usage.known(&instance.id.resource_id, "FreeStorageSpace")?;
    let allocated = instance.allocated_storage_gib.filter(|gib| *gib > 0)?;
    let free_gib = (free.min / BYTES_PER_GIB).min(allocated as f64);
    let used_gib = allocated as f64 - free_gib;
    let mut row = StorageOption {
        id: Place {
            account_id: instance.id.account_id.clone(),
            region: instance.id.region.clone(),
        },
        resource_id: instance.id.resource_id.clone(),
        allocated_gib: Some(allocated),
        free_min_gib: Some(free_gib),
        free_min_percent: Some(100.0 * free_gib / allocated as f64),
        used_max_gib: Some(used_gib),
        price_basis: Some("unknown".to_owned()),
        ..StorageOption::default()
    };
    let Some(target) = target(instance, used_gib, usage) else {
        return Some(row);
    };
    row.target_gib = target.allocated_storage_gib;
    row.target_storage_type = target.storage_type.clone();
    let savings = storage_lines(prices, instance).minus(storage_lines(prices, &target));
    let column = "aws_rds_storage_option.monthly_savings_usd";
    let amount = used.explained(&instance.id, column, &savings);
    row.monthly_savings_usd = amount.usd;
    row.price_basis = Some(amount.basis.to_owned());
    Some(row)
}

/// The same instance with the least storage that would do. None for storage of which it is not known what it offers.
fn target(instance: &Instance, used_gib: f64, usage: &DatabaseUsage) -> Option<Instance> {
    let allocated = instance.allocated_storage_gib?;
    // Whole steps of 10 GiB: nobody provisions 137.
    let wanted = ((used_gib * GROWTH / 10.0).ceil() as i64 * 10).max(LEAST_GIB);
    let mut target = instance.clone();
    let size = match instance.storage_type.as_deref()? {
        "gp2" | "gp3" => {
            target.storage_type = Some("gp3".to_owned());
            let size = general_purpose(instance, wanted, usage)?;
            let (iops, throughput) = gp3_included(instance.engine.as_deref()?, size as f64)?;
            let at_least = |offered: f64, has: Option<i64>| {
                // Below the size from which RDS stripes it over volumes nothing can be added.
                has.filter(|has| is_striped(instance, size) && *has as f64 > offered)
                    .unwrap_or(offered as i64)
            };
            target.provisioned_iops = Some(at_least(iops, instance.provisioned_iops));
            target.provisioned_throughput_mibps =
                Some(at_least(throughput, instance.provisioned_throughput_mibps));
            size
        }
        "io1" => {
            let iops = instance.provisioned_iops?;
            let for_iops = (iops + IO1_IOPS_PER_GIB - 1) / IO1_IOPS_PER_GIB;
            wanted.max(LEAST_GIB_IO).max(for_iops)
        }
        "standard" => wanted,
        _ => return None,
    };
    // What would have to grow stays as it is.
    if size >= allocated {
        return Some(instance.clone());
    }
    target.allocated_storage_gib = Some(size);
    Some(target)
}

/// Whether RDS stripes a volume of that size, so that it offers more and lets more be provisioned.
fn is_striped(instance: &Instance, size_gib: i64) -> bool {
    let engine = instance.engine.as_deref().unwrap_or_default();
    gp3_included(engine, size_gib as f64) > gp3_included(engine, 1.0)
}

/// The least size of gp3 that offers what the instance needs. Where that is not measured, what it is provisioned with counts:
/// a striped volume stays striped.
fn general_purpose(instance: &Instance, wanted: i64, usage: &DatabaseUsage) -> Option<i64> {
    let allocated = instance.allocated_storage_gib?;
    if !is_striped(instance, allocated) || is_striped(instance, wanted) {
        return Some(wanted);
    }
    let (iops, throughput) = gp3_included(instance.engine.as_deref()?, wanted as f64)?;
    let p995 = |metric: &str| {
        let figures = usage.known(&instance.id.resource_id, metric)?;
        Some(figures.p995)
    };
    let both = |one: &str, other: &str| Some(p995(one)? + p995(other)?);
    let fits = both("ReadIOPS", "WriteIOPS").is_some_and(|seen| seen <= iops * SHARE)
        && both("ReadThroughput", "WriteThroughput")
            .is_some_and(|seen| seen / BYTES_PER_MIB <= throughput * SHARE);
    if fits {
        return Some(wanted);
    }
    (wanted..=allocated).find(|size| is_striped(instance, *size))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{figures, instance};
    use super::super::usage::Figures;
    use super::*;
    use crate::prices::PriceBook;

    fn option(
        change: impl FnOnce(&mut Instance),
        seen: &[(&'static str, f64)],
    ) -> Option<StorageOption> {
        let mut database = instance("db", "postgres", "db.m6g.large");
        change(&mut database);
        let mut estate = Estate {
            databases: vec![database],
            ..Estate::default()
        };
        for (metric, value) in seen {
            let figures: Figures = figures(*value);
            estate.databases_measured.add("db", metric, figures);
        }
        rows(&estate, PriceBook::embedded(), &mut Used::default()).pop()
    }

    fn gp2(size: i64) -> impl FnOnce(&mut Instance) {
        move |database| database.allocated_storage_gib = Some(size)
    }

    fn free(gib: f64) -> (&'static str, f64) {
        ("FreeStorageSpace", gib * BYTES_PER_GIB)
    }

    fn near(one: Option<f64>, other: f64) -> bool {
        one.is_some_and(|one| (one - other).abs() < 1e-6)
    }

    #[test]
    fn what_was_used_and_some_room() {
        // 300 GiB, of which 60 are used: 78, rounded up to 80. us-east-1: $0.115 a GiB.
        let row = option(gp2(300), &[free(240.0)]).expect("measured");
        assert_eq!(row.target_gib, Some(80));
        assert_eq!(row.target_storage_type.as_deref(), Some("gp3"));
        assert!(near(row.free_min_percent, 80.0), "{row:?}");
        assert!(near(row.used_max_gib, 60.0), "{row:?}");
        assert!(near(row.monthly_savings_usd, 220.0 * 0.115), "{row:?}");
        assert_eq!(row.price_basis.as_deref(), Some("exact"));
        let standby = option(
            |database| {
                gp2(300)(database);
                database.deployment = Some("multi-az".to_owned());
            },
            &[free(240.0)],
        );
        let savings = standby.and_then(|row| row.monthly_savings_usd);
        assert!(near(savings, 2.0 * 220.0 * 0.115), "{savings:?}");
    }

    #[test]
    fn a_striped_volume_stays_striped_unless_its_load_is_known_to_be_small() {
        let used_60 = free(940.0);
        let unmeasured = option(gp2(1000), &[used_60]).expect("measured");
        assert_eq!(unmeasured.target_gib, Some(400));
        let load = |iops: f64| {
            [
                used_60,
                ("ReadIOPS", iops),
                ("WriteIOPS", 100.0),
                ("ReadThroughput", 1e6),
                ("WriteThroughput", 1e6),
            ]
        };
        let quiet = option(gp2(1000), &load(100.0)).expect("measured");
        assert_eq!(quiet.target_gib, Some(80));
        let busy = option(gp2(1000), &load(2_400.0)).expect("measured");
        assert_eq!(busy.target_gib, Some(400));
    }

    #[test]
    fn provisioned_iops_need_their_size() {
        let io1 = |database: &mut Instance| {
            database.storage_type = Some("io1".to_owned());
            database.allocated_storage_gib = Some(1000);
            database.provisioned_iops = Some(20_000);
        };
        let row = option(io1, &[free(950.0)]).expect("measured");
        assert_eq!(row.target_gib, Some(400));
        assert!(near(row.monthly_savings_usd, 600.0 * 0.125), "{row:?}");
    }

    #[test]
    fn what_is_full_stays_and_what_is_not_known_is_open() {
        let full = option(gp2(100), &[free(10.0)]).expect("measured");
        assert_eq!(full.target_gib, Some(100));
        assert!(near(full.monthly_savings_usd, 0.0), "{full:?}");
        assert_eq!(option(gp2(100), &[]), None);
        let strange = option(
            |database| database.storage_type = Some("io9".to_owned()),
            &[free(90.0)],
        );
        let strange = strange.expect("measured");
        assert_eq!(
            (strange.target_gib, strange.monthly_savings_usd),
            (None, None)
        );
        let nowhere = option(
            |database| {
                gp2(300)(database);
                database.id.region = "xx-nowhere-1".to_owned();
            },
            &[free(240.0)],
        );
        let nowhere = nowhere.expect("measured");
        assert_eq!(nowhere.target_gib, Some(80));
        assert_eq!(nowhere.monthly_savings_usd, None);
    }
}
