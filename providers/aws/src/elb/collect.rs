//! Reads Elastic Load Balancing in one region. What can be listed is listed; single resources are asked only for the column
//! groups that are wanted.

use std::collections::HashMap;

use aws_sdk_elasticloadbalancingv2::operation::describe_load_balancer_attributes::DescribeLoadBalancerAttributesOutput;
use aws_sdk_elasticloadbalancingv2::types as sdk;
use aws_sdk_elasticloadbalancingv2::types::LoadBalancerTypeEnum;
use billhook_catalog::{BASE_GROUP, Key, Row};
use futures::StreamExt;

use crate::classify::Problem;
use crate::collect::when;
use crate::each::{Asking, ask_each};
use crate::elb::classic_collect;
use crate::elb::classic_load_balancer::ClassicLoadBalancer;
use crate::elb::listener::Listener;
use crate::elb::listener_collect;
use crate::elb::load_balancer::LoadBalancer;
use crate::elb::tagged::{self, Tags};
use crate::elb::target::{self, Target};
use crate::elb::target_group::{TargetGroup, Targets};
use crate::number::count;
use crate::scan::{Scan, Tally};
use crate::time::instant;

/// Column groups that are asked for resource by resource.
const TARGETS: &str = "targets";
const HEALTH: &str = "health";
const ATTRIBUTES: &str = "attributes";
/// Resources that are asked about at once; the service's pace limits them further.
const AT_ONCE: usize = 4;
/// Page size of all listings, the largest that is allowed.
pub(super) const PAGE: i32 = 400;

/// Everything of load balancers that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    futures::join!(
        when(
            scan.wants_any(&[
                LoadBalancer::TABLE,
                Listener::TABLE,
                TargetGroup::TABLE,
                Target::TABLE
            ]),
            second_generation(scan, region)
        ),
        when(
            scan.wants_any(&[ClassicLoadBalancer::TABLE]),
            classic_collect::collect(scan, region)
        ),
    );
}

async fn second_generation(scan: &Scan<'_>, region: &str) {
    let mut rows = Vec::new();
    let listed = if scan.wants_any(&[LoadBalancer::TABLE, Listener::TABLE]) {
        load_balancers(scan, region, &mut rows).await
    } else {
        Ok(())
    };
    target_groups(scan, region, &listed, &mut rows).await;
    if listed.is_ok() {
        attributes(scan, region, &mut rows).await;
    }
    let keys: Vec<Key> = rows.iter().map(|row| row.id.clone()).collect();
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(LoadBalancer::TABLE, BASE_GROUP, region, &listed);
    if listed.is_ok() {
        tags(scan, region, LoadBalancer::TABLE, &keys).await;
    }
    if scan.wants_any(&[Listener::TABLE]) {
        listener_collect::collect(scan, region, listed, &keys).await;
    }
}

async fn load_balancers(
    scan: &Scan<'_>,
    region: &str,
    rows: &mut Vec<LoadBalancer>,
) -> Result<(), Problem> {
    let client = scan.clients.elb_v2(region);
    scan.caller
        .pages(
            region,
            "elasticloadbalancing:DescribeLoadBalancers",
            |token| {
                client
                    .describe_load_balancers()
                    .page_size(PAGE)
                    .set_marker(token)
                    .send()
            },
            |page| {
                rows.extend(
                    page.load_balancers()
                        .iter()
                        .filter_map(|balancer| load_balancer(scan, region, balancer)),
                );
                page.next_marker
            },
        )
        .await
}

/// What stands after `loadbalancer/` in the ARN: the name under which CloudWatch knows it.
fn metric_name(arn: &str) -> Option<&str> {
    arn.split_once(":loadbalancer/").map(|(_, name)| name)
}

