//! What the types of nodes are.
//!
//! Source: <https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-clusters.html#rs-node-type-info>.

/// GiB of a TiB.
const TIB: f64 = 1024.0;

/// A type of nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct NodeType {
    /// Name (`ra3.xlplus`).
    pub(crate) name: &'static str,
    /// vCPUs of a node.
    pub(crate) vcpus: i64,
    /// What a cluster of one node may hold, GiB; None where there is no such cluster.
    single_gib: Option<f64>,
    /// What a node of a larger cluster may hold, GiB.
    multi_gib: f64,
    /// Most nodes of a cluster that is made anew.
    pub(crate) most_nodes: i64,
}

/// All that are sold on demand.
static NODE_TYPES: &[NodeType] = &[
    node_type("dc2.large", 2, Some(160.0), 160.0, 32),
    node_type("dc2.8xlarge", 32, None, 2560.0, 128),
    node_type("ra3.large", 2, Some(TIB), 8.0 * TIB, 16),
    node_type("ra3.xlplus", 4, Some(4.0 * TIB), 32.0 * TIB, 16),
    node_type("ra3.4xlarge", 12, None, 128.0 * TIB, 32),
    node_type("ra3.16xlarge", 48, None, 128.0 * TIB, 128),
];

const fn node_type(
    name: &'static str,
    vcpus: i64,
    single_gib: Option<f64>,
    multi_gib: f64,
    most_nodes: i64,
) -> NodeType {
    NodeType {
        name,
        vcpus,
        single_gib,
        multi_gib,
        most_nodes,
    }
}

impl NodeType {
    /// The type of a name; None for types that are not known.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::all().find(|node| node.name == name)
    }

    /// All of them, the smallest of a family first.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        NODE_TYPES.iter().copied()
    }

    /// `ra3` of `ra3.xlplus`.
    pub(crate) fn family(&self) -> &'static str {
        self.name
            .split_once('.')
            .map_or(self.name, |(family, _)| family)
    }

    /// What so many nodes may hold, GiB; None where there is no such cluster.
    pub(crate) fn capacity_gib(&self, nodes: i64) -> Option<f64> {
        match nodes {
            1 => self.single_gib,
            2.. => Some(self.multi_gib * nodes as f64),
            _ => None,
        }
    }

    /// Whether what is stored is billed by itself (RA3), and not with the nodes.
    pub(crate) fn has_managed_storage(name: &str) -> bool {
        name.starts_with("ra3.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cluster_may_hold_follows_type_and_number() {
        let capacity =
            |name, nodes| NodeType::named(name).and_then(|node| node.capacity_gib(nodes));
        assert_eq!(capacity("ra3.xlplus", 1), Some(4096.0));
        assert_eq!(capacity("ra3.xlplus", 2), Some(65_536.0));
        assert_eq!(capacity("ra3.4xlarge", 1), None, "two at least");
        assert_eq!(capacity("dc2.large", 4), Some(640.0));
        assert_eq!(capacity("ds2.xlarge", 2), None);
        assert_eq!(capacity("dc2.large", 0), None);
    }
}
