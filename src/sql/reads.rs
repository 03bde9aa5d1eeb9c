//! Which columns of which tables a statement reads.

use std::collections::{BTreeMap, BTreeSet};

use super::gate::{Gate, Position, Source};
use super::{Catalog, closest};

impl Gate<'_> {
    /// Which columns of which tables are read, and which of them by predicates.
    #[allow(clippy::type_complexity)]
    pub(super) fn resolve(
        self,
    ) -> (
        BTreeMap<&'static str, BTreeSet<&'static str>>,
        BTreeMap<&'static str, BTreeSet<&'static str>>,
    ) {
        let mut reads: BTreeMap<&'static str, BTreeSet<&'static str>> = self
            .tables
            .iter()
            .map(|table| (*table, BTreeSet::new()))
            .collect();
        let mut predicates: BTreeMap<&'static str, BTreeSet<&'static str>> = BTreeMap::new();
        let all: Vec<&'static str> = self.tables.iter().copied().collect();
        let tables_of = |alias: &Option<String>| -> Vec<&'static str> {
            let Some(sources) = alias.as_ref().and_then(|alias| self.aliases.get(alias)) else {
                return all.clone();
            };
            // A column of a WITH query has the name that a table's column has in most cases: count it for all of them.
            if sources.contains(&Source::Query) {
                return all.clone();
            }
            sources
                .iter()
                .filter_map(|source| match source {
                    Source::Table(table) => Some(*table),
                    Source::Query => None,
                })
                .collect()
        };
        for (alias, column, position) in &self.columns {
            for table in tables_of(alias) {
                let Some(column) = self
                    .catalog
                    .table(table)
                    .and_then(|table| table.column(column))
                else {
                    continue;
                };
                reads.entry(table).or_default().insert(column.name);
                if *position == Position::Predicate {
                    predicates.entry(table).or_default().insert(column.name);
                }
            }
        }
        for alias in &self.wildcards {
            for name in tables_of(alias) {
                if let Some(table) = self.catalog.table(name) {
                    reads
                        .entry(name)
                        .or_default()
                        .extend(table.columns().map(|column| column.name));
                }
            }
        }
        (reads, predicates)
    }
}

/// The candidate column closest to a name, over the tables that a statement reads.
pub(super) fn closest_column(
    catalog: &Catalog,
    reads: &BTreeMap<&'static str, BTreeSet<&'static str>>,
    name: &str,
) -> Option<String> {
    let columns = reads
        .keys()
        .filter_map(|table| catalog.table(table))
        .flat_map(|table| table.columns().map(|c| c.name));
    closest(name, columns).map(str::to_owned)
}
