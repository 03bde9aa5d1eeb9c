//! `query`: ask a snapshot a question.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use billhook::facts;
use billhook::judge::json_of;
use billhook::report::csv::defused;
use billhook::sql::{Catalog, Purpose, SqlError, check, run, type_check};
use billhook_catalog::{FactParams, Table};
use polars::prelude::DataFrame;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::{Cloud, Failure, Outcome, judge, log, setup};
use crate::cli::{Global, QueryArgs, QueryFormat};

/// Runs a statement through the gate that rules go through.
pub(super) fn query(
    args: &QueryArgs,
    global: &Global,
    cloud: &dyn Cloud,
) -> Result<Outcome, Failure> {
    let provider = cloud.offline();
    let catalog = Catalog::new(provider.tables());
    let at = |fault: SqlError| {
        let place = if fault.line > 0 {
            format!("line {}, column {}: ", fault.line, fault.column)
        } else {
            String::new()
        };
        Failure::new(format!("{place}{}", fault.message))
    };
    let checked = check(&args.sql, &catalog, Purpose::Query, &BTreeMap::new()).map_err(at)?;
    type_check(&checked, &catalog).map_err(at)?;
    let snapshot = judge::snapshot(&args.snapshot, &catalog)?;
    let manifest = &snapshot.manifest;
    let config = setup::config(args.config.as_deref(), provider.as_ref())?;
    let params = FactParams {
        rightsizing: args.rightsizing_profile.unwrap_or(config.rightsizing),
        rates: config.rates,
        managed_tags: config.managed_tags,
        ..FactParams::new(manifest.started_at)
    };
    let facts = facts::build(
        provider.as_ref(),
        &snapshot.tables,
        &manifest.gaps,
        &manifest.coverage,
        &params,
    )
    .map_err(Failure::new)?;
    let answer =
        run(&checked, |table| facts.tables.get(table).map(Cow::Borrowed)).map_err(Failure::new)?;
    print(&answer, args.format)?;
    let mut silent: Vec<String> = facts
        .gaps
        .iter()
        .filter(|gap| checked.reads.contains_key(gap.table.as_str()))
        .map(|gap| {
            let region = gap.region.as_deref().unwrap_or("all regions");
            format!("{} in {region}: {}", gap.table, gap.kind)
        })
        .collect();
    let collected = |table: &str| snapshot.tables.get(table).is_some();
    let tables = checked.reads.keys().filter_map(|name| catalog.table(name));
    for table in tables.flat_map(|table| sources(table, &catalog)) {
        if !collected(table) {
            silent.push(format!("{table} was not collected"));
        }
    }
    silent.sort();
    silent.dedup();
    if !silent.is_empty() {
        let message = format!("the answer is incomplete: {}", silent.join("; "));
        log::remark(global, &message);
    }
    Ok(Outcome::Complete)
}

/// The collected tables behind a table: itself, or those that it is derived from. The generic ones follow from all.
fn sources(table: &'static Table, catalog: &Catalog) -> Vec<&'static str> {
    if table.is_derived() {
        let known = |name: &&'static str| catalog.table(name).is_some();
        let sources = table.sources().map(|(source, _)| source);
        return sources.filter(known).collect();
    }
    let follows = ["resource", "relation", "price", "calculation"].contains(&table.name);
    if follows {
        Vec::new()
    } else {
        vec![table.name]
    }
}

/// Prints rows as they were asked for.
pub(super) fn print(answer: &DataFrame, format: QueryFormat) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let names: Vec<String> = answer
        .get_column_names()
        .iter()
        .map(|name| name.to_string())
        .collect();
    let row = |index: usize| -> Vec<Value> {
        answer
            .columns()
            .iter()
            .map(|column| column.get(index).map_or(Value::Null, json_of))
            .collect()
    };
    let object = |index: usize| -> Value {
        let fields: serde_json::Map<String, Value> =
            names.iter().cloned().zip(row(index)).collect();
        Value::Object(fields)
    };
    match format {
        QueryFormat::Ndjson => {
            for index in 0..answer.height() {
                writeln!(out, "{}", object(index))?;
            }
        }
        // One row a line: an array that can be read, compared, and held against the other form.
        QueryFormat::Json => {
            write!(out, "[")?;
            for index in 0..answer.height() {
                let separator = if index == 0 { "" } else { "," };
                write!(out, "{separator}\n  {}", object(index))?;
            }
            let end = if answer.height() == 0 { "" } else { "\n" };
            writeln!(out, "{end}]")?;
        }
        QueryFormat::Csv => {
            let mut writer = csv::Writer::from_writer(&mut out);
            writer.write_record(&names).map_err(Failure::new)?;
            for index in 0..answer.height() {
                let cells: Vec<String> = row(index)
                    .iter()
                    .map(|value| defused(&plain(value)).into_owned())
                    .collect();
                writer.write_record(&cells).map_err(Failure::new)?;
            }
            writer.flush()?;
        }
        QueryFormat::Table => {
            let rows: Vec<Vec<String>> = (0..answer.height())
                .map(|index| row(index).iter().map(cell).collect())
                .collect();
            let widths: Vec<usize> = names
                .iter()
                .enumerate()
                .map(|(column, name)| {
                    rows.iter()
                        .map(|row| row[column].width())
                        .chain([name.width()])
                        .max()
                        .unwrap_or(0)
                })
                .collect();
            let line = |cells: &[String]| -> String {
                let padded: Vec<String> = cells
                    .iter()
                    .zip(&widths)
                    .map(|(cell, width)| {
                        format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width())))
                    })
                    .collect();
                padded.join("  ").trim_end().to_owned()
            };
            writeln!(out, "{}", line(&names))?;
            writeln!(
                out,
                "{}",
                widths
                    .iter()
                    .map(|width| "-".repeat(*width))
                    .collect::<Vec<_>>()
                    .join("  ")
            )?;
            for row in &rows {
                writeln!(out, "{}", line(row))?;
            }
            writeln!(out, "({} rows)", answer.height())?;
        }
    }
    Ok(())
}

/// A value as text; unknown is empty.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A value for the terminal: unknown is shown, control characters are not.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => "∅".to_owned(),
        other => plain(other).chars().filter(|c| !c.is_control()).collect(),
    }
}
