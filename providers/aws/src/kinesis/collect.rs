//! Reads Kinesis in one region.

use aws_sdk_kinesis::operation::describe_stream_summary::DescribeStreamSummaryOutput;
use billhook_catalog::{BASE_GROUP, Row};

use crate::each::{Asking, ask_each};
use crate::kinesis::stream::Stream;
use crate::scan::Scan;
use crate::time::instant;

/// Streams that are asked about at once; the service's pace limits them further.
const AT_ONCE: usize = 4;
/// The column group of a stream's summary.
const SUMMARY: &str = "summary";

/// Everything of Kinesis that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.kinesis(region);
    let mut rows = Vec::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "kinesis:ListStreams",
            |token| {
                client
                    .list_streams()
                    .limit(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for stream in page.stream_summaries() {
                    let arn = stream.stream_arn().to_owned();
                    let mut id = scan.key(region, arn, stream.stream_name());
                    id.name = Some(stream.stream_name().to_owned());
                    id.created_at = instant(stream.stream_creation_timestamp());
                    rows.push(Stream {
                        id,
                        status: Some(stream.stream_status().as_str().to_owned()),
                        mode: stream
                            .stream_mode_details()
                            .map(|details| details.stream_mode().as_str().to_owned()),
                        ..Stream::default()
                    });
                }
                page.next_token.filter(|_| page.has_more_streams)
            },
        )
        .await;
    if outcome.is_ok() && scan.wants_group(Stream::TABLE, SUMMARY) {
        summaries(scan, region, &mut rows).await;
    }
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(Stream::TABLE, BASE_GROUP, region, &outcome);
}

/// Asks each stream for its summary.
async fn summaries(scan: &Scan<'_>, region: &str, rows: &mut [Stream]) {
    const OPERATION: &str = "kinesis:DescribeStreamSummary";
    let client = scan.clients.kinesis(region);
    let ask = |row: &mut Stream| {
        let request = client
            .describe_stream_summary()
            .stream_arn(&row.id.resource_id);
        Asking::Send(scan.caller.call(region, OPERATION, request.send()))
    };
    let fill = |row: &mut Stream, answer: DescribeStreamSummaryOutput| {
        let Some(summary) = answer.stream_description_summary() else {
            return;
        };
        let encryption = summary.encryption_type().map(|kind| kind.as_str());
        row.open_shard_count = Some(i64::from(summary.open_shard_count()));
        row.retention_hours = Some(i64::from(summary.retention_period_hours()));
        row.encryption = encryption.map(str::to_owned);
        row.kms_key_id = match encryption {
            Some("NONE") => Some(String::new()),
            _ => summary.key_id().map(str::to_owned),
        };
        row.consumer_count = Some(summary.consumer_count().map_or(0, i64::from));
    };
    ask_each(scan, (region, SUMMARY), AT_ONCE, rows, ask, fill).await;
}
