//! What `resize.rs` proposes, and what not.

use super::super::fixture::domain;
use super::*;
use crate::derive::measured::{Measured, Series};
use crate::prices::PriceBook;

/// What was measured over two weeks, percent.
#[derive(Clone, Copy)]
struct Load {
    cpu: f64,
    heap: f64,
    disk: Option<f64>,
}

const QUIET: Load = Load {
    cpu: 10.0,
    heap: 30.0,
    disk: Some(60.0),
};

fn series(metric: &'static str, statistic: &'static str, period: i64, value: f64) -> Series {
    Series {
        metric,
        statistic,
        period_seconds: period,
        window_days: 14.0,
        coverage: 1.0,
        min: Some(value),
        p995: Some(value),
        max: Some(value),
        ..Series::default()
    }
}

fn measured(domain: &Domain, load: Load) -> Measured {
    let (mut measured, id) = (Measured::default(), &domain.id.resource_id);
    measured.add(id, series("CPUUtilization", "Maximum", 300, load.cpu));
    measured.add(id, series("JVMMemoryPressure", "Maximum", 300, load.heap));
    if let (Some(disk), Some(gib)) = (load.disk, domain.volume_size_gib) {
        let free_mib = gib as f64 * 1024.0 * (1.0 - disk / 100.0);
        measured.add(id, series("FreeStorageSpace", "Minimum", 3600, free_mib));
    }
    measured
}

fn option(domain: Domain, load: Load) -> ResizeOption {
    let estate = Estate {
        measured: measured(&domain, load),
        search_domains: vec![domain],
        ..Estate::default()
    };
    let mut found = rows(&estate, PriceBook::embedded(), &mut Used::default());
    found.pop().expect("a row")
}

fn target(row: &ResizeOption) -> Option<(&str, i64)> {
    Some((
        row.target_instance_type.as_deref()?,
        row.target_instance_count?,
    ))
}

#[test]
fn smaller_nodes_keep_their_volumes() {
    let row = option(domain("d", "r6g.xlarge.search", 3), QUIET);
    assert_eq!(target(&row), Some(("r6g.large.search", 3)));
    assert_eq!(row.target_cpu_percent, Some(20.0));
    assert_eq!(row.target_heap_percent, Some(60.0));
    // us-east-1: $0.335 and $0.167 an hour; the volumes stay.
    let saved = row.monthly_savings_usd.expect("a price");
    assert!((saved - 3.0 * 730.0 * 0.168).abs() < 1e-6, "{saved}");
    let full_disk = Load {
        disk: None,
        ..QUIET
    };
    let row = option(domain("d", "r6g.xlarge.search", 3), full_disk);
    assert_eq!(target(&row), Some(("r6g.large.search", 3)), "disks stay");
}

#[test]
fn fewer_nodes_take_over_what_the_others_hold() {
    let load = Load {
        disk: Some(30.0),
        ..QUIET
    };
    let row = option(domain("d", "r6g.large.search", 6), load);
    assert_eq!(target(&row), Some(("r6g.large.search", 3)));
    assert_eq!(row.target_heap_percent, Some(60.0));
    // Three nodes of $0.167 and three volumes of 100 GiB at $0.122.
    let saved = row.monthly_savings_usd.expect("a price");
    assert!(
        (saved - 3.0 * (730.0 * 0.167 + 12.2)).abs() < 1e-6,
        "{saved}"
    );
    let in_two_zones = Domain {
        zone_count: Some(2),
        ..domain("d", "r6g.large.search", 6)
    };
    let row = option(in_two_zones, load);
    assert_eq!(target(&row), Some(("r6g.large.search", 4)));
    let of = |disk| {
        let row = option(domain("d", "r6g.large.search", 6), Load { disk, ..load });
        row.target_instance_count
    };
    assert_eq!(of(Some(60.0)), Some(5), "three would be full");
    assert_eq!(of(None), None, "how full are they?");
    let three = option(domain("d", "r6g.large.search", 3), load);
    assert_eq!(target(&three), None);
}

#[test]
fn the_measured_demand_has_to_fit() {
    let of = |load| option(domain("d", "m6g.xlarge.search", 3), load).target_instance_type;
    assert!(of(QUIET).is_some());
    assert_eq!(of(Load { cpu: 41.0, ..QUIET }), None);
    assert_eq!(
        of(Load {
            heap: 38.0,
            ..QUIET
        }),
        None
    );
    let large_volumes = Domain {
        volume_size_gib: Some(1025),
        provisioned_throughput_mibps: Some(250),
        ..domain("d", "m6g.xlarge.search", 3)
    };
    let row = option(large_volumes, QUIET);
    assert_eq!(target(&row), None, "a large takes 1,024 GiB of gp3");
    assert!(row.monthly_usd.is_some());
    // The heap of a large node does not grow with it.
    let row = option(
        domain("d", "r6g.8xlarge.search", 3),
        Load {
            heap: 70.0,
            ..QUIET
        },
    );
    assert_eq!(target(&row), Some(("r6g.2xlarge.search", 3)));
}

#[test]
fn nothing_measured_proposes_nothing() {
    let estate = Estate {
        search_domains: vec![domain("d", "r6g.xlarge.search", 3)],
        ..Estate::default()
    };
    let row = rows(&estate, PriceBook::embedded(), &mut Used::default());
    assert_eq!((row[0].eligible, target(&row[0])), (Some(true), None));
}

#[test]
fn what_cannot_be_resized_says_why() {
    let reason = |change: fn(&mut Domain)| {
        let mut changed = domain("d", "r6g.xlarge.search", 3);
        change(&mut changed);
        let row = option(changed, QUIET);
        assert_eq!((row.eligible, target(&row)), (Some(false), None));
        row.ineligible_reason.unwrap_or_default()
    };
    for (expected, found) in [
        (
            "burstable nodes: their CPU credits have to be simulated",
            reason(|d| d.instance_type = Some("t3.medium.search".to_owned())),
        ),
        (
            "its data is on the disks of its nodes, which become less with them",
            reason(|d| d.ebs_enabled = Some(false)),
        ),
        (
            "the size of or1.large.search is not known",
            reason(|d| d.instance_type = Some("or1.large.search".to_owned())),
        ),
        (
            "there is no price for r6g.xlarge.search or its volumes in us-east-1",
            reason(|d| d.volume_type = Some("io1".to_owned())),
        ),
        (
            "the number of its zones is not known",
            reason(|d| d.zone_count = None),
        ),
    ] {
        assert_eq!(found, expected);
    }
    let mut changing = domain("d", "r6g.xlarge.search", 3);
    changing.state = Some("changing".to_owned());
    let estate = Estate {
        search_domains: vec![changing],
        ..Estate::default()
    };
    assert_eq!(
        rows(&estate, PriceBook::embedded(), &mut Used::default()),
        []
    );
}
