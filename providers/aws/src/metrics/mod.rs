//! Utilization metrics: which series are needed, fetched in as few requests as CloudWatch allows, and reduced to the rows of
//! `usage` and `usage_daily` as they arrive. Raw series are not kept.
//!
//! Series are built from the resources that were just read: CloudWatch's own list leaves out what has been silent for two
//! weeks, which is just what a scan looks for.

mod afford;
mod agent;
mod batch;
mod burst;
mod fetch;
mod kept;
mod parts;
mod plan;
mod quiet;
mod reduce;
mod series;
mod table_row;
mod window;

use std::collections::{BTreeMap, BTreeSet};

use billhook_catalog::{
    BASE_GROUP, CoverageStatus, Gap, MetricWant, Refine, Row, Statistic, Table, Usage, UsageDaily,
    Want,
};
use futures::StreamExt;
use polars::prelude::DataFrame;

use crate::accounts::collect::Steps;
use crate::catalog::TABLES;
use crate::charge::OverBudget;
use crate::classify::Problem;
use crate::ec2::quiet_hours::QuietHours;
use crate::limit::{self, DATAPOINTS_PER_SECOND, Datapoints};
use crate::metrics::agent::Listed;
use crate::metrics::batch::{Batch, batches};
use crate::metrics::fetch::fetch;
use crate::metrics::kept::ReadSeries;
pub(crate) use crate::metrics::plan::OPERATION;
use crate::metrics::plan::{Coarse, Plan};
use crate::metrics::reduce::{Point, Reduced};
use crate::metrics::series::Series;
use crate::metrics::window::Window;
use crate::prices::{PriceBook, PriceLookup, Sku};
use crate::scan::{Frames, GLOBAL, Scan, status_of};

/// List price of so many metrics in GetMetricData requests, USD; `None` when it is not in the price book. The book has it
/// for one region, as AWS's price page gives one price for all (<https://aws.amazon.com/cloudwatch/pricing/>).
pub(crate) fn list_price_usd(metrics: u64) -> Option<f64> {
    let sku = Sku::service("cloudwatch", "get_metric_data_per_1000_metrics");
    let thousand = PriceBook::embedded().lookup(&sku, "us-east-1")?;
    Some(metrics as f64 * thousand.usd / 1_000.0)
}

/// Operations that reading the metrics of a want takes besides the one that every metric takes.
pub(crate) fn calls_besides(want: &Want) -> Option<&'static str> {
    let any = want
        .metrics
        .iter()
        .any(|want| agent::is_listed(want.metric));
    any.then_some(agent::OPERATION)
}

/// Regions whose metrics are read at once.
const REGIONS_AT_ONCE: usize = 8;

/// Requests of one region in flight; its pace limits them further.
const REQUESTS_AT_ONCE: usize = 4;

/// What reading the metrics took, or would take at most, where they are only counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bought {
    /// Metric queries.
    pub(crate) queries: u64,
    /// Requests that would be sent; 0 where they were sent and counted by themselves.
    pub(crate) requests: u64,
    /// How long that would take at CloudWatch's pace, in seconds; 0 where it was done.
    pub(crate) seconds: f64,
}

/// What is to be asked in each region of an account.
pub(crate) type Plans = Vec<(String, Plan)>;

/// Plans the metrics that are wanted of the rows in `frames`.
pub(crate) async fn plans(scan: &Scan<'_>, frames: &Frames) -> Plans {
    if scan.want.metrics.is_empty() {
        return Vec::new();
    }
    // What belongs to no region publishes its metrics in one, and most of it publishes none.
    let regions = scan.regions.iter().cloned().chain([GLOBAL.to_owned()]);
    futures::stream::iter(regions)
        .map(|region| async move {
            let mut plan = plan(scan, frames, &region).await;
            let is_any = region != GLOBAL || plan.len() > 0;
            kept::recall(scan, &region, &mut plan);
            is_any.then_some((region, plan))
        })
        .buffer_unordered(REGIONS_AT_ONCE)
        .filter_map(futures::future::ready)
        .collect()
        .await
}

/// Leaves out of plans, of all accounts together, what an amount does not buy.
pub(crate) fn restrict<'p>(
    plans: impl Iterator<Item = &'p mut (String, Plan)>,
    left_usd: f64,
    cap: OverBudget,
) {
    afford::restrict(
        &mut plans.collect::<Vec<_>>(),
        afford::queries(left_usd),
        cap,
    );
}

