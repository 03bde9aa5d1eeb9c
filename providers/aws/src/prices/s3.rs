//! What S3 storage costs.
//!
//! Source: <https://aws.amazon.com/s3/pricing/>.

use super::cost::marginal;
use super::{Breakdown, Cost, Price, PriceLookup, Sku, Tariff};

/// Standard storage is priced by steps of 50 TB and 500 TB, a TB being 1024 GB.
const GB_PER_TB: f64 = 1024.0;

/// Storage classes and, for Intelligent-Tiering, its tiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StorageClass {
    /// `STANDARD`.
    Standard,
    /// `STANDARD_IA`.
    StandardInfrequent,
    /// `ONEZONE_IA`.
    OneZoneInfrequent,
    /// `GLACIER_IR`.
    GlacierInstant,
    /// `GLACIER`, that is Glacier Flexible Retrieval.
    GlacierFlexible,
    /// `DEEP_ARCHIVE`.
    DeepArchive,
    /// Intelligent-Tiering, frequent access tier; priced as its first 50 TB, beyond which it is a little cheaper.
    IntelligentFrequent,
    /// Intelligent-Tiering, infrequent access tier.
    IntelligentInfrequent,
    /// Intelligent-Tiering, archive instant access tier.
    IntelligentArchiveInstant,
    /// Intelligent-Tiering, archive access tier.
    IntelligentArchive,
    /// Intelligent-Tiering, deep archive access tier.
    IntelligentDeepArchive,
}

impl StorageClass {
    /// From the CloudWatch dimension `StorageType` of `BucketSizeBytes`. None for other types, such as the overhead of
    /// small and archived objects, which are billed by rules of their own.
    pub fn from_metric(storage_type: &str) -> Option<Self> {
        Some(match storage_type {
            "StandardStorage" => Self::Standard,
            "StandardIAStorage" => Self::StandardInfrequent,
            "OneZoneIAStorage" => Self::OneZoneInfrequent,
            "GlacierInstantRetrievalStorage" => Self::GlacierInstant,
            "GlacierStorage" => Self::GlacierFlexible,
            "DeepArchiveStorage" => Self::DeepArchive,
            "IntelligentTieringFAStorage" => Self::IntelligentFrequent,
            "IntelligentTieringIAStorage" => Self::IntelligentInfrequent,
            "IntelligentTieringAIAStorage" => Self::IntelligentArchiveInstant,
            "IntelligentTieringAAStorage" => Self::IntelligentArchive,
            "IntelligentTieringDAAStorage" => Self::IntelligentDeepArchive,
            _ => return None,
        })
    }

    /// The book's metric; Standard has one for each step.
    const fn metric(self) -> &'static str {
        match self {
            Self::Standard => "standard_gb_month_0_50tb",
            Self::StandardInfrequent => "standard_ia_gb_month",
            Self::OneZoneInfrequent => "onezone_ia_gb_month",
            Self::GlacierInstant => "glacier_ir_gb_month",
            Self::GlacierFlexible => "glacier_flexible_gb_month",
            Self::DeepArchive => "deep_archive_gb_month",
            Self::IntelligentFrequent => "int_frequent_gb_month",
            Self::IntelligentInfrequent => "int_infrequent_gb_month",
            Self::IntelligentArchiveInstant => "int_archive_instant_gb_month",
            Self::IntelligentArchive => "int_archive_gb_month",
            Self::IntelligentDeepArchive => "int_deep_archive_gb_month",
        }
    }
}

/// A month of `gb` in a storage class. The steps of Standard count all buckets of an organization in a region together, so
/// for a single bucket of a large account this is an upper bound. Requests, transitions, retrievals and the monitoring of
/// Intelligent-Tiering are billed on top.
pub fn s3_storage_monthly(
    prices: &dyn PriceLookup,
    region: &str,
    class: StorageClass,
    gb: f64,
) -> Cost {
    s3_storage_lines(prices, region, class, gb).cost()
}

