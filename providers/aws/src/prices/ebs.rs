//! What volumes and snapshots cost.
//!
//! Sources: <https://aws.amazon.com/ebs/pricing/> and
//! <https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html> for what the types include.

use super::{Breakdown, Cost, PriceLookup, Sku, Tariff};

/// I/O operations a second that every gp3 volume includes.
pub const GP3_INCLUDED_IOPS: f64 = 3_000.0;
/// Throughput that every gp3 volume includes, MiB/s.
pub const GP3_INCLUDED_THROUGHPUT_MIBPS: f64 = 125.0;
/// Provisioned io2 IOPS up to here are in the first price tier.
const IO2_TIER_1_IOPS: f64 = 32_000.0;
/// Up to here in the second, beyond in the third.
const IO2_TIER_2_IOPS: f64 = 64_000.0;

/// A price of a volume type or, the last four, of `snapshot`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EbsMetric {
    /// A GiB for a month.
    StorageGibMonth,
    /// One provisioned IOPS for a month (io1).
    IopsMonth,
    /// One IOPS above the 3,000 included for a month (gp3).
    IopsMonthOverIncluded,
    /// One MiB/s above the 125 included for a month (gp3).
    ThroughputMibpsMonthOverIncluded,
    /// One provisioned IOPS up to 32,000 for a month (io2).
    IopsMonthTier1,
    /// One from 32,001 to 64,000 (io2).
    IopsMonthTier2,
    /// One above 64,000 (io2).
    IopsMonthTier3,
    /// A million I/O requests (standard, that is magnetic).
    MillionRequests,
    /// A GiB in the standard tier for a month.
    SnapshotStandardGibMonth,
    /// A GiB in the archive tier for a month.
    SnapshotArchiveGibMonth,
    /// A GiB restored from the archive tier.
    SnapshotArchiveRetrievalGib,
    /// Fast snapshot restore of one snapshot in one Availability Zone for an hour.
    FastSnapshotRestoreZoneHour,
}

impl EbsMetric {
    /// The book's name of it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StorageGibMonth => "storage_gb_month",
            Self::IopsMonth => "iops_month",
            Self::IopsMonthOverIncluded => "iops_month_over_3000",
            Self::ThroughputMibpsMonthOverIncluded => "throughput_mibps_month_over_125",
            Self::IopsMonthTier1 => "iops_month_tier1_to_32000",
            Self::IopsMonthTier2 => "iops_month_tier2_32001_64000",
            Self::IopsMonthTier3 => "iops_month_tier3_over_64000",
            Self::MillionRequests => "per_million_io_requests",
            Self::SnapshotStandardGibMonth => "standard_gb_month",
            Self::SnapshotArchiveGibMonth => "archive_gb_month",
            Self::SnapshotArchiveRetrievalGib => "archive_retrieval_gb",
            Self::FastSnapshotRestoreZoneHour => "fast_snapshot_restore_az_hour",
        }
    }
}

/// A month of a volume. `iops` and `throughput_mibps` are what is provisioned: the total, not what exceeds the included
/// part. They matter for gp3 (both), io1 and io2 (IOPS), and None there makes the cost unknown; other types ignore them.
/// The I/O requests of a `standard` (magnetic) volume are billed on top and not part of this.
pub fn ebs_volume_monthly(
    prices: &dyn PriceLookup,
    region: &str,
    volume_type: &str,
    size_gib: f64,
    iops: Option<f64>,
    throughput_mibps: Option<f64>,
) -> Cost {
    ebs_volume_lines(
        prices,
        region,
        volume_type,
        size_gib,
        iops,
        throughput_mibps,
    )
    .cost()
}

/// The lines of [`ebs_volume_monthly`].
pub fn ebs_volume_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    volume_type: &'a str,
    size_gib: f64,
    iops: Option<f64>,
    throughput_mibps: Option<f64>,
) -> Breakdown<'a> {
    let at = Tariff::new(prices, region);
    let sku = |metric| Sku::ebs(volume_type, metric);
    let storage = at.line(
        format!("{volume_type} storage"),
        size_gib,
        "GiB-month",
        sku(EbsMetric::StorageGibMonth),
    );
    let mut sum = Breakdown::from(storage);
    match (volume_type, iops, throughput_mibps) {
        ("gp3", Some(iops), Some(throughput)) if iops.is_finite() && throughput.is_finite() => {
            sum.extend(at.extra(
                "IOPS above the 3,000 that gp3 includes",
                (iops - GP3_INCLUDED_IOPS).max(0.0),
                "IOPS-month",
                sku(EbsMetric::IopsMonthOverIncluded),
            ));
            sum.extend(at.extra(
                "throughput above the 125 MiB/s that gp3 includes",
                (throughput - GP3_INCLUDED_THROUGHPUT_MIBPS).max(0.0),
                "MiB/s-month",
                sku(EbsMetric::ThroughputMibpsMonthOverIncluded),
            ));
            sum
        }
        ("io1", Some(iops), _) => {
            let metric = EbsMetric::IopsMonth;
            sum.extend([at.line("provisioned IOPS", iops, "IOPS-month", sku(metric))]);
            sum
        }
        ("io2", Some(iops), _) => {
            let first = "provisioned IOPS up to 32,000";
            let second = "provisioned IOPS from 32,001 to 64,000";
            let third = "provisioned IOPS above 64,000";
            let tiers = [
                (IO2_TIER_1_IOPS, first, sku(EbsMetric::IopsMonthTier1)),
                (IO2_TIER_2_IOPS, second, sku(EbsMetric::IopsMonthTier2)),
                (f64::INFINITY, third, sku(EbsMetric::IopsMonthTier3)),
            ];
            sum.extend(at.tiers(iops, "IOPS-month", tiers).into_lines());
            sum
        }
        ("gp3" | "io1" | "io2", _, _) => {
            let why = "its provisioned IOPS or throughput is not known";
            sum.extend(Breakdown::unknown(why).into_lines());
            sum
        }
        // A type that the book does not know has no storage price either, and is unknown.
        _ => sum,
    }
}

