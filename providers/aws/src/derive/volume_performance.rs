//! `aws_ebs_performance_option`: volumes with no more IOPS and throughput than they need.

use billhook_catalog::Place;

use crate::ebs::performance::{Performance, Provision, SsdType, delivered, least};
use crate::ebs::performance_option::PerformanceOption;
use crate::ebs::volume::Volume;
use crate::prices::ebs::ebs_volume_lines;
use crate::prices::{Breakdown, Cost, PriceLookup};

use super::amount::Used;
use super::estate::Estate;
use super::measured::Measured;

/// The amounts that are explained here. Those of the options are part of what they save.
const PRESENT_COLUMN: &str = "aws_ebs_performance_option.monthly_usd";
const TRIM_COLUMN: &str = "aws_ebs_performance_option.trim_monthly_savings_usd";
const SAVINGS_COLUMN: &str = "aws_ebs_performance_option.monthly_savings_usd";
/// Length of the periods that are measured, seconds.
const PERIOD_SECONDS: f64 = 300.0;
/// Bytes of a MiB.
const BYTES_PER_MIB: f64 = 1_048_576.0;
/// What is kept free above the 99.5th percentile, as AWS Compute Optimizer does for CPU by default.
const HEADROOM: f64 = 1.2;

/// One row a volume on solid-state drives.
pub(super) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<PerformanceOption> {
    let volumes = estate.volumes.iter();
    volumes
        .filter_map(|volume| {
            let kind = SsdType::from_api(volume.volume_type.as_deref()?)?;
            Some(row(volume, kind, &estate.measured, prices, used))
        })
        .collect()
}

/// What was measured of a volume.
#[derive(Clone, Copy, Debug)]
struct Load {
    /// 99.5th percentile.
    used: Performance,
    /// The busiest period.
    peak: Performance,
}

impl Load {
    /// None unless all four series stand for their windows: a volume of which only the operations are known may move a lot.
    fn of(measured: &Measured, resource_id: &str) -> Option<Self> {
        // Peaks of reads and writes may fall apart, so their sum is at least the peak of both.
        let both = |metrics: [&str; 2]| -> Option<(f64, f64)> {
            let mut sum = (0.0, 0.0);
            for metric in metrics {
                let series = measured
                    .percentiles(resource_id, metric)
                    .filter(|series| series.is_covered())?;
                sum.0 += series.p995?;
                sum.1 += series.max?;
            }
            Some((sum.0 / PERIOD_SECONDS, sum.1 / PERIOD_SECONDS))
        };
        let operations = both(["VolumeReadOps", "VolumeWriteOps"])?;
        let bytes = both(["VolumeReadBytes", "VolumeWriteBytes"])?;
        Some(Self {
            used: Performance {
                iops: operations.0,
                throughput_mibps: bytes.0 / BYTES_PER_MIB,
            },
            peak: Performance {
                iops: operations.1,
                throughput_mibps: bytes.1 / BYTES_PER_MIB,
            },
        })
    }

    /// What has to be provided for such a load: no more than there is, which has been enough so far.
    fn needed(self, present: Performance) -> Performance {
        let of = |used: f64, peak: f64, has: f64| (used * HEADROOM).max(peak).min(has);
        Performance {
            iops: of(self.used.iops, self.peak.iops, present.iops),
            throughput_mibps: of(
                self.used.throughput_mibps,
                self.peak.throughput_mibps,
                present.throughput_mibps,
            ),
        }
    }
}

/// Types that a volume may become: no less durable, and the present one first, so that equal prices change nothing.
fn candidates(kind: SsdType) -> &'static [SsdType] {
    match kind {
        SsdType::Gp2 => &[SsdType::Gp2, SsdType::Gp3],
        SsdType::Gp3 => &[SsdType::Gp3],
        // gp3 is as durable as io1 (99.8 to 99.9 %); io2 is more durable (99.999 %) at the same price or less.
        SsdType::Io1 => &[SsdType::Io1, SsdType::Io2, SsdType::Gp3],
        SsdType::Io2 => &[SsdType::Io2],
    }
}

/// Why EC2 cannot modify a volume; empty when it can.
fn ineligible_reason(kind: SsdType, volume: &Volume) -> Option<&'static str> {
    match (kind, volume.multi_attach) {
        (SsdType::Io1, Some(true)) => Some("an io1 volume with Multi-Attach cannot be modified"),
        (SsdType::Io1, None) => None,
        _ => Some(""),
    }
}

