//! `aws_elb_target`.

use aws_sdk_elasticloadbalancingv2::types::TargetHealthDescription;
use billhook_catalog::table;

use crate::elb::target_group::TargetGroup;
use crate::scan::Scan;

table! {
    /// Targets of application, network and gateway load balancers, one row a target group, target and port; those being deregistered
    /// are left out. What stands behind classic load balancers is not in it.
    pub struct Target: link in "aws_elb_target" reads ["elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth"] {
        /// The target group.
        target_group_resource_id: String => "aws_elb_target_group",
        /// Load balancer that uses the group; empty when none does. Of several, the first in the order of their ARNs.
        load_balancer_resource_id: Option<String> => "aws_elb_load_balancer",
        /// What is registered: an instance's id, an IP address, or the ARN of a function or a load balancer.
        target_id: String,
        /// The instance; empty for a target of another kind.
        instance_resource_id: Option<String> => "aws_ec2_instance",
        /// Port; 0 for functions.
        port: Option<i64>,
        /// `healthy`, `unhealthy`, `initial`, `unused`, `unavailable` (not checked), …
        state: Option<String>,
    }
}

/// Keeps the targets of a group.
pub(super) fn keep(
    scan: &Scan<'_>,
    region: &str,
    group: &TargetGroup,
    descriptions: &[TargetHealthDescription],
) {
    for described in descriptions {
        let Some(target) = described.target() else {
            continue;
        };
        let state = described.target_health().and_then(|health| health.state());
        let state = state.map(|state| state.as_str());
        let (Some(target_id), false) = (
            target.id(),
            state.is_some_and(|state| state.ends_with("draining")),
        ) else {
            continue;
        };
        // An address or an ARN does not look like an instance.
        let instance = target_id.starts_with("i-").then_some(target_id);
        let row = Target {
            id: scan.place(region),
            target_group_resource_id: group.id.resource_id.clone(),
            load_balancer_resource_id: group.load_balancer_resource_id.clone(),
            target_id: target_id.to_owned(),
            instance_resource_id: Some(scan.names.ec2_or_none(region, "instance", instance)),
            port: Some(target.port().map_or(0, i64::from)),
            state: state.map(str::to_owned),
        };
        scan.put(region, row);
    }
}
