//! One series of a metric: of what, in which windows, and how its points are to be read.

use billhook_catalog::{Metric, Statistic};
use jiff::Timestamp;

use crate::metrics::agent::Dimensions;
use crate::metrics::reduce::Reading;
use crate::metrics::window::Window;

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

    /// Adds a window that is wanted of it, worth so much.
    pub(crate) fn add(&mut self, span: Span, value: u32) {
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ec2::instance;

    pub(crate) fn taken_at() -> Timestamp {
        "2026-03-15T12:34:56Z".parse().unwrap()
    }

    pub(crate) fn metric(name: &str) -> &'static Metric {
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

    #[test]
    fn the_longest_window_holds_the_others() {
        let mut one = series("i-1", 3_600, 14);
        let span = |days, daily| Span { days, daily };
        one.add(span(32, false), 1);
        one.add(span(14, true), 3);
        one.add(span(7, false), 2);
        assert_eq!(one.spans, [span(32, false), span(14, true), span(7, false)]);
        assert_eq!(one.value, 3);
        assert_eq!(one.window(), Window::before(taken_at(), 32, 3_600));
    }
}
