//! Reads CloudFront, which has one list for all regions.

use aws_sdk_cloudfront::types::DistributionSummary;
use billhook_catalog::{BASE_GROUP, Row};

use crate::cloudfront::distribution::Distribution;
use crate::scan::{GLOBAL, Scan};
use crate::session::global_region;
use crate::time::instant;

/// Everything of CloudFront that is wanted.
pub(crate) async fn collect(scan: &Scan<'_>) {
    let region = global_region(scan.clients.home());
    let client = scan.clients.cloudfront(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "cloudfront:ListDistributions",
            |token| {
                client
                    .list_distributions()
                    .max_items(100)
                    .set_marker(token)
                    .send()
            },
            |page| {
                let list = page.distribution_list?;
                for summary in list.items() {
                    scan.put(GLOBAL, row(scan, summary));
                }
                list.next_marker.filter(|_| list.is_truncated)
            },
        )
        .await;
    scan.settle(Distribution::TABLE, BASE_GROUP, GLOBAL, &outcome);
}

fn row(scan: &Scan<'_>, summary: &DistributionSummary) -> Distribution {
    let mut id = scan.key(GLOBAL, summary.arn().to_owned(), summary.id());
    let aliases = summary.aliases();
    let first_alias = aliases.and_then(|aliases| aliases.items().first());
    let comment = Some(summary.comment()).filter(|comment| !comment.is_empty());
    id.name = first_alias
        .map(String::as_str)
        .or(comment)
        .map(str::to_owned);
    id.created_at = instant(Some(summary.last_modified_time()));
    Distribution {
        id,
        status: Some(summary.status().to_owned()),
        is_enabled: Some(summary.enabled()),
        domain_name: Some(summary.domain_name().to_owned()),
        alias_count: Some(aliases.map_or(0, |aliases| i64::from(aliases.quantity()))),
        origin_count: summary
            .origins()
            .map(|origins| i64::from(origins.quantity())),
        price_class: Some(summary.price_class().as_str().to_owned()),
        compresses: summary
            .default_cache_behavior()
            .and_then(|behaviour| behaviour.compress()),
    }
}
