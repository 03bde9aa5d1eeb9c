//! A row of a table whose metrics are wanted: its cells, and under which metric it is measured.

use billhook_catalog::{Cell, ColumnReader, Dimension, DimensionValue, Metric, Table};
use jiff::Timestamp;
use polars::prelude::DataFrame;

use crate::elasticache::cluster;
use crate::elb::load_balancer;
use crate::metrics::agent::Dimensions;

/// A row of a table.
#[derive(Clone, Copy)]
pub(crate) struct TableRow<'f> {
    /// The table.
    pub(crate) table: &'static Table,
    /// Its rows.
    pub(crate) frame: &'f DataFrame,
    /// Which of them.
    pub(crate) row: usize,
}

impl TableRow<'_> {
    /// A cell; `None` when it is NULL or there is no such column.
    pub(crate) fn cell<T: Cell>(self, column: &str) -> Option<T> {
        let declared = self.table.column(column)?;
        let column = self.frame.column(column).ok()?;
        T::read(&ColumnReader::new(column, declared), self.row)
    }

    /// The dimensions that a metric declares; `None` when one of them is not known.
    pub(crate) fn dimensions(self, metric: &Metric) -> Option<Dimensions> {
        let value = |dimension: &Dimension| match dimension.value {
            DimensionValue::Literal(value) => Some(value.to_owned()),
            DimensionValue::Column(column) => self.cell::<String>(column),
        };
        let all = metric.dimensions.iter();
        all.map(|dimension| Some((dimension.name.to_owned(), value(dimension)?)))
            .collect()
    }

    /// vCPUs of an instance, CPU options included.
    pub(crate) fn vcpus(self) -> Option<i64> {
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
    /// where a metrics configuration says so. Engines of caches have metrics of their own. Of capacity that was never changed the present figure
    /// is all there is to know.
    pub(crate) fn measured_as(self, metric: &'static Metric) -> Option<&'static Metric> {
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
    pub(crate) fn never_publishes(self, metric: &Metric) -> bool {
        let is_of_credits = metric.namespace == "AWS/EC2"
            && (metric.name.starts_with("CPUCredit") || metric.name.starts_with("CPUSurplus"));
        let is_steady = |name: String| {
            let mut letters = name.chars();
            letters.next() != Some('t') || !letters.next().is_some_and(|it| it.is_ascii_digit())
        };
        is_of_credits && self.cell::<String>("instance_type").is_some_and(is_steady)
    }
}

#[cfg(test)]
mod tests {
    use billhook_catalog::{Key, MetricWant, Row, frame_of};

    use crate::ec2::instance::Instance;
    use crate::metrics::plan::tests::{plan, want};
    use crate::vpc::nat_gateway::{self, NatGateway};

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
