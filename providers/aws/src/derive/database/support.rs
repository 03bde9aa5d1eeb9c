//! Standard and extended support of engine versions.
//!
//! The calendars, as published in November 2026:
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.VersionPolicy.Versioning.html>.

use billhook_catalog::Place;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use crate::derive::amount::Used;
use crate::derive::estate::Estate;
use crate::prices::{Breakdown, PriceLookup, Sku, Tariff};
use crate::rds::class::Class;
use crate::rds::extended_support::ExtendedSupport;
use crate::rds::instance::Instance;

use super::cost::{Billed, billed};

/// The support of a major version.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Calendar {
    engine: &'static str,
    major: &'static str,
    /// Last day of standard support.
    standard_end: Date,
    /// First day on which extended support is billed.
    billed_from: Date,
    /// First day of the third year, which costs more; None where the price stays.
    third_year: Option<Date>,
    /// Last day of extended support.
    extended_end: Date,
}

const fn calendar(
    engine: &'static str,
    major: &'static str,
    standard_end: Date,
    billed_from: Date,
    third_year: Option<Date>,
    extended_end: Date,
) -> Calendar {
    Calendar {
        engine,
        major,
        standard_end,
        billed_from,
        third_year,
        extended_end,
    }
}

const fn postgres(engine: &'static str, index: usize) -> Calendar {
    let (major, end, from, third, last) = POSTGRES[index];
    calendar(engine, major, end, from, Some(third), last)
}

/// RDS and Aurora have the same calendar for PostgreSQL.
const POSTGRES: [(&str, Date, Date, Date, Date); 7] = [
    (
        "11",
        date(2024, 2, 29),
        date(2024, 4, 1),
        date(2026, 4, 1),
        date(2027, 3, 31),
    ),
    (
        "12",
        date(2025, 2, 28),
        date(2025, 3, 1),
        date(2027, 3, 1),
        date(2028, 2, 29),
    ),
    (
        "13",
        date(2026, 2, 28),
        date(2026, 3, 1),
        date(2028, 3, 1),
        date(2029, 2, 28),
    ),
    (
        "14",
        date(2027, 2, 28),
        date(2027, 3, 1),
        date(2029, 3, 1),
        date(2030, 2, 28),
    ),
    (
        "15",
        date(2028, 2, 29),
        date(2028, 3, 1),
        date(2030, 3, 1),
        date(2031, 2, 28),
    ),
    (
        "16",
        date(2029, 2, 28),
        date(2029, 3, 1),
        date(2031, 3, 1),
        date(2032, 2, 29),
    ),
    (
        "17",
        date(2030, 2, 28),
        date(2030, 3, 1),
        date(2032, 3, 1),
        date(2033, 2, 28),
    ),
];

const CALENDARS: &[Calendar] = &[
    calendar(
        "mysql",
        "5.7",
        date(2024, 2, 29),
        date(2024, 3, 1),
        Some(date(2026, 3, 1)),
        date(2027, 2, 28),
    ),
    calendar(
        "mysql",
        "8.0",
        date(2026, 7, 31),
        date(2026, 8, 1),
        Some(date(2028, 8, 1)),
        date(2029, 7, 31),
    ),
    calendar(
        "mysql",
        "8.4",
        date(2029, 7, 31),
        date(2029, 8, 1),
        Some(date(2031, 8, 1)),
        date(2032, 7, 31),
    ),
    calendar(
        "aurora-mysql",
        "5.7",
        date(2024, 10, 31),
        date(2024, 12, 1),
        None,
        date(2027, 2, 28),
    ),
    calendar(
        "aurora-mysql",
        "8.0",
        date(2028, 4, 30),
        date(2028, 5, 1),
        None,
        date(2029, 7, 31),
    ),
    postgres("postgres", 0),
    postgres("postgres", 1),
    postgres("postgres", 2),
    postgres("postgres", 3),
    postgres("postgres", 4),
    postgres("postgres", 5),
    postgres("postgres", 6),
    postgres("aurora-postgresql", 0),
    postgres("aurora-postgresql", 1),
    postgres("aurora-postgresql", 2),
    postgres("aurora-postgresql", 3),
    postgres("aurora-postgresql", 4),
    postgres("aurora-postgresql", 5),
    postgres("aurora-postgresql", 6),
];

