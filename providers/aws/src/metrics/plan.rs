//! Which series are to be fetched in a region: from the wants of the rules and the rows that were just read.

use std::collections::BTreeMap;

use billhook_catalog::{
    BASE_GROUP, Cell, ColumnReader, Dimension, DimensionValue, Gap, GapKind, Metric, MetricWant,
    Refine, Statistic, Table,
};
use jiff::Timestamp;
use polars::prelude::DataFrame;

use crate::charge::OverBudget;
use crate::elasticache::cluster;
use crate::elb::load_balancer;
use crate::metrics::agent::{self, Dimensions, Listed};
use crate::metrics::parts;
use crate::metrics::reduce::Reading;
use crate::metrics::window::{Window, not_kept};

/// The operation that reads metrics.
pub(crate) const OPERATION: &str = "cloudwatch:GetMetricData";

/// One window length that is wanted of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// Its length.
    pub(crate) days: u32,
    /// Whether it goes into `usage_daily` as well.
    pub(crate) daily: bool,
}

/// One series, to be fetched once for all who want it.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// Resource that is measured.
    pub(crate) resource_id: String,
    /// Begin of the resource.
    pub(crate) created_at: Option<Timestamp>,
    /// The metric.
    pub(crate) metric: &'static Metric,
    /// Names and values of its dimensions.
    pub(crate) dimensions: Dimensions,
    /// vCPUs of an instance, CPU options included; `None` when they are not known, and for other resources.
    pub(crate) vcpus: Option<i64>,
    /// Statistic.
    pub(crate) statistic: Statistic,
    /// Length of a period.
    pub(crate) period_seconds: u32,
    /// Window lengths that are wanted, the longest first.
    pub(crate) spans: Vec<Span>,
    /// The instant that windows are counted back from.
    pub(crate) taken_at: Timestamp,
    /// Name of the resource's table.
    pub(crate) table: &'static str,
    /// How much it is worth to those who want it.
    pub(crate) value: u32,
}

impl Series {
    /// The longest of its windows, which holds the others.
    pub(crate) fn window(&self) -> Window {
        let days = self.spans.first().map_or(0, |span| span.days);
        Window::before(self.taken_at, days, self.period_seconds)
    }

    /// How its points are to be read.
    pub(crate) fn reading(&self) -> Reading {
        Reading {
            statistic: self.statistic,
            period_seconds: self.period_seconds,
            missing: self.metric.missing,
            created_at: self.created_at,
        }
    }

    fn add(&mut self, span: Span, value: u32) {
        self.value = self.value.max(value);
        match self.spans.iter_mut().find(|have| have.days == span.days) {
            Some(have) => have.daily |= span.daily,
            None => {
                self.spans.push(span);
                self.spans.sort_by_key(|span| std::cmp::Reverse(span.days));
            }
        }
    }
}

/// What makes two series one: resource, namespace, metric, statistic and period.
type SeriesKey = (String, &'static str, &'static str, Statistic, u32);

/// A series that is fetched only if a coarser one leaves the question open.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// The series.
    pub(crate) series: Series,
    /// What the coarse series must show, for any one of these.
    pub(crate) refines: Vec<Refine>,
}

/// The series of a region.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    coarse: BTreeMap<SeriesKey, Series>,
    fine: BTreeMap<SeriesKey, Candidate>,
    /// What cannot be asked for.
    pub(crate) gaps: Vec<Gap>,
    /// What is not asked for, because it would pass the cap on charges.
    pub(crate) left_out: Vec<(Series, OverBudget)>,
}

impl Plan {
    /// Plans a region. `frames` has its rows by table, `listed` the series that had to be looked up.
    pub(crate) fn new(
        wants: &[MetricWant],
        frames: &BTreeMap<&'static str, &DataFrame>,
        tables: impl Fn(&str) -> Option<&'static Table>,
        listed: &Listed,
        taken_at: Timestamp,
        place: (&str, &str),
    ) -> Self {
        let mut plan = Plan::default();
        // What is wanted without condition comes first: a conditional want for the same series adds its window to it.
        let (conditional, plain): (Vec<_>, Vec<_>) =
            wants.iter().partition(|want| want.refine.is_some());
        for want in plain.into_iter().chain(conditional) {
            if let (Some(frame), Some(table)) = (frames.get(want.table), tables(want.table)) {
                plan.add(want, table, frame, listed, taken_at, place);
                if let Some(part) = parts::of(want, frame)
                    && let (Some(frame), Some(table)) = (frames.get(part.table), tables(part.table))
                {
                    plan.add(&part, table, frame, listed, taken_at, place);
                }
            }
        }
        plan
    }

