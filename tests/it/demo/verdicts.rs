//! What the demo account's rules find, and what they leave alone although it looks the same. What of it is in services other than
//! EC2, EBS, S3, budgets and NAT gateways is in `services`.

use billhook_catalog::GapKind;

use super::{DEMO, Verdict, services};

/// Everything that is planted, by rule. Nothing else may be found.
#[rustfmt::skip]
const PLANTED: &[(&str, &[&str])] = &[
    ("aws/budgets/alert-without-subscriber", &[
        "ml-experiments/ACTUAL/GREATER_THAN/80", // its topic is gone
    ]),
    ("aws/budgets/budget-without-alert", &["data-team"]), // on forecast spend only
    ("aws/budgets/forecast-breach", &["data-team", "ml-experiments"]),
    // The payer in Virginia and Sydney, the member in Virginia.
    ("aws/ebs/encryption-by-default-off", &["ap-southeast-2", "us-east-1", "us-east-1"]),
    ("aws/ebs/gp2-volume", &[
        "vol-000faad1a217c390c", // apac-poc-root
        "vol-009c7f857ad3b35f6", // legacy-crm-root
        "vol-02f4be7bedd99df95", // eu-analytics-data
        "vol-0332fe6feec6a63d1", // intranet-wiki-data
        "vol-03db192528f559395", // intranet-wiki-root
        "vol-03ece8482b93ea212", // legacy-crm-data
        "vol-04f57a17aa2304d7a", // orders-batch-data
        "vol-0a0ab9e4967022699", // crm-export
        "vol-0e01c5e662fdfbb47", // mail-relay-old-root
    ]),
    ("aws/ebs/old-snapshot", &[
        "snap-06c76f3b0e3ef8984", // before-crm-upgrade
        "snap-079cc7194853a10b2", // perf-base
        "snap-07ef6164dd25b7405", // pg-replica-final
        "snap-0b9d05c8ecc88c00c", // eu-migration-2024
    ]),
    ("aws/ebs/unattached-volume", &[
        "vol-006b03b0a81bdcde5", // perf-test
        "vol-011be7b0fe24a43e4", // pvc-6f0c41d2
        "vol-038875168b03ddc89", // old-wordpress
        "vol-0798de4494f02d52b", // pg-replica-old
        "vol-0a0ab9e4967022699", // crm-export
        "vol-0c3f75bb8786c3018", // media-archive
    ]),
    ("aws/ebs/unencrypted-snapshot", &[
        "snap-065295859958c81ec", // partner-handover, shared with two accounts
        "snap-06c76f3b0e3ef8984", // before-crm-upgrade
        "snap-0af6b14a4afac6881", // workshop-dataset, public
    ]),
    ("aws/ebs/unencrypted-volume", &[
        "vol-009c7f857ad3b35f6", // legacy-crm-root
        "vol-0332fe6feec6a63d1", // intranet-wiki-data
        "vol-038875168b03ddc89", // old-wordpress
        "vol-03db192528f559395", // intranet-wiki-root
        "vol-03ece8482b93ea212", // legacy-crm-data
        "vol-03fcf5f3471ea9fbf", // sandbox-anna-root
        "vol-0a0ab9e4967022699", // crm-export
        "vol-0e01c5e662fdfbb47", // mail-relay-old-root
    ]),
    ("aws/ec2/graviton-candidate", &[
        "i-0e22c09160348082e", // mail-relay-old: only a new image gets it off Xen
        "i-0ee58bb5a73032675", // legacy-crm: its 32 GiB come cheapest with two Arm cores
    ]),
    ("aws/ec2/idle-instance", &[
        "i-027fc83270f4cef02", // sandbox-anna
        "i-0856868523126e6cc", // dr-standby, exempted by its tags
        "i-099aea559a4da5c21", // batch-worker-2
        "i-0a6fa734dff59a6b7", // apac-poc
        "i-0c85f931ebddfd299", // ml-notebook
        "i-0cecdeb187a57f84a", // batch-worker-1
        "i-0d32b6a7f060c8336", // license-server, exempted by the configuration
        "i-0ee58bb5a73032675", // legacy-crm
    ]),
    ("aws/ec2/long-stopped-instance", &[
        "i-054e1cec6776db0b8", // poc-kafka-2
        "i-0c8bb778f21f72e0a", // poc-kafka-1
        "i-0cbe0fadfe4907b87", // intranet-wiki
    ]),
    ("aws/ec2/oversized-instance", &[
        "i-0585343fcac929350", // catalog-api-arm
        "i-06036b3e3e319b6ae", // apac-pricing
        "i-0735d0928e1bfb284", // eu-analytics
        "i-0856868523126e6cc", // dr-standby, exempted by its tags
        "i-0a5a6365724742ccf", // eu-search-index
        "i-0c78eb080c56925bf", // orders-batch
        "i-0c85f931ebddfd299", // ml-notebook
        "i-0ee58bb5a73032675", // legacy-crm
    ]),
    ("aws/s3/bucket-without-tls-policy", &["fernhill-apac-media", "fernhill-static-site"]),
    ("aws/s3/incomplete-uploads-kept", &["fernhill-apac-media", "fernhill-dev-scratch", "fernhill-prod-backups"]),
    ("aws/s3/kms-bucket-without-bucket-key", &["fernhill-dev-artifacts", "fernhill-prod-logs"]),
    ("aws/s3/legacy-unencrypted-objects", &[
        "fernhill-dev-scratch", "fernhill-dev-terraform", "fernhill-eu-customer-data", "fernhill-prod-assets",
        "fernhill-prod-backups", "fernhill-prod-orders", "fernhill-static-site",
    ]),
    ("aws/vpc/idle-nat-gateway", &[
        "nat-00191f870b74ca745", // nat-old-vpc
        "nat-0a12d761372770046", // nat-apac
    ]),
    ("aws/vpc/nat-egress-hotspot", &[
        "nat-02a5882738ec0e24b", // nat-prod-a
        "nat-08acbf3a7034801a4", // nat-prod-b
    ]),
    ("aws/vpc/nat-traffic-without-gateway-endpoint", &[
        "nat-02a5882738ec0e24b", // nat-prod-a
        "nat-0ed861364fbf17713", // nat-dev
    ]),
    ("aws/vpc/nat-where-interface-endpoint-is-cheaper", &[
        "nat-05d8f8ace07493b1b", // nat-eu
        "nat-08acbf3a7034801a4", // nat-prod-b
    ]),
    ("aws/vpc/unassociated-address", &[
        "eipalloc-038a79e25e074f8eb", // intranet-wiki-ip
        "eipalloc-052e7f56afa7f36fa", // partner-allow-list-old
        "eipalloc-078bc95d1aec2f55e", // eu-test-vpn
        "eipalloc-09c01b04eb9797f89", // loadtest-driver-ip
        "eipalloc-0a46a7c6fce627fac",
        "eipalloc-0b11b5855520ae198", // appliance-trial
    ]),
];

