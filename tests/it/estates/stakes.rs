//! Spend at stake of the two accounts, calculated by hand.

use std::collections::BTreeMap;

use super::{Accounts, MONTH, cents};

/// Every amount at stake is what was planted at list prices, and the summary has the highest of each resource once.
#[rustfmt::skip]
pub(super) fn compare(accounts: &Accounts) {
    // The bytes of the web server wander.
    let web_gib = accounts.evidence("aws/ec2/egress-hotspot", "web", "sent_gib_month");
    // (rule, what is named in its message, USD a month)
    let by_hand = [
        // Internet: $0.09 a GiB up to 10 TiB; 9,000 GiB from S3, 8,000 from a load balancer.
        ("aws/s3/egress-hotspot", "billhook-test-lake", 9000.0 * 0.09),
        ("aws/elb/egress-hotspot", "busy", 8000.0 * 0.09),
        ("aws/ec2/egress-hotspot", "web", web_gib * 0.09),
        // 20,000 GiB of S3 Standard at $0.023.
        ("aws/s3/standard-without-lifecycle", "billhook-test-lake", 20_000.0 * 0.023),
        // Half of 20,000 GiB crosses between two zones, at $0.01 out and $0.01 in.
        ("aws/elb/cross-zone-nlb", "wide", 20_000.0 / 2.0 * 0.02),
        // 4,000 and 100 GiB through NAT gateways at $0.045; in Ireland 600 at $0.048.
        ("aws/vpc/nat-egress-hotspot", "busy", 4000.0 * 0.045),
        ("aws/vpc/nat-traffic-without-gateway-endpoint", "busy", 4000.0 * 0.045),
        ("aws/vpc/nat-traffic-without-gateway-endpoint", "beside-endpoints", 100.0 * 0.045),
        ("aws/vpc/nat-where-interface-endpoint-is-cheaper", "covered", 600.0 * 0.048),
        // The same 4,000 GiB cross a zone both ways, at $0.01 each.
        ("aws/vpc/nat-cross-zone-traffic", "busy", 4000.0 * 0.02),
        // 8,000 GiB into a transit gateway at $0.02.
        ("aws/vpc/transit-gateway-hotspot", "hub", 8000.0 * 0.02),
        // What commitments saved last month; what was paid for and not used.
        ("aws/ce/expiring-commitment", "ending", 200.0),
        ("aws/ce/expiring-commitment", "100200", 90.0),
        ("aws/ce/underused-commitment", "half-used", 350.0),
        ("aws/ce/underused-commitment", "100200", 120.0),
        // $2,000 a month on demand, by the day of the longest month; there is one of 31 days in any three.
        ("aws/ce/uncovered-steady-usage", "Compute", 2000.0 / 31.0 * MONTH / 24.0),
    ];
    let mut open: Vec<(String, String, f64, String)> = accounts
        .findings()
        .filter_map(|finding| {
            let text = |name: &str| finding[name].as_str().expect("a text").to_owned();
            Some((text("rule"), text("message"), finding["at_stake_usd"].as_f64()?, text("resource_id")))
        })
        .collect();
    let mut highest: BTreeMap<String, f64> = BTreeMap::new();
    for (rule, name, usd) in by_hand {
        let at = open.iter().position(|(of, message, ..)| of == rule && message.contains(name));
        let (.., claimed, id) = open.swap_remove(at.unwrap_or_else(|| panic!("{rule} {name}: not found")));
        assert!((claimed - usd).abs() < 1e-3, "{rule} {name}: {claimed} for {usd}");
        let most = highest.entry(id).or_default();
        *most = most.max(usd);
    }
    assert!(open.is_empty(), "at stake, and not calculated: {open:?}");
    let total: f64 = highest.values().sum();
    let summary = accounts.report["summary"]["egress_at_stake_usd"].as_f64();
    assert_eq!(summary.map(cents), Some(cents(total)));
}