    fn add(
        &mut self,
        want: &MetricWant,
        table: &'static Table,
        frame: &DataFrame,
        listed: &Listed,
        taken_at: Timestamp,
        place: (&str, &str),
    ) {
        let wanted = match want.population.test(frame) {
            Ok(wanted) => wanted,
            Err(error) => {
                let detail = format!(
                    "the population of {} could not be told: {error}",
                    want.metric.name
                );
                self.gaps
                    .push(gap(place, want.metric, None, GapKind::Failed, detail));
                return;
            }
        };
        if !wanted.iter().any(|wanted| wanted == Some(true)) {
            return;
        }
        let window = Window::before(taken_at, want.days, want.period_seconds);
        if let Some(reason) = not_kept(window, want.period_seconds, taken_at) {
            self.gaps
                .push(gap(place, want.metric, None, GapKind::Unsupported, reason));
            return;
        }
        for (row, wanted) in wanted.iter().enumerate() {
            if wanted == Some(true) {
                let row = TableRow { table, frame, row };
                self.add_row(want, row, listed, taken_at, place);
            }
        }
    }

    fn add_row(
        &mut self,
        want: &MetricWant,
        row: TableRow<'_>,
        listed: &Listed,
        taken_at: Timestamp,
        place: (&str, &str),
    ) {
        let Some(resource_id) = row.cell::<String>("resource_id") else {
            return;
        };
        // No gap: nothing failed, and the rules say that they do not judge it.
        if row.never_publishes(want.metric) {
            return;
        }
        let Some(metric) = row.measured_as(want.metric) else {
            return;
        };
        let dimensions = if agent::is_listed(metric) {
            let instance_id = row.cell::<String>("short_id").unwrap_or_default();
            let instance_type = row.cell::<String>("instance_type");
            let found = listed.dimensions(metric.name, &instance_id, instance_type.as_deref());
            // No gap either: there is no agent, or it does not report this.
            let Some(found) = found else { return };
            Some(found.clone())
        } else {
            row.dimensions(metric)
        };
        let Some(dimensions) = dimensions else {
            let detail = "a dimension of the metric is not known".to_owned();
            self.gaps.push(gap(
                place,
                metric,
                Some(resource_id),
                GapKind::Failed,
                detail,
            ));
            return;
        };
        let key = (
            resource_id.clone(),
            metric.namespace,
            metric.name,
            want.statistic,
            want.period_seconds,
        );
        let span = Span {
            days: want.days,
            daily: want.daily,
        };
        let fresh = || Series {
            resource_id,
            created_at: row.cell::<Timestamp>("created_at"),
            metric,
            dimensions,
            vcpus: row.vcpus(),
            statistic: want.statistic,
            period_seconds: want.period_seconds,
            spans: Vec::new(),
            taken_at,
            table: want.table,
            value: 0,
        };
        match &want.refine {
            Some(refine) if !self.coarse.contains_key(&key) => {
                let candidate = self.fine.entry(key).or_insert_with(|| Candidate {
                    series: fresh(),
                    refines: Vec::new(),
                });
                candidate.series.add(span, want.value);
                if !candidate.refines.contains(refine) {
                    candidate.refines.push(refine.clone());
                }
            }
            _ => self
                .coarse
                .entry(key)
                .or_insert_with(fresh)
                .add(span, want.value),
        }
    }

    /// Number of series, those that may turn out not to be needed included.
    pub(crate) fn len(&self) -> usize {
        self.coarse.len() + self.fine.len()
    }

    /// All series, those that may turn out not to be needed included.
    pub(crate) fn all(&self) -> Vec<Series> {
        let fine = self.fine.values().map(|candidate| &candidate.series);
        self.coarse.values().chain(fine).cloned().collect()
    }

