//! `aws_ebs_type_option`: gp2 volumes as gp3 volumes of the same performance.

use billhook_catalog::Place;

use crate::ebs::type_option::TypeOption;
use crate::ebs::volume::Volume;
use crate::prices::PriceLookup;
use crate::prices::ebs::gp2_to_gp3;

use super::amount::Used;
use super::estate::Estate;

/// One row a gp2 volume.
pub(super) fn rows(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used) -> Vec<TypeOption> {
    let volumes = estate.volumes.iter();
    volumes
        .filter(|volume| volume.volume_type.as_deref() == Some("gp2"))
        .map(|volume| row(volume, prices, used))
        .collect()
}

fn row(volume: &Volume, prices: &dyn PriceLookup, used: &mut Used) -> TypeOption {
    let mut row = TypeOption {
        id: Place {
            account_id: volume.id.account_id.clone(),
            region: volume.id.region.clone(),
        },
        resource_id: volume.id.resource_id.clone(),
        target_type: Some("gp3".to_owned()),
        price_basis: Some("unknown".to_owned()),
        ..TypeOption::default()
    };
    let Some(size_gib) = volume.size_gib else {
        return row;
    };
    let change = gp2_to_gp3(prices, &volume.id.region, size_gib as f64);
    // The book's figures are whole numbers; rounding up would still keep the performance if one were not.
    row.target_iops = Some(change.target_iops.ceil() as i64);
    row.target_throughput_mibps = Some(change.target_throughput_mibps.ceil() as i64);
    row.monthly_usd = used.amount(change.present).usd;
    row.target_monthly_usd = used.amount(change.target).usd;
    let column = "aws_ebs_type_option.monthly_savings_usd";
    let savings = used.explained(&volume.id, column, &change.lines);
    row.monthly_savings_usd = change.savings.usd();
    row.price_basis = Some(savings.basis.to_owned());
    row
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Key;

    use super::*;
    use crate::prices::PriceBook;

    fn option(volume_type: &str, region: &str, size_gib: Option<i64>) -> Option<TypeOption> {
        let volume = Volume {
            id: Key {
                resource_id: "v".to_owned(),
                region: region.to_owned(),
                ..Key::default()
            },
            volume_type: Some(volume_type.to_owned()),
            size_gib,
            ..Volume::default()
        };
        let estate = Estate {
            volumes: vec![volume],
            ..Estate::default()
        };
        rows(&estate, PriceBook::embedded(), &mut Used::default()).pop()
    }

    fn near(one: Option<f64>, other: f64) -> bool {
        one.is_some_and(|one| (one - other).abs() < 1e-9)
    }

    #[test]
    fn gp2_as_gp3_at_matched_performance() {
        // us-east-1: gp2 0.10, gp3 0.08 a GiB, 0.005 an IOPS over 3,000, 0.04 a MiB/s over 125.
        let small = option("gp2", "us-east-1", Some(100)).expect("gp2");
        assert_eq!(
            (small.target_iops, small.target_throughput_mibps),
            (Some(3000), Some(128))
        );
        assert!(near(small.monthly_usd, 10.0), "{small:?}");
        assert!(near(small.target_monthly_usd, 8.12), "{small:?}");
        assert!(near(small.monthly_savings_usd, 1.88), "{small:?}");
        assert_eq!(small.price_basis.as_deref(), Some("exact"));

        let large = option("gp2", "us-east-1", Some(2000)).expect("gp2");
        assert_eq!(
            (large.target_iops, large.target_throughput_mibps),
            (Some(6000), Some(250))
        );
        assert!(near(large.monthly_savings_usd, 20.0), "{large:?}");
        let dearer = option("gp2", "us-east-1", Some(200)).expect("gp2");
        assert!(near(dearer.monthly_savings_usd, -1.0), "{dearer:?}");
    }

    #[test]
    fn what_is_not_known_stays_open() {
        assert_eq!(option("gp3", "us-east-1", Some(100)), None);
        let sizeless = option("gp2", "us-east-1", None).expect("gp2");
        assert_eq!((sizeless.monthly_usd, sizeless.target_iops), (None, None));
        assert_eq!(sizeless.price_basis.as_deref(), Some("unknown"));
        let elsewhere = option("gp2", "xx-nowhere-1", Some(100)).expect("gp2");
        assert_eq!(
            (elsewhere.monthly_savings_usd, elsewhere.target_iops),
            (None, Some(3000))
        );
        assert_eq!(elsewhere.price_basis.as_deref(), Some("unknown"));
    }
}
