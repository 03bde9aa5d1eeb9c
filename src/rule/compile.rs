//! From a rule's text to a rule that is ready to judge: every name is checked against the catalog.

use std::collections::{BTreeMap, BTreeSet};

use billhook_catalog::{BASE_GROUP, GENERIC_TABLES, Kind, Table};
use polars::prelude::{DataFrame, DataType};

use super::{Action, Param, Rule, RuleError, RuleText, Template, Unjudged, needs};
use crate::finding::{Confidence, Severity};
use crate::sql::{Catalog, Checked, Literal, Purpose, SqlError, check, type_check};

/// What a user's configuration changes about a rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Parameters by name.
    pub params: BTreeMap<String, toml::Value>,
    /// Where each of them was set, for people.
    pub set_at: BTreeMap<String, String>,
    /// Severity in place of the rule's own.
    pub severity: Option<Severity>,
    /// Raises, never lowers, the windows of its metrics.
    pub lookback_days: Option<u32>,
}

/// The kinds of findings that there are.
pub(super) const KINDS: &[&str] = &[
    "over-provisioned",
    "idle",
    "egress",
    "guard",
    "unencrypted",
    "generation",
    "retention",
    "reliability",
];

/// Columns of a query's result that mean something to the engine.
pub(crate) const RESERVED: &[&str] = &[
    "resource_id",
    "monthly_savings_usd",
    "at_stake_usd",
    "severity",
    "confidence",
    "price_basis",
    "savings_are_upper_bound",
];

struct Compiler<'a> {
    text: &'a RuleText,
    catalog: &'a Catalog,
    parameters: BTreeMap<String, Literal>,
}

/// Compiles a rule against the catalog. The first thing that is wrong is the error.
pub fn compile(text: &RuleText, catalog: &Catalog, settings: &Settings) -> Result<Rule, RuleError> {
    let head = &text.head;
    let fail = |message: String| RuleError {
        path: text.path.clone(),
        line: text.head_line,
        column: 0,
        message,
    };
    let resource = catalog.table(&head.resource).ok_or_else(|| {
        let hint = catalog
            .closest(&head.resource)
            .map(|name| format!("; did you mean {name}?"))
            .unwrap_or_default();
        fail(format!(
            "resource: there is no table {}{hint}",
            head.resource
        ))
    })?;
    if resource.kind != Kind::Resource {
        return Err(fail(format!(
            "resource: the rows of {} are not resources",
            resource.name
        )));
    }
    if !KINDS.contains(&head.kind.as_str()) {
        return Err(fail(format!(
            "kind: '{}' is not one of {}",
            head.kind,
            KINDS.join(", ")
        )));
    }
    let action = Action::ALL
        .iter()
        .copied()
        .find(|action| action.as_str() == head.action)
        .ok_or_else(|| {
            let known: Vec<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
            fail(format!(
                "action: '{}' is not one of {}",
                head.action,
                known.join(", ")
            ))
        })?;
    let severity: Severity = head
        .severity
        .parse()
        .map_err(|fault| fail(format!("severity: {fault}")))?;
    let confidence: Confidence = head
        .confidence
        .parse()
        .map_err(|fault| fail(format!("confidence: {fault}")))?;
    let params = params(text, settings).map_err(fail)?;
    let needs = needs::read(&head.needs, resource, settings.lookback_days).map_err(fail)?;
    let mut parameters: BTreeMap<String, Literal> = params
        .iter()
        .map(|(name, param)| (name.clone(), param.value.clone()))
        .collect();
    parameters.insert(
        "lookback_days".to_owned(),
        Literal::Int(i64::from(needs.window_days())),
    );

    let compiler = Compiler {
        text,
        catalog,
        parameters,
    };
    let population = compiler.population(resource)?;
    let (query, shape) = compiler.query()?;
    let unjudged = compiler.unjudged(resource)?;
    let message = compiler.message(&shape)?;
    compiler.needs_are_declared(&query, &needs)?;

    let mut decisive: Vec<&'static str> = [&query, &population]
        .iter()
        .flat_map(|checked| {
            checked
                .predicates
                .get(resource.name)
                .into_iter()
                .flatten()
                .copied()
        })
        .chain(
            population
                .reads
                .get(resource.name)
                .into_iter()
                .flatten()
                .copied(),
        )
        .filter(|column| *column != "resource_id")
        .collect();
    decisive.sort_unstable();
    decisive.dedup();
    let groups = groups(&[&query, &population], &unjudged, catalog);
    Ok(Rule {
        id: text.id.clone(),
        path: text.path.clone(),
        title: text.title.clone(),
        kind: head.kind.clone(),
        severity: settings.severity.unwrap_or(severity),
        confidence,
        action,
        counts_children: head.counts_children,
        frees_commitments: head.frees_commitments,
        rider_of: head.rider_of.clone(),
        resource,
        population,
        unjudged,
        needs,
        params,
        default_set_by: default_of(text),
        query,
        query_text: text.sql.trim_end().to_owned(),
        message,
        prose: text.prose.clone(),
        decisive,
        groups,
        examples: text.examples.clone(),
    })
}

