//! Reads ElastiCache in one region.

use aws_sdk_elasticache::operation::list_tags_for_resource::ListTagsForResourceOutput;
use billhook_catalog::{BASE_GROUP, Key, Row};

use crate::each::{Asking, ask_each};
use crate::elasticache::cluster::{self, Cluster};
use crate::elasticache::replication_group::{self, ReplicationGroup};
use crate::scan::Scan;

/// Resources that are asked about at once; the service's pace limits them further.
const AT_ONCE: usize = 4;
const TAGS: &str = "tags";

/// Everything of ElastiCache that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    if scan.wants_any(&[ReplicationGroup::TABLE]) {
        groups(scan, region).await;
    }
    if scan.wants_any(&[Cluster::TABLE]) {
        clusters(scan, region).await;
    }
}

async fn groups(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.elasticache(region);
    let mut rows = Vec::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "elasticache:DescribeReplicationGroups",
            |token| {
                client
                    .describe_replication_groups()
                    .max_records(100)
                    .set_marker(token)
                    .send()
            },
            |page| {
                let found = page.replication_groups().iter();
                rows.extend(found.filter_map(|group| replication_group::row(scan, region, group)));
                page.marker
            },
        )
        .await;
    if outcome.is_ok() && scan.wants_group(ReplicationGroup::TABLE, TAGS) {
        tags(scan, region, &mut rows).await;
    }
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(ReplicationGroup::TABLE, BASE_GROUP, region, &outcome);
}

async fn clusters(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.elasticache(region);
    let mut rows = Vec::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "elasticache:DescribeCacheClusters",
            |token| {
                client
                    .describe_cache_clusters()
                    .max_records(100)
                    .set_marker(token)
                    .send()
            },
            |page| {
                let found = page.cache_clusters().iter();
                rows.extend(found.filter_map(|one| cluster::row(scan, region, one)));
                page.marker
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

/// Asks each resource for its tags: no listing has them.
async fn tags<R: Row<Id = Key>>(scan: &Scan<'_>, region: &str, rows: &mut [R]) {
    const OPERATION: &str = "elasticache:ListTagsForResource";
    let client = scan.clients.elasticache(region);
    let ask = |row: &mut R| {
        let request = client
            .list_tags_for_resource()
            .resource_name(&row.id().resource_id);
        Asking::Send(scan.caller.call(region, OPERATION, request.send()))
    };
    let fill = |row: &mut R, answer: ListTagsForResourceOutput| {
        let tags = answer.tag_list().iter().map(|tag| (tag.key(), tag.value()));
        scan.put_tags(R::TABLE, row.id(), tags);
    };
    ask_each(scan, (region, TAGS), AT_ONCE, rows, ask, fill).await;
}
