//! The tests that every rule has without anybody writing them.

use std::borrow::Cow;

use billhook_catalog::{Tables, empty_frame};
use polars::prelude::AnyValue;

use super::example::{ExampleFailure, Judged, clock, judged, seen_by};
use super::{Example, ExpectLine, Rule, RuleError, Verdict};
use crate::facts::{self, Facts};
use crate::judge::{Asked, Difference, Evaluation, Neighbours, ask_worlds, judge, judge_again};
use crate::sql::Catalog;

/// The tests that every rule has without writing them: unknown never accuses, and the empty world has no findings.
pub fn run_generated(rule: &Rule, catalog: &Catalog) -> Vec<ExampleFailure> {
    generated_fail(rule, &judged(rule, catalog), catalog)
}

/// Which of these tests fail, for a rule whose examples have been judged.
pub(super) fn generated_fail(
    rule: &Rule,
    judged: &[Result<Judged, RuleError>],
    catalog: &Catalog,
) -> Vec<ExampleFailure> {
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
    if let Some(message) = empty_world(rule, catalog) {
        fail(0, message);
    }
    // Only a resource that is clear can come to be flagged, or stay judged.
    let judged: Vec<&Judged> = judged.iter().flatten().collect();
    let judged: Vec<(&Judged, Vec<Change>)> = judged
        .into_iter()
        .filter(|judged| judged.example.expect.iter().any(is_clear))
        .map(|judged| {
            let changes = changes(rule, judged.example, &judged.facts, catalog);
            (judged, changes)
        })
        .collect();
    let known: Vec<Neighbours> = judged
        .iter()
        .filter_map(|(judged, changes)| {
            Some(Neighbours {
                facts: &judged.facts,
                asked: judged.asked.as_ref()?,
                differences: changes.iter().map(|change| change.difference).collect(),
            })
        })
        .collect();
    let mut worlds = ask_worlds(rule, &known).into_iter();
    for (judged, changes) in &judged {
        let of_example = judged.asked.as_ref().and_then(|_| worlds.next());
        let mut of_example = of_example.unwrap_or_default().into_iter();
        for change in changes {
            let asked = of_example.next().flatten();
            let evaluation = evaluate(rule, judged, change, asked.as_ref());
            let mut wrong = change.wrong(judged.example, &evaluation);
            if !wrong.is_empty() && asked.is_some() {
                // What is said of a rule is what it does by itself.
                wrong = change.wrong(judged.example, &evaluate(rule, judged, change, None));
            }
            for message in wrong {
                fail(
                    judged.example.line,
                    format!("\"{}\": {} {message}", judged.example.name, change.what),
                );
            }
        }
    }
    failures
}

fn empty_world(rule: &Rule, catalog: &Catalog) -> Option<String> {
    let mut empty = Tables::default();
    for table in seen_by(rule, catalog) {
        empty.insert(table.name, empty_frame(table));
    }
    let world = judge(std::slice::from_ref(rule), &facts::complete(empty, clock()));
    let (findings, faults) = (world.findings.len(), world.faults);
    (findings > 0 || !faults.is_empty())
        .then(|| format!("the empty world: {findings} findings, faults {faults:?}"))
}

fn is_clear(expected: &ExpectLine) -> bool {
    expected.verdict == Verdict::Clear
}

/// Judges an example with a change. `asked` are the answers of the rule's queries, where they are known.
fn evaluate<'j>(
    rule: &Rule,
    judged: &'j Judged,
    change: &Change,
    asked: Option<&Asked>,
) -> Cow<'j, Evaluation> {
    let (before, difference) = (judged.asked.as_ref(), change.difference);
    if let (Some(before), Some(asked)) = (before, asked)
        && !difference.concerns_judging(rule)
        && asked.is_same(before)
    {
        return Cow::Borrowed(&judged.evaluation);
    }
    let changed = difference.applied(&judged.facts);
    Cow::Owned(match (asked, before) {
        (Some(asked), _) => judge_again(rule, &changed, asked, None),
        (None, Some(before)) => judge_again(rule, &changed, before, Some(difference)),
        (None, None) => judge(std::slice::from_ref(rule), &changed),
    })
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
    difference: Difference,
    /// Resource that must not be judged any more.
    must_not_judge: Option<String>,
}

impl Change {
    /// What is wrong with judging the example with this change.
    fn wrong(&self, example: &Example, evaluation: &Evaluation) -> Vec<String> {
        let mut wrong = Vec::new();
        let clear = || example.expect.iter().filter(|expected| is_clear(expected));
        for expected in clear() {
            let id = &expected.resource_id;
            if evaluation
                .findings
                .iter()
                .any(|finding| finding.resource_id == *id)
            {
                wrong.push(format!("flags {id}, which is clear"));
            }
        }
        if let Some(id) = &self.must_not_judge
            && clear().any(|expected| expected.resource_id == *id)
            && !evaluation
                .not_judged
                .iter()
                .any(|entry| entry.resource_id.as_ref() == Some(id))
        {
            wrong.push(format!("leaves {id} judged"));
        }
        wrong
    }
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
                let id = frame
                    .column("resource_id")
                    .ok()
                    .and_then(|ids| ids.get(row).ok());
                let must_not_judge = (own && rule.decisive.contains(&column.name))
                    .then(|| id.and_then(|id| id.get_str().map(str::to_owned)))
                    .flatten();
                all.push(Change {
                    what: format!("{name}.{} unknown in row {}", column.name, row + 1),
                    difference: Difference {
                        table: table.name,
                        row,
                        column: Some(column.name),
                    },
                    must_not_judge,
                });
            }
            if !own && !table.absence_is_evidence {
                all.push(Change {
                    what: format!("{name} without row {}", row + 1),
                    difference: Difference {
                        table: table.name,
                        row,
                        column: None,
                    },
                    must_not_judge: None,
                });
            }
        }
    }
    all
}
