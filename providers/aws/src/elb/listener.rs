//! `aws_elb_listener`.

use billhook_catalog::table;

table! {
    /// Listeners of application, network and gateway load balancers.
    pub struct Listener: resource "AWS::ElasticLoadBalancingV2::Listener" in "aws_elb_listener" reads ["elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeListeners"] {
        /// The load balancer.
        load_balancer_resource_id: Option<String> => "aws_elb_load_balancer",
        /// `HTTP`, `HTTPS`, `TCP`, `TLS`, `UDP`, `TCP_UDP`, `GENEVE`, …; empty for a gateway load balancer's.
        protocol: Option<String>,
        /// Port; 0 for a gateway load balancer, which listens to all.
        port: Option<i64>,
        /// What its default rule ends in: `forward`, `redirect` or `fixed-response`.
        default_action: Option<String>,
    }
    group "tags" reads ["elasticloadbalancing:DescribeTags"] {
    }
    group "rules" reads ["elasticloadbalancing:DescribeRules"] {
        /// Its rules, the default one included.
        rule_count: Option<i64>,
        /// Rules that end in forwarding to targets.
        forward_rule_count: Option<i64>,
        /// Rules that end in a redirect, which the load balancer answers by itself.
        redirect_rule_count: Option<i64>,
        /// Rules that end in a fixed response, which the load balancer answers by itself.
        fixed_response_rule_count: Option<i64>,
    }
}
