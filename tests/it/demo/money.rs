//! The demo account's dollars, calculated by hand from list prices. Those of services other than EC2, EBS and NAT gateways are in
//! `services`.
//!
//! Prices in USD as AWS publishes them (EC2 on demand for Linux by the hour, EBS by the GiB and month, a public IPv4 address
//! and a NAT gateway by the hour, a NAT gateway by the GB that it processes). A month has 730 hours.
//!
//! | | us-east-1 | eu-west-1 | ap-southeast-2 |
//! |---|---|---|---|
//! | gp2 GiB | 0.10 | 0.11 | 0.12 |
//! | gp3 GiB, IOPS over 3,000, MiB/s over 125 | 0.08, 0.005, 0.04 | 0.088, 0.0055, 0.044 | 0.096, 0.006, 0.048 |
//! | snapshot GiB, archived GiB | 0.05, 0.0125 | 0.05 | 0.055 |
//! | NAT gateway hour, GB | 0.045, 0.045 | 0.048, 0.048 | 0.059 |

use std::collections::BTreeMap;

use billhook::finding::{Confidence, Severity};
use billhook::report::ReportFinding;

use super::{DEMO, services};

/// Hours of a month.
pub(super) const MONTH: f64 = 730.0;

const IDLE: &str = "aws/ec2/idle-instance";
const OVERSIZED: &str = "aws/ec2/oversized-instance";
const STOPPED: &str = "aws/ec2/long-stopped-instance";
const UNATTACHED: &str = "aws/ebs/unattached-volume";
const GP2: &str = "aws/ebs/gp2-volume";
const SNAPSHOT: &str = "aws/ebs/old-snapshot";
const ADDRESS: &str = "aws/vpc/unassociated-address";
const NAT: &str = "aws/vpc/idle-nat-gateway";

/// Where the dollars of a finding go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum To {
    /// Into gross and net.
    Net,
    /// Into gross; net has them with the finding of this rule on this resource.
    In(&'static str, &'static str),
    /// Into neither: somebody has decided to live with it.
    Exempted,
    /// Into neither: it is no more than an upper bound.
    Bound,
}

/// (rule, bare id, the calculation, its result in dollars and cents, where it goes)
pub(super) type Line = (&'static str, &'static str, f64, f64, To);

/// What a gp2 volume saves as gp3 of the same performance: GiB price of gp2 less that of gp3, less what the IOPS over 3,000
/// and the MiB/s over 125 cost that gp2 has at this size.
fn gp2(gib: f64, gp2: f64, gp3: f64, iops: f64, mibps: f64) -> f64 {
    gib * gp2 - (gib * gp3 + iops + mibps)
}

fn by_hand() -> Vec<Line> {
    [machines(), services::by_hand()].concat()
}

