//! `aws_eks_cluster_nodes`: what pods of clusters could run on.

use std::collections::HashMap;

use billhook_catalog::{Key, Place};

use crate::eks::cluster_nodes::ClusterNodes;
use crate::number::count;

use super::super::estate::Estate;
use super::super::relation::given;

/// A cluster by account, region and name.
type Named<'e> = (&'e str, &'e str, &'e str);

/// How many there are by cluster; None when the owner of one of them is not known, which could be any cluster of the place.
struct Tagged<'e> {
    counts: HashMap<Named<'e>, i64>,
    unknown: Vec<(&'e str, &'e str)>,
}

impl<'e> Tagged<'e> {
    fn of(rows: impl Iterator<Item = (&'e Key, Option<&'e str>)>) -> Self {
        let mut found = Self {
            counts: HashMap::new(),
            unknown: Vec::new(),
        };
        for (id, managed_by) in rows {
            let place = (id.account_id.as_str(), id.region.as_str());
            let Some(managed_by) = managed_by else {
                found.unknown.push(place);
                continue;
            };
            let cluster = managed_by
                .strip_prefix("eks:")
                .or_else(|| managed_by.strip_prefix("kubernetes:"));
            if let Some(cluster) = cluster {
                *found.counts.entry((place.0, place.1, cluster)).or_default() += 1;
            }
        }
        found
    }

    fn count(&self, cluster: &'e Key) -> Option<i64> {
        let place = (cluster.account_id.as_str(), cluster.region.as_str());
        if self.unknown.contains(&place) {
            return None;
        }
        let named = (place.0, place.1, cluster.short_id.as_str());
        Some(self.counts.get(&named).copied().unwrap_or_default())
    }
}

/// One row a cluster.
pub(super) fn rows(estate: &Estate) -> Vec<ClusterNodes> {
    let instances = Tagged::of(
        estate
            .instances
            .iter()
            .map(|instance| (&instance.id, instance.managed_by.as_deref())),
    );
    let groups = Tagged::of(
        estate
            .groups
            .iter()
            .map(|group| (&group.id, group.managed_by.as_deref())),
    );
    let clusters = estate.kubernetes_clusters.iter();
    clusters
        .map(|cluster| {
            let id = cluster.id.resource_id.as_str();
            let node_groups: Vec<_> = estate
                .node_groups
                .iter()
                .filter(|group| given(&group.cluster_resource_id) == Some(id))
                .collect();
            let profiles = estate
                .fargate_profiles
                .iter()
                .filter(|profile| profile.cluster_resource_id == id);
            ClusterNodes {
                id: Place {
                    account_id: cluster.id.account_id.clone(),
                    region: cluster.id.region.clone(),
                },
                resource_id: id.to_owned(),
                node_group_count: Some(count(node_groups.len())),
                node_group_desired_count: node_groups.iter().map(|group| group.desired_size).sum(),
                fargate_profile_count: Some(count(profiles.count())),
                instance_count: instances.count(&cluster.id),
                autoscaling_group_count: groups.count(&cluster.id),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ec2::instance::Instance;
    use crate::eks::cluster::Cluster;
    use crate::eks::fargate_profile::FargateProfile;
    use crate::eks::node_group::NodeGroup;

    fn key(region: &str, name: &str) -> Key {
        Key {
            resource_id: format!("{region}/{name}"),
            short_id: name.to_owned(),
            region: region.to_owned(),
            ..Key::default()
        }
    }

    fn instance(region: &str, managed_by: Option<&str>) -> Instance {
        Instance {
            id: key(region, "i"),
            managed_by: managed_by.map(str::to_owned),
            ..Instance::default()
        }
    }

    #[test]
    fn nodes_are_told_by_their_tags_and_their_place() {
        let estate = Estate {
            kubernetes_clusters: [
                ("eu", "shop"),
                ("us", "shop"),
                ("eu", "bare"),
                ("ap", "dim"),
            ]
            .map(|(region, name)| Cluster {
                id: key(region, name),
                ..Cluster::default()
            })
            .to_vec(),
            instances: vec![
                instance("eu", Some("eks:shop")),
                instance("eu", Some("kubernetes:shop")),
                instance("eu", Some("kubernetes:shop-2")),
                instance("eu", Some("")),
                instance("ap", None),
            ],
            node_groups: vec![NodeGroup {
                cluster_resource_id: Some("us/shop".to_owned()),
                desired_size: Some(2),
                ..NodeGroup::default()
            }],
            fargate_profiles: vec![FargateProfile {
                cluster_resource_id: "eu/shop".to_owned(),
                ..FargateProfile::default()
            }],
            ..Estate::default()
        };
        let seen: Vec<_> = rows(&estate)
            .iter()
            .map(|row| {
                (
                    row.resource_id.clone(),
                    row.instance_count,
                    row.node_group_desired_count,
                    row.fargate_profile_count,
                )
            })
            .collect();
        let row = |id: &str, instances, desired, profiles| {
            (id.to_owned(), instances, Some(desired), Some(profiles))
        };
        assert_eq!(
            seen,
            [
                row("eu/shop", Some(2), 0, 1),
                row("us/shop", Some(0), 2, 0),
                row("eu/bare", Some(0), 0, 0),
                row("ap/dim", None, 0, 0),
            ]
        );
    }
}
