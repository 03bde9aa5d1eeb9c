//! Ages are facts: rules read no clock.

use jiff::Timestamp;
use polars::prelude::{
    Column as Values, DataFrame, DataType, Float64Chunked, IntoColumn, NewChunkedArray,
};

const MILLISECONDS_A_DAY: f64 = 86_400_000.0;

/// Fills every `…_days` column from the `…_at` column beside it (`age_days` from `created_at`), where it is NULL.
pub(super) fn fill(mut frame: DataFrame, taken_at: Timestamp) -> DataFrame {
    let names: Vec<String> = frame
        .get_column_names()
        .iter()
        .map(|name| name.to_string())
        .collect();
    for name in &names {
        let Some(stem) = name.strip_suffix("_days") else {
            continue;
        };
        let since = if stem == "age" {
            "created_at".to_owned()
        } else {
            format!("{stem}_at")
        };
        let (Ok(days), Ok(instants)) = (frame.column(name), frame.column(&since)) else {
            continue;
        };
        if let Some(filled) = days_since(name, days, instants, taken_at) {
            frame
                .with_column(filled)
                .expect("a column of the same length");
        }
    }
    frame
}

fn days_since(name: &str, days: &Values, instants: &Values, taken_at: Timestamp) -> Option<Values> {
    let given = days.f64().ok()?;
    let instants = instants.cast(&DataType::Int64).ok()?;
    let instants = instants.i64().ok()?;
    let cells = given.iter().zip(instants.iter()).map(|(given, instant)| {
        given.or_else(|| {
            instant.map(|millisecond| {
                ((taken_at.as_millisecond() - millisecond) as f64 / MILLISECONDS_A_DAY).max(0.0)
            })
        })
    });
    Some(Float64Chunked::from_iter_options(name.into(), cells).into_column())
}