#[rustfmt::skip]
fn machines() -> Vec<Line> {
    use To::{Bound, Exempted, In, Net};
    vec![
        // m5.4xlarge, us-east-1, $0.768 an hour. Its volumes go with it, but have no findings of their own.
        (IDLE, "i-0c85f931ebddfd299", 0.768 * MONTH, 560.64, Net), // ml-notebook
        // m5.2xlarge, us-east-1, $0.384.
        (IDLE, "i-0ee58bb5a73032675", 0.384 * MONTH, 280.32, Net), // legacy-crm
        // c5.xlarge, eu-west-1, $0.192, twice.
        (IDLE, "i-0cecdeb187a57f84a", 0.192 * MONTH, 140.16, Net), // batch-worker-1
        (IDLE, "i-099aea559a4da5c21", 0.192 * MONTH, 140.16, Net), // batch-worker-2
        // t3.large, ap-southeast-2, $0.1056; t3.medium, eu-west-1, $0.0456.
        (IDLE, "i-0a6fa734dff59a6b7", 0.1056 * MONTH, 77.09, Net), // apac-poc
        (IDLE, "i-027fc83270f4cef02", 0.0456 * MONTH, 33.29, Net), // sandbox-anna
        // m5.large, us-east-1, $0.096, by the configuration; m5.xlarge, eu-west-1, $0.214, by its own tags.
        (IDLE, "i-0d32b6a7f060c8336", 0.096 * MONTH, 70.08, Exempted), // license-server
        (IDLE, "i-0856868523126e6cc", 0.214 * MONTH, 156.22, Exempted), // dr-standby

        // c5.4xlarge (16 vCPUs, 32 GiB) $0.768 to r6a.xlarge (4, 32) $0.2538, eu-west-1.
        (OVERSIZED, "i-0a5a6365724742ccf", (0.768 - 0.2538) * MONTH, 375.37, Net), // eu-search-index
        // m6i.4xlarge (16, 64) $0.856 to r6a.2xlarge (8, 64) $0.5076, eu-west-1.
        (OVERSIZED, "i-0735d0928e1bfb284", (0.856 - 0.5076) * MONTH, 254.33, Net), // eu-analytics
        // m5.4xlarge (16, 64) $0.768 to r5a.2xlarge (8, 64) $0.452, us-east-1.
        (OVERSIZED, "i-0c78eb080c56925bf", (0.768 - 0.452) * MONTH, 230.68, Net), // orders-batch
        // m5.2xlarge (8, 32) $0.48 to r6a.xlarge (4, 32) $0.2718, ap-southeast-2.
        (OVERSIZED, "i-06036b3e3e319b6ae", (0.48 - 0.2718) * MONTH, 151.99, Net), // apac-pricing
        // m7g.2xlarge (8, 32, Arm) $0.3638 to r6g.xlarge (4, 32, Arm) $0.2256, eu-west-1.
        (OVERSIZED, "i-0585343fcac929350", (0.3638 - 0.2256) * MONTH, 100.89, Net), // catalog-api-arm
        // Idle as well: who ends it has nothing left to resize. m5.4xlarge to r5a.2xlarge, m5.2xlarge to r5a.xlarge $0.226.
        (OVERSIZED, "i-0c85f931ebddfd299", (0.768 - 0.452) * MONTH, 230.68, In(IDLE, "i-0c85f931ebddfd299")),
        (OVERSIZED, "i-0ee58bb5a73032675", (0.384 - 0.226) * MONTH, 115.34, In(IDLE, "i-0ee58bb5a73032675")),
        // m5.xlarge (4, 16) $0.214 to r6a.large (2, 16) $0.1269, eu-west-1: dr-standby's tags exempt it from all of EC2's rules.
        (OVERSIZED, "i-0856868523126e6cc", (0.214 - 0.1269) * MONTH, 63.58, Exempted),

        // 80 and 300 GiB of gp2 and an address of $0.005 an hour, us-east-1: 8 + 30 + 3.65.
        (STOPPED, "i-0cbe0fadfe4907b87", 80.0 * 0.10 + 300.0 * 0.10 + 0.005 * MONTH, 41.65, Net), // intranet-wiki
        // 20 and 200 GiB of gp3, eu-west-1, twice: 1.76 + 17.60.
        (STOPPED, "i-0c8bb778f21f72e0a", 20.0 * 0.088 + 200.0 * 0.088, 19.36, Net), // poc-kafka-1
        (STOPPED, "i-054e1cec6776db0b8", 20.0 * 0.088 + 200.0 * 0.088, 19.36, Net), // poc-kafka-2

        // io1, us-east-1: 500 GiB × 0.125 and 3,000 IOPS × 0.065, so 62.50 + 195.
        (UNATTACHED, "vol-0798de4494f02d52b", 500.0 * 0.125 + 3000.0 * 0.065, 257.50, Net), // pg-replica-old
        // st1, ap-southeast-2: 1,000 GiB × 0.054.
        (UNATTACHED, "vol-0c3f75bb8786c3018", 1000.0 * 0.054, 54.00, Net), // media-archive
        // gp3, ap-southeast-2: 300 GiB × 0.096, 3,000 IOPS × 0.006 and 125 MiB/s × 0.048 more than included: 28.80 + 18 + 6.
        (UNATTACHED, "vol-006b03b0a81bdcde5", 300.0 * 0.096 + 3000.0 * 0.006 + 125.0 * 0.048, 52.80, Net), // perf-test
        // gp2: 500 GiB × 0.10, us-east-1; 200 GiB × 0.11, eu-west-1. gp3: 100 GiB × 0.08, us-east-1.
        (UNATTACHED, "vol-0a0ab9e4967022699", 500.0 * 0.10, 50.00, Net), // crm-export
        (UNATTACHED, "vol-038875168b03ddc89", 200.0 * 0.11, 22.00, Net), // old-wordpress
        (UNATTACHED, "vol-011be7b0fe24a43e4", 100.0 * 0.08, 8.00, Net), // pvc-6f0c41d2

        // 2,000 GiB, us-east-1: 200 less 160, 3,000 IOPS × 0.005 = 15 and 125 MiB/s × 0.04 = 5.
        (GP2, "vol-04f57a17aa2304d7a", gp2(2000.0, 0.10, 0.08, 15.0, 5.0), 20.00, Net), // orders-batch-data
        // 1,000 GiB, eu-west-1: 110 less 88 and 125 × 0.044 = 5.50.
        (GP2, "vol-02f4be7bedd99df95", gp2(1000.0, 0.11, 0.088, 0.0, 5.5), 16.50, Net), // eu-analytics-data
        // 500 GiB, us-east-1: 50 less 40 and 5. It is not deleted along with the idle instance that it is attached to.
        (GP2, "vol-03ece8482b93ea212", gp2(500.0, 0.10, 0.08, 0.0, 5.0), 5.00, Net), // legacy-crm-data
        // 8 GiB, us-east-1: 0.80 less 0.64 and 3 MiB/s × 0.04 = 0.12.
        (GP2, "vol-0e01c5e662fdfbb47", gp2(8.0, 0.10, 0.08, 0.0, 0.12), 0.04, Net), // mail-relay-old-root
        // 100 GiB, us-east-1, and 150 GiB, ap-southeast-2 (3 × 0.048 = 0.144): these go with their idle instances.
        (GP2, "vol-009c7f857ad3b35f6", gp2(100.0, 0.10, 0.08, 0.0, 0.12), 1.88, In(IDLE, "i-0ee58bb5a73032675")),
        (GP2, "vol-000faad1a217c390c", gp2(150.0, 0.12, 0.096, 0.0, 0.144), 3.46, In(IDLE, "i-0a6fa734dff59a6b7")),
        // 80 and 300 GiB, us-east-1: the stopped instance has counted their whole price.
        (GP2, "vol-03db192528f559395", gp2(80.0, 0.10, 0.08, 0.0, 0.12), 1.48, In(STOPPED, "i-0cbe0fadfe4907b87")),
        (GP2, "vol-0332fe6feec6a63d1", gp2(300.0, 0.10, 0.08, 0.0, 5.0), 1.00, In(STOPPED, "i-0cbe0fadfe4907b87")),
        // 500 GiB, us-east-1: to be deleted, so there is nothing left to change.
        (GP2, "vol-0a0ab9e4967022699", gp2(500.0, 0.10, 0.08, 0.0, 5.0), 5.00, In(UNATTACHED, "vol-0a0ab9e4967022699")),

        // $0.005 an hour everywhere.
        (ADDRESS, "eipalloc-052e7f56afa7f36fa", 0.005 * MONTH, 3.65, Net), // partner-allow-list-old
        (ADDRESS, "eipalloc-0a46a7c6fce627fac", 0.005 * MONTH, 3.65, Net),
        (ADDRESS, "eipalloc-078bc95d1aec2f55e", 0.005 * MONTH, 3.65, Net), // eu-test-vpn
        (ADDRESS, "eipalloc-0b11b5855520ae198", 0.005 * MONTH, 3.65, Net), // on an interface that is attached to nothing
        (ADDRESS, "eipalloc-09c01b04eb9797f89", 0.005 * MONTH, 3.65, Net), // on an instance that was stopped ten days ago
        (ADDRESS, "eipalloc-038a79e25e074f8eb", 0.005 * MONTH, 3.65, In(STOPPED, "i-0cbe0fadfe4907b87")),

        // Hours only. Their addresses stay, and are billed on.
        (NAT, "nat-00191f870b74ca745", 0.045 * MONTH, 32.85, Net), // nat-old-vpc, us-east-1
        (NAT, "nat-0a12d761372770046", 0.059 * MONTH, 43.07, Net), // nat-apac, ap-southeast-2

        // GiB of the full snapshot. perf-base does not say, so its volume's 100 GiB are the bound.
        (SNAPSHOT, "snap-06c76f3b0e3ef8984", 72.5 * 0.05, 3.63, Bound), // before-crm-upgrade
        (SNAPSHOT, "snap-07ef6164dd25b7405", 500.0 * 0.0125, 6.25, Bound), // pg-replica-final, archived
        (SNAPSHOT, "snap-0b9d05c8ecc88c00c", 210.0 * 0.05, 10.50, Bound), // eu-migration-2024
        (SNAPSHOT, "snap-079cc7194853a10b2", 100.0 * 0.055, 5.50, Bound), // perf-base, ap-southeast-2
    ]
}

