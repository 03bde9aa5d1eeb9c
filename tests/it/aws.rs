//! The whole scan against an AWS-compatible server: calls, paging, faults, permissions, findings.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::moto::Moto;

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} in {value}"))
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name]
        .as_array()
        .unwrap_or_else(|| panic!("{name} is no list"))
}

/// The resources that each rule found.
pub(crate) fn found(report: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for finding in list(report, "findings") {
        found
            .entry(text(finding, "rule").to_owned())
            .or_default()
            .insert(text(finding, "resource_id").to_owned());
    }
    found
}

/// The resources that were planted for each rule.
pub(crate) fn planted(manifest: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let planted = manifest["planted"].as_object().expect("what was planted");
    let ids = |ids: &Value| {
        ids.as_array()
            .expect("a list")
            .iter()
            .map(|id| id.as_str().expect("an ARN").to_owned())
            .collect()
    };
    planted
        .iter()
        .map(|(rule, resources)| (rule.clone(), ids(resources)))
        .collect()
}

/// Calls by operation, from the server's own log.
pub(crate) fn counted(calls: &[Value]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for call in calls {
        *counts
            .entry(format!(
                "{}:{}",
                text(call, "service"),
                text(call, "operation")
            ))
            .or_insert(0) += 1;
    }
    counts
}

/// What AWS charges for requests, USD: S3 by the thousand, lists at another price than the rest; Cost Explorer each.
pub(crate) fn charged(calls: &[Value]) -> f64 {
    calls
        .iter()
        .map(|call| match text(call, "service") {
            "ce" => 0.01,
            "s3" if text(call, "operation").starts_with("List") => 0.005 / 1000.0,
            "s3" => 0.0004 / 1000.0,
            "cloudwatch" if text(call, "operation") == "ListMetrics" => 0.01 / 1000.0,
            "kms" => 0.03 / 10_000.0,
            "secretsmanager" => 0.05 / 10_000.0,
            "sqs" => 0.40 / 1_000_000.0,
            _ => 0.0,
        })
        .sum()
}

fn gaps_of<'a>(report: &'a Value, operation: &str) -> Vec<&'a Value> {
    list(report, "gaps")
        .iter()
        .filter(|gap| gap["operation"] == operation)
        .collect()
}

#[test]
fn every_planted_case_is_found_and_nothing_else() {
    let (moto, manifest) = Moto::with("estate");
    let billhook = moto.billhook();
    let run = billhook.expect(0, &["scan", "--snapshot", "snapshot"]);
    let report = billhook.report();

    assert_eq!(found(&report), planted(&manifest));
    for (rule, look_alikes) in manifest["look_alikes"].as_object().expect("look-alikes") {
        for (id, why) in look_alikes.as_object().expect("look-alikes of a rule") {
            let flagged = found(&report).get(rule).is_some_and(|ids| ids.contains(id));
            assert!(!flagged, "{rule} flags {id}: {why}");
        }
    }
    assert_eq!(report["gaps"], json!([]));
    let of = |resource: &str| {
        let is_it = |finding: &&Value| text(finding, "resource_id").ends_with(resource);
        let found = list(&report, "findings").iter().find(is_it);
        found.unwrap_or_else(|| panic!("no finding of {resource}"))
    };
    // What the listings of their services do not show.
    for (resource, owner) in [
        (":sqs:us-east-1:123456789012:tagged", "shop"),
        (":dynamodb:us-east-1:123456789012:table/orders", "shop"),
        (":elasticache:us-east-1:123456789012:cluster:pages", "shop"),
        (
            ":elasticache:us-east-1:123456789012:replicationgroup:legacy",
            "shop",
        ),
        (":memorydb:us-east-1:123456789012:cluster/ledger", "shop"),
        (":es:us-east-1:123456789012:domain/products", "search"),
        (":s3:::billhook-test-plain", "shop"),
    ] {
        assert_eq!(of(resource)["owner"], owner, "{resource}");
    }
    let untagged = of(":dynamodb:us-east-1:123456789012:table/archive");
    assert_eq!(untagged["owner"], Value::Null, "which carries no tags");
    let tagged = of(":tagged");
    assert_eq!(tagged["managed_by"], "terraform:shop/queues");
    assert!(text(tagged, "change_at").starts_with("Managed by Terraform (shop/queues): "));
    assert!(
        run.stdout.lines().all(|line| line.chars().count() <= 80),
        "{}",
        run.stdout
    );
    assert_eq!(run.stderr, "", "silent when stderr is no terminal");

    // What the report says it asked is what the server was asked.
    let calls = moto.calls();
    let said: BTreeMap<String, u64> =
        serde_json::from_value(report["scan"]["api_calls"].clone()).expect("counts");
    assert_eq!(said, counted(&calls));
    let metrics: u64 = calls
        .iter()
        .filter_map(|call| call["metrics_requested"].as_u64())
        .sum();
    let cost = report["scan"]["api_cost_usd"]
        .as_f64()
        .expect("a known cost");
    let requests = charged(&calls);
    assert!(
        (cost - metrics as f64 / 1000.0 * 0.01 - requests).abs() < 1e-9,
        "{cost} for {metrics} metrics and ${requests} of requests"
    );
    assert!(
        !calls.iter().any(|call| call["service"] == "ce"),
        "Cost Explorer is read only when it is asked for"
    );

    // The snapshot judged again, without any server, gives the same findings.
    drop(moto);
    billhook.expect(0, &["judge", "snapshot"]);
    let again = billhook.report();
    for part in [
        "summary",
        "findings",
        "rules",
        "not_judged",
        "gaps",
        "coverage",
    ] {
        assert_eq!(again[part], report[part], "{part}");
    }

    references_match(&billhook);
}

