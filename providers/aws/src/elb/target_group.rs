//! `aws_elb_target_group`.

use aws_sdk_elasticloadbalancingv2::types::{TargetHealthDescription, TargetHealthStateEnum};
use billhook_catalog::table;

use crate::number::count;

table! {
    /// Target groups of application, network and gateway load balancers.
    pub struct TargetGroup: resource "AWS::ElasticLoadBalancingV2::TargetGroup" in "aws_elb_target_group" reads ["elasticloadbalancing:DescribeTargetGroups"] {
        /// Load balancer that uses it; empty when none does. Of several, the first in the order of their ARNs.
        load_balancer_resource_id: Option<String> => "aws_elb_load_balancer",
        /// Load balancers that use it.
        load_balancer_count: Option<i64>,
        /// `instance`, `ip`, `lambda` or `alb`.
        target_type: Option<String>,
        /// Protocol to the targets; empty for functions.
        protocol: Option<String>,
        /// Port of the targets; 0 for functions.
        port: Option<i64>,
        /// VPC; empty for functions.
        vpc_id: Option<String>,
        /// Whether its targets are checked.
        health_check_enabled: Option<bool>,
    }
    group "tags" reads ["elasticloadbalancing:DescribeTags"] {
    }
    group "health" reads ["elasticloadbalancing:DescribeTargetHealth"] {
        /// Registered targets, those being deregistered left out.
        target_count: Option<i64>,
        /// Of these, targets that are healthy, or that nobody checks.
        healthy_target_count: Option<i64>,
    }
}

/// How many targets a group has, and how many of them serve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Targets {
    /// Registered, those being deregistered left out.
    pub(super) registered: i64,
    /// Healthy, or not checked.
    pub(super) healthy: i64,
}

impl Targets {
    /// Counted from DescribeTargetHealth. `unavailable` is a target whose group has no health check.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html>
    pub(super) fn of(descriptions: &[TargetHealthDescription]) -> Self {
        use TargetHealthStateEnum as State;
        let states = || {
            descriptions.iter().map(|description| {
                description
                    .target_health()
                    .and_then(|health| health.state())
            })
        };
        let leaving = |state: &Option<&State>| {
            matches!(state, Some(State::Draining | State::UnhealthyDraining))
        };
        Self {
            registered: count(states().filter(|state| !leaving(state)).count()),
            healthy: count(
                states()
                    .filter(|state| matches!(state, Some(State::Healthy | State::Unavailable)))
                    .count(),
            ),
        }
    }

    /// Those of two groups together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            registered: self.registered + other.registered,
            healthy: self.healthy + other.healthy,
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_elasticloadbalancingv2::types::TargetHealth;

    use super::*;

    #[test]
    fn who_leaves_does_not_count_and_who_is_not_checked_serves() {
        let descriptions: Vec<_> = [
            "healthy",
            "unhealthy",
            "unavailable",
            "initial",
            "unused",
            "draining",
            "unhealthy.draining",
        ]
        .map(|state| {
            TargetHealthDescription::builder()
                .target_health(TargetHealth::builder().state(state.into()).build())
                .build()
        })
        .into();
        let targets = Targets::of(&descriptions);
        assert_eq!((targets.registered, targets.healthy), (5, 2));
        assert_eq!(Targets::of(&[]), Targets::default());
    }
}
