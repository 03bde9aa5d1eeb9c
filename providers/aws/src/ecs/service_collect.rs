//! Reads the services of a region's clusters, what scales them, and the task definitions that they run.

use std::collections::BTreeSet;

use aws_sdk_ecs::types::{CapacityProviderStrategyItem, LaunchType, ServiceField};
use billhook_catalog::{BASE_GROUP, Row};
use futures::StreamExt;

use crate::call::or_absent;
use crate::classify::Problem;
use crate::ecs::scaling::{self, Scaling};
use crate::ecs::service::Service;
use crate::ecs::task_definition::{self, TaskDefinition};
use crate::number::count;
use crate::scan::Scan;
use crate::time::instant;

/// The column group of what scales services.
const SCALING: &str = "scaling";
/// Clusters whose services are read at once; the service's pace limits them further.
const AT_ONCE: usize = 4;
/// Services that one request describes; the most that AWS allows.
const BATCH: usize = 10;
/// What AWS answers when a cluster was deleted after it was listed.
const GONE: &[&str] = &["ClusterNotFoundException"];

/// Everything of services that is wanted. `listed` is how the listing of the clusters ended.
pub(super) async fn collect(
    scan: &Scan<'_>,
    region: &str,
    listed: Result<(), Problem>,
    clusters: &[String],
) {
    let mut services = Vec::new();
    let mut outcome = listed;
    if outcome.is_ok() {
        let mut answers = futures::stream::iter(clusters.to_vec())
            .map(|cluster| async move { of_cluster(scan, region, &cluster).await })
            .buffer_unordered(AT_ONCE);
        while let Some((found, answer)) = answers.next().await {
            services.extend(found);
            outcome = outcome.and(answer);
        }
    }
    let scaling = if outcome.is_ok() && scan.wants_group(Service::TABLE, SCALING) {
        // Without a service there is nothing that could scale.
        let scaling = match services.is_empty() {
            true => Ok(Scaling::new()),
            false => scaling::collect(scan, region).await,
        };
        let settled = scaling.as_ref().map(|_| ()).map_err(Problem::clone);
        Some((scaling.ok(), settled))
    } else {
        None
    };
    let mut definitions = BTreeSet::new();
    for (mut row, tags) in services {
        if let Some((Some(scaling), _)) = &scaling {
            let bounds = scaling.get(&row.id.short_id).copied();
            let (least, largest) = bounds.unwrap_or_default();
            row.has_scaling = Some(bounds.is_some());
            row.scaling_min_count = Some(least);
            row.scaling_max_count = Some(largest);
        }
        let definition = row.task_definition_resource_id.clone();
        definitions.extend(definition.filter(|arn| !arn.is_empty()));
        let tags = tags
            .iter()
            .map(|(key, value)| (Some(&**key), Some(&**value)));
        scan.put_tags(Service::TABLE, &row.id, tags);
        scan.put(region, row);
    }
    scan.settle(Service::TABLE, BASE_GROUP, region, &outcome);
    if let Some((_, settled)) = scaling {
        scan.settle(Service::TABLE, SCALING, region, &settled);
    }
    if !scan.wants_any(&[TaskDefinition::TABLE]) {
        return;
    }
    match outcome {
        Ok(()) => task_definition::collect(scan, region, definitions).await,
        Err(_) => scan.settle(TaskDefinition::TABLE, BASE_GROUP, region, &outcome),
    }
}

/// A service with its tags.
type Described = (Service, Vec<(String, String)>);

/// The services of a cluster, as far as they could be read.
async fn of_cluster(
    scan: &Scan<'_>,
    region: &str,
    cluster: &str,
) -> (Vec<Described>, Result<(), Problem>) {
    let mut found = Vec::new();
    let outcome = async {
        for batch in listed(scan, region, cluster).await?.chunks(BATCH) {
            describe(scan, region, cluster, batch, &mut found).await?;
        }
        Ok(())
    };
    let outcome = outcome.await;
    (found, outcome)
}

/// The ARNs of a cluster's services; none when the cluster is gone by now.
async fn listed(scan: &Scan<'_>, region: &str, cluster: &str) -> Result<Vec<String>, Problem> {
    let client = scan.clients.ecs(region);
    let mut arns = Vec::new();
    scan.caller
        .pages(
            region,
            "ecs:ListServices",
            |token| {
                let request = client
                    .list_services()
                    .cluster(cluster)
                    .max_results(100)
                    .set_next_token(token);
                or_absent(request.send(), GONE)
            },
            |page| {
                let page = page?;
                arns.extend_from_slice(page.service_arns());
                page.next_token
            },
        )
        .await?;
    Ok(arns)
}

async fn describe(
    scan: &Scan<'_>,
    region: &str,
    cluster: &str,
    arns: &[String],
    found: &mut Vec<Described>,
) -> Result<(), Problem> {
    let client = scan.clients.ecs(region);
    let request = client
        .describe_services()
        .cluster(cluster)
        .set_services(Some(arns.to_vec()))
        .include(ServiceField::Tags);
    let request = or_absent(request.send(), GONE);
    let answer = scan
        .caller
        .call(region, "ecs:DescribeServices", request)
        .await?;
    let services = answer.as_ref().map(|answer| answer.services());
    for service in services.into_iter().flatten() {
        if let Some(row) = row(scan, region, cluster, service) {
            let tags = service.tags().iter().map(|tag| {
                (
                    tag.key().unwrap_or_default().to_owned(),
                    tag.value().unwrap_or_default().to_owned(),
                )
            });
            found.push((row, tags.collect()));
        }
    }
    Ok(())
}

