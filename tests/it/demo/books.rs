//! The fixtures themselves: what they say is what the collector would have written, and it adds up.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use billhook::plan::want;
use billhook::snapshot::Snapshot;
use billhook_catalog::{
    BASE_GROUP, CoverageStatus, GENERIC_TABLES, Kind, MetricWant, Row, Table, Usage, UsageDaily,
};

use super::{DEMO, EMPTY, GAPS, World, accounts};

const GLOBAL_TABLES: &[&str] = &[
    "aws_account",
    "aws_budgets_budget",
    "aws_budgets_notification",
    "aws_budgets_subscriber",
    "aws_cloudfront_distribution",
];

#[test]
fn the_files_are_what_the_generator_writes() {
    let python = std::env::var_os("BILLHOOK_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    let run = Command::new(python)
        .arg("-B")
        .arg(accounts().join("generate.py"))
        .arg("--check")
        .output()
        .expect("python3 can be started");
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
}

#[test]
fn the_reader_knows_every_column() {
    for world in [&*DEMO, &*GAPS, &*EMPTY] {
        assert_eq!(world.snapshot.warnings, Vec::<String>::new());
    }
}

#[test]
fn the_ledger_has_a_line_for_all_that_the_rules_want() {
    for (name, world) in [("demo", &*DEMO), ("empty", &*EMPTY)] {
        let manifest = &world.snapshot.manifest;
        let wanted = want(
            &world.rules.rules,
            &world.catalog,
            None,
            manifest.started_at,
        );
        let mut expected = BTreeSet::new();
        for account in &manifest.accounts {
            let mut expect = |region: &str, table: &str, group: &str| {
                expected.insert([account, region, table, group].map(str::to_owned));
            };
            for (table, groups) in &wanted.tables {
                let declared = world.catalog.table(table).expect("a table");
                let mut regions: Vec<&str> = manifest.regions.iter().map(String::as_str).collect();
                if GLOBAL_TABLES.contains(table) {
                    regions = vec!["global"];
                } else if *table == "tag" {
                    regions.push("global");
                }
                for region in regions.iter().filter(|_| !declared.is_derived()) {
                    groups.iter().for_each(|group| expect(region, table, group));
                }
            }
            for region in &manifest.regions {
                expect(region, "usage", BASE_GROUP);
                expect(region, "usage_daily", BASE_GROUP);
            }
        }
        let lines = manifest.coverage.iter();
        let written: BTreeSet<[String; 4]> = lines
            .map(|line| {
                [
                    &line.account_id,
                    &line.region,
                    &line.table,
                    &line.column_group,
                ]
                .map(Clone::clone)
            })
            .collect();
        assert_eq!(written, expected, "{name}");
        assert_eq!(
            manifest.coverage.len(),
            written.len(),
            "{name}: a line twice"
        );
    }
}

#[test]
fn the_ledger_counts_the_rows() {
    for world in [&*DEMO, &*GAPS, &*EMPTY] {
        for line in &world.snapshot.manifest.coverage {
            if line.column_group == BASE_GROUP && line.status == CoverageStatus::Assessed {
                let rows = rows_at(&world.snapshot, &line.table, &line.account_id, &line.region);
                assert_eq!(rows, line.resources, "{line:?}");
            }
        }
    }
}

fn rows_at(snapshot: &Snapshot, table: &str, account: &str, region: &str) -> u64 {
    let Some(frame) = snapshot.tables.get(table) else {
        return 0;
    };
    let accounts = frame.column("account_id").unwrap().str().unwrap();
    let regions = frame.column("region").unwrap().str().unwrap();
    accounts
        .iter()
        .zip(regions.iter())
        .filter(|place| *place == (Some(account), Some(region)))
        .count() as u64
}

/// What identifies a row of `usage`.
type SeriesKey = (String, String, String, i64, i64);

fn series_of(want: &MetricWant, resource_id: &str) -> SeriesKey {
    (
        resource_id.to_owned(),
        want.metric.name.to_owned(),
        want.statistic.as_str().to_owned(),
        i64::from(want.period_seconds),
        i64::from(want.days),
    )
}

/// The series that a scan would have fetched, and whether each is wanted by the day too.
fn fetched(world: &World, usage: &BTreeMap<SeriesKey, Usage>) -> BTreeMap<SeriesKey, bool> {
    let wanted = want(
        &world.rules.rules,
        &world.catalog,
        None,
        world.snapshot.manifest.started_at,
    );
    let mut fetched = BTreeMap::new();
    for want in &wanted.metrics {
        let frame = world.snapshot.tables.get(want.table).expect("its table");
        let ids = frame.column("resource_id").unwrap().str().unwrap();
        let flags = want.population.test(frame).expect("a population");
        let types = frame.column("instance_type").ok();
        let types = types.map(|types| types.str().unwrap());
        // All load balancers are application load balancers, all caches Redis OSS or Valkey, and no capacity was ever changed.
        let name = want.metric.name;
        let is_of_another_kind = match want.table {
            "aws_dynamodb_table" => name.starts_with("Provisioned"),
            "aws_elasticache_cluster" => {
                ["BytesUsedForCacheItems", "CmdGet", "CmdSet"].contains(&name)
            }
            "aws_elb_load_balancer" => name == "NewFlowCount",
            _ => false,
        };
        if is_of_another_kind {
            continue;
        }
        // No instance has the CloudWatch agent, and only burstable ones have CPU credits.
        let is_published = |row: usize| {
            let of_credits = want.metric.name.starts_with("CPUCredit")
                || want.metric.name.starts_with("CPUSurplus");
            let is_burstable = types
                .and_then(|types| types.get(row))
                .is_some_and(|name| name.starts_with("t3."));
            want.metric.namespace != "CWAgent" && (!of_credits || is_burstable)
        };
        for (row, (id, wanted)) in ids.iter().zip(flags.iter()).enumerate() {
            let Some(id) = id.filter(|_| wanted == Some(true) && is_published(row)) else {
                continue;
            };
            // A fine series is fetched only where the coarse one leaves the question open.
            let open = want.refine.as_ref().is_none_or(|refine| {
                let coarse = (
                    id.to_owned(),
                    refine.metric.to_owned(),
                    refine.statistic.as_str().to_owned(),
                    i64::from(refine.period_seconds),
                    i64::from(refine.days),
                );
                let p90 = usage.get(&coarse).and_then(|coarse| coarse.p90);
                p90.is_some_and(|p90| p90 <= refine.p90_at_most)
            });
            if open {
                *fetched.entry(series_of(want, id)).or_insert(false) |= want.daily;
            }
        }
    }
    fetched
}

fn usage_of(world: &World) -> BTreeMap<SeriesKey, Usage> {
    let rows: Vec<Usage> = world.snapshot.tables.rows().expect("usage");
    let count = rows.len();
    let keyed: BTreeMap<SeriesKey, Usage> = rows
        .into_iter()
        .map(|row| {
            let key = (
                row.resource_id.clone(),
                row.metric.clone(),
                row.statistic.clone(),
                row.period_seconds,
                row.window_days,
            );
            (key, row)
        })
        .collect();
    assert_eq!(keyed.len(), count, "a series twice");
    keyed
}

#[test]
fn usage_is_what_the_rules_need_and_no_more() {
    let usage = usage_of(&DEMO);
    let fetched = fetched(&DEMO, &usage);
    let written: BTreeSet<&SeriesKey> = usage.keys().collect();
    assert_eq!(written, fetched.keys().collect::<BTreeSet<_>>());
    let spent = &DEMO.snapshot.manifest.spent;
    // A series is fetched once, for all rules and windows at once.
    let series: BTreeSet<_> = usage
        .keys()
        .map(|(id, metric, statistic, period, _)| (id, metric, statistic, period))
        .collect();
    assert_eq!(spent.metrics_requested, series.len() as u64);
    let cost = spent.cost_usd.expect("a cost");
    assert!((cost - series.len() as f64 / 1000.0 * 0.01).abs() < 1e-9);
}

#[test]
fn figures_of_usage_agree_with_each_other() {
    for world in [&*DEMO, &*GAPS] {
        for (key, row) in usage_of(world) {
            let known = row.coverage * row.expected_points as f64;
            assert!((known - row.got_points as f64).abs() < 1e-6, "{key:?}");
            let seconds = row.window_end.as_second() - row.window_start.as_second();
            assert_eq!(seconds, row.window_days * 86_400, "{key:?}");
            assert_eq!(seconds, row.expected_points * row.period_seconds, "{key:?}");
            assert_eq!(
                row.window_end, world.snapshot.manifest.started_at,
                "{key:?}"
            );
            let figures = [
                row.min, row.p50, row.p90, row.p95, row.p99, row.p995, row.max,
            ];
            if row.got_points == 0 {
                assert_eq!(figures, [None; 7], "{key:?}");
                assert_eq!(
                    (row.avg, row.sum, row.last_at),
                    (None, None, None),
                    "{key:?}"
                );
                continue;
            }
            let figures = figures.map(|figure| figure.unwrap_or_else(|| panic!("{key:?}")));
            assert!(figures.is_sorted(), "{key:?}: {figures:?}");
            let (avg, sum) = (row.avg.expect("known"), row.sum.expect("known"));
            assert!(row.min <= row.avg && row.avg <= row.max, "{key:?}");
            let rounding = 1e-4 * row.got_points as f64;
            assert!(
                (avg * row.got_points as f64 - sum).abs() <= rounding,
                "{key:?}: {avg} × {} is not {sum}",
                row.got_points
            );
            let last_at = row.last_at.expect("an instant");
            assert!(last_at >= row.window_start && last_at < row.window_end);
            if row.got_points == row.expected_points {
                let after = row.window_end.as_second() - last_at.as_second();
                assert_eq!(after, row.period_seconds, "{key:?}");
            }
            if row.metric == "CPUUtilization" {
                assert!(row.min >= Some(0.0) && row.max <= Some(100.0), "{key:?}");
            }
        }
    }
}

#[test]
fn days_add_up_to_their_window() {
    let usage = usage_of(&DEMO);
    let daily = fetched(&DEMO, &usage)
        .into_iter()
        .filter_map(|(key, daily)| daily.then_some(key));
    let mut days: BTreeMap<SeriesKey, Vec<UsageDaily>> = BTreeMap::new();
    for row in DEMO.snapshot.tables.rows::<UsageDaily>().expect("days") {
        let key = (
            row.resource_id.clone(),
            row.metric.clone(),
            row.statistic.clone(),
            row.period_seconds,
            row.window_days,
        );
        days.entry(key).or_default().push(row);
    }
    let keys: BTreeSet<SeriesKey> = daily.collect();
    assert_eq!(days.keys().cloned().collect::<BTreeSet<_>>(), keys);
    for (key, rows) in &days {
        let window = &usage[key];
        // The window begins and ends at six in the morning.
        assert_eq!(rows.len() as i64, key.4 + 1, "{key:?}");
        let sum: f64 = rows.iter().filter_map(|row| row.value).sum();
        let total = window.sum.unwrap_or(0.0);
        assert!((sum - total).abs() < 1.0, "{key:?}: {sum} is not {total}");
        let points: f64 = rows.iter().map(|row| row.coverage * 24.0).sum();
        assert!((points - window.got_points as f64).abs() < 1e-6, "{key:?}");
        let silent = |row: &UsageDaily| row.value.is_none() == (row.coverage == 0.0);
        assert!(rows.iter().all(silent), "{key:?}");
    }
}

/// References that may lead nowhere: the volume of a snapshot can be gone, and these tables are not read.
fn may_dangle(table: &Table, column: &str, world: &World, target: &str) -> bool {
    (table.name == "aws_ebs_snapshot" && column == "source_volume_resource_id")
        || world.snapshot.tables.get(target).is_none()
}

#[test]
fn references_lead_somewhere() {
    for world in [&*DEMO, &*EMPTY] {
        let ids = |table: &str| -> BTreeSet<String> {
            let frame = world.snapshot.tables.get(table);
            let column = frame.map(|frame| frame.column("resource_id").unwrap().str().unwrap());
            column
                .map(|ids| ids.iter().flatten().map(str::to_owned).collect())
                .unwrap_or_default()
        };
        let mut followed = 0;
        for table in world.catalog.tables() {
            let Some(frame) = world.snapshot.tables.get(table.name) else {
                continue;
            };
            for column in table.columns() {
                let Some(target) = column.references else {
                    continue;
                };
                if may_dangle(table, column.name, world, target) {
                    continue;
                }
                let known = ids(target);
                let cells = frame.column(column.name).unwrap().str().unwrap();
                for cell in cells.iter().flatten().filter(|cell| !cell.is_empty()) {
                    assert!(
                        known.contains(cell),
                        "{}.{}: {cell}",
                        table.name,
                        column.name
                    );
                    followed += 1;
                }
            }
        }
        assert!(followed > 200 || world.report.summary.estate_resources < 10);
    }
}

#[test]
fn no_resource_is_there_twice_and_tags_have_one() {
    let mut resources = BTreeSet::new();
    for table in DEMO.catalog.tables() {
        let is_generic = GENERIC_TABLES
            .iter()
            .any(|generic| generic.name == table.name);
        let Some(frame) = DEMO.snapshot.tables.get(table.name) else {
            continue;
        };
        if table.kind != Kind::Resource || is_generic {
            continue;
        }
        for id in frame.column("resource_id").unwrap().str().unwrap().iter() {
            let id = id.expect("an id").to_owned();
            assert!(resources.insert(id.clone()), "{id} is there twice");
        }
    }
    let tagged = DEMO.snapshot.tables.rows::<billhook_catalog::Tag>();
    for tag in tagged.expect("tags") {
        assert!(resources.contains(&tag.resource_id), "{}", tag.resource_id);
    }
    assert_eq!(Usage::TABLE.name, "usage");
}