/// Reads what is planned.
pub(crate) async fn buy(scan: &Scan<'_>, mut plans: Plans, steps: &Steps<'_>) -> Bought {
    let busy = plans.iter().filter(|(_, plan)| plan.len() > 0).count();
    if busy > 0 {
        steps.add(busy);
    }
    // The regions with the most to read go first.
    plans.sort_by_key(|(region, plan)| (std::cmp::Reverse(plan.len()), region.clone()));
    let queries = futures::stream::iter(plans)
        .map(|(region, plan)| async move {
            let step = format!("{region} cloudwatch");
            let busy = plan.len() > 0;
            if busy {
                steps.begin(scan, &step);
            }
            let queries = in_region(scan, &region, plan).await;
            if busy {
                steps.end(scan, &step);
            }
            queries
        })
        .buffer_unordered(REGIONS_AT_ONCE)
        .fold(0, |sum, queries| async move { sum + queries })
        .await;
    Bought {
        queries,
        ..Bought::default()
    }
}

/// What the plans would take. Regions are read side by side, so the one with the most points says how long it takes.
pub(crate) fn counted(plans: Plans) -> Bought {
    let mut bought = Bought::default();
    for (_, plan) in plans {
        bought.queries += plan.len() as u64;
        let (mut requests, mut points) = (0, 0);
        for batch in batches(plan.all()) {
            requests += 1;
            points += u64::try_from(batch.points).unwrap_or(0);
        }
        bought.requests += requests;
        let by_points = points as f64 / f64::from(DATAPOINTS_PER_SECOND);
        let by_requests = requests as f64 / limit::Service::CloudWatch.rate().0;
        bought.seconds = bought.seconds.max(by_points.max(by_requests));
    }
    bought
}

fn declared(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name).copied()
}

/// Plans a region from its rows, and from the list of what its CloudWatch agents publish where that is wanted of anything.
async fn plan(scan: &Scan<'_>, frames: &Frames, region: &str) -> Plan {
    let here: BTreeMap<&'static str, &DataFrame> = frames
        .iter()
        .filter_map(|(name, parts)| {
            Some((*name, &parts.iter().find(|(place, _)| place == region)?.1))
        })
        .collect();
    let to_list: Vec<&MetricWant> = scan
        .want
        .metrics
        .iter()
        .filter(|want| agent::is_listed(want.metric))
        .filter(|want| here.get(want.table).is_some_and(|frame| frame.height() > 0))
        .collect();
    let listed = if to_list.is_empty() {
        Ok(Listed::default())
    } else {
        agent::list(scan, region).await
    };
    let place = (scan.names.account.as_str(), region);
    let mut unlisted = Vec::new();
    let listed = listed.unwrap_or_else(|problem| {
        unlisted = to_list
            .iter()
            .map(|want| Gap {
                operation: problem.operation.to_owned(),
                iam_action: problem.iam_action(),
                ..plan::gap(
                    place,
                    want.metric,
                    None,
                    problem.kind,
                    problem.detail.clone(),
                )
            })
            .collect();
        Listed::default()
    });
    let mut plan = Plan::new(
        &scan.want.metrics,
        &here,
        declared,
        &listed,
        scan.want.taken_at,
        place,
    );
    plan.gaps.extend(unlisted);
    plan
}