/// Rules that the demo gives no reason to find anything: AWS encrypts every bucket, the payer has budgets that are well, no
/// burstable instance runs out of credits, and whatever has a cheaper successor is oversized.
const SILENT: &[&str] = &[
    "aws/budgets/exceeded-budget",
    "aws/budgets/expired-budget",
    "aws/budgets/no-forecast-alert",
    "aws/budgets/unhealthy-budget",
    "aws/budgets/no-cost-budget",
    "aws/ebs/frequent-snapshots",
    "aws/ebs/idle-volume",
    "aws/ebs/overprovisioned-iops",
    "aws/ec2/burst-credits-charged",
    "aws/ec2/egress-hotspot",
    "aws/ec2/previous-generation-instance",
    "aws/ec2/off-hours-instance",
    "aws/ec2/unencrypted-image",
    "aws/ec2/unused-image",
    "aws/s3/bucket-without-default-encryption",
    "aws/s3/standard-without-lifecycle",
    "aws/vpc/nat-cross-zone-traffic",
];

#[test]
fn what_is_planted_is_found_and_nothing_else() {
    let planted = || PLANTED.iter().chain(services::PLANTED);
    let mut all: Vec<(&str, &str)> = planted()
        .flat_map(|(rule, ids)| ids.iter().map(|id| (*rule, *id)))
        .collect();
    all.sort_unstable();
    assert_eq!(DEMO.found(), all);
    let mut rules: Vec<&str> = planted().map(|(rule, _)| *rule).collect();
    rules.extend(SILENT.iter().chain(services::SILENT));
    rules.sort_unstable();
    // Of some services the demo has nothing, so their rules have nobody to judge.
    let outcomes = DEMO.report.rules.iter();
    let all: Vec<&str> = outcomes
        .filter(|rule| rule.population != Some(0))
        .map(|rule| rule.id.as_str())
        .collect();
    rules.retain(|rule| all.contains(rule));
    assert_eq!(rules, all, "a rule without a place in the demo");
}

