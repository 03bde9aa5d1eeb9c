//! Metrics through the SDK: what is asked, and what becomes of each kind of answer.

use billhook_catalog::{
    Collected, CoverageStatus, GapKind, MetricWant, Population, Provider, Quiet, Row, Statistic,
    Tables, Usage, UsageDaily, Want,
};

use super::replies::{Asked, Reply, aws, cbor, nothing};
use crate::ebs::volume::{self, Volume};
use crate::vpc::nat_gateway::{self, NatGateway};

const TAKEN_AT: &str = "2026-03-15T12:34:56Z";

fn want(metrics: Vec<MetricWant>) -> Want {
    let mut want = Want::new(TAKEN_AT.parse().unwrap());
    want.regions = Some(vec!["us-east-1".to_owned()]);
    want.add(Volume::TABLE.name, "base");
    want.add(NatGateway::TABLE.name, "base");
    want.metrics = metrics;
    want
}

fn wanted(table: &'static str, metric: &'static billhook_catalog::Metric) -> MetricWant {
    MetricWant {
        table,
        metric,
        statistic: Statistic::Sum,
        period_seconds: 3_600,
        days: 1,
        daily: true,
        population: Population::everything(),
        refine: None,
        value: 1,
    }
}

fn reads() -> MetricWant {
    wanted(Volume::TABLE.name, &volume::METRICS[0])
}

/// Two volumes and a NAT gateway, and metrics as `metrics` answers.
fn estate(asked: &Asked, metrics: impl Fn(&Asked) -> Reply) -> Reply {
    match asked.what.as_str() {
        "ec2:DescribeVolumes" => Reply::ec2(
            "DescribeVolumes",
            "<volumeSet><item><volumeId>vol-1</volumeId></item><item><volumeId>vol-2</volumeId></item></volumeSet>",
        ),
        "ec2:DescribeNatGateways" => Reply::ec2(
            "DescribeNatGateways",
            "<natGatewaySet><item><natGatewayId>nat-1</natGatewayId><createTime>2020-01-01T00:00:00Z</createTime>\
             <state>available</state></item></natGatewaySet>",
        ),
        "cloudwatch:GetMetricData" => metrics(asked),
        _ => nothing(),
    }
}

/// A result of a query: its number, its status, and hourly points from the window's begin.
fn result(index: usize, status: &str, values: &[f64]) -> Vec<u8> {
    let start = "2026-03-14T12:00:00Z"
        .parse::<jiff::Timestamp>()
        .unwrap()
        .as_second();
    let times: Vec<Vec<u8>> = (0..values.len())
        .map(|hour| cbor::time(start + 3_600 * hour as i64))
        .collect();
    let values: Vec<Vec<u8>> = values.iter().map(|value| cbor::real(*value)).collect();
    cbor::map(&[
        ("Id", cbor::text(&format!("q{index}"))),
        ("StatusCode", cbor::text(status)),
        ("Timestamps", cbor::list(&times)),
        ("Values", cbor::list(&values)),
    ])
}

fn page(results: &[Vec<u8>], next: Option<&str>) -> Reply {
    let mut members = vec![("MetricDataResults", cbor::list(results))];
    members.extend(next.map(|token| ("NextToken", cbor::text(token))));
    Reply::cbor(200, cbor::map(&members))
}

async fn collect(
    want: Want,
    metrics: impl Fn(&Asked) -> Reply + Send + Sync + Clone + 'static,
) -> (Collected, u64) {
    let (aws, log) = aws(move |asked| estate(asked, &metrics));
    let collected = aws.collect(&want, &Quiet).await;
    (collected, log.count("cloudwatch:GetMetricData"))
}

fn usage<R: Row>(collected: &Collected) -> Vec<R> {
    let mut tables = Tables::default();
    tables.insert(R::TABLE.name, collected.tables[R::TABLE.name].clone());
    tables.rows().unwrap()
}

fn status(collected: &Collected) -> CoverageStatus {
    collected
        .coverage
        .iter()
        .find(|line| line.table == "usage" && line.region == "us-east-1")
        .unwrap()
        .status
}

#[tokio::test]
async fn a_complete_answer_becomes_rows() {
    let (collected, asked) = collect(want(vec![reads()]), |_| {
        page(
            &[
                result(0, "Complete", &[1.0, 3.0]),
                result(1, "Complete", &[]),
            ],
            None,
        )
    })
    .await;
    assert_eq!((asked, collected.spent.metrics_requested), (1, 2));
    assert_eq!(collected.spent.cost_usd, Some(0.000_02));
    assert_eq!(collected.gaps, []);
    let rows = usage::<Usage>(&collected);
    let [first, second] = &rows[..] else {
        panic!("{rows:?}")
    };
    assert_eq!(
        (
            first.got_points,
            first.expected_points,
            first.sum,
            first.max
        ),
        (2, 24, Some(4.0), Some(3.0))
    );
    assert_eq!(
        (second.got_points, second.coverage, second.sum),
        (0, 0.0, None),
        "a volume's silence is no zero"
    );
    assert_eq!(first.window_start, "2026-03-14T12:00:00Z".parse().unwrap());
    assert_eq!(first.window_end, "2026-03-15T12:00:00Z".parse().unwrap());
    assert_eq!(
        usage::<UsageDaily>(&collected).len(),
        4,
        "two days of two volumes"
    );
    assert_eq!(status(&collected), CoverageStatus::Assessed);
}

