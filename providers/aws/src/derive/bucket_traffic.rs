//! `aws_s3_bucket_traffic`: what buckets store and send.

use billhook_catalog::Place;

use crate::number::BYTES_PER_GIB;
use crate::prices::network::internet_out_lines;
use crate::prices::s3::{StorageClass, s3_storage_lines};
use crate::prices::{Breakdown, PriceLookup};
use crate::s3::bucket::Bucket;
use crate::s3::bucket_traffic::BucketTraffic;

use super::amount::Used;
use super::estate::Estate;
use super::measured::{Measured, Series};

/// The amounts that are explained here.
const STORAGE_COLUMN: &str = "aws_s3_bucket_traffic.standard_monthly_usd";
const INTERNET_COLUMN: &str = "aws_s3_bucket_traffic.internet_out_monthly_usd";

/// One row a bucket.
pub(super) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<BucketTraffic> {
    let buckets = estate.buckets.iter();
    buckets
        .map(|bucket| row(bucket, &estate.measured, prices, used))
        .collect()
}

fn row(
    bucket: &Bucket,
    measured: &Measured,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> BucketTraffic {
    let (id, region) = (&bucket.id.resource_id, &bucket.id.region);
    let stored = measured
        .largest(id, "BucketSizeBytes", "Average")
        .map(|bytes| bytes / BYTES_PER_GIB);
    let downloaded = measured
        .sums(id, "BytesDownloaded")
        .filter(|series| Series::is_covered(series))
        .and_then(Series::sum_a_month)
        .map(|bytes| bytes / BYTES_PER_GIB);
    let storage = match stored {
        Some(gib) => s3_storage_lines(prices, region, StorageClass::Standard, gib),
        None => Breakdown::unknown("what it stores was not measured"),
    };
    let internet_out = match downloaded {
        Some(gib) => internet_out_lines(prices, region, gib),
        None => Breakdown::unknown("what is downloaded was not measured"),
    };
    let storage = used.explained(&bucket.id, STORAGE_COLUMN, &storage);
    let internet_out = used.explained(&bucket.id, INTERNET_COLUMN, &internet_out);
    BucketTraffic {
        id: Place {
            account_id: bucket.id.account_id.clone(),
            region: region.clone(),
        },
        resource_id: id.clone(),
        standard_gib: stored,
        standard_monthly_usd: storage.usd,
        downloaded_gib_month: downloaded,
        internet_out_monthly_usd: internet_out.usd,
        storage_price_basis: Some(storage.basis.to_owned()),
        download_price_basis: Some(internet_out.basis.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Key;

    use super::*;
    use crate::prices::PriceBook;

    fn traffic(seen: &[Series]) -> BucketTraffic {
        let mut estate = Estate {
            buckets: vec![Bucket {
                id: Key {
                    resource_id: "b".to_owned(),
                    region: "us-east-1".to_owned(),
                    ..Key::default()
                },
                ..Bucket::default()
            }],
            ..Estate::default()
        };
        for series in seen {
            estate.measured.add("b", *series);
        }
        rows(&estate, PriceBook::embedded(), &mut Used::default())
            .pop()
            .expect("a row")
    }

    fn series(metric: &'static str, coverage: f64, gib: f64) -> Series {
        let is_size = metric == "BucketSizeBytes";
        Series {
            metric,
            statistic: if is_size { "Average" } else { "Sum" },
            period_seconds: 3600,
            window_days: 365.0 / 24.0,
            coverage,
            max: Some(gib * BYTES_PER_GIB),
            sum: Some(gib * BYTES_PER_GIB),
            ..Series::default()
        }
    }

    #[test]
    fn storage_is_the_largest_size_and_downloads_are_drawn_out_to_a_month() {
        let row = traffic(&[
            series("BucketSizeBytes", 1.0, 2000.0),
            series("BytesDownloaded", 1.0, 500.0),
        ]);
        assert_eq!(
            (row.standard_gib, row.downloaded_gib_month),
            (Some(2000.0), Some(1000.0))
        );
        let near = |usd: Option<f64>, other: f64| usd.is_some_and(|usd| (usd - other).abs() < 1e-9);
        assert!(near(row.standard_monthly_usd, 46.0), "{row:?}");
        assert!(near(row.internet_out_monthly_usd, 90.0), "{row:?}");
    }

    #[test]
    fn what_was_not_measured_is_unknown() {
        let row = traffic(&[series("BytesDownloaded", 0.5, 500.0)]);
        assert_eq!((row.standard_gib, row.standard_monthly_usd), (None, None));
        assert_eq!(
            (row.downloaded_gib_month, row.internet_out_monthly_usd),
            (None, None)
        );
        assert_eq!(row.storage_price_basis.as_deref(), Some("unknown"));
    }
}
