//! What node types of ElastiCache and MemoryDB are.
//!
//! Memory is what AWS publishes for a type of either service: less than the EC2 type behind it has, and the same in both. It is
//! `maxmemory` of the node-type specific parameters, in whole hundredths of a GiB. vCPUs and the network at all times are those of
//! the EC2 type. What a type is never changes; types that came later (m8g, r8g) are missing here:
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html#ParameterGroups.Redis.NodeSpecific>,
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html>,
//! <https://docs.aws.amazon.com/memorydb/latest/devguide/nodes.supportedtypes.html>,
//! <https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-network-bandwidth.html>.

/// A size of a family.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NodeSize {
    /// `large`, `2xlarge`, …
    pub size: &'static str,
    /// vCPUs.
    pub vcpus: f64,
    /// Memory, GiB.
    pub memory_gib: f64,
    /// Network bandwidth at all times, Gbit/s.
    pub network_gbps: f64,
}

const fn size(size: &'static str, vcpus: f64, memory_gib: f64, network_gbps: f64) -> NodeSize {
    NodeSize {
        size,
        vcpus,
        memory_gib,
        network_gbps,
    }
}

/// Sizes by family, the smallest first. Of types that are not here nothing is proposed: burstable ones, those with data tiering,
/// and generations that are no longer sold.
static FAMILIES: &[(&str, &[NodeSize])] = &[
    (
        "m4",
        &[
            size("large", 2.0, 6.42, 0.45),
            size("xlarge", 4.0, 14.28, 0.75),
            size("2xlarge", 8.0, 29.7, 1.0),
            size("4xlarge", 16.0, 60.78, 2.0),
            size("10xlarge", 40.0, 154.64, 10.0),
        ],
    ),
    (
        "m5",
        &[
            size("large", 2.0, 6.38, 0.75),
            size("xlarge", 4.0, 12.93, 1.25),
            size("2xlarge", 8.0, 26.04, 2.5),
            size("4xlarge", 16.0, 52.26, 5.0),
            size("12xlarge", 48.0, 157.12, 12.0),
            size("24xlarge", 96.0, 314.32, 25.0),
        ],
    ),
    (
        "m6g",
        &[
            size("large", 2.0, 6.38, 0.75),
            size("xlarge", 4.0, 12.93, 1.25),
            size("2xlarge", 8.0, 26.04, 2.5),
            size("4xlarge", 16.0, 52.26, 5.0),
            size("8xlarge", 32.0, 103.68, 12.0),
            size("12xlarge", 48.0, 157.12, 20.0),
            size("16xlarge", 64.0, 209.55, 25.0),
        ],
    ),
    (
        "m7g",
        &[
            size("large", 2.0, 6.38, 0.937),
            size("xlarge", 4.0, 12.93, 1.876),
            size("2xlarge", 8.0, 26.04, 3.75),
            size("4xlarge", 16.0, 52.26, 7.5),
            size("8xlarge", 32.0, 103.68, 15.0),
            size("12xlarge", 48.0, 157.12, 22.5),
            size("16xlarge", 64.0, 209.55, 30.0),
        ],
    ),
    (
        "r4",
        &[
            size("large", 2.0, 12.3, 0.75),
            size("xlarge", 4.0, 25.05, 1.25),
            size("2xlarge", 8.0, 50.47, 2.5),
            size("4xlarge", 16.0, 101.38, 5.0),
            size("8xlarge", 32.0, 203.26, 12.0),
            size("16xlarge", 64.0, 407.0, 25.0),
        ],
    ),
    (
        "r5",
        &[
            size("large", 2.0, 13.07, 0.75),
            size("xlarge", 4.0, 26.32, 1.25),
            size("2xlarge", 8.0, 52.82, 2.5),
            size("4xlarge", 16.0, 105.81, 5.0),
            size("12xlarge", 48.0, 317.77, 12.0),
            size("24xlarge", 96.0, 635.61, 25.0),
        ],
    ),
    (
        "r6g",
        &[
            size("large", 2.0, 13.07, 0.75),
            size("xlarge", 4.0, 26.32, 1.25),
            size("2xlarge", 8.0, 52.82, 2.5),
            size("4xlarge", 16.0, 105.81, 5.0),
            size("8xlarge", 32.0, 209.55, 12.0),
            size("12xlarge", 48.0, 317.77, 20.0),
            size("16xlarge", 64.0, 419.09, 25.0),
        ],
    ),
    (
        "r7g",
        &[
            size("large", 2.0, 13.07, 0.937),
            size("xlarge", 4.0, 26.32, 1.876),
            size("2xlarge", 8.0, 52.82, 3.75),
            size("4xlarge", 16.0, 105.81, 7.5),
            size("8xlarge", 32.0, 209.55, 15.0),
            size("12xlarge", 48.0, 317.77, 22.5),
            size("16xlarge", 64.0, 419.09, 30.0),
        ],
    ),
];

