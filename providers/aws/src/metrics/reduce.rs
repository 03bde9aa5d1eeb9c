//! Points of a series, reduced to what the `usage` tables say of it.

use billhook_catalog::{Missing, Statistic};
use jiff::Timestamp;

use crate::metrics::window::{DAY, Window, at};

/// One point: the begin of its period, and its value.
pub(crate) type Point = (Timestamp, f64);

/// What is known of a series in a window.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reduced {
    /// Periods in the window.
    pub(crate) expected: i64,
    /// Periods with a point.
    pub(crate) got: i64,
    /// Share of the window that is known, 0 to 1.
    pub(crate) coverage: f64,
    /// The figures; `None` when nothing is known.
    pub(crate) figures: Option<Figures>,
    /// Mean of the known points of the busiest hour; `None` without points, and where a period is an hour or longer.
    pub(crate) busiest_hour_avg: Option<f64>,
    /// The last point.
    pub(crate) last_at: Option<Timestamp>,
}

/// Figures over the known periods.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Figures {
    pub(crate) min: f64,
    pub(crate) avg: f64,
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    pub(crate) p995: f64,
    pub(crate) max: f64,
    pub(crate) sum: f64,
}

/// One day (UTC) of a series.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Day {
    /// Its midnight.
    pub(crate) day: Timestamp,
    /// Its points combined as the statistic combines samples; `None` when nothing is known.
    pub(crate) value: Option<f64>,
    /// Share of the day's periods that is known, 0 to 1.
    pub(crate) coverage: f64,
}

/// How a series is to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// How a period's samples were combined.
    pub(crate) statistic: Statistic,
    /// Length of a period.
    pub(crate) period_seconds: u32,
    /// What a missing point means.
    pub(crate) missing: Missing,
    /// Begin of the resource; `None` when it is not known.
    pub(crate) created_at: Option<Timestamp>,
}

impl Reading {
    /// Periods of a window that are known to be zero where they have no point: those since the resource began, where
    /// silence means zero. A resource of unknown age may not have existed yet, so nothing is known of its silence.
    fn known_if_silent(&self, window: Window) -> i64 {
        match (self.missing, self.created_at) {
            (Missing::Zero, Some(created_at)) => {
                let since = window.start.max(created_at);
                let seconds = (window.end.as_second() - since.as_second()).max(0);
                let period = i64::from(self.period_seconds.max(1));
                ((seconds + period - 1) / period).min(window.periods(self.period_seconds))
            }
            _ => 0,
        }
    }

    /// Reduces the points that lie in a window. They are in order and one a period.
    pub(crate) fn reduce(&self, points: &[Point], window: Window) -> Reduced {
        let inside: Vec<Point> = points
            .iter()
            .copied()
            .filter(|(time, _)| window.holds(*time))
            .collect();
        let expected = window.periods(self.period_seconds);
        let got = length(inside.len());
        let zeros = (self.known_if_silent(window) - got).max(0);
        let known = got + zeros;
        let mut values: Vec<f64> = inside.iter().map(|(_, value)| *value).collect();
        values.extend((0..zeros).map(|_| 0.0));
        Reduced {
            expected,
            got,
            coverage: share(known, expected),
            figures: figures(values),
            busiest_hour_avg: busiest_hour(&inside, self.period_seconds, self.missing),
            last_at: inside.last().map(|(time, _)| *time),
        }
    }

    /// Reduces the points of a window day by day.
    pub(crate) fn days(&self, points: &[Point], window: Window) -> Vec<Day> {
        let period = i64::from(self.period_seconds.max(1));
        let in_a_day = (DAY / period).max(1);
        let mut days = Vec::new();
        let mut midnight = window.start.as_second().div_euclid(DAY) * DAY;
        while midnight < window.end.as_second() {
            let day = Window {
                start: at(midnight).max(window.start),
                end: at(midnight + DAY).min(window.end),
            };
            let part = self.reduce(points, day);
            let value = part.figures.map(|figures| match self.statistic {
                Statistic::Sum | Statistic::SampleCount => figures.sum,
                Statistic::Maximum => figures.max,
                Statistic::Minimum => figures.min,
                Statistic::Average => figures.avg,
            });
            let known = part.got.max(self.known_if_silent(day));
            days.push(Day {
                day: at(midnight),
                value,
                coverage: share(known, in_a_day),
            });
            midnight += DAY;
        }
        days
    }
}

