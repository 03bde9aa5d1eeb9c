//! From the selected rules to what must be collected: one manifest, from which the calls, the metrics, the cost and the
//! permissions all follow.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use billhook_catalog::{GENERIC_TABLES, MetricWant, Population, Provider, Refine, Statistic, Want};
use jiff::Timestamp;
use polars::prelude::{
    AnyValue, BooleanChunked, DataFrame, NewChunkedArray, PlSmallStr, PolarsError, PolarsResult,
};

use crate::facts::with_ages;
use crate::finding::Severity;
use crate::rule::{MetricNeed, Rule};
use crate::sql::{Catalog, run};

/// What the rules need of a provider.
pub fn want(
    rules: &[Rule],
    catalog: &Catalog,
    regions: Option<Vec<String>>,
    taken_at: Timestamp,
) -> Want {
    let mut want = Want::new(taken_at);
    want.regions = regions;
    for generic in GENERIC_TABLES {
        if generic.name == "tag" && !rules.is_empty() {
            want.add(generic.name, billhook_catalog::BASE_GROUP);
        }
    }
    for rule in rules {
        for (name, groups) in &rule.groups {
            for group in groups {
                want.add(name, group);
            }
            // Owners and exemptions are read from tags, whatever a rule asks for.
            if catalog
                .table(name)
                .is_some_and(|table| table.group("tags").is_some())
            {
                want.add(name, "tags");
            }
        }
    }
    want.metrics = metrics(rules, taken_at);
    want
}

type SeriesKey = (&'static str, &'static str, Statistic, u32, u32);

/// The metric wants of all rules, those that differ in nothing but their population made one.
fn metrics(rules: &[Rule], taken_at: Timestamp) -> Vec<MetricWant> {
    let mut merged: BTreeMap<SeriesKey, (MetricWant, Vec<Arc<Rule>>)> = BTreeMap::new();
    for rule in rules {
        let shared = Arc::new(rule.clone());
        for need in &rule.needs.metrics {
            let key = (
                rule.resource.name,
                need.metric.name,
                need.statistic,
                need.period_seconds,
                need.days,
            );
            let refine = refine(rule, need);
            let (want, members) = merged.entry(key).or_insert_with(|| {
                let want = MetricWant {
                    table: rule.resource.name,
                    metric: need.metric,
                    statistic: need.statistic,
                    period_seconds: need.period_seconds,
                    days: need.days,
                    daily: false,
                    population: Population::everything(),
                    refine: refine.clone(),
                    value: 0,
                };
                (want, Vec::new())
            });
            want.daily |= need.daily;
            want.value = want.value.max(value(rule));
            want.refine = laxer(want.refine.take(), refine);
            members.push(Arc::clone(&shared));
        }
    }
    merged
        .into_values()
        .map(|(mut want, members)| {
            want.population = Population::new(move |frame| in_any(&members, frame, taken_at));
            want
        })
        .collect()
}

/// What a rule's evidence is worth where not all of it may be bought: what its findings are worth.
fn value(rule: &Rule) -> u32 {
    match rule.severity {
        Severity::Info => 1,
        Severity::Low => 2,
        Severity::Medium => 3,
        Severity::High => 4,
        Severity::Critical => 5,
    }
}

fn refine(rule: &Rule, need: &MetricNeed) -> Option<Refine> {
    let (coarse, limit) = need.refines.as_ref()?;
    let coarse = rule.needs.metric(coarse)?;
    Some(Refine {
        metric: coarse.metric.name,
        statistic: coarse.statistic,
        period_seconds: coarse.period_seconds,
        days: coarse.days,
        p90_at_most: *limit,
    })
}

/// The condition under which either is wanted, as far as one condition can say it.
fn laxer(one: Option<Refine>, other: Option<Refine>) -> Option<Refine> {
    match (one, other) {
        (Some(one), Some(other)) if same_series(&one, &other) => {
            Some(if one.p90_at_most >= other.p90_at_most {
                one
            } else {
                other
            })
        }
        _ => None,
    }
}

fn same_series(one: &Refine, other: &Refine) -> bool {
    (one.metric, one.statistic, one.period_seconds, one.days)
        == (
            other.metric,
            other.statistic,
            other.period_seconds,
            other.days,
        )
}

/// Flags the rows that are in the population of any of the rules and old enough for it.
fn in_any(
    rules: &[Arc<Rule>],
    frame: &DataFrame,
    taken_at: Timestamp,
) -> PolarsResult<BooleanChunked> {
    let frame = with_ages(frame.clone(), taken_at);
    let mut wanted = vec![false; frame.height()];
    let ages = frame.column("age_days")?.f64()?;
    let ids = frame.column("resource_id")?.str()?;
    for rule in rules {
        let rows = run(&rule.population, |table| {
            (table == rule.resource.name).then_some(Cow::Borrowed(&frame))
        })
        .map_err(|fault| PolarsError::ComputeError(fault.to_string().into()))?;
        let found = rows.column("resource_id")?.str()?;
        let flags = rows.column("member")?;
        let members: HashMap<&str, bool> = (0..rows.height())
            .filter_map(|row| {
                let member = matches!(flags.get(row), Ok(AnyValue::Boolean(true)));
                found.get(row).map(|id| (id, member))
            })
            .collect();
        for (row, flag) in wanted.iter_mut().enumerate() {
            let member = ids
                .get(row)
                .and_then(|id| members.get(id))
                .copied()
                .unwrap_or(false);
            let old_enough = rule
                .needs
                .age_days
                .is_none_or(|days| ages.get(row).is_some_and(|age| age >= days));
            *flag |= member && old_enough;
        }
    }
    Ok(BooleanChunked::from_iter_values(
        PlSmallStr::from_static("wanted"),
        wanted.into_iter(),
    ))
}

/// The API operations that a want leads to, as `service:Operation`, with the tables that they fill.
pub fn operations(
    want: &Want,
    catalog: &Catalog,
    provider: &dyn Provider,
) -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut operations: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for (name, groups) in &want.tables {
        let Some(table) = catalog.table(name) else {
            continue;
        };
        for group in groups.iter().filter_map(|group| table.group(group)) {
            for operation in group.reads {
                operations
                    .entry((*operation).to_owned())
                    .or_default()
                    .insert(table.name);
            }
        }
    }
    if !want.metrics.is_empty()
        && let Some(usage) = catalog.table("usage")
    {
        let by_name = provider.metric_calls(want);
        let filling = usage.groups.iter().flat_map(|group| group.reads);
        for operation in filling.chain(&by_name) {
            operations
                .entry((*operation).to_owned())
                .or_default()
                .insert(usage.name);
        }
    }
    for operation in provider.always_calls(want) {
        operations.entry((*operation).to_owned()).or_default();
    }
    operations
}

/// The permissions that those operations need.
pub fn permissions(want: &Want, catalog: &Catalog, provider: &dyn Provider) -> BTreeSet<String> {
    operations(want, catalog, provider)
        .keys()
        .filter_map(|operation| provider.iam_action(operation))
        .collect()
}