fn load_balancer(
    scan: &Scan<'_>,
    region: &str,
    balancer: &sdk::LoadBalancer,
) -> Option<LoadBalancer> {
    let arn = balancer.load_balancer_arn()?;
    let mut id = scan.key(region, arn.to_owned(), metric_name(arn)?);
    id.name = balancer.load_balancer_name().map(str::to_owned);
    id.created_at = instant(balancer.created_time());
    let scheme = balancer.scheme().map(|scheme| scheme.as_str());
    let is_gateway = balancer.r#type() == Some(&LoadBalancerTypeEnum::Gateway);
    let family = balancer.ip_address_type().map(|family| family.as_str());
    Some(LoadBalancer {
        id,
        load_balancer_type: balancer.r#type().map(|kind| kind.as_str().to_owned()),
        scheme: scheme.or(is_gateway.then_some("")).map(str::to_owned),
        state: balancer
            .state()
            .and_then(|state| state.code())
            .map(|state| state.as_str().to_owned()),
        vpc_id: balancer.vpc_id().map(str::to_owned),
        ip_address_type: family.map(str::to_owned),
        dns_name: Some(balancer.dns_name().unwrap_or_default().to_owned()),
        zone_count: Some(count(balancer.availability_zones().len())),
        own_public_address_count: public_addresses(
            scheme,
            is_gateway,
            family,
            balancer.availability_zones(),
        ),
        ..LoadBalancer::default()
    })
}

/// Public IPv4 addresses that AWS provides: one a zone, where the account has not brought its own.
fn public_addresses(
    scheme: Option<&str>,
    is_gateway: bool,
    family: Option<&str>,
    zones: &[sdk::AvailabilityZone],
) -> Option<i64> {
    if is_gateway || scheme == Some("internal") || family == Some("dualstack-without-public-ipv4") {
        return Some(0);
    }
    scheme?;
    let brought = |zone: &sdk::AvailabilityZone| {
        zone.load_balancer_addresses()
            .iter()
            .any(|address| address.allocation_id().is_some())
    };
    Some(count(zones.iter().filter(|zone| !brought(zone)).count()))
}

/// Reads the target groups and, where wanted, their targets, and adds them up for the load balancers.
async fn target_groups(
    scan: &Scan<'_>,
    region: &str,
    listed: &Result<(), Problem>,
    balancers: &mut [LoadBalancer],
) {
    let of_balancers = listed.is_ok() && scan.wants_group(LoadBalancer::TABLE, TARGETS);
    if !of_balancers && !scan.wants_any(&[TargetGroup::TABLE, Target::TABLE]) {
        return;
    }
    let client = scan.clients.elb_v2(region);
    let mut groups = Vec::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "elasticloadbalancing:DescribeTargetGroups",
            |token| {
                client
                    .describe_target_groups()
                    .page_size(PAGE)
                    .set_marker(token)
                    .send()
            },
            |page| {
                groups.extend(
                    page.target_groups()
                        .iter()
                        .filter_map(|group| target_group(scan, region, group)),
                );
                page.next_marker
            },
        )
        .await;
    let every = scan.wants_group(TargetGroup::TABLE, HEALTH) || scan.wants_any(&[Target::TABLE]);
    let mut problems: HashMap<String, Problem> = HashMap::new();
    if outcome.is_ok() && (every || of_balancers) {
        problems = targets(scan, region, every, &mut groups).await;
    }
    if of_balancers {
        match &outcome {
            Ok(()) => add_up(scan, region, &groups, &problems, balancers),
            Err(_) => scan.settle(LoadBalancer::TABLE, TARGETS, region, &outcome),
        }
    }
    let keys: Vec<Key> = groups.iter().map(|(row, _)| row.id.clone()).collect();
    for (row, _) in groups {
        scan.put(region, row);
    }
    scan.settle(TargetGroup::TABLE, BASE_GROUP, region, &outcome);
    if outcome.is_err() {
        scan.settle(Target::TABLE, BASE_GROUP, region, &outcome);
    } else {
        for (table, group) in [(TargetGroup::TABLE, HEALTH), (Target::TABLE, BASE_GROUP)] {
            let mut tally = Tally::default();
            for key in keys.iter().filter(|_| every) {
                let outcome = problems.get(&key.resource_id).cloned().map_or(Ok(()), Err);
                tally.take(&key.resource_id, outcome);
            }
            scan.settle_each(table, group, region, tally);
        }
        tags(scan, region, TargetGroup::TABLE, &keys).await;
    }
}

