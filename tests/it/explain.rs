//! Why a number is what it is: the lines of the formulas.

use billhook_aws::prices::ebs::{SnapshotTier, ebs_volume_lines, gp2_to_gp3, snapshot_lines};
use billhook_aws::prices::network::{
    interface_endpoint_processing_lines, internet_out_lines, nat_processing_lines,
    public_ipv4_lines,
};
use billhook_aws::prices::rds::{RdsStorage, rds_storage_lines};
use billhook_aws::prices::s3::{StorageClass, s3_storage_lines};
use billhook_aws::prices::{Breakdown, Cost, PriceBook};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

/// Each line is its quantity times its price, and together they are the amount.
fn adds_up(breakdown: &Breakdown<'_>, amount: Cost) -> Result<(), TestCaseError> {
    let mut sum = 0.0;
    for line in breakdown.lines() {
        if let (Some(charge), Some(usd)) = (&line.charge, line.cost.usd()) {
            let price = charge.price.expect("a known amount has a price").usd;
            prop_assert!((charge.quantity * price - usd).abs() < 1e-9);
        }
        sum += line.cost.usd().unwrap_or(f64::NAN);
    }
    match amount.usd() {
        Some(usd) => prop_assert!((sum - usd).abs() < 1e-6, "{sum} is not {usd}"),
        None => prop_assert!(sum.is_nan(), "{sum} is not unknown"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_lines_are_the_amount(
        size in 0_u32..20_000,
        iops in proptest::option::of(0_u32..256_000),
        throughput in proptest::option::of(0_u32..2_000),
        kind in proptest::sample::select(vec!["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard", "gp9"]),
        region in proptest::sample::select(vec!["us-east-1", "eu-central-1", "xx-nowhere-1"]),
        class in proptest::sample::select(vec![StorageClass::Standard, StorageClass::DeepArchive]),
        multi_az in any::<bool>(),
    ) {
        let book = PriceBook::embedded();
        let size = f64::from(size);
        let (iops, throughput) = (iops.map(f64::from), throughput.map(f64::from));
        let volume = ebs_volume_lines(book, region, kind, size, iops, throughput);
        adds_up(&volume, volume.cost())?;
        let change = gp2_to_gp3(book, region, size);
        adds_up(&change.lines, change.savings)?;
        let storage = RdsStorage {
            engine: "postgres", storage_type: kind, allocated_gib: size, iops, throughput_mibps: throughput, multi_az,
        };
        for breakdown in [
            snapshot_lines(book, region, SnapshotTier::Archive, size),
            nat_processing_lines(book, region, size),
            public_ipv4_lines(book, region, multi_az),
            internet_out_lines(book, region, size * 100.0),
            interface_endpoint_processing_lines(book, region, size * 1000.0),
            s3_storage_lines(book, region, class, size * 100.0),
            rds_storage_lines(book, region, &storage),
        ] {
            adds_up(&breakdown, breakdown.cost())?;
            adds_up(&volume.clone().minus(breakdown.clone()), volume.cost() - breakdown.cost())?;
        }
    }
}
