//! What databases that move together were seen to need.

use crate::derive::database::usage::DatabaseUsage;
use crate::rds::class::Class;

use super::eligibility::Source;

const BYTES_PER_MIB: f64 = 1_048_576.0;
/// Less memory is only proposed where at least this share was always free.
const FREE_MEMORY_SHARE: f64 = 0.4;
/// Share of the memory of a target that may be in use.
const MEMORY_SHARE: f64 = 0.8;
/// Swap that a database uses without being short of memory: what the operating system moves out because nobody touches it.
const SWAP_MAX_BYTES: f64 = 100.0 * BYTES_PER_MIB;
/// Reads a second above which the working set does not fit into memory.
const READ_IOPS_MAX: f64 = 100.0;

/// What is needed, the largest of all that move together. None is not measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Demand {
    /// 99.5th percentile of the 5-minute CPU maxima, percent.
    pub(super) cpu_percent: f64,
    /// The same in vCPUs.
    pub(super) cpu_vcpus: f64,
    /// Memory in use with headroom, MiB; only where all signs say that less would do.
    pub(super) memory_mib: Option<f64>,
    /// Reads and writes a second, 99.5th percentiles.
    pub(super) storage_iops: Option<f64>,
    /// Read and written, MB/s.
    pub(super) storage_mbps: Option<f64>,
    /// Network, the busier direction, Gbit/s; for Aurora with its storage, which is behind the network.
    pub(super) network_gbps: Option<f64>,
    /// Most connections at once.
    pub(super) connections: Option<f64>,
    /// Length of the shortest window of CPU figures, days.
    pub(super) window_days: f64,
    /// Whether enough of all of them is known.
    pub(super) is_covered: bool,
}

impl Demand {
    /// Of all that move together; None unless the CPU of each of them was measured.
    pub(super) fn of(source: &Source<'_>, usage: &DatabaseUsage) -> Option<Self> {
        let mut all = source
            .group
            .iter()
            .map(|(instance, class)| one(&instance.id.resource_id, class, source, usage));
        let first = all.next()??;
        all.try_fold(first, |sum, next| Some(sum.larger(next?)))
    }

    /// The larger of each figure. What is not known of one is not known of both.
    fn larger(self, other: Self) -> Self {
        let both = |one: Option<f64>, two: Option<f64>| Some(one?.max(two?));
        Self {
            cpu_percent: self.cpu_percent.max(other.cpu_percent),
            cpu_vcpus: self.cpu_vcpus.max(other.cpu_vcpus),
            memory_mib: both(self.memory_mib, other.memory_mib),
            storage_iops: both(self.storage_iops, other.storage_iops),
            storage_mbps: both(self.storage_mbps, other.storage_mbps),
            network_gbps: both(self.network_gbps, other.network_gbps),
            connections: both(self.connections, other.connections),
            window_days: self.window_days.min(other.window_days),
            is_covered: self.is_covered && other.is_covered,
        }
    }
}

/// CPU is the reason to resize, so it is taken however little of its window is known, and the confidence says so.
fn one(id: &str, class: &Class, source: &Source<'_>, usage: &DatabaseUsage) -> Option<Demand> {
    let cpu = usage.seen(id, "CPUUtilization")?;
    let p995 = |metric: &str| usage.known(id, metric).map(|figures| figures.p995);
    let sum = |one: &str, other: &str| Some(p995(one)? + p995(other)?);
    let throughput = sum("ReadThroughput", "WriteThroughput");
    let busier = || {
        let received = p995("NetworkReceiveThroughput")?;
        let sent = p995("NetworkTransmitThroughput")?;
        let storage = if source.is_aurora { throughput? } else { 0.0 };
        Some(received.max(sent) + storage)
    };
    Some(Demand {
        cpu_percent: cpu.p995,
        cpu_vcpus: class.vcpus as f64 * cpu.p995 / 100.0,
        memory_mib: memory(id, class, usage),
        storage_iops: sum("ReadIOPS", "WriteIOPS"),
        storage_mbps: throughput.map(|bytes| bytes / 1e6),
        network_gbps: busier().map(|bytes| bytes * 8.0 / 1e9),
        connections: usage
            .known(id, "DatabaseConnections")
            .map(|figures| figures.max),
        window_days: cpu.window_days,
        is_covered: cpu.is_covered(),
    })
}

/// Memory that would do, MiB: a database fills what it gets, so what is in use is no proof that it is needed. Less is proposed
/// only where much was always free, nothing was swapped out and little was read from disk; all three have to be known.
fn memory(id: &str, class: &Class, usage: &DatabaseUsage) -> Option<f64> {
    let total = class.memory_mib as f64;
    let free = usage.known(id, "FreeableMemory")?.min / BYTES_PER_MIB;
    let swap = usage.known(id, "SwapUsage")?.max;
    let reads = usage.known(id, "ReadIOPS")?.p995;
    let spare = free >= total * FREE_MEMORY_SHARE && free <= total;
    (spare && swap <= SWAP_MAX_BYTES && reads <= READ_IOPS_MAX)
        .then_some((total - free) / MEMORY_SHARE)
}

/// What `max_connections` is by the default parameters of an engine with so much memory; None for engines without such a
/// limit, and for those of which it is not known. A parameter group of one's own may say otherwise.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections>
pub(super) fn default_max_connections(engine: &str, memory_mib: i64) -> Option<i64> {
    let bytes = memory_mib.checked_mul(1_048_576)?;
    match engine {
        "mysql" => Some((bytes / 12_582_880).min(100_000)),
        "mariadb" => Some((bytes / 25_165_760).min(12_000)),
        "postgres" | "aurora-postgresql" => Some((bytes / 9_531_392).min(5_000)),
        "aurora-mysql" => {
            let log = |divisor: f64| (bytes as f64 / divisor).log2();
            let limit = (log(805_306_368.0) * 45.0).max(log(8_187_281_408.0) * 1000.0);
            Some(limit.max(0.0) as i64)
        }
        _ if engine.starts_with("oracle-") => Some((bytes / 9_868_951).min(20_000)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_follow_the_memory() {
        let gib = 1024;
        assert_eq!(default_max_connections("postgres", 8 * gib), Some(901));
        assert_eq!(default_max_connections("postgres", 64 * gib), Some(5_000));
        assert_eq!(default_max_connections("mysql", 8 * gib), Some(682));
        assert_eq!(default_max_connections("mariadb", 8 * gib), Some(341));
        // AWS's table: 1,000 for db.r5.large, 2,000 for db.r5.xlarge, 3,000 for db.r5.2xlarge; memory there is a little less than
        // that of the class.
        for (memory, expected) in [(16, 1_000), (32, 2_000), (64, 3_000)] {
            let limit = default_max_connections("aurora-mysql", memory * gib).expect("a limit");
            assert!((limit - expected).abs() < 80, "{memory} GiB: {limit}");
        }
        assert_eq!(default_max_connections("sqlserver-se", 8 * gib), None);
    }
}
