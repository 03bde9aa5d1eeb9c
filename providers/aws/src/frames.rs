//! Rows on their way from answers to data frames.

use std::collections::BTreeMap;

use billhook_catalog::{ColumnBuilder, GENERIC_TABLES, Table, Type};
use polars::prelude::{Column as SeriesColumn, DataFrame, SortMultipleOptions};

use crate::catalog::TABLES;

/// Rows of one table in one region.
pub(crate) struct Rows {
    pub(crate) columns: Vec<ColumnBuilder>,
    pub(crate) count: u64,
}

/// Frames by table and region.
pub(crate) type Frames = BTreeMap<&'static str, Vec<(String, DataFrame)>>;

/// The declaration of a table that a provider fills.
pub(crate) fn declared(name: &str) -> Option<&'static Table> {
    TABLES
        .iter()
        .chain(GENERIC_TABLES)
        .find(|table| table.name == name)
        .copied()
}

/// Finished columns as a frame.
pub(crate) fn frame(table: &'static Table, columns: Vec<ColumnBuilder>) -> DataFrame {
    let columns: Vec<SeriesColumn> = table
        .columns()
        .zip(columns)
        .map(|(column, builder)| builder.finish(column.name))
        .collect();
    let height = columns.first().map_or(0, SeriesColumn::len);
    DataFrame::new(height, columns).expect("columns of a table have distinct names and one length")
}

/// The rows in an order that does not depend on which answer came first: the same account gives the same snapshot.
pub(crate) fn sorted(table: &'static Table, frame: DataFrame) -> DataFrame {
    let by: Vec<&str> = table
        .columns()
        .filter(|column| !matches!(column.ty, Type::Real | Type::Bool))
        .map(|column| column.name)
        .collect();
    frame
        .sort(by, SortMultipleOptions::default())
        .expect("a table is sorted by columns that it has")
}

/// Puts real names in place of guessed ones, in all columns that refer to resources.
pub(crate) fn rename(
    table: &'static Table,
    columns: &mut [ColumnBuilder],
    aliases: &BTreeMap<String, String>,
) {
    for (column, builder) in table.columns().zip(columns) {
        let (Some(_), ColumnBuilder::Text(cells)) = (column.references, builder) else {
            continue;
        };
        for cell in cells.iter_mut().flatten() {
            if let Some(real) = aliases.get(cell) {
                real.clone_into(cell);
            }
        }
    }
}
