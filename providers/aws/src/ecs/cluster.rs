//! `aws_ecs_cluster`.

use aws_sdk_ecs::types::ClusterField;
use billhook_catalog::{Row, table};

use crate::classify::Problem;
use crate::scan::Scan;

/// Clusters that one request describes; the most that AWS allows.
const BATCH: usize = 100;

table! {
    /// ECS clusters; those that were deleted are left out. AWS does not say when one was made.
    pub struct Cluster: resource "AWS::ECS::Cluster" in "aws_ecs_cluster" reads ["ecs:ListClusters", "ecs:DescribeClusters"] {
        /// `ACTIVE`, `PROVISIONING`, `DEPROVISIONING` or `FAILED`.
        status: Option<String>,
        /// Instances of its own that are registered with it.
        registered_instance_count: Option<i64>,
        /// Tasks that run, those of no service included.
        running_task_count: Option<i64>,
        /// Tasks that are being started.
        pending_task_count: Option<i64>,
        /// Services.
        active_service_count: Option<i64>,
    }
}

/// Describes the clusters of a region.
pub(super) async fn collect(scan: &Scan<'_>, region: &str, arns: &[String]) -> Result<(), Problem> {
    let client = scan.clients.ecs(region);
    for batch in arns.chunks(BATCH) {
        let request = client
            .describe_clusters()
            .set_clusters(Some(batch.to_vec()))
            .include(ClusterField::Tags);
        let answer = scan
            .caller
            .call(region, "ecs:DescribeClusters", request.send())
            .await?;
        for cluster in answer.clusters() {
            keep(scan, region, cluster);
        }
    }
    Ok(())
}

fn keep(scan: &Scan<'_>, region: &str, cluster: &aws_sdk_ecs::types::Cluster) {
    let (Some(arn), Some(name)) = (cluster.cluster_arn(), cluster.cluster_name()) else {
        return;
    };
    // A deleted cluster is listed for a while.
    if cluster.status() == Some("INACTIVE") {
        return;
    }
    let mut id = scan.key(region, arn.to_owned(), name);
    id.name = Some(name.to_owned());
    let tags = cluster.tags().iter().map(|tag| (tag.key(), tag.value()));
    scan.put_tags(Cluster::TABLE, &id, tags);
    let row = Cluster {
        id,
        status: cluster.status().map(str::to_owned),
        registered_instance_count: Some(i64::from(cluster.registered_container_instances_count())),
        running_task_count: Some(i64::from(cluster.running_tasks_count())),
        pending_task_count: Some(i64::from(cluster.pending_tasks_count())),
        active_service_count: Some(i64::from(cluster.active_services_count())),
    };
    scan.put(region, row);
}