const CLEAR: Option<&str> = None;

/// (rule, bare id, why it is not judged; none when it is judged and fine)
#[rustfmt::skip]
const LOOK_ALIKES: &[(&str, &str, Option<&str>)] = &[
    // The topic is another account's; the topic has subscribers; mailboxes; the budget is over.
    ("aws/budgets/alert-without-subscriber", "partner-sandbox/ACTUAL/GREATER_THAN/100",
        Some("it goes to an SNS topic that could not be read, such as another account's")),
    ("aws/budgets/alert-without-subscriber", "mobile-team/ACTUAL/GREATER_THAN/90", CLEAR),
    ("aws/budgets/alert-without-subscriber", "monthly-total/ACTUAL/GREATER_THAN/80", CLEAR),
    ("aws/budgets/alert-without-subscriber", "total-2025/ACTUAL/GREATER_THAN/100", CLEAR),
    // It has an alert, though a deaf one.
    ("aws/budgets/budget-without-alert", "ml-experiments", CLEAR),
    ("aws/budgets/expired-budget", "total-2025", CLEAR), // another one watches all costs
    ("aws/budgets/no-cost-budget", "111122223333", CLEAR),
    // A member, which the budget monthly-total of its management account guards.
    ("aws/budgets/no-cost-budget", "444455556666", CLEAR),
    // 200 GiB: gp3 with the throughput of gp2 costs more.
    ("aws/ebs/gp2-volume", "vol-036f86ce8b52c497c", CLEAR), // nightly-settlement-data
    ("aws/ebs/gp2-volume", "vol-038875168b03ddc89", CLEAR), // old-wordpress
    // Its volume exists; an image needs it, in two regions; it is 65 days old; a copy.
    ("aws/ebs/old-snapshot", "snap-03020e017ca69cc6e", CLEAR), // orders-batch-monthly
    ("aws/ebs/old-snapshot", "snap-05348f0ce11517479", CLEAR), // golden-al2023
    ("aws/ebs/old-snapshot", "snap-076dfd0081a53b33e", CLEAR), // golden-al2023, ap-southeast-2
    ("aws/ebs/old-snapshot", "snap-01f7ac8f7591387e1", CLEAR), // wiki-before-stop
    ("aws/ebs/old-snapshot", "snap-0e0b7bbfe62c4ccba", Some("unknown: source_volume_resource_id")),
    // In use until the evening before; not two days old.
    ("aws/ebs/unattached-volume", "vol-09c0ea841d10a4ec4", CLEAR), // eu-analytics-scratch
    ("aws/ebs/unattached-volume", "vol-0f77f45f811db32a3", Some("it is 1 day old; 7 days are needed")), // restore-test
    // Busy for two hours of every night; two hours of one night; a bastion that people use.
    ("aws/ec2/idle-instance", "i-0fc5ed0bde66ff450", CLEAR), // nightly-settlement
    ("aws/ec2/idle-instance", "i-0dd9264ac1e95a2ea", CLEAR), // warehouse-sync
    ("aws/ec2/idle-instance", "i-08f607907b355bffa", CLEAR), // bastion
    // Not three days old; no figures for most of the window, for one whole day, for anything.
    ("aws/ec2/idle-instance", "i-017402594f1f7811e", Some("it is 2 days old; 14 days are needed")), // recommender-canary
    ("aws/ec2/idle-instance", "i-0f4106e94aecf4029", Some("no figures for NetworkIn on 2026-09-21")), // edge-collector
    ("aws/ec2/idle-instance", "i-0b7ddb7395c6cdc5d", Some("no figures for NetworkIn on 2026-09-27")), // eu-reporting
    ("aws/ec2/idle-instance", "i-0e74aa8e01f3007a6", Some("no figures for NetworkIn on 2026-09-21")), // feature-preview
    // Stopped ten days ago; since nobody knows when.
    ("aws/ec2/long-stopped-instance", "i-0c3d792369a3870a2", CLEAR), // loadtest-driver
    ("aws/ec2/long-stopped-instance", "i-08f3604a70b7b9525", Some("unknown: stopped_days")), // migration-helper
    // Needs its size for two hours a night; needs it by day; busy all day; every smaller type needs what it does not have.
    ("aws/ec2/oversized-instance", "i-0fc5ed0bde66ff450", CLEAR), // nightly-settlement
    ("aws/ec2/oversized-instance", "i-0cee074b779c0f9b0", CLEAR), // dev-shared-db
    ("aws/ec2/oversized-instance", "i-0c294cae9c28eb28b", CLEAR), // video-transcoder
    ("aws/ec2/oversized-instance", "i-0e22c09160348082e", CLEAR), // mail-relay-old
    // Nothing smaller keeps its memory.
    ("aws/ec2/oversized-instance", "i-00d029976544b2fa4", CLEAR), // search-es-1
    ("aws/ec2/oversized-instance", "i-0d32b6a7f060c8336", CLEAR), // license-server
    ("aws/ec2/oversized-instance", "i-0b7ddb7395c6cdc5d", CLEAR), // eu-reporting
    ("aws/ec2/oversized-instance", "i-0925de517951bfe5a", CLEAR), // staging-api
    ("aws/ec2/oversized-instance", "i-0d747608bfe1bc45f", CLEAR), // dev-jenkins
    // Not to be resized one by one.
    // storefront-web-1, eks-general-1, batch-worker-1.
    ("aws/ec2/oversized-instance", "i-0c8dcca18629063de",
        Some("member of an Auto Scaling group; the group is judged as a whole")),
    ("aws/ec2/oversized-instance", "i-0c27bb81a02d635d7",
        Some("member of an Auto Scaling group; the group is judged as a whole")),
    ("aws/ec2/oversized-instance", "i-0cecdeb187a57f84a",
        Some("member of an Auto Scaling group; the group is judged as a whole")),
    ("aws/ec2/oversized-instance", "i-0e44c66c486e84f4b", Some("the price of Windows is not known")),
    ("aws/ec2/oversized-instance", "i-02341e742131621d0", Some("Spot instance")),
    ("aws/ec2/oversized-instance", "i-017d9efb68c889ef5", Some("has accelerators, whose load is not measured")),
    ("aws/ec2/oversized-instance", "i-020075ae535bb6f9c", Some("uses a Nitro enclave")), // payments-vault
    // Burstable, with credits to spare, but nothing smaller keeps its memory.
    ("aws/ec2/oversized-instance", "i-08f607907b355bffa", CLEAR), // bastion
    ("aws/ec2/burst-credits-charged", "i-08f607907b355bffa", CLEAR),
    // c6i.4xlarge is cheaper in eu-west-1, but smaller ones are cheaper still; without drivers for Nitro there is no way off Xen.
    ("aws/ec2/previous-generation-instance", "i-0a5a6365724742ccf", CLEAR), // eu-search-index
    ("aws/ec2/previous-generation-instance", "i-0e22c09160348082e", CLEAR), // mail-relay-old
    // A Graviton type saves no more than the Intel or AMD one; Windows.
    ("aws/ec2/graviton-candidate", "i-0a5a6365724742ccf", CLEAR), // eu-search-index
    ("aws/ec2/graviton-candidate", "i-0e44c66c486e84f4b", Some("the price of Windows is not known")),
    ("aws/ec2/oversized-instance", "i-017402594f1f7811e", Some("it is 2 days old; 14 days are needed")),
    ("aws/ec2/oversized-instance", "i-0f4106e94aecf4029",
        Some("CPUUtilization is known for 41 % of 14 days; 90 % are needed")),
    ("aws/ec2/oversized-instance", "i-0e74aa8e01f3007a6",
        Some("CPUUtilization is known for 0 % of 14 days; 90 % are needed")),
    // Its policy has the statement; its policy may not be read.
    ("aws/s3/bucket-without-tls-policy", "fernhill-prod-assets", CLEAR),
    ("aws/s3/bucket-without-tls-policy", "fernhill-dev-terraform",
        Some("aws_s3_bucket (policy): denied (s3:GetBucketPolicy, needs s3:GetBucketPolicy)")),
    // Begun this week; the list was cut off, and what was read of it is young.
    ("aws/s3/incomplete-uploads-kept", "fernhill-eu-customer-data", CLEAR),
    ("aws/s3/incomplete-uploads-kept", "fernhill-eu-ingest",
        Some("the list of its incomplete uploads was cut off, and what was read of it is younger than 7 days")),
    ("aws/s3/kms-bucket-without-bucket-key", "fernhill-prod-orders", CLEAR),
    // Little traffic; not three days old.
    ("aws/vpc/idle-nat-gateway", "nat-0ed861364fbf17713", CLEAR), // nat-dev
    ("aws/vpc/idle-nat-gateway", "nat-05c58340e8ee8bb64", Some("it is 2 days old; 14 days are needed")), // nat-preview
    // Beyond 80 % of the account's bytes; all of an account's bytes, for $8; silent.
    ("aws/vpc/nat-egress-hotspot", "nat-05d8f8ace07493b1b", CLEAR), // nat-eu
    ("aws/vpc/nat-egress-hotspot", "nat-0ed861364fbf17713", CLEAR), // nat-dev
    ("aws/vpc/nat-egress-hotspot", "nat-0a12d761372770046", CLEAR), // nat-apac
    ("aws/vpc/nat-egress-hotspot", "nat-05c58340e8ee8bb64",
        Some("BytesInFromDestination is known for 20 % of 14 days; 90 % are needed")),
    // Behind both endpoints, the first with much traffic.
    ("aws/vpc/nat-traffic-without-gateway-endpoint", "nat-08acbf3a7034801a4", CLEAR), // nat-prod-b
    ("aws/vpc/nat-traffic-without-gateway-endpoint", "nat-05d8f8ace07493b1b", CLEAR), // nat-eu
    // On an instance that runs; on NAT gateways, one of them idle.
    ("aws/vpc/unassociated-address", "eipalloc-0f9456efe1a525cd3", CLEAR), // bastion-ip
    ("aws/vpc/unassociated-address", "eipalloc-0784566ae39c4487a", CLEAR), // nat-prod-a-ip
    ("aws/vpc/unassociated-address", "eipalloc-04133cd20895d53f7", CLEAR), // nat-old-vpc-ip
];

