//! Where to change what is managed, in a sentence.

/// Managers within managers that are looked through: an Auto Scaling group belongs to a node group, which belongs to a cluster.
const MOST_OUTWARD: usize = 3;

/// A manager in words.
struct Words {
    /// What it is: `the CloudFormation stack shop`.
    who: String,
    /// Where to change what it manages, and what becomes of a change that is made elsewhere.
    place: &'static str,
}

/// `the EKS cluster prod`, or without a name `an EKS cluster`.
fn named(what: &str, article: &str, name: &str) -> String {
    match name {
        "" => format!("{article} {what}"),
        name => format!("the {what} {name}"),
    }
}

/// `Terraform`, or with a name `Terraform (network/prod)`.
fn tool(what: &str, name: &str) -> String {
    match name {
        "" => what.to_owned(),
        name => format!("{what} ({name})"),
    }
}

fn words(manager: &str) -> Words {
    let (kind, name) = manager.split_once(':').unwrap_or((manager, ""));
    let (who, place) = match kind {
        "autoscaling" => (
            named("Auto Scaling group", "an", name),
            "change the group or what it launches from, for it replaces members and does not keep what is changed on one",
        ),
        "karpenter" => (
            tool("Karpenter", name),
            "change the node pool, or what the pods ask for, since it replaces the nodes that it started",
        ),
        "eks" => (
            named("EKS cluster", "an", name),
            "change the node group or the object in the cluster that it is made for, or the cluster puts it back",
        ),
        "kubernetes" => (
            named("Kubernetes cluster", "a", name),
            "change the object in the cluster that it is made for (a volume claim, a service, a node group), or the cluster puts \
             it back",
        ),
        "ecs" => (
            named("ECS cluster", "an", name),
            "change the service or the capacity provider there, or ECS puts it back",
        ),
        "emr" => (
            named("EMR cluster", "an", name),
            "change the cluster's instance groups or fleets, and terminate the cluster rather than its machines",
        ),
        "elasticbeanstalk" => (
            named("Elastic Beanstalk environment", "an", name),
            "change the environment's configuration, or its next update puts it back",
        ),
        "batch" => (
            tool("AWS Batch", name),
            "change the compute environment, which starts and stops its machines as jobs need them",
        ),
        "operator" => (
            match name {
                "" => "an AWS service".to_owned(),
                name => format!("the AWS service {name}"),
            },
            "change it there, since AWS lets nobody else change it",
        ),
        "aws" => (
            match name {
                "" => "an AWS service".to_owned(),
                name => format!("the AWS service {name}"),
            },
            "change or delete what the service keeps it for; it goes along with that",
        ),
        "aws-backup" => (
            "AWS Backup".to_owned(),
            "delete the recovery point in its vault, and change how long the backup plan keeps them, or as many come back",
        ),
        "dlm" => (
            "Data Lifecycle Manager".to_owned(),
            "change how many its policy keeps, or as many come back",
        ),
        "servicecatalog" => (
            named("Service Catalog product", "a", name),
            "update or terminate the provisioned product, or its next update may put it back",
        ),
        "cloudformation" if name.starts_with("StackSet-") => (
            named("CloudFormation stack", "a", name),
            "change the template of the stack set that the stack is from, or a later update may put it back",
        ),
        "cloudformation" => (
            named("CloudFormation stack", "a", name),
            "change the stack's template, or a later update may put it back or fail over it",
        ),
        "terraform" => (
            tool("Terraform", name),
            "change its configuration, or the next apply puts it back",
        ),
        "opentofu" => (
            tool("OpenTofu", name),
            "change its configuration, or the next apply puts it back",
        ),
        "terragrunt" => (
            tool("Terragrunt", name),
            "change its configuration, or the next apply puts it back",
        ),
        "pulumi" => (
            tool("Pulumi", name),
            "change the program, or the next update puts it back",
        ),
        "cdk" => (
            tool("the AWS CDK", name),
            "change the app and deploy it, or a later deployment may put it back",
        ),
        "crossplane" => (
            tool("Crossplane", name),
            "change the managed resource in its cluster, or Crossplane puts it back",
        ),
        _ => {
            return Words {
                who: manager.to_owned(),
                place: "make the change there, or it may be undone",
            };
        }
    };
    Words { who, place }
}

/// Where to change what something manages, so that the change lasts. `outward` says what manages a manager in turn; where
/// something does, the change has to be made farther out. Empty when nothing manages it.
pub(crate) fn change_at(manager: &str, outward: impl Fn(&str) -> Option<String>) -> String {
    if manager.is_empty() {
        return String::new();
    }
    let mut last = words(manager);
    let mut sentence = format!("Managed by {}", last.who);
    let mut at = manager.to_owned();
    for _ in 0..MOST_OUTWARD {
        let Some(next) = outward(&at).filter(|next| !next.is_empty() && *next != at) else {
            break;
        };
        last = words(&next);
        sentence.push_str(&format!(", which {} manages", last.who));
        at = next;
    }
    format!("{sentence}: {}.", last.place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(manager: &str) -> String {
        change_at(manager, |_| None)
    }

    #[test]
    fn every_kind_says_who_and_where() {
        assert_eq!(alone(""), "");
        assert_eq!(
            alone("cloudformation:shop"),
            "Managed by the CloudFormation stack shop: change the stack's template, or a later update may put it back or fail \
             over it."
        );
        assert_eq!(
            alone("terraform:network/prod"),
            "Managed by Terraform (network/prod): change its configuration, or the next apply puts it back."
        );
        assert_eq!(
            alone("platform-team"),
            "Managed by platform-team: make the change there, or it may be undone."
        );
        assert!(alone("cloudformation:StackSet-guard-1").contains("stack set"));
        assert!(alone("aws").starts_with("Managed by an AWS service: "));
        assert!(alone("aws:rds").starts_with("Managed by the AWS service rds: "));
        assert!(alone("batch").starts_with("Managed by AWS Batch: "));
        assert!(alone("ecs").starts_with("Managed by an ECS cluster: "));
        let unnamed = alone("platform-team");
        let place = unnamed.split_once(": ").expect("two parts").1;
        for kind in [
            "autoscaling",
            "karpenter",
            "eks",
            "kubernetes",
            "ecs",
            "emr",
            "elasticbeanstalk",
            "batch",
            "operator",
            "aws",
            "aws-backup",
            "dlm",
            "servicecatalog",
            "cloudformation",
            "terraform",
            "opentofu",
            "terragrunt",
            "pulumi",
            "cdk",
            "crossplane",
        ] {
            assert!(!alone(kind).ends_with(place), "{kind} has words of its own");
            assert!(alone(&format!("{kind}:x")).ends_with('.'));
        }
    }

    #[test]
    fn the_outermost_manager_is_where_to_change() {
        let outward = |manager: &str| match manager {
            "autoscaling:nodes" => Some("eks:prod".to_owned()),
            "autoscaling:alone" => Some(String::new()),
            "autoscaling:loop" => Some("autoscaling:loop".to_owned()),
            _ => None,
        };
        let sentence = change_at("autoscaling:nodes", outward);
        assert!(
            sentence.starts_with(
                "Managed by the Auto Scaling group nodes, which the EKS cluster prod manages: change the node group"
            ),
            "{sentence}"
        );
        for manager in ["autoscaling:alone", "autoscaling:loop"] {
            let sentence = change_at(manager, outward);
            assert_eq!(sentence, alone(manager));
        }
    }
}
