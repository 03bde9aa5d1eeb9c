//! What an instance, or the busiest member of a group, was seen to need.
//!
//! The statistics are those of AWS Compute Optimizer: percentiles of 5-minute figures, and the highest use of memory
//! (<https://docs.aws.amazon.com/compute-optimizer/latest/ug/rightsizing-preferences.html>).

use billhook_catalog::RightsizingProfile;

use super::super::measured::{Measured, Series};

const BITS_PER_BYTE: f64 = 8.0;

/// CPU that is needed, before any headroom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cpu {
    /// The profile's percentile of the 5-minute maxima, percent of the present vCPUs.
    pub(super) percent: f64,
    /// The same in vCPUs.
    pub(super) vcpus: f64,
    /// 99.5th percentile, whatever the profile.
    pub(super) p995_percent: f64,
    /// Length of the window that it is from, days.
    pub(super) window_days: f64,
    /// Share of the window that is known, 0 to 1.
    pub(super) coverage: f64,
    /// Whether that is enough of it.
    pub(super) is_covered: bool,
}

/// Memory in use, at its highest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Memory {
    /// MiB.
    pub(super) mib: f64,
    /// Percent of the present memory.
    pub(super) percent: f64,
}

/// Network, the busier direction, Gbit/s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Network {
    /// 99.5th percentile of five minutes.
    pub(super) peak_gbps: f64,
    /// Mean of the busiest hour; None in snapshots that do not have it.
    pub(super) sustained_gbps: Option<f64>,
}

/// I/O against all EBS volumes together, reads and writes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate {
    /// Operations a second.
    pub(super) iops: f64,
    /// Megabytes (10^6) a second, the unit of AWS's baselines.
    pub(super) mbps: f64,
}

/// EBS traffic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ebs {
    /// 99.5th percentile of five minutes.
    pub(super) peak: Rate,
    /// Mean of the busiest hour; None in snapshots that do not have it.
    pub(super) sustained: Option<Rate>,
}

/// What is known of a demand. None is not measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Demand {
    /// CPU.
    pub(super) cpu: Option<Cpu>,
    /// Memory.
    pub(super) memory: Option<Memory>,
    /// Network.
    pub(super) network: Option<Network>,
    /// EBS.
    pub(super) ebs: Option<Ebs>,
    /// Whether the traffic to EBS ran into the limit of the present type.
    pub(super) ebs_limit_reached: Option<bool>,
}

/// How the figures of one machine are told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Metering {
    /// Statistic of what is counted (bytes, operations).
    counted: &'static str,
    /// Seconds that one figure of it is from.
    seconds: f64,
}

impl Metering {
    /// An instance: what it did in five minutes.
    pub(super) const INSTANCE: Self = Self {
        counted: "Sum",
        seconds: 300.0,
    };
    /// A group: what one of its members did in one sample at most. EC2 samples once a minute, and where it samples less
    /// often this is more than was needed, never less.
    pub(super) const GROUP: Self = Self {
        counted: "Maximum",
        seconds: 60.0,
    };
}

impl Demand {
    /// From the measurements of a resource whose machines have so many vCPUs and so much memory.
    pub(super) fn of(
        resource_id: &str,
        vcpus: Option<i64>,
        memory_mib: Option<i64>,
        measured: &Measured,
        profile: RightsizingProfile,
        metering: Metering,
    ) -> Self {
        let seen = Seen {
            resource_id,
            measured,
            metering,
        };
        Self {
            cpu: seen.cpu(vcpus, profile),
            memory: memory_mib.and_then(|mib| seen.memory(mib as f64)),
            network: seen.network(),
            ebs: seen.ebs(),
            ebs_limit_reached: seen.ebs_limit_reached(),
        }
    }
}

/// The measurements of one resource.
#[derive(Clone, Copy)]
struct Seen<'m> {
    resource_id: &'m str,
    measured: &'m Measured,
    metering: Metering,
}

