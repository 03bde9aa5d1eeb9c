//! Tables of examples, as CSV with what goes without saying left out.

use std::collections::BTreeMap;

use billhook_catalog::{Cell, ColumnBuilder, Type};
use jiff::Timestamp;
use polars::prelude::DataFrame;

use super::Rule;
use crate::sql::Catalog;

/// Reads a CSV block as the table's frame; the error has the row, counted from the header as 0.
pub(super) fn table_of(
    rule: &Rule,
    name: &str,
    csv: &str,
    catalog: &Catalog,
) -> Result<DataFrame, (u64, String)> {
    let table = catalog
        .table(name)
        .ok_or_else(|| (0, "there is no such table".to_owned()))?;
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(csv.as_bytes());
    let header: Vec<String> = reader
        .headers()
        .map_err(|fault| (0, fault.to_string()))?
        .iter()
        .map(str::to_owned)
        .collect();
    if let Some(unknown) = header.iter().find(|column| table.column(column).is_none()) {
        return Err((0, format!("{name} has no column {unknown}")));
    }
    let mut rows: Vec<BTreeMap<&str, Option<String>>> = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|fault| (index as u64 + 1, fault.to_string()))?;
        let mut row: BTreeMap<&str, Option<String>> = header
            .iter()
            .map(String::as_str)
            .zip(
                record
                    .iter()
                    .map(|cell| (cell != "∅").then(|| cell.to_owned())),
            )
            .collect();
        complete(rule, name, &mut row);
        rows.push(row);
    }
    let mut columns = Vec::new();
    for column in table.columns() {
        let mut builder = ColumnBuilder::new(column.ty);
        for (index, row) in rows.iter().enumerate() {
            let cell = row.get(column.name).cloned().flatten();
            push(&mut builder, column.ty, cell)
                .map_err(|fault| (index as u64 + 1, format!("{}: {fault}", column.name)))?;
        }
        columns.push(builder.finish(column.name));
    }
    DataFrame::new(rows.len(), columns).map_err(|fault| (0, fault.to_string()))
}

/// What an example may leave out.
fn complete(rule: &Rule, table: &str, row: &mut BTreeMap<&str, Option<String>>) {
    let mut default = |column: &'static str, value: Option<String>| {
        row.entry(column).or_insert(value);
    };
    default("account_id", Some("111122223333".to_owned()));
    default("region", Some("eu-west-1".to_owned()));
    let id = row.get("resource_id").cloned().flatten();
    row.entry("short_id").or_insert_with(|| id.clone());
    row.entry("name").or_insert(id);
    if table != "usage" && table != "usage_daily" {
        return;
    }
    let named = row.get("metric").cloned().flatten().unwrap_or_default();
    let need = rule
        .needs
        .metrics
        .iter()
        .find(|need| need.name == named)
        .or_else(|| {
            rule.needs
                .metrics
                .iter()
                .find(|need| need.metric.name == named)
        });
    let Some(need) = need else { return };
    row.insert("metric", Some(need.metric.name.to_owned()));
    let mut default = |column: &'static str, value: String| {
        row.entry(column).or_insert(Some(value));
    };
    default("namespace", need.metric.namespace.to_owned());
    default("statistic", need.statistic.as_str().to_owned());
    default("period_seconds", need.period_seconds.to_string());
    default("window_days", need.days.to_string());
    default("coverage", "1".to_owned());
    default("expected_points", "100".to_owned());
    default("got_points", "100".to_owned());
}

fn push(builder: &mut ColumnBuilder, ty: Type, cell: Option<String>) -> Result<(), String> {
    fn read<T: std::str::FromStr>(cell: Option<String>, what: &str) -> Result<Option<T>, String> {
        cell.map(|text| text.parse().map_err(|_| format!("'{text}' is not {what}")))
            .transpose()
    }
    match ty {
        Type::Text => cell.push(builder),
        Type::Int => read::<i64>(cell, "a whole number")?.push(builder),
        Type::Real => read::<f64>(cell, "a number")?.push(builder),
        Type::Bool => read::<bool>(cell, "true or false")?.push(builder),
        Type::Time => {
            read::<Timestamp>(cell, "an instant such as 2026-06-15T12:00:00Z")?.push(builder)
        }
    }
    Ok(())
}
