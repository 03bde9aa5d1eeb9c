//! Series that an earlier collection read. They are kept as the rows that they were reduced to, each with what it was asked for:
//! dimensions, windows, the begin of the resource. Another question is another series.
//!
//! A series that is taken keeps its window, which ended up to so many hours earlier, and `usage.window_end` says so: the hours since
//! then are not taken for silent.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use billhook_catalog::{Refine, Row, Usage, UsageDaily, rows_of};
use jiff::Timestamp;
use polars::prelude::{Column, DataFrame};

use crate::answers::file::Kept;
use crate::answers::{is_young, path};
use crate::ec2::burst::BurstDemand;
use crate::ec2::quiet_hours::QuietHours;
use crate::metrics::plan::{Coarse, Plan};
use crate::metrics::series::Series;
use crate::metrics::{CoarseKey, burst, coarse_key, is_coarse_of, quiet};
use crate::scan::Scan;

/// The name of the file, and of the frame that says what is in it.
const NAME: &str = "metrics";

/// What a series is of: resource, metric, statistic, period.
type Of = (String, String, String, i64);

/// A series that was read completely.
#[derive(Clone, Debug)]
pub(super) struct ReadSeries {
    of: Of,
    /// All that its rows depend on.
    asked: String,
    read_at: Timestamp,
}

impl ReadSeries {
    /// A series that was read just now.
    pub(super) fn now(scan: &Scan<'_>, series: &Series) -> Self {
        ReadSeries {
            of: of(series),
            asked: asked(scan, series),
            read_at: scan.want.taken_at,
        }
    }
}

fn of(series: &Series) -> Of {
    (
        series.resource_id.clone(),
        series.metric.name.to_owned(),
        series.statistic.as_str().to_owned(),
        i64::from(series.period_seconds),
    )
}

fn asked(scan: &Scan<'_>, series: &Series) -> String {
    let Series {
        metric,
        dimensions,
        spans,
        created_at,
        vcpus,
        ..
    } = series;
    let quiet = scan.wants_any(&[QuietHours::TABLE]);
    format!(
        "{} {dimensions:?} {spans:?} {created_at:?} {vcpus:?} {quiet}",
        metric.namespace
    )
}

/// What is known of a region's series without asking.
#[derive(Debug, Default)]
pub(crate) struct Recalled {
    /// What the second stage may depend on.
    pub(super) coarse: BTreeMap<CoarseKey, Coarse>,
    /// Series that were taken, by metric.
    pub(super) taken: BTreeMap<&'static str, u64>,
    /// The same, to be kept on.
    pub(super) read: Vec<ReadSeries>,
}

/// Takes what was kept of a plan's series in place of asking for them.
pub(super) fn recall(scan: &Scan<'_>, region: &str, plan: &mut Plan) {
    let mut recalled = Recalled::default();
    let Some(memory) = Memory::read(scan, region) else {
        return;
    };
    let refines: Vec<&Refine> = scan
        .want
        .metrics
        .iter()
        .filter_map(|want| want.refine.as_ref())
        .collect();
    plan.retain_coarse(|series| {
        let Some(known) = memory.find(scan, series) else {
            return true;
        };
        let mut coarse = Vec::new();
        for refine in refines.iter().filter(|refine| is_coarse_of(refine, series)) {
            let days = i64::from(refine.days);
            let row = memory
                .usage_of(known)
                .iter()
                .find(|row| row.window_days == days);
            let Some(row) = row else { return true };
            let key = coarse_key(&series.resource_id, refine);
            coarse.push((key, Coarse::Known(row.p90)));
        }
        recalled.coarse.extend(coarse);
        recalled.take(scan, region, &memory, series, known);
        false
    });
    // Whether a fine series is needed must follow from coarse ones of the same reading.
    plan.retain_fine(|candidate| {
        let series = &candidate.series;
        let answers: Option<Vec<bool>> = candidate
            .refines
            .iter()
            .map(|refine| {
                let known = recalled
                    .coarse
                    .get(&coarse_key(&series.resource_id, refine))?;
                Some(refine.is_open(*known))
            })
            .collect();
        match (answers, memory.find(scan, series)) {
            // They answer the question already.
            (Some(open), _) if !open.contains(&true) => false,
            (Some(_), Some(known)) => {
                recalled.take(scan, region, &memory, series, known);
                false
            }
            _ => true,
        }
    });
    plan.recalled = recalled;
}

