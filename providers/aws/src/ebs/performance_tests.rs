//! The limits of volume types, by hand and against every provision that there is.

use proptest::prelude::*;

use super::*;

const fn provision(iops: f64, throughput_mibps: f64) -> Provision {
    Provision {
        iops,
        throughput_mibps,
    }
}

fn needed(iops: f64, throughput_mibps: f64) -> Performance {
    Performance {
        iops,
        throughput_mibps,
    }
}

#[test]
fn a_general_purpose_volume_has_3000_and_125_and_its_size_allows_more() {
    let of = |size, iops, throughput| least(SsdType::Gp3, size, needed(iops, throughput));
    assert_eq!(of(1.0, 0.0, 0.0), Some(provision(3_000.0, 125.0)));
    assert_eq!(of(100.0, 3_000.5, 125.2), Some(provision(3_001.0, 126.0)));
    // 1,000 MiB/s need 4,000 IOPS, and these 8 GiB.
    assert_eq!(of(8.0, 0.0, 1_000.0), Some(provision(4_000.0, 1_000.0)));
    assert_eq!(of(7.0, 0.0, 1_000.0), None);
    // 80,000 IOPS need 160 GiB.
    assert_eq!(
        of(160.0, 80_000.0, 2_000.0),
        Some(provision(80_000.0, 2_000.0))
    );
    assert_eq!(of(159.0, 80_000.0, 0.0), None);
    assert_eq!(of(1_000.0, 80_001.0, 0.0), None);
    assert_eq!(of(1_000.0, 0.0, 2_000.5), None);
    assert_eq!(of(65_537.0, 0.0, 0.0), None);
}

#[test]
fn throughput_of_provisioned_iops_goes_with_the_iops() {
    let of = |kind, size, iops| {
        delivered(kind, size, provision(iops, 0.0)).map(|has| has.throughput_mibps)
    };
    // The User Guide's own figures: 500 MiB/s from 2,000 to 32,000 IOPS, 750 at 48,000, 1,000 at 64,000.
    assert_eq!(of(SsdType::Io1, 2_000.0, 1_000.0), Some(250.0));
    assert_eq!(of(SsdType::Io1, 2_000.0, 2_000.0), Some(500.0));
    assert_eq!(of(SsdType::Io1, 2_000.0, 32_000.0), Some(500.0));
    assert_eq!(of(SsdType::Io1, 2_000.0, 48_000.0), Some(750.0));
    assert_eq!(of(SsdType::Io1, 2_000.0, 64_000.0), Some(1_000.0));
    assert_eq!(of(SsdType::Io1, 2_000.0, 64_001.0), None);
    assert_eq!(of(SsdType::Io1, 100.0, 5_001.0), None, "50 a GiB, no more");
    assert_eq!(of(SsdType::Io2, 100.0, 16_000.0), Some(4_000.0));
    assert_eq!(of(SsdType::Io2, 100.0, 100_000.0), Some(4_000.0));
    assert_eq!(of(SsdType::Io2, 100.0, 100_001.0), None);
    assert_eq!(of(SsdType::Io2, 3.0, 1_000.0), None, "4 GiB at least");
}

#[test]
fn a_gp2_volume_is_as_it_is() {
    assert_eq!(
        least(SsdType::Gp2, 100.0, needed(3_000.0, 128.0)),
        Some(provision(300.0, 0.0))
    );
    assert_eq!(least(SsdType::Gp2, 100.0, needed(3_001.0, 0.0)), None);
    assert_eq!(least(SsdType::Gp2, 170.0, needed(0.0, 129.0)), None);
}

#[test]
fn what_is_no_number_cannot_be_provided() {
    for wrong in [f64::NAN, f64::INFINITY, -1.0] {
        for kind in [SsdType::Gp2, SsdType::Gp3, SsdType::Io1, SsdType::Io2] {
            assert_eq!(least(kind, 100.0, needed(wrong, 0.0)), None, "{wrong}");
            assert_eq!(least(kind, 100.0, needed(0.0, wrong)), None, "{wrong}");
        }
    }
}

/// Every provision of a type on a coarse grid, with the bounds of the type among them.
fn every_provision() -> impl Iterator<Item = Provision> {
    let iops = (0..=260)
        .map(|thousands| f64::from(thousands) * 1_000.0)
        .chain([100.0, 500.0, 1_500.0, 3_500.0]);
    iops.flat_map(|iops| {
        (0..=17)
            .map(move |step| provision(iops, f64::from(step) * 125.0))
            .chain([provision(iops, 2_000.0)])
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_provision_that_covers_the_need_is_less(
        kind in prop::sample::select(vec![SsdType::Gp3, SsdType::Io1, SsdType::Io2]),
        size in 1..70_000_i32,
        iops in 0.0..300_000.0_f64,
        throughput in 0.0..4_500.0_f64,
    ) {
        let (size, need) = (f64::from(size), needed(iops, throughput));
        let found = least(kind, size, need);
        if let Some(found) = found {
            let has = delivered(kind, size, found);
            prop_assert!(has.is_some_and(|has| has.covers(need)), "{found:?} delivers {has:?}");
        }
        for other in every_provision() {
            let covers = delivered(kind, size, other).is_some_and(|has| has.covers(need));
            if !covers {
                continue;
            }
            let Some(found) = found else {
                return Err(TestCaseError::fail(format!("nothing found, but {other:?} would do")));
            };
            // What io1 and io2 do not provision, they do not compare by.
            let throughput = kind != SsdType::Gp3 || found.throughput_mibps <= other.throughput_mibps;
            prop_assert!(found.iops <= other.iops && throughput, "{other:?} is less than {found:?}");
        }
    }

    #[test]
    fn more_load_never_yields_less(
        kind in prop::sample::select(vec![SsdType::Gp3, SsdType::Io1, SsdType::Io2]),
        size in 1..20_000_i32,
        iops in 0.0..100_000.0_f64,
        throughput in 0.0..2_500.0_f64,
        more_iops in 0.0..10_000.0_f64,
        more_throughput in 0.0..500.0_f64,
    ) {
        let size = f64::from(size);
        let one = least(kind, size, needed(iops, throughput));
        let other = least(kind, size, needed(iops + more_iops, throughput + more_throughput));
        match (one, other) {
            (Some(one), Some(other)) => {
                prop_assert!(one.iops <= other.iops && one.throughput_mibps <= other.throughput_mibps);
            }
            (None, Some(other)) => prop_assert!(false, "more fits as {other:?}, less does not"),
            _ => {}
        }
    }
}
