//! What EC2's inline tags say.

use aws_sdk_ec2::types::Tag;
use billhook_catalog::{Key, Table};

use crate::scan::Scan;

/// The value of a tag; `None` when the resource does not carry it.
pub(crate) fn value<'t>(tags: &'t [Tag], key: &str) -> Option<&'t str> {
    tags.iter()
        .find(|tag| tag.key() == Some(key))
        .and_then(Tag::value)
}

/// The `Name` tag, unless it is empty.
pub(crate) fn name(tags: &[Tag]) -> Option<String> {
    value(tags, "Name")
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}

/// Keeps a resource's tags.
pub(crate) fn keep(scan: &Scan<'_>, table: &Table, key: &Key, tags: &[Tag]) {
    scan.put_tags(table, key, tags.iter().map(|tag| (tag.key(), tag.value())));
}

/// Tags whose value names what manages an instance, with our word for the manager.
const MANAGERS: &[(&str, &str)] = &[
    ("eks:cluster-name", "eks"),
    ("aws:eks:cluster-name", "eks"),
    ("eks:eks-cluster-name", "eks"),
    ("aws:elasticmapreduce:job-flow-id", "emr"),
    ("elasticbeanstalk:environment-name", "elasticbeanstalk"),
    ("aws:batch:compute-environment", "batch"),
    ("aws:ecs:clusterName", "ecs"),
    ("aws:ecs:cluster-name", "ecs"),
];

/// What manages an instance besides an Auto Scaling group: `eks:CLUSTER`, `kubernetes:CLUSTER`, `emr:CLUSTER`,
/// `elasticbeanstalk:ENVIRONMENT`, `batch`, `ecs:CLUSTER`. Empty when no tag says so.
pub(crate) fn manager(tags: &[Tag]) -> String {
    for (key, manager) in MANAGERS {
        if let Some(value) = value(tags, key) {
            return format!("{manager}:{value}");
        }
    }
    for key in tags.iter().filter_map(Tag::key) {
        if let Some(cluster) = key.strip_prefix("kubernetes.io/cluster/") {
            return format!("kubernetes:{cluster}");
        }
        if key.starts_with("AWSBatch") {
            return "batch".to_owned();
        }
        if key == "AmazonECSManaged" {
            return "ecs".to_owned();
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Vec<Tag> {
        pairs
            .iter()
            .map(|(key, value)| Tag::builder().key(*key).value(*value).build())
            .collect()
    }

    #[test]
    fn the_manager_is_read_from_the_tags_that_services_set() {
        for (key, value, expected) in [
            ("eks:cluster-name", "prod", "eks:prod"),
            ("kubernetes.io/cluster/prod", "owned", "kubernetes:prod"),
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
        ] {
            assert_eq!(
                manager(&tags(&[("Name", "x"), (key, value)])),
                expected,
                "{key}"
            );
        }
        assert_eq!(
            manager(&tags(&[
                ("kubernetes.io/cluster/a", "owned"),
                ("eks:cluster-name", "a")
            ])),
            "eks:a"
        );
    }

    #[test]
    fn an_empty_name_is_no_name() {
        assert_eq!(name(&tags(&[("Name", "")])), None);
        assert_eq!(
            name(&tags(&[("name", "x")])),
            None,
            "keys are case-sensitive"
        );
        assert_eq!(name(&tags(&[("Name", "web")])).as_deref(), Some("web"));
    }
}
