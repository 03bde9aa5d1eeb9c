//! `aws_logs_log_group`.

use billhook_catalog::{BASE_GROUP, Dimension, DimensionValue, Metric, Missing, Row, table};
use jiff::Timestamp;

use crate::number::BYTES_PER_GIB;
use crate::scan::Scan;

const LOG_GROUP: &[Dimension] = &[Dimension {
    name: "LogGroupName",
    value: DimensionValue::Column("short_id"),
}];

/// What AWS publishes for a log group. Silence means that nothing came in.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html>
pub static METRICS: &[Metric] = &[Metric {
    namespace: "AWS/Logs",
    name: "IncomingBytes",
    dimensions: LOG_GROUP,
    missing: Missing::Zero,
    doc: "Bytes of log events that came in, uncompressed.",
}];

table! {
    /// Log groups of CloudWatch Logs.
    pub struct LogGroup: resource "AWS::Logs::LogGroup" in "aws_logs_log_group" reads ["logs:DescribeLogGroups"] {
        /// What is stored, GiB. AWS brings it up to date with some delay.
        stored_gib: Option<f64>,
        /// Days until a log event is deleted; 0 when it is kept for ever. NULL when a policy of the account decides, which the
        /// list names but does not spell out.
        retention_days: Option<i64>,
        /// The account's policy that decides on retention; empty when none does.
        retention_policy: Option<String>,
        /// `STANDARD`, `INFREQUENT_ACCESS` or `DELIVERY` (which keeps everything for a day or two and no longer).
        log_class: Option<String>,
        /// Key that it is encrypted with; empty when AWS's own.
        kms_key_id: Option<String>,
        /// Whether it is protected from being deleted.
        deletion_protected: Option<bool>,
    }
    group "tags" reads ["tag:GetResources"] {
    }
    metrics METRICS;
}

/// Reads the log groups of a region.
pub(super) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.logs(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "logs:DescribeLogGroups",
            |token| {
                client
                    .describe_log_groups()
                    .limit(50)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for group in page.log_groups() {
                    if let Some(row) = row(scan, region, group) {
                        scan.put(region, row);
                    }
                }
                page.next_token
            },
        )
        .await;
    scan.settle(LogGroup::TABLE, BASE_GROUP, region, &outcome);
}

/// Days of retention: 0 for ever, unknown under a policy of the account.
fn retention_days(group: &aws_sdk_cloudwatchlogs::types::LogGroup) -> Option<i64> {
    match (group.retention_in_days(), group.retention_policy_name()) {
        (Some(days), _) => Some(i64::from(days)),
        (None, Some(_policy)) => None,
        (None, None) => Some(0),
    }
}

fn row(
    scan: &Scan<'_>,
    region: &str,
    group: &aws_sdk_cloudwatchlogs::types::LogGroup,
) -> Option<LogGroup> {
    let name = group.log_group_name()?;
    // The older of the two forms ends in `:*`, which stands for all streams.
    let arn = group
        .log_group_arn()
        .or_else(|| group.arn().map(|arn| arn.trim_end_matches(":*")))
        .map_or_else(
            || {
                scan.names
                    .regional("logs", region, &format!("log-group:{name}"))
            },
            str::to_owned,
        );
    let mut id = scan.key(region, arn, name);
    id.name = Some(name.to_owned());
    id.created_at = group
        .creation_time()
        .and_then(|at| Timestamp::from_millisecond(at).ok());
    Some(LogGroup {
        id,
        stored_gib: group
            .stored_bytes()
            .map(|bytes| bytes as f64 / BYTES_PER_GIB),
        retention_days: retention_days(group),
        retention_policy: Some(group.retention_policy_name().unwrap_or_default().to_owned()),
        log_class: Some(
            group
                .log_group_class()
                .map_or("STANDARD", |class| class.as_str())
                .to_owned(),
        ),
        kms_key_id: Some(group.kms_key_id().unwrap_or_default().to_owned()),
        deletion_protected: Some(group.deletion_protection_enabled().unwrap_or(false)),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatchlogs::types::LogGroup as Described;

    use super::*;

    #[test]
    fn without_a_retention_logs_stay_for_ever_unless_a_policy_decides() {
        let days = |days: Option<i32>, policy: Option<&str>| {
            let group = Described::builder()
                .set_retention_in_days(days)
                .set_retention_policy_name(policy.map(str::to_owned));
            retention_days(&group.build())
        };
        assert_eq!(days(Some(30), None), Some(30));
        assert_eq!(days(Some(30), Some("short")), Some(30));
        assert_eq!(days(None, None), Some(0));
        assert_eq!(days(None, Some("short")), None, "how long is not said");
    }
}
