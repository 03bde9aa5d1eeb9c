//! What a rule may see of utilization, and whether that is enough.

use std::borrow::Cow;
use std::collections::HashMap;

use billhook_catalog::Statistic;
use polars::prelude::{DataFrame, IdxCa, IdxSize, PlSmallStr, PolarsError};

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

/// The series of a metric, statistic and period, by resource.
#[derive(Debug)]
struct OfMetric {
    metric: &'static str,
    statistic: Statistic,
    period_seconds: u32,
    by_resource: HashMap<String, Series>,
}

impl OfMetric {
    fn is_of(&self, need: &MetricNeed) -> bool {
        self.metric == need.metric.name
            && self.statistic == need.statistic
            && self.period_seconds == need.period_seconds
    }
}

/// Where the series of `usage` and `usage_daily` stand. All rules share it, since these are by far the longest tables.
#[derive(Debug, Default)]
pub(super) struct Index {
    usage: Rows,
    daily: Rows,
}

impl Index {
    pub(super) fn of(facts: &Facts) -> Result<Self, PolarsError> {
        let rows = |table: &str| {
            facts
                .tables
                .get(table)
                .map_or(Ok(Rows::default()), Rows::of)
        };
        Ok(Index {
            usage: rows("usage")?,
            daily: rows("usage_daily")?,
        })
    }
}

/// The rows of a table by metric, statistic, period in seconds and window in days, each in the order of the table. Rows in
/// which one of these is unknown are nobody's.
#[derive(Debug, Default)]
struct Rows(HashMap<(String, String, i64, i64), Vec<IdxSize>>);

impl Rows {
    fn of(frame: &DataFrame) -> Result<Self, PolarsError> {
        let [metrics, statistics, periods, windows] = PLACES_A_SERIES;
        let metrics = frame.column(metrics)?.str()?;
        let statistics = frame.column(statistics)?.str()?;
        let periods = frame.column(periods)?.i64()?;
        let windows = frame.column(windows)?.i64()?;
        let mut numbers: HashMap<(&str, &str, i64, i64), Vec<IdxSize>> = HashMap::new();
        let cells = metrics.iter().zip(statistics.iter());
        let cells = cells.zip(periods.iter().zip(windows.iter()));
        for (row, cells) in (0..).zip(cells) {
            if let ((Some(metric), Some(statistic)), (Some(period), Some(days))) = cells {
                let key = (metric, statistic, period, days);
                numbers.entry(key).or_default().push(row);
            }
        }
        let owned = numbers
            .into_iter()
            .map(|((metric, statistic, period, days), rows)| {
                let key = (metric.to_owned(), statistic.to_owned(), period, days);
                (key, rows)
            });
        Ok(Rows(owned.collect()))
    }

    /// The rows of the frame that one of the needs asks for, in its order.
    fn asked_for(
        &self,
        frame: &DataFrame,
        needs: &[&MetricNeed],
    ) -> Result<DataFrame, PolarsError> {
        let asks = |(metric, statistic, period, days): &(String, String, i64, i64)| {
            needs.iter().any(|need| {
                metric == need.metric.name
                    && statistic == need.statistic.as_str()
                    && *period == i64::from(need.period_seconds)
                    && *days == i64::from(need.days)
            })
        };
        let asked = self.0.iter().filter(|(key, _)| asks(key));
        let mut rows: Vec<IdxSize> = asked.flat_map(|(_, rows)| rows.iter().copied()).collect();
        if rows.is_empty() {
            return Ok(frame.clear());
        }
        rows.sort_unstable();
        frame.take(&IdxCa::from_vec(PlSmallStr::from_static("row"), rows))
    }

    /// The longest window in days of a need's metric, statistic and period; `None` where there is no series of them.
    fn longest(&self, need: &MetricNeed) -> Option<i64> {
        let of_need = self.0.keys().filter(|(metric, statistic, period, _)| {
            metric == need.metric.name
                && statistic == need.statistic.as_str()
                && *period == i64::from(need.period_seconds)
        });
        of_need.map(|(.., days)| *days).max()
    }
}

/// The rule's own view of `usage` and `usage_daily`, and its series.
#[derive(Debug)]
pub(super) struct Evidence<'i> {
    usage: Option<DataFrame>,
    daily: Option<DataFrame>,
    series: Vec<OfMetric>,
    index: &'i Index,
}

impl<'i> Evidence<'i> {
    pub(super) fn of(rule: &Rule, facts: &Facts, index: &'i Index) -> Result<Self, PolarsError> {
        let view = |table: &str, rows: &Rows| {
            let frame = facts.tables.get(table);
            frame
                .map(|frame| rows.asked_for(frame, &needs_of(rule, table)))
                .transpose()
        };
        let usage = view("usage", &index.usage)?;
        let series = usage.as_ref().map(|usage| series_of(rule, usage));
        Ok(Evidence {
            series: series.transpose()?.unwrap_or_default(),
            usage,
            daily: view("usage_daily", &index.daily)?,
            index,
        })
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

    fn series(&self, resource_id: &str, need: &MetricNeed) -> Option<Series> {
        let of_metric = self.series.iter().find(|series| series.is_of(need))?;
        of_metric.by_resource.get(resource_id).copied()
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
        match self.index.usage.longest(need) {
            Some(days) if days < i64::from(need.days) => format!(
                "{metric} was collected for {}; {} are asked for",
                in_days(days as f64),
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

/// Columns that decide which series a row belongs to.
pub(super) const PLACES_A_SERIES: [&str; 4] =
    ["metric", "statistic", "period_seconds", "window_days"];

/// What a rule sees of `usage` or `usage_daily`.
pub(super) fn seen_of(
    rule: &Rule,
    table: &str,
    frame: &DataFrame,
) -> Result<DataFrame, PolarsError> {
    Rows::of(frame)?.asked_for(frame, &needs_of(rule, table))
}

/// The needs of a rule that concern `usage` or `usage_daily`.
fn needs_of<'r>(rule: &'r Rule, table: &str) -> Vec<&'r MetricNeed> {
    let daily = table == "usage_daily";
    let asks = |need: &&MetricNeed| need.daily || !daily;
    rule.needs.metrics.iter().filter(asks).collect()
}

/// The series of a rule's needs in its view of `usage`.
fn series_of(rule: &Rule, usage: &DataFrame) -> Result<Vec<OfMetric>, PolarsError> {
    let mut all: Vec<OfMetric> = Vec::new();
    for need in &rule.needs.metrics {
        if !all.iter().any(|series| series.is_of(need)) {
            all.push(OfMetric {
                metric: need.metric.name,
                statistic: need.statistic,
                period_seconds: need.period_seconds,
                by_resource: HashMap::new(),
            });
        }
    }
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
        let of_metric = all.iter_mut().find(|series| {
            series.metric == metric
                && series.statistic.as_str() == statistic
                && i64::from(series.period_seconds) == period
        });
        if let Some(of_metric) = of_metric {
            let series = Series {
                coverage,
                p90: p90s.get(row),
                row,
            };
            of_metric.by_resource.insert(id.to_owned(), series);
        }
    }
    Ok(all)
}
