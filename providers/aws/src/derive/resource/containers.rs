//! Clusters, services and task definitions of ECS; clusters and node groups of EKS.

use crate::prices::PriceLookup;

use super::super::amount::{Amount, Used};
use super::super::containers::{cluster_lines, service_lines, task_definitions};
use super::super::estate::Estate;
use super::super::relation::given;
use super::{MONTHLY, Rows};

/// All of them.
pub(super) fn rows(estate: &Estate, prices: &dyn PriceLookup, used: &mut Used, out: &mut Rows<'_>) {
    // A cluster of ECS is a name; what is billed runs in it.
    out.add_all::<crate::ecs::cluster::Cluster>(
        estate.container_clusters.iter().map(|row| &row.id),
        Amount::FREE,
    );
    let definitions = task_definitions(estate);
    for service in &estate.container_services {
        let lines = service_lines(prices, service, &definitions);
        let amount = used.explained(&service.id, MONTHLY, &lines);
        let parent = given(&service.cluster_resource_id);
        out.add::<crate::ecs::service::Service>(&service.id, parent, String::new(), amount);
    }
    out.add_all::<crate::ecs::task_definition::TaskDefinition>(
        estate.task_definitions.iter().map(|row| &row.id),
        Amount::FREE,
    );
    for cluster in &estate.kubernetes_clusters {
        let lines = cluster_lines(prices, cluster, estate.taken_at);
        let amount = used.explained(&cluster.id, MONTHLY, &lines);
        out.add::<crate::eks::cluster::Cluster>(&cluster.id, None, String::new(), amount);
    }
    // Nodes are billed by the instance.
    for group in &estate.node_groups {
        let parent = given(&group.cluster_resource_id);
        out.add::<crate::eks::node_group::NodeGroup>(
            &group.id,
            parent,
            String::new(),
            Amount::FREE,
        );
    }
}
