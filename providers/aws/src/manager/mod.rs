//! What manages a resource, and so where a change has to be made in order to last.
//!
//! Several may have a hand in a resource; the closest one counts, since it is the first to undo what is changed by hand. In
//! this order:
//!
//! 1. what the service itself says of its resource: membership in an Auto Scaling group, an instance's operator, the service
//!    that requested an interface or owns a secret, the backup that a snapshot is from;
//! 2. tags of what makes and replaces resources while it runs: Auto Scaling, Karpenter, EKS, EMR, Elastic Beanstalk, Batch,
//!    ECS, Kubernetes, AWS Backup, Data Lifecycle Manager;
//! 3. tags of what describes resources: Service Catalog, CloudFormation, Pulumi, Crossplane;
//! 4. tags of the account's own making: those that the settings name, then `terraform`, `ManagedBy` and their like.
//!
//! What is deleted along with its instance is managed by what manages the instance, unless it has a manager of its own.
//! A manager is written `KIND:NAME`, or `KIND` where it has no name.

pub(crate) mod advice;
mod own;

use std::collections::{BTreeMap, HashMap};

use polars::prelude::DataFrame;

use own::OwnTags;

/// How a tag says what manages a resource.
#[derive(Clone, Copy)]
enum Says {
    /// The value is the manager's name.
    Name,
    /// The value is an ARN or a path, at whose end the name stands.
    LastOfPath,
    /// The key alone says it.
    Kind,
    /// The key begins so, and the rest of it is the name, unless the value says that others share the resource.
    RestOfKey,
    /// The key begins so, and that says it.
    KindByPrefix,
}

/// A tag and what it says.
struct Mark {
    key: &'static str,
    says: Says,
    kind: &'static str,
}

const fn mark(key: &'static str, says: Says, kind: &'static str) -> Mark {
    Mark { key, says, kind }
}

/// Tags that Auto Scaling groups put on their members.
const GROUP: &[Mark] = &[mark("aws:autoscaling:groupName", Says::Name, "autoscaling")];

/// Tags of what makes and replaces machines while it runs, the closest first.
const CONTROLLERS: &[Mark] = &[
    mark("karpenter.sh/nodepool", Says::Name, "karpenter"),
    mark("karpenter.sh/provisioner-name", Says::Name, "karpenter"),
    mark("eks:cluster-name", Says::Name, "eks"),
    mark("aws:eks:cluster-name", Says::Name, "eks"),
    mark("eks:eks-cluster-name", Says::Name, "eks"),
    mark("aws:elasticmapreduce:job-flow-id", Says::Name, "emr"),
    mark(
        "elasticbeanstalk:environment-name",
        Says::Name,
        "elasticbeanstalk",
    ),
    mark("aws:batch:compute-environment", Says::Name, "batch"),
    mark("aws:ecs:clusterName", Says::Name, "ecs"),
    mark("aws:ecs:cluster-name", Says::Name, "ecs"),
    mark("kubernetes.io/cluster/", Says::RestOfKey, "kubernetes"),
    mark("AWSBatch", Says::KindByPrefix, "batch"),
    mark("AmazonECSManaged", Says::Kind, "ecs"),
    mark("elbv2.k8s.aws/cluster", Says::Name, "kubernetes"),
    mark("KubernetesCluster", Says::Name, "kubernetes"),
    mark(
        "kubernetes.io/created-for/pvc/name",
        Says::Kind,
        "kubernetes",
    ),
    mark("kubernetes.io/service-name", Says::Kind, "kubernetes"),
    mark("ebs.csi.aws.com/cluster", Says::Kind, "kubernetes"),
    mark("efs.csi.aws.com/cluster", Says::Kind, "kubernetes"),
];

/// Tags of what makes and deletes copies.
const BACKUPS: &[Mark] = &[
    mark("aws:backup:source-resource", Says::Kind, "aws-backup"),
    mark("aws:dlm:lifecycle-policy-id", Says::Kind, "dlm"),
    mark("dlm:managed", Says::Kind, "dlm"),
];

