//! Services of ECS and clusters of EKS, over made-up accounts.

use billhook_catalog::{CoverageStatus, GapKind, Provider, Quiet, Tag};
use serde_json::{Value, json};

use super::collection::{rows, status, want};
use super::replies::{Asked, Reply, aws, nothing};
use crate::ecs::cluster::Cluster;
use crate::ecs::service::Service;
use crate::ecs::task_definition::TaskDefinition;
use crate::eks::cluster::Cluster as KubernetesCluster;
use crate::eks::fargate_profile::FargateProfile;
use crate::eks::node_group::NodeGroup;

fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:us-east-1:123456789012:{resource}")
}

fn reply(body: &Value) -> Reply {
    Reply::new(200, body.to_string())
}

fn service(number: u64) -> Value {
    // Two versions of one family, in turn.
    let definition = format!("task-definition/web:{}", number % 2 + 1);
    json!({
        "serviceArn": arn("ecs", &format!("service/prod/web-{number}")),
        "serviceName": format!("web-{number}"),
        "status": if number == 12 { "INACTIVE" } else { "ACTIVE" },
        "launchType": "FARGATE",
        "desiredCount": 2,
        "runningCount": 1,
        "pendingCount": 1,
        "taskDefinition": arn("ecs", &definition),
        "createdAt": 1_700_000_000.0,
        "deployments": [
            {"status": "ACTIVE", "createdAt": 1_700_000_000.0},
            {"status": "PRIMARY", "createdAt": 1_770_000_000.0},
        ],
        "tags": [{"key": "team", "value": "shop"}],
    })
}

/// One cluster with twelve services, of which the last is deleted.
fn containers(asked: &Asked) -> Reply {
    if !asked.host.contains("us-east-1") {
        return reply(&json!({}));
    }
    match asked.what.as_str() {
        "ecs:ListClusters" => reply(&json!({"clusterArns": [arn("ecs", "cluster/prod")]})),
        "ecs:DescribeClusters" => reply(&json!({"clusters": [{
            "clusterArn": arn("ecs", "cluster/prod"),
            "clusterName": "prod",
            "status": "ACTIVE",
            "runningTasksCount": 11,
            "tags": [{"key": "team", "value": "shop"}],
        }]})),
        "ecs:ListServices" => {
            let arns: Vec<_> = (1..=12)
                .map(|number| arn("ecs", &format!("service/prod/web-{number}")))
                .collect();
            reply(&json!({"serviceArns": arns}))
        }
        "ecs:DescribeServices" => {
            let asked: Value = serde_json::from_str(&asked.body).expect("a request");
            let names = asked["services"].as_array().expect("a list").iter();
            let numbers = names.map(|arn| {
                let arn = arn.as_str().expect("an ARN");
                let (_, number) = arn.rsplit_once('-').expect("a number");
                number.parse::<u64>().expect("a number")
            });
            reply(&json!({"services": numbers.map(service).collect::<Vec<_>>()}))
        }
        "ecs:DescribeTaskDefinition" if asked.body.contains("web:2") => {
            Reply::json_error(400, "AccessDeniedException", "no")
        }
        "ecs:DescribeTaskDefinition" => reply(&json!({"taskDefinition": {
            "taskDefinitionArn": arn("ecs", "task-definition/web:1"),
            "family": "web",
            "revision": 1,
            "cpu": "512",
            "memory": "1024",
            "ephemeralStorage": {"sizeInGiB": 50},
            "runtimePlatform": {"cpuArchitecture": "ARM64"},
            "requiresCompatibilities": ["FARGATE"],
            "containerDefinitions": [{
                "name": "web",
                "environment": [{"name": "PASSWORD", "value": "hunter2"}],
            }],
        }})),
        "application-autoscaling:DescribeScalableTargets" => reply(&json!({"ScalableTargets": [{
            "ServiceNamespace": "ecs",
            "ResourceId": "service/prod/web-3",
            "ScalableDimension": "ecs:service:DesiredCount",
            "MinCapacity": 2,
            "MaxCapacity": 8,
            "RoleARN": "arn:aws:iam::123456789012:role/r",
            "CreationTime": 1_700_000_000.0,
        }]})),
        _ => nothing(),
    }
}

