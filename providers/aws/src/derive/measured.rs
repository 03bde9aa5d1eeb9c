//! The part of `usage` that facts are computed from, by resource.

use std::cmp::Ordering;
use std::collections::HashMap;

use billhook_catalog::CpuPercentile;
use polars::prelude::DataFrame;

use crate::prices::HOURS_PER_MONTH;

/// Length of a fine period: that of basic monitoring, seconds.
const FINE: i64 = 300;
/// An hour, seconds.
const HOUR: i64 = 3_600;
/// Share of a window that must be known for a figure to stand for the window.
pub(super) const COVERAGE_MIN: f64 = 0.9;

/// (metric, statistic, period) of everything that is used here. No period: any.
const WANTED: &[(&str, &str, Option<i64>)] = &[
    ("CPUUtilization", "Maximum", Some(FINE)),
    ("CPUUtilization", "Average", Some(FINE)),
    ("NetworkIn", "Sum", Some(FINE)),
    ("NetworkOut", "Sum", Some(FINE)),
    ("NetworkIn", "Maximum", Some(FINE)),
    ("NetworkOut", "Maximum", Some(FINE)),
    ("EBSReadOps", "Sum", Some(FINE)),
    ("EBSWriteOps", "Sum", Some(FINE)),
    ("EBSReadBytes", "Sum", Some(FINE)),
    ("EBSWriteBytes", "Sum", Some(FINE)),
    ("EBSReadOps", "Maximum", Some(FINE)),
    ("EBSWriteOps", "Maximum", Some(FINE)),
    ("EBSReadBytes", "Maximum", Some(FINE)),
    ("EBSWriteBytes", "Maximum", Some(FINE)),
    ("InstanceEBSIOPSExceededCheck", "Maximum", Some(FINE)),
    ("InstanceEBSThroughputExceededCheck", "Maximum", Some(FINE)),
    ("CPUCreditBalance", "Minimum", Some(FINE)),
    ("CPUSurplusCreditsCharged", "Sum", Some(FINE)),
    ("mem_used_percent", "Maximum", Some(FINE)),
    ("Memory % Committed Bytes In Use", "Maximum", Some(FINE)),
    ("Memory Available MBytes", "Minimum", Some(FINE)),
    ("VolumeReadOps", "Sum", Some(FINE)),
    ("VolumeWriteOps", "Sum", Some(FINE)),
    ("VolumeReadBytes", "Sum", Some(FINE)),
    ("VolumeWriteBytes", "Sum", Some(FINE)),
    ("NetworkOut", "Sum", Some(HOUR)),
    ("BytesProcessed", "Sum", None),
    ("BytesIn", "Sum", None),
    ("BytesInFromSource", "Sum", None),
    ("BytesInFromDestination", "Sum", None),
    ("RequestCount", "Sum", None),
    ("HTTP_Redirect_Count", "Sum", None),
    ("HTTP_Fixed_Response_Count", "Sum", None),
    ("NewFlowCount", "Sum", None),
    ("ProcessedBytes", "Sum", None),
    ("Invocations", "Sum", None),
    ("Duration", "Sum", None),
    ("ConsumedReadCapacityUnits", "Sum", Some(FINE)),
    ("ConsumedWriteCapacityUnits", "Sum", Some(FINE)),
    ("ProvisionedReadCapacityUnits", "Average", Some(HOUR)),
    ("ProvisionedWriteCapacityUnits", "Average", Some(HOUR)),
    ("EngineCPUUtilization", "Maximum", None),
    ("DatabaseMemoryUsagePercentage", "Maximum", None),
    ("BytesUsedForCacheItems", "Maximum", None),
    ("CurrConnections", "Maximum", None),
    ("GetTypeCmds", "Sum", None),
    ("SetTypeCmds", "Sum", None),
    ("CmdGet", "Sum", None),
    ("CmdSet", "Sum", None),
    ("NetworkBytesIn", "Sum", Some(FINE)),
    ("NetworkBytesOut", "Sum", Some(FINE)),
    ("BucketSizeBytes", "Average", None),
    ("BytesDownloaded", "Sum", None),
    ("CPUUtilization", "Maximum", Some(HOUR)),
    ("MemoryUtilization", "Maximum", Some(HOUR)),
];

