//! Reads the classic load balancers of one region.

use aws_sdk_elasticloadbalancing::types::LoadBalancerDescription;
use billhook_catalog::{BASE_GROUP, Key, Row};
use futures::StreamExt;

use crate::elb::classic_load_balancer::ClassicLoadBalancer;
use crate::elb::collect::PAGE;
use crate::elb::tagged::{self, Tags};
use crate::number::count;
use crate::scan::{Scan, Tally};
use crate::time::instant;

/// Load balancers that are asked about at once; the service's pace limits them further.
const AT_ONCE: usize = 4;
/// The column group of the instances' health.
const HEALTH: &str = "health";

/// Everything of classic load balancers that is wanted.
pub(super) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.elb(region);
    let mut rows = Vec::new();
    let outcome = scan
        .caller
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
                    page.load_balancer_descriptions()
                        .iter()
                        .filter_map(|described| row(scan, region, described)),
                );
                page.next_marker
            },
        )
        .await;
    if outcome.is_ok() && scan.wants_group(ClassicLoadBalancer::TABLE, HEALTH) {
        health(scan, region, &mut rows).await;
    }
    let keys: Vec<Key> = rows.iter().map(|row| row.id.clone()).collect();
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(ClassicLoadBalancer::TABLE, BASE_GROUP, region, &outcome);
    if outcome.is_ok() {
        tags(scan, region, &keys).await;
    }
}

fn row(
    scan: &Scan<'_>,
    region: &str,
    described: &LoadBalancerDescription,
) -> Option<ClassicLoadBalancer> {
    let name = described.load_balancer_name()?;
    let arn = scan.names.regional(
        "elasticloadbalancing",
        region,
        &format!("loadbalancer/{name}"),
    );
    let mut id = scan.key(region, arn, name);
    id.name = Some(name.to_owned());
    id.created_at = instant(described.created_time());
    Some(ClassicLoadBalancer {
        id,
        scheme: described.scheme().map(str::to_owned),
        vpc_id: Some(described.vpc_id().unwrap_or_default().to_owned()),
        dns_name: described.dns_name().map(str::to_owned),
        zone_count: Some(count(described.availability_zones().len())),
        listener_count: Some(count(described.listener_descriptions().len())),
        instance_count: Some(count(described.instances().len())),
        in_service_count: None,
    })
}

/// Asks which instances are in service. A load balancer without instances has none there.
async fn health(scan: &Scan<'_>, region: &str, rows: &mut [ClassicLoadBalancer]) {
    let client = scan.clients.elb(region);
    let mut tally = Tally::default();
    let mut asked = Vec::new();
    for (index, row) in rows.iter_mut().enumerate() {
        if row.instance_count == Some(0) {
            row.in_service_count = tally.take(&row.id.resource_id, Ok(0));
        } else {
            asked.push((index, row.id.short_id.clone()));
        }
    }
    let mut answers = futures::stream::iter(asked)
        .map(|(index, name)| {
            let request = client.describe_instance_health().load_balancer_name(name);
            async move {
                let answer = scan
                    .caller
                    .call(
                        region,
                        "elasticloadbalancing:DescribeInstanceHealth",
                        request.send(),
                    )
                    .await;
                (index, answer)
            }
        })
        .buffer_unordered(AT_ONCE);
    while let Some((index, answer)) = answers.next().await {
        let in_service = answer.map(|answer| {
            let states = answer.instance_states().iter();
            count(
                states
                    .filter(|state| state.state() == Some("InService"))
                    .count(),
            )
        });
        rows[index].in_service_count = tally.take(&rows[index].id.resource_id, in_service);
    }
    scan.settle_each(ClassicLoadBalancer::TABLE, HEALTH, region, tally);
}

async fn tags(scan: &Scan<'_>, region: &str, keys: &[Key]) {
    let client = scan.clients.elb(region);
    let called = |key: &Key| key.short_id.clone();
    let table = ClassicLoadBalancer::TABLE;
    tagged::collect(scan, region, table, keys, called, |names| {
        let request = client.describe_tags().set_load_balancer_names(Some(names));
        async move {
            let answer = scan
                .caller
                .call(region, "elasticloadbalancing:DescribeTags", request.send())
                .await?;
            let described = answer.tag_descriptions().iter().filter_map(|description| {
                let tags = description.tags().iter().map(|tag| {
                    (
                        tag.key().to_owned(),
                        tag.value().unwrap_or_default().to_owned(),
                    )
                });
                Some((description.load_balancer_name()?.to_owned(), tags.collect()))
            });
            Ok(described.collect::<Tags>())
        }
    })
    .await;
}