/// What identifies a coarse series in the first stage's results.
type CoarseKey = (String, &'static str, Statistic, u32, u32);

fn coarse_key(resource_id: &str, refine: &Refine) -> CoarseKey {
    (
        resource_id.to_owned(),
        refine.metric,
        refine.statistic,
        refine.period_seconds,
        refine.days,
    )
}

/// What a region's reading gathers.
#[derive(Default)]
struct Results {
    /// Metric queries that were sent.
    queries: u64,
    /// Series that were asked for, by metric.
    asked: BTreeMap<&'static str, u64>,
    /// Series that could not be read, by metric.
    failed: BTreeMap<&'static str, Vec<(Series, Problem)>>,
    /// 90th percentiles of what the second stage may depend on.
    coarse: BTreeMap<CoarseKey, Coarse>,
    /// Series that were read completely, now or before.
    read: Vec<ReadSeries>,
}

impl Results {
    /// A series that is not asked for.
    fn fail(&mut self, series: Series, problem: Problem) {
        *self.asked.entry(series.metric.name).or_default() += 1;
        let failed = self.failed.entry(series.metric.name).or_default();
        failed.push((series, problem));
    }
}

/// Reads a region: what is needed for all, then what is needed for the candidates.
async fn in_region(scan: &Scan<'_>, region: &str, mut plan: Plan) -> u64 {
    let refines: Vec<Refine> = scan
        .want
        .metrics
        .iter()
        .filter_map(|want| want.refine.clone())
        .collect();
    let recalled = std::mem::take(&mut plan.recalled);
    let mut results = Results {
        asked: recalled.taken,
        coarse: recalled.coarse,
        read: recalled.read,
        ..Results::default()
    };
    for gap in std::mem::take(&mut plan.gaps) {
        scan.push_gap(gap);
        results.failed.entry("").or_default();
    }
    for (series, cap) in std::mem::take(&mut plan.left_out) {
        let problem = Problem::new(
            plan::OPERATION,
            billhook_catalog::GapKind::OverBudget,
            cap.to_string(),
        );
        results.fail(series, problem);
    }
    let datapoints = Datapoints::new();
    stage(
        scan,
        region,
        &datapoints,
        plan.coarse(),
        &refines,
        &mut results,
    )
    .await;
    let (needed, untold) = plan.fine(|resource_id, refine| {
        results
            .coarse
            .get(&coarse_key(resource_id, refine))
            .copied()
            .unwrap_or(Coarse::NotAsked)
    });
    stage(scan, region, &datapoints, needed, &[], &mut results).await;
    for series in untold {
        let reason = "its coarser series could not be read, so it was not asked for";
        let problem = Problem::new(
            plan::OPERATION,
            billhook_catalog::GapKind::NotCollected,
            reason,
        );
        results.fail(series, problem);
    }
    settle(scan, region, &results);
    kept::remember(scan, region, &results.read);
    results.queries
}

/// Fetches series, reduces them and keeps the rows.
async fn stage(
    scan: &Scan<'_>,
    region: &str,
    datapoints: &Datapoints,
    series: Vec<Series>,
    refines: &[Refine],
    results: &mut Results,
) {
    let mut fetched = futures::stream::iter(batches(series))
        .map(|batch: Batch| async move {
            let fetched = fetch(scan, region, datapoints, &batch).await;
            (batch, fetched)
        })
        .buffer_unordered(REQUESTS_AT_ONCE);
    while let Some((batch, fetched)) = fetched.next().await {
        results.queries += fetched.queries;
        for (series, answer) in batch.series.into_iter().zip(fetched.series) {
            *results.asked.entry(series.metric.name).or_default() += 1;
            for refine in refines
                .iter()
                .filter(|refine| is_coarse_of(refine, &series))
            {
                let known = match &answer {
                    Ok(points) => Coarse::Known(p90(&series, points, refine.days)),
                    Err(_) => Coarse::Failed,
                };
                results
                    .coarse
                    .insert(coarse_key(&series.resource_id, refine), known);
            }
            match answer {
                Ok(points) => {
                    keep(scan, region, &series, &points);
                    results.read.push(ReadSeries::now(scan, &series));
                }
                Err(problem) => results
                    .failed
                    .entry(series.metric.name)
                    .or_default()
                    .push((series, problem)),
            }
        }
    }
}

/// Whether a series is the coarse one of a condition, over a window at least as long.
fn is_coarse_of(refine: &Refine, series: &Series) -> bool {
    refine.metric == series.metric.name
        && refine.statistic == series.statistic
        && refine.period_seconds == series.period_seconds
        && series
            .spans
            .first()
            .is_some_and(|span| span.days >= refine.days)
}

fn p90(series: &Series, points: &[Point], days: u32) -> Option<f64> {
    let window = Window::before(series.taken_at, days, series.period_seconds);
    series
        .reading()
        .reduce(points, window)
        .figures
        .map(|figures| figures.p90)
}

/// Keeps what a series says in each of the windows that are wanted of it.
fn keep(scan: &Scan<'_>, region: &str, series: &Series, points: &[Point]) {
    let reading = series.reading();
    for span in &series.spans {
        let window = Window::before(series.taken_at, span.days, series.period_seconds);
        let reduced = reading.reduce(points, window);
        let place = scan.place(region);
        for row in burst::rows(&place, series, points, span.days, window, &reduced) {
            scan.keep(region, row);
        }
        if scan.wants_any(&[QuietHours::TABLE]) {
            for row in quiet::rows(&place, series, points, span.days, window) {
                scan.keep(region, row);
            }
        }
        let row = usage(scan, region, series, span.days, window, reduced);
        scan.keep(region, row);
        if !span.daily {
            continue;
        }
        for day in reading.days(points, window) {
            let row = UsageDaily {
                id: scan.place(region),
                resource_id: series.resource_id.clone(),
                metric: series.metric.name.to_owned(),
                statistic: series.statistic.as_str().to_owned(),
                period_seconds: i64::from(series.period_seconds),
                window_days: i64::from(span.days),
                day_utc: day.day,
                value: day.value,
                coverage: day.coverage,
            };
            scan.keep(region, row);
        }
    }
}

fn usage(
    scan: &Scan<'_>,
    region: &str,
    series: &Series,
    days: u32,
    window: Window,
    reduced: Reduced,
) -> Usage {
    let figures = reduced.figures;
    Usage {
        id: scan.place(region),
        resource_id: series.resource_id.clone(),
        namespace: series.metric.namespace.to_owned(),
        metric: series.metric.name.to_owned(),
        statistic: series.statistic.as_str().to_owned(),
        period_seconds: i64::from(series.period_seconds),
        window_days: i64::from(days),
        window_start: window.start,
        window_end: window.end,
        expected_points: reduced.expected,
        got_points: reduced.got,
        coverage: reduced.coverage,
        min: figures.map(|figures| figures.min),
        avg: figures.map(|figures| figures.avg),
        p50: figures.map(|figures| figures.p50),
        p90: figures.map(|figures| figures.p90),
        p95: figures.map(|figures| figures.p95),
        p99: figures.map(|figures| figures.p99),
        p995: figures.map(|figures| figures.p995),
        max: figures.map(|figures| figures.max),
        sum: figures.map(|figures| figures.sum),
        busiest_hour_avg: reduced.busiest_hour_avg,
        last_at: reduced.last_at,
    }
}

/// Records what could not be read in a region, and the ledger's line. When all series of a metric failed alike it is one
/// gap of the region, otherwise one for each resource.
fn settle(scan: &Scan<'_>, region: &str, results: &Results) {
    let place = (scan.names.account.as_str(), region);
    for (metric, failed) in &results.failed {
        let Some((first_series, first)) = failed.first() else {
            continue;
        };
        let all = results
            .asked
            .get(metric)
            .is_some_and(|asked| *asked == failed.len() as u64);
        let alike = failed
            .iter()
            .all(|(_, problem)| problem.kind == first.kind && problem.code == first.code);
        let gap = |series: &Series, resource: Option<String>, problem: &Problem| {
            let mut gap = plan::gap(
                place,
                series.metric,
                resource,
                problem.kind,
                problem.detail.clone(),
            );
            gap.iam_action = problem.iam_action();
            scan.push_gap(gap);
        };
        if all && alike && failed.len() > 1 {
            gap(first_series, None, first);
            continue;
        }
        // Several series of one resource's metric leave one gap.
        let mut seen = BTreeSet::new();
        for (series, problem) in failed {
            if seen.insert(&series.resource_id) {
                gap(series, Some(series.resource_id.clone()), problem);
            }
        }
    }
    let asked: u64 = results.asked.values().sum();
    let failed: u64 = results
        .failed
        .values()
        .map(|failed| failed.len() as u64)
        .sum();
    let first = results.failed.values().flatten().next();
    let status = match first {
        Some((_, problem)) if failed == asked => status_of(problem),
        _ if results.failed.is_empty() => CoverageStatus::Assessed,
        _ => CoverageStatus::Partial,
    };
    scan.cover(
        Usage::TABLE.name,
        BASE_GROUP,
        region,
        status,
        scan.count(Usage::TABLE, region),
    );
    if scan.wants_any(&[QuietHours::TABLE]) {
        scan.cover(
            QuietHours::TABLE.name,
            BASE_GROUP,
            region,
            status,
            scan.count(QuietHours::TABLE, region),
        );
    }
    if scan.want.metrics.iter().any(|want: &MetricWant| want.daily) {
        scan.cover(
            UsageDaily::TABLE.name,
            BASE_GROUP,
            region,
            status,
            scan.count(UsageDaily::TABLE, region),
        );
    }
}
