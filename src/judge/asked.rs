//! What a rule's queries answer, and which of the answers hold for a world that differs in one cell or one row.

use std::borrow::Cow;
use std::collections::BTreeSet;

use polars::prelude::{AnyValue, DataFrame};

use super::evidence::Evidence;
use super::{Evaluation, Fault, Watch};
use crate::facts::Facts;
use crate::rule::Rule;
use crate::sql::{Checked, RunError, run};

/// The answers of a rule's queries.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(super) population: DataFrame,
    pub(super) query: DataFrame,
    /// In the order of the rule's own.
    pub(super) unjudged: Vec<DataFrame>,
}

/// Where a world differs from the one that was asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Difference<'a> {
    /// The table.
    pub(crate) table: &'a str,
    /// The column of the one cell that differs; `None`: rows do.
    pub(crate) column: Option<&'a str>,
}

impl Difference<'_> {
    /// Whether a query may answer otherwise. Which series a rule sees depends on columns that its query need not read.
    fn concerns(self, checked: &Checked) -> bool {
        const ONLY_JUDGED: [&str; 2] = ["coverage", "p90"];
        let (Some(columns), Some(column)) = (checked.reads.get(self.table), self.column) else {
            return checked.reads.contains_key(self.table);
        };
        let is_series = ["usage", "usage_daily"].contains(&self.table);
        columns.contains(column) || is_series && !ONLY_JUDGED.contains(&column)
    }
}

impl Asked {
    /// Asks what is not known yet. `before` are the answers of a world that differs there at most.
    pub(super) fn of<'a>(
        rule: &Rule,
        frame: impl Fn(&'static str) -> Option<Cow<'a, DataFrame>>,
        before: Option<(&Asked, Option<Difference<'_>>)>,
    ) -> Result<Self, RunError> {
        let answer = |checked: &Checked, of: &dyn Fn(&Asked) -> Option<DataFrame>| match before {
            Some((asked, difference))
                if !difference.is_some_and(|difference| difference.concerns(checked)) =>
            {
                of(asked).map_or_else(|| run(checked, &frame), Ok)
            }
            _ => run(checked, &frame),
        };
        Ok(Asked {
            population: answer(&rule.population, &|asked| Some(asked.population.clone()))?,
            query: answer(&rule.query, &|asked| Some(asked.query.clone()))?,
            unjudged: rule
                .unjudged
                .iter()
                .enumerate()
                .map(|(index, unjudged)| {
                    answer(&unjudged.query, &|asked| asked.unjudged.get(index).cloned())
                })
                .collect::<Result<_, _>>()?,
        })
    }

    /// The resources that are in the population, or may be.
    pub(crate) fn members(&self) -> BTreeSet<String> {
        let column = |name: &str| self.population.column(name).ok();
        let (Some(ids), Some(flags)) = (column("resource_id"), column("member")) else {
            return BTreeSet::new();
        };
        (0..self.population.height())
            .filter(|row| !matches!(flags.get(*row), Ok(AnyValue::Boolean(false)) | Err(_)))
            .filter_map(|row| ids.get(row).ok()?.get_str().map(str::to_owned))
            .collect()
    }
}

/// Asks a rule's queries about a world. The error is what a fault of the rule says.
pub(crate) fn ask(rule: &Rule, facts: &Facts) -> Result<Asked, String> {
    let asked = || -> Result<Asked, Fault> {
        let evidence = Evidence::of(rule, facts)?;
        Ok(Asked::of(rule, |table| evidence.frame(table, facts), None)?)
    };
    asked().map_err(|fault| fault.to_string())
}

/// Judges a world that is known, or that differs from a known one there at most.
pub(crate) fn judge_again(
    rule: &Rule,
    facts: &Facts,
    asked: &Asked,
    difference: Option<Difference<'_>>,
) -> Evaluation {
    let mut evaluation = Evaluation::default();
    evaluation.add(rule, facts, Watch::default(), Some((asked, difference)));
    evaluation.sort();
    evaluation
}
