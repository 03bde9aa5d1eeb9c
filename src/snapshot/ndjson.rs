//! Tables as lines of JSON, for snapshots that people write.

use std::collections::BTreeSet;

use billhook_catalog::{Cell, ColumnBuilder, Table, Type};
use jiff::Timestamp;
use polars::prelude::{Column, DataFrame};
use serde_json::{Map, Value};

/// Reads a table, and the names of columns that it does not declare. The error has the line, counted from 1.
pub(super) fn read(
    table: &'static Table,
    text: &str,
) -> Result<(DataFrame, BTreeSet<String>), (u64, String)> {
    let mut builders: Vec<ColumnBuilder> = table
        .columns()
        .map(|column| ColumnBuilder::new(column.ty))
        .collect();
    let mut unknown = BTreeSet::new();
    let mut height = 0;
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let number = index as u64 + 1;
        let row: Map<String, Value> = serde_json::from_str(line)
            .map_err(|fault| (number, format!("is no JSON object: {fault}")))?;
        unknown.extend(
            row.keys()
                .filter(|name| table.column(name).is_none())
                .cloned(),
        );
        for (column, builder) in table.columns().zip(&mut builders) {
            let cell = row.get(column.name).unwrap_or(&Value::Null);
            push(builder, column.ty, cell)
                .map_err(|wanted| (number, format!("{}: {cell} is not {wanted}", column.name)))?;
        }
        height += 1;
    }
    let columns: Vec<Column> = table
        .columns()
        .zip(builders)
        .map(|(column, builder)| builder.finish(column.name))
        .collect();
    let frame = DataFrame::new(height, columns).map_err(|fault| (0, fault.to_string()))?;
    Ok((frame, unknown))
}

fn push(builder: &mut ColumnBuilder, ty: Type, cell: &Value) -> Result<(), &'static str> {
    let known = !cell.is_null();
    match ty {
        Type::Text => checked(cell.as_str().map(str::to_owned), known, "text")?.push(builder),
        Type::Int => checked(cell.as_i64(), known, "a whole number")?.push(builder),
        Type::Real => checked(cell.as_f64(), known, "a number")?.push(builder),
        Type::Bool => checked(cell.as_bool(), known, "true or false")?.push(builder),
        Type::Time => {
            let instant = cell
                .as_str()
                .and_then(|text| text.parse::<Timestamp>().ok());
            checked(instant, known, "an instant such as 2026-06-15T12:00:00Z")?.push(builder);
        }
    }
    Ok(())
}

/// A cell that is there must be of the type; one that is not there is unknown.
fn checked<T>(
    value: Option<T>,
    known: bool,
    wanted: &'static str,
) -> Result<Option<T>, &'static str> {
    if known && value.is_none() {
        Err(wanted)
    } else {
        Ok(value)
    }
}