/// One row of `usage`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Series {
    /// Metric.
    pub(super) metric: &'static str,
    /// Statistic within a period.
    pub(super) statistic: &'static str,
    /// Length of a period in seconds.
    pub(super) period_seconds: i64,
    /// Length of the window in days.
    pub(super) window_days: f64,
    /// Share of the window that is known, 0 to 1.
    pub(super) coverage: f64,
    /// Smallest point; None without points, as all that follow.
    pub(super) min: Option<f64>,
    /// Mean of the points.
    pub(super) avg: Option<f64>,
    /// 90th percentile of the points.
    pub(super) p90: Option<f64>,
    /// 95th percentile of the points.
    pub(super) p95: Option<f64>,
    /// 99.5th percentile of the points.
    pub(super) p995: Option<f64>,
    /// Largest point.
    pub(super) max: Option<f64>,
    /// Sum of the points; None when nothing is known, 0 where silence means zero.
    pub(super) sum: Option<f64>,
    /// Mean of the busiest hour; None also in snapshots that do not have it.
    pub(super) busiest_hour: Option<f64>,
}

impl Series {
    /// The percentile that a profile sizes CPU by.
    pub(super) fn percentile(&self, percentile: CpuPercentile) -> Option<f64> {
        match percentile {
            CpuPercentile::P90 => self.p90,
            CpuPercentile::P95 => self.p95,
            CpuPercentile::P995 => self.p995,
        }
    }

    /// Hours of the window that are known.
    pub(super) fn covered_hours(&self) -> f64 {
        self.window_days * 24.0 * self.coverage
    }

    /// What its sum comes to in a month of 730 hours, at the rate of the hours that are known. None without a sum.
    pub(super) fn sum_a_month(&self) -> Option<f64> {
        Some(self.sum? * HOURS_PER_MONTH / self.covered_hours())
    }

    /// Whether its figures stand for the whole window.
    pub(super) fn is_covered(&self) -> bool {
        self.coverage >= COVERAGE_MIN
    }

    /// Which of two rows of a metric says more: a window that is known, then a longer one.
    fn compare(&self, other: &Self) -> Ordering {
        self.is_covered()
            .cmp(&other.is_covered())
            .then(self.window_days.total_cmp(&other.window_days))
            .then(self.coverage.total_cmp(&other.coverage))
            .then(other.period_seconds.cmp(&self.period_seconds))
            .then(
                self.p995
                    .unwrap_or(-1.0)
                    .total_cmp(&other.p995.unwrap_or(-1.0)),
            )
            .then(
                self.sum
                    .unwrap_or(-1.0)
                    .total_cmp(&other.sum.unwrap_or(-1.0)),
            )
    }
}

/// What was measured of each resource.
#[derive(Debug, Default)]
pub(super) struct Measured {
    by_resource: HashMap<String, Vec<Series>>,
}