/// (family, the current family at a lower price for the same size). Burstable ones have the same memory.
static SUCCESSORS: &[(&str, &str)] = &[
    ("m4", "m6g"),
    ("m5", "m6g"),
    ("r4", "r6g"),
    ("r5", "r6g"),
    ("t3", "t4g"),
];

/// What a successor has at least of the memory: what differs below is how much AWS keeps for itself.
const SAME_MEMORY: f64 = 0.97;

/// `cache`, `r6g`, `large` of `cache.r6g.large`. None for what has other than three parts.
pub(crate) fn parts(node_type: &str) -> Option<(&str, &str, &str)> {
    let mut parts = node_type.split('.');
    let found = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then_some(found)
}

/// The sizes of a node type's family, and its own among them. None for types that are not known.
pub(crate) fn sizes(node_type: &str) -> Option<(&'static [NodeSize], NodeSize)> {
    let (_, family, size) = parts(node_type)?;
    let (_, sizes) = FAMILIES.iter().find(|(name, _)| *name == family)?;
    let own = sizes.iter().find(|known| known.size == size)?;
    Some((sizes, *own))
}

/// The type of the same size and memory in the family that took a family's place. None where there is none.
pub(crate) fn successor(node_type: &str) -> Option<String> {
    let (prefix, family, size) = parts(node_type)?;
    let (_, next) = SUCCESSORS.iter().find(|(name, _)| *name == family)?;
    let target = format!("{prefix}.{next}.{size}");
    let has_memory = || {
        let ((_, own), (_, there)) = (sizes(node_type)?, sizes(&target)?);
        Some(there.memory_gib >= SAME_MEMORY * own.memory_gib)
    };
    (family.starts_with('t') || has_memory() == Some(true)).then_some(target)
}

/// Whether a type earns CPU credits.
pub(crate) fn is_burstable(node_type: &str) -> bool {
    parts(node_type).is_some_and(|(_, family, _)| family.starts_with('t'))
}

/// Whether a version of an engine runs on Graviton: Redis OSS from 5.0.6, Memcached from 1.5.16, Valkey always. None when the
/// version cannot be read.
pub(crate) fn runs_on_graviton(engine: &str, version: &str) -> Option<bool> {
    let needed = match engine {
        "valkey" => return Some(true),
        "redis" => [5, 0, 6],
        "memcached" => [1, 5, 16],
        _ => return None,
    };
    let mut found = [0; 3];
    for (place, part) in found.iter_mut().zip(version.split('.')) {
        // `6.x` was how versions were written for a while.
        *place = if part == "x" { 0 } else { part.parse().ok()? };
    }
    Some(found >= needed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_grow() {
        for (family, sizes) in FAMILIES {
            for pair in sizes.windows(2) {
                let grows = |of: fn(&NodeSize) -> f64| of(&pair[0]) < of(&pair[1]);
                assert!(
                    grows(|size| size.vcpus)
                        && grows(|size| size.memory_gib)
                        && grows(|size| size.network_gbps),
                    "{family} {}",
                    pair[1].size
                );
            }
        }
    }

    #[test]
    fn a_successor_has_about_the_memory_of_what_it_replaces() {
        for (family, next) in SUCCESSORS.iter().filter(|(name, _)| !name.starts_with('t')) {
            let (_, all) = FAMILIES
                .iter()
                .find(|(name, _)| name == family)
                .expect(family);
            for own in *all {
                let Some(target) = successor(&format!("cache.{family}.{}", own.size)) else {
                    continue;
                };
                assert_eq!(target, format!("cache.{next}.{}", own.size));
                let (_, there) = sizes(&target).expect("a size");
                assert!(there.memory_gib >= SAME_MEMORY * own.memory_gib, "{target}");
            }
        }
        assert_eq!(
            successor("cache.r5.24xlarge"),
            None,
            "there is no such size"
        );
        assert_eq!(
            successor("cache.t3.small").as_deref(),
            Some("cache.t4g.small")
        );
        assert_eq!(successor("cache.m4.2xlarge"), None, "it has less memory");
        assert_eq!(successor("db.r6g.large"), None);
        assert_eq!(sizes("cache.r6gd.xlarge"), None);
        assert_eq!(parts("cache.r6g"), None);
    }

    #[test]
    fn old_engines_do_not_run_on_graviton() {
        for (engine, version, expected) in [
            ("redis", "5.0.5", Some(false)),
            ("redis", "5.0.6", Some(true)),
            ("redis", "6.x", Some(true)),
            ("redis", "7.1", Some(true)),
            ("valkey", "7.2", Some(true)),
            ("memcached", "1.5.10", Some(false)),
            ("memcached", "1.6.22", Some(true)),
            ("redis", "latest", None),
            ("other", "1", None),
        ] {
            assert_eq!(
                runs_on_graviton(engine, version),
                expected,
                "{engine} {version}"
            );
        }
    }
}