/// A reference that never matches would make every NOT EXISTS true.
fn references_match(billhook: &crate::moto::Billhook) {
    let mut joined = 0;
    for table in billhook_aws::catalog::TABLES {
        for column in table.columns() {
            let Some(target) = column.references else {
                continue;
            };
            let count = |sql: &str| -> u64 {
                let run = billhook.expect(0, &["query", "snapshot", sql, "--format", "ndjson"]);
                let answer: Value = serde_json::from_str(run.stdout.trim()).expect("one row");
                answer["n"].as_u64().expect("a count")
            };
            let (name, column) = (table.name, column.name);
            let filled = count(&format!(
                "SELECT COUNT(*) AS n FROM {name} WHERE {column} <> ''"
            ));
            if filled == 0 || list_is_empty(billhook, target) {
                continue;
            }
            let matched = count(&format!(
                "SELECT COUNT(*) AS n FROM {name} t JOIN {target} r ON r.resource_id = t.{column}"
            ));
            assert!(
                matched > 0,
                "{name}.{column} never matches a resource_id of {target}"
            );
            joined += 1;
        }
    }
    assert!(joined >= 8, "only {joined} references could be tried");
}

fn list_is_empty(billhook: &crate::moto::Billhook, table: &str) -> bool {
    let sql = format!("SELECT COUNT(*) AS n FROM {table}");
    billhook
        .expect(0, &["query", "snapshot", &sql, "--format", "ndjson"])
        .stdout
        .contains("\"n\":0")
}

#[test]
fn an_account_without_budgets_is_told_and_an_empty_one_is_fine() {
    for scenario in ["bare", "empty"] {
        let (moto, manifest) = Moto::with(scenario);
        let billhook = moto.billhook();
        billhook.expect(0, &["scan"]);
        assert_eq!(found(&billhook.report()), planted(&manifest), "{scenario}");
    }
}

