//! `aws_dynamodb_scaling`.

use aws_sdk_applicationautoscaling::types::{ScalableDimension, ScalableTarget};
use billhook_catalog::table;

use crate::scan::Scan;

table! {
    /// Capacities of DynamoDB tables and global secondary indexes that scale by themselves, one row a capacity.
    pub struct Scaling: link in "aws_dynamodb_scaling" reads ["application-autoscaling:DescribeScalableTargets"] {
        /// The table.
        table_resource_id: String => "aws_dynamodb_table",
        /// The index; empty where it is the table's own capacity.
        index_resource_id: String => "aws_dynamodb_index",
        /// `read` or `write`.
        capacity: String,
        /// Fewest units that auto scaling leaves.
        min_units: i64,
        /// Most units that auto scaling gives.
        max_units: i64,
    }
    absence is evidence;
}

/// A scalable target as its row; None for one of another kind. Its name is `table/NAME` or `table/NAME/index/INDEX`.
pub(super) fn row(scan: &Scan<'_>, region: &str, target: &ScalableTarget) -> Option<Scaling> {
    let capacity = match target.scalable_dimension() {
        ScalableDimension::DynamoDbTableReadCapacityUnits
        | ScalableDimension::DynamoDbIndexReadCapacityUnits => "read",
        ScalableDimension::DynamoDbTableWriteCapacityUnits
        | ScalableDimension::DynamoDbIndexWriteCapacityUnits => "write",
        _ => return None,
    };
    let name = target.resource_id();
    let arn = |name: &str| scan.names.regional("dynamodb", region, name);
    let table = name.split_once("/index/").map_or(name, |(table, _)| table);
    let is_index = table != name;
    Some(Scaling {
        id: scan.place(region),
        table_resource_id: arn(table),
        index_resource_id: if is_index { arn(name) } else { String::new() },
        capacity: capacity.to_owned(),
        min_units: i64::from(target.min_capacity()),
        max_units: i64::from(target.max_capacity()),
    })
}
