//! Sends one request for metrics and sorts its answer, page by page, by series.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::types::{
    Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat, ScanBy, StatusCode,
};
use billhook_catalog::GapKind;

use crate::classify::{Problem, clean};
use crate::limit::Datapoints;
use crate::metrics::batch::{Batch, POINTS};
use crate::metrics::plan::OPERATION;
use crate::metrics::reduce::Point;
use crate::metrics::series::Series;
use crate::scan::{GLOBAL, Scan};
use crate::session::global_region;
use crate::time::{instant, to_sdk};

/// The answer for each series of a batch, in its order, and the number of metric queries that were sent.
pub(crate) struct Fetched {
    /// Points in order, or why there are none to trust.
    pub(crate) series: Vec<Result<Vec<Point>, Problem>>,
    /// Metric queries, those of further pages included.
    pub(crate) queries: u64,
}

/// Fetches a batch.
pub(crate) async fn fetch(
    scan: &Scan<'_>,
    region: &str,
    datapoints: &Datapoints,
    batch: &Batch,
) -> Fetched {
    // What belongs to no region publishes its metrics in one of them.
    let region = match region {
        GLOBAL => global_region(scan.clients.home()),
        region => region,
    };
    let client = scan.clients.cloudwatch(region);
    let queries: Vec<MetricDataQuery> = batch
        .series
        .iter()
        .enumerate()
        .map(|(index, series)| query(index, series))
        .collect();
    let mut sent = 0;
    let mut answers = Answers::default();
    datapoints
        .ready(u64::try_from(batch.points).unwrap_or(0))
        .await;
    let outcome = scan
        .caller
        .pages(
            region,
            OPERATION,
            |token| {
                sent += queries.len() as u64;
                client
                    .get_metric_data()
                    .set_metric_data_queries(Some(queries.clone()))
                    .start_time(to_sdk(batch.window.start))
                    .end_time(to_sdk(batch.window.end))
                    .scan_by(ScanBy::TimestampAscending)
                    .max_datapoints(i32::try_from(POINTS).unwrap_or(i32::MAX))
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for result in page.metric_data_results.unwrap_or_default() {
                    answers.take(result);
                }
                page.next_token
            },
        )
        .await;
    if scan.caller.is_cancelled() && outcome.is_err() {
        sent = sent.saturating_sub(queries.len() as u64);
    }
    let series = match outcome {
        Ok(()) => (0..batch.series.len())
            .map(|index| answers.finish(index))
            .collect(),
        // What earlier pages said of a series may not be all of it.
        Err(problem) => batch.series.iter().map(|_| Err(problem.clone())).collect(),
    };
    Fetched {
        series,
        queries: sent,
    }
}

/// A series' id within its request.
fn id(index: usize) -> String {
    format!("q{index}")
}

fn query(index: usize, series: &Series) -> MetricDataQuery {
    let dimensions = series
        .dimensions
        .iter()
        .map(|(name, value)| Dimension::builder().name(name).value(value).build())
        .collect();
    let metric = Metric::builder()
        .namespace(series.metric.namespace)
        .metric_name(series.metric.name)
        .set_dimensions(Some(dimensions))
        .build();
    let stat = MetricStat::builder()
        .metric(metric)
        .period(i32::try_from(series.period_seconds).unwrap_or(i32::MAX))
        .stat(series.statistic.as_str())
        .build();
    MetricDataQuery::builder()
        .id(id(index))
        .metric_stat(stat)
        .return_data(true)
        .build()
}

/// What was answered so far, by the series' id.
#[derive(Debug, Default)]
struct Answers(BTreeMap<String, Answer>);

#[derive(Debug, Default)]
struct Answer {
    points: BTreeMap<jiff::Timestamp, f64>,
    status: Option<StatusCode>,
    messages: Vec<String>,
}

impl Answers {
    fn take(&mut self, result: MetricDataResult) {
        let Some(id) = result.id else { return };
        let answer = self.0.entry(id).or_default();
        let times = result.timestamps.unwrap_or_default();
        for (time, value) in times.iter().zip(result.values.unwrap_or_default()) {
            if let Some(time) = instant(Some(time))
                && value.is_finite()
            {
                answer.points.insert(time, value);
            }
        }
        // A later page says more of the same series, and its word counts.
        answer.status = result.status_code.or(answer.status.take());
        answer.messages.extend(
            result
                .messages
                .unwrap_or_default()
                .into_iter()
                .filter_map(|message| message.value),
        );
    }

