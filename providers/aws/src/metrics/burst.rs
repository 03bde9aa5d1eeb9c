//! `aws_ec2_burst_demand`, while the series it follows from is at hand.

use billhook_catalog::{Place, Statistic};

use crate::ec2::burst::{BurstDemand, baselines, credits};
use crate::metrics::reduce::{Point, Reduced};
use crate::metrics::series::Series;
use crate::metrics::window::Window;

/// Length of the periods that credits are counted by: those of basic monitoring.
const PERIOD_SECONDS: u32 = 300;
const MINUTES_PER_PERIOD: f64 = 5.0;

/// Whether rows follow from a series: the mean of an instance's CPU.
pub(crate) fn is_source(series: &Series) -> bool {
    series.metric.namespace == "AWS/EC2"
        && series.metric.name == "CPUUtilization"
        && series.statistic == Statistic::Average
        && series.period_seconds == PERIOD_SECONDS
}

/// The rows of a series in a window; none when it is not the mean of an instance's CPU, when nothing is known, and for
/// baselines that the load cannot exceed.
pub(crate) fn rows(
    place: &Place,
    series: &Series,
    points: &[Point],
    days: u32,
    window: Window,
    reduced: &Reduced,
) -> Vec<BurstDemand> {
    let (true, Some(vcpus), Some(figures)) = (is_source(series), series.vcpus, reduced.figures)
    else {
        return Vec::new();
    };
    let vcpus = vcpus as f64;
    let periods = usize::try_from(reduced.expected).unwrap_or(0);
    let mut percents = vec![figures.max; periods];
    let begin = window.start.as_second();
    for (time, percent) in points.iter().filter(|(time, _)| window.holds(*time)) {
        let index = (time.as_second() - begin) / i64::from(PERIOD_SECONDS);
        let slot = usize::try_from(index)
            .ok()
            .and_then(|index| percents.get_mut(index));
        if let Some(slot) = slot {
            *slot = *percent;
        }
    }
    let reachable = baselines().into_iter().filter(|baseline| *baseline < vcpus);
    reachable
        .map(|baseline_vcpus| {
            let loads = percents.iter().map(|percent| vcpus * percent / 100.0);
            let found = credits(loads, MINUTES_PER_PERIOD, baseline_vcpus);
            BurstDemand {
                id: place.clone(),
                resource_id: series.resource_id.clone(),
                window_days: i64::from(days),
                baseline_vcpus,
                coverage: reduced.coverage,
                credits_needed: Some(found.needed),
                surplus_credits_charged: Some(found.charged),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::series::tests::series;
    use crate::metrics::window::at;

    fn of(vcpus: Option<i64>, statistic: Statistic, percents: &[Option<f64>]) -> Vec<BurstDemand> {
        let series = Series {
            statistic,
            vcpus,
            ..series("i", 300, 1)
        };
        let window = series.window();
        let begin = window.start.as_second();
        let known = percents.iter().zip(0..).filter_map(|(percent, index)| {
            percent.map(|percent| (at(begin + index * 300), percent))
        });
        let points: Vec<Point> = known.collect();
        let reduced = series.reading().reduce(&points, window);
        rows(&Place::default(), &series, &points, 1, window, &reduced)
    }

    fn needed(rows: &[BurstDemand], baseline: f64) -> Option<f64> {
        let row = rows.iter().find(|row| row.baseline_vcpus == baseline)?;
        row.credits_needed
    }

    #[test]
    fn a_row_for_each_baseline_that_the_load_can_exceed() {
        // Two vCPUs at 50 % for an hour, then idle.
        let mut day = vec![Some(0.0); 288];
        day[..12].fill(Some(50.0));
        let rows = of(Some(2), Statistic::Average, &day);
        assert_eq!(needed(&rows, 0.4), Some(36.0));
        assert!(
            rows.iter()
                .all(|row| row.baseline_vcpus < 2.0 && row.coverage == 1.0)
        );
        assert_eq!(needed(&rows, 3.2), None);
    }

    #[test]
    fn what_is_not_known_counts_as_the_busiest_that_is() {
        let mut day = vec![Some(0.0); 288];
        day[0] = Some(100.0);
        let known = needed(&of(Some(1), Statistic::Average, &day), 0.2);
        assert_eq!(known, Some(4.0));
        day[1] = None;
        let rows = of(Some(1), Statistic::Average, &day);
        assert_eq!(needed(&rows, 0.2), Some(8.0));
        assert!(rows[0].coverage < 1.0);
    }

    #[test]
    fn nothing_without_points_without_size_and_of_other_series() {
        let day = vec![Some(10.0); 288];
        assert_eq!(of(None, Statistic::Average, &day), []);
        assert_eq!(of(Some(2), Statistic::Maximum, &day), []);
        assert_eq!(of(Some(2), Statistic::Average, &[None]), []);
    }
}
