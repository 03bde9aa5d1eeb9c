//! What a collection does not ask: it only counts it, or an earlier collection has asked. Rows go to what is kept of that, and come
//! from it.

use std::collections::BTreeMap;

use billhook_catalog::{ColumnBuilder, ColumnReader, CoverageStatus, Reused, Table};
use jiff::Timestamp;
use polars::prelude::DataFrame;

use super::{Rows, Scan, frame};

impl Scan<'_> {
    /// Keeps the rows of a frame that has a table's columns.
    pub(crate) fn put_frame(&self, table: &'static Table, region: &str, frame: &DataFrame) {
        let mut shelf = self.shelf();
        let rows = shelf
            .rows
            .entry((table.name, region.to_owned()))
            .or_insert_with(|| Rows {
                columns: Vec::new(),
                count: 0,
            });
        if rows.columns.is_empty() {
            rows.columns = table
                .columns()
                .map(|column| ColumnBuilder::new(column.ty))
                .collect();
        }
        for (declared, builder) in table.columns().zip(&mut rows.columns) {
            if let Ok(column) = frame.column(declared.name) {
                builder.extend(&ColumnReader::new(column, declared), frame.height());
            }
        }
        rows.count += frame.height() as u64;
    }

    /// The rows of a table in a region so far.
    pub(crate) fn frame_so_far(&self, table: &'static Table, region: &str) -> DataFrame {
        let shelf = self.shelf();
        let rows = shelf.rows.get(&(table.name, region.to_owned()));
        match rows.filter(|rows| !rows.columns.is_empty()) {
            Some(rows) => frame(table, rows.columns.clone()),
            None => billhook_catalog::empty_frame(table),
        }
    }

    /// Whether a table was read completely in a region.
    pub(crate) fn is_assessed(&self, table: &Table, region: &str) -> bool {
        let groups = self.want.tables.get(table.name);
        groups.into_iter().flatten().all(|group| {
            self.shelf().coverage.iter().any(|line| {
                line.table == table.name
                    && line.column_group == *group
                    && line.region == region
                    && line.status == CoverageStatus::Assessed
            })
        })
    }

    /// Counts what an earlier answer saved.
    pub(crate) fn reuse(&self, calls: &BTreeMap<String, u64>, metrics: u64, read_at: Timestamp) {
        self.shelf().reused.add(calls, metrics, read_at);
    }

    /// What earlier answers saved.
    pub(crate) fn reused(&self) -> Reused {
        self.shelf().reused.clone()
    }

    /// Counts charged requests that are not sent.
    pub(crate) fn foresee(&self, operation: &'static str, requests: u64) {
        *self.shelf().foreseen.entry(operation).or_default() += requests;
    }

    /// The charged requests that were only counted.
    pub(crate) fn foreseen(&self) -> BTreeMap<&'static str, u64> {
        self.shelf().foreseen.clone()
    }
}
