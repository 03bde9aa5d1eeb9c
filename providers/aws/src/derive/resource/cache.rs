//! Nodes of caches and in-memory databases.

use crate::elasticache::cluster::Cluster;
use crate::elasticache::replication_group::ReplicationGroup;
use crate::prices::{Breakdown, PriceLookup};

use super::super::amount::Used;
use super::super::estate::Estate;
use super::super::node;
use super::super::relation::given;
use super::{MONTHLY, Rows};

/// All of them. A replication group costs what its clusters cost.
pub(super) fn rows(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used, out: &mut Rows<'_>) {
    let by_cluster = Breakdown::free("its clusters are billed, each by itself");
    for group in &estate.replication_groups {
        let amount = used.explained(&group.id, MONTHLY, &by_cluster);
        out.add::<ReplicationGroup>(&group.id, None, String::new(), amount);
    }
    for cluster in &estate.cache_clusters {
        let lines = node::cache_lines(prices, cluster);
        let amount = used.explained(&cluster.id, MONTHLY, &lines);
        let group = given(&cluster.replication_group_resource_id);
        out.add::<Cluster>(&cluster.id, group, String::new(), amount);
    }
    for cluster in &estate.memorydb_clusters {
        let lines = node::memorydb_lines(prices, cluster);
        let amount = used.explained(&cluster.id, MONTHLY, &lines);
        out.add::<crate::memorydb::cluster::Cluster>(&cluster.id, None, String::new(), amount);
    }
}
