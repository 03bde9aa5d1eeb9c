//! Reads the listeners of load balancers, and what their rules end in.

use aws_sdk_elasticloadbalancingv2::types as sdk;
use aws_sdk_elasticloadbalancingv2::types::ActionTypeEnum;
use billhook_catalog::{BASE_GROUP, Key, Row};

use crate::classify::Problem;
use crate::elb::collect::{PAGE, tags};
use crate::elb::listener::Listener;
use crate::number::count;
use crate::scan::{Scan, Tally};

/// The column group of the rules.
const RULES: &str = "rules";

/// Reads the listeners of load balancers, one by one: AWS lists them by load balancer only.
pub(super) async fn collect(
    scan: &Scan<'_>,
    region: &str,
    listed: Result<(), Problem>,
    balancers: &[Key],
) {
    let client = scan.clients.elb_v2(region);
    let mut outcome = listed;
    let mut rows = Vec::new();
    for balancer in balancers {
        if outcome.is_err() {
            break;
        }
        outcome = scan
            .caller
            .pages(
                region,
                "elasticloadbalancing:DescribeListeners",
                |token| {
                    client
                        .describe_listeners()
                        .load_balancer_arn(&balancer.resource_id)
                        .page_size(PAGE)
                        .set_marker(token)
                        .send()
                },
                |page| {
                    rows.extend(
                        page.listeners()
                            .iter()
                            .filter_map(|found| listener(scan, region, balancer, found)),
                    );
                    page.next_marker
                },
            )
            .await;
    }
    if outcome.is_ok() {
        rules(scan, region, &mut rows).await;
    }
    let keys: Vec<Key> = rows.iter().map(|row| row.id.clone()).collect();
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(Listener::TABLE, BASE_GROUP, region, &outcome);
    if outcome.is_ok() {
        tags(scan, region, Listener::TABLE, &keys).await;
    }
}

/// What a list of actions ends in: those before the last only authenticate.
fn last_action(actions: &[sdk::Action]) -> Option<&ActionTypeEnum> {
    actions
        .iter()
        .max_by_key(|action| action.order().unwrap_or_default())
        .and_then(sdk::Action::r#type)
}

fn listener(
    scan: &Scan<'_>,
    region: &str,
    balancer: &Key,
    found: &sdk::Listener,
) -> Option<Listener> {
    let arn = found.listener_arn()?;
    let (_, short_id) = arn.split_once(":listener/")?;
    let id = scan.key(region, arn.to_owned(), short_id);
    Some(Listener {
        id,
        load_balancer_resource_id: Some(balancer.resource_id.clone()),
        protocol: Some(
            found
                .protocol()
                .map_or("", |protocol| protocol.as_str())
                .to_owned(),
        ),
        port: Some(found.port().map_or(0, i64::from)),
        default_action: last_action(found.default_actions())
            .map(|action| action.as_str().to_owned()),
        ..Listener::default()
    })
}

/// Counts the rules of listeners by what they end in.
async fn rules(scan: &Scan<'_>, region: &str, listeners: &mut [Listener]) {
    if !scan.wants_group(Listener::TABLE, RULES) {
        return;
    }
    let client = scan.clients.elb_v2(region);
    let mut tally = Tally::default();
    for listener in listeners {
        let arn = listener.id.resource_id.clone();
        let mut ends: Vec<Option<ActionTypeEnum>> = Vec::new();
        let outcome = scan
            .caller
            .pages(
                region,
                "elasticloadbalancing:DescribeRules",
                |token| {
                    client
                        .describe_rules()
                        .listener_arn(&arn)
                        .page_size(PAGE)
                        .set_marker(token)
                        .send()
                },
                |page| {
                    ends.extend(
                        page.rules()
                            .iter()
                            .map(|rule| last_action(rule.actions()).cloned()),
                    );
                    page.next_marker
                },
            )
            .await;
        if tally.take(&arn, outcome).is_some() {
            let ending = |action: ActionTypeEnum| {
                Some(count(
                    ends.iter()
                        .filter(|end| **end == Some(action.clone()))
                        .count(),
                ))
            };
            listener.rule_count = Some(count(ends.len()));
            listener.forward_rule_count = ending(ActionTypeEnum::Forward);
            listener.redirect_rule_count = ending(ActionTypeEnum::Redirect);
            listener.fixed_response_rule_count = ending(ActionTypeEnum::FixedResponse);
        }
    }
    scan.settle_each(Listener::TABLE, RULES, region, tally);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_ends_in_its_last_action() {
        let action = |kind: ActionTypeEnum, order: i32| {
            sdk::Action::builder().r#type(kind).order(order).build()
        };
        let actions = [
            action(ActionTypeEnum::Forward, 2),
            action(ActionTypeEnum::AuthenticateOidc, 1),
        ];
        assert_eq!(last_action(&actions), Some(&ActionTypeEnum::Forward));
        assert_eq!(last_action(&[]), None);
    }
}