/// Tags of what describes resources and brings them into being.
const BLUEPRINTS: &[Mark] = &[
    mark(
        "aws:servicecatalog:provisionedProductArn",
        Says::LastOfPath,
        "servicecatalog",
    ),
    mark(
        "aws:cloudformation:stack-name",
        Says::Name,
        "cloudformation",
    ),
    mark("pulumi:project", Says::Name, "pulumi"),
    mark("crossplane-name", Says::Name, "crossplane"),
];

impl Mark {
    /// The manager that a tag names.
    fn read(&self, key: &str, value: &str) -> Option<String> {
        let name = match self.says {
            Says::Name if key == self.key => value.trim(),
            Says::LastOfPath if key == self.key => value.rsplit('/').next().unwrap_or(value),
            Says::Kind if key == self.key => "",
            Says::KindByPrefix if key.starts_with(self.key) => "",
            Says::RestOfKey => key
                .strip_prefix(self.key)
                .filter(|_| !value.eq_ignore_ascii_case("shared"))?,
            _ => return None,
        };
        Some(match name {
            "" => self.kind.to_owned(),
            name => format!("{}:{name}", self.kind),
        })
    }
}

/// The first of the marks that a tag bears, and what it says.
fn first<'m>(
    marks: impl Iterator<Item = &'m Mark>,
    key: &str,
    value: &str,
) -> Option<(usize, String)> {
    marks
        .enumerate()
        .find_map(|(rank, mark)| Some((rank, mark.read(key, value)?)))
}

/// What runs a machine besides an Auto Scaling group, by its tags: `eks:CLUSTER`, `karpenter:NODEPOOL`, `emr:CLUSTER`, ….
/// Empty when no tag says so.
pub(crate) fn controller<'t>(tags: impl Iterator<Item = (&'t str, &'t str)>) -> String {
    tags.filter_map(|(key, value)| first(CONTROLLERS.iter(), key, value))
        .min()
        .map_or_else(String::new, |(_, manager)| manager)
}

/// Which service made a copy, by its tags: `aws-backup`, `dlm`. Empty when no tag says so.
pub(crate) fn backup<'t>(tags: impl Iterator<Item = (&'t str, &'t str)>) -> String {
    tags.filter_map(|(key, value)| first(BACKUPS.iter(), key, value))
        .min()
        .map_or_else(String::new, |(_, manager)| manager)
}

