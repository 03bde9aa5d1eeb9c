//! `aws_eks_cluster`.

use aws_sdk_eks::types::{Cluster as Described, EncryptionConfig};
use billhook_catalog::{BASE_GROUP, Row, table};
use futures::StreamExt;

use crate::call::or_absent;
use crate::classify::Problem;
use crate::scan::{Scan, Tally};
use crate::time::instant;

use super::collect::{AT_ONCE, GONE};

/// The column group of what only the description of a cluster says.
const DETAILS: &str = "details";

table! {
    /// EKS clusters. Clusters that run elsewhere and are only registered with EKS are left out: AWS does not bill for them.
    pub struct Cluster: resource "AWS::EKS::Cluster" in "aws_eks_cluster" reads ["eks:ListClusters"] {
    }
    group "details" reads ["eks:DescribeCluster"] {
        /// `CREATING`, `ACTIVE`, `UPDATING`, `PENDING`, `DELETING` or `FAILED`.
        status: Option<String>,
        /// Minor version of Kubernetes (`1.34`).
        version: Option<String>,
        /// Version of the platform of EKS (`eks.12`).
        platform_version: Option<String>,
        /// What is to happen when standard support of the version ends: `EXTENDED` (extended support, at a price) or `STANDARD` (AWS
        /// upgrades it). It does not say which of the two the version is in: `aws_eks_support` does.
        support_type: Option<String>,
        /// VPC; empty when AWS names none.
        vpc_id: Option<String>,
        /// Key of its own that secrets are encrypted with; empty when it has none, and AWS encrypts them with a key of its own.
        secrets_kms_key_arn: Option<String>,
        /// Whether it is protected against deletion.
        deletion_protection: Option<bool>,
        /// Whether AWS adds and removes nodes by itself (EKS Auto Mode).
        auto_mode: Option<bool>,
        /// Whether networks elsewhere are set up for hybrid nodes, which no API of AWS lists.
        allows_hybrid_nodes: Option<bool>,
        /// `standard`, or the size of a provisioned control plane (`tier-xl`, …), which costs more.
        control_plane_tier: Option<String>,
    }
}

/// Reads the clusters of a region by their names.
pub(super) async fn collect(
    scan: &Scan<'_>,
    region: &str,
    listed: &Result<(), Problem>,
    names: &[String],
) {
    let mut tally = Tally::default();
    if listed.is_ok() && scan.wants_group(Cluster::TABLE, DETAILS) {
        let client = scan.clients.eks(region);
        let mut answers = futures::stream::iter(names.to_vec())
            .map(|name| {
                let request = client.describe_cluster().name(&name);
                async move {
                    let request = or_absent(request.send(), GONE);
                    let answer = scan
                        .caller
                        .call(region, "eks:DescribeCluster", request)
                        .await;
                    (name, answer)
                }
            })
            .buffer_unordered(AT_ONCE);
        while let Some((name, answer)) = answers.next().await {
            let mut row = named(scan, region, &name);
            match tally.take(&row.id.resource_id, answer) {
                // It was deleted after it was listed.
                Some(None) => continue,
                Some(Some(answer)) => {
                    let Some(described) = answer.cluster() else {
                        continue;
                    };
                    if described.connector_config().is_some() {
                        continue;
                    }
                    fill(&mut row, described);
                    let tags = described.tags().into_iter().flatten();
                    let tags = tags.map(|(key, value)| (Some(&**key), Some(&**value)));
                    scan.put_tags(Cluster::TABLE, &row.id, tags);
                }
                None => {}
            }
            scan.put(region, row);
        }
    } else {
        for name in names {
            scan.put(region, named(scan, region, name));
        }
    }
    scan.settle(Cluster::TABLE, BASE_GROUP, region, listed);
    if listed.is_ok() {
        scan.settle_each(Cluster::TABLE, DETAILS, region, tally);
    }
}

