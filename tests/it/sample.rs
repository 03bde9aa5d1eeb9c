//! Reports for the tests of what renders them, put together here: no account, no judging.

mod discounted;
mod large;

use std::collections::BTreeMap;

use billhook::finding::{Confidence, PriceBasis, Severity, fingerprint};
use billhook::report::{
    Exemption, NotJudged, PriceDate, Report, ReportFinding, ReportGap, ReportRule, SCHEMA_VERSION,
    Scan, Status, Summary,
};
use billhook_catalog::{Coverage, CoverageStatus, Gap, GapKind};
use serde_json::json;

pub(crate) use discounted::discounted;
pub(crate) use large::large;

use crate::sample_why;

const PROD: &str = "111122223333";
const DEV: &str = "444455556666";

/// Strings that do harm where they are not taken for mere text.
pub(crate) const HOSTILE: [&str; 8] = [
    "</script><img src=x onerror=alert(1)>",
    "</style></title></textarea><svg onload=alert(1)>",
    "=HYPERLINK(\"http://198.51.100.7/\",\"click\")",
    "\u{1b}[31mred\u{1b}[0m\u{1b}]0;owned\u{7}",
    "\u{202e}gpj.exe\u{2066}\u{2028}x\u{2029}",
    "\" onmouseover=\"alert(1)\" x='",
    "<!--<script>{{ 7 * 7 }}${7*7}&lt;b&gt;\0\u{85}\u{9b}31m",
    "@SUM(1+1)|cmd|' /C calc'!A0\r\n-1\t日本語のとても長い名前👩‍💻",
];

/// A finding to start from: an idle instance.
pub(crate) fn finding(rule: &str, short_id: &str) -> ReportFinding {
    let resource_id = format!("arn:aws:ec2:eu-central-1:{PROD}:instance/{short_id}");
    ReportFinding {
        rule: rule.to_owned(),
        title: "Idle instance".to_owned(),
        kind: "idle".to_owned(),
        severity: Severity::Medium,
        confidence: Confidence::High,
        account_id: PROD.to_owned(),
        region: "eu-central-1".to_owned(),
        fingerprint: fingerprint(rule, &resource_id),
        resource_id,
        short_id: short_id.to_owned(),
        resource_type: "AWS::EC2::Instance".to_owned(),
        name: String::new(),
        owner: None,
        owner_source: String::new(),
        managed_by: None,
        change_at: None,
        tags: BTreeMap::new(),
        message: format!("{short_id} never passed 2.1 % CPU in 14 days"),
        evidence: BTreeMap::new(),
        action: "terminate".to_owned(),
        monthly_cost_usd: None,
        monthly_savings_usd: None,
        effective_savings_usd: None,
        effective_basis: None,
        counted_savings_usd: 0.0,
        savings_are_upper_bound: false,
        at_stake_usd: None,
        effective_at_stake_usd: None,
        price_basis: PriceBasis::Exact,
        absorbed_by: None,
        exemption: None,
        explanation: None,
    }
}

fn saving(mut finding: ReportFinding, usd: f64) -> ReportFinding {
    finding.monthly_savings_usd = Some(usd);
    finding.counted_savings_usd = usd;
    finding.monthly_cost_usd = Some(usd);
    finding
}

fn volume(mut finding: ReportFinding, title: &str, kind: &str, action: &str) -> ReportFinding {
    finding.title = title.to_owned();
    finding.kind = kind.to_owned();
    finding.action = action.to_owned();
    finding.resource_type = "AWS::EC2::Volume".to_owned();
    finding.resource_id = finding.resource_id.replace("instance/", "volume/");
    finding.fingerprint = fingerprint(&finding.rule, &finding.resource_id);
    finding
}

fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

