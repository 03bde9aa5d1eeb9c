//! Packs series into requests, so that no answer has a second page.

use crate::metrics::series::Series;
use crate::metrics::window::Window;

/// Most queries of a request.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>, as the next.
pub(crate) const QUERIES: usize = 500;

/// Most points of an answer.
pub(crate) const POINTS: i64 = 100_800;

/// Series that are asked for in one request: all in the same window.
#[derive(Debug)]
pub(crate) struct Batch {
    /// The window.
    pub(crate) window: Window,
    /// The series.
    pub(crate) series: Vec<Series>,
    /// Points that the answer can have.
    pub(crate) points: i64,
}

/// Packs series, those with the same window together.
pub(crate) fn batches(mut series: Vec<Series>) -> Vec<Batch> {
    series.sort_by_key(Series::window);
    let mut batches: Vec<Batch> = Vec::new();
    for one in series {
        let (window, points) = (one.window(), one.window().periods(one.period_seconds));
        match batches.last_mut() {
            Some(batch)
                if batch.window == window
                    && batch.series.len() < QUERIES
                    && batch.points + points <= POINTS =>
            {
                batch.points += points;
                batch.series.push(one);
            }
            _ => batches.push(Batch {
                window,
                series: vec![one],
                points,
            }),
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::series::tests::series;

    fn sizes(period_seconds: u32, days: u32, count: usize) -> Vec<usize> {
        let all = (0..count)
            .map(|index| series(&format!("i-{index}"), period_seconds, days))
            .collect();
        batches(all)
            .iter()
            .map(|batch| batch.series.len())
            .collect()
    }

    #[test]
    fn a_request_holds_what_one_answer_can() {
        assert_eq!(sizes(300, 14, 60), [25, 25, 10]);
        assert_eq!(sizes(3_600, 14, 301), [300, 1]);
        assert_eq!(sizes(3_600, 32, 132), [131, 1]);
        assert_eq!(sizes(86_400, 32, 501), [500, 1]);
        assert_eq!(sizes(300, 14, 0), Vec::<usize>::new());
    }

    #[test]
    fn windows_are_not_mixed_but_periods_are() {
        let all = vec![
            series("i-1", 3_600, 14),
            series("i-2", 3_600, 32),
            series("i-3", 300, 14),
            series("i-4", 3_600, 14),
        ];
        let packed = batches(all);
        assert_eq!(
            packed
                .iter()
                .map(|batch| batch.series.len())
                .collect::<Vec<_>>(),
            [1, 3]
        );
        assert!(
            packed
                .iter()
                .all(|batch| batch.series.iter().all(|one| one.window() == batch.window))
        );
        assert_eq!(packed[1].points, 2 * 336 + 4_032);
    }
}