/// What AWS answers where extended support was declined.
const DECLINED: &str = "open-source-rds-extended-support-disabled";

/// Whether an engine has standard and extended support at all.
fn has_calendar(engine: &str) -> bool {
    CALENDARS.iter().any(|calendar| calendar.engine == engine)
}

/// The major version in a version: `8.0` of `8.0.mysql_aurora.3.08.0`, `13` of `13.14`. None for an engine or a form that is not
/// known.
pub(super) fn major(engine: &str, version: &str) -> Option<String> {
    let mut parts = version.split('.');
    let first = parts.next().filter(|part| part.parse::<u32>().is_ok())?;
    match engine {
        "postgres" | "aurora-postgresql" => Some(first.to_owned()),
        "mysql" | "aurora-mysql" => {
            let second = parts.next().filter(|part| part.parse::<u32>().is_ok())?;
            Some(format!("{first}.{second}"))
        }
        _ => None,
    }
}

/// A major version as a number pair, to be compared.
fn rank(major: &str) -> Option<(u32, u32)> {
    let mut parts = major.split('.').map(str::parse::<u32>);
    let first = parts.next()?.ok()?;
    match parts.next() {
        None => Some((first, 0)),
        Some(second) => Some((first, second.ok()?)),
    }
}

/// Where an instance stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Support {
    /// In standard support, and as far as it is known until when.
    Standard(Option<Date>),
    /// Past it; the calendar says the rest.
    Past(&'static Calendar),
}

/// The support of a version on a day; None when the calendars do not tell. What is newer than all that they have is in standard
/// support.
fn support(engine: &str, major: &str, today: Date) -> Option<Support> {
    let known = || {
        CALENDARS
            .iter()
            .filter(|calendar| calendar.engine == engine)
    };
    match known().find(|calendar| calendar.major == major) {
        Some(calendar) if today <= calendar.standard_end => {
            Some(Support::Standard(Some(calendar.standard_end)))
        }
        Some(calendar) => Some(Support::Past(calendar)),
        None => {
            let newest = known().filter_map(|calendar| rank(calendar.major)).max()?;
            (rank(major)? > newest).then_some(Support::Standard(None))
        }
    }
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

fn found(instance: &Instance, today: Date) -> Option<Support> {
    let engine = instance.engine.as_deref()?;
    let major = major(engine, instance.engine_version.as_deref()?)?;
    support(engine, &major, today)
}

/// Whether the instance pays for extended support, and by which calendar.
fn paying(instance: &Instance, today: Date) -> Option<&'static Calendar> {
    match found(instance, today) {
        Some(Support::Past(calendar))
            if (calendar.billed_from..=calendar.extended_end).contains(&today)
                && instance.engine_lifecycle_support.as_deref() != Some(DECLINED)
                && instance.status.as_deref().and_then(billed) == Some(Billed::All) =>
        {
            Some(calendar)
        }
        _ => None,
    }
}

/// vCPUs that are billed, a standby's included. None for classes that are not known, serverless ones among them.
fn billed_vcpus(instance: &Instance) -> Option<i64> {
    let class = Class::named(instance.instance_class.as_deref()?)?;
    match instance.deployment.as_deref()? {
        "multi-az" => Some(2 * class.vcpus),
        "single-az" | "multi-az-cluster" => Some(class.vcpus),
        _ => None,
    }
}