fn findings() -> Vec<ReportFinding> {
    let mut idle = saving(
        finding("aws/ec2/idle-instance", "i-0a1b2c3d4e5f60718"),
        312.4,
    );
    idle.name = "render-farm-7".to_owned();
    idle.owner = Some("media-platform".to_owned());
    idle.severity = Severity::High;
    idle.message =
        "render-farm-7 never passed 2.1 % CPU and 1.2 MB of traffic a day in 14 days".to_owned();
    idle.tags = tags(&[
        ("Name", "render-farm-7"),
        ("team", "media-platform"),
        ("env", "prod"),
    ]);
    idle.evidence = BTreeMap::from([
        ("cpu_max_percent".to_owned(), json!(2.1)),
        ("network_daily_max_bytes".to_owned(), json!(1_258_291)),
        ("instance_type".to_owned(), json!("m6i.2xlarge")),
        ("days".to_owned(), json!(14)),
        ("is_spot".to_owned(), json!(false)),
        ("memory_used_percent".to_owned(), json!(null)),
    ]);

    let mut rider = volume(
        finding("aws/ebs/unattached-volume", "vol-00aa11bb22cc33dd4"),
        "Unattached volume",
        "idle",
        "delete",
    );
    rider.monthly_savings_usd = Some(47.6);
    rider.monthly_cost_usd = Some(47.6);
    rider.absorbed_by = Some(idle.fingerprint.clone());
    rider.message =
        "vol-00aa11bb22cc33dd4 (500 GiB gp3) has been attached to nothing for 41 days".to_owned();

    let mut oversized = saving(
        finding("aws/ec2/oversized-instance", "i-0fedcba9876543210"),
        140.16,
    );
    oversized.title = "Oversized instance".to_owned();
    oversized.kind = "over-provisioned".to_owned();
    oversized.action = "resize".to_owned();
    oversized.name = "api-blue".to_owned();
    oversized.owner = Some("payments".to_owned());
    oversized.monthly_cost_usd = Some(280.32);
    oversized.managed_by = Some("cloudformation:api".to_owned());
    oversized.change_at =
        Some("Managed by the CloudFormation stack api: change the stack's template.".to_owned());
    oversized.message = "api-blue needs 1.6 of its 8 vCPUs; m6i.xlarge would do".to_owned();
    oversized.confidence = Confidence::Medium;

    let mut generation = volume(
        finding("aws/ebs/gp2-volume", "vol-0123456789abcdef0"),
        "gp2 volume",
        "generation",
        "change-type",
    );
    generation = saving(generation, 9.52);
    generation.counted_savings_usd = 4.76;
    generation.monthly_cost_usd = Some(59.5);
    generation.severity = Severity::Low;
    generation.message =
        "vol-0123456789abcdef0 would cost 20 % less as gp3, at the same throughput".to_owned();

    let mut snapshot = volume(
        finding("aws/ebs/old-snapshot", "snap-0badc0ffee0ddf00d"),
        "Old snapshot",
        "idle",
        "delete",
    );
    snapshot.monthly_savings_usd = Some(54.0);
    snapshot.savings_are_upper_bound = true;
    snapshot.confidence = Confidence::Low;
    snapshot.price_basis = PriceBasis::Estimated;
    snapshot.severity = Severity::Low;
    snapshot.account_id = DEV.to_owned();
    snapshot.region = "us-east-1".to_owned();
    snapshot.message = "snap-0badc0ffee0ddf00d is 412 days old, and its volume is gone".to_owned();

    let mut unpriced = volume(
        finding("aws/ebs/unattached-volume", "vol-0feedfacecafebeef"),
        "Unattached volume",
        "idle",
        "delete",
    );
    unpriced.price_basis = PriceBasis::Unknown;
    unpriced.account_id = DEV.to_owned();
    unpriced.name = "scratch".to_owned();

    let mut egress = finding("aws/vpc/nat-egress-hotspot", "nat-0123456789abcdef0");
    egress.title = "NAT egress hotspot".to_owned();
    egress.kind = "egress".to_owned();
    egress.action = "none".to_owned();
    egress.severity = Severity::High;
    egress.at_stake_usd = Some(1_843.2);
    egress.resource_type = "AWS::EC2::NatGateway".to_owned();
    egress.message =
        "nat-0123456789abcdef0 passes 40.0 TiB a month, 62 % of the account's NAT traffic"
            .to_owned();

    let mut guard = finding("aws/budgets/no-cost-budget", "444455556666");
    guard.title = "Account without a cost budget".to_owned();
    guard.kind = "guard".to_owned();
    guard.action = "none".to_owned();
    guard.severity = Severity::High;
    guard.account_id = DEV.to_owned();
    guard.region = "global".to_owned();
    guard.resource_type = "AWS::Account".to_owned();
    guard.message = "Account 444455556666 has no budget that watches its cost".to_owned();

    let mut public = volume(
        finding("aws/ebs/unencrypted-snapshot", "snap-0aaaaaaaaaaaaaaaa"),
        "Unencrypted snapshot",
        "unencrypted",
        "none",
    );
    public.severity = Severity::Critical;
    public.message = "snap-0aaaaaaaaaaaaaaaa is unencrypted and everyone can restore it".to_owned();

    let mut exempted = saving(
        finding("aws/ec2/idle-instance", "i-0dddddddddddddddd"),
        70.08,
    );
    exempted.counted_savings_usd = 0.0;
    exempted.name = "standby-dr".to_owned();
    exempted.exemption = Some(Exemption {
        source: "configuration".to_owned(),
        reason: "Warm standby, tested every quarter".to_owned(),
        expires: Some("2027-03-31".to_owned()),
        owner: Some("platform".to_owned()),
    });

    let mut small: Vec<_> = (1..=6)
        .map(|n| {
            let mut address = saving(
                finding(
                    "aws/vpc/unassociated-address",
                    &format!("eipalloc-0{n:016x}"),
                ),
                3.65,
            );
            address.title = "Unassociated address".to_owned();
            address.action = "release".to_owned();
            address.resource_type = "AWS::EC2::EIP".to_owned();
            address.region = if n % 2 == 0 {
                "us-east-1"
            } else {
                "eu-central-1"
            }
            .to_owned();
            address.message = format!("203.0.113.{n} is associated with nothing");
            address.confidence = Confidence::Medium;
            address.severity = Severity::Low;
            address
        })
        .collect();
    let mut all = vec![
        idle, oversized, exempted, rider, generation, snapshot, egress, guard, public, unpriced,
    ];
    all.append(&mut small);
    for finding in &mut all {
        finding.effective_savings_usd = finding.monthly_savings_usd;
        finding.effective_at_stake_usd = finding.at_stake_usd;
    }
    all
}

