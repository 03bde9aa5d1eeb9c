//! The part of `usage` that facts about databases are computed from, by resource.

use std::cmp::Ordering;
use std::collections::HashMap;

use polars::prelude::DataFrame;

use crate::derive::measured::COVERAGE_MIN;

/// Length of a fine period, seconds.
const FINE: i64 = 300;
/// Length of a coarse one, seconds.
const HOUR: i64 = 3600;

/// (metric, statistic, period) of everything that is used here.
const WANTED: &[(&str, &str, i64)] = &[
    ("CPUUtilization", "Maximum", FINE),
    ("DatabaseConnections", "Maximum", HOUR),
    ("FreeableMemory", "Minimum", FINE),
    ("FreeStorageSpace", "Minimum", HOUR),
    ("SwapUsage", "Maximum", FINE),
    ("ReadIOPS", "Average", FINE),
    ("WriteIOPS", "Average", FINE),
    ("ReadThroughput", "Average", FINE),
    ("WriteThroughput", "Average", FINE),
    ("NetworkReceiveThroughput", "Average", FINE),
    ("NetworkTransmitThroughput", "Average", FINE),
    ("ServerlessDatabaseCapacity", "Average", HOUR),
    ("VolumeBytesUsed", "Average", HOUR),
    ("VolumeReadIOPs", "Average", HOUR),
    ("VolumeWriteIOPs", "Average", HOUR),
];

/// What a series came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::derive) struct Figures {
    /// Length of the window in days.
    pub(in crate::derive) window_days: f64,
    /// Share of the window that is known, 0 to 1.
    pub(in crate::derive) coverage: f64,
    /// Smallest point.
    pub(in crate::derive) min: f64,
    /// Mean of the points.
    pub(in crate::derive) avg: f64,
    /// 99.5th percentile of the points.
    pub(in crate::derive) p995: f64,
    /// Largest point.
    pub(in crate::derive) max: f64,
}

impl Figures {
    /// Whether they stand for the whole window.
    pub(in crate::derive) fn is_covered(&self) -> bool {
        self.coverage >= COVERAGE_MIN
    }

    /// Which of two rows of a metric says more: a window that is known, then a longer one.
    fn compare(&self, other: &Self) -> Ordering {
        self.is_covered()
            .cmp(&other.is_covered())
            .then(self.window_days.total_cmp(&other.window_days))
            .then(self.coverage.total_cmp(&other.coverage))
            .then(self.p995.total_cmp(&other.p995))
            .then(self.max.total_cmp(&other.max))
    }
}

/// What was measured of each database.
#[derive(Debug, Default)]
pub(in crate::derive) struct DatabaseUsage {
    by_resource: HashMap<String, Vec<(&'static str, Figures)>>,
}

impl DatabaseUsage {
    /// From the `usage` table. None when the frame does not have the table's columns.
    pub(in crate::derive) fn of(usage: &DataFrame) -> Option<Self> {
        let text = |name: &str| usage.column(name).ok()?.str().ok();
        let real = |name: &str| usage.column(name).ok()?.f64().ok();
        let instant = |name: &str| {
            let instants = usage.column(name).ok()?.datetime().ok()?;
            Some(instants.physical().clone())
        };
        let (ids, namespaces) = (text("resource_id")?, text("namespace")?);
        let (metrics, statistics) = (text("metric")?, text("statistic")?);
        let periods = usage.column("period_seconds").ok()?.i64().ok()?;
        let (starts, ends) = (instant("window_start")?, instant("window_end")?);
        let (coverages, mins, avgs) = (real("coverage")?, real("min")?, real("avg")?);
        let (p995s, maxima) = (real("p995")?, real("max")?);
        let mut found = Self::default();
        for row in 0..usage.height() {
            if namespaces.get(row) != Some("AWS/RDS") {
                continue;
            }
            let known = || {
                let (metric, statistic) = (metrics.get(row)?, statistics.get(row)?);
                let period = periods.get(row)?;
                let (name, _, _) = WANTED.iter().find(|(name, by, every)| {
                    *name == metric && *by == statistic && *every == period
                })?;
                let sensible = |figure: Option<f64>| figure.filter(|f| f.is_finite() && *f >= 0.0);
                let figures = Figures {
                    window_days: (ends.get(row)? - starts.get(row)?) as f64 / 86_400_000.0,
                    coverage: sensible(coverages.get(row))?.min(1.0),
                    min: sensible(mins.get(row))?,
                    avg: sensible(avgs.get(row))?,
                    p995: sensible(p995s.get(row))?,
                    max: sensible(maxima.get(row))?,
                };
                Some((ids.get(row)?, *name, figures))
            };
            if let Some((id, name, figures)) = known() {
                found.add(id, name, figures);
            }
        }
        Some(found)
    }