impl Measured {
    /// From the `usage` table. Column by column: a large estate has millions of rows, few of which matter here. None when
    /// the frame does not have the table's columns.
    pub(super) fn of(usage: &DataFrame) -> Option<Self> {
        let text = |name: &str| usage.column(name).ok()?.str().ok();
        let whole = |name: &str| usage.column(name).ok()?.i64().ok();
        let real = |name: &str| usage.column(name).ok()?.f64().ok();
        let instant = |name: &str| {
            let instants = usage.column(name).ok()?.datetime().ok()?;
            Some(instants.physical().clone())
        };
        let (ids, metrics, statistics) =
            (text("resource_id")?, text("metric")?, text("statistic")?);
        let periods = whole("period_seconds")?;
        let (starts, ends) = (instant("window_start")?, instant("window_end")?);
        let coverages = real("coverage")?;
        let figures = [
            "min",
            "p90",
            "p95",
            "p995",
            "max",
            "sum",
            "busiest_hour_avg",
            "avg",
        ];
        let figures: Vec<_> = figures.into_iter().map(real).collect::<Option<Vec<_>>>()?;

        let mut measured = Self::default();
        let names = ids.iter().zip(metrics.iter()).zip(statistics.iter());
        let windows = periods.iter().zip(starts.iter()).zip(ends.iter());
        let rows = names.zip(windows).zip(coverages.iter()).enumerate();
        for (row, ((((id, metric), statistic), ((period, start), end)), coverage)) in rows {
            let (Some(id), Some(metric), Some(statistic)) = (id, metric, statistic) else {
                continue;
            };
            let (Some(period), Some(start), Some(end), Some(coverage)) =
                (period, start, end, coverage)
            else {
                continue;
            };
            let wanted = WANTED.iter().find(|(name, by, every)| {
                *name == metric && *by == statistic && every.is_none_or(|every| every == period)
            });
            let Some((name, by, _)) = wanted else {
                continue;
            };
            let sensible = |figure: Option<f64>| figure.filter(|f| f.is_finite() && *f >= 0.0);
            let figure = |index: usize| sensible(figures[index].get(row));
            measured.add(
                id,
                Series {
                    metric: name,
                    statistic: by,
                    period_seconds: period,
                    window_days: (end - start) as f64 / 86_400_000.0,
                    coverage: sensible(Some(coverage)).unwrap_or(0.0).min(1.0),
                    min: figure(0),
                    p90: figure(1),
                    p95: figure(2),
                    p995: figure(3),
                    max: figure(4),
                    sum: figure(5),
                    busiest_hour: figure(6),
                    avg: figure(7),
                },
            );
        }
        Some(measured)
    }

    /// Adds a row of a resource.
    pub(super) fn add(&mut self, resource_id: &str, series: Series) {
        match self.by_resource.get_mut(resource_id) {
            Some(all) => all.push(series),
            None => {
                self.by_resource
                    .insert(resource_id.to_owned(), vec![series]);
            }
        }
    }

    /// The best fine row of a metric's sums that has a 99.5th percentile.
    pub(super) fn percentiles(&self, resource_id: &str, metric: &str) -> Option<&Series> {
        self.figures(resource_id, metric, "Sum")
    }

    /// The best fine row of a metric and statistic that has a 99.5th percentile, and so all figures.
    pub(super) fn figures(
        &self,
        resource_id: &str,
        metric: &str,
        statistic: &str,
    ) -> Option<&Series> {
        self.best(resource_id, |series| {
            series.metric == metric
                && series.statistic == statistic
                && series.period_seconds == FINE
                && series.p995.is_some()
        })
    }

    /// The same, where it stands for a window.
    pub(super) fn covered(
        &self,
        resource_id: &str,
        metric: &str,
        statistic: &str,
    ) -> Option<&Series> {
        let series = self.figures(resource_id, metric, statistic)?;
        series.is_covered().then_some(series)
    }

    /// The best row of a metric's sums over some known time.
    pub(super) fn sums(&self, resource_id: &str, metric: &str) -> Option<&Series> {
        self.best(resource_id, |series| {
            series.metric == metric
                && series.statistic == "Sum"
                && series.sum.is_some()
                && series.covered_hours() > 0.0
        })
    }

    /// The largest point of a metric and statistic, whatever its period, where it stands for a window.
    pub(super) fn largest(&self, resource_id: &str, metric: &str, statistic: &str) -> Option<f64> {
        let series = self.best(resource_id, |series| {
            series.metric == metric && series.statistic == statistic && series.max.is_some()
        })?;
        series.max.filter(|_| series.is_covered())
    }

