//! `aws_ecs_service`.

use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};
use jiff::Timestamp;

const SERVICE: &[Dimension] = &[
    Dimension {
        name: "ClusterName",
        value: DimensionValue::Column("cluster_name"),
    },
    Dimension {
        name: "ServiceName",
        value: DimensionValue::Column("service_name"),
    },
];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric {
        namespace: "AWS/ECS",
        name,
        dimensions: SERVICE,
        missing: Missing::NoEvidence,
        doc,
    }
}

/// What AWS publishes of a service, one sample a task and minute, so that the maximum is that of the busiest task. Without a task
/// it is silent, so silence is no evidence.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html>
pub static METRICS: &[Metric] = &[
    metric(
        "CPUUtilization",
        "CPU that its tasks use, percent of what they reserve.",
    ),
    metric(
        "MemoryUtilization",
        "Memory that its tasks use, percent of what they reserve.",
    ),
];

table! {
    /// ECS services; those that were deleted are left out. Tasks that belong to no service are not read.
    pub struct Service: resource "AWS::ECS::Service" in "aws_ecs_service" reads ["ecs:ListClusters", "ecs:ListServices", "ecs:DescribeServices"] {
        /// The cluster.
        cluster_resource_id: Option<String> => "aws_ecs_cluster",
        /// Its name.
        cluster_name: Option<String>,
        /// Name of the service. `short_id` is `CLUSTER/SERVICE`.
        service_name: Option<String>,
        /// `ACTIVE` or `DRAINING`.
        status: Option<String>,
        /// What its tasks run on: `fargate` (on demand), `fargate-spot`, `fargate-mixed` (both), `ec2` (instances of the cluster, also
        /// by capacity providers of its own), `managed-instances` or `external`.
        compute: Option<String>,
        /// Launch type as AWS names it; empty for a service that has a capacity provider strategy instead.
        launch_type: Option<String>,
        /// Capacity providers in its strategy; 0 for a service that has a launch type instead.
        capacity_provider_count: Option<i64>,
        /// Fargate platform version (`LATEST`, `1.4.0`); empty elsewhere.
        platform_version: Option<String>,
        /// `REPLICA` (so many tasks) or `DAEMON` (one an instance).
        scheduling_strategy: Option<String>,
        /// What rolls out new versions: `ECS`, `CODE_DEPLOY` or `EXTERNAL`.
        deployment_controller: Option<String>,
        /// Tasks that it is to keep running.
        desired_count: Option<i64>,
        /// Tasks that run.
        running_count: Option<i64>,
        /// Tasks that are being started.
        pending_count: Option<i64>,
        /// Task definition that its tasks are made from; empty where task sets have one each (deployment controller `EXTERNAL`).
        task_definition_resource_id: Option<String> => "aws_ecs_task_definition",
        /// Target groups and classic load balancers that its tasks are registered with.
        load_balancer_count: Option<i64>,
        /// When the present deployment began: a new version of the task definition, or other settings. NULL when AWS does not say.
        deployed_at: Option<Timestamp>,
        /// Days from `deployed_at` to the snapshot, computed when judging.
        deployed_days: Option<f64>,
    }
    group "scaling" reads ["application-autoscaling:DescribeScalableTargets"] {
        /// Whether Application Auto Scaling sets the number of its tasks.
        has_scaling: Option<bool>,
        /// Least number of tasks then; 0 without scaling.
        scaling_min_count: Option<i64>,
        /// Largest number of tasks then; 0 without scaling.
        scaling_max_count: Option<i64>,
    }
    metrics METRICS;
}
