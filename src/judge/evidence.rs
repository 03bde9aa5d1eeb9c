//! What a rule may see of utilization, and whether that is enough.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use billhook_catalog::Statistic;
use polars::prelude::{BooleanChunked, DataFrame, NewChunkedArray, PlSmallStr, PolarsError};

use super::value::json_of;
use crate::facts::Facts;
use crate::report::figure::days as in_days;
use crate::rule::{MetricNeed, Rule};

/// One row of `usage`, as far as needs are concerned.
#[derive(Clone, Copy, Debug)]
struct Series {
    coverage: f64,
    p90: Option<f64>,
    /// Row of the rule's view.
    row: usize,
}

/// What a series of a metric came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// Begin and end of the window, RFC 3339.
    pub window: (String, String),
    /// Share of the window that is known, 0 to 1.
    pub coverage: f64,
    /// Its figures by the name of the column of `usage`, without those that are not known.
    pub figures: Vec<(&'static str, f64)>,
}

/// The figures of a series that say something, by statistic.
fn figures_of(statistic: Statistic) -> &'static [&'static str] {
    match statistic {
        Statistic::Sum | Statistic::SampleCount => &["sum", "max", "p995"],
        Statistic::Minimum => &["min", "avg"],
        _ => &["max", "p995", "p95", "avg"],
    }
}

type SeriesKey = (String, String, Statistic, u32);

/// The rule's own view of `usage` and `usage_daily`, and an index of it.
#[derive(Debug)]
pub(super) struct Evidence {
    usage: Option<DataFrame>,
    daily: Option<DataFrame>,
    series: HashMap<SeriesKey, Series>,
    /// Needs of which there is any series.
    found: HashSet<String>,
    /// Where a need has none: the longest window in days that the snapshot has of a metric, statistic and period.
    longest: HashMap<(String, String, i64), i64>,
}

impl Evidence {
    pub(super) fn of(rule: &Rule, facts: &Facts) -> Result<Self, PolarsError> {
        let mut evidence = Evidence {
            usage: None,
            daily: None,
            series: HashMap::new(),
            found: HashSet::new(),
            longest: HashMap::new(),
        };
        let needs: Vec<&MetricNeed> = rule.needs.metrics.iter().collect();
        if let Some(usage) = facts.tables.get("usage") {
            let view = needed(usage, &needs)?;
            evidence.index(&view, &needs)?;
            let found = |need: &MetricNeed| evidence.found.contains(need.name.as_str());
            if !rule.needs.metrics.iter().all(found) {
                evidence.longest = longest(usage)?;
            }
            evidence.usage = Some(view);
        }
        if let Some(daily) = facts.tables.get("usage_daily") {
            let needs: Vec<&MetricNeed> = needs.iter().copied().filter(|need| need.daily).collect();
            evidence.daily = Some(needed(daily, &needs)?);
        }
        Ok(evidence)
    }

    /// A table as the rule sees it; `None` when there is none.
    pub(super) fn frame<'a>(&'a self, table: &str, facts: &'a Facts) -> Option<Cow<'a, DataFrame>> {
        let view = self.view(table).or_else(|| facts.tables.get(table));
        view.map(Cow::Borrowed)
    }

    /// The rule's view of a table; `None` where it sees the table as it is.
    fn view(&self, table: &str) -> Option<&DataFrame> {
        match table {
            "usage" => self.usage.as_ref(),
            "usage_daily" => self.daily.as_ref(),
            _ => None,
        }
    }

    fn index(&mut self, usage: &DataFrame, needs: &[&MetricNeed]) -> Result<(), PolarsError> {
        let ids = usage.column("resource_id")?.str()?;
        let metrics = usage.column("metric")?.str()?;
        let statistics = usage.column("statistic")?.str()?;
        let periods = usage.column("period_seconds")?.i64()?;
        let coverages = usage.column("coverage")?.f64()?;
        let p90s = usage.column("p90")?.f64()?;
        for row in 0..usage.height() {
            let (Some(id), Some(metric), Some(statistic), Some(period), Some(coverage)) = (
                ids.get(row),
                metrics.get(row),
                statistics.get(row),
                periods.get(row),
                coverages.get(row),
            ) else {
                continue;
            };
            let need = needs.iter().find(|need| {
                need.metric.name == metric
                    && need.statistic.as_str() == statistic
                    && i64::from(need.period_seconds) == period
            });
            if let Some(need) = need {
                if !self.found.contains(&need.name) {
                    self.found.insert(need.name.clone());
                }
                let key = (
                    id.to_owned(),
                    metric.to_owned(),
                    need.statistic,
                    need.period_seconds,
                );
                self.series.insert(
                    key,
                    Series {
                        coverage,
                        p90: p90s.get(row),
                        row,
                    },
                );
            }
        }
        Ok(())
    }

    fn series(&self, resource_id: &str, need: &MetricNeed) -> Option<Series> {
        let key = (
            resource_id.to_owned(),
            need.metric.name.to_owned(),
            need.statistic,
            need.period_seconds,
        );
        self.series.get(&key).copied()
    }

