//! What EBS volume types deliver, and what EC2 lets one provision of them.
//!
//! Sources, read in November 2025: the EBS User Guide, "General Purpose SSD volumes"
//! (<https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html>; the limits of gp3 were raised from 16,000 IOPS,
//! 1,000 MiB/s and 16 TiB in September 2025) and "Provisioned IOPS SSD volumes"
//! (<https://docs.aws.amazon.com/ebs/latest/userguide/provisioned-iops.html>).

use crate::prices::ebs::{
    GP3_INCLUDED_IOPS, GP3_INCLUDED_THROUGHPUT_MIBPS, gp2_baseline_iops, gp2_throughput_mibps,
};

/// Sizes that a gp3 volume can have end here, GiB.
const GP3_SIZE_MAX_GIB: f64 = 65_536.0;
/// Most IOPS of a gp3 volume.
const GP3_IOPS_MAX: f64 = 80_000.0;
/// IOPS above the included ones that a GiB of gp3 allows.
const GP3_IOPS_PER_GIB: f64 = 500.0;
/// Most throughput of a gp3 volume, MiB/s.
const GP3_THROUGHPUT_MAX_MIBPS: f64 = 2_000.0;
/// Throughput that an IOPS of gp3 allows, MiB/s.
const GP3_MIBPS_PER_IOPS: f64 = 0.25;
/// Fewest IOPS of an io1 or io2 volume.
const IO_IOPS_MIN: f64 = 100.0;
/// Smallest io1 or io2 volume, GiB.
const IO_SIZE_MIN_GIB: f64 = 4.0;
/// Largest io1 volume, GiB.
const IO1_SIZE_MAX_GIB: f64 = 16_384.0;
/// Most IOPS of an io1 volume.
const IO1_IOPS_MAX: f64 = 64_000.0;
/// IOPS that a GiB of io1 allows.
const IO1_IOPS_PER_GIB: f64 = 50.0;
/// Throughput of io1 with at most [`IO1_STEP_IOPS`], MiB/s.
const IO1_STEP_MIBPS: f64 = 500.0;
/// Above these IOPS the throughput of io1 grows again, by 16 KiB an IOPS.
const IO1_STEP_IOPS: f64 = 32_000.0;
/// 16 KiB, in MiB.
const MIB_OF_16_KIB: f64 = 1.0 / 64.0;
/// Largest io2 volume, GiB.
const IO2_SIZE_MAX_GIB: f64 = 65_536.0;
/// Most IOPS of an io2 volume.
const IO2_IOPS_MAX: f64 = 256_000.0;
/// IOPS that a GiB of io2 allows.
const IO2_IOPS_PER_GIB: f64 = 1_000.0;
/// Most throughput of an io2 volume, MiB/s.
const IO2_THROUGHPUT_MAX_MIBPS: f64 = 4_000.0;
/// Throughput that an IOPS of io1 or io2 carries at most: an operation of 256 KiB, MiB/s.
const IO_MIBPS_PER_IOPS: f64 = 0.25;

/// A volume type on solid-state drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SsdType {
    /// General purpose, older: performance goes with the size.
    Gp2,
    /// General purpose: IOPS and throughput are provisioned apart.
    Gp3,
    /// Provisioned IOPS, older.
    Io1,
    /// Provisioned IOPS (Block Express).
    Io2,
}

impl SsdType {
    /// From the API's word; None for a type on magnetic disks and for one that is not known here.
    pub(crate) fn from_api(volume_type: &str) -> Option<Self> {
        match volume_type {
            "gp2" => Some(Self::Gp2),
            "gp3" => Some(Self::Gp3),
            "io1" => Some(Self::Io1),
            "io2" => Some(Self::Io2),
            _ => None,
        }
    }

    /// The API's word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Gp2 => "gp2",
            Self::Gp3 => "gp3",
            Self::Io1 => "io1",
            Self::Io2 => "io2",
        }
    }
}

/// What a volume can do, or what is asked of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Performance {
    /// Operations a second.
    pub(crate) iops: f64,
    /// MiB a second.
    pub(crate) throughput_mibps: f64,
}

impl Performance {
    /// Whether it is enough for what is asked. Figures that are no numbers are never enough.
    #[cfg(test)]
    pub(crate) fn covers(self, needed: Self) -> bool {
        self.iops >= needed.iops && self.throughput_mibps >= needed.throughput_mibps
    }
}

/// What is provisioned of a volume besides its size. 0 where the type has nothing to provision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Provision {
    /// IOPS, the included ones with them.
    pub(crate) iops: f64,
    /// Throughput, MiB/s, the included part with it.
    pub(crate) throughput_mibps: f64,
}

