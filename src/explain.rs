//! Why findings are as they are: what judging saw, put together with how the amounts were worked out. It changes nothing of
//! what was found.

mod amounts;
mod counting;
mod lookup;
mod story;
mod words;

use std::collections::BTreeMap;

use billhook_catalog::{FrameError, Relation};
use serde_json::Value;

use crate::facts::Facts;
use crate::judge::{Evaluation, Observed, Reasons};
use crate::report::{
    ConditionMet, Explanation, JudgedBy, ReportFinding, ReportPrice, RuleSeries, SeriesSeen,
    Threshold,
};
use crate::rule::{MetricNeed, Rule, RuleSet};
use crate::sql::{Operand, Shape, membership};

use amounts::Amounts;

pub use lookup::{Found, Known, look_up};
pub use story::{from_facts, from_report, known};

/// Gives every finding its explanation, and returns the prices that these refer to. The findings must have been counted.
pub(crate) fn attach(
    findings: &mut [ReportFinding],
    rules: &RuleSet,
    evaluation: &Evaluation,
    facts: &Facts,
) -> Result<Vec<ReportPrice>, FrameError> {
    let relations: Vec<Relation> = facts.tables.rows()?;
    let mut amounts = Amounts::of(findings, facts, &relations)?;
    let nothing = Reasons::default();
    let unseen = Observed::default();
    let counting = counting::of(findings);
    for (finding, (steps, absorbs)) in findings.iter_mut().zip(counting) {
        let Some(rule) = rules.get(&finding.rule) else {
            continue;
        };
        let reasons = evaluation.reasons.get(&rule.id).unwrap_or(&nothing);
        let observed = reasons
            .observed
            .get(&finding.resource_id)
            .unwrap_or(&unseen);
        finding.explanation = Some(Explanation {
            age_days: observed.age_days.map(|days| (days * 10.0).round() / 10.0),
            series: series_seen(observed),
            conditions: conditions_met(reasons, observed),
            calculations: amounts.explain(finding, &reasons.anatomy.sources),
            counting: steps,
            absorbs,
        });
    }
    Ok(amounts.into_prices())
}

/// By what a rule judges.
pub(crate) fn judged_by(
    rule: &Rule,
    evaluation: &Evaluation,
    min_savings_usd: Option<f64>,
) -> JudgedBy {
    let reasons = evaluation.reasons.get(&rule.id);
    let conditions = reasons.map_or(&[][..], |reasons| &reasons.anatomy.conditions);
    JudgedBy {
        thresholds: thresholds(rule, min_savings_usd),
        applies: membership(&rule.population),
        conditions: conditions
            .iter()
            .map(|condition| words::condition(condition, rule))
            .collect(),
        behind: reasons.map_or(Vec::new(), |reasons| reasons.anatomy.behind.clone()),
        series: rule
            .needs
            .metrics
            .iter()
            .enumerate()
            .map(|(index, need)| rule_series(index, need, reasons))
            .collect(),
    }
}