/// What a rule is not about.
#[rustfmt::skip]
const OUTSIDE: &[(&str, &str)] = &[
    ("aws/budgets/budget-without-alert", "egress-gigabytes"), // a budget of bytes
    ("aws/budgets/budget-without-alert", "total-2025"), // its time is over
    ("aws/budgets/no-forecast-alert", "mobile-team"), // a part of the costs
    ("aws/ebs/old-snapshot", "snap-08ec1ca8a176477f2"), // AWS Backup's
    ("aws/ebs/old-snapshot", "snap-0d699f3dcb11e55ae"), // Data Lifecycle Manager's
    ("aws/ebs/old-snapshot", "snap-0af6b14a4afac6881"), // public
    ("aws/ebs/old-snapshot", "snap-065295859958c81ec"), // shared
    ("aws/s3/kms-bucket-without-bucket-key", "fernhill-eu-customer-data"), // two layers: there are no bucket keys for it
    ("aws/vpc/unassociated-address", "eipalloc-00ea2df7863b098a3"), // the account's own range is free
    ("aws/vpc/unassociated-address", "eipalloc-0f4ad1c0b45a2c8d7"), // the load balancer's
];

#[test]
fn what_only_looks_like_waste_is_left_alone() {
    for (rule, id, reason) in LOOK_ALIKES.iter().chain(services::LOOK_ALIKES) {
        let expected = reason.map_or(Verdict::Clear, |reason| {
            Verdict::NotJudged(reason.to_owned())
        });
        assert_eq!(DEMO.verdict(rule, id), expected, "{rule} {id}");
    }
    for (rule, id) in OUTSIDE.iter().chain(services::OUTSIDE) {
        assert_eq!(DEMO.verdict(rule, id), Verdict::Outside, "{rule} {id}");
    }
}