    /// Every series with whether it is one of the second stage.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (bool, &Series)> {
        let coarse = self.coarse.values().map(|series| (false, series));
        let fine = self.fine.values();
        coarse.chain(fine.map(|candidate| (true, &candidate.series)))
    }

    /// Leaves out the series of a stage that `keep` says no to.
    pub(crate) fn leave_out(&mut self, cap: OverBudget, keep: impl Fn(bool, &Series) -> bool) {
        let left_out = &mut self.left_out;
        self.coarse.retain(|_, series| {
            let kept = keep(false, series);
            if !kept {
                left_out.push((series.clone(), cap));
            }
            kept
        });
        self.fine.retain(|_, candidate| {
            let kept = keep(true, &candidate.series);
            if !kept {
                left_out.push((candidate.series.clone(), cap));
            }
            kept
        });
    }

    /// The series of the first stage.
    pub(crate) fn coarse(&self) -> Vec<Series> {
        self.coarse.values().cloned().collect()
    }

    /// The series of the second stage, and those of which the first stage failed to tell whether they are needed.
    /// `first_stage` says what it knows of a resource's coarse series.
    pub(crate) fn fine(
        self,
        first_stage: impl Fn(&str, &Refine) -> Coarse,
    ) -> (Vec<Series>, Vec<Series>) {
        let (mut needed, mut untold) = (Vec::new(), Vec::new());
        for candidate in self.fine.into_values() {
            let known: Vec<Coarse> = candidate
                .refines
                .iter()
                .map(
                    |refine| match first_stage(&candidate.series.resource_id, refine) {
                        Coarse::Known(Some(p90)) if p90 > refine.p90_at_most => Coarse::Known(None),
                        known => known,
                    },
                )
                .collect();
            // Where the coarse series was not asked for, nothing speaks against the fine one.
            if known
                .iter()
                .any(|known| matches!(known, Coarse::NotAsked | Coarse::Known(Some(_))))
            {
                needed.push(candidate.series);
            } else if known.contains(&Coarse::Failed) {
                untold.push(candidate.series);
            }
        }
        (needed, untold)
    }
}

/// What is known of a coarse series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Coarse {
    /// It was not asked for.
    NotAsked,
    /// It was asked for and could not be read.
    Failed,
    /// Its 90th percentile; `None` without points.
    Known(Option<f64>),
}

/// A row of a table.
#[derive(Clone, Copy)]
struct TableRow<'f> {
    table: &'static Table,
    frame: &'f DataFrame,
    row: usize,
}

impl TableRow<'_> {
    /// A cell; `None` when it is NULL or there is no such column.
    fn cell<T: Cell>(self, column: &str) -> Option<T> {
        let declared = self.table.column(column)?;
        let column = self.frame.column(column).ok()?;
        T::read(&ColumnReader::new(column, declared), self.row)
    }

    /// The dimensions that a metric declares; `None` when one of them is not known.
    fn dimensions(self, metric: &Metric) -> Option<Dimensions> {
        let value = |dimension: &Dimension| match dimension.value {
            DimensionValue::Literal(value) => Some(value.to_owned()),
            DimensionValue::Column(column) => self.cell::<String>(column),
        };
        let all = metric.dimensions.iter();
        all.map(|dimension| Some((dimension.name.to_owned(), value(dimension)?)))
            .collect()
    }

    /// vCPUs of an instance, CPU options included.
    fn vcpus(self) -> Option<i64> {
        let cores = self.cell::<i64>("cpu_cores")?;
        let vcpus = cores.checked_mul(self.cell::<i64>("cpu_threads_per_core")?)?;
        (vcpus > 0).then_some(vcpus)
    }

    /// The metric under which the resource is measured; `None` when it publishes nothing of the kind.
    ///
    /// A regional NAT gateway publishes its metrics by zone only, and silence under the gateway's id alone would be read as
    /// zero. <https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html>
    ///
    /// Load balancers publish metrics of one name in a namespace for each of their types. A bucket publishes its requests only
    /// where a metrics configuration says so. Engines of caches have metrics of their own. Of capacity that was never changed the present figure is all there is to know.
    fn measured_as(self, metric: &'static Metric) -> Option<&'static Metric> {
        match self.table.name {
            "aws_vpc_nat_gateway" => {
                let mode = self.cell::<String>("availability_mode");
                (mode.as_deref() != Some("regional")).then_some(metric)
            }
            "aws_s3_bucket" if metric.name == "BytesDownloaded" => {
                let filter = self.cell::<String>("request_metrics_filter");
                (filter.as_deref() != Some("")).then_some(metric)
            }
            "aws_elb_load_balancer" => {
                let kind = self.cell::<String>("load_balancer_type")?;
                let namespace = load_balancer::namespace(&kind)?;
                let mut own = self.table.metrics.iter();
                own.find(|own| own.name == metric.name && own.namespace == namespace)
            }
            "aws_elasticache_cluster" => {
                let engine = self.cell::<String>("engine")?;
                cluster::publishes(&engine, metric.name).then_some(metric)
            }
            "aws_dynamodb_table" | "aws_dynamodb_index" => {
                let changed = || self.cell::<Timestamp>("capacity_changed_at").is_some();
                (!metric.name.starts_with("Provisioned") || changed()).then_some(metric)
            }
            _ => Some(metric),
        }
    }

    /// Whether an instance is of a type that has no such metric: only burstable ones (`t3.large`) have CPU credits.
    fn never_publishes(self, metric: &Metric) -> bool {
        let is_of_credits = metric.namespace == "AWS/EC2"
            && (metric.name.starts_with("CPUCredit") || metric.name.starts_with("CPUSurplus"));
        let is_steady = |name: String| {
            let mut letters = name.chars();
            letters.next() != Some('t') || !letters.next().is_some_and(|it| it.is_ascii_digit())
        };
        is_of_credits && self.cell::<String>("instance_type").is_some_and(is_steady)
    }
}