#[tokio::test]
async fn silence_is_zero_only_where_the_metric_says_so() {
    let nat = wanted(NatGateway::TABLE.name, &nat_gateway::METRICS[0]);
    let (collected, _) = collect(want(vec![nat]), |_| {
        page(&[result(0, "Complete", &[])], None)
    })
    .await;
    let rows = usage::<Usage>(&collected);
    assert_eq!(
        (rows[0].coverage, rows[0].sum, rows[0].p995),
        (1.0, Some(0.0), Some(0.0))
    );
}

#[tokio::test]
async fn a_second_page_is_fetched_and_put_together() {
    let (collected, asked) = collect(want(vec![reads()]), |asked| {
        if asked.body.contains("more") {
            page(&[result(1, "Complete", &[5.0])], None)
        } else {
            page(
                &[result(0, "Complete", &[1.0]), result(1, "PartialData", &[])],
                Some("more"),
            )
        }
    })
    .await;
    assert_eq!((asked, collected.gaps.len()), (2, 0));
    assert_eq!(usage::<Usage>(&collected)[1].sum, Some(5.0));
    assert_eq!(
        collected.spent.metrics_requested, 4,
        "each page asks for both metrics again"
    );
}

#[tokio::test]
async fn a_part_of_a_series_is_a_gap_of_its_resource_and_never_zero() {
    for (word, kind) in [
        ("PartialData", GapKind::Failed),
        ("InternalError", GapKind::Failed),
        ("Forbidden", GapKind::Denied),
    ] {
        let (collected, _) = collect(want(vec![reads()]), move |_| {
            page(
                &[result(0, "Complete", &[1.0]), result(1, word, &[1.0])],
                None,
            )
        })
        .await;
        assert_eq!(usage::<Usage>(&collected).len(), 1, "{word}");
        let [gap] = &collected.gaps[..] else {
            panic!("{:?}", collected.gaps)
        };
        assert_eq!(
            (gap.kind, gap.table.as_str(), gap.metric.as_deref()),
            (kind, "usage", Some("VolumeReadOps"))
        );
        assert!(
            gap.resource_id
                .as_deref()
                .is_some_and(|id| id.ends_with("volume/vol-2")),
            "{gap:?}"
        );
        assert_eq!(gap.operation, "cloudwatch:GetMetricData");
        assert_eq!(status(&collected), CoverageStatus::Partial);
    }
}

#[tokio::test]
async fn refused_requests_are_gaps_of_the_metric_in_the_region() {
    for (reply, kind, covered) in [
        (
            Reply::cbor_error(400, "ThrottlingException", "Rate exceeded"),
            GapKind::Throttled,
            CoverageStatus::Throttled,
        ),
        (
            Reply::cbor_error(403, "AccessDenied", "You may not."),
            GapKind::Denied,
            CoverageStatus::Denied,
        ),
    ] {
        let writes = wanted(Volume::TABLE.name, &volume::METRICS[1]);
        let (collected, _) = collect(want(vec![reads(), writes]), move |_| reply.clone()).await;
        assert!(usage::<Usage>(&collected).is_empty());
        let metrics: Vec<&str> = collected
            .gaps
            .iter()
            .filter_map(|gap| gap.metric.as_deref())
            .collect();
        assert_eq!(
            metrics,
            ["VolumeReadOps", "VolumeWriteOps"],
            "{:?}",
            collected.gaps
        );
        for gap in &collected.gaps {
            assert_eq!(
                (gap.kind, gap.region.as_deref(), &gap.resource_id),
                (kind, Some("us-east-1"), &None)
            );
        }
        assert_eq!(status(&collected), covered);
        let denied = collected.gaps[0].iam_action.as_deref();
        assert_eq!(
            denied,
            (kind == GapKind::Denied).then_some("cloudwatch:GetMetricData")
        );
    }
}

#[tokio::test]
async fn counting_sends_nothing() {
    let mut want = want(vec![reads()]);
    want.count_metrics_only = true;
    let (collected, asked) = collect(want, |_| panic!("asked")).await;
    assert_eq!((asked, collected.spent.metrics_requested), (0, 2));
}

#[test]
fn a_thousand_metrics_cost_a_cent() {
    assert_eq!(crate::metrics::list_price_usd(1_000), Some(0.01));
    assert_eq!(crate::metrics::list_price_usd(0), Some(0.0));
}
