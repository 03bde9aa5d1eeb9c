//! Standard and extended support of Kubernetes versions on EKS.
//!
//! The calendar, as published in 2026, with the days of versions that it no longer lists as it had them before:
//! <https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html#kubernetes-release-calendar>.

use billhook_catalog::Place;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use crate::eks::cluster::Cluster;
use crate::eks::support::Support;
use crate::prices::{Breakdown, PriceLookup, Sku, Tariff};

use super::super::amount::Used;
use super::super::estate::Estate;

const SECONDS_PER_DAY: f64 = 86_400.0;
/// The amount that is explained here.
const SURCHARGE: &str = "aws_eks_support.surcharge_monthly_usd";

/// The support of a minor version.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Version {
    minor: u32,
    /// The day on which standard support ends. Extended support is billed from its begin on.
    standard_end: Date,
    /// The day on which extended support ends.
    extended_end: Date,
    /// Whether AWS has not published the days.
    is_estimated: bool,
}

const fn version(minor: u32, standard_end: Date, extended_end: Date) -> Version {
    Version {
        minor,
        standard_end,
        extended_end,
        is_estimated: false,
    }
}

/// Versions of Kubernetes 1, the oldest first. Before 1.23 there was no extended support. A version has 14 months of standard and 12
/// of extended support from its release on EKS; where that was not published yet, it is taken to follow the release of Kubernetes by
/// about six weeks.
const VERSIONS: &[Version] = &[
    version(23, date(2023, 10, 11), date(2024, 10, 11)),
    version(24, date(2024, 1, 31), date(2025, 1, 31)),
    version(25, date(2024, 5, 1), date(2025, 5, 1)),
    version(26, date(2024, 6, 11), date(2025, 6, 11)),
    version(27, date(2024, 7, 24), date(2025, 7, 24)),
    version(28, date(2024, 11, 26), date(2025, 11, 26)),
    version(29, date(2025, 3, 23), date(2026, 3, 23)),
    version(30, date(2025, 7, 23), date(2026, 7, 23)),
    version(31, date(2025, 11, 26), date(2026, 11, 26)),
    version(32, date(2026, 3, 23), date(2027, 3, 23)),
    version(33, date(2026, 7, 29), date(2027, 7, 29)),
    version(34, date(2026, 12, 2), date(2027, 12, 2)),
    version(35, date(2027, 3, 27), date(2028, 3, 27)),
    // Kubernetes 1.36 is of April 2026.
    Version {
        is_estimated: true,
        ..version(36, date(2027, 8, 1), date(2028, 8, 1))
    },
];

/// Where a version stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Standing {
    /// In standard support; None for a version that is newer than all of the calendar.
    Standard(Option<&'static Version>),
    /// Past standard support.
    Extended(&'static Version),
    /// Past extended support.
    Ended(&'static Version),
}

impl Standing {
    fn version(self) -> Option<&'static Version> {
        match self {
            Self::Standard(version) => version,
            Self::Extended(version) | Self::Ended(version) => Some(version),
        }
    }
}

/// The minor number of a version of Kubernetes 1 (`34` of `1.34`).
fn minor(version: &str) -> Option<u32> {
    version.strip_prefix("1.")?.parse().ok()
}

/// The standing of a version on a day; None when the calendar does not tell.
fn standing(version: &str, today: Date) -> Option<Standing> {
    let minor = minor(version)?;
    match VERSIONS.iter().find(|known| known.minor == minor) {
        Some(known) if today < known.standard_end => Some(Standing::Standard(Some(known))),
        Some(known) if today < known.extended_end => Some(Standing::Extended(known)),
        Some(known) => Some(Standing::Ended(known)),
        None => {
            let newest = VERSIONS.last().map(|known| known.minor)?;
            (minor > newest).then_some(Standing::Standard(None))
        }
    }
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

fn midnight(day: Date) -> Option<Timestamp> {
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn standing_of(cluster: &Cluster, today: Date) -> Option<Standing> {
    standing(cluster.version.as_deref()?, today)
}

/// The word for where a cluster stands.
fn word(cluster: &Cluster, standing: Standing) -> Option<&'static str> {
    match (standing, cluster.support_type.as_deref()) {
        (Standing::Standard(_), _) => Some("standard"),
        (Standing::Ended(_), _) => Some("ended"),
        (Standing::Extended(_), Some("EXTENDED")) => Some("extended"),
        (Standing::Extended(_), Some("STANDARD")) => Some("upgrade-due"),
        (Standing::Extended(_), _) => None,
    }
}

/// A month of the surcharge of a cluster; no line when it pays none.
pub(super) fn surcharge_lines<'a>(
    prices: &'a dyn PriceLookup,
    cluster: &'a Cluster,
    taken_at: Timestamp,
) -> Breakdown<'a> {
    let Some(standing) = standing_of(cluster, day(taken_at)) else {
        return Breakdown::unknown("the support of its version is in no calendar");
    };
    match word(cluster, standing) {
        Some("standard" | "upgrade-due") => Breakdown::default(),
        Some("extended") => {
            let sku = Sku::service("eks", "cluster_extended_support_extra_hour");
            let at = Tariff::new(prices, &cluster.id.region);
            let lines = Breakdown::from(at.hours("extended support", 1.0, sku));
            match standing.version() {
                Some(version) if version.is_estimated => lines.estimated(),
                _ => lines,
            }
        }
        Some(_) => Breakdown::unknown("what is billed past extended support is not published"),
        None => Breakdown::unknown("whether it takes extended support is not known"),
    }
}

