//! Reads EKS in one region.

use std::future::Future;

use billhook_catalog::{BASE_GROUP, Row, Table};
use futures::StreamExt;

use crate::classify::Problem;
use crate::eks::cluster::{self, Cluster};
use crate::eks::fargate_profile::{self, FargateProfile};
use crate::eks::node_group::{self, NodeGroup};
use crate::scan::Scan;

/// Clusters that are asked about at once; the service's pace limits them further.
pub(super) const AT_ONCE: usize = 4;
/// What AWS answers when something was deleted after it was listed.
pub(super) const GONE: &[&str] = &["ResourceNotFoundException"];

/// Everything of EKS that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let mut names = Vec::new();
    let listed = clusters(scan, region, &mut names).await;
    if scan.wants_any(&[Cluster::TABLE]) {
        cluster::collect(scan, region, &listed, &names).await;
    }
    let node_groups = |name: String| async move { node_group::collect(scan, region, &name).await };
    of_each(scan, region, NodeGroup::TABLE, &listed, &names, node_groups).await;
    let profiles =
        |name: String| async move { fargate_profile::collect(scan, region, &name).await };
    of_each(
        scan,
        region,
        FargateProfile::TABLE,
        &listed,
        &names,
        profiles,
    )
    .await;
}

/// Clusters that EKS runs; it lists those that are only registered with it when asked for them.
async fn clusters(scan: &Scan<'_>, region: &str, names: &mut Vec<String>) -> Result<(), Problem> {
    let client = scan.clients.eks(region);
    scan.caller
        .pages(
            region,
            "eks:ListClusters",
            |token| {
                client
                    .list_clusters()
                    .max_results(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                names.extend_from_slice(page.clusters());
                page.next_token
            },
        )
        .await
}

/// Reads a table cluster by cluster, if it is wanted.
async fn of_each<F>(
    scan: &Scan<'_>,
    region: &str,
    table: &'static Table,
    listed: &Result<(), Problem>,
    names: &[String],
    read: impl Fn(String) -> F,
) where
    F: Future<Output = Result<(), Problem>>,
{
    if !scan.wants_any(&[table]) {
        return;
    }
    let mut outcome = listed.clone();
    if outcome.is_ok() {
        let mut answers = futures::stream::iter(names.to_vec())
            .map(read)
            .buffer_unordered(AT_ONCE);
        while let Some(answer) = answers.next().await {
            outcome = outcome.and(answer);
        }
    }
    scan.settle(table, BASE_GROUP, region, &outcome);
}
