//! `aws_kinesis_stream`.

use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};

const STREAM: &[Dimension] = &[Dimension {
    name: "StreamName",
    value: DimensionValue::Column("short_id"),
}];

/// What AWS publishes for a stream. Silence means that nothing was written or read.
/// <https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html>
pub static METRICS: &[Metric] = &[
    Metric {
        namespace: "AWS/Kinesis",
        name: "IncomingBytes",
        dimensions: STREAM,
        missing: Missing::Zero,
        doc: "Bytes that were written.",
    },
    Metric {
        namespace: "AWS/Kinesis",
        name: "GetRecords.Bytes",
        dimensions: STREAM,
        missing: Missing::Zero,
        doc: "Bytes that were read, by consumers that poll.",
    },
];

table! {
    /// Kinesis data streams.
    pub struct Stream: resource "AWS::Kinesis::Stream" in "aws_kinesis_stream" reads ["kinesis:ListStreams"] {
        /// `CREATING`, `ACTIVE`, `UPDATING` or `DELETING`.
        status: Option<String>,
        /// `PROVISIONED` (paid by the shard) or `ON_DEMAND` (paid by the stream and the GB).
        mode: Option<String>,
    }
    group "tags" reads ["tag:GetResources"] {
    }
    group "summary" reads ["kinesis:DescribeStreamSummary"] {
        /// Open shards.
        open_shard_count: Option<i64>,
        /// Hours that records are kept; more than 24 cost extra.
        retention_hours: Option<i64>,
        /// `NONE` or `KMS`.
        encryption: Option<String>,
        /// Key that it is encrypted with; empty when it is not.
        kms_key_id: Option<String>,
        /// Registered consumers with a throughput of their own.
        consumer_count: Option<i64>,
    }
    metrics METRICS;
}
