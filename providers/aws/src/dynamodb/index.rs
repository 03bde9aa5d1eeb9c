//! `aws_dynamodb_index`.

use aws_sdk_dynamodb::types::{GlobalSecondaryIndexDescription, TableDescription};
use billhook_catalog::{Dimension, DimensionValue, Metric, table};
use jiff::Timestamp;

use crate::dynamodb::table::{self, Table};
use crate::number::BYTES_PER_GIB;
use crate::scan::Scan;
use crate::time::instant;

const INDEX: &[Dimension] = &[
    Dimension {
        name: "TableName",
        value: DimensionValue::Column("table_name"),
    },
    Dimension {
        name: "GlobalSecondaryIndexName",
        value: DimensionValue::Column("index_name"),
    },
];

/// What AWS publishes for a global secondary index, as for a table. They are read along with those of the table.
pub static METRICS: &[Metric] = &table::metrics(INDEX);

table! {
    /// Global secondary indexes of DynamoDB tables. They have a capacity of their own and are billed with their table. AWS does not
    /// tell when an index was made, so `created_at` is that of the table.
    pub struct Index: resource "AWS::DynamoDB::GlobalSecondaryIndex" in "aws_dynamodb_index" reads ["dynamodb:ListTables", "dynamodb:DescribeTable"] {
        /// The table.
        table_resource_id: Option<String> => "aws_dynamodb_table",
        /// Name of the table.
        table_name: Option<String>,
        /// Name within the table.
        index_name: Option<String>,
        /// `CREATING`, `UPDATING`, `DELETING` or `ACTIVE`.
        status: Option<String>,
        /// Read capacity units, as they are now; 0 on demand.
        provisioned_read_units: Option<i64>,
        /// Write capacity units, as they are now; 0 on demand.
        provisioned_write_units: Option<i64>,
        /// Last change of these units, by a person or by auto scaling; NULL where they were never changed.
        capacity_changed_at: Option<Timestamp>,
        /// Items.
        item_count: Option<i64>,
        /// Size, GiB.
        size_gib: Option<f64>,
    }
    metrics METRICS;
}

/// An index of a table as its row.
pub(super) fn row(
    scan: &Scan<'_>,
    of: &Table,
    described: &TableDescription,
    found: &GlobalSecondaryIndexDescription,
) -> Option<Index> {
    let index_name = found.index_name()?;
    let arn = found.index_arn().map_or_else(
        || format!("{}/index/{index_name}", of.id.resource_id),
        str::to_owned,
    );
    let short_id = format!("{}/{index_name}", of.id.short_id);
    let mut id = scan.key(&of.id.region, arn, &short_id);
    id.created_at = instant(described.creation_date_time());
    let provisioned = found.provisioned_throughput();
    let on_demand = table::billing_mode(described) != "PROVISIONED";
    let units = |units: Option<i64>| if on_demand { Some(0) } else { units };
    Some(Index {
        table_resource_id: Some(of.id.resource_id.clone()),
        table_name: Some(of.id.short_id.clone()),
        index_name: Some(index_name.to_owned()),
        status: found
            .index_status()
            .map(|status| status.as_str().to_owned()),
        provisioned_read_units: units(
            provisioned.and_then(|throughput| throughput.read_capacity_units()),
        ),
        provisioned_write_units: units(
            provisioned.and_then(|throughput| throughput.write_capacity_units()),
        ),
        capacity_changed_at: provisioned.and_then(table::changed_at),
        item_count: found.item_count(),
        size_gib: found
            .index_size_bytes()
            .map(|bytes| bytes as f64 / BYTES_PER_GIB),
        id: billhook_catalog::Key {
            name: Some(short_id),
            ..id
        },
    })
}
