//! What nodes were used for.

use super::super::measured::Measured;

/// Length of the periods that traffic is measured in, seconds.
const PERIOD_SECONDS: f64 = 300.0;
const BITS_PER_BYTE: f64 = 8.0;
const GIGA: f64 = 1e9;

/// What was measured of one node, or of nodes that are measured together. None: not known for the window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Demand {
    /// Commands that read or write.
    pub(super) commands: Option<f64>,
    /// Most connections at a time.
    pub(super) connections: Option<f64>,
    /// Highest CPU, percent.
    pub(super) cpu_percent: Option<f64>,
    /// Highest CPU of the thread that serves commands, percent of a core; 0 where there are many.
    pub(super) engine_cpu_percent: Option<f64>,
    /// Highest use of memory, percent of what the engine may use.
    pub(super) memory_percent: Option<f64>,
    /// Busiest 5 minutes in one direction, Gbit/s.
    pub(super) network_gbps: Option<f64>,
}

impl Demand {
    /// Of a node of Redis OSS or Valkey.
    pub(super) fn of_redis(measured: &Measured, id: &str) -> Self {
        let largest = |metric| measured.largest(id, metric, "Maximum");
        Self {
            commands: commands(measured, id, ["GetTypeCmds", "SetTypeCmds"]),
            engine_cpu_percent: largest("EngineCPUUtilization"),
            memory_percent: largest("DatabaseMemoryUsagePercentage"),
            ..Self::of_any(measured, id)
        }
    }

    /// Of the nodes of a Memcached cluster with `memory_bytes` each.
    pub(super) fn of_memcached(measured: &Measured, id: &str, memory_bytes: Option<f64>) -> Self {
        let bytes = measured.largest(id, "BytesUsedForCacheItems", "Maximum");
        Self {
            commands: commands(measured, id, ["CmdGet", "CmdSet"]),
            engine_cpu_percent: Some(0.0),
            memory_percent: bytes
                .zip(memory_bytes)
                .map(|(bytes, memory)| 100.0 * bytes / memory),
            ..Self::of_any(measured, id)
        }
    }

    fn of_any(measured: &Measured, id: &str) -> Self {
        let rate = |metric| {
            let bytes = measured.largest(id, metric, "Sum")?;
            Some(bytes * BITS_PER_BYTE / GIGA / PERIOD_SECONDS)
        };
        let network = rate("NetworkBytesIn").zip(rate("NetworkBytesOut"));
        Self {
            connections: measured.largest(id, "CurrConnections", "Maximum"),
            cpu_percent: measured.largest(id, "CPUUtilization", "Maximum"),
            network_gbps: network.map(|(received, sent)| received.max(sent)),
            ..Self::default()
        }
    }

    /// Of several nodes: all commands, and the rest of whichever has most. What is not known of one is not known of all.
    pub(super) fn of_all(nodes: impl Iterator<Item = Self>) -> Self {
        let all: Vec<Self> = nodes.collect();
        let each = |of: fn(&Self) -> Option<f64>| all.iter().map(of).collect::<Option<Vec<_>>>();
        let most = |of| each(of)?.into_iter().reduce(f64::max);
        Self {
            commands: each(|node| node.commands)
                .filter(|nodes| !nodes.is_empty())
                .map(|nodes| nodes.iter().sum()),
            connections: most(|node| node.connections),
            cpu_percent: most(|node| node.cpu_percent),
            engine_cpu_percent: most(|node| node.engine_cpu_percent),
            memory_percent: most(|node| node.memory_percent),
            network_gbps: most(|node| node.network_gbps),
        }
    }
}

/// Commands of two kinds together, of the window.
fn commands(measured: &Measured, id: &str, metrics: [&str; 2]) -> Option<f64> {
    let of = |metric| {
        let series = measured.sums(id, metric)?;
        series.sum.filter(|_| series.is_covered())
    };
    let [one, other] = metrics;
    Some(of(one)? + of(other)?)
}
