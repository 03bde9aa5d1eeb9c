//! The months that are asked for. Everything is counted in whole calendar months (UTC), never in days of a month: a window
//! that is cut by the day is empty on the 1st.

use aws_sdk_costexplorer::types::DateInterval;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Full months that are read besides the running one.
pub(crate) const FULL_MONTHS: usize = 3;

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Month {
    /// First day.
    pub(crate) first: Date,
    /// 0 for the running month, 1 for the last full one, and so on.
    pub(crate) ago: i64,
    /// Days that are over: all of a full month, those before today of the running one (none on the 1st).
    pub(crate) days: i64,
}

impl Month {
    /// The month's first instant.
    pub(crate) fn starts_at(self) -> Option<Timestamp> {
        let start = self.first.to_zoned(TimeZone::UTC).ok()?;
        Some(start.timestamp())
    }

    /// The first day of the next month.
    fn end(self) -> Date {
        self.first.saturating_add(1.month())
    }

    /// The month as Cost Explorer wants it: the end is exclusive.
    pub(crate) fn interval(self) -> DateInterval {
        interval(self.first, self.end())
    }
}

/// The months of one scan, the oldest first, the running one last.
#[derive(Clone, Debug)]
pub(crate) struct Months {
    months: Vec<Month>,
    today: Date,
}

impl Months {
    /// Counted back from an instant.
    pub(crate) fn before(taken_at: Timestamp) -> Self {
        let today = taken_at.to_zoned(TimeZone::UTC).date();
        let running = today.first_of_month();
        let months = (0..=FULL_MONTHS)
            .rev()
            .map(|ago| {
                let first = running.saturating_sub(i64::try_from(ago).unwrap_or(0).months());
                let days = if ago == 0 {
                    today.day() - 1
                } else {
                    first.days_in_month()
                };
                Month {
                    first,
                    ago: i64::try_from(ago).unwrap_or(0),
                    days: i64::from(days),
                }
            })
            .collect();
        Months { months, today }
    }

    /// The full months, the oldest first.
    pub(crate) fn full(&self) -> &[Month] {
        let (_, full) = self.months.split_last().unzip();
        full.unwrap_or_default()
    }

    /// The last full month.
    pub(crate) fn last(&self) -> Option<Month> {
        self.full().last().copied()
    }

    /// The month that begins on a day (`2026-03-01`).
    pub(crate) fn of(&self, first: &str) -> Option<Month> {
        let first: Date = first.parse().ok()?;
        self.months
            .iter()
            .find(|month| month.first == first)
            .copied()
    }

    /// From the oldest month to today, today included: the end is exclusive, so it is tomorrow and never the begin, even
    /// on the 1st.
    pub(crate) fn until_today(&self) -> DateInterval {
        let tomorrow = self.today.saturating_add(1.day());
        interval(self.oldest(), tomorrow)
    }

    /// The full months in one.
    pub(crate) fn all_full(&self) -> DateInterval {
        interval(self.oldest(), self.today.first_of_month())
    }

    fn oldest(&self) -> Date {
        self.months.first().map_or(self.today, |month| month.first)
    }
}

fn interval(start: Date, end: Date) -> DateInterval {
    DateInterval::builder()
        .start(start.to_string())
        .end(end.to_string())
        .build()
        .expect("an interval with a begin and an end")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Months {
        Months::before(text.parse().expect("an instant"))
    }

    fn span(interval: &DateInterval) -> (&str, &str) {
        (interval.start(), interval.end())
    }

    #[test]
    fn on_the_first_of_a_month_no_window_is_empty() {
        let months = at("2026-03-01T00:00:00Z");
        assert_eq!(span(&months.until_today()), ("2025-12-01", "2026-03-02"));
        assert_eq!(span(&months.all_full()), ("2025-12-01", "2026-03-01"));
        let last = months.last().expect("a full month");
        assert_eq!(span(&last.interval()), ("2026-02-01", "2026-03-01"));
        assert_eq!((last.ago, last.days), (1, 28));
        let running = months.of("2026-03-01").expect("the running month");
        assert_eq!((running.ago, running.days), (0, 0));
    }

    #[test]
    fn the_thirty_first_has_the_same_months_as_the_first() {
        let months = at("2026-07-31T23:59:59Z");
        assert_eq!(span(&months.until_today()), ("2026-04-01", "2026-08-01"));
        assert_eq!(span(&months.all_full()), ("2026-04-01", "2026-07-01"));
        let days: Vec<i64> = months.full().iter().map(|month| month.days).collect();
        assert_eq!(days, [30, 31, 30]);
        // 31 May back by a month would be 31 April.
        let months = at("2026-05-31T12:00:00Z");
        assert_eq!(span(&months.all_full()), ("2026-02-01", "2026-05-01"));
    }

    #[test]
    fn a_leap_february_has_its_29_days() {
        let months = at("2028-02-29T10:00:00Z");
        assert_eq!(span(&months.until_today()), ("2027-11-01", "2028-03-01"));
        assert_eq!(months.of("2028-02-01").map(|month| month.days), Some(28));
        let months = at("2028-03-31T10:00:00Z");
        assert_eq!(months.last().map(|month| month.days), Some(29));
        assert_eq!(
            span(&months.last().unwrap().interval()),
            ("2028-02-01", "2028-03-01")
        );
    }

    #[test]
    fn a_year_ends_between_two_months() {
        let months = at("2027-01-01T00:00:01Z");
        assert_eq!(span(&months.all_full()), ("2026-10-01", "2027-01-01"));
        let ago: Vec<i64> = months.full().iter().map(|month| month.ago).collect();
        assert_eq!(ago, [3, 2, 1]);
        assert_eq!(
            months.last().and_then(Month::starts_at),
            "2026-12-01T00:00:00Z".parse().ok()
        );
        assert_eq!(months.of("2026-09-01"), None);
        assert_eq!(months.of("yesterday"), None);
    }
}
