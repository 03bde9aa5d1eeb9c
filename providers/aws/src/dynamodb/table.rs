//! `aws_dynamodb_table`.

use aws_sdk_dynamodb::types::{ProvisionedThroughputDescription, TableDescription};
use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};
use jiff::Timestamp;

use crate::number::{BYTES_PER_GIB, count};
use crate::time::instant;

const TABLE: &[Dimension] = &[Dimension {
    name: "TableName",
    value: DimensionValue::Column("short_id"),
}];

/// What AWS publishes for a table, without its indexes. Consumption is published when there is some, so silence is zero.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html>
pub static METRICS: &[Metric] = &metrics(TABLE);

/// The metrics of a table and of an index differ in their dimensions alone.
pub(super) const fn metrics(dimensions: &'static [Dimension]) -> [Metric; 4] {
    [
        Metric {
            namespace: "AWS/DynamoDB",
            name: "ConsumedReadCapacityUnits",
            dimensions,
            missing: Missing::Zero,
            doc: "Read units that were used; the sum of a period over its seconds is the rate.",
        },
        Metric {
            namespace: "AWS/DynamoDB",
            name: "ConsumedWriteCapacityUnits",
            dimensions,
            missing: Missing::Zero,
            doc: "Write units that were used, those of replication included.",
        },
        Metric {
            namespace: "AWS/DynamoDB",
            name: "ProvisionedReadCapacityUnits",
            dimensions,
            missing: Missing::NoEvidence,
            doc: "Read units a second that were provisioned. Read only where they were ever changed.",
        },
        Metric {
            namespace: "AWS/DynamoDB",
            name: "ProvisionedWriteCapacityUnits",
            dimensions,
            missing: Missing::NoEvidence,
            doc: "Write units a second that were provisioned. Read only where they were ever changed.",
        },
    ]
}

table! {
    /// DynamoDB tables. Sizes and counts are those that DynamoDB works out every six hours or so.
    pub struct Table: resource "AWS::DynamoDB::Table" in "aws_dynamodb_table" reads ["dynamodb:ListTables"] {
    }
    group "description" reads ["dynamodb:DescribeTable"] {
        /// `CREATING`, `ACTIVE`, `UPDATING`, `DELETING`, `ARCHIVED`, …
        status: Option<String>,
        /// `PROVISIONED` (paid by the hour of a capacity unit) or `PAY_PER_REQUEST` (on demand).
        billing_mode: Option<String>,
        /// `STANDARD` or `STANDARD_INFREQUENT_ACCESS`.
        table_class: Option<String>,
        /// Read capacity units of the table itself, as they are now; 0 on demand.
        provisioned_read_units: Option<i64>,
        /// Write capacity units of the table itself, as they are now; 0 on demand.
        provisioned_write_units: Option<i64>,
        /// Last change of these units, by a person or by auto scaling; NULL where they were never changed.
        capacity_changed_at: Option<Timestamp>,
        /// Items.
        item_count: Option<i64>,
        /// Size of the items, GiB, without indexes.
        size_gib: Option<f64>,
        /// Global secondary indexes, see `aws_dynamodb_index`.
        index_count: Option<i64>,
        /// Local secondary indexes, which use the table's capacity.
        local_index_count: Option<i64>,
        /// Size of the local secondary indexes, GiB.
        local_index_gib: Option<f64>,
        /// Items in the local secondary indexes.
        local_index_item_count: Option<i64>,
        /// `aws-owned` (a key of DynamoDB's own) or `KMS` (a key in this account). All tables are encrypted.
        encryption: Option<String>,
        /// Key that it is encrypted with; empty when DynamoDB owns it.
        kms_key_id: Option<String>,
        /// Replicas of a global table in other regions; 0 for a table of one region.
        replica_count: Option<i64>,
        /// Whether it is protected against being deleted.
        deletion_protection: Option<bool>,
    }
    group "tags" reads ["tag:GetResources"] {
    }
    metrics METRICS;
}

