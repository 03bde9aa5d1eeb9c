//! Mistakes that scanners of this kind are known for, each as a test that it is not made here.

use std::path::Path;

use billhook::assess::{Assessment, Thresholds, assess};
use billhook::config::Config;
use billhook::report::{Report, ReportFinding};
use billhook::rule::{RuleSet, Selection, Settings};
use billhook::snapshot::Snapshot;
use billhook::sql::Catalog;
use billhook_aws::Aws;
use serde_json::{Value, json};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-1";

fn catalog() -> Catalog {
    Catalog::new(billhook_aws::catalog::TABLES)
}

/// An account in which everything was read; `tables` has the rows, `gaps` what was not.
fn world(tables: &[(&str, Vec<Value>)], gaps: Vec<Value>) -> Snapshot {
    let coverage: Vec<Value> = billhook_aws::catalog::TABLES
        .iter()
        .filter(|table| !table.is_derived())
        .flat_map(|table| table.groups.iter().map(move |group| (table.name, group.name)))
        .flat_map(|(table, group)| {
            [REGION, "global"].map(|region| {
                json!({ "account_id": ACCOUNT, "region": region, "table": table, "column_group": group,
                        "status": "assessed", "resources": 1 })
            })
        })
        .collect();
    let manifest = json!({
        "format_version": 1, "provider": "aws", "scan_id": "test",
        // The first of a month: a window that is counted by the day of the month would be empty.
        "started_at": "2026-11-01T00:30:00Z", "finished_at": "2026-11-01T00:31:00Z",
        "accounts": [ACCOUNT], "regions": [REGION], "coverage": coverage, "gaps": gaps,
        "spent": { "calls": {}, "metrics_requested": 0, "cost_usd": 0.0 },
    })
    .to_string();
    let mut files = vec![("manifest.json".to_owned(), manifest)];
    for (table, rows) in tables {
        let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
        files.push((format!("{table}.ndjson"), lines.join("\n")));
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    Snapshot::embedded(&files, &catalog()).unwrap_or_else(|error| panic!("{error}"))
}

fn judged(snapshot: &Snapshot, rule: &str, thresholds: Thresholds) -> Report {
    let selection = Selection::new(&[rule.to_owned()], &[]).expect("an id");
    let none: [&Path; 0] = [];
    let rules =
        RuleSet::load(&none, &selection, &catalog(), |_| Settings::default()).expect("the rule");
    let Assessment { report, faults } = assess(
        &Aws::offline(),
        snapshot,
        &rules,
        &Config::default(),
        thresholds,
    )
    .expect("a report");
    assert_eq!(faults, [""; 0]);
    report
}

fn only(report: &Report) -> &ReportFinding {
    match report.findings.as_slice() {
        [finding] => finding,
        other => panic!("{} findings: {other:?}", other.len()),
    }
}

/// A resource's row: its keys, and the columns of its own.
fn row(id: &str, created_at: &str, columns: Value) -> Value {
    let mut row = json!({ "resource_id": id, "short_id": id, "account_id": ACCOUNT, "region": REGION, "name": "",
                          "created_at": created_at });
    let (Some(row_columns), Some(columns)) = (row.as_object_mut(), columns.as_object()) else {
        panic!("objects")
    };
    row_columns.extend(columns.clone());
    row
}

fn loose_volume(volume_type: &str) -> Value {
    let columns = json!({ "state": "available", "volume_type": volume_type, "size_gib": 100, "provisioned_iops": 3000,
                          "provisioned_throughput_mibps": 125, "encrypted": true, "attachment_count": 0 });
    row("vol-1", "2026-01-01T00:00:00Z", columns)
}

fn silent(metric: &str, namespace: &str, statistic: &str, days: i64, zero: bool) -> Value {
    let start = format!("2026-10-{:02}T00:00:00Z", 32 - days);
    let known = zero.then_some(0.0);
    json!({
        "account_id": ACCOUNT, "region": REGION, "resource_id": "vol-1", "namespace": namespace, "metric": metric,
        "statistic": statistic, "period_seconds": 3600, "window_days": days, "window_start": start,
        "window_end": "2026-11-01T00:00:00Z", "expected_points": days * 24, "got_points": 0,
        "coverage": if zero { 1.0 } else { 0.0 }, "min": known, "avg": known, "p50": known, "p90": known, "p95": known,
        "p99": known, "p995": known, "max": known, "sum": known,
    })
}

fn silent_volume() -> Vec<Value> {
    ["VolumeReadOps", "VolumeWriteOps"]
        .map(|metric| silent(metric, "AWS/EBS", "Sum", 7, false))
        .to_vec()
}

#[test]
fn an_unknown_price_is_never_below_a_minimum() {
    let rule = "aws/ebs/unattached-volume";
    let high = Thresholds {
        min_savings_usd: Some(1000.0),
    };
    let unheard_of = world(
        &[
            ("aws_ebs_volume", vec![loose_volume("gp9")]),
            ("usage", silent_volume()),
        ],
        Vec::new(),
    );
    let report = judged(&unheard_of, rule, high);
    assert_eq!(
        (
            only(&report).monthly_savings_usd,
            report.summary.findings_without_price
        ),
        (None, 1)
    );
    // And the explanation names the price that is missing.
    let why = only(&report).explanation.as_ref().expect("why");
    let [calculation] = why.calculations.as_slice() else {
        panic!("{why:?}")
    };
    let price = calculation.lines[0]
        .price
        .map(|price| &report.prices[price]);
    let price = price.expect("a price that was looked for");
    assert_eq!(
        (price.sku.as_str(), price.region.as_str(), price.usd),
        ("ebs gp9 storage_gb_month", REGION, None)
    );
    assert_eq!((calculation.usd, calculation.lines[0].usd), (None, None));
    let cheap = world(
        &[
            ("aws_ebs_volume", vec![loose_volume("gp3")]),
            ("usage", silent_volume()),
        ],
        Vec::new(),
    );
    assert_eq!(
        only(&judged(&cheap, rule, Thresholds::default())).monthly_savings_usd,
        Some(8.0)
    );
    assert_eq!(judged(&cheap, rule, high).findings, []);
}

#[test]
fn a_failed_metric_call_makes_nothing_idle() {
    let gateway = row(
        "nat-1",
        "2026-01-01T00:00:00Z",
        json!({ "state": "available", "connectivity": "public",
        "availability_mode": "zonal", "vpc_id": "vpc-1", "public_address_count": 1 }),
    );
    let gap = json!({ "table": "usage", "column_group": "base", "account_id": ACCOUNT, "region": REGION,
        "resource_id": null, "metric": "ActiveConnectionCount", "operation": "cloudwatch:GetMetricData",
        "iam_action": null, "kind": "failed", "detail": "InternalServiceFault" });
    let report = judged(
        &world(&[("aws_vpc_nat_gateway", vec![gateway])], vec![gap]),
        "aws/vpc/idle-nat-gateway",
        Thresholds::default(),
    );
    assert_eq!(report.findings, []);
    assert_eq!((report.rules[0].clear, report.rules[0].not_judged), (0, 1));
    assert!(
        report.not_judged[0]
            .reason
            .contains("failed (cloudwatch:GetMetricData)"),
        "{}",
        report.not_judged[0].reason
    );
}

#[test]
fn on_the_first_of_a_month_the_window_is_as_long_as_ever() {
    let gateway = row(
        "vol-1",
        "2026-01-01T00:00:00Z",
        json!({ "state": "available", "connectivity": "public",
        "availability_mode": "zonal", "vpc_id": "vpc-1", "public_address_count": 1 }),
    );
    let busy = [
        "ActiveConnectionCount",
        "PacketsInFromSource",
        "PacketsInFromDestination",
    ]
    .map(|metric| {
        let statistic = if metric == "ActiveConnectionCount" {
            "Maximum"
        } else {
            "Sum"
        };
        let mut series = silent(metric, "AWS/NATGateway", statistic, 14, true);
        for name in ["max", "sum", "avg", "p50", "p90", "p95", "p99", "p995"] {
            series[name] = json!(5.0);
        }
        series
    });
    let world = world(
        &[
            ("aws_vpc_nat_gateway", vec![gateway]),
            ("usage", busy.to_vec()),
        ],
        Vec::new(),
    );
    let report = judged(&world, "aws/vpc/idle-nat-gateway", Thresholds::default());
    assert_eq!(
        (report.findings.len(), report.rules[0].clear),
        (0, 1),
        "{:?}",
        report.not_judged
    );
}

#[test]
fn access_denied_is_no_pass() {
    let gap = json!({ "table": "aws_ebs_volume", "column_group": "base", "account_id": ACCOUNT, "region": REGION,
        "resource_id": null, "metric": null, "operation": "ec2:DescribeVolumes", "iam_action": "ec2:DescribeVolumes",
        "kind": "denied", "detail": "UnauthorizedOperation" });
    let report = judged(
        &world(&[], vec![gap]),
        "aws/ebs/unencrypted-volume",
        Thresholds::default(),
    );
    assert_eq!(report.not_judged.len(), 1);
    assert!(
        report.not_judged[0]
            .reason
            .contains("needs ec2:DescribeVolumes"),
        "{}",
        report.not_judged[0].reason
    );
    assert_eq!(report.not_judged[0].region.as_deref(), Some(REGION));
}

#[test]
fn a_table_that_was_never_collected_is_no_empty_table() {
    let mut snapshot = world(&[], Vec::new());
    snapshot
        .manifest
        .coverage
        .retain(|line| line.table != "aws_budgets_budget");
    let account = row(
        "arn:aws:iam::111122223333:root",
        "2020-01-01T00:00:00Z",
        json!({ "kind": "stand-alone" }),
    );
    let accounts = world(&[("aws_account", vec![account])], Vec::new());
    snapshot.tables.insert(
        "aws_account",
        accounts.tables.get("aws_account").expect("a table").clone(),
    );
    let report = judged(
        &snapshot,
        "aws/budgets/no-cost-budget",
        Thresholds::default(),
    );
    assert_eq!(
        report.findings,
        [],
        "nobody knows whether there is a budget"
    );
    assert!(
        report.not_judged[0]
            .reason
            .contains("aws_budgets_budget was not collected"),
        "{:?}",
        report.not_judged
    );
}

#[test]
fn a_snapshot_at_its_full_size_is_an_upper_bound_and_in_no_sum() {
    let columns = json!({ "state": "completed", "volume_size_gib": 100, "full_size_gib": 100.0, "storage_tier": "standard",
        "encrypted": true, "source_volume_resource_id": "vol-gone", "description": "", "made_by": "",
        "is_public": false, "shared_account_count": 0 });
    let old = row("snap-1", "2026-01-01T00:00:00Z", columns);
    let report = judged(
        &world(&[("aws_ebs_snapshot", vec![old])], Vec::new()),
        "aws/ebs/old-snapshot",
        Thresholds::default(),
    );
    assert!(only(&report).savings_are_upper_bound);
    // 100 GiB × $0.05, the standard tier in us-east-1.
    assert_eq!(report.summary.upper_bound_monthly_usd, 5.0);
    assert_eq!(
        (
            report.summary.gross_monthly_savings_usd,
            report.summary.net_monthly_savings_usd
        ),
        (0.0, 0.0)
    );
}

#[test]
fn an_age_is_rounded_down_and_one_day_is_a_day() {
    for (created_at, age) in [
        ("2026-10-30T12:30:00Z", "1 day"),
        // A tenth of a day less than the week that is needed.
        ("2026-10-25T02:54:00Z", "6 days"),
    ] {
        let mut volume = loose_volume("gp3");
        volume["created_at"] = json!(created_at);
        let tables = [("aws_ebs_volume", vec![volume]), ("usage", silent_volume())];
        let snapshot = world(&tables, Vec::new());
        let report = judged(
            &snapshot,
            "aws/ebs/unattached-volume",
            Thresholds::default(),
        );
        let reasons: Vec<&str> = report
            .not_judged
            .iter()
            .map(|unjudged| unjudged.reason.as_str())
            .collect();
        assert_eq!(reasons, [format!("it is {age} old; 7 days are needed")]);
    }
}

#[test]
fn an_instance_of_eleven_minutes_is_not_idle() {
    let columns = json!({ "state": "running", "instance_type": "m5.large", "launched_at": "2026-11-01T00:19:00Z",
        "lifecycle": "on-demand", "tenancy": "default", "usage_operation": "RunInstances" });
    let young = row("i-1", "2026-11-01T00:19:00Z", columns);
    let report = judged(
        &world(&[("aws_ec2_instance", vec![young])], Vec::new()),
        "aws/ec2/idle-instance",
        Thresholds::default(),
    );
    assert_eq!(report.findings, []);
    assert_eq!(
        report.not_judged[0].reason,
        "it is 0 days old; 14 days are needed"
    );
}

#[test]
fn an_instance_is_stopped_since_it_was_stopped_and_not_since_its_launch() {
    let stopped = |stopped_at: Option<&str>| {
        let columns = json!({ "state": "stopped", "launched_at": "2024-01-01T00:00:00Z", "stopped_at": stopped_at });
        let instance = row("i-1", "2024-01-01T00:00:00Z", columns);
        judged(
            &world(&[("aws_ec2_instance", vec![instance])], Vec::new()),
            "aws/ec2/long-stopped-instance",
            Thresholds::default(),
        )
    };
    assert_eq!(
        stopped(Some("2026-10-25T00:00:00Z")).rules[0].clear,
        1,
        "for a week"
    );
    assert_eq!(
        stopped(None).rules[0].not_judged,
        1,
        "nobody knows since when"
    );
}

#[test]
fn an_address_that_a_service_manages_is_left_to_it() {
    let columns = json!({ "public_ip": "198.51.100.7", "is_associated": false, "instance_resource_id": "",
        "interface_resource_id": "", "service_managed": "nlb", "own_range": false });
    let address = row("eipalloc-1", "2026-01-01T00:00:00Z", columns);
    let report = judged(
        &world(&[("aws_ec2_address", vec![address])], Vec::new()),
        "aws/vpc/unassociated-address",
        Thresholds::default(),
    );
    assert_eq!(
        (report.findings.len(), report.rules[0].population),
        (0, Some(0))
    );
}

/// A series of a database, all points alike.
fn steady(metric: &str, statistic: &str, period: i64, value: f64) -> Value {
    let points = 14 * 86_400 / period;
    json!({
        "account_id": ACCOUNT, "region": REGION, "resource_id": "db-1", "namespace": "AWS/RDS", "metric": metric,
        "statistic": statistic, "period_seconds": period, "window_days": 14, "window_start": "2026-10-18T00:00:00Z",
        "window_end": "2026-11-01T00:00:00Z", "expected_points": points, "got_points": points, "coverage": 1.0,
        "min": value, "avg": value, "p50": value, "p90": value, "p95": value, "p99": value, "p995": value, "max": value,
        "sum": value * points as f64,
    })
}

#[test]
fn a_failed_connections_call_makes_no_database_idle() {
    let database = row(
        "db-1",
        "2026-01-01T00:00:00Z",
        json!({ "product": "RDS", "engine": "postgres", "engine_version": "16.4", "instance_class": "db.m6g.large",
                "license_model": "postgresql-license", "status": "available", "deployment": "single-az", "storage_type": "gp2",
                "allocated_storage_gib": 100, "provisioned_iops": 0, "provisioned_throughput_mibps": 0,
                "additional_volume_count": 0, "dedicated_log_volume": false, "cluster_resource_id": "", "cluster_role": "",
                "in_secondary_cluster": false, "is_replica": false, "replica_count": 0 }),
    );
    let quiet = || {
        vec![
            steady("CPUUtilization", "Maximum", 300, 3.0),
            steady("ReadIOPS", "Average", 300, 0.2),
            steady("WriteIOPS", "Average", 300, 1.0),
        ]
    };
    let rule = "aws/rds/idle-instance";
    let gap = json!({ "table": "usage", "column_group": "base", "account_id": ACCOUNT, "region": REGION,
        "resource_id": null, "metric": "DatabaseConnections", "operation": "cloudwatch:GetMetricData",
        "iam_action": null, "kind": "failed", "detail": "InternalServiceFault" });
    let tables = |usage| {
        [
            ("aws_rds_instance", vec![database.clone()]),
            ("usage", usage),
        ]
    };
    let failed = judged(
        &world(&tables(quiet()), vec![gap]),
        rule,
        Thresholds::default(),
    );
    assert_eq!(failed.findings, []);
    assert_eq!((failed.rules[0].clear, failed.rules[0].not_judged), (0, 1));
    let reason = &failed.not_judged[0].reason;
    assert!(
        reason.contains("failed (cloudwatch:GetMetricData)"),
        "{reason}"
    );

    // Nor is it enough that nothing was said of connections at all.
    let unsaid = judged(
        &world(&tables(quiet()), Vec::new()),
        rule,
        Thresholds::default(),
    );
    assert_eq!((unsaid.findings.len(), unsaid.rules[0].not_judged), (0, 1));

    // With the connections read and none among them it is idle, and costs its hours and its storage.
    let mut usage = quiet();
    usage.push(steady("DatabaseConnections", "Maximum", 3600, 0.0));
    let idle = judged(
        &world(&tables(usage), Vec::new()),
        rule,
        Thresholds::default(),
    );
    let saved = only(&idle).monthly_savings_usd;
    assert!(
        saved.is_some_and(|usd| (usd - 127.57).abs() < 1e-6),
        "{saved:?}"
    );
}

/// A load balancer that is active, and what was measured of it in two weeks, by metric.
fn load_balancer(kind: &str, targets: i64, sums: &[(&str, f64)]) -> Snapshot {
    let columns = json!({ "load_balancer_type": kind, "scheme": "internal", "state": "active", "zone_count": 2,
                          "own_public_address_count": 0, "target_group_count": targets, "target_count": targets,
                          "healthy_target_count": targets });
    let usage = sums.iter().map(|(metric, sum)| {
        json!({
            "account_id": ACCOUNT, "region": REGION, "resource_id": "lb-1", "namespace": "AWS/ELB", "metric": metric,
            "statistic": "Sum", "period_seconds": 3600, "window_days": 14, "window_start": "2026-10-18T00:00:00Z",
            "window_end": "2026-11-01T00:00:00Z", "expected_points": 336, "got_points": 336, "coverage": 1.0, "sum": sum,
        })
    });
    let balancers = vec![row("lb-1", "2026-01-01T00:00:00Z", columns)];
    world(
        &[
            ("aws_elb_load_balancer", balancers),
            ("usage", usage.collect()),
        ],
        Vec::new(),
    )
}

#[test]
fn a_network_load_balancer_without_a_target_is_not_fine() {
    let rule = "aws/elb/idle-load-balancer";
    // It publishes nothing, and nothing could be served.
    let bare = judged(
        &load_balancer("network", 0, &[]),
        rule,
        Thresholds::default(),
    );
    assert_eq!(only(&bare).resource_id, "lb-1");
    assert_eq!(only(&bare).monthly_savings_usd, Some(16.425));
    // With a target, silence says nothing: such a load balancer always publishes.
    let silent = judged(
        &load_balancer("network", 1, &[]),
        rule,
        Thresholds::default(),
    );
    assert_eq!((silent.findings.len(), silent.not_judged.len()), (0, 1));
}

#[test]
fn a_load_balancer_that_only_redirects_is_not_idle() {
    let seen = |redirects: f64| {
        let sums = [
            ("RequestCount", 0.0),
            ("HTTP_Redirect_Count", redirects),
            ("HTTP_Fixed_Response_Count", 0.0),
        ];
        let snapshot = load_balancer("application", 0, &sums);
        let report = judged(
            &snapshot,
            "aws/elb/idle-load-balancer",
            Thresholds::default(),
        );
        report.findings.len()
    };
    assert_eq!((seen(14_000.0), seen(14.0)), (0, 1));
}