/// The ARN of a cluster.
pub(super) fn arn(scan: &Scan<'_>, region: &str, name: &str) -> String {
    scan.names
        .regional("eks", region, &format!("cluster/{name}"))
}

fn named(scan: &Scan<'_>, region: &str, name: &str) -> Cluster {
    let mut id = scan.key(region, arn(scan, region, name), name);
    id.name = Some(name.to_owned());
    Cluster {
        id,
        ..Cluster::default()
    }
}

fn fill(row: &mut Cluster, described: &Described) {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    row.id.created_at = instant(described.created_at());
    row.status = owned(described.status().map(|status| status.as_str()));
    row.version = owned(described.version());
    row.platform_version = owned(described.platform_version());
    row.support_type = owned(
        described
            .upgrade_policy()
            .and_then(|policy| policy.support_type())
            .map(|kind| kind.as_str()),
    );
    let network = described.resources_vpc_config();
    let vpc = network.and_then(|network| network.vpc_id());
    row.vpc_id = Some(vpc.unwrap_or_default().to_owned());
    row.secrets_kms_key_arn = Some(secrets_key(described.encryption_config()));
    row.deletion_protection = Some(described.deletion_protection().unwrap_or_default());
    let compute = described.compute_config();
    row.auto_mode = Some(
        compute
            .and_then(|compute| compute.enabled())
            .unwrap_or_default(),
    );
    let remote = described.remote_network_config();
    row.allows_hybrid_nodes =
        Some(remote.is_some_and(|remote| !remote.remote_node_networks().is_empty()));
    let scaling = described.control_plane_scaling_config();
    let tier = scaling.and_then(|scaling| scaling.tier());
    row.control_plane_tier = Some(tier.map_or("standard", |tier| tier.as_str()).to_owned());
}

/// The key that secrets are encrypted with, if the cluster has one of its own. What else it encrypts is no longer a choice.
fn secrets_key(configurations: &[EncryptionConfig]) -> String {
    let mut keys = configurations
        .iter()
        .filter_map(|one| one.provider()?.key_arn());
    keys.next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use aws_sdk_eks::types::{
        ComputeConfigResponse, Provider, RemoteNetworkConfigResponse, RemoteNodeNetwork,
        UpgradePolicyResponse,
    };

    use super::*;

    #[test]
    fn what_a_cluster_does_not_have_is_a_value() {
        let mut row = Cluster::default();
        fill(&mut row, &Described::builder().version("1.34").build());
        assert_eq!(row.version.as_deref(), Some("1.34"));
        assert_eq!(row.secrets_kms_key_arn.as_deref(), Some(""));
        assert_eq!(row.control_plane_tier.as_deref(), Some("standard"));
        assert_eq!(
            [
                row.deletion_protection,
                row.auto_mode,
                row.allows_hybrid_nodes
            ],
            [Some(false); 3]
        );
        assert_eq!(row.support_type, None, "unknown");
    }

    #[test]
    fn what_a_cluster_has_is_read() {
        let provider = Provider::builder().key_arn("arn:aws:kms:k").build();
        let encryption = EncryptionConfig::builder().provider(provider).build();
        let networks = RemoteNodeNetwork::builder().cidrs("10.200.0.0/16").build();
        let remote = RemoteNetworkConfigResponse::builder()
            .remote_node_networks(networks)
            .build();
        let policy = UpgradePolicyResponse::builder()
            .support_type("EXTENDED".into())
            .build();
        let described = Described::builder()
            .encryption_config(encryption)
            .remote_network_config(remote)
            .upgrade_policy(policy)
            .compute_config(ComputeConfigResponse::builder().enabled(true).build())
            .build();
        let mut row = Cluster::default();
        fill(&mut row, &described);
        assert_eq!(row.secrets_kms_key_arn.as_deref(), Some("arn:aws:kms:k"));
        assert_eq!(row.support_type.as_deref(), Some("EXTENDED"));
        assert_eq!(
            (row.auto_mode, row.allows_hybrid_nodes),
            (Some(true), Some(true))
        );
    }
}