#[tokio::test]
async fn services_are_described_by_ten_and_each_task_definition_once() {
    let (aws, log) = aws(containers);
    let wanted = [
        ("aws_ecs_cluster", &[][..]),
        ("aws_ecs_service", &["scaling"][..]),
        ("aws_ecs_task_definition", &[][..]),
        ("tag", &[][..]),
    ];
    let collected = aws.collect(&want(&wanted), &Quiet).await;
    assert_eq!(log.count("ecs:DescribeServices"), 2);
    assert_eq!(log.count("ecs:DescribeTaskDefinition"), 2);
    let asked = log.count("application-autoscaling:DescribeScalableTargets");
    assert_eq!(asked, 1, "not where there is no service");

    assert_eq!(rows::<Cluster>(&collected)[0].running_task_count, Some(11));
    let services = rows::<Service>(&collected);
    assert_eq!(services.len(), 11, "a deleted one is none");
    let named = |name: &str| {
        let found = services.iter().find(|row| row.id.short_id == name);
        found.expect("a service")
    };
    let third = named("prod/web-3");
    assert_eq!(
        (
            third.has_scaling,
            third.scaling_min_count,
            third.scaling_max_count
        ),
        (Some(true), Some(2), Some(8))
    );
    let first = named("prod/web-1");
    assert_eq!(
        (first.has_scaling, first.scaling_max_count),
        (Some(false), Some(0))
    );
    assert_eq!(first.compute.as_deref(), Some("fargate"));
    assert_eq!(
        first.deployed_at.map(|at| at.as_second()),
        Some(1_770_000_000),
        "the present deployment"
    );
    assert_eq!(first.cluster_resource_id, Some(arn("ecs", "cluster/prod")));

    let definitions = rows::<TaskDefinition>(&collected);
    let [only] = definitions.as_slice() else {
        panic!("{definitions:?}");
    };
    assert_eq!((only.cpu_units, only.memory_mib), (Some(512), Some(1024)));
    assert_eq!(only.ephemeral_storage_gib, Some(50));
    assert_eq!(only.operating_system.as_deref(), Some("LINUX"));
    assert_eq!(only.cpu_architecture.as_deref(), Some("ARM64"));
    assert!(!format!("{definitions:?}").contains("hunter2"));
    let gaps: Vec<_> = collected
        .gaps
        .iter()
        .map(|gap| (gap.table.as_str(), gap.resource_id.as_deref(), gap.kind))
        .collect();
    let refused = arn("ecs", "task-definition/web:2");
    let expected = (
        "aws_ecs_task_definition",
        Some(refused.as_str()),
        GapKind::Denied,
    );
    assert_eq!(gaps, [expected]);
    assert_eq!(rows::<Tag>(&collected).len(), 12);
}

#[tokio::test]
async fn a_cluster_that_is_gone_has_no_services_and_a_refusal_is_a_gap() {
    let (aws, _) = aws(|asked| match asked.what.as_str() {
        "ecs:ListServices" => Reply::json_error(400, "ClusterNotFoundException", "gone"),
        _ => containers(asked),
    });
    let wanted = [("aws_ecs_service", &["scaling"][..])];
    let collected = aws.collect(&want(&wanted), &Quiet).await;
    assert_eq!(collected.gaps, []);
    assert_eq!(
        status(&collected, "aws_ecs_service", "scaling", "us-east-1"),
        Some((CoverageStatus::Assessed, 0))
    );

    let (aws, _) = super::replies::aws(|asked| match asked.what.as_str() {
        "ecs:DescribeServices" => Reply::json_error(400, "AccessDeniedException", "no"),
        _ => containers(asked),
    });
    let wanted = [
        ("aws_ecs_service", &["scaling"][..]),
        ("aws_ecs_task_definition", &[][..]),
    ];
    let collected = aws.collect(&want(&wanted), &Quiet).await;
    let here =
        |table, group| status(&collected, table, group, "us-east-1").map(|(status, _)| status);
    let denied = Some(CoverageStatus::Denied);
    assert_eq!(here("aws_ecs_service", "base"), denied);
    assert_eq!(here("aws_ecs_service", "scaling"), denied);
    assert_eq!(here("aws_ecs_task_definition", "base"), denied);
}