/// Dollars and cents.
fn cents(usd: f64) -> f64 {
    // A half cent that binary fractions put just below itself is rounded up all the same.
    (usd * 100.0 + 1e-7).round() / 100.0
}

fn sum(wanted: impl Fn(To) -> bool) -> f64 {
    let lines = by_hand();
    lines
        .iter()
        .filter(|(.., to)| wanted(*to))
        .map(|(_, _, usd, ..)| usd)
        .sum()
}

#[test]
fn every_saving_is_what_the_list_prices_say() {
    let mut open: BTreeMap<(&str, &str), &ReportFinding> = DEMO
        .report
        .findings
        .iter()
        .filter(|finding| finding.monthly_savings_usd.is_some())
        .map(|finding| ((finding.rule.as_str(), finding.short_id.as_str()), finding))
        .collect();
    let fingerprint = |rule: &str, id: &str| {
        let findings = DEMO.report.findings.iter();
        let found = findings
            .clone()
            .find(|finding| finding.rule == rule && finding.short_id == id);
        found.map(|finding| finding.fingerprint.clone())
    };
    for (rule, id, calculated, usd, to) in by_hand() {
        assert_eq!(cents(calculated), usd, "{rule} {id}: the calculation");
        let finding = open
            .remove(&(rule, id))
            .unwrap_or_else(|| panic!("{rule} {id}: not found"));
        let claimed = finding.monthly_savings_usd.expect("a saving");
        assert!(
            (claimed - calculated).abs() < 1e-6,
            "{rule} {id}: {claimed}"
        );
        let counted = if to == To::Net { calculated } else { 0.0 };
        assert!(
            (finding.counted_savings_usd - counted).abs() < 1e-6,
            "{rule} {id}: counts {}",
            finding.counted_savings_usd
        );
        let absorbed_by = match to {
            To::In(rule, id) => Some(fingerprint(rule, id).expect("what absorbs")),
            _ => None,
        };
        assert_eq!(finding.absorbed_by, absorbed_by, "{rule} {id}");
        assert_eq!(
            finding.exemption.is_some(),
            to == To::Exempted,
            "{rule} {id}"
        );
        assert_eq!(
            finding.savings_are_upper_bound,
            to == To::Bound,
            "{rule} {id}"
        );
    }
    assert!(
        open.is_empty(),
        "savings that were not calculated: {open:?}"
    );
}

