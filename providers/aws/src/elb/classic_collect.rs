//! Reads the classic load balancers of one region.

use aws_sdk_elasticloadbalancing::operation::describe_instance_health::DescribeInstanceHealthOutput;
use aws_sdk_elasticloadbalancing::types::LoadBalancerDescription;
use billhook_catalog::{BASE_GROUP, Key, Row};

use crate::each::{Asking, ask_each};
use crate::elb::classic_load_balancer::ClassicLoadBalancer;
use crate::elb::collect::PAGE;
use crate::elb::tagged::{self, Tags};
use crate::number::count;
use crate::scan::Scan;
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
    const OPERATION: &str = "elasticloadbalancing:DescribeInstanceHealth";
    let client = scan.clients.elb(region);
    let ask = |row: &mut ClassicLoadBalancer| {
        if row.instance_count == Some(0) {
            row.in_service_count = Some(0);
            return Asking::Known;
        }
        let request = client
            .describe_instance_health()
            .load_balancer_name(&row.id.short_id);
        Asking::Send(scan.caller.call(region, OPERATION, request.send()))
    };
    let fill = |row: &mut ClassicLoadBalancer, answer: DescribeInstanceHealthOutput| {
        let states = answer.instance_states().iter();
        let in_service = states.filter(|state| state.state() == Some("InService"));
        row.in_service_count = Some(count(in_service.count()));
    };
    ask_each(scan, (region, HEALTH), AT_ONCE, rows, ask, fill).await;
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