/// (rule, population, flagged, clear, not judged)
const COUNTS: &[(&str, u64, u64, u64, u64)] = &[
    ("aws/budgets/alert-without-subscriber", 7, 1, 5, 1),
    ("aws/budgets/budget-without-alert", 5, 1, 4, 0),
    ("aws/budgets/exceeded-budget", 5, 0, 5, 0),
    // Of the seven, one is of bytes.
    ("aws/budgets/expired-budget", 6, 0, 6, 0),
    ("aws/budgets/forecast-breach", 5, 2, 3, 0),
    ("aws/budgets/no-cost-budget", 2, 0, 2, 0),
    // Only one of them watches all costs.
    ("aws/budgets/no-forecast-alert", 1, 0, 1, 0),
    ("aws/budgets/unhealthy-budget", 6, 0, 6, 0),
    ("aws/ebs/encryption-by-default-off", 6, 3, 3, 0),
    // Not judged: two that are days old.
    ("aws/ebs/frequent-snapshots", 83, 0, 81, 2),
    ("aws/ebs/gp2-volume", 11, 9, 2, 0),
    // Not judged: three on stopped instances.
    ("aws/ebs/idle-volume", 12, 0, 9, 3),
    ("aws/ebs/old-snapshot", 9, 4, 4, 1),
    ("aws/ebs/overprovisioned-iops", 3, 0, 3, 0),
    ("aws/ebs/unattached-volume", 8, 6, 1, 1),
    ("aws/ebs/unencrypted-snapshot", 13, 3, 10, 0),
    ("aws/ebs/unencrypted-volume", 83, 8, 75, 0),
    // In the population of four: two idle ones, a bastion, a sync job.
    ("aws/ec2/burst-credits-charged", 4, 0, 4, 0),
    // None has a public address of its own. Not judged: one is days old, two have no figures.
    ("aws/ec2/egress-hotspot", 58, 0, 55, 3),
    // Without the one on Arm. Not judged: 28 members of groups, 7 others.
    ("aws/ec2/graviton-candidate", 57, 2, 20, 35),
    ("aws/ec2/idle-instance", 58, 8, 46, 4),
    ("aws/ec2/long-stopped-instance", 5, 3, 1, 1),
    // Members of groups and clusters, and Spot instances, are outside. Not judged: one is days old, two have no figures.
    ("aws/ec2/off-hours-instance", 29, 0, 26, 3),
    // Not judged: 28 members of groups, 7 others.
    ("aws/ec2/oversized-instance", 58, 8, 15, 35),
    // Not judged: 28 members of groups and four that cannot simply be resized. It needs no measurements.
    ("aws/ec2/previous-generation-instance", 58, 0, 26, 32),
    ("aws/ec2/unencrypted-image", 2, 0, 2, 0),
    ("aws/ec2/unused-image", 2, 0, 2, 0),
    ("aws/s3/bucket-without-default-encryption", 11, 0, 11, 0),
    ("aws/s3/bucket-without-tls-policy", 11, 2, 6, 3),
    ("aws/s3/incomplete-uploads-kept", 11, 3, 7, 1),
    ("aws/s3/kms-bucket-without-bucket-key", 3, 2, 1, 0),
    ("aws/s3/legacy-unencrypted-objects", 9, 7, 2, 0),
    ("aws/s3/standard-without-lifecycle", 11, 0, 11, 0),
    ("aws/vpc/idle-nat-gateway", 7, 2, 4, 1),
    ("aws/vpc/nat-cross-zone-traffic", 7, 0, 6, 1),
    ("aws/vpc/nat-egress-hotspot", 7, 2, 4, 1),
    ("aws/vpc/nat-traffic-without-gateway-endpoint", 7, 2, 4, 1),
    (
        "aws/vpc/nat-where-interface-endpoint-is-cheaper",
        7,
        2,
        4,
        1,
    ),
    ("aws/vpc/unassociated-address", 14, 6, 8, 0),
];

