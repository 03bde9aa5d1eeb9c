//! Options by hand, and against every other provision of every type.

use billhook_catalog::Key;
use proptest::prelude::*;

use super::super::measured::Series;
use super::*;
use crate::prices::PriceBook;

/// A volume in us-east-1 and what it does: operations and MiB a second as (99.5th percentile, peak), half reads, half writes.
fn option(
    kind: &str,
    size_gib: i64,
    provisioned: (i64, i64),
    load: Option<((f64, f64), (f64, f64))>,
) -> PerformanceOption {
    option_of(volume(kind, size_gib, provisioned), load)
}

fn volume(kind: &str, size_gib: i64, (iops, throughput): (i64, i64)) -> Volume {
    Volume {
        id: Key {
            resource_id: "v".to_owned(),
            region: "us-east-1".to_owned(),
            ..Key::default()
        },
        volume_type: Some(kind.to_owned()),
        size_gib: Some(size_gib),
        provisioned_iops: Some(iops),
        provisioned_throughput_mibps: Some(throughput),
        multi_attach: Some(false),
        ..Volume::default()
    }
}

fn option_of(volume: Volume, load: Option<((f64, f64), (f64, f64))>) -> PerformanceOption {
    let mut estate = Estate {
        volumes: vec![volume],
        ..Estate::default()
    };
    if let Some((iops, mibps)) = load {
        let bytes = (mibps.0 * BYTES_PER_MIB, mibps.1 * BYTES_PER_MIB);
        for (metric, (p995, max)) in [
            ("VolumeReadOps", iops),
            ("VolumeWriteOps", iops),
            ("VolumeReadBytes", bytes),
            ("VolumeWriteBytes", bytes),
        ] {
            measure(&mut estate, metric, p995 * 150.0, max * 150.0, 1.0);
        }
    }
    rows(&estate, PriceBook::embedded(), &mut Used::default())
        .pop()
        .expect("a row")
}

fn measure(estate: &mut Estate, metric: &'static str, p995: f64, max: f64, coverage: f64) {
    let series = Series {
        statistic: "Sum",
        metric,
        period_seconds: 300,
        window_days: 14.0,
        coverage,
        p995: Some(p995),
        max: Some(max),
        ..Series::default()
    };
    estate.measured.add("v", series);
}

fn near(one: Option<f64>, other: f64) -> bool {
    one.is_some_and(|one| (one - other).abs() < 1e-6)
}

// us-east-1: gp3 0.08 a GiB, 0.005 an IOPS over 3,000, 0.04 a MiB/s over 125; io1 and io2 0.125 a GiB and 0.065 an IOPS.

#[test]
fn a_general_purpose_volume_is_trimmed_to_what_it_uses() {
    let load = ((3_000.0, 3_500.0), (100.0, 150.0));
    let row = option("gp3", 500, (10_000, 500), Some(load));
    assert_eq!(row.matched.as_deref(), Some("measured"));
    // 3,000 with 20 % headroom are 3,600, more than the peak; 100 with headroom are less than the peak.
    assert!(near(row.needed_iops, 3_600.0) && near(row.needed_throughput_mibps, 150.0));
    assert_eq!(
        (row.trim_iops, row.trim_throughput_mibps),
        (Some(3_600), Some(150))
    );
    // 40 + 7,000 × 0.005 + 375 × 0.04 = 90, and 40 + 3 + 1.
    assert!(near(row.monthly_usd, 90.0), "{row:?}");
    assert!(near(row.trim_monthly_usd, 44.0), "{row:?}");
    assert!(near(row.trim_monthly_savings_usd, 46.0), "{row:?}");
    assert_eq!(row.target_type.as_deref(), Some("gp3"));
    assert!(near(row.monthly_savings_usd, 46.0), "{row:?}");
    assert_eq!(row.price_basis.as_deref(), Some("exact"));
}

#[test]
fn provisioned_iops_that_nobody_needs_are_trimmed_or_changed_to_general_purpose() {
    let load = ((900.0, 1_000.0), (20.0, 40.0));
    let row = option("io1", 400, (10_000, 0), Some(load));
    // 50 + 650, 50 + 1,080 × 0.065, and 32 as gp3.
    assert!(near(row.monthly_usd, 700.0), "{row:?}");
    assert_eq!(
        (row.trim_iops, row.trim_throughput_mibps),
        (Some(1_080), Some(0))
    );
    assert!(near(row.trim_monthly_savings_usd, 700.0 - 120.2), "{row:?}");
    assert_eq!(row.target_type.as_deref(), Some("gp3"));
    assert_eq!(
        (row.target_iops, row.target_throughput_mibps),
        (Some(3_000), Some(125))
    );
    assert!(near(row.monthly_savings_usd, 668.0), "{row:?}");

    // Who chose the durability of io2 keeps it.
    let row = option("io2", 400, (10_000, 0), Some(load));
    assert_eq!(row.target_type.as_deref(), Some("io2"));
    assert!(near(row.monthly_savings_usd, 700.0 - 120.2), "{row:?}");
}

