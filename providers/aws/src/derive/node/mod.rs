//! Nodes of caches and in-memory databases: what they are used for, and what they could be.

mod demand;
mod elasticache;
mod memorydb;
mod resize;

use std::collections::BTreeMap;

use billhook_catalog::{Row, frame_of};
use polars::prelude::DataFrame;

use crate::elasticache::node_option::NodeOption;
use crate::memorydb::cluster_option::ClusterOption;
use crate::prices::PriceLookup;

use super::amount::Used;
use super::estate::Estate;

pub(super) use elasticache::lines as cache_lines;
pub(super) use memorydb::lines as memorydb_lines;

/// The derived tables of ElastiCache and MemoryDB.
pub(super) fn derive(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
    tables: &mut BTreeMap<&'static str, DataFrame>,
) {
    let options = elasticache::rows(estate, prices, used);
    tables.insert(NodeOption::TABLE.name, frame_of(options));
    let options = memorydb::rows(estate, prices, used);
    tables.insert(ClusterOption::TABLE.name, frame_of(options));
}

#[cfg(test)]
mod tests;
