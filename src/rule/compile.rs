//! From a rule's text to a rule that is ready to judge: every name is checked against the catalog.

use std::collections::{BTreeMap, BTreeSet};

use billhook_catalog::{BASE_GROUP, GENERIC_TABLES, Kind, Table};
use polars::prelude::{DataFrame, DataType};
use toml::Spanned;

use super::parse::UnjudgedHead;
use super::{Action, Param, Rule, RuleError, RuleText, Template, Unjudged, needs};
use crate::finding::{Confidence, Severity};
use crate::sql::{
    Catalog, Checked, Literal, Purpose, SqlError, check, offset, places_of, type_check,
};

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
    // A mistake in a value of the head: at the value.
    let fail = |value: &Spanned<String>, message: String| text.at_head(value.span().start, message);
    let resource = catalog.table(head.resource.get_ref()).ok_or_else(|| {
        let hint = catalog
            .closest(head.resource.get_ref())
            .map(|name| format!("; did you mean {name}?"))
            .unwrap_or_default();
        fail(
            &head.resource,
            format!(
                "resource: there is no table {}{hint}",
                head.resource.get_ref()
            ),
        )
    })?;
    if resource.kind != Kind::Resource {
        return Err(fail(
            &head.resource,
            format!("resource: the rows of {} are not resources", resource.name),
        ));
    }
    if !KINDS.contains(&head.kind.get_ref().as_str()) {
        return Err(fail(
            &head.kind,
            format!(
                "kind: '{}' is not one of {}",
                head.kind.get_ref(),
                KINDS.join(", ")
            ),
        ));
    }
    let action = Action::ALL
        .iter()
        .copied()
        .find(|action| action.as_str() == head.action.get_ref())
        .ok_or_else(|| {
            let known: Vec<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
            fail(
                &head.action,
                format!(
                    "action: '{}' is not one of {}",
                    head.action.get_ref(),
                    known.join(", ")
                ),
            )
        })?;
    let severity: Severity = head
        .severity
        .get_ref()
        .parse()
        .map_err(|fault| fail(&head.severity, format!("severity: {fault}")))?;
    let confidence: Confidence = head
        .confidence
        .get_ref()
        .parse()
        .map_err(|fault| fail(&head.confidence, format!("confidence: {fault}")))?;
    let params = params(text, settings)?;
    let needs =
        needs::read(&head.needs, resource, settings.lookback_days).map_err(|(name, message)| {
            let at = head.needs.get(&name).map_or(0, |need| need.span().start);
            text.at_head(at, message)
        })?;
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
        kind: head.kind.get_ref().clone(),
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

impl RuleText {
    /// The error for a place in the head, given in bytes from its begin.
    fn at_head(&self, at: usize, message: String) -> RuleError {
        let (line, column) = self.head_place(at);
        RuleError {
            path: self.path.clone(),
            line,
            column,
            message,
        }
    }
}

