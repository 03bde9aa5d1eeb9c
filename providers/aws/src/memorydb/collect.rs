//! Reads MemoryDB in one region.

use billhook_catalog::{BASE_GROUP, Row};

use crate::memorydb::cluster::{self, Cluster};
use crate::scan::Scan;

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
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(Cluster::TABLE, BASE_GROUP, region, &outcome);
}
