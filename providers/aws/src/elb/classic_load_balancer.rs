//! `aws_elb_classic_load_balancer`.

use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};

const LOAD_BALANCER: &[Dimension] = &[Dimension {
    name: "LoadBalancerName",
    value: DimensionValue::Column("short_id"),
}];

/// What AWS publishes for a classic load balancer. It is silent when nothing comes in.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-cloudwatch-metrics.html>
pub static METRICS: &[Metric] = &[Metric {
    namespace: "AWS/ELB",
    name: "RequestCount",
    dimensions: LOAD_BALANCER,
    missing: Missing::Zero,
    doc: "Requests that were completed, or connections that were made (TCP and SSL listeners).",
}];

table! {
    /// Classic load balancers, those of the first generation.
    pub struct ClassicLoadBalancer: resource "AWS::ElasticLoadBalancing::LoadBalancer" in "aws_elb_classic_load_balancer" reads ["elasticloadbalancing:DescribeLoadBalancers"] {
        /// `internet-facing` or `internal`.
        scheme: Option<String>,
        /// VPC; empty outside of one.
        vpc_id: Option<String>,
        /// Name in DNS.
        dns_name: Option<String>,
        /// Availability Zones that it is in.
        zone_count: Option<i64>,
        /// Listeners.
        listener_count: Option<i64>,
        /// Registered instances.
        instance_count: Option<i64>,
    }
    group "tags" reads ["elasticloadbalancing:DescribeTags"] {
    }
    group "health" reads ["elasticloadbalancing:DescribeInstanceHealth"] {
        /// Registered instances that are in service.
        in_service_count: Option<i64>,
    }
    metrics METRICS;
}