/// The column groups of collected tables behind what is read. A derived table stands for the groups that it is computed from.
fn groups(
    queries: &[&Checked],
    unjudged: &[Unjudged],
    catalog: &Catalog,
) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut groups: BTreeMap<&'static str, BTreeSet<&'static str>> = BTreeMap::new();
    let is_collected = |table: &Table| {
        !GENERIC_TABLES
            .iter()
            .any(|generic| generic.name == table.name)
    };
    for checked in queries
        .iter()
        .copied()
        .chain(unjudged.iter().map(|unjudged| &unjudged.query))
    {
        for (name, columns) in &checked.reads {
            let Some(table) = catalog.table(name) else {
                continue;
            };
            let sources = table
                .sources()
                .filter_map(|(source, group)| Some((catalog.table(source)?, group)));
            for (source, group) in sources.filter(|(source, _)| is_collected(source)) {
                let entry = groups.entry(source.name).or_default();
                entry.extend([BASE_GROUP, group]);
            }
            if !table.is_derived() && is_collected(table) {
                let entry = groups.entry(table.name).or_default();
                entry.insert(BASE_GROUP);
                entry.extend(
                    columns
                        .iter()
                        .filter_map(|column| table.column(column))
                        .map(|column| column.group),
                );
            }
        }
    }
    groups
}

fn params(text: &RuleText, settings: &Settings) -> Result<BTreeMap<String, Param>, String> {
    if let Some(unknown) = settings
        .params
        .keys()
        .find(|name| !text.head.params.contains_key(*name))
    {
        let known: Vec<&str> = text.head.params.keys().map(String::as_str).collect();
        return Err(format!(
            "there is no parameter {unknown}; there are: {}",
            known.join(", ")
        ));
    }
    let mut params = BTreeMap::new();
    for (name, declared) in &text.head.params {
        let default = literal(&declared.default)
            .ok_or_else(|| format!("[params] {name}: default must be a plain value"))?;
        let given = settings.params.get(name);
        let value = match given {
            None => default.clone(),
            Some(given) => fitting(given, &default).ok_or_else(|| {
                format!(
                    "parameter {name} must be of the same type as its default {}",
                    declared.default
                )
            })?,
        };
        let (unit, doc) = (declared.unit.clone(), declared.doc.clone());
        let set_by = match given {
            None => default_of(text),
            Some(_) => settings
                .set_at
                .get(name)
                .cloned()
                .unwrap_or_else(|| "the configuration".to_owned()),
        };
        params.insert(
            name.clone(),
            Param {
                value,
                default,
                unit,
                doc,
                set_by,
            },
        );
    }
    Ok(params)
}

/// What is said of a value that nobody changed: a rule of one's own names its file.
fn default_of(text: &RuleText) -> String {
    if text.path == format!("rules/{}.md", text.id) {
        "default of the rule".to_owned()
    } else {
        format!("default of the rule, {}", text.path)
    }
}

fn literal(value: &toml::Value) -> Option<Literal> {
    Some(match value {
        toml::Value::Integer(number) => Literal::Int(*number),
        toml::Value::Float(number) => Literal::Real(*number),
        toml::Value::String(text) => Literal::Text(text.clone()),
        toml::Value::Boolean(flag) => Literal::Bool(*flag),
        _ => return None,
    })
}

/// A given value as the type of the default; a whole number does for a real one.
fn fitting(given: &toml::Value, default: &Literal) -> Option<Literal> {
    match (literal(given)?, default) {
        (Literal::Int(number), Literal::Real(_)) => Some(Literal::Real(number as f64)),
        (value @ Literal::Int(_), Literal::Int(_))
        | (value @ Literal::Real(_), Literal::Real(_))
        | (value @ Literal::Text(_), Literal::Text(_))
        | (value @ Literal::Bool(_), Literal::Bool(_)) => Some(value),
        _ => None,
    }
}

