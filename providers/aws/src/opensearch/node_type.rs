//! What the types of data nodes are: the sizes of EC2 under names of their own.
//!
//! Source: <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/supported-instance-types.html>.

use super::volume;

/// Memory of a vCPU, GiB, by family. Families with disks of their own are not here: their data goes where the node goes. Nor
/// are those that keep a copy of all data in S3.
const FAMILIES: &[(&str, f64)] = &[
    ("c4", 1.875),
    ("c5", 2.0),
    ("c6g", 2.0),
    ("c7g", 2.0),
    ("c7i", 2.0),
    ("c8g", 2.0),
    ("m4", 4.0),
    ("m5", 4.0),
    ("m6g", 4.0),
    ("m7g", 4.0),
    ("m7i", 4.0),
    ("m8g", 4.0),
    ("r4", 7.625),
    ("r5", 8.0),
    ("r6g", 8.0),
    ("r7g", 8.0),
    ("r7i", 8.0),
    ("r8g", 8.0),
];
/// vCPUs by size. Smaller sizes are not for data that matters.
const SIZES: &[(&str, f64)] = &[
    ("large", 2.0),
    ("xlarge", 4.0),
    ("2xlarge", 8.0),
    ("4xlarge", 16.0),
    ("8xlarge", 32.0),
    ("9xlarge", 36.0),
    ("10xlarge", 40.0),
    ("12xlarge", 48.0),
    ("16xlarge", 64.0),
    ("18xlarge", 72.0),
];
/// The one size that is larger than its name says: vCPUs and memory, GiB.
const ODD: (&str, &str, f64, f64) = ("c4", "8xlarge", 36.0, 60.0);
/// Memory that becomes the Java heap, and the largest heap, GiB.
const HEAP_SHARE: f64 = 0.5;
const HEAP_MAX_GIB: f64 = 32.0;

/// A type of data nodes with EBS volumes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct NodeType {
    family: &'static str,
    size: &'static str,
    /// vCPUs.
    pub(crate) vcpus: f64,
    /// Memory, GiB.
    pub(crate) memory_gib: f64,
}

/// Whether a type earns credits for its CPU.
pub(crate) fn is_burstable(name: &str) -> bool {
    name.starts_with("t2.") || name.starts_with("t3.") || name.starts_with("t4g.")
}

impl NodeType {
    /// The type of a name (`r6g.large.search`); None for one whose size is not known.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let (family, size) = name.strip_suffix(".search")?.split_once('.')?;
        let (family, memory) = FAMILIES.iter().find(|(known, _)| *known == family)?;
        let (size, vcpus) = SIZES.iter().find(|(known, _)| *known == size)?;
        Some(Self::new(family, size, *vcpus, *memory))
    }

    fn new(family: &'static str, size: &'static str, vcpus: f64, memory: f64) -> Self {
        let (vcpus, memory_gib) = if (family, size) == (ODD.0, ODD.1) {
            (ODD.2, ODD.3)
        } else {
            (vcpus, vcpus * memory)
        };
        Self {
            family,
            size,
            vcpus,
            memory_gib,
        }
    }

    /// Smaller sizes of the family, the smallest first. Whether AWS has them, the prices say.
    pub(crate) fn smaller(self) -> impl Iterator<Item = Self> {
        let memory = FAMILIES
            .iter()
            .find(|(known, _)| *known == self.family)
            .map_or(0.0, |(_, memory)| *memory);
        SIZES
            .iter()
            .map(move |(size, vcpus)| Self::new(self.family, size, *vcpus, memory))
            .filter(move |other| other.vcpus < self.vcpus)
    }

    /// `r6g.large.search`.
    pub(crate) fn full_name(&self) -> String {
        format!("{}.{}.search", self.family, self.size)
    }

    /// Java heap, GiB.
    pub(crate) fn heap_gib(&self) -> f64 {
        (self.memory_gib * HEAP_SHARE).min(HEAP_MAX_GIB)
    }

    /// Whether a volume of that type and size, GiB, may be its own. Of what AWS's table does not have, none may.
    pub(crate) fn takes_volume(&self, volume_type: &str, gib: f64) -> bool {
        volume::largest_gib(self.family, self.size, volume_type)
            .is_some_and(|largest| gib <= largest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_how_large_a_node_is() {
        let of = |name: &str| {
            NodeType::named(name).map(|node| (node.vcpus, node.memory_gib, node.heap_gib()))
        };
        assert_eq!(of("r6g.large.search"), Some((2.0, 16.0, 8.0)));
        assert_eq!(of("m5.4xlarge.search"), Some((16.0, 64.0, 32.0)));
        assert_eq!(of("r6g.12xlarge.search"), Some((48.0, 384.0, 32.0)));
        assert_eq!(of("c4.8xlarge.search"), Some((36.0, 60.0, 30.0)));
        for other in [
            "i3.large.search",
            "or1.large.search",
            "t3.small.search",
            "m7g.medium.search",
            "r6g.large",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
        assert!(is_burstable("t3.small.search") && !is_burstable("r6g.large.search"));
    }

    #[test]
    fn smaller_sizes_are_of_the_family() {
        let node = NodeType::named("m6g.2xlarge.search").expect("a type");
        let names: Vec<String> = node.smaller().map(|node| node.full_name()).collect();
        assert_eq!(names, ["m6g.large.search", "m6g.xlarge.search"]);
        assert!(node.takes_volume("gp3", 3072.0) && !node.takes_volume("gp3", 3073.0));
        assert!(node.takes_volume("gp2", 1536.0) && !node.takes_volume("gp2", 1537.0));
    }
}