fn row(
    scan: &Scan<'_>,
    region: &str,
    cluster: &str,
    service: &aws_sdk_ecs::types::Service,
) -> Option<Service> {
    let (arn, name) = (service.service_arn()?, service.service_name()?);
    // A deleted service can be described for a while.
    if service.status() == Some("INACTIVE") {
        return None;
    }
    let cluster_name = cluster.rsplit('/').next().unwrap_or_default();
    let mut id = scan.key(region, arn.to_owned(), &format!("{cluster_name}/{name}"));
    id.name = Some(name.to_owned());
    id.created_at = instant(service.created_at());
    let controller = service.deployment_controller();
    let present = service
        .deployments()
        .iter()
        .find(|deployment| deployment.status() == Some("PRIMARY"));
    Some(Service {
        id,
        cluster_resource_id: Some(cluster.to_owned()),
        cluster_name: Some(cluster_name.to_owned()),
        service_name: Some(name.to_owned()),
        status: service.status().map(str::to_owned),
        compute: compute(service.launch_type(), service.capacity_provider_strategy())
            .map(str::to_owned),
        launch_type: Some(
            service
                .launch_type()
                .map_or("", |launch_type| launch_type.as_str())
                .to_owned(),
        ),
        capacity_provider_count: Some(count(service.capacity_provider_strategy().len())),
        platform_version: Some(service.platform_version().unwrap_or_default().to_owned()),
        scheduling_strategy: service
            .scheduling_strategy()
            .map(|strategy| strategy.as_str().to_owned()),
        // A service that names no controller is rolled out by ECS.
        deployment_controller: Some(
            controller
                .map_or("ECS", |controller| controller.r#type().as_str())
                .to_owned(),
        ),
        desired_count: Some(i64::from(service.desired_count())),
        running_count: Some(i64::from(service.running_count())),
        pending_count: Some(i64::from(service.pending_count())),
        task_definition_resource_id: Some(service.task_definition().unwrap_or_default().to_owned()),
        load_balancer_count: Some(count(service.load_balancers().len())),
        deployed_at: instant(present.and_then(|deployment| deployment.created_at())),
        ..Service::default()
    })
}

/// What tasks run on. A strategy names capacity providers: Fargate's own two, or those of the cluster, which AWS does not let a
/// service mix with the former. `None` when a service has neither a launch type nor a strategy, or a launch type that is not known.
fn compute(
    launch_type: Option<&LaunchType>,
    strategy: &[CapacityProviderStrategyItem],
) -> Option<&'static str> {
    if !strategy.is_empty() {
        // An item of weight 0 without a base takes no task.
        let used = strategy
            .iter()
            .filter(|item| item.weight() > 0 || item.base() > 0 || strategy.len() == 1);
        let providers: BTreeSet<&str> = used.map(|item| item.capacity_provider()).collect();
        let on_demand = providers.contains("FARGATE");
        return match (on_demand, providers.contains("FARGATE_SPOT")) {
            (true, true) => Some("fargate-mixed"),
            (true, false) => Some("fargate"),
            (false, true) => Some("fargate-spot"),
            // Which of the two a capacity provider of the cluster is, the service does not tell.
            (false, false) if launch_type == Some(&LaunchType::ManagedInstances) => {
                Some("managed-instances")
            }
            (false, false) => Some("ec2"),
        };
    }
    match launch_type? {
        LaunchType::Fargate => Some("fargate"),
        LaunchType::Ec2 => Some("ec2"),
        LaunchType::External => Some("external"),
        LaunchType::ManagedInstances => Some("managed-instances"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(provider: &str, weight: i32) -> CapacityProviderStrategyItem {
        CapacityProviderStrategyItem::builder()
            .capacity_provider(provider)
            .weight(weight)
            .build()
            .expect("a provider")
    }

    #[test]
    fn tasks_run_where_the_launch_type_or_the_strategy_says() {
        let (both, idle) = (
            [item("FARGATE", 1), item("FARGATE_SPOT", 3)],
            [item("FARGATE", 0), item("FARGATE_SPOT", 1)],
        );
        assert_eq!(compute(Some(&LaunchType::Fargate), &[]), Some("fargate"));
        assert_eq!(compute(Some(&LaunchType::External), &[]), Some("external"));
        assert_eq!(compute(None, &both), Some("fargate-mixed"));
        assert_eq!(compute(None, &idle), Some("fargate-spot"));
        assert_eq!(compute(None, &[item("FARGATE", 0)]), Some("fargate"));
        assert_eq!(compute(None, &[item("own-group", 1)]), Some("ec2"));
        assert_eq!(compute(None, &[]), None, "unknown");
        assert_eq!(compute(Some(&LaunchType::from("MOON")), &[]), None);
    }
}