impl Compiler<'_> {
    fn fail(&self, line: u64, column: u64, message: impl Into<String>) -> RuleError {
        RuleError {
            path: self.text.path.clone(),
            line,
            column,
            message: message.into(),
        }
    }

    /// Checks SQL that the head holds; a place inside it would mislead, so the message names the key.
    fn head_sql(&self, key: &str, sql: &str) -> Result<Checked, RuleError> {
        let fail = |fault: SqlError| {
            self.fail(self.text.head_line, 0, format!("{key}: {}", fault.message))
        };
        let checked = check(sql, self.catalog, Purpose::Rule, &self.parameters).map_err(fail)?;
        type_check(&checked, self.catalog).map_err(fail)?;
        Ok(checked)
    }

    fn population(&self, table: &Table) -> Result<Checked, RuleError> {
        let applies = self.text.head.applies.as_deref().unwrap_or("TRUE");
        self.head_sql(
            "applies",
            &format!(
                "SELECT resource_id, ({applies}) AS member FROM {}",
                table.name
            ),
        )
    }

    /// The query, and its empty result.
    fn query(&self) -> Result<(Checked, DataFrame), RuleError> {
        let at = |fault: SqlError| {
            let line = if fault.line == 0 {
                self.text.sql_line
            } else {
                self.text.sql_line + fault.line - 1
            };
            self.fail(line, fault.column, fault.message)
        };
        let checked = check(
            &self.text.sql,
            self.catalog,
            Purpose::Rule,
            &self.parameters,
        )
        .map_err(at)?;
        let shape = type_check(&checked, self.catalog).map_err(at)?;
        let wrong = |message: String| self.fail(self.text.sql_line, 0, message);
        for name in RESERVED {
            let Ok(column) = shape.column(name) else {
                continue;
            };
            let good = match *name {
                "monthly_savings_usd" | "at_stake_usd" => column.dtype().is_primitive_numeric(),
                "savings_are_upper_bound" => *column.dtype() == DataType::Boolean,
                _ => *column.dtype() == DataType::String,
            } || *column.dtype() == DataType::Null;
            if !good {
                return Err(wrong(format!(
                    "the column {name} has the type {}, which it cannot have",
                    column.dtype()
                )));
            }
        }
        if shape.column("resource_id").is_err() {
            return Err(wrong(
                "the query must return a column resource_id".to_owned(),
            ));
        }
        Ok((checked, shape))
    }

    fn unjudged(&self, own: &Table) -> Result<Vec<Unjudged>, RuleError> {
        let fail =
            |message: String| self.fail(self.text.head_line, 0, format!("unjudged: {message}"));
        self.text
            .head
            .unjudged
            .iter()
            .map(|head| {
                let reason = Template::parse(&head.reason).map_err(fail)?;
                let mut columns: Vec<&str> = vec!["resource_id"];
                columns.extend(reason.names().filter(|name| *name != "resource_id"));
                let table = head.table.as_deref().unwrap_or(own.name);
                let sql = format!(
                    "SELECT {} FROM {table} WHERE ({})",
                    columns.join(", "),
                    head.when
                );
                Ok(Unjudged {
                    query: self.head_sql("unjudged", &sql)?,
                    reason,
                })
            })
            .collect()
    }

    fn message(&self, shape: &DataFrame) -> Result<Template, RuleError> {
        let fail =
            |message: String| self.fail(self.text.head_line, 0, format!("message: {message}"));
        let template = Template::parse(&self.text.head.message).map_err(fail)?;
        let attached = ["name", "short_id", "region", "account_id"];
        let unknown = template.names().find(|name| {
            shape.column(name).is_err()
                && !attached.contains(name)
                && !self.parameters.contains_key(*name)
        });
        match unknown {
            Some(name) => Err(fail(format!(
                "{{{name}}} is neither a column of the query nor a parameter"
            ))),
            None => Ok(template),
        }
    }

    /// A rule that reads `usage` sees what it needs and nothing else, so needing nothing is a mistake.
    fn needs_are_declared(&self, query: &Checked, needs: &super::Needs) -> Result<(), RuleError> {
        let wrong = |message: &str| Err(self.fail(self.text.sql_line, 0, message));
        if query.reads.contains_key("usage") && needs.metrics.is_empty() {
            return wrong(
                "the query reads usage, but [needs] names no metric: it would always be empty",
            );
        }
        if query.reads.contains_key("usage_daily") && !needs.metrics.iter().any(|need| need.daily) {
            return wrong("the query reads usage_daily, but no metric in [needs] has daily = true");
        }
        Ok(())
    }
}