    /// The mean of an average, whatever its period, where it stands for a window.
    pub(super) fn mean(&self, resource_id: &str, metric: &str) -> Option<f64> {
        let series = self.best(resource_id, |series| {
            series.metric == metric && series.statistic == "Average" && series.avg.is_some()
        })?;
        series.avg.filter(|_| series.is_covered())
    }

    fn best(&self, resource_id: &str, usable: impl Fn(&Series) -> bool) -> Option<&Series> {
        let all = self.by_resource.get(resource_id)?;
        all.iter()
            .filter(|series| usable(series))
            .max_by(|one, other| one.compare(other))
    }
}

#[cfg(test)]
mod tests {
    use billhook_catalog::{Usage, frame_of};
    use jiff::{SignedDuration, Timestamp};

    use super::*;

    fn row(metric: &str, statistic: &str, period: i64, days: i64, coverage: f64) -> Usage {
        let end: Timestamp = "2026-11-20T00:00:00Z".parse().expect("an instant");
        Usage {
            resource_id: "i".to_owned(),
            metric: metric.to_owned(),
            statistic: statistic.to_owned(),
            period_seconds: period,
            window_days: days,
            window_start: end - SignedDuration::from_hours(24 * days),
            window_end: end,
            coverage,
            p995: Some(days as f64),
            sum: Some(10.0 * days as f64),
            ..Usage::default()
        }
    }

    fn p995(measured: &Measured, metric: &str, statistic: &str) -> Option<f64> {
        measured.covered("i", metric, statistic)?.p995
    }

    #[test]
    fn only_rows_of_the_right_statistic_and_period_count() {
        let frame = frame_of([
            row("CPUUtilization", "Maximum", 3600, 14, 1.0),
            row("CPUUtilization", "Average", 300, 14, 1.0),
            row("CPUUtilization", "Maximum", 300, 15, 1.0),
            row("BytesInFromSource", "Sum", 3600, 16, 1.0),
        ]);
        let measured = Measured::of(&frame).expect("all columns");
        assert_eq!(p995(&measured, "CPUUtilization", "Maximum"), Some(15.0));
        assert_eq!(
            measured.sums("i", "BytesInFromSource").and_then(|s| s.sum),
            Some(160.0)
        );
        assert_eq!(p995(&measured, "NetworkIn", "Sum"), None);
        assert_eq!(p995(&measured, "CPUUtilization", "Average"), Some(14.0));
        assert_eq!(measured.covered("other", "CPUUtilization", "Maximum"), None);
    }

    #[test]
    fn the_longest_window_that_is_known_decides() {
        let frame = frame_of([
            row("NetworkIn", "Sum", 300, 14, 0.95),
            row("NetworkIn", "Sum", 300, 30, 0.9),
            row("NetworkIn", "Sum", 300, 60, 0.5),
        ]);
        let measured = Measured::of(&frame).expect("all columns");
        assert_eq!(p995(&measured, "NetworkIn", "Sum"), Some(30.0));
        let hours = measured.sums("i", "NetworkIn").map(Series::covered_hours);
        assert_eq!(hours, Some(30.0 * 24.0 * 0.9));
    }

    #[test]
    fn little_known_or_senseless_is_not_measured() {
        let mut strange = row("NetworkOut", "Sum", 300, 14, 1.0);
        strange.p995 = Some(f64::NAN);
        strange.sum = Some(-1.0);
        let frame = frame_of([row("NetworkIn", "Sum", 300, 14, 0.89), strange]);
        let measured = Measured::of(&frame).expect("all columns");
        assert_eq!(p995(&measured, "NetworkIn", "Sum"), None);
        assert!(
            measured.figures("i", "NetworkIn", "Sum").is_some(),
            "seen, but not enough"
        );
        assert_eq!(p995(&measured, "NetworkOut", "Sum"), None);
        assert_eq!(measured.sums("i", "NetworkOut"), None);
    }
}
