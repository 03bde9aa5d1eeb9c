//! `aws_autoscaling_group`, its members and its zones.

use aws_sdk_autoscaling::types::{AutoScalingGroup, Instance};
use billhook_catalog::{BASE_GROUP, Dimension, DimensionValue, Key, Metric, Missing, Row, table};

use crate::manager;
use crate::number::count;
use crate::scan::Scan;
use crate::time::instant;

const GROUP: &[Dimension] = &[Dimension {
    name: "AutoScalingGroupName",
    value: DimensionValue::Column("short_id"),
}];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric {
        namespace: "AWS/EC2",
        name,
        dimensions: GROUP,
        missing: Missing::NoEvidence,
        doc,
    }
}

/// What EC2 publishes of all members of a group together, those that are gone by now included. The largest sample (Maximum)
/// is that of the busiest member. A group without members is silent.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html#ec2-cloudwatch-dimensions>
pub static METRICS: &[Metric] = &[
    metric("CPUUtilization", "CPU that members use, percent."),
    metric("NetworkIn", "Bytes that members receive."),
    metric("NetworkOut", "Bytes that members send."),
    metric("EBSReadOps", "Completed reads of members (Nitro only)."),
    metric("EBSWriteOps", "Completed writes of members (Nitro only)."),
    metric("EBSReadBytes", "Bytes that members read (Nitro only)."),
    metric("EBSWriteBytes", "Bytes that members write (Nitro only)."),
];

table! {
    /// Auto Scaling groups, one row a group; those being deleted are left out.
    pub struct Group: resource "AWS::AutoScaling::AutoScalingGroup" in "aws_autoscaling_group" reads ["autoscaling:DescribeAutoScalingGroups"] {
        /// Least number of instances.
        min_size: Option<i64>,
        /// Largest number of instances.
        max_size: Option<i64>,
        /// Number of instances that it keeps at present.
        desired_capacity: Option<i64>,
        /// Members, whatever their state.
        instance_count: Option<i64>,
        /// How it tells whether a member is well: `EC2`, `ELB`, … ; several are joined by commas.
        health_check_type: Option<String>,
        /// What it starts instances from: `launch-template`, `launch-configuration` or `mixed-instances`; empty when nothing.
        launch_source: Option<String>,
        /// Id of the launch template (`lt-0123456789abcdef0`); empty for another source.
        launch_template_id: Option<String>,
        /// Name of the launch template or launch configuration; empty when it has none.
        launch_name: Option<String>,
        /// Version of the launch template: a number, `$Latest` or `$Default`; empty for another source.
        launch_template_version: Option<String>,
        /// What manages it: `eks:CLUSTER`, `elasticbeanstalk:ENVIRONMENT`, `batch`, `ecs`, …, from its AWS tags; empty when nothing is known to.
        managed_by: Option<String>,
    }
    group "policies" reads ["autoscaling:DescribePolicies"] {
        /// Scaling policies, whether they are switched on or not.
        scaling_policy_count: Option<i64>,
    }
    metrics METRICS;
}

table! {
    /// Members of Auto Scaling groups, one row an instance.
    pub struct Member: link in "aws_autoscaling_instance" reads ["autoscaling:DescribeAutoScalingGroups"] {
        /// The group.
        group_resource_id: String => "aws_autoscaling_group",
        /// The instance.
        instance_resource_id: String => "aws_ec2_instance",
        /// Its instance type.
        instance_type: Option<String>,
        /// Its Availability Zone.
        zone: Option<String>,
        /// `InService`, `Pending`, `Standby`, `Terminating`, …
        lifecycle_state: Option<String>,
        /// `Healthy` or `Unhealthy`.
        health_status: Option<String>,
    }
}

table! {
    /// Zones that Auto Scaling groups start instances in, one row each.
    pub struct GroupZone: link in "aws_autoscaling_group_zone" reads ["autoscaling:DescribeAutoScalingGroups"] {
        /// The group.
        group_resource_id: String => "aws_autoscaling_group",
        /// The Availability Zone.
        zone: String,
    }
}

