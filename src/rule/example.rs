//! A rule's examples, run as its tests.

use std::collections::BTreeMap;

use billhook_catalog::{Tables, Type, conform, empty_frame};
use jiff::Timestamp;
use polars::prelude::{AnyValue, DataFrame};

use super::{Example, ExpectLine, Rule, RuleError, Verdict};
use crate::facts::{self, Facts};
use crate::finding::Finding;
use crate::judge::{Evaluation, judge};
use crate::sql::Catalog;

/// What an example came to, against what was expected.
pub type Expectation = ExpectLine;

/// An example that did not come out as written, or a generated test that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleFailure {
    /// Where, and what is wrong.
    pub error: RuleError,
}

/// The clock of all examples; ages are given in the tables.
fn clock() -> Timestamp {
    "2026-06-15T12:00:00Z"
        .parse()
        .expect("a well-formed instant")
}

/// The facts that an example describes.
pub fn example_facts(
    rule: &Rule,
    example: &Example,
    catalog: &Catalog,
) -> Result<Facts, RuleError> {
    let mut tables = Tables::default();
    for table in catalog.tables() {
        tables.insert(table.name, empty_frame(table));
    }
    for (name, line, csv) in &example.tables {
        let frame = table_of(rule, name, csv, catalog).map_err(|(row, message)| RuleError {
            path: rule.path.clone(),
            line: line + row,
            column: 0,
            message: format!("csv {name}: {message}"),
        })?;
        tables.insert(name, frame);
    }
    Ok(facts::complete(tables, clock()))
}

