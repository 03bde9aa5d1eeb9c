//! Cost Explorer, from the requests to the rows.

use std::collections::BTreeMap;

use billhook_catalog::{Collected, CoverageStatus, GapKind, Provider, Quiet, Row, Tables, Want};
use serde_json::{Value, json};

use super::replies::{ACCOUNT, Asked, Log, Reply, aws, nothing};
use crate::ce::anomaly::{AnomalyMonitor, AnomalySubscriber};
use crate::ce::commitment::Commitment;
use crate::ce::coverage::Coverage;
use crate::ce::service_cost::ServiceCost;
use crate::ce::untagged::UntaggedCost;
use crate::ce::usage::Usage;

const EC2: &str = "Amazon Elastic Compute Cloud - Compute";

fn want(tables: &[&'static str], taken_at: &str) -> Want {
    let mut want = Want::new(taken_at.parse().unwrap());
    want.owner_tags = vec!["owner".to_owned(), "team".to_owned()];
    for table in tables {
        want.add(table, "base");
    }
    want
}

fn rows<R: Row>(collected: &Collected) -> Vec<R> {
    let mut tables = Tables::default();
    tables.insert(R::TABLE.name, collected.tables[R::TABLE.name].clone());
    tables.rows().unwrap()
}

async fn collect(
    want: &Want,
    answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> (Collected, Log) {
    let (aws, log) = aws(answer);
    (aws.collect(want, &Quiet).await, log)
}

fn json_reply(value: &Value) -> Reply {
    Reply::new(200, value.to_string())
}

fn request(asked: &Asked) -> Value {
    serde_json::from_str(&asked.body).unwrap()
}

/// One month of costs: (service, record type, amount, unit).
fn month(start: &str, lines: &[(&str, &str, &str, &str)]) -> Value {
    let groups: Vec<Value> = lines
        .iter()
        .map(|(one, other, amount, unit)| {
            let cost = json!({ "Amount": amount, "Unit": unit });
            json!({
                "Keys": [one, other],
                "Metrics": { "UnblendedCost": cost, "AmortizedCost": cost, "UsageQuantity": cost },
            })
        })
        .collect();
    json!({
        "TimePeriod": { "Start": start, "End": "2100-01-01" },
        "Groups": groups,
        "Estimated": false,
    })
}

fn costs(months: &[Value]) -> Reply {
    json_reply(&json!({ "ResultsByTime": months }))
}

#[tokio::test]
async fn on_the_first_of_a_month_whole_months_are_asked_for() {
    let want = want(
        &[ServiceCost::TABLE.name, Coverage::TABLE.name],
        "2026-03-01T00:30:00Z",
    );
    let (collected, log) = collect(&want, |asked| match asked.what.as_str() {
        "ce:GetCostAndUsage" => costs(&[month("2026-02-01", &[(EC2, "Usage", "100", "USD")])]),
        "ce:GetSavingsPlansCoverage" => json_reply(&json!({ "SavingsPlansCoverages": [] })),
        "ce:GetReservationCoverage" => json_reply(&json!({ "CoveragesByTime": [] })),
        _ => nothing(),
    })
    .await;
    assert_eq!(collected.gaps, []);
    let periods: BTreeMap<String, Vec<String>> =
        log.of("ce:")
            .iter()
            .fold(BTreeMap::new(), |mut all, asked| {
                let period = &request(asked)["TimePeriod"];
                let text = format!(
                    "{} {}",
                    period["Start"].as_str().unwrap(),
                    period["End"].as_str().unwrap()
                );
                all.entry(asked.what.clone()).or_default().push(text);
                all
            });
    assert_eq!(periods["ce:GetCostAndUsage"], ["2025-12-01 2026-03-02"]);
    assert_eq!(
        periods["ce:GetSavingsPlansCoverage"],
        [
            "2025-12-01 2026-01-01",
            "2026-01-01 2026-02-01",
            "2026-02-01 2026-03-01"
        ]
    );
    assert_eq!(
        periods["ce:GetReservationCoverage"],
        ["2025-12-01 2026-03-01"]
    );
    let [cost] = &rows::<ServiceCost>(&collected)[..] else {
        panic!("one line");
    };
    assert_eq!((cost.months_ago, cost.month_length_days), (1, Some(28.0)));
    assert!(cost.is_usage);
}

#[tokio::test]
async fn costs_are_read_to_the_last_page_and_every_page_is_charged() {
    let want = want(&[ServiceCost::TABLE.name], "2026-03-15T12:00:00Z");
    let (collected, log) = collect(&want, |asked| {
        if asked.what != "ce:GetCostAndUsage" {
            return nothing();
        }
        let page = |months: &[Value], next: Option<&str>| {
            json_reply(&json!({ "ResultsByTime": months, "NextPageToken": next }))
        };
        if asked.body.contains("\"two\"") {
            page(&[month("2026-02-01", &[("Tax", "Tax", "19", "USD")])], None)
        } else {
            page(
                &[month("2026-02-01", &[(EC2, "Usage", "100", "CNY")])],
                Some("two"),
            )
        }
    })
    .await;
    assert_eq!(log.count("ce:GetCostAndUsage"), 2);
    let cost = collected.spent.cost_usd.expect("known prices");
    assert!((cost - 0.02).abs() < 1e-9, "{cost}");
    let lines: Vec<(String, bool, Option<f64>)> = rows::<ServiceCost>(&collected)
        .into_iter()
        .map(|line| (line.service, line.is_usage, line.unblended_usd))
        .collect();
    assert_eq!(
        lines,
        [
            (EC2.to_owned(), true, None),
            ("Tax".to_owned(), false, Some(19.0))
        ],
        "another currency is not dollars"
    );
}

#[tokio::test]
async fn usage_has_its_class_and_the_owner_tags_are_those_of_the_configuration() {
    let want = want(
        &[Usage::TABLE.name, UntaggedCost::TABLE.name],
        "2026-03-31T12:00:00Z",
    );
    let (collected, log) = collect(&want, |asked| {
        if asked.what != "ce:GetCostAndUsage" {
            return nothing();
        }
        if asked.body.contains("ABSENT") {
            let cost = json!({ "AmortizedCost": { "Amount": "12", "Unit": "USD" } });
            return costs(&[json!({
                "TimePeriod": { "Start": "2026-02-01", "End": "2026-03-01" },
                "Groups": [{ "Keys": [EC2], "Metrics": cost }],
                "Estimated": false,
            })]);
        }
        costs(&[month(
            "2026-03-01",
            &[
                (ACCOUNT, "EUC1-NatGateway-Bytes", "4.5", "USD"),
                (ACCOUNT, "EUC1-BoxUsage:t3.nano", "0", "USD"),
            ],
        )])
    })
    .await;
    let [line] = &rows::<Usage>(&collected)[..] else {
        panic!("lines of no cost are left out");
    };
    assert_eq!(
        (line.class.as_str(), line.is_transfer, line.months_ago),
        ("nat-bytes", true, 0)
    );
    assert_eq!(line.month_length_days, Some(30.0), "days that are over");
    let [untagged] = &rows::<UntaggedCost>(&collected)[..] else {
        panic!("one service");
    };
    assert_eq!(
        (untagged.tag_keys.as_str(), untagged.amortized_usd),
        ("owner, team", Some(12.0))
    );
    let asked = log.of("ce:");
    let filter = request(asked.last().unwrap())["Filter"]["And"].clone();
    let keys: Vec<&Value> = filter.as_array().unwrap()[1..]
        .iter()
        .map(|part| &part["Tags"]["Key"])
        .collect();
    assert_eq!(keys, ["owner", "team"]);
}

#[tokio::test]
async fn what_nobody_committed_to_is_not_asked_about() {
    let want = want(&[Commitment::TABLE.name], "2026-03-15T12:00:00Z");
    let (collected, log) = collect(&want, |asked| match asked.what.as_str() {
        "ce:GetCostAndUsage" => costs(&[month("2026-02-01", &[(EC2, "Usage", "100", "USD")])]),
        _ => nothing(),
    })
    .await;
    assert_eq!(log.of("ce:").len(), 1, "the bill shows no commitment");
    assert_eq!(collected.gaps, []);
    assert_eq!(rows::<Commitment>(&collected), []);
}

#[tokio::test]
async fn commitments_are_read_with_what_they_were_used_for() {
    let want = want(&[Commitment::TABLE.name], "2026-03-15T00:00:00Z");
    let (collected, _) = collect(&want, |asked| match asked.what.as_str() {
        "ce:GetCostAndUsage" => costs(&[month(
            "2026-02-01",
            &[
                (EC2, "SavingsPlanCoveredUsage", "100", "USD"),
                ("Amazon Redshift", "DiscountedUsage", "100", "USD"),
            ],
        )]),
        "ce:GetSavingsPlansUtilizationDetails" => json_reply(&json!({
            "SavingsPlansUtilizationDetails": [{
                "SavingsPlanArn": "arn:aws:savingsplans::123456789012:savingsplan/sp-1",
                "Attributes": {
                    "SavingsPlansType": "EC2InstanceSavingsPlans",
                    "InstanceFamily": "m5",
                    "Region": "eu-west-1",
                    "EndDateTime": "2026-04-14T00:00:00.000Z",
                },
                "Utilization": { "UnusedCommitment": "70", "UtilizationPercentage": "90" },
                "Savings": { "NetSavings": "-3.5" },
                "AmortizedCommitment": { "TotalAmortizedCommitment": "700" },
            }],
            "TimePeriod": { "Start": "2026-02-01", "End": "2026-03-01" },
        })),
        "ce:GetReservationUtilization" => json_reply(&json!({
            "UtilizationsByTime": [{ "Groups": [{
                "Key": "SUBSCRIPTION_ID",
                "Value": "42",
                "Attributes": {
                    "endDateTime": "2026-03-01T00:00:00.000Z",
                    "instanceType": "dc2.large",
                    "numberOfInstances": "2",
                },
                "Utilization": { "UtilizationPercentage": "100", "RICostForUnusedHours": "0" },
            }] }],
        })),
        _ => nothing(),
    })
    .await;
    assert_eq!(collected.gaps, []);
    let all = rows::<Commitment>(&collected);
    let [reservation, plan] = &all[..] else {
        panic!("{all:?}");
    };
    assert_eq!(plan.id.short_id, "sp-1");
    assert_eq!(plan.days_left, Some(30.0));
    assert_eq!(plan.scope.as_deref(), Some("m5, eu-west-1"));
    assert_eq!(
        (plan.unused_usd, plan.net_savings_usd),
        (Some(70.0), Some(-3.5))
    );
    assert_eq!(
        reservation.id.resource_id,
        format!("arn:aws:ce::{ACCOUNT}:reservation/42")
    );
    assert_eq!(reservation.days_left, Some(-14.0), "over");
    assert_eq!(reservation.service.as_deref(), Some("Amazon Redshift"));
    assert_eq!(reservation.scope.as_deref(), Some("2, dc2.large"));
    assert_eq!(reservation.net_savings_usd, None, "not said is not known");
}

#[tokio::test]
async fn monitors_and_subscribers_are_read_without_addresses() {
    let want = want(
        &[AnomalyMonitor::TABLE.name, AnomalySubscriber::TABLE.name],
        "2026-03-15T00:00:00Z",
    );
    let (collected, _) = collect(&want, |asked| match asked.what.as_str() {
        "ce:GetAnomalyMonitors" => json_reply(&json!({ "AnomalyMonitors": [
            { "MonitorArn": "arn:m1", "MonitorName": "services", "MonitorType": "DIMENSIONAL",
              "MonitorDimension": "SERVICE", "CreationDate": "2026-01-02" },
            { "MonitorArn": "arn:m2", "MonitorName": "team", "MonitorType": "CUSTOM" },
        ] })),
        "ce:GetAnomalySubscriptions" => json_reply(&json!({ "AnomalySubscriptions": [{
            "SubscriptionName": "s", "SubscriptionArn": "arn:s", "Frequency": "DAILY",
            "MonitorArnList": ["arn:m1", "arn:m2"],
            "Subscribers": [{ "Address": "secret@example.com", "Type": "EMAIL", "Status": "DECLINED" }],
        }] })),
        _ => nothing(),
    })
    .await;
    assert_eq!(collected.gaps, []);
    let monitors = rows::<AnomalyMonitor>(&collected);
    assert_eq!(
        monitors[0].id.created_at,
        "2026-01-02T00:00:00Z".parse().ok()
    );
    let dimensions: Vec<_> = monitors
        .iter()
        .map(|row| row.dimension.as_deref())
        .collect();
    assert_eq!(dimensions, [Some("SERVICE"), Some("")]);
    let subscribers = rows::<AnomalySubscriber>(&collected);
    assert_eq!(subscribers.len(), 2);
    assert!(!format!("{subscribers:?}").contains("secret"));
}

#[tokio::test]
async fn a_bill_that_is_not_there_is_a_gap_in_plain_words() {
    let want = want(
        &[ServiceCost::TABLE.name, Coverage::TABLE.name],
        "2026-03-15T00:00:00Z",
    );
    let (collected, log) = collect(&want, |asked| {
        if asked.what.starts_with("ce:") {
            Reply::json_error(400, "DataUnavailableException", "not ready")
        } else {
            nothing()
        }
    })
    .await;
    assert_eq!(log.of("ce:").len(), 1, "what hangs on it is not asked for");
    assert_eq!(collected.gaps.len(), 2);
    for gap in &collected.gaps {
        assert_eq!(
            (gap.kind, gap.iam_action.as_deref()),
            (GapKind::Failed, None)
        );
        assert!(gap.detail.contains("up to a day"), "{}", gap.detail);
    }
    assert!(
        collected
            .coverage
            .iter()
            .filter(|line| line.table.starts_with("aws_ce_"))
            .all(|line| line.status == CoverageStatus::Failed)
    );
}

#[tokio::test]
async fn a_plan_counts_and_a_cap_holds() {
    let tables = [
        ServiceCost::TABLE.name,
        Usage::TABLE.name,
        Coverage::TABLE.name,
    ];
    let mut counted = want(&tables, "2026-03-15T00:00:00Z");
    counted.count_metrics_only = true;
    let (collected, log) = collect(&counted, |_| nothing()).await;
    assert_eq!(log.of("ce:").len(), 0);
    let foreseen = collected.foreseen.expect("a count");
    assert_eq!(foreseen.calls["ce:GetCostAndUsage"], 2);
    assert_eq!(foreseen.calls["ce:GetSavingsPlansCoverage"], 3);
    assert_eq!(foreseen.calls["ce:GetReservationCoverage"], 5);
    let cost = foreseen.cost_usd.expect("known prices");
    assert!((cost - 0.10).abs() < 1e-9, "{cost}");
    assert!((foreseen.seconds - 5.0).abs() < 1e-9, "two a second");
    assert_eq!(collected.spent.cost_usd, Some(0.0));

    let mut capped = want(&tables, "2026-03-15T00:00:00Z");
    capped.max_usd = Some(0.015);
    let (collected, log) = collect(&capped, |asked| match asked.what.as_str() {
        "ce:GetCostAndUsage" => costs(&[month("2026-02-01", &[(EC2, "Usage", "1", "USD")])]),
        _ => nothing(),
    })
    .await;
    assert_eq!(log.of("ce:").len(), 1, "a cent and a half buys one request");
    assert_eq!(collected.spent.cost_usd, Some(0.01));
    let left_out: Vec<(&str, GapKind)> = collected
        .gaps
        .iter()
        .map(|gap| (gap.table.as_str(), gap.kind))
        .collect();
    assert_eq!(
        left_out,
        [
            ("aws_ce_coverage", GapKind::OverBudget),
            ("aws_ce_usage", GapKind::OverBudget)
        ]
    );
    assert!(
        collected.gaps[0].detail.contains("$0.015"),
        "{}",
        collected.gaps[0].detail
    );
}