#[test]
fn more_than_a_page_is_read_to_its_end() {
    let (moto, manifest) = Moto::with("many");
    let billhook = moto.billhook();
    billhook.expect(
        0,
        &[
            "collect",
            "--snapshot",
            "snapshot",
            "--region",
            "us-east-1",
            "--only",
            "aws/e*/*",
        ],
    );
    for (table, wanted) in manifest["counts"].as_object().expect("counts") {
        let sql = format!("SELECT COUNT(*) AS n, COUNT(DISTINCT resource_id) AS ids FROM {table}");
        let run = billhook.expect(0, &["query", "snapshot", &sql, "--format", "ndjson"]);
        let answer: Value = serde_json::from_str(run.stdout.trim()).expect("one row");
        assert_eq!((&answer["n"], &answer["ids"]), (wanted, wanted), "{table}");
    }
    // 1,200 hourly series of three metrics: batches are sized so that none is paged.
    let calls = moto.calls();
    let requests = calls
        .iter()
        .filter(|call| call["operation"] == "GetMetricData");
    let metrics: Vec<u64> = requests
        .filter_map(|call| call["metrics_requested"].as_u64())
        .collect();
    assert!(
        metrics.iter().all(|count| *count <= 300),
        "336 hourly points each, 100,800 a call: {metrics:?}"
    );
    assert_eq!(
        calls
            .iter()
            .filter(|call| call["operation"] == "DescribeInstances")
            .count(),
        2,
        "1,000 a page"
    );
}

#[test]
fn denied_is_not_clean() {
    let (moto, manifest) = Moto::with("estate");
    moto.faults(json!([
        { "kind": "deny", "service": "ec2", "operation": "DescribeVolumes", "region": "us-east-1" },
        { "kind": "deny", "service": "cloudwatch" },
        { "kind": "deny", "service": "budgets" },
    ]));
    let billhook = moto.billhook();
    let run = billhook.expect(3, &["scan"]);
    let report = billhook.report();
    for action in [
        "ec2:DescribeVolumes",
        "cloudwatch:GetMetricData",
        "budgets:ViewBudget",
    ] {
        assert!(
            run.stdout.contains(action),
            "{action} is missing in:\n{}",
            run.stdout
        );
    }
    let gap = gaps_of(&report, "ec2:DescribeVolumes")[0];
    assert_eq!(
        (text(gap, "kind"), text(gap, "iam_action")),
        ("denied", "ec2:DescribeVolumes")
    );
    assert_eq!(gap["region"], "us-east-1");
    assert!(text(gap, "detail").contains("not authorized"), "{gap}");

    // Blocked where the gap is, and no further: the other region's volumes are judged.
    let volumes = &found(&report)["aws/ebs/unencrypted-volume"];
    let wanted: BTreeSet<String> = planted(&manifest)["aws/ebs/unencrypted-volume"]
        .iter()
        .filter(|id| id.contains(":eu-west-1:"))
        .cloned()
        .collect();
    assert_eq!(*volumes, wanted);
    // Without volumes nobody can say that a snapshot's volume is gone.
    let snapshots = found(&report)
        .get("aws/ebs/old-snapshot")
        .cloned()
        .unwrap_or_default();
    assert!(
        !snapshots.iter().any(|id| id.contains(":us-east-1:")),
        "{snapshots:?}"
    );
    // Without metrics nothing is idle, and an account whose budgets cannot be read is not accused of having none.
    for rule in [
        "aws/ec2/idle-instance",
        "aws/ec2/oversized-instance",
        "aws/vpc/idle-nat-gateway",
        "aws/budgets/no-cost-budget",
    ] {
        assert!(!found(&report).contains_key(rule), "{rule}");
        let entry = list(&report, "rules")
            .iter()
            .find(|entry| entry["id"] == rule)
            .expect(rule);
        assert!(entry["not_judged"].as_u64() > Some(0), "{entry}");
        assert_eq!(entry["clear"], 0, "{entry}");
    }
    // Unattached volumes remain, less surely: whether they were used lately is not known.
    let loose = list(&report, "findings")
        .iter()
        .find(|finding| finding["rule"] == "aws/ebs/unattached-volume");
    assert_eq!(loose.expect("a volume in eu-west-1")["confidence"], "low");
}