/// Whether a coarse series leaves a question open.
trait Open {
    fn is_open(&self, known: Coarse) -> bool;
}

impl Open for Refine {
    fn is_open(&self, known: Coarse) -> bool {
        matches!(known, Coarse::Known(Some(p90)) if p90 <= self.p90_at_most)
    }
}

impl Recalled {
    fn take(
        &mut self,
        scan: &Scan<'_>,
        region: &str,
        memory: &Memory,
        series: &Series,
        known: &ReadSeries,
    ) {
        for row in memory.usage_of(known) {
            scan.keep(region, row.clone());
        }
        for row in memory.daily.get(&known.of).into_iter().flatten() {
            scan.keep(region, row.clone());
        }
        if burst::is_source(series) {
            for row in memory.burst.get(&series.resource_id).into_iter().flatten() {
                scan.keep(region, row.clone());
            }
        }
        if quiet::is_source(series) && scan.wants_any(&[QuietHours::TABLE]) {
            for row in memory.quiet.get(&series.resource_id).into_iter().flatten() {
                scan.keep(region, row.clone());
            }
        }
        *self.taken.entry(series.metric.name).or_default() += 1;
        self.read.push(known.clone());
        scan.reuse(&BTreeMap::new(), 1, known.read_at);
    }
}

/// What was kept of a region.
#[derive(Debug, Default)]
struct Memory {
    series: HashMap<Of, ReadSeries>,
    usage: HashMap<Of, Vec<Usage>>,
    daily: HashMap<Of, Vec<UsageDaily>>,
    burst: HashMap<String, Vec<BurstDemand>>,
    quiet: HashMap<String, Vec<QuietHours>>,
}

impl Memory {
    fn read(scan: &Scan<'_>, region: &str) -> Option<Self> {
        let settings = scan.want.answers.as_ref()?;
        let kept = Kept::read(&path(scan, settings, region, NAME), &what(region))?;
        let mut series = read_series(kept.frames.get(NAME)?)?;
        series.retain(|_, one| is_young(one.read_at, scan.want.taken_at, settings.metrics));
        Some(Memory {
            series,
            usage: grouped(&kept, |row: &Usage| {
                (
                    row.resource_id.clone(),
                    row.metric.clone(),
                    row.statistic.clone(),
                    row.period_seconds,
                )
            })?,
            daily: grouped(&kept, |row: &UsageDaily| {
                (
                    row.resource_id.clone(),
                    row.metric.clone(),
                    row.statistic.clone(),
                    row.period_seconds,
                )
            })?,
            burst: grouped(&kept, |row: &BurstDemand| row.resource_id.clone())?,
            quiet: grouped(&kept, |row: &QuietHours| row.resource_id.clone())?,
        })
    }

    /// The series as it was read, if the question was the same.
    fn find(&self, scan: &Scan<'_>, series: &Series) -> Option<&ReadSeries> {
        let known = self.series.get(&of(series))?;
        let is_same = known.asked == asked(scan, series);
        (is_same && !self.usage_of(known).is_empty()).then_some(known)
    }

    fn usage_of(&self, known: &ReadSeries) -> &[Usage] {
        self.usage.get(&known.of).map_or(&[], Vec::as_slice)
    }
}

/// Rows of a table by what they are of; `None` when they cannot be read.
fn grouped<R: Row, K: Eq + Hash>(kept: &Kept, key: impl Fn(&R) -> K) -> Option<HashMap<K, Vec<R>>> {
    let mut groups: HashMap<K, Vec<R>> = HashMap::new();
    for row in rows_of::<R>(kept.frames.get(R::TABLE.name)?).ok()? {
        groups.entry(key(&row)).or_default().push(row);
    }
    Some(groups)
}

/// Everything but the series that the file depends on.
fn what(region: &str) -> String {
    let tables = [
        Usage::TABLE,
        UsageDaily::TABLE,
        BurstDemand::TABLE,
        QuietHours::TABLE,
    ];
    let columns = tables.iter().flat_map(|table| table.columns());
    let names: Vec<&str> = columns.map(|column| column.name).collect();
    format!("{NAME} {region} [{}]", names.join(" "))
}

