//! The sizes that Fargate offers.

use crate::number::MIB_PER_GIB;

/// CPU units of a vCPU.
pub(crate) const UNITS_PER_VCPU: f64 = 1024.0;
/// Ephemeral storage that comes with a task for free, GiB.
pub(crate) const FREE_STORAGE_GIB: i64 = 20;

/// A task's CPU and memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// Units of 1/1024 vCPU.
    pub(crate) cpu_units: i64,
    /// MiB.
    pub(crate) memory_mib: i64,
}

impl Size {
    /// vCPUs.
    pub(crate) fn vcpus(self) -> f64 {
        self.cpu_units as f64 / UNITS_PER_VCPU
    }

    /// Memory, GiB.
    pub(crate) fn memory_gib(self) -> f64 {
        self.memory_mib as f64 / MIB_PER_GIB
    }
}

/// CPU units with the memory that goes with them: from, to and in steps of, GiB. Linux, platform version 1.4.0 or later, as of
/// November 2026: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size>.
/// The smallest one has 0.5, 1 or 2 GiB.
const SIZES: &[(i64, i64, i64, usize)] = &[
    (512, 1, 4, 1),
    (1024, 2, 8, 1),
    (2048, 4, 16, 1),
    (4096, 8, 30, 1),
    (8192, 16, 60, 4),
    (16384, 32, 120, 8),
];
const SMALLEST_UNITS: i64 = 256;
const SMALLEST_MIB: [i64; 3] = [512, 1024, 2048];

/// Every size of a Linux task, by CPU and then by memory.
pub(crate) fn sizes() -> impl Iterator<Item = Size> {
    let smallest = SMALLEST_MIB.iter().map(|memory_mib| Size {
        cpu_units: SMALLEST_UNITS,
        memory_mib: *memory_mib,
    });
    let others = SIZES.iter().flat_map(|(cpu_units, from, to, step)| {
        (*from..=*to).step_by(*step).map(|gib| Size {
            cpu_units: *cpu_units,
            memory_mib: gib * 1024,
        })
    });
    smallest.chain(others)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_published_sizes() {
        let mut memory: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
        for size in sizes() {
            memory
                .entry(size.cpu_units)
                .or_default()
                .push(size.memory_gib());
        }
        let counts: Vec<_> = memory
            .iter()
            .map(|(units, gib)| (*units, gib.len()))
            .collect();
        assert_eq!(
            counts,
            [
                (256, 3),
                (512, 4),
                (1024, 7),
                (2048, 13),
                (4096, 23),
                (8192, 12),
                (16384, 12)
            ]
        );
        assert_eq!(memory[&256], [0.5, 1.0, 2.0]);
        assert_eq!(memory[&8192].last(), Some(&60.0));
        assert_eq!(memory[&16384].last(), Some(&120.0));
        let quarter = sizes().next().expect("a size");
        assert_eq!((quarter.vcpus(), quarter.memory_gib()), (0.25, 0.5));
    }
}
