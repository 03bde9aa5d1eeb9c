//! Utilization metrics: what the cloud publishes for a table's resources, and which of them a scan wants.

use std::fmt;
use std::sync::Arc;

use polars::prelude::{BooleanChunked, ChunkFull, DataFrame, PolarsResult};
use serde::{Deserialize, Serialize};

/// What a point that is not there means. It differs by metric, so there is no default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nothing happened: the metric is published only when there is something to count. Coverage is complete once every
    /// request for it came back complete and the resource is older than the window.
    Zero,
    /// Nothing is known of that time. Never read as zero.
    NoEvidence,
    /// Published only while the resource is attached: silence says that it was not, and no more.
    NotAttached,
}

/// One dimension of a metric.
#[derive(Clone, Copy, Debug)]
pub struct Dimension {
    /// The cloud's name of it (`InstanceId`).
    pub name: &'static str,
    /// Where its value comes from.
    pub value: DimensionValue,
}

/// Where the value of a dimension comes from.
#[derive(Clone, Copy, Debug)]
pub enum DimensionValue {
    /// A text column of the resource's own row.
    Column(&'static str),
    /// The same for every resource.
    Literal(&'static str),
}

/// A metric that the cloud publishes for the resources of a table.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Namespace (`AWS/EC2`).
    pub namespace: &'static str,
    /// Name (`CPUUtilization`).
    pub name: &'static str,
    /// Dimensions, complete: a series is asked for by all of them.
    pub dimensions: &'static [Dimension],
    /// What a missing point means.
    pub missing: Missing,
    /// What it measures, and in which unit.
    pub doc: &'static str,
}

/// How the points within one period are combined by the cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Statistic {
    /// Mean of the samples.
    Average,
    /// Largest sample.
    Maximum,
    /// Smallest sample.
    Minimum,
    /// Sum of the samples.
    Sum,
    /// Number of samples.
    SampleCount,
}

impl Statistic {
    /// The cloud's name of it, as in rule files and the `usage` table.
    pub fn as_str(self) -> &'static str {
        match self {
            Statistic::Average => "Average",
            Statistic::Maximum => "Maximum",
            Statistic::Minimum => "Minimum",
            Statistic::Sum => "Sum",
            Statistic::SampleCount => "SampleCount",
        }
    }
}

type PopulationFn = dyn Fn(&DataFrame) -> PolarsResult<BooleanChunked> + Send + Sync;

/// Tells for each row of a table whether its metrics are wanted: the population of the rules that read them.
/// NULL (membership unknown) counts as not wanted: such a resource is not judged anyway.
#[derive(Clone)]
pub struct Population(Arc<PopulationFn>);

impl Population {
    /// Wraps a predicate over the table's rows.
    pub fn new(
        test: impl Fn(&DataFrame) -> PolarsResult<BooleanChunked> + Send + Sync + 'static,
    ) -> Self {
        Population(Arc::new(test))
    }

    /// Every row.
    pub fn everything() -> Self {
        Population::new(|frame| Ok(BooleanChunked::full("wanted".into(), true, frame.height())))
    }

    /// One flag a row.
    pub fn test(&self, frame: &DataFrame) -> PolarsResult<BooleanChunked> {
        (self.0)(frame)
    }
}

impl fmt::Debug for Population {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Population(..)")
    }
}

/// Restricts a fine series to the resources for which a coarse one, fetched before, leaves the question open.
#[derive(Clone, Debug, PartialEq)]
pub struct Refine {
    /// Name of the coarse metric.
    pub metric: &'static str,
    /// Its statistic.
    pub statistic: Statistic,
    /// Its period.
    pub period_seconds: u32,
    /// Its window.
    pub days: u32,
    /// The 90th percentile of its points must be at most this for the fine series to be fetched.
    pub p90_at_most: f64,
}

/// One metric that a scan wants for the resources of a table.
#[derive(Clone, Debug)]
pub struct MetricWant {
    /// Name of the table whose resources it is wanted for.
    pub table: &'static str,
    /// The metric.
    pub metric: &'static Metric,
    /// Statistic.
    pub statistic: Statistic,
    /// Period of one point, in seconds.
    pub period_seconds: u32,
    /// Length of the window, counted back from the scan's whole hour.
    pub days: u32,
    /// Whether `usage_daily` is wanted too.
    pub daily: bool,
    /// Which rows of the table it is wanted for.
    pub population: Population,
    /// Set when it is fetched only for candidates.
    pub refine: Option<Refine>,
    /// How much it is worth, where not everything may be bought: what is worth less is left out first.
    pub value: u32,
}