fn monthly<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    kind: SsdType,
    size_gib: f64,
    provision: Provision,
) -> Breakdown<'a> {
    ebs_volume_lines(
        prices,
        region,
        kind.as_str(),
        size_gib,
        Some(provision.iops),
        Some(provision.throughput_mibps),
    )
}

fn row(
    volume: &Volume,
    kind: SsdType,
    measured: &Measured,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> PerformanceOption {
    let reason = ineligible_reason(kind, volume);
    let mut row = PerformanceOption {
        id: Place {
            account_id: volume.id.account_id.clone(),
            region: volume.id.region.clone(),
        },
        resource_id: volume.id.resource_id.clone(),
        eligible: reason.map(str::is_empty),
        ineligible_reason: reason.map(str::to_owned),
        price_basis: Some("unknown".to_owned()),
        ..PerformanceOption::default()
    };
    let load = Load::of(measured, &volume.id.resource_id);
    if let Some(load) = load {
        row.used_iops = Some(load.used.iops);
        row.used_throughput_mibps = Some(load.used.throughput_mibps);
        row.peak_iops = Some(load.peak.iops);
        row.peak_throughput_mibps = Some(load.peak.throughput_mibps);
    }
    let (Some(size_gib), Some(iops), Some(throughput_mibps)) = (
        volume.size_gib.map(|gib| gib as f64),
        volume.provisioned_iops.map(|iops| iops as f64),
        volume
            .provisioned_throughput_mibps
            .map(|mibps| mibps as f64),
    ) else {
        return row;
    };
    let provision = Provision {
        iops,
        throughput_mibps,
    };
    // A volume beyond what is known of its type is left alone.
    let Some(present) = delivered(kind, size_gib, provision) else {
        return row;
    };
    let needed = load.map_or(present, |load| load.needed(present));
    row.matched = Some(
        if load.is_some() {
            "measured"
        } else {
            "provisioned"
        }
        .to_owned(),
    );
    row.needed_iops = Some(needed.iops);
    row.needed_throughput_mibps = Some(needed.throughput_mibps);
    let region = &volume.id.region;
    let month = |kind, provision| monthly(prices, region, kind, size_gib, provision);
    let present_month = month(kind, provision);
    row.monthly_usd = used
        .explained(&volume.id, PRESENT_COLUMN, &present_month)
        .usd;
    if row.eligible != Some(true) {
        return row;
    }
    let Some(trimmed) = least(kind, size_gib, needed) else {
        return row;
    };
    let trimmed_month = month(kind, trimmed);
    row.trim_iops = Some(trimmed.iops as i64);
    row.trim_throughput_mibps = Some(trimmed.throughput_mibps as i64);
    row.trim_monthly_usd = trimmed_month.cost().usd();
    let savings = present_month.clone().minus(trimmed_month);
    row.trim_monthly_savings_usd = used.explained(&volume.id, TRIM_COLUMN, &savings).usd;
    let mut basis = savings.cost();
    let cost = |kind, provision| month(kind, provision).cost();
    if let Some((target, provision)) = cheapest(kind, size_gib, needed, &cost) {
        let target_month = month(target, provision);
        row.target_type = Some(target.as_str().to_owned());
        row.target_iops = Some(provision.iops as i64);
        row.target_throughput_mibps = Some(provision.throughput_mibps as i64);
        row.target_monthly_usd = target_month.cost().usd();
        let savings = present_month.minus(target_month);
        row.monthly_savings_usd = used.explained(&volume.id, SAVINGS_COLUMN, &savings).usd;
        basis = basis + savings.cost();
    } else {
        basis = Cost::UNKNOWN;
    }
    row.price_basis = Some(basis.basis_name().to_owned());
    row
}

/// The cheapest of the types that provide what is needed. A type whose price is not known is left out, and without the price
/// of the present one there is nothing to compare with.
fn cheapest(
    kind: SsdType,
    size_gib: f64,
    needed: Performance,
    cost: &dyn Fn(SsdType, Provision) -> Cost,
) -> Option<(SsdType, Provision)> {
    let mut best: Option<(SsdType, Provision, f64)> = None;
    for candidate in candidates(kind) {
        let Some(provision) = least(*candidate, size_gib, needed) else {
            continue;
        };
        let Some(usd) = cost(*candidate, provision).usd() else {
            if *candidate == kind {
                return None;
            }
            continue;
        };
        // A millionth of a dollar is no difference.
        if best.as_ref().is_none_or(|(.., least)| usd < least - 1e-6) {
            best = Some((*candidate, provision, usd));
        }
    }
    best.map(|(kind, provision, _)| (kind, provision))
}

#[cfg(test)]
#[path = "volume_performance_tests.rs"]
mod tests;
