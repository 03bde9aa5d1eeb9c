//! Reads MemoryDB in one region.

use aws_sdk_memorydb::operation::list_tags::ListTagsOutput;
use billhook_catalog::{BASE_GROUP, Row};

use crate::each::{Asking, ask_each};
use crate::memorydb::cluster::{self, Cluster};
use crate::scan::Scan;

/// Clusters that are asked about at once; the service's pace limits them further.
const AT_ONCE: usize = 4;
const TAGS: &str = "tags";

/// Everything of MemoryDB that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.memorydb(region);
    let mut rows = Vec::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "memorydb:DescribeClusters",
            |token| {
                client
                    .describe_clusters()
                    .show_shard_details(true)
                    .max_results(50)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                let found = page.clusters().iter();
                rows.extend(found.filter_map(|one| cluster::row(scan, region, one)));
                page.next_token
            },
        )
        .await;
    if outcome.is_ok() && scan.wants_group(Cluster::TABLE, TAGS) {
        tags(scan, region, &mut rows).await;
    }
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(Cluster::TABLE, BASE_GROUP, region, &outcome);
}

/// Asks each cluster for its tags: no listing has them.
async fn tags(scan: &Scan<'_>, region: &str, rows: &mut [Cluster]) {
    const OPERATION: &str = "memorydb:ListTags";
    let client = scan.clients.memorydb(region);
    let ask = |row: &mut Cluster| {
        let request = client.list_tags().resource_arn(&row.id.resource_id);
        Asking::Send(scan.caller.call(region, OPERATION, request.send()))
    };
    let fill = |row: &mut Cluster, answer: ListTagsOutput| {
        let tags = answer.tag_list().iter().map(|tag| (tag.key(), tag.value()));
        scan.put_tags(Cluster::TABLE, &row.id, tags);
    };
    ask_each(scan, (region, TAGS), AT_ONCE, rows, ask, fill).await;
}