    /// The series of a rule's needs that there are for a resource, each with the index of the need.
    pub(super) fn seen(&self, rule: &Rule, resource_id: &str) -> Vec<(usize, Seen)> {
        let Some(usage) = &self.usage else {
            return Vec::new();
        };
        let needs = rule.needs.metrics.iter().enumerate();
        needs
            .filter_map(|(index, need)| {
                let series = self.series(resource_id, need)?;
                let cell = |name: &str| usage.column(name).ok()?.get(series.row).ok().map(json_of);
                let instant = |name: &str| {
                    let text = cell(name)?.as_str()?.to_owned();
                    Some(text)
                };
                let figures = figures_of(need.statistic)
                    .iter()
                    .filter_map(|name| Some((*name, cell(name)?.as_f64()?)))
                    .collect();
                let seen = Seen {
                    window: (
                        instant("window_start").unwrap_or_default(),
                        instant("window_end").unwrap_or_default(),
                    ),
                    coverage: series.coverage,
                    figures,
                };
                Some((index, seen))
            })
            .collect()
    }

    /// Whether a need concerns this resource: a refining one only where the coarse series leaves the question open.
    fn concerns(&self, rule: &Rule, resource_id: &str, need: &MetricNeed) -> bool {
        let Some((coarse, limit)) = &need.refines else {
            return true;
        };
        let p90 = rule
            .needs
            .metric(coarse)
            .and_then(|coarse| self.series(resource_id, coarse))
            .and_then(|series| series.p90);
        p90.is_none_or(|p90| p90 <= *limit)
    }

    /// Whether all of the rule's needs concern this resource. Where one does not, the coarse series has cleared it.
    pub(super) fn applies_in_full(&self, rule: &Rule, resource_id: &str) -> bool {
        rule.needs
            .metrics
            .iter()
            .filter(|need| !need.optional)
            .all(|need| self.concerns(rule, resource_id, need))
    }

    /// Why there is no series, where no request for it failed.
    fn no_data(&self, need: &MetricNeed) -> String {
        let metric = need.metric.name;
        let key = (
            metric.to_owned(),
            need.statistic.as_str().to_owned(),
            i64::from(need.period_seconds),
        );
        match self.longest.get(&key) {
            Some(days) if *days < i64::from(need.days) => format!(
                "{metric} was collected for {}; {} are asked for",
                in_days(*days as f64),
                need.days
            ),
            _ => format!("no data for {metric}"),
        }
    }

    /// Why the evidence is not enough; `None` when it is. `gap` tells of a failed request for a metric.
    pub(super) fn open_question(
        &self,
        rule: &Rule,
        resource_id: &str,
        gap: impl Fn(&str) -> Option<String>,
    ) -> Option<String> {
        for need in rule.needs.metrics.iter().filter(|need| !need.optional) {
            if !self.concerns(rule, resource_id, need) {
                continue;
            }
            let metric = need.metric.name;
            match self.series(resource_id, need) {
                None => {
                    return Some(gap(metric).unwrap_or_else(|| self.no_data(need)));
                }
                Some(series) if series.coverage < need.coverage => {
                    return Some(format!(
                        "{metric} is known for {:.0} % of {}; {:.0} % are needed",
                        (series.coverage * 100.0).floor(),
                        in_days(f64::from(need.days)),
                        need.coverage * 100.0
                    ));
                }
                Some(_) => {}
            }
        }
        None
    }
}

/// The rows of `usage` or `usage_daily` that one of the needs asks for.
fn needed(frame: &DataFrame, needs: &[&MetricNeed]) -> Result<DataFrame, PolarsError> {
    // Most rules look at no metric, and these are by far the longest tables.
    if needs.is_empty() {
        return Ok(frame.clear());
    }
    let metrics = frame.column("metric")?.str()?;
    let statistics = frame.column("statistic")?.str()?;
    let periods = frame.column("period_seconds")?.i64()?;
    let windows = frame.column("window_days")?.i64()?;
    let rows = metrics
        .iter()
        .zip(statistics.iter())
        .zip(periods.iter().zip(windows.iter()));
    let flags = rows.map(|((metric, statistic), (period, days))| {
        needs.iter().any(|need| {
            metric == Some(need.metric.name)
                && statistic == Some(need.statistic.as_str())
                && period == Some(i64::from(need.period_seconds))
                && days == Some(i64::from(need.days))
        })
    });
    frame.filter(&BooleanChunked::from_iter_values(
        PlSmallStr::from_static("needed"),
        flags,
    ))
}

/// The longest window of each metric, statistic and period.
fn longest(usage: &DataFrame) -> Result<HashMap<(String, String, i64), i64>, PolarsError> {
    let metrics = usage.column("metric")?.str()?;
    let statistics = usage.column("statistic")?.str()?;
    let periods = usage.column("period_seconds")?.i64()?;
    let windows = usage.column("window_days")?.i64()?;
    let mut longest: HashMap<(String, String, i64), i64> = HashMap::new();
    for row in 0..usage.height() {
        if let (Some(metric), Some(statistic), Some(period), Some(days)) = (
            metrics.get(row),
            statistics.get(row),
            periods.get(row),
            windows.get(row),
        ) {
            let key = (metric.to_owned(), statistic.to_owned(), period);
            let known = longest.entry(key).or_insert(0);
            *known = days.max(*known);
        }
    }
    Ok(longest)
}