#[test]
fn each_rule_says_of_how_many_it_has_judged() {
    let counts: Vec<(&str, u64, u64, u64, u64)> = DEMO
        .report
        .rules
        .iter()
        .filter(|rule| rule.population != Some(0))
        .map(|rule| {
            let population = rule.population.expect("a known population");
            (
                rule.id.as_str(),
                population,
                rule.flagged,
                rule.clear,
                rule.not_judged,
            )
        })
        .collect();
    let mut expected: Vec<_> = COUNTS.iter().chain(services::COUNTS).copied().collect();
    expected.retain(|(_, population, ..)| *population > 0);
    expected.sort_unstable();
    assert_eq!(counts, expected);
    // The counts and the verdicts on single resources agree.
    for (rule, population, flagged, clear, not_judged) in &expected {
        let (mut seen, members) = ([0, 0, 0], DEMO.members(rule));
        assert_eq!(members.len() as u64, *population, "{rule}");
        let places = DEMO.facts.tables.get(DEMO.rule(rule).resource.name);
        let table = places.expect("a table");
        let shorts = table.column("short_id").unwrap().str().unwrap();
        let ids = table.column("resource_id").unwrap().str().unwrap();
        for (short, id) in shorts.iter().zip(ids.iter()) {
            // A region is there twice, once an account.
            let (Some(short), Some(id)) = (short, id) else {
                continue;
            };
            if !members.contains_key(id) || *rule == "aws/ebs/encryption-by-default-off" {
                continue;
            }
            match DEMO.verdict(rule, short) {
                Verdict::Flagged => seen[0] += 1,
                Verdict::Clear => seen[1] += 1,
                Verdict::NotJudged(_) => seen[2] += 1,
                Verdict::Outside => panic!("{rule} {short}: a member outside"),
            }
        }
        if *rule != "aws/ebs/encryption-by-default-off" {
            assert_eq!(seen, [*flagged, *clear, *not_judged], "{rule}");
        }
    }
}