#[test]
fn an_organization_policy_is_told_apart_and_can_be_accepted() {
    let (moto, _) = Moto::with("empty");
    moto.faults(json!([{ "kind": "deny_scp", "region": "ap-southeast-2" }]));
    let billhook = moto.billhook();
    billhook.expect(3, &["scan", "--only", "aws/e*/*"]);
    let report = billhook.report();
    let gaps = list(&report, "gaps");
    assert_eq!(gaps.len(), 1, "a closed region is one gap: {gaps:?}");
    assert_eq!(
        (text(&gaps[0], "kind"), text(&gaps[0], "region")),
        ("denied-by-organization", "ap-southeast-2")
    );
    fs::write(
        billhook.path("billhook.toml"),
        "[accept]\nregions_denied_by_organization = true\n",
    )
    .expect("a file");
    billhook.expect(0, &["scan", "--only", "aws/e*/*"]);
    assert!(
        list(&billhook.report(), "gaps")
            .iter()
            .all(|gap| gap["accepted"] == true),
        "accepted, and still shown"
    );
}

#[test]
fn passing_trouble_is_retried_and_lasting_trouble_is_a_gap() {
    let (moto, manifest) = Moto::with("estate");
    let billhook = moto.billhook();
    moto.faults(json!([
        { "kind": "throttle", "service": "ec2", "operation": "DescribeInstances", "count": 2 },
        { "kind": "error", "service": "s3", "operation": "GetBucketPolicy", "count": 1 },
        { "kind": "reset", "service": "ec2", "operation": "DescribeAddresses", "count": 1 },
        { "kind": "throttle", "service": "cloudwatch", "count": 1 },
    ]));
    billhook.expect(0, &["scan"]);
    let report = billhook.report();
    assert_eq!(found(&report), planted(&manifest));
    let said: BTreeMap<String, u64> =
        serde_json::from_value(report["scan"]["api_calls"].clone()).expect("counts");
    assert_eq!(said, counted(&moto.calls()), "retries are counted");

    moto.faults(json!([
        { "kind": "throttle", "service": "ec2", "operation": "DescribeVolumes", "region": "eu-west-1" },
        { "kind": "error", "service": "ec2", "operation": "DescribeNatGateways", "region": "us-east-1" },
    ]));
    billhook.expect(3, &["scan"]);
    let report = billhook.report();
    assert_eq!(
        gaps_of(&report, "ec2:DescribeVolumes")[0]["kind"],
        "throttled"
    );
    assert_eq!(
        gaps_of(&report, "ec2:DescribeNatGateways")[0]["kind"],
        "failed"
    );
    assert!(
        found(&report)["aws/ebs/unencrypted-volume"]
            .iter()
            .all(|id| id.contains(":us-east-1:"))
    );
    assert_eq!(
        found(&report)["aws/s3/bucket-without-tls-policy"],
        planted(&manifest)["aws/s3/bucket-without-tls-policy"]
    );
}

#[test]
fn partial_metrics_are_missing_and_never_zero() {
    let (moto, _) = Moto::with("estate");
    moto.faults(json!([{ "kind": "partial", "service": "cloudwatch" }]));
    let billhook = moto.billhook();
    billhook.expect(3, &["scan"]);
    let report = billhook.report();
    for rule in ["aws/ec2/idle-instance", "aws/vpc/idle-nat-gateway"] {
        assert!(
            !found(&report).contains_key(rule),
            "{rule} from half of the points"
        );
    }
    assert!(!gaps_of(&report, "cloudwatch:GetMetricData").is_empty());
}

#[test]
fn a_bucket_that_cannot_be_read_hides_no_other() {
    let (moto, manifest) = Moto::with("estate");
    let planted = planted(&manifest);
    let arn = planted["aws/s3/bucket-without-tls-policy"]
        .iter()
        .next()
        .expect("a planted bucket");
    let name = arn.rsplit(':').next().expect("a bucket's name");
    moto.faults(json!([{ "kind": "deny", "service": "s3", "operation": "GetBucketPolicy", "contains": name }]));
    let billhook = moto.billhook();
    billhook.expect(3, &["scan", "--only", "aws/s3/*"]);
    let report = billhook.report();
    let gaps = list(&report, "gaps");
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert_eq!(
        (text(&gaps[0], "resource_id"), text(&gaps[0], "iam_action")),
        (arn.as_str(), "s3:GetBucketPolicy")
    );
    let mut rest = planted["aws/s3/bucket-without-tls-policy"].clone();
    rest.remove(arn);
    assert_eq!(
        found(&report)
            .get("aws/s3/bucket-without-tls-policy")
            .cloned()
            .unwrap_or_default(),
        rest
    );
}

