//! Whether a bucket publishes metrics of its requests.

use crate::classify::Problem;
use crate::s3::bucket::Bucket;
use crate::scan::Scan;

/// Reads the metrics configurations of a bucket, and keeps the first one over all of it.
pub(super) async fn collect(
    scan: &Scan<'_>,
    region: &str,
    name: &str,
    row: &mut Bucket,
) -> Result<(), Problem> {
    let client = scan.clients.s3(region);
    let mut whole: Option<String> = None;
    scan.caller
        .pages(
            region,
            "s3:ListBucketMetricsConfigurations",
            |token| {
                client
                    .list_bucket_metrics_configurations()
                    .bucket(name)
                    .set_continuation_token(token)
                    .send()
            },
            |page| {
                for configuration in page.metrics_configuration_list() {
                    if whole.is_none() && configuration.filter().is_none() {
                        whole = Some(configuration.id().to_owned());
                    }
                }
                page.next_continuation_token
            },
        )
        .await?;
    row.request_metrics_filter = Some(whole.unwrap_or_default());
    Ok(())
}