/// A target group and the load balancers that use it.
type Group = (TargetGroup, Vec<String>);

fn target_group(scan: &Scan<'_>, region: &str, group: &sdk::TargetGroup) -> Option<Group> {
    let arn = group.target_group_arn()?;
    let (_, short_id) = arn.split_once(":targetgroup/")?;
    let mut id = scan.key(region, arn.to_owned(), short_id);
    id.name = group.target_group_name().map(str::to_owned);
    let mut users = group.load_balancer_arns().to_vec();
    users.sort();
    let row = TargetGroup {
        id,
        load_balancer_resource_id: Some(users.first().cloned().unwrap_or_default()),
        load_balancer_count: Some(count(users.len())),
        target_type: group.target_type().map(|kind| kind.as_str().to_owned()),
        protocol: Some(
            group
                .protocol()
                .map_or("", |protocol| protocol.as_str())
                .to_owned(),
        ),
        port: Some(group.port().map_or(0, i64::from)),
        vpc_id: Some(group.vpc_id().unwrap_or_default().to_owned()),
        health_check_enabled: group.health_check_enabled(),
        ..TargetGroup::default()
    };
    Some((row, users))
}

/// Asks groups for their targets: every one, or those that a load balancer uses. Gives the failures by group.
async fn targets(
    scan: &Scan<'_>,
    region: &str,
    every: bool,
    groups: &mut [Group],
) -> HashMap<String, Problem> {
    let client = scan.clients.elb_v2(region);
    let asked: Vec<(usize, String)> = groups
        .iter()
        .enumerate()
        .filter(|(_, (_, users))| every || !users.is_empty())
        .map(|(index, (row, _))| (index, row.id.resource_id.clone()))
        .collect();
    let mut answers = futures::stream::iter(asked)
        .map(|(index, arn)| {
            let request = client.describe_target_health().target_group_arn(&arn);
            async move {
                let answer = scan
                    .caller
                    .call(
                        region,
                        "elasticloadbalancing:DescribeTargetHealth",
                        request.send(),
                    )
                    .await;
                (index, arn, answer)
            }
        })
        .buffer_unordered(AT_ONCE);
    let mut problems = HashMap::new();
    while let Some((index, arn, answer)) = answers.next().await {
        match answer {
            Ok(answer) => {
                let targets = Targets::of(answer.target_health_descriptions());
                let row = &mut groups[index].0;
                target::keep(scan, region, row, answer.target_health_descriptions());
                row.target_count = Some(targets.registered);
                row.healthy_target_count = Some(targets.healthy);
            }
            Err(problem) => {
                problems.insert(arn, problem);
            }
        }
    }
    problems
}

/// Adds up the targets of each load balancer. One group that could not be read leaves its load balancers unknown.
fn add_up(
    scan: &Scan<'_>,
    region: &str,
    groups: &[Group],
    problems: &HashMap<String, Problem>,
    balancers: &mut [LoadBalancer],
) {
    let mut tally = Tally::default();
    for balancer in balancers {
        let used = || {
            groups
                .iter()
                .filter(|(_, users)| users.contains(&balancer.id.resource_id))
        };
        let known = used().try_fold(Targets::default(), |sum, (group, _)| {
            match problems.get(&group.id.resource_id) {
                Some(problem) => Err(problem.clone()),
                None => Ok(sum.and(Targets {
                    registered: group.target_count.unwrap_or_default(),
                    healthy: group.healthy_target_count.unwrap_or_default(),
                })),
            }
        });
        let groups = count(used().count());
        let targets = tally.take(&balancer.id.resource_id, known);
        balancer.target_group_count = Some(groups);
        balancer.target_count = targets.map(|targets| targets.registered);
        balancer.healthy_target_count = targets.map(|targets| targets.healthy);
    }
    scan.settle_each(LoadBalancer::TABLE, TARGETS, region, tally);
}