fn rule(id: &str, title: &str, kind: &str, severity: Severity, counts: [u64; 4]) -> ReportRule {
    let [population, flagged, clear, not_judged] = counts;
    ReportRule {
        id: id.to_owned(),
        title: title.to_owned(),
        kind: kind.to_owned(),
        severity,
        resource_type: "AWS::EC2::Instance".to_owned(),
        what_it_finds: format!("**{title}**: what the rule `{id}` is about."),
        why_it_costs: "It is paid for by the hour, *used or not*.".to_owned(),
        what_to_do: "1. Ask the owner.\n2. Take a snapshot.\n3. Delete it:\n\n   ```sh\n   aws ec2 describe-instances\n   ```\n\nSee the [manual](https://example.com/manual).\n".to_owned(),
        when_it_is_wrong: "A standby that is idle on purpose: exempt it.".to_owned(),
        population: Some(population),
        flagged,
        clear,
        not_judged,
        judged_by: Default::default(),
    }
}

fn gap(
    operation: &str,
    action: Option<&str>,
    kind: GapKind,
    table: &str,
    region: Option<&str>,
) -> Gap {
    Gap {
        table: table.to_owned(),
        column_group: "base".to_owned(),
        account_id: DEV.to_owned(),
        region: region.map(str::to_owned),
        resource_id: None,
        metric: None,
        operation: operation.to_owned(),
        iam_action: action.map(str::to_owned),
        kind,
        detail: format!(
            "User: arn:aws:sts::{DEV}:assumed-role/scan/x is not authorized to perform: {operation}"
        ),
    }
}

fn unjudged(rule: &str, region: Option<&str>, resource: Option<&str>, reason: &str) -> NotJudged {
    NotJudged {
        rule: rule.to_owned(),
        account_id: Some(DEV.to_owned()),
        region: region.map(str::to_owned),
        resource_id: resource.map(str::to_owned),
        reason: reason.to_owned(),
    }
}