/// What a volume delivers; None where EC2 does not accept such a volume.
pub(crate) fn delivered(kind: SsdType, size_gib: f64, provision: Provision) -> Option<Performance> {
    let Provision {
        iops,
        throughput_mibps,
    } = provision;
    match kind {
        // A gp2 volume of less than 1,000 GiB bursts to the IOPS that gp3 always has.
        SsdType::Gp2 => (1.0..=16_384.0).contains(&size_gib).then(|| Performance {
            iops: gp2_baseline_iops(size_gib).max(GP3_INCLUDED_IOPS),
            throughput_mibps: gp2_throughput_mibps(size_gib),
        }),
        SsdType::Gp3 => {
            let iops_max = gp3_iops_max(size_gib)?;
            let throughput_max = (iops * GP3_MIBPS_PER_IOPS).min(GP3_THROUGHPUT_MAX_MIBPS);
            let is_accepted = (GP3_INCLUDED_IOPS..=iops_max).contains(&iops)
                && (GP3_INCLUDED_THROUGHPUT_MIBPS..=throughput_max).contains(&throughput_mibps);
            is_accepted.then_some(Performance {
                iops,
                throughput_mibps,
            })
        }
        SsdType::Io1 | SsdType::Io2 => {
            let iops_max = io_iops_max(kind, size_gib)?;
            (IO_IOPS_MIN..=iops_max)
                .contains(&iops)
                .then(|| Performance {
                    iops,
                    throughput_mibps: io_throughput_mibps(kind, iops),
                })
        }
    }
}

/// The least provision of a type that covers what is needed; None where none does.
pub(crate) fn least(kind: SsdType, size_gib: f64, needed: Performance) -> Option<Provision> {
    let Performance {
        iops,
        throughput_mibps,
    } = needed;
    // Not a number is nothing that could be provided.
    if !(iops >= 0.0 && throughput_mibps >= 0.0) {
        return None;
    }
    match kind {
        SsdType::Gp2 => {
            let provision = Provision {
                iops: gp2_baseline_iops(size_gib),
                throughput_mibps: 0.0,
            };
            let has = delivered(kind, size_gib, provision)?;
            (has.iops >= iops && has.throughput_mibps >= throughput_mibps).then_some(provision)
        }
        SsdType::Gp3 => {
            let throughput = throughput_mibps.ceil().max(GP3_INCLUDED_THROUGHPUT_MIBPS);
            let iops = iops
                .max(throughput / GP3_MIBPS_PER_IOPS)
                .ceil()
                .max(GP3_INCLUDED_IOPS);
            let fits = iops <= gp3_iops_max(size_gib)? && throughput <= GP3_THROUGHPUT_MAX_MIBPS;
            fits.then_some(Provision {
                iops,
                throughput_mibps: throughput,
            })
        }
        SsdType::Io1 | SsdType::Io2 => {
            let iops = iops
                .max(io_iops_for(kind, throughput_mibps)?)
                .ceil()
                .max(IO_IOPS_MIN);
            (iops <= io_iops_max(kind, size_gib)?).then_some(Provision {
                iops,
                throughput_mibps: 0.0,
            })
        }
    }
}

fn gp3_iops_max(size_gib: f64) -> Option<f64> {
    let by_size = (GP3_IOPS_PER_GIB * size_gib).clamp(GP3_INCLUDED_IOPS, GP3_IOPS_MAX);
    (1.0..=GP3_SIZE_MAX_GIB)
        .contains(&size_gib)
        .then_some(by_size)
}

fn io_iops_max(kind: SsdType, size_gib: f64) -> Option<f64> {
    let (size_max, per_gib, most) = match kind {
        SsdType::Io2 => (IO2_SIZE_MAX_GIB, IO2_IOPS_PER_GIB, IO2_IOPS_MAX),
        _ => (IO1_SIZE_MAX_GIB, IO1_IOPS_PER_GIB, IO1_IOPS_MAX),
    };
    (IO_SIZE_MIN_GIB..=size_max)
        .contains(&size_gib)
        .then_some((per_gib * size_gib).min(most))
}

/// Throughput that goes with so many IOPS, MiB/s.
fn io_throughput_mibps(kind: SsdType, iops: f64) -> f64 {
    match kind {
        SsdType::Io2 => (iops * IO_MIBPS_PER_IOPS).min(IO2_THROUGHPUT_MAX_MIBPS),
        _ if iops > IO1_STEP_IOPS => iops * MIB_OF_16_KIB,
        _ => (iops * IO_MIBPS_PER_IOPS).min(IO1_STEP_MIBPS),
    }
}

/// The fewest IOPS that carry a throughput; None where none do.
fn io_iops_for(kind: SsdType, throughput_mibps: f64) -> Option<f64> {
    match kind {
        SsdType::Io2 => (throughput_mibps <= IO2_THROUGHPUT_MAX_MIBPS)
            .then_some(throughput_mibps / IO_MIBPS_PER_IOPS),
        _ if throughput_mibps <= IO1_STEP_MIBPS => Some(throughput_mibps / IO_MIBPS_PER_IOPS),
        _ => Some(throughput_mibps / MIB_OF_16_KIB).filter(|iops| *iops <= IO1_IOPS_MAX),
    }
}

#[cfg(test)]
#[path = "performance_tests.rs"]
mod tests;
