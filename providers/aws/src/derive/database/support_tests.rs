//! The calendars of `support.rs`.

use super::super::fixture::instance;
use super::*;
use crate::prices::PriceBook;

fn at(text: &str) -> Timestamp {
    format!("{text}T12:00:00Z").parse().expect("an instant")
}

fn derived(engine: &str, version: &str, day: &str) -> ExtendedSupport {
    derived_of(engine, version, day, |_| {})
}

fn derived_of(
    engine: &str,
    version: &str,
    day: &str,
    change: impl FnOnce(&mut Instance),
) -> ExtendedSupport {
    let mut database = instance("db", engine, "db.m5.xlarge");
    database.engine_version = Some(version.to_owned());
    change(&mut database);
    let estate = Estate {
        databases: vec![database],
        taken_at: at(day),
        ..Estate::default()
    };
    rows(&estate, PriceBook::embedded(), &mut Used::default())
        .pop()
        .expect("a row")
}

fn cents(row: &ExtendedSupport) -> Option<i64> {
    row.surcharge_monthly_usd
        .map(|usd| (usd * 100.0).round() as i64)
}

#[test]
fn the_day_decides() {
    // us-east-1: $0.10 a vCPU and hour, $0.20 in the third year; four vCPUs are $292 or $584 a month.
    for (day, support, expected) in [
        ("2024-02-29", "standard", Some(0)),
        ("2024-03-15", "extended", Some(29_200)),
        ("2026-02-28", "extended", Some(29_200)),
        ("2026-03-01", "extended", Some(58_400)),
        ("2027-02-28", "extended", Some(58_400)),
        ("2027-03-01", "ended", Some(0)),
    ] {
        let row = derived("mysql", "5.7.44", day);
        assert_eq!(row.support.as_deref(), Some(support), "{day}");
        assert_eq!(cents(&row), expected, "{day}");
    }
    let free_month = derived("postgres", "11.22", "2024-03-15");
    assert_eq!(
        (free_month.support.as_deref(), cents(&free_month)),
        (Some("extended"), Some(0)),
        "the first month was not billed"
    );
}

#[test]
fn aurora_mysql_never_costs_more_in_the_third_year() {
    let row = derived("aurora-mysql", "5.7.mysql_aurora.2.12.3", "2026-12-24");
    assert_eq!(row.major_version.as_deref(), Some("5.7"));
    assert_eq!(cents(&row), Some(29_200));
    assert_eq!(row.price_basis.as_deref(), Some("exact"));
    let newer = derived("aurora-mysql", "8.0.mysql_aurora.3.08.0", "2026-12-24");
    assert_eq!(newer.support.as_deref(), Some("standard"));
}

#[test]
fn a_standby_pays_too_and_what_does_not_run_pays_nothing() {
    let day = "2026-11-23";
    let single = derived("postgres", "13.14", day);
    assert_eq!(
        (cents(&single), single.billed_vcpus),
        (Some(29_200), Some(4))
    );
    assert_eq!(single.price_basis.as_deref(), Some("estimated"));
    let multi = derived_of("postgres", "13.14", day, |database| {
        database.deployment = Some("multi-az".to_owned());
    });
    assert_eq!((cents(&multi), multi.billed_vcpus), (Some(58_400), Some(8)));
    let stopped = derived_of("postgres", "13.14", day, |database| {
        database.status = Some("stopped".to_owned());
    });
    assert_eq!((cents(&stopped), stopped.billed_vcpus), (Some(0), Some(0)));
    let declined = derived_of("postgres", "13.14", day, |database| {
        database.engine_lifecycle_support = Some(DECLINED.to_owned());
    });
    assert_eq!(declined.support.as_deref(), Some("declined"));
    assert_eq!(cents(&declined), Some(0));
    let serverless = derived_of("aurora-postgresql", "13.14", day, |database| {
        database.instance_class = Some("db.serverless".to_owned());
    });
    assert_eq!((cents(&serverless), serverless.billed_vcpus), (None, None));
}

#[test]
fn a_version_that_no_calendar_has_is_unknown_unless_it_is_newer_than_all() {
    let day = "2026-11-23";
    for (engine, version, expected) in [
        ("mysql", "8.0.40", Some("extended")),
        ("mysql", "8.4.3", Some("standard")),
        ("mysql", "5.6.51", None),
        ("postgres", "18.1", Some("standard")),
        ("postgres", "10.23", None),
        ("postgres", "11.22-rds.20240418", Some("extended")),
        ("aurora-postgresql", "12.9", Some("extended")),
        ("mysql", "eight", None),
    ] {
        let row = derived(engine, version, day);
        assert_eq!(row.support.as_deref(), expected, "{engine} {version}");
        assert_eq!(
            row.surcharge_monthly_usd.is_none(),
            expected.is_none(),
            "{engine} {version}"
        );
    }
}

#[test]
fn other_engines_have_no_row() {
    let estate = Estate {
        databases: vec![instance("db", "oracle-se2", "db.m5.large")],
        taken_at: at("2026-11-23"),
        ..Estate::default()
    };
    assert_eq!(
        rows(&estate, PriceBook::embedded(), &mut Used::default()),
        []
    );
}

#[test]
fn the_surcharge_is_part_of_what_an_instance_costs() {
    let mut database = instance("db", "postgres", "db.m5.xlarge");
    database.engine_version = Some("13.14".to_owned());
    let usd = |day: &str| {
        let estate = Estate {
            taken_at: at(day),
            ..Estate::default()
        };
        let book = PriceBook::embedded();
        super::super::cost::instance_lines(book, &database, &estate)
            .cost()
            .usd()
            .map(|usd| (usd * 100.0).round() as i64)
    };
    let (before, after) = (usd("2025-11-23"), usd("2026-11-23"));
    assert_eq!(after, before.map(|before| before + 29_200));
}