#[test]
fn totals_are_the_sums_of_the_lines() {
    let summary = &DEMO.report.summary;
    let gross = sum(|to| matches!(to, To::Net | To::In(..)));
    let net = sum(|to| to == To::Net);
    let absorbed = sum(|to| matches!(to, To::In(..)));
    // Idle 1,231.656, oversized 1,459.27, stopped 80.37, unattached 444.30, gp2 54.356, addresses 21.90, NAT gateways 75.92: 3,367.772.
    // Services: databases 635.65, caches and tables 538.4725, warehouses and domains 754.92, containers 607.1994, functions and logs
    // 232.351664, a group 173.01, load balancers and links 120.596, keys and files 123.40: 3,185.5996.
    assert_eq!(cents(gross), 6553.37);
    // Absorbed: resizes of two idle instances 346.02, five gp2 volumes 12.816, an address 3.65.
    assert_eq!(cents(absorbed), 362.49);
    assert_eq!(cents(net), 6190.89);
    assert_eq!(cents(summary.gross_monthly_savings_usd), cents(gross));
    assert_eq!(cents(summary.net_monthly_savings_usd), cents(net));
    // 70.08 + 156.22 + 63.583.
    assert_eq!(cents(sum(|to| to == To::Exempted)), 289.88);
    assert_eq!(cents(summary.exempted_monthly_savings_usd), 289.88);
    // Snapshots of volumes 3.625 + 6.25 + 10.50 + 5.50, of a database 9.50, images 15.50.
    assert_eq!(sum(|to| to == To::Bound), 50.875);
    assert_eq!(summary.upper_bound_monthly_usd, 50.875);
    // Uploads that were never finished, in three buckets: nobody knows how large they are. An endpoint of SageMaker and what a
    // repository keeps have no price either.
    assert_eq!(summary.findings_without_price, 5);

    let by = |level: Confidence| summary.net_by_confidence.get(&level).copied().map(cents);
    // Resizes 1,113.251, members of a group 280.32, addresses 18.25, the NAT gateway that a route leads to 43.07: 1,454.89. Caches
    // 299.30, capacity 121.472, tasks 242.1994, a log group 24.30, a secret 0.40.
    assert_eq!(by(Confidence::Medium), Some(2142.56));
    // Idle 951.336, stopped 80.37, unattached 444.30, gp2 41.54, the NAT gateway without a route 32.85: 1,550.396. Extended support
    // 146 + 365, an idle database 122.46, a table's class 117.7005, an idle warehouse 438, domain 316.92, load balancer 25.696, file
    // system 120, three links 94.90, instances kept ready 208.0517.
    assert_eq!(by(Confidence::High), Some(3505.12));
    // A group 173.01, a database with less memory 367.19, a key 3.
    assert_eq!(by(Confidence::Low), Some(543.20));
}