#[test]
fn without_figures_all_that_is_provisioned_is_matched() {
    let row = option("io1", 500, (3_000, 0), None);
    assert_eq!(row.matched.as_deref(), Some("provisioned"));
    assert_eq!((row.used_iops, row.peak_throughput_mibps), (None, None));
    // 3,000 IOPS of io1 carry 500 MiB/s: 40 + 375 × 0.04 = 55 as gp3, and 62.5 + 195 as it is.
    assert_eq!(
        (row.target_iops, row.target_throughput_mibps),
        (Some(3_000), Some(500))
    );
    assert!(near(row.monthly_savings_usd, 202.5), "{row:?}");
    assert!(near(row.trim_monthly_savings_usd, 0.0), "{row:?}");

    let mut estate = Estate {
        volumes: vec![volume("io1", 500, (3_000, 0))],
        ..Estate::default()
    };
    for metric in ["VolumeReadOps", "VolumeWriteOps", "VolumeReadBytes"] {
        measure(&mut estate, metric, 0.0, 0.0, 1.0);
    }
    let part = rows(&estate, PriceBook::embedded(), &mut Used::default());
    assert_eq!(
        part[0].matched.as_deref(),
        Some("provisioned"),
        "bytes written are not known"
    );
    measure(&mut estate, "VolumeWriteBytes", 0.0, 0.0, 0.5);
    let part = rows(&estate, PriceBook::embedded(), &mut Used::default());
    assert_eq!(
        part[0].matched.as_deref(),
        Some("provisioned"),
        "known for half of the time"
    );
}

#[test]
fn above_32000_iops_io2_is_cheaper_than_io1() {
    // 2,000 GiB and 64,000 IOPS in use: io1 250 + 4,160, io2 250 + 2,080 + 32,000 × 0.0455, gp3 160 + 61,000 × 0.005 + throughput.
    let row = option("io1", 2_000, (64_000, 0), None);
    assert!(near(row.monthly_usd, 4_410.0), "{row:?}");
    assert_eq!(row.target_type.as_deref(), Some("gp3"));
    assert!(
        near(row.target_monthly_usd, 160.0 + 305.0 + 875.0 * 0.04),
        "{row:?}"
    );
    // gp3 does not carry what io2 does, so io2 is left to itself.
    let row = option("io2", 2_000, (100_000, 0), None);
    assert_eq!(row.target_type.as_deref(), Some("io2"));
}

#[test]
fn a_gp2_volume_may_become_gp3_where_that_is_cheaper() {
    let row = option("gp2", 200, (600, 0), None);
    assert_eq!(
        row.target_type.as_deref(),
        Some("gp2"),
        "250 MiB/s make gp3 dearer"
    );
    assert!(near(row.monthly_savings_usd, 0.0));
    let row = option("gp2", 200, (600, 0), Some(((10.0, 20.0), (1.0, 2.0))));
    assert_eq!(row.target_type.as_deref(), Some("gp3"));
    assert!(near(row.monthly_savings_usd, 4.0), "{row:?}");
}

#[test]
fn what_is_not_known_or_cannot_be_done_stays_open() {
    let mut shared = volume("io1", 400, (10_000, 0));
    shared.multi_attach = Some(true);
    let row = option_of(shared.clone(), None);
    assert_eq!(
        (row.eligible, row.target_type, row.trim_iops),
        (Some(false), None, None)
    );
    assert!(
        row.ineligible_reason
            .is_some_and(|why| why.contains("Multi-Attach"))
    );
    shared.multi_attach = None;
    assert_eq!(option_of(shared, None).eligible, None);
    let mut unknown = volume("gp3", 400, (10_000, 125));
    unknown.provisioned_iops = None;
    let row = option_of(unknown, None);
    assert_eq!(
        (row.monthly_usd, row.trim_monthly_savings_usd),
        (None, None)
    );
    let mut elsewhere = volume("gp3", 400, (10_000, 125));
    elsewhere.id.region = "xx-nowhere-1".to_owned();
    let row = option_of(elsewhere, None);
    assert_eq!(
        (row.trim_iops, row.trim_monthly_savings_usd),
        (Some(10_000), None)
    );
    assert_eq!(row.price_basis.as_deref(), Some("unknown"));
    let impossible = option("gp3", 1, (10_000, 125), None);
    assert_eq!(impossible.matched, None);
    let estate = Estate {
        volumes: vec![volume("st1", 500, (0, 0))],
        ..Estate::default()
    };
    assert_eq!(
        rows(&estate, PriceBook::embedded(), &mut Used::default()),
        []
    );
}

