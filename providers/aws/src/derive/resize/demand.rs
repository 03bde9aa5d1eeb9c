//! What an instance was seen to need.
//!
//! The statistics are those of AWS Compute Optimizer: the 99.5th percentile of 5-minute figures
//! (<https://docs.aws.amazon.com/compute-optimizer/latest/ug/rightsizing-preferences.html>).

use super::super::measured::Measured;

/// Length of a period of the figures, seconds.
const PERIOD_SECONDS: f64 = 300.0;

/// CPU that is needed, before any headroom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cpu {
    /// 99.5th percentile of the 5-minute maxima, percent of the present vCPUs.
    pub(super) percent: f64,
    /// The same in vCPUs.
    pub(super) vcpus: f64,
    /// Length of the window that it is from, days.
    pub(super) window_days: f64,
    /// Whether enough of the window is known.
    pub(super) is_covered: bool,
}

/// I/O against all EBS volumes together, reads and writes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate {
    /// Operations a second.
    pub(super) iops: f64,
    /// Megabytes (10^6) a second, the unit of AWS's baselines.
    pub(super) mbps: f64,
}

/// What is known of an instance's demand. None is not measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Demand {
    /// CPU.
    pub(super) cpu: Option<Cpu>,
    /// Network, the busier direction, Gbit/s.
    pub(super) network_gbps: Option<f64>,
    /// EBS.
    pub(super) ebs: Option<Rate>,
}

impl Demand {
    /// From the measurements of an instance with so many vCPUs.
    pub(super) fn of(resource_id: &str, vcpus: Option<i64>, measured: &Measured) -> Self {
        let p995 = |metric: &str| measured.p995(resource_id, metric);
        Self {
            cpu: cpu(resource_id, vcpus, measured),
            network_gbps: both(p995("NetworkIn"), p995("NetworkOut"))
                .map(|(inward, outward)| inward.max(outward) * 8.0 / PERIOD_SECONDS / 1e9),
            ebs: ebs(p995),
        }
    }
}

/// CPU is the reason to resize, so it is taken however little of the window is known, and the confidence says so.
fn cpu(resource_id: &str, vcpus: Option<i64>, measured: &Measured) -> Option<Cpu> {
    let series = measured.percentiles(resource_id, "CPUUtilization")?;
    let percent = series.p995?;
    Some(Cpu {
        percent,
        vcpus: vcpus? as f64 * percent / 100.0,
        window_days: series.window_days,
        is_covered: series.is_covered(),
    })
}

/// The percentile of a sum is not known from those of its parts; the sum of the percentiles is close to it from above
/// when reads and writes peak at different times.
fn ebs(p995: impl Fn(&str) -> Option<f64>) -> Option<Rate> {
    let (reads, writes) = both(p995("EBSReadOps"), p995("EBSWriteOps"))?;
    let (read, written) = both(p995("EBSReadBytes"), p995("EBSWriteBytes"))?;
    Some(Rate {
        iops: (reads + writes) / PERIOD_SECONDS,
        mbps: (read + written) / PERIOD_SECONDS / 1e6,
    })
}

fn both(one: Option<f64>, other: Option<f64>) -> Option<(f64, f64)> {
    Some((one?, other?))
}

#[cfg(test)]
mod tests {
    use super::super::super::measured::Series;
    use super::*;

    fn measured(figures: &[(&'static str, f64, f64)]) -> Measured {
        let mut measured = Measured::default();
        for (metric, p995, coverage) in figures {
            let series = Series {
                metric,
                period_seconds: 300,
                window_days: 14.0,
                coverage: *coverage,
                p995: Some(*p995),
                ..Series::default()
            };
            measured.add("i", series);
        }
        measured
    }

    #[test]
    fn percent_of_the_vcpus_it_has() {
        let demand = Demand::of("i", Some(8), &measured(&[("CPUUtilization", 25.0, 1.0)]));
        let cpu = demand.cpu.expect("measured");
        assert_eq!((cpu.percent, cpu.vcpus, cpu.is_covered), (25.0, 2.0, true));
        assert_eq!((demand.network_gbps, demand.ebs), (None, None));
        let thin = Demand::of("i", Some(8), &measured(&[("CPUUtilization", 25.0, 0.5)]));
        assert!(!thin.cpu.expect("measured").is_covered);
        let of_unknown_size = Demand::of("i", None, &measured(&[("CPUUtilization", 25.0, 1.0)]));
        assert_eq!(of_unknown_size.cpu, None);
        assert_eq!(Demand::of("i", Some(8), &measured(&[])), Demand::default());
    }

    #[test]
    fn the_busier_direction_in_gigabits_a_second() {
        // 37.5 GB in 300 s is 1 Gbit/s.
        let seen = [("NetworkIn", 7.5e9, 1.0), ("NetworkOut", 37.5e9, 1.0)];
        assert_eq!(
            Demand::of("i", Some(2), &measured(&seen)).network_gbps,
            Some(1.0)
        );
        for seen in [&seen[..1], &[seen[0], ("NetworkOut", 37.5e9, 0.5)]] {
            let demand = Demand::of("i", Some(2), &measured(seen));
            assert_eq!(demand.network_gbps, None, "half of it is not known");
        }
    }

    #[test]
    fn reads_and_writes_share_the_volumes_bandwidth() {
        let seen = [
            ("EBSReadOps", 30_000.0, 1.0),
            ("EBSWriteOps", 60_000.0, 1.0),
            ("EBSReadBytes", 3e9, 1.0),
            ("EBSWriteBytes", 6e9, 1.0),
        ];
        let rate = Demand::of("i", Some(2), &measured(&seen)).ebs;
        assert_eq!(
            rate,
            Some(Rate {
                iops: 300.0,
                mbps: 30.0
            })
        );
        assert_eq!(Demand::of("i", Some(2), &measured(&seen[..3])).ebs, None);
    }
}