#[test]
fn a_region_that_is_not_enabled_is_told() {
    let (moto, _) = Moto::with("empty");
    let billhook = moto.billhook();
    let run = billhook.run(&[
        "scan",
        "--region",
        "us-east-1",
        "--region",
        "eu-west-9",
        "--only",
        "aws/ebs/*",
    ]);
    assert_eq!(run.code, 3, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("eu-west-9"), "{}", run.stdout);
    let regions = &billhook.report()["scan"]["regions"];
    assert!(regions.to_string().contains("us-east-1"), "{regions}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_cleanly_and_keeps_what_was_read() {
    let (moto, _) = Moto::with("empty");
    moto.faults(json!([{ "kind": "delay", "service": "s3", "delay_ms": 20000 }]));
    let billhook = moto.billhook();
    let child = billhook
        .command(&["scan", "--snapshot", "snapshot"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("billhook starts");
    let deadline = Instant::now() + Duration::from_secs(60);
    while !moto
        .calls()
        .iter()
        .any(|call| call["operation"] == "DescribeVolumes")
    {
        assert!(Instant::now() < deadline, "the scan never read volumes");
        sleep(Duration::from_millis(50));
    }
    let pid = child.id().to_string();
    assert!(
        std::process::Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .expect("kill")
            .success()
    );
    let output = child.wait_with_output().expect("billhook ends");
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(output.status.code(), Some(3), "{stdout}{stderr}");
    assert!(stderr.contains("what was read so far is kept"), "{stderr}");
    let report = billhook.report();
    assert_eq!(report["scan"]["interrupted"], true);
    assert!(
        list(&report, "gaps")
            .iter()
            .any(|gap| gap["kind"] == "cancelled")
    );
    assert!(billhook.path("snapshot/manifest.json").is_file());
    billhook.expect(3, &["judge", "snapshot"]);
}

#[test]
fn plan_and_reality_agree() {
    let (moto, _) = Moto::with("estate");
    let billhook = moto.billhook();
    let plan = billhook.expect(0, &["plan"]).stdout;
    let planned: u64 = plan
        .split_once("would buy at most ")
        .and_then(|(_, rest)| rest.split_once(" metrics"))
        .and_then(|(count, _)| count.parse().ok())
        .unwrap_or_else(|| panic!("{plan}"));
    assert!(
        !moto
            .calls()
            .iter()
            .any(|call| call["operation"] == "GetMetricData"),
        "a plan buys nothing"
    );
    billhook.expect(0, &["scan"]);
    let bought: u64 = moto
        .calls()
        .iter()
        .filter_map(|call| call["metrics_requested"].as_u64())
        .sum();
    assert!(
        bought > 0 && bought <= planned,
        "{bought} bought, {planned} planned"
    );
}

#[test]
fn nothing_secret_is_written() {
    let (moto, _) = Moto::with("empty");
    let billhook = moto.billhook();
    let run = billhook.expect(0, &["scan", "--log", "trace", "--snapshot", "snapshot"]);
    for secret in ["not-a-secret", "AKIAEXAMPLE", "Signature="] {
        assert!(
            !run.stdout.contains(secret) && !run.stderr.contains(secret),
            "{secret} is logged"
        );
    }
    assert!(run.stderr.lines().count() > 10, "the log is on");
    let unmarked: Vec<&str> = run
        .stderr
        .lines()
        .filter(|line| !line.contains("scan{id="))
        .collect();
    assert!(
        unmarked.is_empty(),
        "lines without the scan's id: {unmarked:?}"
    );
}
