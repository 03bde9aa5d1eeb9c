//! `aws_s3_bucket`.

use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};
use jiff::Timestamp;

/// What AWS publishes for a bucket: its size once a day, and requests only where a metrics configuration asks for it (which
/// costs). A bucket that stores nothing in a class has no size there.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html>
pub static METRICS: &[Metric] = &[
    Metric {
        namespace: "AWS/S3",
        name: "BucketSizeBytes",
        dimensions: &[
            Dimension {
                name: "BucketName",
                value: DimensionValue::Column("short_id"),
            },
            Dimension {
                name: "StorageType",
                value: DimensionValue::Literal("StandardStorage"),
            },
        ],
        missing: Missing::Zero,
        doc: "Bytes in the class Standard, noncurrent versions and incomplete uploads included. One point a day.",
    },
    Metric {
        namespace: "AWS/S3",
        name: "BytesDownloaded",
        dimensions: &[
            Dimension {
                name: "BucketName",
                value: DimensionValue::Column("short_id"),
            },
            Dimension {
                name: "FilterId",
                value: DimensionValue::Column("request_metrics_filter"),
            },
        ],
        missing: Missing::Zero,
        doc: "Bytes that were sent in answers, to wherever. Needs request metrics of the whole bucket.",
    },
];

table! {
    /// General-purpose S3 buckets, each asked in its own region.
    pub struct Bucket: resource "AWS::S3::Bucket" in "aws_s3_bucket" reads ["s3:ListBuckets"] {
        /// Whether it was made before 2023-01-05, when S3 began to encrypt every new object
        /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html>).
        predates_default_encryption: Option<bool>,
    }
    group "tags" reads ["tag:GetResources"] {
    }
    group "encryption" reads ["s3:GetBucketEncryption"] {
        /// Default encryption: `AES256`, `aws:kms` or `aws:kms:dsse`; `none` when the endpoint has no configuration.
        encryption: Option<String>,
        /// Whether a bucket key saves KMS requests. False without SSE-KMS.
        bucket_key: Option<bool>,
        /// KMS key; empty when none is named.
        kms_key_id: Option<String>,
    }
    group "policy" reads ["s3:GetBucketPolicy"] {
        /// Whether there is a bucket policy.
        has_policy: Option<bool>,
        /// Whether the policy denies everyone every S3 action over plain HTTP (`aws:SecureTransport` false) on the bucket and its objects.
        denies_plain_http: Option<bool>,
        /// Whether the policy demands KMS encryption of new objects.
        requires_kms: Option<bool>,
    }
    group "lifecycle" reads ["s3:GetBucketLifecycleConfiguration"] {
        /// Enabled lifecycle rules.
        lifecycle_rule_count: Option<i64>,
        /// Whether an enabled rule over the whole bucket aborts incomplete multipart uploads.
        aborts_incomplete_uploads: Option<bool>,
        /// Whether an enabled rule over the whole bucket expires noncurrent versions.
        expires_noncurrent_versions: Option<bool>,
        /// Days after which an enabled rule over the whole bucket removes every object; 0 without such a rule.
        object_expiry_days: Option<i64>,
    }
    group "versioning" reads ["s3:GetBucketVersioning"] {
        /// `Enabled`, `Suspended` or `Disabled` (never enabled).
        versioning: Option<String>,
    }
    group "public-access" reads ["s3:GetPublicAccessBlock"] {
        /// Whether all four public access blocks of the bucket are on.
        public_access_blocked: Option<bool>,
    }
    group "uploads" reads ["s3:ListMultipartUploads"] {
        /// Incomplete multipart uploads, as far as they were listed.
        incomplete_upload_count: Option<i64>,
        /// Incomplete multipart uploads begun more than 7 days before the snapshot, as far as they were listed.
        stale_upload_count: Option<i64>,
        /// Begin of the oldest listed; NULL without any.
        oldest_upload_at: Option<Timestamp>,
        /// Whether the list was cut off: the counts are then lower bounds.
        uploads_truncated: Option<bool>,
    }
    group "request-metrics" reads ["s3:ListBucketMetricsConfigurations"] {
        /// Id of a metrics configuration over the whole bucket, which makes AWS publish its requests; empty without one.
        request_metrics_filter: Option<String>,
    }
    metrics METRICS;
}
