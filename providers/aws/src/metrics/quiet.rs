//! `aws_ec2_quiet_hours`, while the series it follows from is at hand.

use billhook_catalog::{Place, Statistic};

use crate::ec2::quiet_hours::QuietHours;
use crate::metrics::reduce::Point;
use crate::metrics::series::Series;
use crate::metrics::window::Window;

/// Hours of a week.
const WEEK: usize = 168;
const DAY: usize = 24;
/// An hour, seconds.
const HOUR_SECONDS: i64 = 3_600;
/// The hour of the week, counted from Monday 00:00 UTC, in which the epoch began: a Thursday.
const EPOCH: i64 = 72;
/// A week may be an exception; two alike are a pattern.
const WINDOW_DAYS_MIN: u32 = 14;
const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// A kind of schedule: its name, and on how many days in a row and for how many hours an instance is on.
const SCHEDULES: [(&str, usize, usize); 2] = [("workdays", 5, 12), ("days", 7, 14)];

/// Whether rows follow from a series: the hourly peaks of an instance's CPU.
pub(crate) fn is_source(series: &Series) -> bool {
    series.metric.namespace == "AWS/EC2"
        && series.metric.name == "CPUUtilization"
        && series.statistic == Statistic::Maximum
        && i64::from(series.period_seconds) == HOUR_SECONDS
}

/// The rows of a series in a window; none when it is not the hourly peaks of an instance's CPU, or the window is short.
pub(crate) fn rows(
    place: &Place,
    series: &Series,
    points: &[Point],
    days: u32,
    window: Window,
) -> Vec<QuietHours> {
    if !is_source(series) || days < WINDOW_DAYS_MIN {
        return Vec::new();
    }
    let week = peaks_by_hour(points, window);
    let all_known: Option<Vec<f64>> = week.into_iter().collect();
    SCHEDULES
        .iter()
        .map(|(name, days_on, hours_on)| {
            let best = all_known
                .as_ref()
                .map(|week| quietest(week, *days_on, *hours_on));
            let off_hours = WEEK - days_on * hours_on;
            QuietHours {
                id: place.clone(),
                resource_id: series.resource_id.clone(),
                window_days: i64::from(days),
                schedule: (*name).to_owned(),
                off_hours_a_week: i64::try_from(off_hours).unwrap_or(0),
                on_from_hour_utc: best
                    .as_ref()
                    .and_then(|best| i64::try_from(best.first_hour % DAY).ok()),
                on_from_day: best.as_ref().map(|best| {
                    let day = if *days_on < 7 {
                        WEEKDAYS[best.first_hour / DAY]
                    } else {
                        ""
                    };
                    day.to_owned()
                }),
                cpu_off_max_percent: best.as_ref().map(|best| best.off_max),
                cpu_on_max_percent: best.as_ref().map(|best| best.on_max),
            }
        })
        .collect()
}

/// The highest point of each hour of the week, Monday 00:00 UTC first.
fn peaks_by_hour(points: &[Point], window: Window) -> [Option<f64>; WEEK] {
    let mut week = [None; WEEK];
    for (time, value) in points.iter().filter(|(time, _)| window.holds(*time)) {
        let hour = (time.as_second().div_euclid(HOUR_SECONDS) + EPOCH).rem_euclid(WEEK as i64);
        let slot: Option<&mut Option<f64>> = usize::try_from(hour)
            .ok()
            .and_then(|hour| week.get_mut(hour));
        if let Some(slot) = slot {
            *slot = Some(slot.map_or(*value, |highest: f64| highest.max(*value)));
        }
    }
    week
}

/// A schedule, and the highest values while off and on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Best {
    /// Hour of the week at which it is switched on for the first time.
    first_hour: usize,
    off_max: f64,
    on_max: f64,
}