/// Reads the groups of a region, then their policies.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.autoscaling(region);
    let mut groups = Vec::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "autoscaling:DescribeAutoScalingGroups",
            |token| {
                client
                    .describe_auto_scaling_groups()
                    .max_records(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                groups.extend(page.auto_scaling_groups.unwrap_or_default());
                page.next_token
            },
        )
        .await;
    // A policy belongs to a group: without any there is nothing to ask.
    let policies = if groups.is_empty() && outcome.is_ok() {
        scan.settle(Group::TABLE, POLICIES, region, &outcome);
        None
    } else {
        policies(scan, region).await
    };
    for group in &groups {
        keep(scan, region, group, policies.as_ref());
    }
    for table in [Group::TABLE, Member::TABLE, GroupZone::TABLE] {
        scan.settle(table, BASE_GROUP, region, &outcome);
    }
}

const POLICIES: &str = "policies";

/// The group's name of each scaling policy; `None` when they are not wanted or could not be read.
async fn policies(scan: &Scan<'_>, region: &str) -> Option<Vec<String>> {
    if !scan.wants_group(Group::TABLE, POLICIES) {
        return None;
    }
    let client = scan.clients.autoscaling(region);
    let mut of_groups = Vec::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "autoscaling:DescribePolicies",
            |token| {
                client
                    .describe_policies()
                    .max_records(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                let policies = page.scaling_policies();
                let names = policies
                    .iter()
                    .filter_map(|policy| policy.auto_scaling_group_name());
                of_groups.extend(names.map(str::to_owned));
                page.next_token
            },
        )
        .await;
    scan.settle(Group::TABLE, POLICIES, region, &outcome);
    outcome.is_ok().then_some(of_groups)
}

fn keep(scan: &Scan<'_>, region: &str, group: &AutoScalingGroup, policies: Option<&Vec<String>>) {
    let (Some(name), Some(arn)) = (
        group.auto_scaling_group_name(),
        group.auto_scaling_group_arn(),
    ) else {
        return;
    };
    // The status is there only while it is being deleted.
    if group.status().is_some() {
        return;
    }
    let id = Key {
        name: Some(name.to_owned()),
        created_at: instant(group.created_time()),
        ..scan.key(region, arn.to_owned(), name)
    };
    let tags = group.tags();
    scan.put_tags(
        Group::TABLE,
        &id,
        tags.iter().map(|tag| (tag.key(), tag.value())),
    );
    for instance in group.instances() {
        if let Some(row) = member(scan, region, arn, instance) {
            scan.put(region, row);
        }
    }
    for zone in group.availability_zones() {
        let row = GroupZone {
            id: scan.place(region),
            group_resource_id: arn.to_owned(),
            zone: zone.clone(),
        };
        scan.put(region, row);
    }
    let template = group.launch_template();
    let configuration = group.launch_configuration_name();
    let launch_source = if group.mixed_instances_policy().is_some() {
        "mixed-instances"
    } else if template.is_some() {
        "launch-template"
    } else if configuration.is_some() {
        "launch-configuration"
    } else {
        ""
    };
    let owned = |text: Option<&str>| Some(text.unwrap_or_default().to_owned());
    let template_name = template.and_then(|template| template.launch_template_name());
    let row = Group {
        id,
        min_size: group.min_size().map(i64::from),
        max_size: group.max_size().map(i64::from),
        desired_capacity: group.desired_capacity().map(i64::from),
        instance_count: Some(count(group.instances().len())),
        health_check_type: group.health_check_type().map(str::to_owned),
        launch_source: Some(launch_source.to_owned()),
        launch_template_id: owned(template.and_then(|template| template.launch_template_id())),
        launch_name: owned(template_name.or(configuration)),
        launch_template_version: owned(template.and_then(|template| template.version())),
        managed_by: Some(manager::controller(
            tags.iter()
                .filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))),
        )),
        scaling_policy_count: policies
            .map(|policies| count(policies.iter().filter(|of| *of == name).count())),
    };
    scan.put(region, row);
}

fn member(scan: &Scan<'_>, region: &str, group: &str, instance: &Instance) -> Option<Member> {
    let instance_id = instance.instance_id()?;
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Some(Member {
        id: scan.place(region),
        group_resource_id: group.to_owned(),
        instance_resource_id: scan.names.ec2(region, "instance", instance_id),
        instance_type: owned(instance.instance_type()),
        zone: owned(instance.availability_zone()),
        lifecycle_state: owned(instance.lifecycle_state().map(|state| state.as_str())),
        health_status: owned(instance.health_status()),
    })
}
