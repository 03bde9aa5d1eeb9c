//! Which series are to be fetched in a region: from the wants of the rules and the rows that were just read.

use std::collections::BTreeMap;

use billhook_catalog::{BASE_GROUP, Gap, GapKind, Metric, MetricWant, Refine, Statistic, Table};
use jiff::Timestamp;
use polars::prelude::DataFrame;

use crate::charge::OverBudget;
use crate::metrics::agent::{self, Listed};
use crate::metrics::kept::Recalled;
use crate::metrics::parts;
use crate::metrics::series::{Series, Span};
use crate::metrics::table_row::TableRow;
use crate::metrics::window::{Window, not_kept};

/// The operation that reads metrics.
pub(crate) const OPERATION: &str = "cloudwatch:GetMetricData";

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
    /// What is known already and not asked for.
    pub(super) recalled: Recalled,
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

    /// Drops the series of the first stage that `keep` says no to.
    pub(crate) fn retain_coarse(&mut self, mut keep: impl FnMut(&Series) -> bool) {
        self.coarse.retain(|_, series| keep(series));
    }

    /// Drops the series of the second stage that `keep` says no to.
    pub(crate) fn retain_fine(&mut self, mut keep: impl FnMut(&Candidate) -> bool) {
        self.fine.retain(|_, candidate| keep(candidate));
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
#[path = "plan_tests.rs"]
pub(crate) mod tests;
