//! `aws_lambda_provisioned_concurrency`.

use aws_sdk_lambda::types::ProvisionedConcurrencyConfigListItem;
use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};

use crate::lambda::function::{Function, modified_at};
use crate::scan::Scan;

const PROVISIONED: &[Dimension] = &[
    Dimension {
        name: "FunctionName",
        value: DimensionValue::Column("function_name"),
    },
    Dimension {
        name: "Resource",
        value: DimensionValue::Column("short_id"),
    },
];

/// What AWS publishes for provisioned concurrency. It is silent while none of it is in use, though all of it is paid.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html>
pub static METRICS: &[Metric] = &[Metric {
    namespace: "AWS/Lambda",
    name: "ProvisionedConcurrencyUtilization",
    dimensions: PROVISIONED,
    missing: Missing::Zero,
    doc: "Share of the provisioned concurrency that is in use, 0 to 1.",
}];

table! {
    /// Provisioned concurrency of Lambda functions, one row a version or alias that has some. `created_at` is the last change of it.
    pub struct ProvisionedConcurrency: resource "AWS::Lambda::ProvisionedConcurrency" in "aws_lambda_provisioned_concurrency" reads ["lambda:ListFunctions", "lambda:ListProvisionedConcurrencyConfigs"] {
        /// The function.
        function_resource_id: Option<String> => "aws_lambda_function",
        /// Name of the function.
        function_name: Option<String>,
        /// Version or alias.
        qualifier: Option<String>,
        /// Instances that are asked for.
        requested_count: Option<i64>,
        /// Instances that are allocated, and paid.
        allocated_count: Option<i64>,
        /// `IN_PROGRESS`, `READY` or `FAILED`.
        status: Option<String>,
        /// Memory of the function, MiB.
        memory_mib: Option<i64>,
        /// `x86_64` or `arm64`.
        architecture: Option<String>,
    }
    metrics METRICS;
}

/// One entry of a function's list as a row.
pub(super) fn row(
    scan: &Scan<'_>,
    region: &str,
    function: &Function,
    item: &ProvisionedConcurrencyConfigListItem,
) -> Option<ProvisionedConcurrency> {
    let arn = item.function_arn()?;
    let (_, qualifier) = arn.rsplit_once(':')?;
    let short_id = format!("{}:{qualifier}", function.id.short_id);
    let mut id = scan.key(region, arn.to_owned(), &short_id);
    id.name = Some(short_id.clone());
    id.created_at = modified_at(item.last_modified());
    Some(ProvisionedConcurrency {
        id,
        function_resource_id: Some(function.id.resource_id.clone()),
        function_name: Some(function.id.short_id.clone()),
        qualifier: Some(qualifier.to_owned()),
        requested_count: item
            .requested_provisioned_concurrent_executions()
            .map(i64::from),
        allocated_count: item
            .allocated_provisioned_concurrent_executions()
            .map(i64::from),
        status: item.status().map(|status| status.as_str().to_owned()),
        memory_mib: function.memory_mib,
        architecture: function.architecture.clone(),
    })
}