/// Three clusters: one that may not be described, one that is only registered.
fn kubernetes(asked: &Asked) -> Reply {
    if !asked.host.contains("us-east-1") {
        return reply(&json!({}));
    }
    let path = asked.what.strip_prefix("eks:").unwrap_or_default();
    let (path, _) = path.split_once('?').unwrap_or((path, ""));
    let cluster = |name: &str| {
        json!({
            "name": name,
            "arn": arn("eks", &format!("cluster/{name}")),
            "createdAt": 1_700_000_000.0,
            "version": "1.34",
            "status": "ACTIVE",
            "upgradePolicy": {"supportType": "EXTENDED"},
            "tags": {"team": "platform"},
        })
    };
    match path {
        "/clusters" => reply(&json!({"clusters": ["shop", "shut", "elsewhere"]})),
        "/clusters/shop" => reply(&json!({"cluster": cluster("shop")})),
        "/clusters/elsewhere" => {
            let mut registered = cluster("elsewhere");
            registered["connectorConfig"] = json!({"provider": "OTHER"});
            reply(&json!({"cluster": registered}))
        }
        "/clusters/shut" => Reply::json_error(403, "AccessDeniedException", "no")
            .header("x-amzn-errortype", "AccessDeniedException"),
        "/clusters/shop/node-groups" => reply(&json!({"nodegroups": ["workers"]})),
        "/clusters/shop/node-groups/workers" => reply(&json!({"nodegroup": {
            "nodegroupName": "workers",
            "nodegroupArn": arn("eks", "nodegroup/shop/workers/1"),
            "scalingConfig": {"minSize": 0, "maxSize": 3, "desiredSize": 2},
            "instanceTypes": ["m7i.large", "m7a.large"],
            "resources": {"autoScalingGroups": [{"name": "eks-workers-1"}]},
        }})),
        "/clusters/shop/fargate-profiles" => reply(&json!({"fargateProfileNames": ["default"]})),
        _ => Reply::json_error(404, "ResourceNotFoundException", "gone")
            .header("x-amzn-errortype", "ResourceNotFoundException"),
    }
}

#[tokio::test]
async fn clusters_are_described_one_by_one_and_a_refusal_is_one_of_them() {
    let (aws, _) = aws(kubernetes);
    let wanted = [
        ("aws_eks_cluster", &["details"][..]),
        ("aws_eks_node_group", &[][..]),
        ("aws_eks_fargate_profile", &[][..]),
    ];
    let collected = aws.collect(&want(&wanted), &Quiet).await;
    let clusters = rows::<KubernetesCluster>(&collected);
    let seen: Vec<_> = clusters
        .iter()
        .map(|row| {
            (
                row.id.short_id.as_str(),
                row.version.as_deref(),
                row.auto_mode,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [("shop", Some("1.34"), Some(false)), ("shut", None, None)]
    );
    let gaps: Vec<_> = collected
        .gaps
        .iter()
        .map(|gap| (&*gap.table, &*gap.column_group, gap.resource_id.clone()))
        .collect();
    let shut = Some(arn("eks", "cluster/shut"));
    assert_eq!(gaps, [("aws_eks_cluster", "details", shut)]);

    let groups = rows::<NodeGroup>(&collected);
    let [only] = groups.as_slice() else {
        panic!("{groups:?}");
    };
    assert_eq!(only.cluster_resource_id, Some(arn("eks", "cluster/shop")));
    assert_eq!((only.min_size, only.desired_size), (Some(0), Some(2)));
    assert_eq!(only.instance_type.as_deref(), Some("m7i.large"));
    assert_eq!(only.instance_type_count, Some(2));
    assert_eq!(only.autoscaling_group.as_deref(), Some("eks-workers-1"));
    let profiles = rows::<FargateProfile>(&collected);
    assert_eq!(profiles.len(), 1);
    assert_eq!(profiles[0].profile_name, "default");
}
