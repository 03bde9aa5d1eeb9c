//! A rule in a line: what must be known before it judges, and what its findings can save.

use std::collections::BTreeSet;
use std::fmt;

use billhook_catalog::{BASE_GROUP, Provider};
use jiff::Timestamp;
use polars::prelude::DataType;
use serde::Serialize;

use super::{Rule, RuleSet};
use crate::plan;
use crate::report::figure;
use crate::sql::{Catalog, constant, type_check};

/// What a rule's findings can save, as its query says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CanSave {
    /// Dollars a month.
    Savings,
    /// Dollars a month that are an upper bound, and in no total.
    UpperBound,
    /// Dollars a month, an upper bound in some rows.
    SavingsOrUpperBound,
    /// A part of dollars that are spent.
    AtStake,
    /// No dollars: a missing guard.
    Nothing,
}

impl fmt::Display for CanSave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CanSave::Savings => "savings",
            CanSave::UpperBound => "upper bound",
            CanSave::SavingsOrUpperBound => "savings or upper bound",
            CanSave::AtStake => "at stake",
            CanSave::Nothing => "nothing",
        })
    }
}

impl CanSave {
    fn of(rule: &Rule, catalog: &Catalog) -> Self {
        // The query was executed on empty tables when the rule was compiled, so its shape can be had.
        let Ok(shape) = type_check(&rule.query, catalog) else {
            return CanSave::Nothing;
        };
        let has = |name: &str| {
            let column = shape.column(name);
            column.is_ok_and(|column| *column.dtype() != DataType::Null)
        };
        if has("monthly_savings_usd") {
            match constant(&rule.query, "savings_are_upper_bound") {
                Some(true) => CanSave::UpperBound,
                None if has("savings_are_upper_bound") => CanSave::SavingsOrUpperBound,
                _ => CanSave::Savings,
            }
        } else if has("at_stake_usd") {
            CanSave::AtStake
        } else {
            CanSave::Nothing
        }
    }
}

/// A rule in a line.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Kind of finding.
    pub kind: String,
    /// Severity, where a row does not say otherwise.
    pub severity: String,
    /// Lowest age in days; `null` when any age will do.
    pub age_days: Option<f64>,
    /// Series of metrics that it reads for each resource at most.
    pub metrics: usize,
    /// What has to be asked for, since its requests are charged (`cost-explorer`).
    pub opt_in: Vec<&'static str>,
    /// Permissions beyond those to list its resources and to read metrics, and those of what has to be asked for.
    pub extra_iam_actions: Vec<String>,
    /// What it can save.
    pub can_save: CanSave,
}

impl Summary {
    fn of(rule: &Rule, catalog: &Catalog, provider: &dyn Provider) -> Self {
        // Which permissions it takes does not depend on the time.
        let want = plan::want(
            std::slice::from_ref(rule),
            catalog,
            None,
            Timestamp::UNIX_EPOCH,
        );
        let mut least = want.clone();
        // Tags are read with every table that has them.
        least.tables = [(rule.resource.name, BTreeSet::from([BASE_GROUP, "tags"]))].into();
        let own = plan::permissions(&least, catalog, provider);
        // What has to be asked for is said by itself.
        let mut unasked = want;
        unasked.tables.retain(|name, _| {
            catalog
                .table(name)
                .is_some_and(|table| table.opt_in.is_none())
        });
        let all = plan::permissions(&unasked, catalog, provider);
        Summary {
            id: rule.id.clone(),
            title: rule.title.clone(),
            kind: rule.kind.clone(),
            severity: rule.severity.to_string(),
            age_days: rule.needs.age_days,
            metrics: rule.needs.metrics.len(),
            opt_in: rule.opt_ins(catalog).into_iter().collect(),
            extra_iam_actions: all.difference(&own).cloned().collect(),
            can_save: CanSave::of(rule, catalog),
        }
    }

    /// What it needs beyond the inventory, in few words; empty when nothing.
    pub fn needs(&self) -> String {
        let counted = |number: usize, one: &str, many: &str| match number {
            1 => format!("1 {one}"),
            _ => format!("{number} {many}"),
        };
        let mut parts: Vec<String> = Vec::new();
        if let Some(days) = self.age_days {
            parts.push(figure::days(days));
        }
        if self.metrics > 0 {
            parts.push(counted(self.metrics, "metric", "metrics"));
        }
        parts.extend(self.opt_in.iter().map(|word| in_title_case(word)));
        match self.extra_iam_actions.as_slice() {
            [] => {}
            [one] => parts.push(one.clone()),
            several => parts.push(counted(
                several.len(),
                "more permission",
                "more permissions",
            )),
        }
        parts.join(", ")
    }
}

/// `cost-explorer` as "Cost Explorer".
fn in_title_case(word: &str) -> String {
    let capital = |part: &str| {
        let mut letters = part.chars();
        letters.next().map_or(String::new(), |first| {
            first.to_uppercase().chain(letters).collect()
        })
    };
    word.split('-').map(capital).collect::<Vec<_>>().join(" ")
}

impl RuleSet {
    /// Every rule in a line.
    pub fn summaries(&self, catalog: &Catalog, provider: &dyn Provider) -> Vec<Summary> {
        let rules = self.rules.iter();
        rules
            .map(|rule| Summary::of(rule, catalog, provider))
            .collect()
    }

    /// The rules as a Markdown table, for the documentation.
    pub fn index(&self, catalog: &Catalog, provider: &dyn Provider) -> String {
        let mut table = String::from(
            "| rule | finds | kind | severity | needs | can save |\n|---|---|---|---|---|---|\n",
        );
        for rule in self.summaries(catalog, provider) {
            let needs = rule.needs();
            table.push_str(&format!(
                "| `{}` | {} | {} | {} | {} | {} |\n",
                rule.id,
                rule.title,
                rule.kind,
                rule.severity,
                if needs.is_empty() { "–" } else { &needs },
                rule.can_save
            ));
        }
        table
    }
}
