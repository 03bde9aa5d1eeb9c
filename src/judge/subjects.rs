//! The resources that a rule is about.

use std::collections::HashMap;

use polars::prelude::{AnyValue, DataFrame, PolarsError};

use crate::facts::Facts;
use crate::rule::Rule;

/// One resource of the rule's table.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub resource_id: String,
    pub account_id: String,
    pub region: String,
    pub age_days: Option<f64>,
    /// In the population; `None` when that is unknown.
    pub member: Option<bool>,
    /// Columns of its own row that are NULL, of those that decide.
    unknown: Vec<&'static str>,
}

impl Subject {
    pub(super) fn any_unknown(&self, decisive: &[&'static str]) -> bool {
        decisive.iter().any(|column| self.unknown.contains(column))
    }

    pub(super) fn unknown_columns(&self, decisive: &[&'static str]) -> String {
        let names: Vec<&str> = decisive
            .iter()
            .copied()
            .filter(|column| self.unknown.contains(column))
            .collect();
        names.join(", ")
    }
}

/// All resources of the rule's table that are in its population, or may be.
#[derive(Debug)]
pub(super) struct Subjects {
    all: Vec<Subject>,
}

impl Subjects {
    /// `population` is the result of the rule's population query.
    pub(super) fn of(
        rule: &Rule,
        facts: &Facts,
        population: &DataFrame,
    ) -> Result<Self, PolarsError> {
        let Some(frame) = facts.tables.get(rule.resource.name) else {
            return Ok(Subjects { all: Vec::new() });
        };
        let mut members: HashMap<String, Option<bool>> =
            HashMap::with_capacity(population.height());
        let (ids, flags) = (
            population.column("resource_id")?,
            population.column("member")?,
        );
        for row in 0..population.height() {
            let flag = match flags.get(row)? {
                AnyValue::Boolean(flag) => Some(flag),
                _ => None,
            };
            if let Some(id) = ids.get(row)?.get_str() {
                members.insert(id.to_owned(), flag);
            }
        }
        let text = |name: &str, row: usize| -> Result<String, PolarsError> {
            Ok(frame
                .column(name)?
                .get(row)?
                .get_str()
                .unwrap_or_default()
                .to_owned())
        };
        let decisive: Vec<_> = rule
            .decisive
            .iter()
            .filter_map(|name| {
                frame
                    .column(name)
                    .ok()
                    .map(|column| (*name, column.is_null()))
            })
            .collect();
        let mut all = Vec::new();
        for row in 0..frame.height() {
            let resource_id = text("resource_id", row)?;
            let Some(member) = members
                .get(&resource_id)
                .copied()
                .filter(|member| *member != Some(false))
            else {
                continue;
            };
            all.push(Subject {
                account_id: text("account_id", row)?,
                region: text("region", row)?,
                age_days: frame.column("age_days")?.get(row)?.extract::<f64>(),
                member,
                unknown: decisive
                    .iter()
                    .filter(|(_, null)| null.get(row) == Some(true))
                    .map(|(name, _)| *name)
                    .collect(),
                resource_id,
            });
        }
        Ok(Subjects { all })
    }

    pub(super) fn members(&self) -> impl Iterator<Item = &Subject> {
        self.all.iter()
    }
}