/// The schedule of so many days in a row and hours a day on which the hours that are off are lowest; of several alike, the one
/// with the highest sum while on, then the earliest in the week.
fn quietest(week: &[f64], days_on: usize, hours_on: usize) -> Best {
    let begins = if days_on < 7 { WEEK } else { DAY };
    let mut found: Option<(Best, f64)> = None;
    for first_hour in 0..begins {
        let is_on = |hour: usize| {
            let since = (hour + WEEK - first_hour) % WEEK;
            since / DAY < days_on && since % DAY < hours_on
        };
        let (mut off_max, mut on_max, mut on_sum) = (0.0_f64, 0.0_f64, 0.0_f64);
        for (hour, value) in week.iter().enumerate() {
            if is_on(hour) {
                on_max = on_max.max(*value);
                on_sum += value;
            } else {
                off_max = off_max.max(*value);
            }
        }
        let better = found.as_ref().is_none_or(|(best, sum)| {
            off_max < best.off_max || (off_max == best.off_max && on_sum > *sum)
        });
        if better {
            let best = Best {
                first_hour,
                off_max,
                on_max,
            };
            found = Some((best, on_sum));
        }
    }
    found.map_or(
        Best {
            first_hour: 0,
            off_max: 0.0,
            on_max: 0.0,
        },
        |(best, _)| best,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::series::tests::series;
    use crate::metrics::window::at;

    /// Two weeks of hourly points from a function of the hour of the week.
    fn points(window: Window, value: impl Fn(i64) -> Option<f64>) -> Vec<Point> {
        let begin = window.start.as_second();
        (0..14 * 24)
            .filter_map(|index| {
                let time = begin + index * HOUR_SECONDS;
                let hour = (time / HOUR_SECONDS + EPOCH) % 168;
                value(hour).map(|value| (at(time), value))
            })
            .collect()
    }

    fn of(value: impl Fn(i64) -> Option<f64>) -> Vec<QuietHours> {
        let series = series("i", 3_600, 14);
        let window = series.window();
        rows(
            &Place::default(),
            &series,
            &points(window, value),
            14,
            window,
        )
    }

    #[test]
    fn office_hours_are_found_whatever_the_zone() {
        // From 7 to 18 UTC on weekdays.
        let office = of(|hour| {
            let works = hour / 24 < 5 && (7..18).contains(&(hour % 24));
            Some(if works { 40.0 } else { 2.0 })
        });
        let workdays = &office[0];
        assert_eq!(
            (workdays.schedule.as_str(), workdays.off_hours_a_week),
            ("workdays", 108)
        );
        assert_eq!(workdays.cpu_off_max_percent, Some(2.0));
        assert_eq!(workdays.cpu_on_max_percent, Some(40.0));
        assert_eq!(workdays.on_from_day.as_deref(), Some("Monday"));
        assert!(matches!(workdays.on_from_hour_utc, Some(6 | 7)));
        // Sydney's Monday begins on Sunday evening, and its evenings are past midnight.
        let sydney = of(|hour| {
            let local = (hour + 10) % 168;
            let works = local / 24 < 5 && (8..20).contains(&(local % 24));
            Some(if works { 40.0 } else { 2.0 })
        });
        assert_eq!(sydney[0].on_from_day.as_deref(), Some("Sunday"));
        assert_eq!(sydney[0].on_from_hour_utc, Some(22));
        assert_eq!(sydney[0].cpu_off_max_percent, Some(2.0));
    }

    #[test]
    fn every_day_is_another_schedule() {
        // From 20 to 8 UTC, weekends too.
        let shop = of(|hour| {
            Some(if (8..20).contains(&(hour % 24)) {
                1.0
            } else {
                30.0
            })
        });
        assert_eq!(shop[0].cpu_off_max_percent, Some(30.0), "at weekends");
        let days = &shop[1];
        assert_eq!(
            (days.schedule.as_str(), days.off_hours_a_week),
            ("days", 70)
        );
        assert_eq!(days.cpu_off_max_percent, Some(1.0));
        assert_eq!(days.on_from_day.as_deref(), Some(""));
    }

    #[test]
    fn one_busy_hour_in_either_week_is_no_quiet_hour() {
        let begin = series("i", 3_600, 14).window().start.as_second() / HOUR_SECONDS;
        let window = series("i", 3_600, 14).window();
        let mut points = points(window, |_| Some(1.0));
        points[40].1 = 90.0;
        let found = quietest(
            &peaks_by_hour(&points, window).map(|peak| peak.unwrap_or(f64::NAN)),
            5,
            12,
        );
        let busy = usize::try_from((begin + 40 + EPOCH) % 168).unwrap();
        let since = (busy + WEEK - found.first_hour) % WEEK;
        assert!(since / 24 < 5 && since % 24 < 12, "it is on then");
        assert_eq!((found.off_max, found.on_max), (1.0, 90.0));
    }

    #[test]
    fn an_hour_of_which_nothing_is_known_leaves_all_open() {
        let rows = of(|hour| (hour != 100).then_some(1.0));
        assert_eq!(rows.len(), 2);
        assert!(
            rows.iter()
                .all(|row| row.cpu_off_max_percent.is_none() && row.on_from_hour_utc.is_none())
        );
    }

    #[test]
    fn only_hourly_peaks_of_two_weeks_count() {
        let window = series("i", 3_600, 14).window();
        let points = points(window, |_| Some(1.0));
        let place = Place::default();
        assert!(rows(&place, &series("i", 300, 14), &points, 14, window).is_empty());
        assert!(rows(&place, &series("i", 3_600, 7), &points, 7, window).is_empty());
    }
}