/// Reads a CSV block as the table's frame; the error has the row, counted from the header as 0.
fn table_of(
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
    let mut frame = empty_frame(table);
    for column in table.columns() {
        let mut builder = billhook_catalog::ColumnBuilder::new(column.ty);
        for (index, row) in rows.iter().enumerate() {
            let cell = row.get(column.name).cloned().flatten();
            push(&mut builder, column.ty, cell)
                .map_err(|fault| (index as u64 + 1, format!("{}: {fault}", column.name)))?;
        }
        let position = frame
            .get_column_index(column.name)
            .expect("a column of the table");
        let finished = builder.finish(column.name);
        if frame.height() == rows.len() {
            frame
                .replace_column(position, finished)
                .map_err(|fault| (0, fault.to_string()))?;
        } else {
            // The first column decides the height; the others follow in the same order.
            let mut columns = vec![finished];
            for later in table.columns().skip(1) {
                columns.push(polars::prelude::Column::full_null(
                    later.name.into(),
                    rows.len(),
                    frame
                        .column(later.name)
                        .expect("a column of the table")
                        .dtype(),
                ));
            }
            frame = DataFrame::new(rows.len(), columns).map_err(|fault| (0, fault.to_string()))?;
        }
    }
    conform(table, &frame).map_err(|fault| (0, fault.to_string()))
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

fn push(
    builder: &mut billhook_catalog::ColumnBuilder,
    ty: Type,
    cell: Option<String>,
) -> Result<(), String> {
    use billhook_catalog::Cell;
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

/// The verdict on one resource.
fn verdict_on(rule: &Rule, facts: &Facts, evaluation: &Evaluation, resource_id: &str) -> Verdict {
    if evaluation
        .findings
        .iter()
        .any(|finding| finding.resource_id == resource_id)
    {
        return Verdict::Flagged;
    }
    if evaluation.not_judged.iter().any(|entry| {
        entry
            .resource_id
            .as_deref()
            .is_none_or(|id| id == resource_id)
    }) {
        return Verdict::NotJudged;
    }
    // Clear and outside differ only in the population, so the rule is asked about this resource alone.
    let alone = Rule {
        needs: Default::default(),
        unjudged: Vec::new(),
        decisive: Vec::new(),
        ..rule.clone()
    };
    let population = judge(
        std::slice::from_ref(&alone),
        &only(rule, facts, resource_id),
    );
    match population
        .outcomes
        .first()
        .and_then(|outcome| outcome.population)
    {
        Some(0) | None => Verdict::Outside,
        Some(_) => Verdict::Clear,
    }
}

/// The facts with the rule's own table cut down to one resource.
fn only(rule: &Rule, facts: &Facts, resource_id: &str) -> Facts {
    let mut cut = facts.clone();
    if let Some(frame) = facts.tables.get(rule.resource.name) {
        let keep = (0..frame.height()).map(|row| {
            frame
                .column("resource_id")
                .ok()
                .and_then(|ids| ids.get(row).ok())
                .is_some_and(|id| id.get_str() == Some(resource_id))
        });
        let keep: polars::prelude::BooleanChunked = keep.collect();
        if let Ok(frame) = frame.filter(&keep) {
            cut.tables.insert(rule.resource.name, frame);
        }
    }
    cut
}

/// Runs the examples of a rule.
pub fn run_examples(rule: &Rule, catalog: &Catalog) -> Vec<ExampleFailure> {
    let mut failures = Vec::new();
    let mut fail = |line: u64, message: String| {
        let error = RuleError {
            path: rule.path.clone(),
            line,
            column: 0,
            message,
        };
        failures.push(ExampleFailure { error });
    };
    if rule.examples.is_empty() {
        fail(0, "the rule has no examples; it needs one that is flagged, one that is clear and one that is not judged".to_owned());
    }
    let mut seen = Vec::new();
    for example in &rule.examples {
        let facts = match example_facts(rule, example, catalog) {
            Ok(facts) => facts,
            Err(error) => {
                fail(error.line, error.message);
                continue;
            }
        };
        let evaluation = judge(std::slice::from_ref(rule), &facts);
        for fault in &evaluation.faults {
            fail(example.line, fault.clone());
        }
        if example.expect.is_empty() {
            fail(
                example.line,
                format!(
                    "the example \"{}\" expects nothing; add an ```expect block",
                    example.name
                ),
            );
        }
        for expected in &example.expect {
            seen.push(expected.verdict);
            let found = verdict_on(rule, &facts, &evaluation, &expected.resource_id);
            if found != expected.verdict {
                let reason = evaluation
                    .not_judged
                    .iter()
                    .find(|entry| entry.resource_id.as_ref() == Some(&expected.resource_id))
                    .map(|entry| format!(" ({})", entry.reason))
                    .unwrap_or_default();
                fail(
                    expected.line,
                    format!(
                        "\"{}\": {} should be {}, but is {}{reason}",
                        example.name,
                        expected.resource_id,
                        words(expected.verdict),
                        words(found)
                    ),
                );
            } else if let Some(finding) = evaluation
                .findings
                .iter()
                .find(|finding| finding.resource_id == expected.resource_id)
            {
                for (column, wanted) in &expected.values {
                    let shown = shown(finding, column);
                    if !same(&shown, wanted) {
                        fail(
                            expected.line,
                            format!(
                                "\"{}\": {} has {column}={shown}, expected {wanted}",
                                example.name, expected.resource_id
                            ),
                        );
                    }
                }
            }
        }
        for finding in &evaluation.findings {
            if !example
                .expect
                .iter()
                .any(|expected| expected.resource_id == finding.resource_id)
            {
                fail(
                    example.line,
                    format!(
                        "\"{}\": {} is flagged, but not mentioned",
                        example.name, finding.resource_id
                    ),
                );
            }
        }
    }
    for verdict in [Verdict::Flagged, Verdict::Clear, Verdict::NotJudged] {
        if !rule.examples.is_empty() && !seen.contains(&verdict) {
            fail(0, format!("no example is {}", words(verdict)));
        }
    }
    failures
}

fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Flagged => "flagged",
        Verdict::Clear => "clear",
        Verdict::NotJudged => "not judged",
        Verdict::Outside => "outside",
    }
}

fn shown(finding: &Finding, column: &str) -> String {
    let money = |amount: Option<f64>| amount.map_or("∅".to_owned(), |amount| amount.to_string());
    match column {
        "monthly_savings_usd" => money(finding.monthly_savings_usd),
        "at_stake_usd" => money(finding.at_stake_usd),
        "severity" => finding.severity.to_string(),
        "confidence" => finding.confidence.to_string(),
        "price_basis" => finding
            .price_basis
            .map_or("∅".to_owned(), |basis| basis.to_string()),
        "savings_are_upper_bound" => finding.savings_are_upper_bound.to_string(),
        name => match finding.evidence.get(name) {
            None => "(no such column)".to_owned(),
            Some(serde_json::Value::Null) => "∅".to_owned(),
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        },
    }
}

/// Equal as text, or as numbers to half a cent.
fn same(found: &str, wanted: &str) -> bool {
    match (found.parse::<f64>(), wanted.parse::<f64>()) {
        (Ok(found), Ok(wanted)) => (found - wanted).abs() <= 0.005,
        _ => found == wanted,
    }
}