#[test]
fn candidates_for_graviton_are_in_no_total() {
    let found = |id: &str| {
        let mut findings = DEMO.report.findings.iter();
        let found = findings
            .find(|finding| finding.rule == "aws/ec2/graviton-candidate" && finding.short_id == id);
        found.expect("a candidate")
    };
    // m4.xlarge $0.20 to m7g.xlarge $0.1632, us-east-1, and nothing else that it could become. m5.2xlarge $0.384 to x2gd.large
    // $0.167, while r5a.xlarge takes the present image for $0.226.
    for (id, saved, extra) in [
        ("i-0e22c09160348082e", 0.20 - 0.1632, 0.20 - 0.1632),
        ("i-0ee58bb5a73032675", 0.384 - 0.167, 0.226 - 0.167),
    ] {
        let finding = found(id);
        let evidence = |name: &str| finding.evidence[name].as_f64().map(cents);
        assert_eq!(
            evidence("graviton_monthly_savings_usd"),
            Some(cents(saved * MONTH))
        );
        assert_eq!(
            evidence("graviton_extra_monthly_usd"),
            Some(cents(extra * MONTH))
        );
        assert_eq!(finding.monthly_savings_usd, None);
        assert_eq!(finding.counted_savings_usd, 0.0);
        assert_eq!(finding.at_stake_usd, None);
    }
}

/// GiB a month from the GiB of 14 days.
fn month(gib_in_14_days: f64) -> f64 {
    gib_in_14_days / 336.0 * MONTH
}

#[test]
fn spend_at_stake_counts_a_gateway_once() {
    let stake = |rule: &str, id: &str| {
        let mut findings = DEMO.report.findings.iter();
        let found = findings.find(|finding| finding.rule == rule && finding.short_id == id);
        found.and_then(|finding| finding.at_stake_usd)
    };
    let (hotspot, endpoint, interface) = (
        "aws/vpc/nat-egress-hotspot",
        "aws/vpc/nat-traffic-without-gateway-endpoint",
        "aws/vpc/nat-where-interface-endpoint-is-cheaper",
    );
    // us-east-1, $0.045 a GB. nat-prod-a: 6,720 GiB in 14 days are 14,600 a month; nat-prod-b: 1,680 are 3,650.
    let (first, second) = (0.045 * month(6720.0), 0.045 * month(1680.0));
    // nat-dev: 84 GiB in 14 days are 182.5 a month. It is the only one of its account, but too cheap for a hotspot.
    let third = 0.045 * month(84.0);
    assert_eq!(
        (cents(first), cents(second), cents(third)),
        (657.00, 164.25, 8.21)
    );
    // nat-eu: 336 GiB in 14 days are 730 a month, $0.048 each. An endpoint pays from 730 × 0.011 ÷ (0.048 − 0.010) = 211 on.
    let fourth = 0.048 * month(336.0);
    assert_eq!(cents(fourth), 35.04);
    for (rule, id, expected) in [
        (interface, "nat-05d8f8ace07493b1b", Some(fourth)),
        (interface, "nat-08acbf3a7034801a4", Some(second)),
        (interface, "nat-02a5882738ec0e24b", None),
        (hotspot, "nat-02a5882738ec0e24b", Some(first)),
        (hotspot, "nat-08acbf3a7034801a4", Some(second)),
        (hotspot, "nat-0ed861364fbf17713", None),
        (endpoint, "nat-02a5882738ec0e24b", Some(first)),
        (endpoint, "nat-08acbf3a7034801a4", None),
        (endpoint, "nat-0ed861364fbf17713", Some(third)),
    ] {
        let found = stake(rule, id);
        assert_eq!(found.map(cents), expected.map(cents), "{rule} {id}");
    }
    // Two rules see the bytes of nat-prod-a, and two those of nat-prod-b.
    let total = DEMO.report.summary.egress_at_stake_usd;
    assert_eq!(cents(total), cents(first + second + third + fourth));
    assert_eq!(cents(total), 864.50);
}

