//! AWS's instants as ours.

use aws_smithy_types::DateTime;
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;

/// An instant of the SDK. `None` when there is none, or when it lies outside of the calendar.
pub(crate) fn instant(time: Option<&DateTime>) -> Option<Timestamp> {
    let time = time?;
    let nanoseconds = i32::try_from(time.subsec_nanos()).ok()?;
    Timestamp::new(time.secs(), nanoseconds).ok()
}

/// An instant that AWS sends as text (`2024-05-10T13:17:12.000Z`). `None` when it is something else.
pub(crate) fn parsed(text: Option<&str>) -> Option<Timestamp> {
    text?.parse().ok()
}

/// An instant as the SDK wants it.
pub(crate) fn to_sdk(time: Timestamp) -> DateTime {
    DateTime::from_secs(time.as_second())
}

/// When an instance was stopped, from EC2's StateTransitionReason: `User initiated (2026-03-01 12:00:00 GMT)`, also
/// `Service initiated (…)`. `None` when it says nothing of the time. The launch time must never stand in for it.
pub(crate) fn stopped_at(reason: Option<&str>) -> Option<Timestamp> {
    let (_, rest) = reason?.rsplit_once('(')?;
    let (time, _) = rest.split_once(')')?;
    let time = time
        .strip_suffix("GMT")
        .or_else(|| time.strip_suffix("UTC"))?
        .trim();
    let time = civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", time).ok()?;
    time.to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stop_time_is_read_from_the_reason() {
        let expected: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        assert_eq!(
            stopped_at(Some("User initiated (2026-03-01 12:00:00 GMT)")),
            Some(expected)
        );
        assert_eq!(
            stopped_at(Some("User initiated (2026-03-01 12:00:00 UTC)")),
            Some(expected)
        );
        assert_eq!(
            stopped_at(Some("Service initiated (2026-03-01 12:00:00 GMT)")),
            Some(expected)
        );
    }

    #[test]
    fn a_reason_without_a_time_gives_none() {
        for reason in [
            "",
            "User initiated",
            "User initiated ()",
            "Server.SpotInstanceShutdown",
            "x (tomorrow GMT)",
        ] {
            assert_eq!(stopped_at(Some(reason)), None, "{reason}");
        }
        assert_eq!(
            stopped_at(Some("User initiated (2026-03-01 12:00:00 CET)")),
            None,
            "another time zone is not guessed"
        );
        assert_eq!(stopped_at(None), None);
    }

    #[test]
    fn instants_survive_the_way_there_and_back() {
        let time: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        assert_eq!(instant(Some(&to_sdk(time))), Some(time));
        assert_eq!(instant(Some(&DateTime::from_secs(i64::MAX))), None);
        assert_eq!(instant(None), None);
        assert_eq!(
            parsed(Some("2024-05-10T13:17:12.000Z")),
            "2024-05-10T13:17:12Z".parse().ok()
        );
        assert_eq!(parsed(Some("N/A")), None);
    }
}