    /// The points of a series, if all of them came. Anything else is missing, and never zero.
    fn finish(&mut self, index: usize) -> Result<Vec<Point>, Problem> {
        let Some(answer) = self.0.remove(&id(index)) else {
            return Err(Problem::new(
                OPERATION,
                GapKind::Failed,
                "the answer leaves the series out",
            ));
        };
        let (kind, words) = match answer.status {
            Some(StatusCode::Complete) => return Ok(answer.points.into_iter().collect()),
            Some(StatusCode::PartialData) => (
                GapKind::Failed,
                "the answer is only a part (PartialData)".to_owned(),
            ),
            Some(StatusCode::Forbidden) => (
                GapKind::Denied,
                "the metric may not be read (Forbidden)".to_owned(),
            ),
            Some(other) => (
                GapKind::Failed,
                format!("the metric could not be read ({other})"),
            ),
            None => (
                GapKind::Failed,
                "the answer does not say whether it is complete".to_owned(),
            ),
        };
        let messages: String = answer
            .messages
            .iter()
            .map(|message| format!(": {message}"))
            .collect();
        Err(Problem::new(
            OPERATION,
            kind,
            clean(&format!("{words}{messages}")),
        ))
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatch::types::MessageData;
    use aws_smithy_types::DateTime;

    use super::*;
    use crate::metrics::series::tests::series;

    fn result(index: usize, status: Option<StatusCode>, points: &[(i64, f64)]) -> MetricDataResult {
        MetricDataResult::builder()
            .id(id(index))
            .set_status_code(status)
            .set_timestamps(Some(
                points
                    .iter()
                    .map(|(time, _)| DateTime::from_secs(*time))
                    .collect(),
            ))
            .set_values(Some(points.iter().map(|(_, value)| *value).collect()))
            .build()
    }

    fn values(answer: Result<Vec<Point>, Problem>) -> Vec<f64> {
        answer
            .unwrap()
            .into_iter()
            .map(|(_, value)| value)
            .collect()
    }

    #[test]
    fn pages_of_a_series_are_put_together_in_order() {
        let mut answers = Answers::default();
        answers.take(result(
            0,
            Some(StatusCode::PartialData),
            &[(300, 2.0), (0, 1.0)],
        ));
        answers.take(result(0, Some(StatusCode::Complete), &[(600, 3.0)]));
        assert_eq!(values(answers.finish(0)), [1.0, 2.0, 3.0]);
    }

    #[test]
    fn an_answer_that_is_not_complete_is_missing_and_not_zero() {
        for (status, kind) in [
            (Some(StatusCode::PartialData), GapKind::Failed),
            (Some(StatusCode::InternalError), GapKind::Failed),
            (Some(StatusCode::Forbidden), GapKind::Denied),
            (None, GapKind::Failed),
        ] {
            let mut answers = Answers::default();
            answers.take(result(0, status.clone(), &[(0, 1.0)]));
            assert_eq!(answers.finish(0).unwrap_err().kind, kind, "{status:?}");
        }
        assert_eq!(
            Answers::default().finish(0).unwrap_err().kind,
            GapKind::Failed,
            "left out altogether"
        );
        let mut complete = Answers::default();
        complete.take(result(0, Some(StatusCode::Complete), &[]));
        assert_eq!(
            complete.finish(0),
            Ok(Vec::new()),
            "complete and silent is an answer"
        );
    }

    #[test]
    fn the_services_words_and_the_permission_are_kept() {
        let mut answers = Answers::default();
        let mut forbidden = result(3, Some(StatusCode::Forbidden), &[]);
        forbidden.messages = Some(vec![
            MessageData::builder()
                .code("AccessDenied")
                .value("not\nyours")
                .build(),
        ]);
        answers.take(forbidden);
        let problem = answers.finish(3).unwrap_err();
        assert_eq!(
            problem.detail,
            "the metric may not be read (Forbidden): not yours"
        );
        assert_eq!(
            problem.iam_action().as_deref(),
            Some("cloudwatch:GetMetricData")
        );
    }

    #[test]
    fn values_that_are_no_numbers_are_no_points() {
        let mut answers = Answers::default();
        answers.take(result(
            0,
            Some(StatusCode::Complete),
            &[(0, f64::NAN), (300, 1.0), (600, f64::INFINITY)],
        ));
        assert_eq!(values(answers.finish(0)), [1.0]);
    }

    #[test]
    fn a_query_names_the_series_in_full() {
        let query = query(7, &series("i-1", 300, 14));
        let stat = query.metric_stat().unwrap();
        assert_eq!(
            (query.id(), stat.period(), stat.stat()),
            (Some("q7"), Some(300), Some("Maximum"))
        );
        let metric = stat.metric().unwrap();
        assert_eq!(
            (metric.namespace(), metric.metric_name()),
            (Some("AWS/EC2"), Some("CPUUtilization"))
        );
        assert_eq!(metric.dimensions()[0].name(), Some("InstanceId"));
        assert_eq!(metric.dimensions()[0].value(), Some("i-1"));
    }
}