#[test]
#[rustfmt::skip]
fn the_estate_costs_what_its_parts_cost() {
    // (how many, USD an hour)
    let instances = [
        // us-east-1: m6i.xlarge and, at the same price, three m5.xlarge; c6i.xlarge, m6i.2xlarge, r6i.2xlarge, m5.4xlarge, m5.2xlarge, m5.large
        (9.0, 0.192), (4.0, 0.17), (4.0, 0.384), (3.0, 0.504), (2.0, 0.768), (2.0, 0.384), (3.0, 0.096),
        // t3.micro, g4dn.xlarge, m4.xlarge, c6i.4xlarge, m7i.2xlarge, t3.medium; a Windows and a Spot instance have no price
        (1.0, 0.0104), (1.0, 0.526), (1.0, 0.2), (1.0, 0.68), (1.0, 0.4032), (1.0, 0.0416),
        // eu-west-1: m6i.large, m6i.4xlarge, c5.4xlarge, m7g.2xlarge, m5.xlarge, m5.large
        (5.0, 0.107), (1.0, 0.856), (1.0, 0.768), (1.0, 0.3638), (3.0, 0.214), (2.0, 0.107),
        // c6i.2xlarge, c5.xlarge, t3.medium
        (3.0, 0.3648), (2.0, 0.192), (1.0, 0.0456),
        // ap-southeast-2: m6i.large, m5.2xlarge, t3.large
        (2.0, 0.12), (1.0, 0.48), (1.0, 0.1056),
    ];
    let running: f64 = instances.iter().map(|(count, _)| count).sum();
    assert_eq!(running, 56.0, "58 run, two of them without a price; five are stopped and free");
    let compute: f64 = instances.iter().map(|(count, usd)| count * usd * MONTH).sum();
    // (GiB, USD)
    let storage = [
        // us-east-1, gp3: 32 roots of 30 GiB, roots of 8, 50 and 30, three search disks of 500, files 500, notebook 1,000,
        // spare volumes of 100 and 50
        (32.0 * 30.0 + 8.0 + 50.0 + 30.0 + 3.0 * 500.0 + 500.0 + 1000.0 + 100.0 + 50.0, 0.08),
        // The search disks' 1,000 IOPS and 125 MiB/s more than included
        (3.0 * 1000.0, 0.005), (3.0 * 125.0, 0.04),
        // gp2: legacy-crm, orders-batch, nightly-settlement, mail-relay-old, intranet-wiki, crm-export
        (100.0 + 500.0 + 2000.0 + 200.0 + 8.0 + 80.0 + 300.0 + 500.0, 0.10),
        // io1 and its IOPS
        (500.0, 0.125), (3000.0, 0.065),
        // eu-west-1, gp3: 19 roots of 30 GiB, two brokers' 20 and 200, a scratch volume of 300; gp2: 1,000 and 200
        (19.0 * 30.0 + 2.0 * 220.0 + 300.0, 0.088), (1200.0, 0.11),
        // ap-southeast-2, gp3: three roots of 30 and 300 GiB with 3,000 IOPS and 125 MiB/s more; gp2: a root of 150; st1: 1,000
        (390.0, 0.096), (3000.0, 0.006), (125.0, 0.048), (150.0, 0.12), (1000.0, 0.054),
        // Snapshots at full size: us-east-1, one of them archived; eu-west-1; ap-southeast-2
        (72.5 + 1480.0 + 3.5 + 190.0 + 41.0 + 310.0, 0.05), (500.0, 0.0125),
        (655.0 + 210.0 + 11.0 + 38.0, 0.05),
        (3.5 + 100.0, 0.055),
    ];
    let storage: f64 = storage.iter().map(|(amount, usd)| amount * usd).sum();
    // 15 addresses, the sixteenth is of the account's own range. NAT gateways: four, two and one.
    let network = (15.0 * 0.005 + 4.0 * 0.045 + 2.0 * 0.048 + 0.059) * MONTH;
    let summary = &DEMO.report.summary;
    assert_eq!(cents(compute + storage + network), 13250.10);
    let services = services::monthly_usd();
    assert_eq!(cents(services), 5995.22);
    assert_eq!(cents(summary.estate_monthly_cost_usd), cents(compute + storage + network + services));
    assert_eq!(cents(summary.estate_monthly_cost_usd), 19245.32);

    // Instances 63, volumes 83, snapshots 13, addresses 16, gateways 7, buckets 11, interfaces 72, regions 6, accounts 2,
    // images 2, subnets 19, route tables 12, gateway endpoints 7, budgets 7 and their alerts 7.
    let machines = 63 + 83 + 13 + 16 + 7 + 11 + 72 + 6 + 2 + 2 + 19 + 12 + 7 + 7 + 7;
    // Groups 8; databases 5 and their cluster, 3 snapshots; caches 5 in 2 groups, tables 3; warehouses 2, domains 3; services 3 and
    // their task definitions 3, Kubernetes clusters 2 with a node group, repositories 2; functions 2 and what is kept ready for
    // them 2, log groups 3; distributions 2, endpoints of models 2; load balancers 2, interface endpoints 2, a transit gateway with
    // 2 attachments, VPN connections 2; keys 12, secrets 3, file systems 2.
    let others = 8 + (5 + 1 + 3) + (5 + 2 + 3) + (2 + 3) + (3 + 3 + 2 + 1 + 2) + (2 + 2 + 3) + (2 + 2) + (2 + 2 + 3 + 2) + (12 + 3 + 2);
    assert_eq!(summary.estate_resources, machines + others);
    // Priced above 0: 56 instances, 83 volumes, 13 snapshots, 15 addresses, 7 gateways. No price: two instances, 11 buckets.
    // Of the others 50 are: nothing is paid for a group, a task definition, a gateway, a key that AWS manages. No price: 2 functions, 2
    // distributions, 2 endpoints of models, a warehouse, an automated snapshot.
    assert_eq!(summary.estate_priced_ratio, Some((174.0 + 50.0) / (187.0 + 58.0)));
}