impl<'m> Seen<'m> {
    fn covered(&self, metric: &str, statistic: &str) -> Option<&'m Series> {
        self.measured.covered(self.resource_id, metric, statistic)
    }

    /// CPU is the reason to resize, so it is taken however little of the window is known, and the confidence says so.
    fn cpu(&self, vcpus: Option<i64>, profile: RightsizingProfile) -> Option<Cpu> {
        let measured = self.measured;
        let series = measured.figures(self.resource_id, "CPUUtilization", "Maximum")?;
        let percent = series.percentile(profile.cpu_percentile())?;
        Some(Cpu {
            percent,
            vcpus: vcpus? as f64 * percent / 100.0,
            p995_percent: series.p995?,
            window_days: series.window_days,
            coverage: series.coverage,
            is_covered: series.is_covered(),
        })
    }

    /// What the CloudWatch agent reported, under the names of Linux or Windows. On Windows what is available says more than
    /// what is committed, which counts the page file.
    fn memory(&self, present_mib: f64) -> Option<Memory> {
        let used = |metric: &str| {
            let percent = self.covered(metric, "Maximum")?.max?;
            Some(present_mib * percent / 100.0)
        };
        let available = || {
            let least = self.covered("Memory Available MBytes", "Minimum")?.min?;
            Some((present_mib - least).max(0.0))
        };
        let mib = used("mem_used_percent")
            .or_else(available)
            .or_else(|| used("Memory % Committed Bytes In Use"))?;
        (present_mib > 0.0).then_some(Memory {
            mib,
            percent: 100.0 * mib / present_mib,
        })
    }

    /// A figure of a counted metric, a second.
    fn rate(&self, metric: &str, figure: impl Fn(&Series) -> Option<f64>) -> Option<f64> {
        let series = self.covered(metric, self.metering.counted)?;
        Some(figure(series)? / self.metering.seconds)
    }

    fn network(&self) -> Option<Network> {
        let busier = |figure: &dyn Fn(&Series) -> Option<f64>| {
            let inward = self.rate("NetworkIn", figure)?;
            let outward = self.rate("NetworkOut", figure)?;
            Some(inward.max(outward) * BITS_PER_BYTE / 1e9)
        };
        Some(Network {
            peak_gbps: busier(&|series| series.p995)?,
            sustained_gbps: busier(&|series| series.busiest_hour),
        })
    }

    /// The percentile of a sum is not known from those of its parts; the sum of the percentiles is close to it from above
    /// when reads and writes peak at different times. So it is with the busiest hours.
    fn ebs(&self) -> Option<Ebs> {
        let rate = |figure: &dyn Fn(&Series) -> Option<f64>| {
            let operations = self.rate("EBSReadOps", figure)? + self.rate("EBSWriteOps", figure)?;
            let bytes = self.rate("EBSReadBytes", figure)? + self.rate("EBSWriteBytes", figure)?;
            Some(Rate {
                iops: operations,
                mbps: bytes / 1e6,
            })
        };
        Some(Ebs {
            peak: rate(&|series| series.p995)?,
            sustained: rate(&|series| series.busiest_hour),
        })
    }

    /// One check that says yes is enough; both have to say no.
    fn ebs_limit_reached(&self) -> Option<bool> {
        let reached = |metric: &str| {
            let measured = self.measured;
            let series = measured.figures(self.resource_id, metric, "Maximum")?;
            Some(series.max? >= 1.0)
        };
        let iops = reached("InstanceEBSIOPSExceededCheck");
        let throughput = reached("InstanceEBSThroughputExceededCheck");
        match (iops, throughput) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: i64 = 1024;

    fn series(metric: &'static str, statistic: &'static str, figure: f64) -> Series {
        Series {
            metric,
            statistic,
            period_seconds: 300,
            window_days: 14.0,
            coverage: 1.0,
            min: Some(figure),
            avg: None,
            p90: Some(figure - 2.0),
            p95: Some(figure - 1.0),
            p995: Some(figure),
            max: Some(figure),
            busiest_hour: Some(figure / 2.0),
            sum: None,
        }
    }

    fn measured(all: impl IntoIterator<Item = Series>) -> Measured {
        let mut measured = Measured::default();
        for series in all {
            measured.add("i", series);
        }
        measured
    }

    fn demand(vcpus: Option<i64>, all: impl IntoIterator<Item = Series>) -> Demand {
        let profile = RightsizingProfile::Default;
        let measured = measured(all);
        Demand::of(
            "i",
            vcpus,
            Some(32 * GIB),
            &measured,
            profile,
            Metering::INSTANCE,
        )
    }

    #[test]
    fn percent_of_the_vcpus_it_has_at_the_profiles_percentile() {
        let seen = series("CPUUtilization", "Maximum", 25.0);
        let whole = demand(Some(8), [seen]);
        let cpu = whole.cpu.expect("measured");
        assert_eq!((cpu.percent, cpu.vcpus, cpu.is_covered), (25.0, 2.0, true));
        assert_eq!((whole.network, whole.ebs, whole.memory), (None, None, None));
        let thin = Series {
            coverage: 0.5,
            ..seen
        };
        assert!(!demand(Some(8), [thin]).cpu.expect("measured").is_covered);
        assert_eq!(demand(None, [seen]).cpu, None, "of unknown size");
        assert_eq!(demand(Some(8), []), Demand::default());
        for (profile, percent) in [
            (RightsizingProfile::Balanced, 24.0),
            (RightsizingProfile::Aggressive, 23.0),
            (RightsizingProfile::Performance, 25.0),
        ] {
            let measured = measured([seen]);
            let demand = Demand::of("i", Some(8), None, &measured, profile, Metering::INSTANCE);
            let cpu = demand.cpu.expect("measured");
            assert_eq!((cpu.percent, cpu.p995_percent), (percent, 25.0));
        }
    }

    #[test]
    fn the_busier_direction_in_gigabits_a_second() {
        // 37.5 GB in 300 s is 1 Gbit/s; the busiest hour is half of that.
        let inward = series("NetworkIn", "Sum", 7.5e9);
        let outward = series("NetworkOut", "Sum", 37.5e9);
        let expected = Network {
            peak_gbps: 1.0,
            sustained_gbps: Some(0.5),
        };
        assert_eq!(demand(Some(2), [inward, outward]).network, Some(expected));
        let thin = Series {
            coverage: 0.5,
            ..outward
        };
        for half in [vec![inward], vec![inward, thin]] {
            let demand = demand(Some(2), half);
            assert_eq!(demand.network, None, "half of it is not known");
        }
        let older = [inward, outward].map(|series| Series {
            busiest_hour: None,
            ..series
        });
        let network = demand(Some(2), older).network.expect("measured");
        assert_eq!((network.peak_gbps, network.sustained_gbps), (1.0, None));
    }

    #[test]
    fn of_a_group_one_members_sample_of_a_minute_counts() {
        // 7.5 GB in 60 s is 1 Gbit/s.
        let seen = ["NetworkIn", "NetworkOut"].map(|metric| series(metric, "Maximum", 7.5e9));
        let profile = RightsizingProfile::Default;
        let demand = Demand::of(
            "i",
            Some(2),
            None,
            &measured(seen),
            profile,
            Metering::GROUP,
        );
        assert_eq!(demand.network.map(|network| network.peak_gbps), Some(1.0));
    }

    #[test]
    fn reads_and_writes_share_the_volumes_bandwidth() {
        let seen = [
            series("EBSReadOps", "Sum", 30_000.0),
            series("EBSWriteOps", "Sum", 60_000.0),
            series("EBSReadBytes", "Sum", 3e9),
            series("EBSWriteBytes", "Sum", 6e9),
        ];
        let expected = Ebs {
            peak: Rate {
                iops: 300.0,
                mbps: 30.0,
            },
            sustained: Some(Rate {
                iops: 150.0,
                mbps: 15.0,
            }),
        };
        assert_eq!(demand(Some(2), seen).ebs, Some(expected));
        assert_eq!(demand(Some(2), seen[..3].to_vec()).ebs, None);
    }

    #[test]
    fn memory_is_what_the_agent_says_and_nothing_without_it() {
        let of = |all: Vec<Series>| {
            let memory = demand(Some(2), all).memory;
            memory.map(|memory| (memory.mib, memory.percent))
        };
        let linux = series("mem_used_percent", "Maximum", 25.0);
        let available = series("Memory Available MBytes", "Minimum", 24.0 * 1024.0);
        let committed = series("Memory % Committed Bytes In Use", "Maximum", 50.0);
        assert_eq!(of(vec![]), None);
        assert_eq!(of(vec![linux]), Some((8192.0, 25.0)));
        assert_eq!(of(vec![committed]), Some((16_384.0, 50.0)));
        assert_eq!(of(vec![committed, available]), Some((8192.0, 25.0)));
        let thin = Series {
            coverage: 0.5,
            ..linux
        };
        assert_eq!(of(vec![thin]), None, "too little of it is known");
        let other = series("mem_used_percent", "Minimum", 25.0);
        assert_eq!(of(vec![other]), None, "the lowest use says nothing");
    }

    #[test]
    fn either_limit_is_enough_and_both_must_be_known_to_be_far() {
        let iops = |max| series("InstanceEBSIOPSExceededCheck", "Maximum", max);
        let throughput = |max| series("InstanceEBSThroughputExceededCheck", "Maximum", max);
        let of = |all: Vec<Series>| demand(Some(2), all).ebs_limit_reached;
        assert_eq!(of(vec![]), None);
        assert_eq!(of(vec![iops(0.0)]), None);
        assert_eq!(of(vec![iops(0.0), throughput(0.0)]), Some(false));
        assert_eq!(of(vec![throughput(1.0)]), Some(true));
        assert_eq!(of(vec![iops(1.0), throughput(0.0)]), Some(true));
    }
}