fn coverage() -> Vec<Coverage> {
    let mut lines = Vec::new();
    for account in [PROD, DEV] {
        for region in ["eu-central-1", "us-east-1"] {
            for (table, resources) in [
                ("aws_ebs_volume", 41),
                ("aws_ec2_instance", 1_234),
                ("aws_vpc_nat_gateway", 0),
            ] {
                let is_denied = account == DEV && table == "aws_vpc_nat_gateway";
                let status = if is_denied {
                    CoverageStatus::Denied
                } else {
                    CoverageStatus::Assessed
                };
                lines.push((
                    account,
                    region,
                    table,
                    "base",
                    status,
                    if is_denied { 0 } else { resources },
                ));
            }
        }
        let status = if account == DEV {
            CoverageStatus::Partial
        } else {
            CoverageStatus::Assessed
        };
        lines.push((
            account,
            "eu-central-1",
            "aws_ebs_volume",
            "usage",
            status,
            41,
        ));
        lines.push((
            account,
            "global",
            "aws_budgets_budget",
            "base",
            CoverageStatus::Assessed,
            2,
        ));
        lines.push((
            account,
            "me-south-1",
            "aws_ec2_instance",
            "base",
            CoverageStatus::RegionDisabled,
            0,
        ));
    }
    let line =
        |(account, region, table, group, status, resources): (&str, &str, &str, &str, _, _)| {
            Coverage {
                account_id: account.to_owned(),
                region: region.to_owned(),
                table: table.to_owned(),
                column_group: group.to_owned(),
                status,
                resources,
            }
        };
    lines.into_iter().map(line).collect()
}

/// Totals that agree with the findings.
pub(crate) fn summary(findings: &[ReportFinding]) -> Summary {
    let active = || findings.iter().filter(|finding| finding.is_active());
    let sum = |usd: &dyn Fn(&ReportFinding) -> Option<f64>| active().filter_map(usd).sum();
    let mut net_by_confidence = BTreeMap::new();
    let mut findings_by_severity = BTreeMap::new();
    let mut findings_by_kind = BTreeMap::new();
    for finding in active() {
        *net_by_confidence.entry(finding.confidence).or_insert(0.0) += finding.counted_savings_usd;
        *findings_by_severity.entry(finding.severity).or_insert(0) += 1;
        *findings_by_kind.entry(finding.kind.clone()).or_insert(0) += 1;
    }
    let exempted = findings
        .iter()
        .filter(|finding| finding.status() == Status::Exempted);
    let exempted =
        |usd: &dyn Fn(&ReportFinding) -> Option<f64>| exempted.clone().filter_map(usd).sum();
    let net = sum(&|f| Some(f.counted_savings_usd));
    Summary {
        gross_monthly_savings_usd: sum(&|f| {
            f.effective_savings_usd
                .filter(|_| !f.savings_are_upper_bound)
        }),
        net_monthly_savings_usd: net,
        egress_at_stake_usd: sum(&|f| f.effective_at_stake_usd),
        upper_bound_monthly_usd: sum(&|f| {
            f.effective_savings_usd
                .filter(|_| f.savings_are_upper_bound)
        }),
        list_gross_monthly_savings_usd: sum(&|f| {
            f.monthly_savings_usd.filter(|_| !f.savings_are_upper_bound)
        }),
        list_net_monthly_savings_usd: net,
        list_egress_at_stake_usd: sum(&|f| f.at_stake_usd),
        list_upper_bound_monthly_usd: sum(&|f| {
            f.monthly_savings_usd.filter(|_| f.savings_are_upper_bound)
        }),
        list_exempted_monthly_savings_usd: exempted(&|f| f.monthly_savings_usd),
        effective_estate_monthly_cost_usd: 4_120.5,
        findings_without_price: active()
            .filter(|f| f.monthly_savings_usd.is_none() && f.action != "none")
            .count() as u64,
        net_by_confidence,
        exempted_monthly_savings_usd: exempted(&|f| f.effective_savings_usd),
        currency: "USD".to_owned(),
        findings_by_severity,
        findings_by_kind,
        estate_monthly_cost_usd: 4_120.5,
        estate_priced_ratio: Some(0.934),
        estate_resources: 2_611,
    }
}

