//! The arithmetic of `ebs.rs`, by hand.

use super::super::{Basis, PriceBook};
use super::*;

fn near(cost: Cost, usd: f64) -> bool {
    cost.usd().is_some_and(|found| (found - usd).abs() < 1e-6)
}

fn volume(
    volume_type: &str,
    size_gib: f64,
    iops: Option<f64>,
    throughput_mibps: Option<f64>,
) -> Cost {
    ebs_volume_monthly(
        PriceBook::embedded(),
        "us-east-1",
        volume_type,
        size_gib,
        iops,
        throughput_mibps,
    )
}

#[test]
fn volumes_by_type() {
    assert!(near(volume("gp2", 100.0, None, None), 10.0));
    assert!(near(volume("st1", 500.0, None, None), 22.5));
    assert!(near(volume("sc1", 500.0, None, None), 7.5));
    assert!(near(volume("standard", 40.0, None, None), 2.0));
    assert!(near(
        volume("io1", 100.0, Some(2_000.0), None),
        12.5 + 130.0
    ));
}

#[test]
fn gp3_bills_only_what_exceeds_the_included_part() {
    assert!(near(volume("gp3", 100.0, Some(3_000.0), Some(125.0)), 8.0));
    assert!(near(
        volume("gp3", 100.0, Some(3_001.0), Some(125.0)),
        8.005
    ));
    assert!(near(
        volume("gp3", 100.0, Some(4_000.0), Some(250.0)),
        8.0 + 5.0 + 5.0
    ));
    assert_eq!(volume("gp3", 100.0, None, Some(125.0)), Cost::UNKNOWN);
    assert_eq!(volume("gp3", 100.0, Some(3_000.0), None), Cost::UNKNOWN);
    assert_eq!(
        volume("gp3", 100.0, Some(f64::NAN), Some(125.0)),
        Cost::UNKNOWN
    );
}

#[test]
fn io2_has_three_steps_of_iops() {
    assert!(near(
        volume("io2", 10.0, Some(32_000.0), None),
        1.25 + 2_080.0
    ));
    assert!(near(
        volume("io2", 10.0, Some(64_000.0), None),
        1.25 + 2_080.0 + 1_456.0
    ));
    assert!(near(
        volume("io2", 10.0, Some(100_000.0), None),
        1.25 + 2_080.0 + 1_456.0 + 36_000.0 * 0.03185
    ));
    assert_eq!(volume("io2", 10.0, None, None), Cost::UNKNOWN);
}

#[test]
fn unknown_types_and_regions_are_unknown() {
    assert_eq!(
        volume("gp9", 10.0, Some(3_000.0), Some(125.0)),
        Cost::UNKNOWN
    );
    let elsewhere = ebs_volume_monthly(
        PriceBook::embedded(),
        "xx-nowhere-1",
        "gp2",
        10.0,
        None,
        None,
    );
    assert_eq!(elsewhere, Cost::UNKNOWN);
    assert_eq!(
        volume("snapshot", 10.0, None, None),
        Cost::UNKNOWN,
        "a snapshot is no volume"
    );
}

#[test]
fn snapshots_by_tier() {
    let book = PriceBook::embedded();
    let tier = |word| SnapshotTier::from_api(word);
    assert_eq!(tier("glacier"), None);
    let standard = snapshot_monthly(book, "eu-west-1", tier("standard").expect("known"), 200.0);
    let archive = snapshot_monthly(book, "eu-west-1", tier("archive").expect("known"), 200.0);
    assert!(near(standard, 10.0) && near(archive, 2.5));
    assert_eq!(standard.basis(), Some(Basis::Exact));
}

/// us-east-1: gp2 0.10 a GiB; gp3 0.08 a GiB, 0.005 an IOPS above 3,000, 0.04 a MiB/s above 125.
#[test]
fn gp2_to_gp3_at_matched_performance() {
    // (GiB, IOPS, MiB/s, gp2, gp3)
    let by_hand = [
        // 100 × 0.08 + (128 − 125) × 0.04
        (100.0, 3_000.0, 128.0, 10.0, 8.12),
        (170.0, 3_000.0, 128.0, 17.0, 13.72),
        // 200 × 0.08 + (250 − 125) × 0.04: dearer than gp2
        (200.0, 3_000.0, 250.0, 20.0, 21.0),
        (250.0, 3_000.0, 250.0, 25.0, 25.0),
        (334.0, 3_000.0, 250.0, 33.4, 31.72),
        (500.0, 3_000.0, 250.0, 50.0, 45.0),
        (1_000.0, 3_000.0, 250.0, 100.0, 85.0),
        // 2000 × 0.08 + 3,000 × 0.005 + 5
        (2_000.0, 6_000.0, 250.0, 200.0, 180.0),
        // 6000 × 0.08 + 13,000 × 0.005 + 5: gp2 ends at 16,000 IOPS
        (6_000.0, 16_000.0, 250.0, 600.0, 550.0),
    ];
    for (size_gib, iops, throughput, gp2, gp3) in by_hand {
        let change = gp2_to_gp3(PriceBook::embedded(), "us-east-1", size_gib);
        assert_eq!(
            (change.target_iops, change.target_throughput_mibps),
            (iops, throughput),
            "{size_gib} GiB"
        );
        assert!(
            near(change.present, gp2) && near(change.target, gp3),
            "{size_gib} GiB: {change:?}"
        );
        assert!(
            near(change.savings, gp2 - gp3),
            "{size_gib} GiB: {change:?}"
        );
        assert_eq!(change.savings.basis(), Some(Basis::Exact));
    }
    assert_eq!(
        gp2_to_gp3(PriceBook::embedded(), "xx-nowhere-1", 100.0).savings,
        Cost::UNKNOWN
    );
}

#[test]
fn gp2_baseline_has_a_floor_and_a_ceiling() {
    let iops = [1.0, 33.0, 34.0, 1_000.0, 5_334.0, 16_384.0].map(gp2_baseline_iops);
    assert_eq!(iops, [100.0, 100.0, 102.0, 3_000.0, 16_000.0, 16_000.0]);
}

#[test]
fn prices_come_from_the_volumes_own_region() {
    // sa-east-1: gp2 0.19, gp3 0.152 a GiB and 0.076 a MiB/s.
    let change = gp2_to_gp3(PriceBook::embedded(), "sa-east-1", 500.0);
    assert!(
        near(change.savings, 500.0 * 0.19 - 500.0 * 0.152 - 125.0 * 0.076),
        "{change:?}"
    );
}
