//! Reads ECS in one region.

use billhook_catalog::{BASE_GROUP, Row};

use crate::classify::Problem;
use crate::ecs::cluster::{self, Cluster};
use crate::ecs::service::Service;
use crate::ecs::service_collect;
use crate::ecs::task_definition::TaskDefinition;
use crate::scan::Scan;

/// Everything of ECS that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let mut arns = Vec::new();
    let listed = clusters(scan, region, &mut arns).await;
    if scan.wants_any(&[Cluster::TABLE]) {
        let outcome = match &listed {
            Ok(()) => cluster::collect(scan, region, &arns).await,
            Err(problem) => Err(problem.clone()),
        };
        scan.settle(Cluster::TABLE, BASE_GROUP, region, &outcome);
    }
    if scan.wants_any(&[Service::TABLE, TaskDefinition::TABLE]) {
        service_collect::collect(scan, region, listed, &arns).await;
    }
}

async fn clusters(scan: &Scan<'_>, region: &str, arns: &mut Vec<String>) -> Result<(), Problem> {
    let client = scan.clients.ecs(region);
    scan.caller
        .pages(
            region,
            "ecs:ListClusters",
            |token| {
                client
                    .list_clusters()
                    .max_results(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                arns.extend_from_slice(page.cluster_arns());
                page.next_token
            },
        )
        .await
}
