//! What is planned of made-up rows.

use billhook_catalog::{Key, Population, frame_of};
use polars::prelude::{BooleanChunked, ChunkFull, PolarsError};

use super::*;
use crate::ec2::instance::Instance;
use crate::metrics::series::tests::{metric, taken_at};

const PLACE: (&str, &str) = ("123456789012", "eu-west-1");

pub(crate) fn instances(count: usize) -> DataFrame {
    frame_of((0..count).map(|index| Instance {
        id: Key {
            resource_id: format!("arn:{index}"),
            short_id: format!("i-{index}"),
            ..Key::default()
        },
        ..Instance::default()
    }))
}

pub(crate) fn want(name: &str, period_seconds: u32, days: u32) -> MetricWant {
    MetricWant {
        table: "aws_ec2_instance",
        metric: metric(name),
        statistic: Statistic::Maximum,
        period_seconds,
        days,
        daily: false,
        population: Population::everything(),
        refine: None,
        value: 1,
    }
}

pub(crate) fn refined(name: &str, period_seconds: u32, days: u32) -> MetricWant {
    let refine = Refine {
        metric: "CPUUtilization",
        statistic: Statistic::Maximum,
        period_seconds: 3_600,
        days: 14,
        p90_at_most: 40.0,
    };
    MetricWant {
        refine: Some(refine),
        ..want(name, period_seconds, days)
    }
}

pub(crate) fn plan(wants: &[MetricWant], frame: &DataFrame) -> Plan {
    plan_with(wants, frame, &Listed::default())
}

fn plan_with(wants: &[MetricWant], frame: &DataFrame, listed: &Listed) -> Plan {
    let table = |name: &str| {
        crate::catalog::TABLES
            .iter()
            .find(|table| table.name == name)
            .copied()
    };
    let name = wants[0].table;
    Plan::new(
        wants,
        &BTreeMap::from([(name, frame)]),
        table,
        listed,
        taken_at(),
        PLACE,
    )
}

#[test]
fn equal_series_are_fetched_once_at_the_longest_window() {
    let mut daily = want("CPUUtilization", 3_600, 14);
    daily.daily = true;
    let wants = [
        want("CPUUtilization", 3_600, 14),
        want("CPUUtilization", 3_600, 32),
        daily,
    ];
    let plan = plan(&wants, &instances(2));
    assert_eq!(plan.len(), 2);
    let first = &plan.coarse()[0];
    assert_eq!(
        first.spans,
        [
            Span {
                days: 32,
                daily: false
            },
            Span {
                days: 14,
                daily: true
            }
        ]
    );
    assert_eq!(first.window(), Window::before(taken_at(), 32, 3_600));
    let id = ("InstanceId".to_owned(), "i-0".to_owned());
    assert_eq!(first.dimensions, [id]);
}

#[test]
fn a_series_knows_when_its_resource_began() {
    let begun: Timestamp = "2026-03-01T10:00:00Z".parse().unwrap();
    let frame = frame_of([Instance {
        id: Key {
            resource_id: "arn:0".into(),
            short_id: "i-0".into(),
            created_at: Some(begun),
            ..Key::default()
        },
        ..Instance::default()
    }]);
    let plan = plan(&[want("CPUUtilization", 3_600, 14)], &frame);
    assert_eq!(plan.coarse()[0].created_at, Some(begun));
    assert_eq!(plan.coarse()[0].reading().created_at, Some(begun));
}

#[test]
fn statistics_and_periods_are_series_of_their_own() {
    let mut sum = want("NetworkIn", 3_600, 14);
    sum.statistic = Statistic::Sum;
    let wants = [
        want("NetworkIn", 3_600, 14),
        sum,
        want("NetworkIn", 300, 14),
    ];
    assert_eq!(plan(&wants, &instances(1)).len(), 3);
}

#[test]
fn the_population_decides_and_unknown_is_out() {
    let mut some = want("CPUUtilization", 3_600, 14);
    some.population = Population::new(|_| {
        Ok([Some(true), Some(false), None]
            .into_iter()
            .collect::<BooleanChunked>())
    });
    let plan = plan(&[some], &instances(3));
    assert_eq!(
        plan.coarse()
            .iter()
            .map(|one| one.resource_id.as_str())
            .collect::<Vec<_>>(),
        ["arn:0"]
    );
}

#[test]
fn a_population_that_fails_is_a_gap() {
    let mut broken = want("CPUUtilization", 3_600, 14);
    broken.population = Population::new(|_| Err(PolarsError::NoData("no".into())));
    let plan = plan(&[broken], &instances(1));
    assert_eq!(plan.len(), 0);
    assert_eq!((plan.gaps.len(), plan.gaps[0].kind), (1, GapKind::Failed));
    assert_eq!(plan.gaps[0].metric.as_deref(), Some("CPUUtilization"));
}

#[test]
fn a_window_that_is_not_kept_is_a_gap_where_somebody_is_in_the_population() {
    assert_eq!(
        plan(&[want("CPUUtilization", 60, 32)], &instances(1)).gaps[0].kind,
        GapKind::Unsupported
    );
    assert_eq!(
        plan(&[want("CPUUtilization", 60, 32)], &instances(0)).gaps,
        []
    );
    let mut nobody = want("CPUUtilization", 60, 32);
    nobody.population =
        Population::new(|frame| Ok(BooleanChunked::full("x".into(), false, frame.height())));
    assert_eq!(plan(&[nobody], &instances(1)).gaps, []);
}

#[test]
fn fine_series_are_fetched_for_candidates_only() {
    let wants = [
        want("CPUUtilization", 3_600, 14),
        refined("CPUUtilization", 300, 14),
    ];
    let chosen = |coarse: Coarse| {
        let plan = plan(&wants, &instances(1));
        assert_eq!((plan.coarse().len(), plan.len()), (1, 2));
        let (needed, untold) = plan.fine(move |_, _| coarse);
        (needed.len(), untold.len())
    };
    assert_eq!(chosen(Coarse::Known(Some(40.0))), (1, 0));
    assert_eq!(chosen(Coarse::Known(Some(40.1))), (0, 0));
    assert_eq!(chosen(Coarse::Known(None)), (0, 0));
    assert_eq!(chosen(Coarse::NotAsked), (1, 0));
    assert_eq!(chosen(Coarse::Failed), (0, 1));
}

#[test]
fn a_series_that_is_wanted_anyway_needs_no_condition() {
    let wants = [
        refined("CPUUtilization", 300, 14),
        want("CPUUtilization", 300, 7),
    ];
    let plan = plan(&wants, &instances(1));
    assert_eq!(
        plan.coarse()[0]
            .spans
            .iter()
            .map(|span| span.days)
            .collect::<Vec<_>>(),
        [14, 7]
    );
    assert!(plan.fine(|_, _| Coarse::NotAsked).0.is_empty());
}

#[test]
fn the_agents_series_are_those_that_are_listed() {
    let wants = [want("mem_used_percent", 300, 14)];
    assert_eq!(plan(&wants, &instances(2)).len(), 0, "no agent");
    let dimensions = vec![
        ("InstanceId".to_owned(), "i-1".to_owned()),
        ("host".to_owned(), "ip-10-0-0-1".to_owned()),
    ];
    let mut listed = Listed::default();
    listed.add("mem_used_percent", dimensions.clone());
    let plan = plan_with(&wants, &instances(2), &listed);
    let [series] = &plan.coarse()[..] else {
        panic!("{plan:?}")
    };
    assert_eq!(series.resource_id, "arn:1");
    assert_eq!(series.dimensions, dimensions);
    assert_eq!(plan.gaps, []);
}