/// A small report with one of everything.
pub(crate) fn report() -> Report {
    let findings = findings();
    let mut accepted = gap(
        "ec2:DescribeInstances",
        Some("ec2:DescribeInstances"),
        GapKind::DeniedByOrganization,
        "aws_ec2_instance",
        Some("ap-east-1"),
    );
    accepted.detail = "explicit deny in a service control policy".to_owned();
    let mut metric = gap(
        "cloudwatch:GetMetricData",
        Some("cloudwatch:GetMetricData"),
        GapKind::Throttled,
        "usage",
        Some("eu-central-1"),
    );
    metric.metric = Some("VolumeReadOps".to_owned());
    metric.resource_id = Some(format!(
        "arn:aws:ec2:eu-central-1:{DEV}:volume/vol-0feedfacecafebeef"
    ));
    metric.detail = "Rate exceeded".to_owned();
    let nat = |region| {
        gap(
            "ec2:DescribeNatGateways",
            Some("ec2:DescribeNatGateways"),
            GapKind::Denied,
            "aws_vpc_nat_gateway",
            Some(region),
        )
    };
    let open = |gap| ReportGap {
        gap,
        accepted: false,
    };
    let mut report = Report {
        schema_version: SCHEMA_VERSION,
        scan: Scan {
            id: "01938f2e-7c4a-7000-8000-000000000001".to_owned(),
            billhook_version: "0.1.0".to_owned(),
            started_at: "2026-11-02T06:00:00Z".to_owned(),
            finished_at: "2026-11-02T06:04:31Z".to_owned(),
            accounts: vec![PROD.to_owned(), DEV.to_owned()],
            regions: vec!["eu-central-1".to_owned(), "us-east-1".to_owned()],
            window_days: 14,
            price_date: Some(PriceDate {
                oldest: "2026-09-15".to_owned(),
                newest: "2026-10-28".to_owned(),
            }),
            api_calls: BTreeMap::from([
                ("cloudwatch:GetMetricData".to_owned(), 212),
                ("ec2:DescribeInstances".to_owned(), 31),
                ("ec2:DescribeVolumes".to_owned(), 8),
            ]),
            api_cost_usd: Some(0.4271),
            reused: None,
            interrupted: false,
        },
        summary: summary(&findings),
        findings,
        rules: vec![
            rule(
                "aws/ec2/idle-instance",
                "Idle instance",
                "idle",
                Severity::Medium,
                [340, 12, 320, 8],
            ),
            rule(
                "aws/ebs/unattached-volume",
                "Unattached volume",
                "idle",
                Severity::Medium,
                [41, 2, 38, 1],
            ),
            rule(
                "aws/ec2/oversized-instance",
                "Oversized instance",
                "over-provisioned",
                Severity::Medium,
                [340, 1, 339, 0],
            ),
            ReportRule {
                population: None,
                ..rule(
                    "aws/vpc/nat-egress-hotspot",
                    "NAT egress hotspot",
                    "egress",
                    Severity::High,
                    [0, 1, 0, 0],
                )
            },
        ],
        not_judged: vec![
            unjudged(
                "aws/vpc/nat-egress-hotspot",
                Some("eu-central-1"),
                None,
                "aws_vpc_nat_gateway could not be read: denied",
            ),
            unjudged(
                "aws/vpc/nat-egress-hotspot",
                Some("us-east-1"),
                None,
                "aws_vpc_nat_gateway could not be read: denied",
            ),
            unjudged(
                "aws/ec2/idle-instance",
                Some("us-east-1"),
                Some("arn:aws:ec2:us-east-1:444455556666:instance/i-0aa"),
                "younger than 14 days",
            ),
            unjudged(
                "aws/ec2/idle-instance",
                Some("us-east-1"),
                Some("arn:aws:ec2:us-east-1:444455556666:instance/i-0bb"),
                "younger than 14 days",
            ),
            unjudged(
                "aws/ebs/unattached-volume",
                Some("eu-central-1"),
                Some("arn:aws:ec2:eu-central-1:444455556666:volume/vol-0feedfacecafebeef"),
                "the metric VolumeReadOps could not be read: throttled",
            ),
        ],
        gaps: vec![
            open(nat("eu-central-1")),
            open(nat("us-east-1")),
            open(metric),
            ReportGap {
                gap: accepted,
                accepted: true,
            },
        ],
        coverage: coverage(),
        notices: vec![
            "The exemption of i-0eeeeeeeeeeeeeeee expired on 2026-10-31; its finding counts again."
                .to_owned(),
        ],
        prices: Vec::new(),
        accounts: Vec::new(),
    };
    sample_why::explain(&mut report);
    report
}

