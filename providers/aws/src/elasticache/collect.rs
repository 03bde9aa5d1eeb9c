//! Reads ElastiCache in one region.

use billhook_catalog::{BASE_GROUP, Row};

use crate::elasticache::cluster::{self, Cluster};
use crate::elasticache::replication_group::{self, ReplicationGroup};
use crate::scan::Scan;

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
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(Cluster::TABLE, BASE_GROUP, region, &outcome);
}