fn thresholds(rule: &Rule, min_savings_usd: Option<f64>) -> Vec<Threshold> {
    let mut all: Vec<Threshold> = rule
        .params
        .iter()
        .map(|(name, param)| Threshold {
            name: name.clone(),
            value: param.value.to_json(),
            unit: param.unit.clone(),
            set_by: param.set_by.clone(),
            doc: param.doc.clone(),
        })
        .collect();
    if let Some(days) = rule.needs.age_days {
        all.push(Threshold {
            name: "age_days".to_owned(),
            value: whole(days),
            unit: "days".to_owned(),
            set_by: rule.default_set_by.clone(),
            doc: "A younger resource is not judged.".to_owned(),
        });
    }
    if !rule.needs.metrics.is_empty() {
        let days = rule.needs.window_days();
        let raised = rule
            .needs
            .metrics
            .iter()
            .any(|need| need.days == days && need.days > need.declared_days);
        all.push(Threshold {
            name: "lookback_days".to_owned(),
            value: Value::from(days),
            unit: "days".to_owned(),
            set_by: if raised {
                format!("--lookback {days}")
            } else {
                rule.default_set_by.clone()
            },
            doc: "Window of the metrics.".to_owned(),
        });
    }
    let needed = rule.needs.metrics.iter().filter(|need| !need.optional);
    let percent = needed.map(|need| need.coverage).fold(0.0, f64::max) * 100.0;
    if percent > 0.0 {
        all.push(Threshold {
            name: "coverage".to_owned(),
            value: whole(percent),
            unit: "percent".to_owned(),
            set_by: rule.default_set_by.clone(),
            doc: "With less of a window known, nothing is judged.".to_owned(),
        });
    }
    if let Some(usd) = min_savings_usd {
        all.push(Threshold {
            name: "min_savings".to_owned(),
            value: whole(usd),
            unit: "USD a month".to_owned(),
            set_by: "--min-savings".to_owned(),
            doc: "Findings that are known to save less are left out of the report.".to_owned(),
        });
    }
    all
}

/// A number as whole as it is.
fn whole(number: f64) -> Value {
    let rounded = (number * 1e6).round() / 1e6;
    if rounded.fract() == 0.0 && rounded.abs() < 1e15 {
        Value::from(rounded as i64)
    } else {
        Value::from(rounded)
    }
}

fn rule_series(index: usize, need: &MetricNeed, reasons: Option<&Reasons>) -> RuleSeries {
    let windows = reasons
        .into_iter()
        .flat_map(|reasons| reasons.observed.values())
        .flat_map(|observed| &observed.series)
        .filter(|(of, _)| *of == index)
        .map(|(_, seen)| &seen.window);
    let (mut window_start, mut window_end) = (String::new(), String::new());
    for (start, end) in windows {
        if window_start.is_empty() || *start < window_start {
            window_start.clone_from(start);
        }
        if *end > window_end {
            window_end.clone_from(end);
        }
    }
    RuleSeries {
        metric: need.metric.name.to_owned(),
        statistic: need.statistic.as_str().to_owned(),
        period_seconds: need.period_seconds,
        window_days: need.days,
        window_start,
        window_end,
        coverage_min: if need.optional { 0.0 } else { need.coverage },
    }
}

fn series_seen(observed: &Observed) -> Vec<SeriesSeen> {
    let figure = |value: f64| (value * 1e4).round() / 1e4;
    observed
        .series
        .iter()
        .map(|(series, seen)| SeriesSeen {
            series: *series,
            coverage: figure(seen.coverage),
            figures: seen
                .figures
                .iter()
                .map(|(name, value)| ((*name).to_owned(), figure(*value)))
                .collect::<BTreeMap<_, _>>(),
        })
        .collect()
}

/// The conditions that held: all that have to, and of alternatives those that did.
fn conditions_met(reasons: &Reasons, observed: &Observed) -> Vec<ConditionMet> {
    let conditions = reasons.anatomy.conditions.iter().enumerate();
    conditions
        .filter(|(_, condition)| {
            condition.alternative.is_none_or(|(_, holds)| {
                // What is not known is shown as what it is, an alternative.
                observed
                    .hidden
                    .get(holds)
                    .is_none_or(|holds| *holds == Value::Bool(true))
            })
        })
        .map(|(index, condition)| {
            let operands: Vec<&Operand> = match &condition.shape {
                Shape::Compared { left, right, .. } => vec![left, right],
                Shape::Null { operand, .. } => vec![operand],
                Shape::Other => Vec::new(),
            };
            let values = operands.into_iter().filter_map(|operand| match operand {
                Operand::Row { hidden, .. } => Some(observed.hidden.get(*hidden).cloned()),
                _ => None,
            });
            ConditionMet {
                condition: index,
                values: values.collect::<Option<Vec<Value>>>().unwrap_or_default(),
            }
        })
        .collect()
}