/// A report of an account in which there is nothing.
pub(crate) fn empty() -> Report {
    let mut report = report();
    report.findings.clear();
    report.rules.clear();
    report.not_judged.clear();
    report.gaps.clear();
    report.coverage.clear();
    report.notices.clear();
    report.scan.accounts.clear();
    report.scan.regions.clear();
    report.scan.api_calls.clear();
    report.scan.api_cost_usd = None;
    report.scan.price_date = None;
    report.summary = Summary {
        estate_monthly_cost_usd: 0.0,
        effective_estate_monthly_cost_usd: 0.0,
        estate_priced_ratio: None,
        estate_resources: 0,
        ..summary(&[])
    };
    report
}

/// The small report, with every text that may come from outside replaced by hostile ones.
pub(crate) fn hostile() -> Report {
    let mut report = report();
    let mut next = HOSTILE.iter().cycle();
    let mut bad = || (*next.next().expect("a cycle does not end")).to_owned();
    for finding in &mut report.findings {
        for text in [
            &mut finding.name,
            &mut finding.short_id,
            &mut finding.message,
            &mut finding.account_id,
            &mut finding.region,
            &mut finding.resource_type,
            &mut finding.resource_id,
            &mut finding.title,
            &mut finding.kind,
            &mut finding.rule,
            &mut finding.action,
        ] {
            *text = bad();
        }
        finding.owner = Some(bad());
        finding.managed_by = Some(bad());
        finding.change_at = Some(bad());
        finding.effective_basis = Some(bad());
        finding.tags = BTreeMap::from([(bad(), bad()), (bad(), bad())]);
        finding.evidence = BTreeMap::from([
            (bad(), json!(bad())),
            (bad(), json!([bad(), { bad(): bad() }])),
        ]);
        finding.exemption = finding.exemption.as_ref().map(|_| Exemption {
            source: bad(),
            reason: bad(),
            expires: Some(bad()),
            owner: Some(bad()),
        });
    }
    for rule in &mut report.rules {
        for text in [
            &mut rule.id,
            &mut rule.title,
            &mut rule.kind,
            &mut rule.resource_type,
            &mut rule.what_it_finds,
            &mut rule.why_it_costs,
            &mut rule.when_it_is_wrong,
        ] {
            *text = bad();
        }
        rule.what_to_do = format!(
            "{} [x](javascript:alert(1)) ![y](http://198.51.100.7/y.png)\n\n{}",
            bad(),
            bad()
        );
    }
    for entry in &mut report.not_judged {
        entry.reason = bad();
        entry.rule = bad();
        entry.region = Some(bad());
        entry.resource_id = entry.resource_id.as_ref().map(|_| bad());
    }
    for entry in &mut report.gaps {
        let gap = &mut entry.gap;
        for text in [
            &mut gap.table,
            &mut gap.column_group,
            &mut gap.account_id,
            &mut gap.operation,
            &mut gap.detail,
        ] {
            *text = bad();
        }
        gap.iam_action = Some(bad());
        gap.region = Some(bad());
        gap.metric = Some(bad());
        gap.resource_id = Some(bad());
    }
    for line in &mut report.coverage {
        for text in [
            &mut line.account_id,
            &mut line.region,
            &mut line.table,
            &mut line.column_group,
        ] {
            *text = bad();
        }
    }
    sample_why::spoil(&mut report, &mut bad);
    report.notices = (0..HOSTILE.len()).map(|_| bad()).collect();
    report.scan.accounts = vec![bad(), bad()];
    report.scan.regions = vec![bad(), bad()];
    report.scan.api_calls = BTreeMap::from([(bad(), 1), (bad(), 2)]);
    report.scan.id = bad();
    report.scan.billhook_version = bad();
    report.scan.started_at = bad();
    report.scan.finished_at = bad();
    report.scan.price_date = Some(PriceDate {
        oldest: bad(),
        newest: bad(),
    });
    report
}

/// The small report, in which only the explanations are hostile: they still find their rules.
pub(crate) fn hostile_why() -> Report {
    let mut report = report();
    let mut next = HOSTILE.iter().cycle();
    let mut bad = || (*next.next().expect("a cycle does not end")).to_owned();
    sample_why::spoil(&mut report, &mut bad);
    report
}