    /// Adds the figures of a metric of a resource.
    pub(in crate::derive) fn add(&mut self, id: &str, metric: &'static str, figures: Figures) {
        match self.by_resource.get_mut(id) {
            Some(all) => all.push((metric, figures)),
            None => {
                self.by_resource
                    .insert(id.to_owned(), vec![(metric, figures)]);
            }
        }
    }

    /// The best row of a metric, however little of its window is known.
    pub(in crate::derive) fn seen(&self, id: &str, metric: &str) -> Option<&Figures> {
        self.by_resource
            .get(id)?
            .iter()
            .filter(|(name, _)| *name == metric)
            .map(|(_, figures)| figures)
            .max_by(|one, other| one.compare(other))
    }

    /// The best row of a metric, where it stands for its window.
    pub(in crate::derive) fn known(&self, id: &str, metric: &str) -> Option<&Figures> {
        self.seen(id, metric).filter(|figures| figures.is_covered())
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
            resource_id: "db".to_owned(),
            namespace: "AWS/RDS".to_owned(),
            metric: metric.to_owned(),
            statistic: statistic.to_owned(),
            period_seconds: period,
            window_days: days,
            window_start: end - SignedDuration::from_hours(24 * days),
            window_end: end,
            coverage,
            min: Some(1.0),
            avg: Some(2.0),
            p995: Some(days as f64),
            max: Some(100.0),
            ..Usage::default()
        }
    }

    #[test]
    fn the_longest_window_that_is_known_decides() {
        let frame = frame_of([
            row("CPUUtilization", "Maximum", 300, 14, 0.95),
            row("CPUUtilization", "Maximum", 300, 30, 0.92),
            row("CPUUtilization", "Maximum", 300, 60, 0.5),
            row("CPUUtilization", "Maximum", 3600, 90, 1.0),
            row("CPUUtilization", "Average", 300, 90, 1.0),
        ]);
        let usage = DatabaseUsage::of(&frame).expect("all columns");
        let p995 = |id: &str| usage.known(id, "CPUUtilization").map(|f| f.p995);
        assert_eq!((p995("db"), p995("other")), (Some(30.0), None));
    }

    #[test]
    fn little_known_or_senseless_is_not_measured() {
        let mut strange = row("SwapUsage", "Maximum", 300, 14, 1.0);
        strange.max = None;
        let mut elsewhere = row("WriteIOPS", "Average", 300, 14, 1.0);
        elsewhere.namespace = "AWS/DocDB".to_owned();
        let frame = frame_of([
            row("ReadIOPS", "Average", 300, 14, 0.89),
            strange,
            elsewhere,
        ]);
        let usage = DatabaseUsage::of(&frame).expect("all columns");
        assert_eq!(usage.known("db", "ReadIOPS"), None);
        assert!(
            usage.seen("db", "ReadIOPS").is_some(),
            "seen, but not enough"
        );
        assert_eq!(usage.seen("db", "SwapUsage"), None);
        assert_eq!(usage.seen("db", "WriteIOPS"), None);
    }
}
