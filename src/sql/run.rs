//! Execution by Polars.

use billhook_catalog::empty_frame;
use polars::prelude::{DataFrame, IntoLazy, PolarsError};
use polars::sql::SQLContext;

use super::gate::closest_column;
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
pub fn run<'a>(checked: &Checked, frame: impl Fn(&'static str) -> Option<std::borrow::Cow<'a, DataFrame>>) -> Result<DataFrame, RunError> {
    let mut context = SQLContext::new();
    for table in checked.reads.keys() {
        let frame = frame(table).ok_or(RunError::MissingTable(table))?;
        context.register(table, frame.into_owned().lazy());
    }
    Ok(context.execute(&checked.sql)?.collect()?)
}

/// Plans and executes the statement on empty tables: names, types and arity are right if that works. Returns the empty
/// result, whose schema tells what the statement yields.
pub fn type_check(checked: &Checked, catalog: &Catalog) -> Result<DataFrame, SqlError> {
    let result = run(checked, |table| catalog.table(table).map(|table| std::borrow::Cow::Owned(empty_frame(table))));
    result.map_err(|error| {
        let mut message = error.to_string();
        if let Some(at) = message.find("\n\nResolved plan until failure") {
            message.truncate(at);
        }
        if let RunError::Polars(PolarsError::ColumnNotFound(name)) = &error {
            let hint = closest_column(catalog, &checked.reads, name)
                .map(|column| format!("; did you mean {column}?"))
                .unwrap_or_default();
            message = format!("there is no column {name}{hint}");
        }
        SqlError { line: 0, column: 0, message }
    })
}
