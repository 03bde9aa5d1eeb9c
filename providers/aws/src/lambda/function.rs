//! `aws_lambda_function`.

use aws_sdk_lambda::types::FunctionConfiguration;
use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};
use jiff::Timestamp;

use crate::scan::Scan;

const FUNCTION: &[Dimension] = &[Dimension {
    name: "FunctionName",
    value: DimensionValue::Column("short_id"),
}];

/// Lambda Insights writes its dimension in another way.
const INSIGHTS: &[Dimension] = &[Dimension {
    name: "function_name",
    value: DimensionValue::Column("short_id"),
}];

/// What AWS publishes for a function, over all versions. Without an invocation it is silent. Lambda Insights publishes only
/// for functions that carry its extension, and only when they run.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html>,
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Lambda-Insights-metrics.html>
pub static METRICS: &[Metric] = &[
    Metric {
        namespace: "AWS/Lambda",
        name: "Invocations",
        dimensions: FUNCTION,
        missing: Missing::Zero,
        doc: "Invocations, failed ones included.",
    },
    Metric {
        namespace: "AWS/Lambda",
        name: "Duration",
        dimensions: FUNCTION,
        missing: Missing::Zero,
        doc: "Time that the code ran, milliseconds.",
    },
    Metric {
        namespace: "LambdaInsights",
        name: "memory_utilization",
        dimensions: INSIGHTS,
        missing: Missing::NoEvidence,
        doc: "Largest share of its memory that an invocation used, percent. Needs Lambda Insights.",
    },
];

table! {
    /// Lambda functions. AWS does not tell when a function was made, so `created_at` is its last modification: it is at least that
    /// old. Neither the names nor the values of environment variables are kept.
    pub struct Function: resource "AWS::Lambda::Function" in "aws_lambda_function" reads ["lambda:ListFunctions"] {
        /// Runtime (`python3.13`, …); empty for a container image.
        runtime: Option<String>,
        /// `Zip` or `Image`.
        package_type: Option<String>,
        /// `x86_64` or `arm64`.
        architecture: Option<String>,
        /// Memory, MiB. The CPU that it gets grows with it.
        memory_mib: Option<i64>,
        /// Scratch space, MiB. 512 MiB are free.
        ephemeral_storage_mib: Option<i64>,
        /// Longest time that an invocation may take, seconds.
        timeout_seconds: Option<i64>,
        /// Last change of its code or configuration.
        last_modified_at: Option<Timestamp>,
        /// Whether it carries the extension of Lambda Insights as a layer. In a container image it cannot be seen.
        has_insights_layer: Option<bool>,
        /// Key that its environment variables are encrypted with; empty when AWS's own.
        kms_key_id: Option<String>,
    }
    group "tags" reads ["tag:GetResources"] {
    }
    metrics METRICS;
}

/// A time as Lambda writes it: `2026-03-01T12:00:00.000+0000`.
pub(super) fn modified_at(text: Option<&str>) -> Option<Timestamp> {
    let text = text?;
    text.parse()
        .ok()
        .or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok())
}

/// A function as its row.
pub(super) fn row(
    scan: &Scan<'_>,
    region: &str,
    function: &FunctionConfiguration,
) -> Option<Function> {
    let (name, arn) = (function.function_name()?, function.function_arn()?);
    let mut id = scan.key(region, arn.to_owned(), name);
    id.name = Some(name.to_owned());
    let last_modified_at = modified_at(function.last_modified());
    id.created_at = last_modified_at;
    let has_insights_layer = function.layers().iter().any(|layer| {
        layer
            .arn()
            .is_some_and(|arn| arn.contains(":layer:LambdaInsightsExtension"))
    });
    Some(Function {
        id,
        runtime: Some(
            function
                .runtime()
                .map_or("", |runtime| runtime.as_str())
                .to_owned(),
        ),
        package_type: function.package_type().map(|kind| kind.as_str().to_owned()),
        architecture: Some(
            function
                .architectures()
                .first()
                .map_or("x86_64", |architecture| architecture.as_str())
                .to_owned(),
        ),
        memory_mib: function.memory_size().map(i64::from),
        ephemeral_storage_mib: function
            .ephemeral_storage()
            .map(|storage| i64::from(storage.size())),
        timeout_seconds: function.timeout().map(i64::from),
        last_modified_at,
        has_insights_layer: Some(has_insights_layer),
        kms_key_id: Some(function.kms_key_arn().unwrap_or_default().to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lambda_writes_times_in_its_own_way() {
        let expected: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        for text in [
            "2026-03-01T12:00:00.000+0000",
            "2026-03-01T14:00:00.000+0200",
            "2026-03-01T12:00:00Z",
        ] {
            assert_eq!(modified_at(Some(text)), Some(expected), "{text}");
        }
        assert_eq!(modified_at(Some("yesterday")), None);
        assert_eq!(modified_at(None), None);
    }
}