impl Table {
    /// Fills in what a table says of itself. What the answer leaves out has a meaning: provisioned, the standard class, a key
    /// of DynamoDB's own.
    pub(super) fn describe(&mut self, found: &TableDescription) {
        let bytes = |bytes: Option<i64>| bytes.map(|bytes| bytes as f64 / BYTES_PER_GIB);
        let provisioned = found.provisioned_throughput();
        let on_demand = billing_mode(found) != "PROVISIONED";
        let units = |units: Option<i64>| if on_demand { Some(0) } else { units };
        let local = found.local_secondary_indexes();
        self.id.created_at = instant(found.creation_date_time());
        self.status = found
            .table_status()
            .map(|status| status.as_str().to_owned());
        self.billing_mode = Some(billing_mode(found).to_owned());
        self.table_class = Some(table_class(found).to_owned());
        self.provisioned_read_units =
            units(provisioned.and_then(|throughput| throughput.read_capacity_units()));
        self.provisioned_write_units =
            units(provisioned.and_then(|throughput| throughput.write_capacity_units()));
        self.capacity_changed_at = provisioned.and_then(changed_at);
        self.item_count = found.item_count();
        self.size_gib = bytes(found.table_size_bytes());
        self.index_count = Some(count(found.global_secondary_indexes().len()));
        self.local_index_count = Some(count(local.len()));
        self.local_index_gib = local
            .iter()
            .map(|index| bytes(index.index_size_bytes()))
            .sum();
        self.local_index_item_count = local.iter().map(|index| index.item_count()).sum();
        let encryption = found.sse_description();
        self.encryption = Some(encryption.map_or("aws-owned", |_| "KMS").to_owned());
        self.kms_key_id = match encryption {
            None => Some(String::new()),
            Some(described) => described.kms_master_key_arn().map(str::to_owned),
        };
        let elsewhere = found
            .replicas()
            .iter()
            .filter(|replica| replica.region_name() != Some(self.id.region.as_str()));
        self.replica_count = Some(count(elsewhere.count()));
        self.deletion_protection = Some(found.deletion_protection_enabled().unwrap_or_default());
    }
}

/// The last change of a capacity.
pub(super) fn changed_at(throughput: &ProvisionedThroughputDescription) -> Option<Timestamp> {
    let raised = instant(throughput.last_increase_date_time());
    raised.max(instant(throughput.last_decrease_date_time()))
}

/// `PROVISIONED` or `PAY_PER_REQUEST`; a table that was never on demand says nothing.
pub(super) fn billing_mode(found: &TableDescription) -> &str {
    let mode = found
        .billing_mode_summary()
        .and_then(|summary| summary.billing_mode());
    mode.map_or("PROVISIONED", |mode| mode.as_str())
}

/// `STANDARD` or `STANDARD_INFREQUENT_ACCESS`; a table that was never of another class says nothing.
pub(super) fn table_class(found: &TableDescription) -> &str {
    let class = found
        .table_class_summary()
        .and_then(|summary| summary.table_class());
    class.map_or("STANDARD", |class| class.as_str())
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::{
        BillingMode, BillingModeSummary, LocalSecondaryIndexDescription, ReplicaDescription,
        SseDescription, TableStatus,
    };
    use billhook_catalog::Key;

    use super::*;

    fn described(found: &TableDescription) -> Table {
        let mut table = Table {
            id: Key {
                region: "us-east-1".to_owned(),
                ..Key::default()
            },
            ..Table::default()
        };
        table.describe(found);
        table
    }

    fn throughput() -> ProvisionedThroughputDescription {
        ProvisionedThroughputDescription::builder()
            .read_capacity_units(100)
            .write_capacity_units(20)
            .build()
    }

    #[test]
    fn what_the_answer_leaves_out_has_a_meaning() {
        let found = TableDescription::builder()
            .table_status(TableStatus::Active)
            .provisioned_throughput(throughput())
            .table_size_bytes(1 << 30)
            .build();
        let table = described(&found);
        assert_eq!(table.billing_mode.as_deref(), Some("PROVISIONED"));
        assert_eq!(table.table_class.as_deref(), Some("STANDARD"));
        assert_eq!(table.provisioned_read_units, Some(100));
        assert_eq!(table.size_gib, Some(1.0));
        assert_eq!(table.local_index_gib, Some(0.0));
        assert_eq!(table.encryption.as_deref(), Some("aws-owned"));
        assert_eq!(table.kms_key_id.as_deref(), Some(""));
        assert_eq!(
            (table.replica_count, table.deletion_protection),
            (Some(0), Some(false))
        );
        assert_eq!(
            (table.item_count, table.id.created_at),
            (None, None),
            "not said"
        );
    }

    #[test]
    fn on_demand_replicated_and_encrypted() {
        let found = TableDescription::builder()
            .billing_mode_summary(
                BillingModeSummary::builder()
                    .billing_mode(BillingMode::PayPerRequest)
                    .build(),
            )
            // What it had before, or may burst to: nothing of it is paid.
            .provisioned_throughput(throughput())
            .sse_description(SseDescription::builder().kms_master_key_arn("key").build())
            .replicas(
                ReplicaDescription::builder()
                    .region_name("us-east-1")
                    .build(),
            )
            .replicas(
                ReplicaDescription::builder()
                    .region_name("eu-west-1")
                    .build(),
            )
            .local_secondary_indexes(LocalSecondaryIndexDescription::builder().build())
            .build();
        let table = described(&found);
        assert_eq!(
            (table.provisioned_read_units, table.provisioned_write_units),
            (Some(0), Some(0))
        );
        assert_eq!(table.kms_key_id.as_deref(), Some("key"));
        assert_eq!(
            table.replica_count,
            Some(1),
            "the table itself is none of its replicas"
        );
        assert_eq!(
            (table.local_index_count, table.local_index_gib),
            (Some(1), None),
            "one of unknown size makes the sum unknown"
        );
    }
}
