//! Windows of time, and what CloudWatch keeps of them.

use jiff::{SignedDuration, Timestamp};

/// Seconds of an hour and of a day.
const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 86_400;

/// A window that ends at a whole hour (or period, where that is longer), so that CloudWatch answers fast and no period is
/// cut in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Window {
    /// Its begin.
    pub(crate) start: Timestamp,
    /// Its end, not part of it.
    pub(crate) end: Timestamp,
}

impl Window {
    /// The last `days` whole days before `taken_at`.
    pub(crate) fn before(taken_at: Timestamp, days: u32, period_seconds: u32) -> Self {
        let grid = i64::from(period_seconds).max(HOUR);
        let end = taken_at.as_second().div_euclid(grid) * grid;
        let start = end - i64::from(days) * DAY;
        Window {
            start: at(start),
            end: at(end),
        }
    }

    /// Its length in seconds.
    pub(crate) fn seconds(self) -> i64 {
        self.end.as_second() - self.start.as_second()
    }

    /// Periods in it.
    pub(crate) fn periods(self, period_seconds: u32) -> i64 {
        self.seconds() / i64::from(period_seconds.max(1))
    }

    /// Whether an instant lies in it.
    pub(crate) fn holds(self, time: Timestamp) -> bool {
        self.start <= time && time < self.end
    }
}

/// An instant from seconds. Windows are cut from instants that exist, so theirs exist too, save at the calendar's ends.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(if seconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// Why CloudWatch cannot answer for a window: it keeps points of a minute for 15 days, of five minutes for 63, of an hour
/// for 455. `None` when it can.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>
pub(crate) fn not_kept(window: Window, period_seconds: u32, taken_at: Timestamp) -> Option<String> {
    let age = taken_at.duration_since(window.start);
    let days = |days: i64| SignedDuration::from_hours(24 * days);
    let (finest, kept) = if age > days(455) {
        return Some(
            "CloudWatch keeps no metrics for longer than 455 days; ask for fewer days".to_owned(),
        );
    } else if age > days(63) {
        (3_600, 63)
    } else if age > days(15) {
        (300, 15)
    } else {
        (60, 0)
    };
    (period_seconds == 0 || !period_seconds.is_multiple_of(finest)).then(|| {
        format!(
            "a window that begins more than {kept} days ago has points of {finest} seconds or a multiple of it, \
             not of {period_seconds}; ask for fewer days or a longer period"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_window_ends_at_the_whole_hour() {
        let window = Window::before(time("2026-03-15T12:34:56Z"), 14, 300);
        assert_eq!(
            window,
            Window {
                start: time("2026-03-01T12:00:00Z"),
                end: time("2026-03-15T12:00:00Z")
            }
        );
        assert_eq!(window.periods(300), 4_032);
        assert_eq!(window.periods(3_600), 336);
        assert!(window.holds(window.start) && !window.holds(window.end));
    }

    #[test]
    fn a_window_of_daily_points_ends_at_midnight() {
        let window = Window::before(time("2026-03-15T12:34:56Z"), 2, 86_400);
        assert_eq!(
            window,
            Window {
                start: time("2026-03-13T00:00:00Z"),
                end: time("2026-03-15T00:00:00Z")
            }
        );
    }

    #[test]
    fn what_cloudwatch_does_not_keep_is_said_before_it_is_asked() {
        let taken_at = time("2026-03-15T12:34:56Z");
        let refused = |days, period| {
            not_kept(Window::before(taken_at, days, period), period, taken_at).is_some()
        };
        assert!(!refused(14, 60) && refused(15, 60) && refused(14, 45));
        assert!(
            !refused(62, 300) && refused(63, 300),
            "the begin is up to an hour before so many days"
        );
        assert!(!refused(400, 3_600) && refused(455, 3_600));
        assert!(refused(1, 0));
    }
}