/// A gap in the `usage` table.
pub(crate) fn gap(
    (account_id, region): (&str, &str),
    metric: &Metric,
    resource_id: Option<String>,
    kind: GapKind,
    detail: String,
) -> Gap {
    Gap {
        table: "usage".to_owned(),
        column_group: BASE_GROUP.to_owned(),
        account_id: account_id.to_owned(),
        region: Some(region.to_owned()),
        resource_id,
        metric: Some(metric.name.to_owned()),
        operation: OPERATION.to_owned(),
        iam_action: None,
        kind,
        detail,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use billhook_catalog::{Key, Population, Row, frame_of};
    use polars::prelude::{BooleanChunked, ChunkFull, PolarsError};

    use super::*;
    use crate::ec2::instance::{self, Instance};
    use crate::vpc::nat_gateway::{self, NatGateway};

    const PLACE: (&str, &str) = ("123456789012", "eu-west-1");

    fn taken_at() -> Timestamp {
        "2026-03-15T12:34:56Z".parse().unwrap()
    }

    fn metric(name: &str) -> &'static Metric {
        instance::METRICS
            .iter()
            .find(|metric| metric.name == name)
            .unwrap()
    }

    /// A series of CPU maxima.
    pub(crate) fn series(resource_id: &str, period_seconds: u32, days: u32) -> Series {
        Series {
            resource_id: resource_id.to_owned(),
            created_at: None,
            metric: metric("CPUUtilization"),
            dimensions: vec![("InstanceId".to_owned(), resource_id.to_owned())],
            vcpus: None,
            statistic: Statistic::Maximum,
            period_seconds,
            spans: vec![Span { days, daily: false }],
            taken_at: taken_at(),
            table: "aws_ec2_instance",
            value: 1,
        }
    }

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

    #[test]
    fn only_burstable_types_are_asked_for_credits() {
        let frame = frame_of(
            ["t3.large", "trn1.2xlarge", "m5.large", ""].map(|name| Instance {
                id: Key {
                    resource_id: name.to_owned(),
                    short_id: "i".to_owned(),
                    ..Key::default()
                },
                instance_type: (!name.is_empty()).then(|| name.to_owned()),
                cpu_cores: Some(1),
                cpu_threads_per_core: Some(2),
                ..Instance::default()
            }),
        );
        let asked = |metric: &str| {
            let series = plan(&[want(metric, 300, 14)], &frame).coarse();
            let asked = series.into_iter();
            asked.map(|one| one.resource_id).collect::<Vec<_>>()
        };
        assert_eq!(asked("CPUCreditBalance"), ["", "t3.large"]);
        assert_eq!(asked("CPUUtilization").len(), 4);
        let series = plan(&[want("CPUUtilization", 300, 14)], &frame).coarse();
        assert!(series.iter().all(|one| one.vcpus == Some(2)));
    }

    #[test]
    fn a_regional_nat_gateway_is_not_taken_for_silent() {
        let frame = frame_of(["zonal", "regional"].map(|mode| NatGateway {
            id: Key {
                resource_id: mode.to_owned(),
                short_id: format!("nat-{mode}"),
                ..Key::default()
            },
            availability_mode: Some(mode.to_owned()),
            ..NatGateway::default()
        }));
        let want = MetricWant {
            table: NatGateway::TABLE.name,
            metric: &nat_gateway::METRICS[0],
            ..want("CPUUtilization", 3_600, 14)
        };
        let plan = plan(&[want], &frame);
        assert_eq!(
            plan.coarse()
                .iter()
                .map(|one| one.resource_id.as_str())
                .collect::<Vec<_>>(),
            ["zonal"]
        );
        assert_eq!(plan.gaps, [], "nothing failed");
    }
}