/// Keeps a region's series for the next collection, those that were taken from the last one too.
pub(super) fn remember(scan: &Scan<'_>, region: &str, read: &[ReadSeries]) {
    let Some(settings) = scan.want.answers.as_ref().filter(|_| !read.is_empty()) else {
        return;
    };
    let mut frames: BTreeMap<String, DataFrame> = [
        Usage::TABLE,
        UsageDaily::TABLE,
        BurstDemand::TABLE,
        QuietHours::TABLE,
    ]
    .into_iter()
    .map(|table| (table.name.to_owned(), scan.frame_so_far(table, region)))
    .collect();
    let Some(index) = index_of(read) else { return };
    frames.insert(NAME.to_owned(), index);
    let kept = Kept {
        what: what(region),
        read_at: scan.want.taken_at,
        calls: BTreeMap::new(),
        frames,
    };
    let path = path(scan, settings, region, NAME);
    if let Err(fault) = kept.write(&path) {
        tracing::warn!("{}: series cannot be kept: {fault}", path.display());
    }
}

fn index_of(read: &[ReadSeries]) -> Option<DataFrame> {
    let text = |name: &str, of: &dyn Fn(&ReadSeries) -> String| {
        Column::new(name.into(), read.iter().map(of).collect::<Vec<_>>())
    };
    let number = |name: &str, of: &dyn Fn(&ReadSeries) -> i64| {
        Column::new(name.into(), read.iter().map(of).collect::<Vec<_>>())
    };
    let columns = vec![
        text("resource_id", &|one| one.of.0.clone()),
        text("metric", &|one| one.of.1.clone()),
        text("statistic", &|one| one.of.2.clone()),
        number("period_seconds", &|one| one.of.3),
        text("asked", &|one| one.asked.clone()),
        number("read_at_second", &|one| one.read_at.as_second()),
    ];
    DataFrame::new(read.len(), columns).ok()
}

fn read_series(index: &DataFrame) -> Option<HashMap<Of, ReadSeries>> {
    let text = |name: &str| index.column(name).ok()?.str().ok();
    let number = |name: &str| index.column(name).ok()?.i64().ok();
    let (ids, metrics, statistics) = (text("resource_id")?, text("metric")?, text("statistic")?);
    let (periods, asked, read_at) = (
        number("period_seconds")?,
        text("asked")?,
        number("read_at_second")?,
    );
    let row = |row: usize| {
        let of: Of = (
            ids.get(row)?.to_owned(),
            metrics.get(row)?.to_owned(),
            statistics.get(row)?.to_owned(),
            periods.get(row)?,
        );
        let read = ReadSeries {
            of: of.clone(),
            asked: asked.get(row)?.to_owned(),
            read_at: Timestamp::from_second(read_at.get(row)?).ok()?,
        };
        Some((of, read))
    };
    (0..index.height()).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_comes_back() {
        let read = vec![ReadSeries {
            of: (
                "arn:1".into(),
                "CPUUtilization".into(),
                "Maximum".into(),
                3_600,
            ),
            asked: "AWS/EC2 []".into(),
            read_at: "2026-03-15T12:00:00Z".parse().unwrap(),
        }];
        let index = index_of(&read).unwrap();
        let back = read_series(&index).unwrap();
        let one = &back[&read[0].of];
        assert_eq!((&one.asked, one.read_at), (&read[0].asked, read[0].read_at));
        assert!(read_series(&DataFrame::empty()).is_none());
    }

    #[test]
    fn a_quiet_coarse_series_leaves_the_question_open() {
        let refine = Refine {
            metric: "CPUUtilization",
            statistic: billhook_catalog::Statistic::Maximum,
            period_seconds: 3_600,
            days: 14,
            p90_at_most: 40.0,
        };
        assert!(refine.is_open(Coarse::Known(Some(40.0))));
        assert!(!refine.is_open(Coarse::Known(Some(40.1))));
        assert!(!refine.is_open(Coarse::Known(None)));
        assert!(!refine.is_open(Coarse::Failed));
    }
}
