//! What a rule's queries answer, and which of the answers hold for a world that differs in one cell or one row.

use std::borrow::Cow;
use std::collections::BTreeSet;

use billhook_catalog::{without_cell, without_row};
use polars::prelude::{AnyValue, DataFrame};

use super::evidence::{Evidence, Index};
use super::{Evaluation, Fault, Watch};
use crate::facts::Facts;
use crate::rule::Rule;
use crate::sql::{Checked, RunError, run};

/// The answers of a rule's queries, in the order of [`queries`].
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(super) answers: Vec<DataFrame>,
}

/// A rule's queries: its population, the query itself, and what excuses.
pub(super) fn queries(rule: &Rule) -> Vec<&Checked> {
    let unjudged = rule.unjudged.iter().map(|unjudged| &unjudged.query);
    [&rule.population, &rule.query]
        .into_iter()
        .chain(unjudged)
        .collect()
}

/// Where a world differs from the one that was asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Difference {
    /// The table.
    pub(crate) table: &'static str,
    /// The row.
    pub(crate) row: usize,
    /// The column of the one cell that is unknown; `None`: the row is gone.
    pub(crate) column: Option<&'static str>,
}

impl Difference {
    /// The tables of the world that differs.
    pub(crate) fn applied(self, facts: &Facts) -> Facts {
        let mut changed = facts.clone();
        if let Some(frame) = facts.tables.get(self.table) {
            let frame = match self.column {
                Some(column) => without_cell(frame, column, self.row),
                None => without_row(frame, self.row),
            };
            changed.tables.insert(self.table, frame);
        }
        changed
    }

    /// Whether a rule may judge otherwise although its queries answer the same.
    pub(crate) fn concerns_judging(self, rule: &Rule) -> bool {
        self.table == rule.resource.name || is_series(self.table)
    }

    /// Whether a query may answer otherwise. Which series a rule sees depends on columns that its query need not read.
    pub(super) fn concerns(self, checked: &Checked) -> bool {
        const ONLY_JUDGED: [&str; 2] = ["coverage", "p90"];
        let (Some(columns), Some(column)) = (checked.reads.get(self.table), self.column) else {
            return checked.reads.contains_key(self.table);
        };
        columns.contains(column) || is_series(self.table) && !ONLY_JUDGED.contains(&column)
    }
}

/// Whether a rule has a view of its own of a table.
pub(super) fn is_series(table: &str) -> bool {
    ["usage", "usage_daily"].contains(&table)
}

impl Asked {
    /// Asks what is not known yet. `before` are the answers of a world that differs there at most.
    pub(super) fn of<'a>(
        rule: &Rule,
        frame: impl Fn(&'static str) -> Option<Cow<'a, DataFrame>>,
        before: Option<(&Asked, Option<Difference>)>,
    ) -> Result<Self, RunError> {
        let queries = queries(rule).into_iter().enumerate();
        let answers = queries.map(|(index, checked)| {
            let known = before.and_then(|(asked, difference)| {
                let other = difference.is_some_and(|difference| difference.concerns(checked));
                asked.answers.get(index).filter(|_| !other)
            });
            known.map_or_else(|| run(checked, &frame), |known| Ok(known.clone()))
        });
        Ok(Asked {
            answers: answers.collect::<Result<_, _>>()?,
        })
    }

    pub(super) fn population(&self) -> &DataFrame {
        &self.answers[0]
    }

    pub(super) fn query(&self) -> &DataFrame {
        &self.answers[1]
    }

    /// In the order of the rule's own.
    pub(super) fn unjudged(&self) -> &[DataFrame] {
        &self.answers[2..]
    }

    /// Whether all answers are the same, rows in the same order.
    pub(crate) fn is_same(&self, other: &Asked) -> bool {
        let pairs = || self.answers.iter().zip(&other.answers);
        self.answers.len() == other.answers.len()
            && pairs().all(|(own, other)| own.equals_missing(other))
    }

    /// The resources that are in the population, or may be.
    pub(crate) fn members(&self) -> BTreeSet<String> {
        let column = |name: &str| self.population().column(name).ok();
        let (Some(ids), Some(flags)) = (column("resource_id"), column("member")) else {
            return BTreeSet::new();
        };
        (0..self.population().height())
            .filter(|row| !matches!(flags.get(*row), Ok(AnyValue::Boolean(false)) | Err(_)))
            .filter_map(|row| ids.get(row).ok()?.get_str().map(str::to_owned))
            .collect()
    }
}

/// Asks a rule's queries about a world. The error is what a fault of the rule says.
pub(crate) fn ask(rule: &Rule, facts: &Facts) -> Result<Asked, String> {
    let asked = || -> Result<Asked, Fault> {
        let index = Index::of(facts)?;
        let evidence = Evidence::of(rule, facts, &index)?;
        Ok(Asked::of(rule, |table| evidence.frame(table, facts), None)?)
    };
    asked().map_err(|fault| fault.to_string())
}

/// Judges a world that is known, or that differs from a known one there at most.
pub(crate) fn judge_again(
    rule: &Rule,
    facts: &Facts,
    asked: &Asked,
    difference: Option<Difference>,
) -> Evaluation {
    let mut evaluation = Evaluation::default();
    let index = Index::of(facts);
    let before = Some((asked, difference));
    evaluation.add(rule, facts, index.as_ref(), Watch::default(), before);
    evaluation.sort();
    evaluation
}