/// Reads the attributes of load balancers. An application load balancer is not asked: it always spreads over zones.
async fn attributes(scan: &Scan<'_>, region: &str, balancers: &mut [LoadBalancer]) {
    const OPERATION: &str = "elasticloadbalancing:DescribeLoadBalancerAttributes";
    if !scan.wants_group(LoadBalancer::TABLE, ATTRIBUTES) {
        return;
    }
    let client = scan.clients.elb_v2(region);
    let ask = |balancer: &mut LoadBalancer| {
        if balancer.load_balancer_type.as_deref() == Some("application") {
            balancer.cross_zone = Some(true);
            return Asking::Known;
        }
        let request = client
            .describe_load_balancer_attributes()
            .load_balancer_arn(&balancer.id.resource_id);
        Asking::Send(scan.caller.call(region, OPERATION, request.send()))
    };
    let fill = |balancer: &mut LoadBalancer, answer: DescribeLoadBalancerAttributesOutput| {
        let attributes = answer.attributes().iter();
        let value = attributes
            .filter(|attribute| attribute.key() == Some("load_balancing.cross_zone.enabled"))
            .find_map(|attribute| attribute.value());
        balancer.cross_zone = value.map(|value| value == "true");
    };
    ask_each(scan, (region, ATTRIBUTES), AT_ONCE, balancers, ask, fill).await;
}

/// Reads and keeps the tags of resources of the second generation.
pub(super) async fn tags(
    scan: &Scan<'_>,
    region: &str,
    table: &'static billhook_catalog::Table,
    keys: &[Key],
) {
    let client = scan.clients.elb_v2(region);
    let called = |key: &Key| key.resource_id.clone();
    tagged::collect(scan, region, table, keys, called, |arns| {
        let request = client.describe_tags().set_resource_arns(Some(arns));
        async move {
            let answer = scan
                .caller
                .call(region, "elasticloadbalancing:DescribeTags", request.send())
                .await?;
            let described = answer.tag_descriptions().iter().filter_map(|description| {
                let tags = description.tags().iter().map(|tag| {
                    (
                        tag.key().unwrap_or_default().to_owned(),
                        tag.value().unwrap_or_default().to_owned(),
                    )
                });
                Some((description.resource_arn()?.to_owned(), tags.collect()))
            });
            Ok(described.collect::<Tags>())
        }
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(allocation: Option<&str>) -> sdk::AvailabilityZone {
        let address = sdk::LoadBalancerAddress::builder()
            .set_allocation_id(allocation.map(str::to_owned))
            .build();
        sdk::AvailabilityZone::builder()
            .load_balancer_addresses(address)
            .build()
    }

    #[test]
    fn addresses_that_the_account_brought_are_not_counted() {
        let zones = [zone(None), zone(Some("eipalloc-1")), zone(None)];
        let count =
            |scheme, is_gateway, family| public_addresses(scheme, is_gateway, family, &zones);
        assert_eq!(count(Some("internet-facing"), false, Some("ipv4")), Some(2));
        assert_eq!(count(Some("internal"), false, Some("ipv4")), Some(0));
        let without = Some("dualstack-without-public-ipv4");
        assert_eq!(count(Some("internet-facing"), false, without), Some(0));
        assert_eq!(count(None, true, Some("ipv4")), Some(0));
        assert_eq!(count(None, false, Some("ipv4")), None, "unknown");
    }

    #[test]
    fn cloudwatch_knows_a_load_balancer_by_the_end_of_its_arn() {
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/0123456789abcdef";
        assert_eq!(metric_name(arn), Some("app/web/0123456789abcdef"));
        assert_eq!(metric_name("web"), None);
    }
}