fn cost_of(kind: SsdType, size_gib: f64, provision: Provision) -> f64 {
    monthly(
        PriceBook::embedded(),
        "us-east-1",
        kind,
        size_gib,
        provision,
    )
    .cost()
    .usd()
    .expect("a price")
}

/// A present volume that EC2 accepts.
fn present() -> impl Strategy<Value = (SsdType, i64, (i64, i64))> {
    let gp3 = (10..4_000_i64, 3_000..20_000_i64, 125..750_i64)
        .prop_filter("its size allows it", |(size, iops, _)| {
            *iops <= (500 * size).max(3_000)
        })
        .prop_map(|(size, iops, throughput)| (SsdType::Gp3, size, (iops, throughput)));
    let io = (prop::bool::ANY, 10..4_000_i64, 100..60_000_i64)
        .prop_filter("its size allows it", |(_, size, iops)| *iops <= 50 * size)
        .prop_map(|(older, size, iops)| {
            let kind = if older { SsdType::Io1 } else { SsdType::Io2 };
            (kind, size, (iops, 0))
        });
    prop_oneof![gp3, io]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_other_type_or_provision_that_does_is_cheaper(
        (kind, size, provisioned) in present(),
        iops in 0.0..30_000.0_f64,
        throughput in 0.0..900.0_f64,
        peak in 1.0..1.5_f64,
    ) {
        let load = ((iops, iops * peak), (throughput, throughput * peak));
        let row = option(kind.as_str(), size, provisioned, Some(load));
        let needed = Performance {
            iops: row.needed_iops.expect("known"),
            throughput_mibps: row.needed_throughput_mibps.expect("known"),
        };
        let (target_usd, trim_usd) = (
            row.target_monthly_usd.expect("a price"),
            row.trim_monthly_usd.expect("a price"),
        );
        prop_assert!(target_usd <= trim_usd + 1e-6 && trim_usd <= row.monthly_usd.expect("a price") + 1e-6);
        let grid = (0..=32).map(|step| f64::from(step) * 2_000.0).chain([needed.iops.ceil()]);
        let throughputs = [0.0, 125.0, 200.0, 300.0, 500.0, 750.0, 1_000.0, needed.throughput_mibps.ceil()];
        for candidate in candidates(kind) {
            for iops in grid.clone() {
                for throughput_mibps in throughputs {
                    let other = Provision { iops, throughput_mibps };
                    let does = delivered(*candidate, size as f64, other).is_some_and(|has| has.covers(needed));
                    if does {
                        let usd = cost_of(*candidate, size as f64, other);
                        prop_assert!(target_usd <= usd + 1e-6, "{candidate:?} {other:?} costs {usd}, {row:?}");
                    }
                }
            }
        }
        let target = SsdType::from_api(row.target_type.as_deref().expect("a type")).expect("known");
        let found = Provision {
            iops: row.target_iops.expect("known") as f64,
            throughput_mibps: row.target_throughput_mibps.expect("known") as f64,
        };
        prop_assert!(delivered(target, size as f64, found).is_some_and(|has| has.covers(needed)), "{row:?}");
    }

    #[test]
    fn more_load_never_yields_less(
        (kind, size, provisioned) in present(),
        iops in 0.0..20_000.0_f64,
        throughput in 0.0..600.0_f64,
        more in 1.0..3.0_f64,
    ) {
        let at = |factor: f64| {
            let load = ((iops * factor, iops * factor), (throughput * factor, throughput * factor));
            option(kind.as_str(), size, provisioned, Some(load))
        };
        let (one, other) = (at(1.0), at(more));
        prop_assert!(one.trim_iops <= other.trim_iops);
        prop_assert!(one.trim_throughput_mibps <= other.trim_throughput_mibps);
        prop_assert!(one.monthly_savings_usd.expect("known") >= other.monthly_savings_usd.expect("known") - 1e-6);
    }
}
