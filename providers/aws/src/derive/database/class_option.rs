//! `aws_rds_graviton_option` and `aws_rds_successor_option`.

use billhook_catalog::Place;

use crate::derive::amount::{Amount, Used};
use crate::derive::estate::Estate;
use crate::prices::{Breakdown, PriceLookup};
use crate::rds::class::Class;
use crate::rds::class_option::{GravitonOption, SuccessorOption};
use crate::rds::instance::Instance;

use super::cost::{Billed, billed, class_lines, is_io_optimized};

/// What a change of class comes to.
struct Change {
    present: Amount,
    target: Amount,
    savings: Amount,
}

/// The columns that hold the amounts of a table.
struct Columns {
    present: &'static str,
    target: &'static str,
    savings: &'static str,
}

const GRAVITON: Columns = Columns {
    present: "aws_rds_graviton_option.monthly_usd",
    target: "aws_rds_graviton_option.target_monthly_usd",
    savings: "aws_rds_graviton_option.monthly_savings_usd",
};

const SUCCESSOR: Columns = Columns {
    present: "aws_rds_successor_option.monthly_usd",
    target: "aws_rds_successor_option.target_monthly_usd",
    savings: "aws_rds_successor_option.monthly_savings_usd",
};

fn change(
    instance: &Instance,
    class: Class,
    target: Option<Class>,
    columns: &Columns,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Change {
    let io_optimized = is_io_optimized(instance).unwrap_or(false);
    let (from, to) = (class.full_name(), target.map(|target| target.full_name()));
    let present = class_lines(prices, instance, &from, io_optimized);
    let mut explain = |column, lines: &Breakdown<'_>| used.explained(&instance.id, column, lines);
    let Some(to) = to else {
        return Change {
            present: explain(columns.present, &present),
            target: Amount::UNKNOWN,
            savings: Amount::UNKNOWN,
        };
    };
    let target = class_lines(prices, instance, &to, io_optimized);
    let savings = present.clone().minus(target.clone());
    Change {
        present: explain(columns.present, &present),
        target: explain(columns.target, &target),
        savings: explain(columns.savings, &savings),
    }
}

fn place(instance: &Instance) -> Place {
    Place {
        account_id: instance.id.account_id.clone(),
        region: instance.id.region.clone(),
    }
}

/// Instances that are billed by the hour in a class that is known.
fn running(estate: &Estate) -> impl Iterator<Item = (&Instance, Class)> {
    estate.databases.iter().filter_map(|instance| {
        let is_billed = instance.status.as_deref().and_then(billed) == Some(Billed::All);
        let class = Class::named(instance.instance_class.as_deref()?)?;
        is_billed.then_some((instance, class))
    })
}

/// One row an instance that does not run on Graviton.
pub(in crate::derive) fn graviton(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<GravitonOption> {
    running(estate)
        .filter(|(_, class)| !class.is_graviton())
        .map(|(instance, class)| {
            let verdict = supports_graviton(instance).and_then(|()| {
                class
                    .on_graviton()
                    .ok_or_else(|| "there is no class of its size on Graviton".to_owned())
            });
            let target = verdict.as_ref().ok().copied();
            let change = change(instance, class, target, &GRAVITON, prices, used);
            GravitonOption {
                id: place(instance),
                resource_id: instance.id.resource_id.clone(),
                eligible: Some(verdict.is_ok()),
                ineligible_reason: Some(verdict.err().unwrap_or_default()),
                target_class: target.map(|target| target.full_name()),
                monthly_usd: change.present.usd,
                target_monthly_usd: change.target.usd,
                monthly_savings_usd: change.savings.usd,
                price_basis: Some(change.savings.basis.to_owned()),
            }
        })
        .collect()
}

/// One row an instance of an old generation.
pub(in crate::derive) fn successors(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<SuccessorOption> {
    running(estate)
        .filter(|(_, class)| class.is_outdated())
        .map(|(instance, class)| {
            let target = class.successor();
            let change = change(instance, class, target, &SUCCESSOR, prices, used);
            SuccessorOption {
                id: place(instance),
                resource_id: instance.id.resource_id.clone(),
                target_class: target.map(|target| target.full_name()),
                monthly_usd: change.present.usd,
                target_monthly_usd: change.target.usd,
                monthly_savings_usd: change.savings.usd,
                price_basis: Some(change.savings.basis.to_owned()),
            }
        })
        .collect()
}

/// The least version of each engine that runs on Graviton 2
/// (<https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html>). Aurora MySQL by its own number.
const LEAST_VERSIONS: &[(&str, &[u32])] = &[
    ("mysql", &[8, 0, 17]),
    ("mariadb", &[10, 4, 13]),
    ("postgres", &[12, 3]),
    ("aurora-mysql", &[2, 10]),
    ("aurora-postgresql", &[12, 4]),
    ("docdb", &[4, 0]),
    ("neptune", &[1, 1, 1]),
];

/// Whether the engine runs on Graviton in this version, and if not, why not.
fn supports_graviton(instance: &Instance) -> Result<(), String> {
    let known = instance
        .engine
        .as_deref()
        .zip(instance.engine_version.as_deref());
    let Some((engine, version)) = known else {
        return Err("its engine or version is not known".to_owned());
    };
    let Some((_, least)) = LEAST_VERSIONS.iter().find(|(name, _)| *name == engine) else {
        return Err(format!("{engine} does not run on Graviton"));
    };
    // `8.0.mysql_aurora.3.08.0` is version 3.08.0 of Aurora MySQL.
    let own = version
        .split_once(".mysql_aurora.")
        .map_or(version, |(_, own)| own);
    let numbers: Vec<u32> = own
        .split(['.', '-'])
        .map_while(|part| part.parse().ok())
        .collect();
    if numbers.is_empty() {
        Err(format!("version {version} cannot be compared"))
    } else if numbers.as_slice() < *least {
        Err(format!("{engine} {version} is too old for Graviton"))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::instance;
    use super::*;
    use crate::prices::PriceBook;

    fn estate(engine: &str, version: &str, class: &str) -> Estate {
        let mut database = instance("db", engine, class);
        database.engine_version = Some(version.to_owned());
        Estate {
            databases: vec![database],
            ..Estate::default()
        }
    }

    fn on_graviton(engine: &str, version: &str, class: &str) -> GravitonOption {
        let estate = estate(engine, version, class);
        graviton(&estate, PriceBook::embedded(), &mut Used::default())
            .pop()
            .expect("a row")
    }

    fn near(one: Option<f64>, other: f64) -> bool {
        one.is_some_and(|one| (one - other).abs() < 1e-6)
    }

    #[test]
    fn the_same_size_on_graviton() {
        // us-east-1, PostgreSQL: db.m5.large $0.178, db.m6g.large $0.159 an hour.
        let row = on_graviton("postgres", "16.4", "db.m5.large");
        assert_eq!(row.eligible, Some(true));
        assert_eq!(row.target_class.as_deref(), Some("db.m6g.large"));
        assert!(near(row.monthly_usd, 129.94), "{row:?}");
        assert!(near(row.monthly_savings_usd, 0.019 * 730.0), "{row:?}");
        assert_eq!(row.price_basis.as_deref(), Some("exact"));
    }

    #[test]
    fn the_version_decides() {
        for (engine, version, eligible) in [
            ("mysql", "8.0.16", false),
            ("mysql", "8.0.40", true),
            ("mysql", "5.7.44", false),
            ("mariadb", "10.11.9", true),
            ("postgres", "12.2", false),
            ("postgres", "12.22", true),
            ("aurora-mysql", "8.0.mysql_aurora.3.08.0", true),
            ("aurora-mysql", "5.7.mysql_aurora.2.09.3", false),
            ("aurora-postgresql", "16.4", true),
            ("oracle-se2", "19.0.0.0.ru-2024", false),
            ("sqlserver-se", "15.00.4395.2.v1", false),
            ("postgres", "sixteen", false),
        ] {
            let row = on_graviton(engine, version, "db.r5.large");
            assert_eq!(row.eligible, Some(eligible), "{engine} {version}");
            let reason = row.ineligible_reason.unwrap_or_default();
            assert_eq!(reason.is_empty(), eligible, "{engine} {version}");
        }
    }

    #[test]
    fn what_is_there_already_has_no_row_and_what_has_no_size_there_says_so() {
        let arm = estate("postgres", "16.4", "db.m7g.large");
        assert_eq!(
            graviton(&arm, PriceBook::embedded(), &mut Used::default()),
            []
        );
        let row = on_graviton("postgres", "16.4", "db.m5.24xlarge");
        assert_eq!(
            row.ineligible_reason.as_deref(),
            Some("there is no class of its size on Graviton")
        );
        let mut stopped = estate("postgres", "16.4", "db.m5.large");
        stopped.databases[0].status = Some("stopped".to_owned());
        assert_eq!(
            graviton(&stopped, PriceBook::embedded(), &mut Used::default()),
            []
        );
    }

    #[test]
    fn the_next_generation_may_cost_less_or_the_same() {
        let of = |class: &str| {
            let estate = estate("postgres", "16.4", class);
            successors(&estate, PriceBook::embedded(), &mut Used::default()).pop()
        };
        // us-east-1, PostgreSQL: db.m4.large $0.182, db.m5.large $0.178; both db.r4.large and
        // db.r5.large $0.25.
        let cheaper = of("db.m4.large").expect("an old one");
        assert_eq!(cheaper.target_class.as_deref(), Some("db.m5.large"));
        assert!(
            near(cheaper.monthly_savings_usd, 0.004 * 730.0),
            "{cheaper:?}"
        );
        let equal = of("db.r4.large").expect("an old one");
        assert!(near(equal.monthly_savings_usd, 0.0), "{equal:?}");
        let alone = of("db.m3.medium").expect("an old one");
        assert_eq!(
            (alone.target_class, alone.monthly_savings_usd),
            (None, None)
        );
        assert_eq!(of("db.m5.large"), None);
    }
}
