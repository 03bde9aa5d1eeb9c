//! `aws_elb_load_balancer`.

use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};

const LOAD_BALANCER: &[Dimension] = &[Dimension {
    name: "LoadBalancer",
    value: DimensionValue::Column("short_id"),
}];

const fn metric(
    namespace: &'static str,
    name: &'static str,
    missing: Missing,
    doc: &'static str,
) -> Metric {
    Metric {
        namespace,
        name,
        dimensions: LOAD_BALANCER,
        missing,
        doc,
    }
}

const APPLICATION: &str = "AWS/ApplicationELB";
const NETWORK: &str = "AWS/NetworkELB";
const GATEWAY: &str = "AWS/GatewayELB";

/// What AWS publishes for a load balancer. Counts of an application and a gateway load balancer are published when they
/// are not zero; those of a network load balancer always, so their silence says nothing. Where two types publish a metric
/// of one name, each is asked for its own.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html>,
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html>,
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/cloudwatch-metrics.html>
pub static METRICS: &[Metric] = &[
    metric(
        APPLICATION,
        "RequestCount",
        Missing::Zero,
        "Requests for which a target was chosen; of application load balancers.",
    ),
    metric(
        APPLICATION,
        "HTTP_Redirect_Count",
        Missing::Zero,
        "Redirects that the load balancer answered by itself; of application load balancers.",
    ),
    metric(
        APPLICATION,
        "HTTP_Fixed_Response_Count",
        Missing::Zero,
        "Fixed responses that the load balancer answered by itself; of application load balancers.",
    ),
    metric(
        NETWORK,
        "NewFlowCount",
        Missing::NoEvidence,
        "New flows between clients and targets; of network load balancers.",
    ),
    metric(
        GATEWAY,
        "NewFlowCount",
        Missing::Zero,
        "New flows between clients and targets; of gateway load balancers.",
    ),
    metric(
        APPLICATION,
        "ProcessedBytes",
        Missing::Zero,
        "Bytes in both directions; of application load balancers.",
    ),
    metric(
        NETWORK,
        "ProcessedBytes",
        Missing::NoEvidence,
        "Bytes in both directions, without health checks; of network load balancers.",
    ),
    metric(
        GATEWAY,
        "ProcessedBytes",
        Missing::Zero,
        "Bytes in both directions; of gateway load balancers.",
    ),
];

/// The namespace in which a type of load balancer publishes its metrics.
pub(crate) fn namespace(load_balancer_type: &str) -> Option<&'static str> {
    match load_balancer_type {
        "application" => Some(APPLICATION),
        "network" => Some(NETWORK),
        "gateway" => Some(GATEWAY),
        _ => None,
    }
}

table! {
    /// Application, network and gateway load balancers. Classic ones are in `aws_elb_classic_load_balancer`.
    pub struct LoadBalancer: resource "AWS::ElasticLoadBalancingV2::LoadBalancer" in "aws_elb_load_balancer" reads ["elasticloadbalancing:DescribeLoadBalancers"] {
        /// `application`, `network` or `gateway`.
        load_balancer_type: Option<String>,
        /// `internet-facing` or `internal`; empty for a gateway load balancer, which has neither.
        scheme: Option<String>,
        /// `provisioning`, `active`, `active_impaired` or `failed`.
        state: Option<String>,
        /// VPC.
        vpc_id: Option<String>,
        /// `ipv4`, `dualstack` or `dualstack-without-public-ipv4`.
        ip_address_type: Option<String>,
        /// Name in DNS; empty for a gateway load balancer.
        dns_name: Option<String>,
        /// Availability Zones that it is in.
        zone_count: Option<i64>,
        /// Public IPv4 addresses that AWS gives it: one a zone if it faces the internet, without the Elastic IP addresses
        /// that the account brought. An application load balancer under load may have more.
        own_public_address_count: Option<i64>,
    }
    group "tags" reads ["elasticloadbalancing:DescribeTags"] {
    }
    group "targets" reads ["elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth"] {
        /// Target groups that it uses.
        target_group_count: Option<i64>,
        /// Targets that are registered in them, those being deregistered left out.
        target_count: Option<i64>,
        /// Of these, targets that are healthy, or that nobody checks.
        healthy_target_count: Option<i64>,
    }
    group "attributes" reads ["elasticloadbalancing:DescribeLoadBalancerAttributes"] {
        /// Whether traffic is spread over the targets of all zones. Always true for an application load balancer; a target
        /// group may decide otherwise for itself.
        cross_zone: Option<bool>,
    }
    metrics METRICS;
}
