//! What DynamoDB tables use and cost, and what they could do with.

mod capacity;
mod cost;
mod throughput;

use std::collections::{BTreeMap, HashMap};

use billhook_catalog::{Row, frame_of};
use polars::prelude::DataFrame;

use crate::dynamodb::capacity_option::CapacityOption;
use crate::dynamodb::index::Index;
use crate::dynamodb::table_cost::TableCost;
use crate::prices::PriceLookup;

use super::amount::Used;
use super::estate::Estate;
use super::relation::given;

pub(super) use cost::monthly_lines;

/// The derived tables of DynamoDB.
pub(super) fn derive(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
    tables: &mut BTreeMap<&'static str, DataFrame>,
) {
    let indexes = indexes_by_table(estate);
    let costs = cost::rows(estate, &indexes, prices, used);
    tables.insert(TableCost::TABLE.name, frame_of(costs));
    let options = capacity::rows(estate, &indexes, prices, used);
    tables.insert(CapacityOption::TABLE.name, frame_of(options));
}

/// Global secondary indexes by the `resource_id` of their table, in the order of their names.
pub(super) fn indexes_by_table(estate: &Estate) -> HashMap<&str, Vec<&Index>> {
    let mut by_table: HashMap<&str, Vec<&Index>> = HashMap::new();
    for index in &estate.indexes {
        if let Some(table) = given(&index.table_resource_id) {
            by_table.entry(table).or_default().push(index);
        }
    }
    for indexes in by_table.values_mut() {
        indexes.sort_by(|one, other| one.id.resource_id.cmp(&other.id.resource_id));
    }
    by_table
}

#[cfg(test)]
mod tests;