/// One row a cluster.
pub(super) fn rows(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used) -> Vec<Support> {
    let clusters = estate.kubernetes_clusters.iter();
    clusters
        .map(|cluster| row(cluster, estate.taken_at, prices, used))
        .collect()
}

fn row(
    cluster: &Cluster,
    taken_at: Timestamp,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Support {
    let standing = standing_of(cluster, day(taken_at));
    let version = standing.and_then(Standing::version);
    let end_at = version.and_then(|version| midnight(version.standard_end));
    let mut lines = surcharge_lines(prices, cluster, taken_at);
    if lines.lines().is_empty() {
        lines = Breakdown::free("extended support is not billed");
    }
    let amount = used.explained(&cluster.id, SURCHARGE, &lines);
    Support {
        id: Place {
            account_id: cluster.id.account_id.clone(),
            region: cluster.id.region.clone(),
        },
        resource_id: cluster.id.resource_id.clone(),
        version: cluster.version.clone(),
        support: standing
            .and_then(|standing| word(cluster, standing))
            .map(str::to_owned),
        standard_support_end_at: end_at,
        extended_support_end_at: version.and_then(|version| midnight(version.extended_end)),
        dates_are_estimated: version.map(|version| version.is_estimated),
        past_standard_support_days: standing.map(|standing| match (standing, end_at) {
            (Standing::Standard(_), _) | (_, None) => 0.0,
            (_, Some(end)) => (taken_at.as_second() - end.as_second()) as f64 / SECONDS_PER_DAY,
        }),
        surcharge_monthly_usd: amount.usd,
        price_basis: Some(amount.basis.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Key;

    use super::*;
    use crate::prices::PriceBook;

    fn support(version: &str, support_type: &str, today: Date) -> Support {
        let cluster = Cluster {
            id: Key {
                region: "us-east-1".to_owned(),
                ..Key::default()
            },
            version: Some(version.to_owned()),
            support_type: (!support_type.is_empty()).then(|| support_type.to_owned()),
            ..Cluster::default()
        };
        let at = midnight(today).expect("an instant");
        row(&cluster, at, PriceBook::embedded(), &mut Used::default())
    }

    fn word_and_usd(row: &Support) -> (Option<&str>, Option<f64>) {
        (row.support.as_deref(), row.surcharge_monthly_usd)
    }

    #[test]
    fn extended_support_is_billed_from_the_day_on_which_standard_support_ends() {
        let before = support("1.33", "EXTENDED", date(2026, 7, 28));
        assert_eq!(word_and_usd(&before), (Some("standard"), Some(0.0)));
        assert_eq!(before.past_standard_support_days, Some(0.0));
        let first = support("1.33", "EXTENDED", date(2026, 7, 29));
        // 730 × $0.50.
        assert_eq!(word_and_usd(&first), (Some("extended"), Some(365.0)));
        assert_eq!(first.price_basis.as_deref(), Some("exact"));
        let later = support("1.33", "EXTENDED", date(2026, 8, 8));
        assert_eq!(later.past_standard_support_days, Some(10.0));
    }

    #[test]
    fn who_declined_pays_nothing_and_what_is_over_is_not_priced() {
        let day = date(2026, 10, 5);
        let declined = support("1.32", "STANDARD", day);
        assert_eq!(word_and_usd(&declined), (Some("upgrade-due"), Some(0.0)));
        let open = support("1.32", "", day);
        assert_eq!(word_and_usd(&open), (None, None));
        let ended = support("1.30", "EXTENDED", day);
        assert_eq!(word_and_usd(&ended), (Some("ended"), None));
    }

    #[test]
    fn versions_beyond_the_calendar() {
        let day = date(2026, 10, 5);
        let newer = support("1.99", "EXTENDED", day);
        assert_eq!(word_and_usd(&newer), (Some("standard"), Some(0.0)));
        assert_eq!(newer.standard_support_end_at, None);
        for unknown in ["1.12", "2.0", "", "1.x"] {
            assert_eq!(
                word_and_usd(&support(unknown, "EXTENDED", day)),
                (None, None)
            );
        }
        let estimated = support("1.36", "EXTENDED", date(2027, 9, 1));
        assert_eq!(estimated.dates_are_estimated, Some(true));
        assert_eq!(estimated.price_basis.as_deref(), Some("estimated"));
    }

    #[test]
    fn the_calendar_has_each_version_once_and_a_year_of_extended_support() {
        for pair in VERSIONS.windows(2) {
            assert_eq!(pair[1].minor, pair[0].minor + 1);
            assert!(pair[0].standard_end < pair[1].standard_end);
        }
        for version in VERSIONS {
            let (from, to) = (version.standard_end, version.extended_end);
            assert_eq!(
                (to.year(), to.month(), to.day()),
                (from.year() + 1, from.month(), from.day())
            );
        }
    }
}