fn length(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// A share between 0 and 1.
fn share(part: i64, whole: i64) -> f64 {
    if whole <= 0 {
        0.0
    } else {
        (part as f64 / whole as f64).clamp(0.0, 1.0)
    }
}

/// The largest mean over an hour, among the hours that end with a known period. A missing point is left out of the mean, so
/// that what is not known does not make an hour look quiet; where silence means zero, it is a zero.
fn busiest_hour(points: &[Point], period_seconds: u32, missing: Missing) -> Option<f64> {
    const HOUR: i64 = 3_600;
    let period = i64::from(period_seconds.max(1));
    if period >= HOUR || HOUR % period != 0 {
        return None;
    }
    let (mut first, mut sum, mut best) = (0, 0.0, None);
    for (index, (time, value)) in points.iter().enumerate() {
        sum += value;
        while points[first].0.as_second() <= time.as_second() - HOUR {
            sum -= points[first].1;
            first += 1;
        }
        let periods = match missing {
            Missing::Zero => HOUR / period,
            _ => length(index + 1 - first),
        };
        let mean = sum / periods as f64;
        best = Some(best.map_or(mean, |best: f64| best.max(mean)));
    }
    best
}

/// Figures over values; `None` without any.
fn figures(mut values: Vec<f64>) -> Option<Figures> {
    values.sort_by(f64::total_cmp);
    let (min, max) = (*values.first()?, *values.last()?);
    let sum: f64 = values.iter().sum();
    let percentile = |percent: f64| nearest_rank(&values, percent);
    Some(Figures {
        min,
        avg: sum / values.len() as f64,
        p50: percentile(50.0),
        p90: percentile(90.0),
        p95: percentile(95.0),
        p99: percentile(99.0),
        p995: percentile(99.5),
        max,
        sum,
    })
}

/// The smallest value that at least so many percent of the values do not exceed.
fn nearest_rank(sorted: &[f64], percent: f64) -> f64 {
    // 99.5 % of 200 is 199 and not 199.00000000000003, which would round up.
    let rank = (percent * sorted.len() as f64 / 100.0 - 1e-9)
        .ceil()
        .max(1.0) as usize;
    sorted[rank.min(sorted.len()) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: u32 = 3_600;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn window() -> Window {
        Window::before(time("2026-03-15T06:00:00Z"), 2, PERIOD)
    }

    /// So many hourly points from the window's begin.
    fn points(values: impl IntoIterator<Item = f64>) -> Vec<Point> {
        let start = window().start.as_second();
        values
            .into_iter()
            .enumerate()
            .map(|(index, value)| (at(start + length(index) * 3_600), value))
            .collect()
    }

    fn reading(missing: Missing, created_at: Option<&str>) -> Reading {
        Reading {
            statistic: Statistic::Maximum,
            period_seconds: PERIOD,
            missing,
            created_at: created_at.map(time),
        }
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        for (percent, expected) in [
            (50.0, 50.0),
            (90.0, 90.0),
            (95.0, 95.0),
            (99.0, 99.0),
            (99.5, 100.0),
        ] {
            assert_eq!(nearest_rank(&hundred, percent), expected, "{percent}");
        }
        let two_hundred: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!(nearest_rank(&two_hundred, 99.5), 199.0);
        assert_eq!(nearest_rank(&[7.0], 50.0), 7.0);
    }

    #[test]
    fn without_evidence_nothing_is_known_and_nothing_is_zero() {
        for missing in [Missing::NoEvidence, Missing::NotAttached] {
            let reduced = reading(missing, Some("2020-01-01T00:00:00Z")).reduce(&[], window());
            assert_eq!(
                reduced,
                Reduced {
                    expected: 48,
                    got: 0,
                    coverage: 0.0,
                    figures: None,
                    busiest_hour_avg: None,
                    last_at: None
                }
            );
            let half = reading(missing, None).reduce(&points((0..24).map(f64::from)), window());
            assert_eq!((half.got, half.coverage), (24, 0.5));
            let figures = half.figures.unwrap();
            assert_eq!((figures.min, figures.max, figures.sum), (0.0, 23.0, 276.0));
            assert_eq!(half.last_at, Some(time("2026-03-14T05:00:00Z")));
        }
    }

    #[test]
    fn silence_that_means_zero_counts_as_zeros() {
        let old = reading(Missing::Zero, Some("2020-01-01T00:00:00Z"));
        let silent = old.reduce(&[], window());
        assert_eq!(
            (silent.got, silent.coverage, silent.last_at),
            (0, 1.0, None)
        );
        assert_eq!(
            silent
                .figures
                .map(|figures| (figures.min, figures.max, figures.sum)),
            Some((0.0, 0.0, 0.0))
        );
        let once = old.reduce(&points([96.0]), window());
        let figures = once.figures.unwrap();
        assert_eq!(
            (figures.min, figures.avg, figures.p95, figures.max),
            (0.0, 2.0, 0.0, 96.0)
        );
    }

    #[test]
    fn silence_before_a_resource_began_is_not_known() {
        let young = reading(Missing::Zero, Some("2026-03-14T18:00:00Z")).reduce(&[], window());
        assert_eq!(young.coverage, 0.25);
        assert_eq!(young.figures.map(|figures| figures.sum), Some(0.0));
        let unborn = reading(Missing::Zero, Some("2026-03-15T06:30:00Z")).reduce(&[], window());
        assert_eq!((unborn.coverage, unborn.figures), (0.0, None));
        let ageless = reading(Missing::Zero, None).reduce(&points([1.0]), window());
        assert_eq!(
            (ageless.coverage, ageless.figures.map(|figures| figures.min)),
            (1.0 / 48.0, Some(1.0))
        );
    }

    #[test]
    fn the_busiest_hour_begins_with_any_period() {
        let five_minutes = |values: &[f64]| -> Vec<Point> {
            let timed = values.iter().enumerate();
            timed
                .map(|(index, value)| (at(length(index) * 300), *value))
                .collect()
        };
        // Twelve busy periods that begin at half past: the hour of the clock would show but half of them.
        let mut values = vec![0.0; 36];
        values[6..18].fill(120.0);
        let points = five_minutes(&values);
        let mean = busiest_hour(&points, 300, Missing::NoEvidence);
        assert_eq!(mean, Some(120.0));
        // One busy period in an otherwise silent hour: what is not known does not dilute it, zeros do.
        let alone = [points[7]];
        assert_eq!(busiest_hour(&alone, 300, Missing::NoEvidence), Some(120.0));
        assert_eq!(busiest_hour(&alone, 300, Missing::Zero), Some(10.0));
        assert_eq!(busiest_hour(&[], 300, Missing::Zero), None);
        assert_eq!(busiest_hour(&points, 3_600, Missing::NoEvidence), None);
    }

    #[test]
    fn points_outside_of_the_window_do_not_count() {
        let mut all = points((0..48).map(|_| 1.0));
        all.insert(0, (time("2026-03-13T05:00:00Z"), 100.0));
        all.push((time("2026-03-15T06:00:00Z"), 100.0));
        let reduced = reading(Missing::NoEvidence, None).reduce(&all, window());
        assert_eq!((reduced.got, reduced.coverage), (48, 1.0));
        assert_eq!(reduced.figures.map(|figures| figures.max), Some(1.0));
    }

    #[test]
    fn days_are_cut_at_midnight_and_say_how_much_of_them_is_known() {
        let mut sums = reading(Missing::NoEvidence, None);
        sums.statistic = Statistic::Sum;
        // From 06:00 on the 13th to 06:00 on the 15th; the last six hours have no points.
        let days = sums.days(&points((0..42).map(|_| 1.0)), window());
        let said: Vec<(String, Option<f64>, f64)> = days
            .into_iter()
            .map(|day| (day.day.to_string(), day.value, day.coverage))
            .collect();
        assert_eq!(
            said,
            [
                ("2026-03-13T00:00:00Z".to_owned(), Some(18.0), 0.75),
                ("2026-03-14T00:00:00Z".to_owned(), Some(24.0), 1.0),
                ("2026-03-15T00:00:00Z".to_owned(), None, 0.0),
            ]
        );
    }

    #[test]
    fn a_day_combines_its_points_as_the_statistic_does() {
        let all = points((0..48).map(f64::from));
        let second_day = |statistic| {
            let mut reading = reading(Missing::NoEvidence, None);
            reading.statistic = statistic;
            reading.days(&all, window())[1].value.unwrap()
        };
        assert_eq!(second_day(Statistic::Maximum), 41.0);
        assert_eq!(second_day(Statistic::Minimum), 18.0);
        assert_eq!(second_day(Statistic::Average), 29.5);
        assert_eq!(second_day(Statistic::SampleCount), 708.0);
        let silent = reading(Missing::Zero, Some("2026-03-14T12:00:00Z")).days(&[], window());
        let said: Vec<(Option<f64>, f64)> = silent
            .into_iter()
            .map(|day| (day.value, day.coverage))
            .collect();
        assert_eq!(said, [(None, 0.0), (Some(0.0), 0.5), (Some(0.0), 0.25)]);
    }
}