/// The tests that every rule has without writing them: unknown never accuses, and the empty world has no findings.
pub fn run_generated(rule: &Rule, catalog: &Catalog) -> Vec<ExampleFailure> {
    let mut failures = Vec::new();
    let mut fail = |line: u64, message: String| {
        let error = RuleError {
            path: rule.path.clone(),
            line,
            column: 0,
            message,
        };
        failures.push(ExampleFailure { error });
    };
    let mut empty = Tables::default();
    for table in catalog.tables() {
        empty.insert(table.name, empty_frame(table));
    }
    let world = judge(std::slice::from_ref(rule), &facts::complete(empty, clock()));
    if !world.findings.is_empty() || !world.faults.is_empty() {
        fail(
            0,
            format!(
                "the empty world: {} findings, faults {:?}",
                world.findings.len(),
                world.faults
            ),
        );
    }
    for example in &rule.examples {
        let Ok(facts) = example_facts(rule, example, catalog) else {
            continue;
        };
        let clear: Vec<&str> = example
            .expect
            .iter()
            .filter(|expected| expected.verdict == Verdict::Clear)
            .map(|expected| expected.resource_id.as_str())
            .collect();
        for change in changes(rule, example, &facts, catalog) {
            let evaluation = judge(std::slice::from_ref(rule), &change.facts);
            for id in &clear {
                if evaluation
                    .findings
                    .iter()
                    .any(|finding| finding.resource_id == *id)
                {
                    fail(
                        example.line,
                        format!(
                            "\"{}\": {} flags {id}, which is clear",
                            example.name, change.what
                        ),
                    );
                }
            }
            if let Some(id) = &change.must_not_judge
                && clear.contains(&id.as_str())
                && !evaluation
                    .not_judged
                    .iter()
                    .any(|entry| entry.resource_id.as_ref() == Some(id))
            {
                fail(
                    example.line,
                    format!("\"{}\": {} leaves {id} judged", example.name, change.what),
                );
            }
        }
    }
    failures
}

/// Columns that decide whether there is enough evidence, whatever the query reads.
const READ_BY_THE_ENGINE: &[&str] = &[
    "age_days",
    "coverage",
    "metric",
    "statistic",
    "period_seconds",
    "window_days",
    "p90",
];

/// A world that knows a little less.
struct Change {
    what: String,
    facts: Facts,
    /// Resource that must not be judged any more.
    must_not_judge: Option<String>,
}

/// Every world with one cell unknown, or one row of a joined table gone.
fn changes(rule: &Rule, example: &Example, facts: &Facts, catalog: &Catalog) -> Vec<Change> {
    let mut all = Vec::new();
    let reads = rule.reads();
    for (name, ..) in &example.tables {
        let (Some(table), Some(frame)) = (catalog.table(name), facts.tables.get(name)) else {
            continue;
        };
        let own = table.name == rule.resource.name;
        for row in 0..frame.height() {
            for column in table.columns() {
                // Keys place a row; without them there is no row. Where a missing row is evidence, so is a row that points
                // nowhere.
                let is_key = column.name == "resource_id" || column.references.is_some();
                let places = ["account_id", "region", "short_id", "name"].contains(&column.name)
                    || (own && column.name == "resource_id")
                    || (!own && table.absence_is_evidence && is_key);
                // A cell that nobody reads changes nothing.
                let read = reads
                    .get(table.name)
                    .is_some_and(|columns| columns.contains(column.name))
                    || READ_BY_THE_ENGINE.contains(&column.name);
                let known = frame
                    .column(column.name)
                    .and_then(|cells| cells.get(row))
                    .is_ok_and(|cell| cell != AnyValue::Null);
                if places || !known || !read {
                    continue;
                }
                let without = billhook_catalog::without_cell(frame, column.name, row);
                let id = frame
                    .column("resource_id")
                    .ok()
                    .and_then(|ids| ids.get(row).ok());
                let must_not_judge = (own && rule.decisive.contains(&column.name))
                    .then(|| id.and_then(|id| id.get_str().map(str::to_owned)))
                    .flatten();
                let mut changed = facts.clone();
                changed.tables.insert(name, without);
                all.push(Change {
                    what: format!("{name}.{} unknown in row {}", column.name, row + 1),
                    facts: changed,
                    must_not_judge,
                });
            }
            if !own && !table.absence_is_evidence {
                let rest = frame
                    .slice(0, row)
                    .vstack(&frame.slice(row as i64 + 1, frame.height()));
                if let Ok(rest) = rest {
                    let mut changed = facts.clone();
                    changed.tables.insert(name, rest);
                    all.push(Change {
                        what: format!("{name} without row {}", row + 1),
                        facts: changed,
                        must_not_judge: None,
                    });
                }
            }
        }
    }
    all
}
