//! `aws_cloudfront_distribution`.

use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};

const DISTRIBUTION: &[Dimension] = &[
    Dimension {
        name: "DistributionId",
        value: DimensionValue::Column("short_id"),
    },
    Dimension {
        name: "Region",
        value: DimensionValue::Literal("Global"),
    },
];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric {
        namespace: "AWS/CloudFront",
        name,
        dimensions: DISTRIBUTION,
        missing: Missing::Zero,
        doc,
    }
}

/// What AWS publishes for a distribution, in us-east-1 alone. Without a request it is silent.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html>
pub static METRICS: &[Metric] = &[
    metric("Requests", "Requests of viewers."),
    metric("BytesDownloaded", "Bytes sent to viewers."),
    metric("BytesUploaded", "Bytes that viewers sent."),
];

table! {
    /// CloudFront distributions, which belong to no region. AWS does not tell when one was made, so `created_at` is its last
    /// modification: it is at least that old.
    pub struct Distribution: resource "AWS::CloudFront::Distribution" in "aws_cloudfront_distribution" reads ["cloudfront:ListDistributions"] {
        /// `Deployed` or `InProgress`.
        status: Option<String>,
        /// Whether it answers requests.
        is_enabled: Option<bool>,
        /// Its own name in DNS.
        domain_name: Option<String>,
        /// Names of the account that lead to it.
        alias_count: Option<i64>,
        /// Origins.
        origin_count: Option<i64>,
        /// How many edge locations serve it: `PriceClass_100`, `PriceClass_200` or `PriceClass_All`.
        price_class: Option<String>,
        /// Whether the default behaviour compresses what it sends.
        compresses: Option<bool>,
    }
    group "tags" reads ["tag:GetResources"] {
    }
    metrics METRICS;
}
