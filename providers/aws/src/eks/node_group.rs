//! `aws_eks_node_group`.

use aws_sdk_eks::types::Nodegroup;
use billhook_catalog::{Row, table};

use crate::call::or_absent;
use crate::classify::Problem;
use crate::number::count;
use crate::scan::Scan;
use crate::time::instant;

use super::cluster;
use super::collect::GONE;

table! {
    /// Managed node groups of EKS clusters. What keeps the nodes of one is an Auto Scaling group.
    pub struct NodeGroup: resource "AWS::EKS::Nodegroup" in "aws_eks_node_group" reads ["eks:ListClusters", "eks:ListNodegroups", "eks:DescribeNodegroup"] {
        /// The cluster.
        cluster_resource_id: Option<String> => "aws_eks_cluster",
        /// `CREATING`, `ACTIVE`, `UPDATING`, `DELETING`, `CREATE_FAILED`, `DELETE_FAILED` or `DEGRADED`.
        status: Option<String>,
        /// Minor version of Kubernetes on its nodes.
        version: Option<String>,
        /// Least number of nodes.
        min_size: Option<i64>,
        /// Largest number of nodes.
        max_size: Option<i64>,
        /// Number of nodes that it keeps at present.
        desired_size: Option<i64>,
        /// `ON_DEMAND`, `SPOT` or `CAPACITY_BLOCK`.
        capacity_type: Option<String>,
        /// The first of its instance types; empty when a launch template says it.
        instance_type: Option<String>,
        /// Instance types that it may use; 0 when a launch template says it.
        instance_type_count: Option<i64>,
        /// Image family of its nodes (`AL2023_x86_64_STANDARD`, `CUSTOM`, …).
        ami_type: Option<String>,
        /// Name of the Auto Scaling group that keeps its nodes; empty before there is one.
        autoscaling_group: Option<String>,
    }
}

/// Reads the node groups of a cluster.
pub(super) async fn collect(
    scan: &Scan<'_>,
    region: &str,
    cluster_name: &str,
) -> Result<(), Problem> {
    let client = scan.clients.eks(region);
    let mut names = Vec::new();
    scan.caller
        .pages(
            region,
            "eks:ListNodegroups",
            |token| {
                let request = client
                    .list_nodegroups()
                    .cluster_name(cluster_name)
                    .max_results(100)
                    .set_next_token(token);
                or_absent(request.send(), GONE)
            },
            |page| {
                let page = page?;
                names.extend_from_slice(page.nodegroups());
                page.next_token
            },
        )
        .await?;
    for name in names {
        let request = client
            .describe_nodegroup()
            .cluster_name(cluster_name)
            .nodegroup_name(&name);
        let request = or_absent(request.send(), GONE);
        let answer = scan
            .caller
            .call(region, "eks:DescribeNodegroup", request)
            .await?;
        if let Some(described) = answer.as_ref().and_then(|answer| answer.nodegroup()) {
            keep(scan, region, cluster_name, described);
        }
    }
    Ok(())
}

fn keep(scan: &Scan<'_>, region: &str, cluster_name: &str, described: &Nodegroup) {
    let (Some(arn), Some(name)) = (described.nodegroup_arn(), described.nodegroup_name()) else {
        return;
    };
    let mut id = scan.key(region, arn.to_owned(), &format!("{cluster_name}/{name}"));
    id.name = Some(name.to_owned());
    id.created_at = instant(described.created_at());
    let tags = described.tags().into_iter().flatten();
    let tags = tags.map(|(key, value)| (Some(&**key), Some(&**value)));
    scan.put_tags(NodeGroup::TABLE, &id, tags);
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let scaling = described.scaling_config();
    let types = described.instance_types();
    let mut groups = described
        .resources()
        .into_iter()
        .flat_map(|resources| resources.auto_scaling_groups());
    let group = groups.next().and_then(|group| group.name());
    let row = NodeGroup {
        id,
        cluster_resource_id: Some(cluster::arn(scan, region, cluster_name)),
        status: owned(described.status().map(|status| status.as_str())),
        version: owned(described.version()),
        min_size: scaling.and_then(|sizes| sizes.min_size()).map(i64::from),
        max_size: scaling.and_then(|sizes| sizes.max_size()).map(i64::from),
        desired_size: scaling
            .and_then(|sizes| sizes.desired_size())
            .map(i64::from),
        capacity_type: owned(described.capacity_type().map(|kind| kind.as_str())),
        instance_type: Some(types.first().cloned().unwrap_or_default()),
        instance_type_count: Some(count(types.len())),
        ami_type: owned(described.ami_type().map(|kind| kind.as_str())),
        autoscaling_group: Some(group.unwrap_or_default().to_owned()),
    };
    scan.put(region, row);
}