/// A month of the surcharge of an instance that runs; no line when it pays none.
///
/// The book has the price of a vCPU for some versions of Aurora. AWS charges the same for all engines and versions in a
/// region, so these stand for the others, as estimates.
pub(super) fn surcharge_lines<'a>(
    prices: &'a dyn PriceLookup,
    instance: &'a Instance,
    taken_at: Timestamp,
) -> Breakdown<'a> {
    let today = day(taken_at);
    let Some(calendar) = paying(instance, today) else {
        return Breakdown::default();
    };
    let Some(vcpus) = billed_vcpus(instance) else {
        return Breakdown::unknown("extended support is billed, for an unknown number of vCPUs");
    };
    let is_third_year = calendar.third_year.is_some_and(|first| first <= today);
    let (metric, is_own) = match (calendar.engine, calendar.major, is_third_year) {
        ("aurora-postgresql", "11", false) => ("extended_support_pg11_vcpu_hour_y1y2", true),
        ("aurora-postgresql", "11", true) => ("extended_support_pg11_vcpu_hour_y3", true),
        ("aurora-postgresql", "12", false) => ("extended_support_pg12_vcpu_hour_y1y2", true),
        ("aurora-mysql", "5.7", _) => ("extended_support_mysql57_vcpu_hour_y1y2", true),
        (_, _, false) => ("extended_support_pg11_vcpu_hour_y1y2", false),
        (_, _, true) => ("extended_support_pg11_vcpu_hour_y3", false),
    };
    let what = if is_third_year {
        "extended support, third year"
    } else {
        "extended support"
    };
    let hours = vcpus as f64 * crate::prices::HOURS_PER_MONTH;
    let at = Tariff::new(prices, &instance.id.region);
    let line = at.line(what, hours, "vCPU-h", Sku::rds_storage("aurora", metric));
    let lines = Breakdown::from(line);
    if is_own { lines } else { lines.estimated() }
}

/// One row an instance whose engine has a calendar.
pub(in crate::derive) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<ExtendedSupport> {
    let instances = estate.databases.iter();
    instances
        .filter(|instance| instance.engine.as_deref().is_some_and(has_calendar))
        .map(|instance| row(instance, estate.taken_at, prices, used))
        .collect()
}

fn row(
    instance: &Instance,
    taken_at: Timestamp,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> ExtendedSupport {
    let today = day(taken_at);
    let found = found(instance, today);
    let end = match found {
        Some(Support::Standard(end)) => end,
        Some(Support::Past(calendar)) => Some(calendar.standard_end),
        None => None,
    };
    let is_paying = paying(instance, today).is_some();
    let lines = match found {
        None => Breakdown::unknown("its version is in no calendar"),
        Some(_) if is_paying => surcharge_lines(prices, instance, taken_at),
        Some(_) => Breakdown::free("extended support is not billed"),
    };
    let column = "aws_rds_extended_support.surcharge_monthly_usd";
    let amount = used.explained(&instance.id, column, &lines);
    let end_at = end.and_then(|end| end.to_zoned(TimeZone::UTC).ok());
    let end_at = end_at.map(|end| end.timestamp());
    ExtendedSupport {
        id: Place {
            account_id: instance.id.account_id.clone(),
            region: instance.id.region.clone(),
        },
        resource_id: instance.id.resource_id.clone(),
        major_version: instance
            .engine
            .as_deref()
            .zip(instance.engine_version.as_deref())
            .and_then(|(engine, version)| major(engine, version)),
        support: found.map(|found| standing(found, instance, today).to_owned()),
        standard_support_end_at: end_at,
        past_standard_support_days: found.map(|found| match (found, end_at) {
            (Support::Past(_), Some(end)) => {
                let seconds = taken_at.as_second() - end.as_second();
                (seconds as f64 / 86_400.0).max(0.0)
            }
            _ => 0.0,
        }),
        billed_vcpus: if is_paying {
            billed_vcpus(instance)
        } else {
            found.map(|_| 0)
        },
        surcharge_monthly_usd: amount.usd,
        price_basis: Some(amount.basis.to_owned()),
    }
}

/// The word for where an instance stands.
fn standing(found: Support, instance: &Instance, today: Date) -> &'static str {
    match found {
        Support::Standard(_) => "standard",
        Support::Past(calendar) if today > calendar.extended_end => "ended",
        Support::Past(_) if instance.engine_lifecycle_support.as_deref() == Some(DECLINED) => {
            "declined"
        }
        Support::Past(_) => "extended",
    }
}

#[cfg(test)]
#[path = "support_tests.rs"]
mod tests;
