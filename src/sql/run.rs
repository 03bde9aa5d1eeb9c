//! Execution by Polars.

use std::collections::BTreeSet;

use billhook_catalog::empty_frame;
use polars::prelude::{DataFrame, IntoLazy, PolarsError};
use polars::sql::SQLContext;

use super::place::places_of;
use super::reads::closest_column;
use super::{Catalog, Checked, SqlError};

/// A statement that could not be executed.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A table that it reads was not given.
    #[error("the table {0} was not collected")]
    MissingTable(&'static str),
    /// Polars refuses it.
    #[error("{0}")]
    Polars(#[from] PolarsError),
}

/// Executes a checked statement over the frames that `frame` gives.
pub fn run<'a>(
    checked: &Checked,
    frame: impl Fn(&'static str) -> Option<std::borrow::Cow<'a, DataFrame>>,
) -> Result<DataFrame, RunError> {
    let mut context = SQLContext::new();
    for (table, columns) in &checked.reads {
        let frame = frame(table).ok_or(RunError::MissingTable(table))?;
        context.register(table, only(&frame, columns)?.lazy());
    }
    Ok(context.execute(&checked.sql)?.collect()?)
}

/// What a statement reads of a table. Tables are wide, and each step of planning goes over all columns that there are.
fn only(frame: &DataFrame, columns: &BTreeSet<&'static str>) -> Result<DataFrame, PolarsError> {
    let read = |name: &str| columns.contains(name);
    let mut kept: Vec<_> = frame
        .columns()
        .iter()
        .filter(|column| read(column.name()))
        .cloned()
        .collect();
    if kept.is_empty() {
        // Rows can be counted without a look at any column.
        kept.extend(frame.columns().first().cloned());
    }
    DataFrame::new(frame.height(), kept)
}

/// Plans and executes the statement on empty tables: names, types and arity are right if that works. Returns the empty
/// result, whose schema tells what the statement yields.
pub fn type_check(checked: &Checked, catalog: &Catalog) -> Result<DataFrame, SqlError> {
    let result = run(checked, |table| {
        catalog
            .table(table)
            .map(|table| std::borrow::Cow::Owned(empty_frame(table)))
    });
    result.map_err(|error| {
        let message = error.to_string();
        // Polars goes on with the plan that it had by then, which says nothing to the author of a rule.
        let first = message.lines().next().unwrap_or_default();
        match unknown_column(first) {
            Some(name) => {
                let hint = closest_column(catalog, &checked.reads, name)
                    .map(|column| format!("; did you mean {column}?"))
                    .unwrap_or_default();
                let places = places_of(&checked.text, name);
                let (line, column) = places.first().copied().unwrap_or((0, 0));
                SqlError {
                    line,
                    column,
                    message: format!("there is no column {name}{hint}"),
                }
            }
            None => SqlError {
                line: 0,
                column: 0,
                message: first.to_owned(),
            },
        }
    })
}

/// The column that Polars does not find, from its message.
fn unknown_column(message: &str) -> Option<&str> {
    let quoted = message
        .strip_prefix("not found: unable to find column \"")
        .or_else(|| {
            message
                .find("no column named '")
                .map(|at| &message[at + "no column named '".len()..])
        })?;
    quoted.split(['"', '\'']).next()
}
