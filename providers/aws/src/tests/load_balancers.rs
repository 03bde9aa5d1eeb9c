//! Load balancers, their listeners and targets, over made-up accounts.

use billhook_catalog::{CoverageStatus, GapKind, Provider, Quiet};

use super::collection::{rows, status, want};
use super::replies::{Asked, Reply, aws, nothing};
use crate::elb::listener::Listener;
use crate::elb::load_balancer::LoadBalancer;
use crate::elb::target_group::TargetGroup;

const SERVICE: &str = "elasticloadbalancing";

/// The region that has load balancers.
fn is_here(asked: &Asked) -> bool {
    asked.host.contains("us-east-1")
}

fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:{SERVICE}:us-east-1:123456789012:{kind}/{name}")
}

fn answer(operation: &str, content: &str) -> Reply {
    Reply::new(
        200,
        format!(
            "<{operation}Response xmlns=\"http://{SERVICE}.amazonaws.com/doc/2015-12-01/\"><{operation}Result>{content}\
             </{operation}Result></{operation}Response>"
        ),
    )
}

fn list(name: &str, members: &[String]) -> String {
    let members: String = members
        .iter()
        .map(|member| format!("<member>{member}</member>"))
        .collect();
    format!("<{name}>{members}</{name}>")
}

fn balancer(kind: &str, path: &str) -> String {
    let arn = arn("loadbalancer", path);
    format!(
        "<LoadBalancerArn>{arn}</LoadBalancerArn><LoadBalancerName>{path}</LoadBalancerName><Type>{kind}</Type>\
         <Scheme>internal</Scheme><State><Code>active</Code></State>"
    )
}

fn group(name: &str, user: &str) -> String {
    let (arn, user) = (arn("targetgroup", name), arn("loadbalancer", user));
    format!(
        "<TargetGroupArn>{arn}</TargetGroupArn><TargetGroupName>{name}</TargetGroupName>\
         <LoadBalancerArns><member>{user}</member></LoadBalancerArns>"
    )
}

fn listener(path: &str) -> String {
    let arn = arn("listener", path);
    format!(
        "<ListenerArn>{arn}</ListenerArn><Protocol>HTTP</Protocol><Port>80</Port>\
         <DefaultActions><member><Type>redirect</Type></member></DefaultActions>"
    )
}

fn rule(action: &str) -> String {
    format!("<Actions><member><Type>{action}</Type><Order>1</Order></member></Actions>")
}

fn replies(asked: &Asked) -> Reply {
    let Some(operation) = asked.what.strip_prefix("elasticloadbalancing:") else {
        return nothing();
    };
    let content = match operation {
        "DescribeLoadBalancers" if is_here(asked) => list(
            "LoadBalancers",
            &[
                balancer("application", "app/web/1"),
                balancer("network", "net/tcp/2"),
            ],
        ),
        "DescribeLoadBalancers" => list("LoadBalancers", &[]),
        "DescribeTargetGroups" if is_here(asked) => list(
            "TargetGroups",
            &[
                group("one/1", "app/web/1"),
                group("two/2", "app/web/1"),
                group("shut/3", "net/tcp/2"),
            ],
        ),
        "DescribeTargetGroups" => list("TargetGroups", &[]),
        "DescribeTargetHealth" if asked.body.contains("shut") => {
            let error =
                "<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error>";
            return Reply::new(403, format!("<ErrorResponse>{error}</ErrorResponse>"));
        }
        "DescribeTargetHealth" => {
            let health =
                |state: &str| format!("<TargetHealth><State>{state}</State></TargetHealth>");
            list(
                "TargetHealthDescriptions",
                &[health("healthy"), health("draining")],
            )
        }
        "DescribeListeners" if asked.body.contains("web") => {
            list("Listeners", &[listener("app/web/1/80")])
        }
        "DescribeListeners" => list("Listeners", &[]),
        "DescribeRules" => list(
            "Rules",
            &[rule("redirect"), rule("forward"), rule("forward")],
        ),
        "DescribeLoadBalancerAttributes" => list(
            "Attributes",
            &["<Key>load_balancing.cross_zone.enabled</Key><Value>true</Value>".to_owned()],
        ),
        _ => return nothing(),
    };
    answer(operation, &content)
}

#[tokio::test]
async fn targets_are_added_up_and_one_refusal_leaves_one_load_balancer_open() {
    let (aws, log) = aws(replies);
    let wanted = [
        ("aws_elb_load_balancer", &["targets", "attributes"][..]),
        ("aws_elb_target_group", &["health"][..]),
    ];
    let collected = aws.collect(&want(&wanted), &Quiet).await;
    let balancers = rows::<LoadBalancer>(&collected);
    let counts: Vec<_> = balancers
        .iter()
        .map(|row| {
            (
                row.id.short_id.as_str(),
                row.target_group_count,
                row.target_count,
                row.healthy_target_count,
                row.cross_zone,
            )
        })
        .collect();
    assert_eq!(
        counts,
        [
            ("app/web/1", Some(2), Some(2), Some(2), Some(true)),
            ("net/tcp/2", Some(1), None, None, Some(true)),
        ]
    );
    let asked = |operation: &str| log.count(&format!("{SERVICE}:{operation}"));
    assert_eq!(
        asked("DescribeTargetHealth"),
        3,
        "each group once for both tables"
    );
    assert_eq!(
        asked("DescribeLoadBalancerAttributes"),
        1,
        "an application load balancer always spreads over zones"
    );
    let shut: Vec<_> = collected
        .gaps
        .iter()
        .map(|gap| (gap.table.as_str(), gap.resource_id.as_deref(), gap.kind))
        .collect();
    let (balancer, group) = (
        arn("loadbalancer", "net/tcp/2"),
        arn("targetgroup", "shut/3"),
    );
    assert_eq!(
        shut,
        [
            (
                "aws_elb_load_balancer",
                Some(balancer.as_str()),
                GapKind::Denied
            ),
            (
                "aws_elb_target_group",
                Some(group.as_str()),
                GapKind::Denied
            ),
        ]
    );
    assert_eq!(
        status(&collected, "aws_elb_load_balancer", "targets", "us-east-1"),
        Some((CoverageStatus::Partial, 1))
    );
    let groups = rows::<TargetGroup>(&collected);
    assert_eq!(groups.len(), 3);
    assert!(groups.iter().all(|row| row.load_balancer_count == Some(1)));
}

#[tokio::test]
async fn listeners_count_their_rules_by_what_they_end_in() {
    let (aws, log) = aws(replies);
    let wanted = [("aws_elb_listener", &["rules"][..])];
    let collected = aws.collect(&want(&wanted), &Quiet).await;
    assert_eq!(collected.gaps, []);
    let listeners = rows::<Listener>(&collected);
    let [only] = listeners.as_slice() else {
        panic!("{listeners:?}");
    };
    let balancer = arn("loadbalancer", "app/web/1");
    assert_eq!(
        only.load_balancer_resource_id.as_deref(),
        Some(balancer.as_str())
    );
    assert_eq!(
        (only.port, only.default_action.as_deref()),
        (Some(80), Some("redirect"))
    );
    assert_eq!(
        [
            only.rule_count,
            only.forward_rule_count,
            only.redirect_rule_count,
            only.fixed_response_rule_count
        ],
        [Some(3), Some(2), Some(1), Some(0)]
    );
    assert_eq!(log.count("elasticloadbalancing:DescribeTargetGroups"), 0);
}
