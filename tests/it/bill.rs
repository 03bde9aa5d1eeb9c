//! Scans that read Cost Explorer, and what a scan itself may spend.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};

use crate::aws::{charged, counted, found, planted};
use crate::moto::Moto;

fn cost(report: &Value) -> f64 {
    report["scan"]["api_cost_usd"].as_f64().expect("a cost")
}

/// Dollars after some words of a plan.
fn dollars(plan: &str, after: &str) -> f64 {
    plan.split_once(after)
        .and_then(|(_, rest)| rest.split_whitespace().next())
        .and_then(|word| word.parse().ok())
        .unwrap_or_else(|| panic!("no dollars after {after:?} in {plan}"))
}

/// Requests that a plan names for an operation.
fn planned(plan: &str) -> BTreeMap<String, u64> {
    let (_, charged) = plan.split_once("Besides the inventory").expect("a list");
    charged
        .lines()
        .filter_map(|line| {
            let (operation, count) = line.trim().split_once(' ')?;
            Some((operation.to_owned(), count.trim().parse().ok()?))
        })
        .collect()
}

#[test]
fn the_bill_is_read_when_it_is_asked_for_and_plan_and_reality_agree() {
    let (moto, manifest) = Moto::with("billed");
    let billhook = moto.billhook();
    let plan = billhook.expect(0, &["plan", "--cost-explorer"]).stdout;
    let before = counted(&moto.calls());
    assert!(
        !before.keys().any(|operation| operation.starts_with("ce:")),
        "a plan spends nothing on the bill: {before:?}"
    );

    billhook.expect(0, &["scan", "--cost-explorer", "--snapshot", "snapshot"]);
    let report = billhook.report();
    assert_eq!(found(&report), planted(&manifest));
    assert_eq!(report["gaps"], json!([]));
    for (rule, look_alikes) in manifest["look_alikes"].as_object().expect("look-alikes") {
        for id in look_alikes
            .as_object()
            .expect("look-alikes of a rule")
            .keys()
        {
            let flagged = found(&report).get(rule).is_some_and(|ids| ids.contains(id));
            assert!(!flagged, "{rule} flags {id}");
        }
    }

    let calls = moto.calls();
    let asked = counted(&calls);
    let planned = planned(&plan);
    let mut requests = 0;
    for (operation, count) in &asked {
        if operation.starts_with("ce:") {
            requests += count;
            let most = planned.get(operation).copied().unwrap_or(0);
            assert!(*count <= most, "{operation}: {count} of {most} planned");
        }
    }
    assert!(
        (5..=19).contains(&requests),
        "{requests} requests: {asked:?}"
    );
    assert!(
        (cost(&report) - charged(&calls)).abs() < 1e-9,
        "no metrics here"
    );
    assert!(cost(&report) <= dollars(&plan, "cost at most $") + 5e-5);

    // What was read is judged again without asking for anything, and without it the rules are not selected.
    drop(moto);
    billhook.expect(0, &["judge", "snapshot"]);
    assert_eq!(billhook.report()["findings"], report["findings"]);
    let refused = billhook.run(&["judge", "demo", "--only", "aws/ce/*"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.contains("--cost-explorer"),
        "{}",
        refused.stderr
    );
}

#[test]
fn without_being_asked_for_the_bill_costs_nothing_and_the_scan_says_what_is_left_out() {
    let (moto, _) = Moto::with("billed");
    let billhook = moto.billhook();
    let run = billhook.expect(0, &["scan"]);
    let hint = run.stdout.lines().last().unwrap_or_default();
    assert!(hint.contains("add --cost-explorer"), "{}", run.stdout);
    assert!(hint.chars().count() <= 80, "{hint}");
    let calls = moto.calls();
    assert!(!calls.iter().any(|call| call["service"] == "ce"));
    let report = billhook.report();
    assert!(cost(&report) < 0.001, "{}", cost(&report));
    let rules = report["rules"].as_array().expect("rules");
    assert!(
        rules
            .iter()
            .all(|rule| !rule["id"].to_string().contains("aws/ce/"))
    );

    fs::write(
        billhook.path("billhook.toml"),
        "[scan]\ncost_explorer = true\n",
    )
    .expect("a file");
    billhook.expect(0, &["scan", "--only", "aws/ce/no-anomaly-monitor"]);
    assert_eq!(
        counted(&moto.calls()).get("ce:GetAnomalyMonitors"),
        Some(&1)
    );
}

#[test]
fn a_bill_that_is_half_watched_is_told_apart_from_one_that_is_watched() {
    let (moto, manifest) = Moto::with("half_watched");
    let billhook = moto.billhook();
    billhook.expect(0, &["scan", "--cost-explorer"]);
    let report = billhook.report();
    assert_eq!(found(&report), planted(&manifest));
    for (rule, look_alikes) in manifest["look_alikes"].as_object().expect("look-alikes") {
        let clear = report["rules"].as_array().and_then(|rules| {
            let entry = rules.iter().find(|entry| entry["id"] == rule.as_str());
            entry.and_then(|entry| entry["clear"].as_u64())
        });
        let count = look_alikes.as_object().expect("of a rule").len() as u64;
        assert!(clear >= Some(count), "{rule}: {clear:?} clear");
    }
}

#[test]
fn an_account_that_may_not_see_its_bill_is_told_why() {
    let (moto, _) = Moto::with("billed");
    moto.faults(json!([{ "kind": "deny", "service": "ce" }]));
    let billhook = moto.billhook();
    let run = billhook.expect(3, &["scan", "--cost-explorer"]);
    assert!(run.stdout.contains("ce:GetCostAndUsage"), "{}", run.stdout);
    let report = billhook.report();
    for rule in ["aws/bill/egress-share", "aws/ce/no-anomaly-monitor"] {
        assert!(!found(&report).contains_key(rule), "{rule} accuses");
    }
}

#[test]
fn a_cap_is_never_passed_and_what_is_worth_least_is_left_out() {
    let (moto, _) = Moto::with("estate");
    let billhook = moto.billhook();
    billhook.expect(0, &["scan", "--cost-explorer"]);
    let whole = cost(&billhook.report());
    let _ = moto.calls();
    // Enough for the inventory and four requests to Cost Explorer, and for some of the metrics.
    let cap = 0.0422;
    assert!(cap < whole, "the whole scan costs {whole}");
    let argument = cap.to_string();
    let run = billhook.expect(3, &["scan", "--cost-explorer", "--max-api-usd", &argument]);
    assert!(
        run.stdout.contains("--max-api-usd") || run.stdout.contains("cap"),
        "{}",
        run.stdout
    );
    let report = billhook.report();
    let calls = moto.calls();
    let metrics: u64 = calls
        .iter()
        .filter_map(|call| call["metrics_requested"].as_u64())
        .sum();
    let spent = charged(&calls) + metrics as f64 * 0.000_01;
    assert!(spent <= cap + 1e-9, "{spent} spent of {cap}");
    assert!((cost(&report) - spent).abs() < 1e-9);
    assert!(spent > 0.040, "the cap is used: {spent}");

    let gaps = report["gaps"].as_array().expect("gaps");
    let left_out: BTreeSet<&str> = gaps
        .iter()
        .filter(|gap| gap["kind"] == "over-budget")
        .filter_map(|gap| gap["table"].as_str())
        .collect();
    assert_eq!(
        gaps.len(),
        gaps.iter()
            .filter(|gap| gap["kind"] == "over-budget")
            .count()
    );
    // The bill's own lines come first, coverage and commitments last; fine metrics come after hourly ones.
    assert!(left_out.contains("aws_ce_coverage"), "{left_out:?}");
    assert!(!left_out.contains("aws_ce_service_cost"), "{left_out:?}");
    assert!(
        !left_out
            .iter()
            .any(|table| table.starts_with("aws_ec2") || table.starts_with("aws_s3")),
        "the inventory comes before everything else: {left_out:?}"
    );
}

#[test]
fn without_any_money_everything_free_is_still_read() {
    let (moto, manifest) = Moto::with("estate");
    let billhook = moto.billhook();
    billhook.expect(3, &["scan", "--max-api-usd", "0"]);
    let calls = moto.calls();
    assert!((charged(&calls)).abs() < 1e-12);
    assert!(
        !calls
            .iter()
            .any(|call| call["operation"] == "GetMetricData")
    );
    let report = billhook.report();
    assert_eq!(cost(&report), 0.0);
    let rule = "aws/ebs/unencrypted-volume";
    assert_eq!(found(&report)[rule], planted(&manifest)[rule]);
    for rule in ["aws/ec2/idle-instance", "aws/vpc/idle-nat-gateway"] {
        assert!(!found(&report).contains_key(rule), "{rule} without metrics");
    }
}