/// Where a snapshot is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SnapshotTier {
    /// The standard tier; incremental.
    Standard,
    /// The archive tier; a full copy, kept for 90 days at least.
    Archive,
}

impl SnapshotTier {
    /// From the API's `StorageTier`; None for another word.
    pub fn from_api(storage_tier: &str) -> Option<Self> {
        match storage_tier {
            "standard" => Some(Self::Standard),
            "archive" => Some(Self::Archive),
            _ => None,
        }
    }
}

/// A month of `gib` of snapshot data. With a snapshot's full size it is an upper bound, since snapshots are incremental.
pub fn snapshot_monthly(
    prices: &dyn PriceLookup,
    region: &str,
    tier: SnapshotTier,
    gib: f64,
) -> Cost {
    snapshot_lines(prices, region, tier, gib).cost()
}

/// The line of [`snapshot_monthly`].
pub fn snapshot_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    tier: SnapshotTier,
    gib: f64,
) -> Breakdown<'a> {
    let (what, metric) = match tier {
        SnapshotTier::Standard => (
            "snapshot, standard tier",
            EbsMetric::SnapshotStandardGibMonth,
        ),
        SnapshotTier::Archive => ("snapshot, archive tier", EbsMetric::SnapshotArchiveGibMonth),
    };
    let at = Tariff::new(prices, region);
    at.line(what, gib, "GiB-month", Sku::ebs("snapshot", metric))
        .into()
}

/// A gp2 volume as a gp3 volume of the same performance.
#[derive(Clone, Debug, PartialEq)]
pub struct Gp2ToGp3<'a> {
    /// IOPS to provision.
    pub target_iops: f64,
    /// Throughput to provision, MiB/s.
    pub target_throughput_mibps: f64,
    /// A month as gp2.
    pub present: Cost,
    /// A month as gp3.
    pub target: Cost,
    /// The difference; 0 or less where the change does not pay.
    pub savings: Cost,
    /// The lines of the difference: those as gp2, then those as gp3 with the sign turned.
    pub lines: Breakdown<'a>,
}

/// IOPS of a gp2 volume: 3 a GiB, at least 100, at most 16,000. Smaller volumes burst to 3,000.
pub fn gp2_baseline_iops(size_gib: f64) -> f64 {
    (3.0 * size_gib).clamp(100.0, 16_000.0)
}

/// Throughput that a gp2 volume can reach: 128 MiB/s up to 170 GiB, beyond it 250 MiB/s (below 334 GiB only while it has
/// burst credits, which is matched all the same).
pub fn gp2_throughput_mibps(size_gib: f64) -> f64 {
    if size_gib <= 170.0 { 128.0 } else { 250.0 }
}

/// What a gp2 volume would cost as gp3 without being slower in anything.
pub fn gp2_to_gp3<'a>(prices: &'a dyn PriceLookup, region: &'a str, size_gib: f64) -> Gp2ToGp3<'a> {
    let target_iops = gp2_baseline_iops(size_gib).max(GP3_INCLUDED_IOPS);
    let target_throughput_mibps = gp2_throughput_mibps(size_gib);
    let present = ebs_volume_lines(prices, region, "gp2", size_gib, None, None);
    let target = ebs_volume_lines(
        prices,
        region,
        "gp3",
        size_gib,
        Some(target_iops),
        Some(target_throughput_mibps),
    );
    Gp2ToGp3 {
        target_iops,
        target_throughput_mibps,
        present: present.cost(),
        target: target.cost(),
        savings: present.cost() - target.cost(),
        lines: present.minus(target),
    }
}

#[cfg(test)]
#[path = "ebs_tests.rs"]
mod tests;