#[test]
fn the_one_gap_is_shown_accepted_and_in_the_services_words() {
    let [gap] = DEMO.report.gaps.as_slice() else {
        panic!("not one gap: {:?}", DEMO.report.gaps);
    };
    assert!(gap.accepted);
    let gap = &gap.gap;
    assert_eq!(
        (gap.kind, gap.table.as_str()),
        (GapKind::Denied, "aws_s3_bucket")
    );
    assert_eq!(gap.iam_action.as_deref(), Some("s3:GetBucketPolicy"));
    assert!(
        gap.detail
            .starts_with("AccessDenied: User: arn:aws:sts::444455556666:assumed-role/")
    );
    assert!(
        gap.detail.chars().count() <= 300,
        "the collector shortens it"
    );
    assert_eq!(DEMO.report.notices, Vec::<String>::new());
}

#[test]
fn exemptions_say_why_until_when_and_who() {
    let mut exempted: Vec<String> = DEMO
        .report
        .findings
        .iter()
        .filter_map(|finding| {
            let exemption = finding.exemption.as_ref()?;
            let (source, owner) = (&exemption.source, exemption.owner.as_deref()?);
            let until = exemption.expires.as_deref()?;
            let name = &finding.name;
            Some(format!(
                "{name} {source} {until} {owner}: {}",
                exemption.reason
            ))
        })
        .collect();
    exempted.sort();
    let standby = "dr-standby tag 2026-12-31 platform: Warm standby of the order database";
    let license = "license-server configuration 2027-03-31 platform: License server: it answers once a quarter, and the \
                   license is bound to its network card";
    assert_eq!(exempted, [standby, standby, license]);
}

#[test]
fn findings_carry_their_owner_and_what_manages_them() {
    let of = |rule: &str, name: &str| {
        let mut findings = DEMO.report.findings.iter();
        findings
            .find(|finding| finding.rule == rule && finding.name == name)
            .unwrap_or_else(|| panic!("{rule} {name}"))
    };
    // `owner` goes before `team`.
    let analytics = of("aws/ec2/oversized-instance", "eu-analytics");
    assert_eq!(analytics.owner.as_deref(), Some("lukas.brandt"));
    assert_eq!(
        analytics.managed_by.as_deref(),
        Some("cloudformation:eu-analytics")
    );
    let worker = of("aws/ec2/idle-instance", "batch-worker-1");
    assert_eq!(worker.owner.as_deref(), Some("data"));
    assert_eq!(
        worker.managed_by.as_deref(),
        Some("autoscaling:batch-workers")
    );
    let place = worker.change_at.as_deref().unwrap_or_default();
    assert!(place.starts_with("Managed by the Auto Scaling group batch-workers: change the group"));
    let nobody = of("aws/ebs/unattached-volume", "old-wordpress");
    assert_eq!(
        (&nobody.owner, &nobody.managed_by, &nobody.change_at),
        (&None, &None, &None)
    );
}