/// Managers by resource, from a frame of tags. Only the columns that matter are looked at: there are more tags than anything
/// else. `settings` are tag keys of the account's own making, each with what it stands for: see [`OwnTags::new`]. `None` when
/// the frame does not have the columns.
pub(crate) fn by_resource(
    tags: &DataFrame,
    settings: &BTreeMap<String, Option<String>>,
) -> Option<HashMap<String, String>> {
    let own = OwnTags::new(settings);
    let column = |name: &str| tags.column(name).ok()?.str().ok();
    let (ids, keys, values) = (column("resource_id")?, column("key")?, column("value")?);
    let marks = || {
        let all = GROUP.iter().chain(CONTROLLERS);
        all.chain(BACKUPS).chain(BLUEPRINTS)
    };
    let count = marks().count();
    let mut best: HashMap<&str, (usize, String)> = HashMap::new();
    for ((id, key), value) in ids.iter().zip(keys.iter()).zip(values.iter()) {
        let (Some(id), Some(key), Some(value)) = (id, key, value) else {
            continue;
        };
        let found = first(marks(), key, value).or_else(|| {
            let (rank, manager) = own.read(key, value)?;
            Some((count + rank, manager))
        });
        let Some(found) = found else { continue };
        match best.get_mut(id) {
            Some(known) if *known <= found => {}
            Some(known) => *known = found,
            None => {
                best.insert(id, found);
            }
        }
    }
    Some(
        best.into_iter()
            .map(|(id, (_, manager))| (id.to_owned(), manager))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use billhook_catalog::{Tag, frame_of};

    use super::*;

    /// What manages a resource with such tags.
    fn managed(tags: &[(&str, &str)]) -> String {
        let rows = tags.iter().map(|(key, value)| Tag {
            resource_id: "r".to_owned(),
            key: (*key).to_owned(),
            value: (*value).to_owned(),
            ..Tag::default()
        });
        let frame = frame_of(rows.collect::<Vec<_>>());
        let found = by_resource(&frame, &BTreeMap::new()).expect("a frame of tags");
        found.get("r").cloned().unwrap_or_default()
    }

    #[test]
    fn the_controller_is_read_from_the_tags_that_services_set() {
        for (key, value, expected) in [
            ("eks:cluster-name", "prod", "eks:prod"),
            ("karpenter.sh/nodepool", "spot", "karpenter:spot"),
            ("kubernetes.io/cluster/prod", "owned", "kubernetes:prod"),
            ("kubernetes.io/cluster/prod", "shared", ""),
            ("aws:elasticmapreduce:job-flow-id", "j-1", "emr:j-1"),
            (
                "elasticbeanstalk:environment-name",
                "shop",
                "elasticbeanstalk:shop",
            ),
            ("AWSBatchServiceTag", "batch", "batch"),
            ("aws:ecs:clusterName", "web", "ecs:web"),
            ("AmazonECSManaged", "true", "ecs"),
            ("team", "kubernetes.io/cluster/x", ""),
            ("aws:cloudformation:stack-name", "shop", ""),
        ] {
            let tags = [("Name", "x"), (key, value)];
            assert_eq!(controller(tags.into_iter()), expected, "{key}={value}");
        }
        let tags = [
            ("kubernetes.io/cluster/a", "owned"),
            ("eks:cluster-name", "a"),
        ];
        assert_eq!(controller(tags.into_iter()), "eks:a");
        assert_eq!(controller(tags.into_iter().rev()), "eks:a");
    }

    #[test]
    fn copies_know_what_made_them() {
        let of = |key| backup([(key, "x")].into_iter());
        assert_eq!(of("aws:backup:source-resource"), "aws-backup");
        assert_eq!(of("aws:dlm:lifecycle-policy-id"), "dlm");
        assert_eq!(of("backup"), "");
    }

    #[test]
    fn the_closest_manager_counts_in_whatever_order_the_tags_come() {
        // From the closest to the farthest; each goes before all that follow.
        let order = [
            ("aws:autoscaling:groupName", "nodes", "autoscaling:nodes"),
            ("karpenter.sh/nodepool", "spot", "karpenter:spot"),
            ("eks:cluster-name", "prod", "eks:prod"),
            ("aws:ecs:clusterName", "web", "ecs:web"),
            ("kubernetes.io/cluster/prod", "owned", "kubernetes:prod"),
            ("ebs.csi.aws.com/cluster", "true", "kubernetes"),
            ("aws:backup:source-resource", "arn", "aws-backup"),
            ("aws:dlm:lifecycle-policy-id", "policy-1", "dlm"),
            (
                "aws:servicecatalog:provisionedProductArn",
                "arn:aws:servicecatalog:eu-west-1:1:stack/desk/pp-1",
                "servicecatalog:pp-1",
            ),
            (
                "aws:cloudformation:stack-name",
                "shop",
                "cloudformation:shop",
            ),
            ("pulumi:project", "shop", "pulumi:shop"),
            ("terraform", "true", "terraform"),
            ("ManagedBy", "platform-team", "platform-team"),
        ];
        for (at, (key, value, expected)) in order.iter().enumerate() {
            assert_eq!(managed(&[(key, value)]), *expected);
            for (farther_key, farther_value, _) in &order[at + 1..] {
                let (near, far) = ((*key, *value), (*farther_key, *farther_value));
                assert_eq!(managed(&[near, far]), *expected, "{key}, {farther_key}");
                assert_eq!(managed(&[far, near]), *expected, "{farther_key}, {key}");
            }
        }
        assert_eq!(managed(&[("team", "shop"), ("Name", "terraform")]), "");
    }
}
