//! The tests that every rule has without anybody writing them.

use billhook_catalog::{Tables, empty_frame, without_cell};
use polars::prelude::{AnyValue, DataFrame};

use super::example::{ExampleFailure, clock, example_facts, seen_by};
use super::{Example, Rule, RuleError, Verdict};
use crate::facts::{self, Facts};
use crate::judge::{Difference, ask, judge, judge_again};
use crate::sql::Catalog;

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
    for table in seen_by(rule, catalog) {
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
        let asked = ask(rule, &facts).ok();
        for change in changes(rule, example, &facts, catalog) {
            let mut changed = facts.clone();
            changed.tables.insert(change.table, change.frame);
            let difference = Difference {
                table: change.table,
                column: change.column,
            };
            let evaluation = match &asked {
                Some(asked) => judge_again(rule, &changed, asked, Some(difference)),
                None => judge(std::slice::from_ref(rule), &changed),
            };
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

/// What makes a world that knows a little less.
struct Change {
    what: String,
    /// The table that is another.
    table: &'static str,
    /// The column of the one cell that is unknown; `None` where a row is gone.
    column: Option<&'static str>,
    /// The table.
    frame: DataFrame,
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
                // nowhere, or lacks what no row lacks.
                let is_key = column.required || column.references.is_some();
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
                let without = without_cell(frame, column.name, row);
                let id = frame
                    .column("resource_id")
                    .ok()
                    .and_then(|ids| ids.get(row).ok());
                let must_not_judge = (own && rule.decisive.contains(&column.name))
                    .then(|| id.and_then(|id| id.get_str().map(str::to_owned)))
                    .flatten();
                all.push(Change {
                    what: format!("{name}.{} unknown in row {}", column.name, row + 1),
                    table: table.name,
                    column: Some(column.name),
                    frame: without,
                    must_not_judge,
                });
            }
            if !own && !table.absence_is_evidence {
                let rest = frame
                    .slice(0, row)
                    .vstack(&frame.slice(row as i64 + 1, frame.height()));
                if let Ok(rest) = rest {
                    all.push(Change {
                        what: format!("{name} without row {}", row + 1),
                        table: table.name,
                        column: None,
                        frame: rest,
                        must_not_judge: None,
                    });
                }
            }
        }
    }
    all
}