/// The parameters with the values in force. What is wrong with a configured value is told of the place where it was set.
fn params(text: &RuleText, settings: &Settings) -> Result<BTreeMap<String, Param>, RuleError> {
    let declared = &text.head.params;
    let configured = |name: &String, message: String| match settings.set_at.get(name) {
        Some(place) => RuleError {
            path: place.clone(),
            line: 0,
            column: 0,
            message,
        },
        None => text.at_head(0, message),
    };
    if let Some(unknown) = settings
        .params
        .keys()
        .find(|name| !declared.contains_key(*name))
    {
        let known: Vec<&str> = declared.keys().map(String::as_str).collect();
        let there = if known.is_empty() {
            "the rule has none".to_owned()
        } else {
            format!("there are: {}", known.join(", "))
        };
        return Err(configured(
            unknown,
            format!("there is no parameter {unknown}; {there}"),
        ));
    }
    let mut params = BTreeMap::new();
    for (name, declared) in declared {
        let at = declared.span().start;
        let declared = declared.get_ref();
        let default = literal(&declared.default).ok_or_else(|| {
            text.at_head(
                at,
                format!("[params] {name}: default must be a plain value"),
            )
        })?;
        let given = settings.params.get(name);
        let value = match given {
            None => default.clone(),
            Some(given) => fitting(given, &default).ok_or_else(|| {
                configured(
                    name,
                    format!(
                        "parameter {name} must be of the same type as its default {}",
                        declared.default
                    ),
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

    /// Checks a statement that is made of a condition in the head and what stands before and behind it. A mistake is told of the
    /// place in the condition.
    fn head_sql(
        &self,
        key: &str,
        (before, condition, behind): (&str, Option<&Spanned<String>>, &str),
    ) -> Result<Checked, RuleError> {
        let written = condition.map_or("TRUE", |condition| condition.get_ref());
        let sql = format!("{before}{written}{behind}");
        let fail = |fault: SqlError| {
            let (line, column) = match condition {
                Some(condition) => {
                    let at = offset(&sql, fault.line, fault.column).saturating_sub(before.len());
                    self.text.place_in(condition, at)
                }
                None => self.text.head_place(0),
            };
            self.fail(line, column, format!("{key}: {}", fault.message))
        };
        let checked = check(&sql, self.catalog, Purpose::Rule, &self.parameters).map_err(fail)?;
        type_check(&checked, self.catalog).map_err(fail)?;
        Ok(checked)
    }

    fn population(&self, table: &Table) -> Result<Checked, RuleError> {
        let behind = format!(") AS member FROM {}", table.name);
        self.head_sql(
            "applies",
            (
                "SELECT resource_id, (",
                self.text.head.applies.as_ref(),
                &behind,
            ),
        )
    }

    /// The query, and its empty result.
    fn query(&self) -> Result<(Checked, DataFrame), RuleError> {
        // What nobody knows a place of is told of the query's begin.
        let at = |fault: SqlError| {
            let line = self.text.sql_line + fault.line.max(1) - 1;
            self.fail(line, fault.column.max(1), fault.message)
        };
        let checked = check(
            &self.text.sql,
            self.catalog,
            Purpose::Rule,
            &self.parameters,
        )
        .map_err(at)?;
        let shape = type_check(&checked, self.catalog).map_err(at)?;
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
                let message = format!(
                    "the column {name} has the type {}, which it cannot have",
                    column.dtype()
                );
                return Err(self.at_word(name, message));
            }
        }
        if shape.column("resource_id").is_err() {
            let message = "the query must return a column resource_id";
            return Err(self.fail(self.text.sql_line, 1, message));
        }
        Ok((checked, shape))
    }

    /// The error for a word of the query, where it stands last: names of the result come behind what they are made of.
    fn at_word(&self, word: &str, message: String) -> RuleError {
        let (line, column) = places_of(&self.text.sql, word).pop().unwrap_or((1, 1));
        self.fail(self.text.sql_line + line - 1, column, message)
    }

    fn unjudged(&self, own: &Table) -> Result<Vec<Unjudged>, RuleError> {
        let heads = self.text.head.unjudged.iter();
        heads.map(|head| self.unjudged_one(head, own)).collect()
    }

    fn unjudged_one(&self, head: &UnjudgedHead, own: &Table) -> Result<Unjudged, RuleError> {
        let fail = |value: &Spanned<String>, at: usize, message: String| {
            let (line, column) = self.text.place_in(value, at);
            self.fail(line, column, format!("unjudged: {message}"))
        };
        let reason = Template::parse(head.reason.get_ref())
            .map_err(|message| fail(&head.reason, 0, message))?;
        let table = match &head.table {
            None => own,
            Some(named) => self
                .catalog
                .table(named.get_ref())
                .ok_or_else(|| fail(named, 0, format!("there is no table {}", named.get_ref())))?,
        };
        let mut columns: Vec<&str> = vec!["resource_id"];
        for name in reason.names().filter(|name| *name != "resource_id") {
            if table.column(name).is_none() {
                let at = head.reason.get_ref().find(&format!("{{{name}"));
                let message = format!("{{{name}}} is no column of {}", table.name);
                return Err(fail(&head.reason, at.unwrap_or(0), message));
            }
            columns.push(name);
        }
        let before = format!("SELECT {} FROM {} WHERE (", columns.join(", "), table.name);
        Ok(Unjudged {
            query: self.head_sql("unjudged", (&before, Some(&head.when), ")"))?,
            reason,
        })
    }

    fn message(&self, shape: &DataFrame) -> Result<Template, RuleError> {
        let written = &self.text.head.message;
        let fail = |at: usize, message: String| {
            let (line, column) = self.text.place_in(written, at);
            self.fail(line, column, format!("message: {message}"))
        };
        let template = Template::parse(written.get_ref()).map_err(|message| fail(0, message))?;
        let attached = ["name", "short_id", "region", "account_id"];
        let unknown = template.names().find(|name| {
            shape.column(name).is_err()
                && !attached.contains(name)
                && !self.parameters.contains_key(*name)
        });
        match unknown {
            Some(name) => {
                let at = written.get_ref().find(&format!("{{{name}")).unwrap_or(0);
                Err(fail(
                    at,
                    format!("{{{name}}} is neither a column of the query nor a parameter"),
                ))
            }
            None => Ok(template),
        }
    }

    /// A rule that reads `usage` sees what it needs and nothing else, so needing nothing is a mistake.
    fn needs_are_declared(&self, query: &Checked, needs: &super::Needs) -> Result<(), RuleError> {
        let wrong = |table: &str, message: &str| Err(self.at_word(table, message.to_owned()));
        if query.reads.contains_key("usage") && needs.metrics.is_empty() {
            return wrong(
                "usage",
                "the query reads usage, but [needs] names no metric: it would always be empty",
            );
        }
        if query.reads.contains_key("usage_daily") && !needs.metrics.iter().any(|need| need.daily) {
            return wrong(
                "usage_daily",
                "the query reads usage_daily, but no metric in [needs] has daily = true",
            );
        }
        Ok(())
    }
}
