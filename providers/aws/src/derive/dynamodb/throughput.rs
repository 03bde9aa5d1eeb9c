//! What has throughput of its own: a table, and each of its global secondary indexes.

use crate::dynamodb::index::Index;
use crate::dynamodb::table::Table;
use crate::prices::{HOURS_PER_MONTH, Sku};

use super::super::measured::Measured;

/// Length of the periods that are measured, seconds.
const PERIOD_SECONDS: f64 = 300.0;

/// Reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Read,
    Write,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::Read, Self::Write];

    /// As `aws_dynamodb_scaling` calls it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    fn consumed(self) -> &'static str {
        match self {
            Self::Read => "ConsumedReadCapacityUnits",
            Self::Write => "ConsumedWriteCapacityUnits",
        }
    }

    fn provisioned(self) -> &'static str {
        match self {
            Self::Read => "ProvisionedReadCapacityUnits",
            Self::Write => "ProvisionedWriteCapacityUnits",
        }
    }

    /// Unit of provisioned capacity over time.
    pub(super) fn hours_unit(self) -> &'static str {
        match self {
            Self::Read => "RCU-h",
            Self::Write => "WCU-h",
        }
    }
}

/// How a class of tables is priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Standard,
    InfrequentAccess,
}

impl Class {
    /// From the word of the API.
    pub(super) fn of(table: &Table) -> Option<Self> {
        match table.table_class.as_deref()? {
            "STANDARD" => Some(Self::Standard),
            "STANDARD_INFREQUENT_ACCESS" => Some(Self::InfrequentAccess),
            _ => None,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD",
            Self::InfrequentAccess => "STANDARD_INFREQUENT_ACCESS",
        }
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::Standard => Self::InfrequentAccess,
            Self::InfrequentAccess => Self::Standard,
        }
    }

    /// An hour of a capacity unit.
    pub(super) fn unit_hour(self, side: Side) -> Sku<'static> {
        let metric = match (self, side) {
            (Self::Standard, Side::Read) => "rcu_hour",
            (Self::Standard, Side::Write) => "wcu_hour",
            (Self::InfrequentAccess, Side::Read) => "ia_rcu_hour",
            (Self::InfrequentAccess, Side::Write) => "ia_wcu_hour",
        };
        Sku::service("dynamodb", metric)
    }

    /// A million request units on demand.
    pub(super) fn million_requests(self, side: Side) -> Sku<'static> {
        let metric = match (self, side) {
            (Self::Standard, Side::Read) => "on_demand_read_per_1m",
            (Self::Standard, Side::Write) => "on_demand_write_per_1m",
            (Self::InfrequentAccess, Side::Read) => "ia_on_demand_read_per_1m",
            (Self::InfrequentAccess, Side::Write) => "ia_on_demand_write_per_1m",
        };
        Sku::service("dynamodb", metric)
    }

    /// A GiB of storage for a month.
    pub(super) fn gib_month(self) -> Sku<'static> {
        let metric = match self {
            Self::Standard => "storage_gb_month_over_25gb_free",
            Self::InfrequentAccess => "storage_ia_gb_month",
        };
        Sku::service("dynamodb", metric)
    }
}

/// What was used of a capacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Demand {
    /// Units in the window.
    pub(super) sum: f64,
    /// Units that a month would use at this rate.
    pub(super) month: f64,
    /// 99.5th percentile of 5-minute means, units a second.
    pub(super) used: f64,
    /// The busiest 5 minutes, units a second.
    pub(super) peak: f64,
}

/// A table or an index, as far as its throughput is concerned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Throughput<'e> {
    /// What it is called in sums: `table` or the name of the index.
    pub(super) label: &'e str,
    pub(super) resource_id: &'e str,
    /// Empty for the table.
    pub(super) index_resource_id: &'e str,
    units: [Option<i64>; 2],
    was_changed: bool,
}

impl<'e> Throughput<'e> {
    /// A table and its indexes.
    pub(super) fn all(table: &'e Table, indexes: &[&'e Index]) -> Vec<Self> {
        let own = Self {
            label: "table",
            resource_id: &table.id.resource_id,
            index_resource_id: "",
            units: [table.provisioned_read_units, table.provisioned_write_units],
            was_changed: table.capacity_changed_at.is_some(),
        };
        let indexes = indexes.iter().map(|index| Self {
            label: index.index_name.as_deref().unwrap_or("index"),
            resource_id: &index.id.resource_id,
            index_resource_id: &index.id.resource_id,
            units: [index.provisioned_read_units, index.provisioned_write_units],
            was_changed: index.capacity_changed_at.is_some(),
        });
        std::iter::once(own).chain(indexes).collect()
    }

    /// Provisioned units as they are now.
    pub(super) fn units(&self, side: Side) -> Option<i64> {
        self.units[side as usize]
    }

    /// Provisioned units as they are paid: the mean of the window if they were ever changed and that is known.
    pub(super) fn paid(&self, side: Side, measured: &Measured) -> Option<f64> {
        let now = self.units(side)? as f64;
        if !self.was_changed {
            return Some(now);
        }
        let mean = measured.mean(self.resource_id, side.provisioned());
        Some(mean.unwrap_or(now))
    }

    /// What was used; None unless it is known for the window.
    pub(super) fn demand(&self, side: Side, measured: &Measured) -> Option<Demand> {
        let series = measured.covered(self.resource_id, side.consumed(), "Sum")?;
        Some(Demand {
            sum: series.sum?,
            month: series.sum_a_month()?,
            used: series.p995? / PERIOD_SECONDS,
            peak: series.max? / PERIOD_SECONDS,
        })
    }

    /// How it is named in a line of a sum.
    pub(super) fn described(&self) -> String {
        if self.index_resource_id.is_empty() {
            "the table".to_owned()
        } else {
            format!("index {}", self.label)
        }
    }
}

/// Units over a month, as they are billed.
pub(super) fn unit_hours(units: f64) -> f64 {
    units * HOURS_PER_MONTH
}