/// The lines of [`s3_storage_monthly`].
pub fn s3_storage_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    class: StorageClass,
    gb: f64,
) -> Breakdown<'a> {
    let at = Tariff::new(prices, region);
    match class {
        StorageClass::Standard => {
            let tiers = STANDARD_TIERS
                .map(|(bound, what, metric)| (bound, what, Sku::service("s3", metric)));
            at.tiers(gb, "GiB-month", tiers)
        }
        _ => {
            let sku = Sku::service("s3", class.metric());
            at.line("S3 storage", gb, "GiB-month", sku).into()
        }
    }
}

/// The price of one GB more of a class, once `gb` are stored.
pub fn s3_storage_marginal<'a>(
    prices: &'a dyn PriceLookup,
    region: &str,
    class: StorageClass,
    gb: f64,
) -> Option<Price<'a>> {
    match class {
        StorageClass::Standard => {
            let price = |metric| prices.service(region, "s3", metric);
            let tiers = STANDARD_TIERS.map(|(bound, _, metric)| (bound, price(metric)));
            marginal(gb, tiers)
        }
        _ => prices.service(region, "s3", class.metric()),
    }
}

/// (upper bound in GB, name, metric) of each step of Standard.
const STANDARD_TIERS: [(f64, &str, &str); 3] = [
    (
        50.0 * GB_PER_TB,
        "S3 Standard, first 50 TB",
        "standard_gb_month_0_50tb",
    ),
    (
        500.0 * GB_PER_TB,
        "S3 Standard, next 450 TB",
        "standard_gb_month_50_500tb",
    ),
    (
        f64::INFINITY,
        "S3 Standard, above 500 TB",
        "standard_gb_month_over_500tb",
    ),
];

#[cfg(test)]
mod tests {
    use super::super::PriceBook;
    use super::*;

    fn monthly(class: StorageClass, gb: f64) -> Option<f64> {
        s3_storage_monthly(PriceBook::embedded(), "us-east-1", class, gb).usd()
    }

    fn near(one: Option<f64>, other: f64) -> bool {
        one.is_some_and(|one| (one - other).abs() < 1e-6)
    }

    #[test]
    fn standard_has_three_steps() {
        assert!(near(monthly(StorageClass::Standard, 1000.0), 23.0));
        let all = 51_200.0 * 0.023 + 460_800.0 * 0.022 + 1000.0 * 0.021;
        assert!(
            near(monthly(StorageClass::Standard, 513_000.0), all),
            "{all}"
        );
        let next = |gb| {
            s3_storage_marginal(
                PriceBook::embedded(),
                "us-east-1",
                StorageClass::Standard,
                gb,
            )
        };
        let next = [0.0, 51_200.0, 512_000.0].map(|gb| next(gb).map(|price| price.usd));
        assert_eq!(next, [Some(0.023), Some(0.022), Some(0.021)]);
    }

    #[test]
    fn other_classes_have_one_price() {
        for (storage_type, usd) in [
            ("StandardIAStorage", 12.5),
            ("OneZoneIAStorage", 10.0),
            ("GlacierInstantRetrievalStorage", 4.0),
            ("GlacierStorage", 3.6),
            ("DeepArchiveStorage", 0.99),
            ("IntelligentTieringFAStorage", 23.0),
            ("IntelligentTieringIAStorage", 12.5),
            ("IntelligentTieringAIAStorage", 4.0),
            ("IntelligentTieringAAStorage", 3.6),
            ("IntelligentTieringDAAStorage", 0.99),
        ] {
            let class = StorageClass::from_metric(storage_type).expect(storage_type);
            assert!(near(monthly(class, 1000.0), usd), "{storage_type}");
        }
        assert_eq!(StorageClass::from_metric("StandardIASizeOverhead"), None);
        assert_eq!(
            s3_storage_monthly(PriceBook::embedded(), "xx", StorageClass::Standard, 1.0),
            Cost::UNKNOWN
        );
    }
}
