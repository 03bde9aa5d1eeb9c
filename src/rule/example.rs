//! A rule's examples, run as its tests.

use std::collections::BTreeSet;

use billhook_catalog::{Table, Tables, empty_frame};
use jiff::Timestamp;

use super::{Example, Rule, RuleError, Verdict, example_table};
use crate::facts::{self, Facts};
use crate::finding::Finding;
use crate::judge::{Asked, Evaluation, ask, judge, judge_again};
use crate::sql::Catalog;

/// An example that did not come out as written, or a generated test that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleFailure {
    /// Where, and what is wrong.
    pub error: RuleError,
}

/// The clock of all examples; ages are given in the tables.
pub(super) fn clock() -> Timestamp {
    "2026-06-15T12:00:00Z"
        .parse()
        .expect("a well-formed instant")
}

/// The facts that an example describes. Tables that the rule does not read and the example does not give are left out.
pub fn example_facts(
    rule: &Rule,
    example: &Example,
    catalog: &Catalog,
) -> Result<Facts, RuleError> {
    let mut tables = Tables::default();
    for table in seen_by(rule, catalog) {
        tables.insert(table.name, empty_frame(table));
    }
    for (name, line, csv) in &example.tables {
        let frame =
            example_table::table_of(rule, name, csv, catalog).map_err(|(row, message)| {
                RuleError {
                    path: rule.path.clone(),
                    line: line + row,
                    column: 1,
                    message: format!("csv {name}: {message}"),
                }
            })?;
        tables.insert(name, frame);
    }
    Ok(facts::complete(tables, clock()))
}

/// The tables that judging a rule reads.
pub(super) fn seen_by(rule: &Rule, catalog: &Catalog) -> Vec<&'static Table> {
    let mut names: BTreeSet<&str> = rule.reads().into_keys().collect();
    names.extend([rule.resource.name, "usage", "usage_daily"]);
    names
        .into_iter()
        .filter_map(|name| catalog.table(name))
        .collect()
}

/// The verdict on one resource. `members` are those in the population.
fn verdict_on(evaluation: &Evaluation, members: &BTreeSet<String>, resource_id: &str) -> Verdict {
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
    if members.contains(resource_id) {
        Verdict::Clear
    } else {
        Verdict::Outside
    }
}

/// An example that has been judged.
pub(super) struct Judged<'r> {
    pub(super) example: &'r Example,
    pub(super) facts: Facts,
    /// The answers of the rule's queries, where they could be had.
    pub(super) asked: Option<Asked>,
    pub(super) evaluation: Evaluation,
}

/// Judges the examples of a rule; the error is what is wrong with the tables of one.
pub(super) fn judged<'r>(rule: &'r Rule, catalog: &Catalog) -> Vec<Result<Judged<'r>, RuleError>> {
    let judged = |example: &'r Example| {
        let facts = example_facts(rule, example, catalog)?;
        let asked = ask(rule, &facts).ok();
        let evaluation = match &asked {
            Some(asked) => judge_again(rule, &facts, asked, None),
            // Judging says what is wrong.
            None => judge(std::slice::from_ref(rule), &facts),
        };
        Ok(Judged {
            example,
            facts,
            asked,
            evaluation,
        })
    };
    rule.examples.iter().map(judged).collect()
}

/// Runs the examples of a rule.
pub fn run_examples(rule: &Rule, catalog: &Catalog) -> Vec<ExampleFailure> {
    examples_fail(rule, &judged(rule, catalog))
}

/// What does not come out as written.
pub(super) fn examples_fail(
    rule: &Rule,
    judged: &[Result<Judged, RuleError>],
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
    if rule.examples.is_empty() {
        fail(0, "the rule has no examples; it needs one that is flagged, one that is clear and one that is not judged".to_owned());
    }
    let mut seen = Vec::new();
    for judged in judged {
        let Judged {
            example,
            asked,
            evaluation,
            ..
        } = match judged {
            Ok(judged) => judged,
            Err(error) => {
                fail(error.line, error.message.clone());
                continue;
            }
        };
        let members = asked.as_ref().map(Asked::members).unwrap_or_default();
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
            let found = verdict_on(evaluation, &members, &expected.resource_id);
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
