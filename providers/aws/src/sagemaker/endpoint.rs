//! `aws_sagemaker_endpoint`.

use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};

const VARIANT: &[Dimension] = &[
    Dimension {
        name: "EndpointName",
        value: DimensionValue::Column("short_id"),
    },
    Dimension {
        name: "VariantName",
        value: DimensionValue::Column("variant_name"),
    },
];

/// What AWS publishes for a variant of an endpoint. Without an invocation it is silent.
/// <https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html>
pub static METRICS: &[Metric] = &[Metric {
    namespace: "AWS/SageMaker",
    name: "Invocations",
    dimensions: VARIANT,
    missing: Missing::Zero,
    doc: "Requests to the first variant of the endpoint.",
}];

table! {
    /// SageMaker endpoints for inference.
    pub struct Endpoint: resource "AWS::SageMaker::Endpoint" in "aws_sagemaker_endpoint" reads ["sagemaker:ListEndpoints"] {
        /// `InService`, `Creating`, `Updating`, `Failed`, …
        status: Option<String>,
    }
    group "tags" reads ["tag:GetResources"] {
    }
    group "variants" reads ["sagemaker:DescribeEndpoint"] {
        /// Models that it serves side by side, shadows included.
        variant_count: Option<i64>,
        /// Name of the first of them; empty without any.
        variant_name: Option<String>,
        /// Instances that run for all of them; 0 for a serverless endpoint.
        instance_count: Option<i64>,
        /// Whether all of them are serverless, which is paid by the request.
        is_serverless: Option<bool>,
    }
    metrics METRICS;
}