#[test]
fn findings_are_counted_by_kind_and_severity() {
    let summary = &DEMO.report.summary;
    let kinds: Vec<(&str, u64)> = summary
        .findings_by_kind
        .iter()
        .map(|(kind, count)| (kind.as_str(), *count))
        .collect();
    // Idle: instances 6, stopped 3, volumes 6, snapshots 4, addresses 6, gateways 2. Unencrypted: volumes 8, snapshots 3,
    // regions 3, buckets 2 without TLS and 2 without a bucket key. Three findings are exempted. Absorbed ones are not counted:
    // two oversized instances that are idle (medium), five gp2 volumes that go with their instances and the address of a
    // stopped instance (low). Guards: a deaf alert, one that comes late, two budgets that will not do. Two candidates for
    // Graviton are there for information, and in no total; so are seven buckets from before S3 encrypted everything, and two
    // gateways beside which an interface endpoint may be cheaper. In the other services: 13 idle ones, two past standard support and
    // a table of the wrong class, seven too large, a log group and a repository that keep everything, a distribution.
    let expected = [
        ("egress", 6 + 1),
        ("generation", 9 - 5 + 2 + 3),
        ("guard", 4),
        ("idle", 27 - 1 + 13),
        ("over-provisioned", 7 - 2 + 7),
        ("retention", 3 + 2),
        ("unencrypted", 18 + 7),
    ];
    assert_eq!(kinds, expected);
    // High: a deaf alert, a public snapshot, a shared one, a warehouse and an endpoint that nobody uses.
    let severities: Vec<(Severity, u64)> = summary
        .findings_by_severity
        .iter()
        .map(|(severity, count)| (*severity, *count))
        .collect();
    let expected = [
        (Severity::Info, 2 + 2 + 7 + 2),
        (Severity::Low, 29 - 5 - 1 + 9),
        (Severity::Medium, 40 - 2 + 13),
        (Severity::High, 3 + 2),
    ];
    assert_eq!(severities, expected);
}
