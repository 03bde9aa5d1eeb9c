//! The account full of gaps, and the empty one.

use std::collections::BTreeSet;

use billhook_catalog::GapKind;

use super::{EMPTY, GAPS, Verdict};

#[test]
fn what_could_not_be_read_gives_no_finding() {
    // Each of these was read in full; the gaps around them are none of their business.
    let found = [
        ("aws/ebs/unattached-volume", "spare"),
        ("aws/ec2/idle-instance", "readable-idle"),
        ("aws/vpc/unassociated-address", ""),
    ];
    let findings = GAPS.report.findings.iter();
    let mut named: Vec<(&str, &str)> = findings
        .map(|finding| (finding.rule.as_str(), finding.name.as_str()))
        .collect();
    named.sort_unstable();
    assert_eq!(named, found);
    // m5.large in us-east-1 0.096 × 730 = 70.08; 100 GiB of gp3 in eu-west-1 8.80; an address 3.65.
    assert_eq!(GAPS.report.summary.net_monthly_savings_usd, 82.53);
}

#[test]
fn a_volume_of_which_half_the_metrics_are_known_is_a_hint() {
    let mut findings = GAPS.report.findings.iter();
    let spare = findings.find(|finding| finding.name == "spare");
    let confidence = spare.expect("found").confidence;
    assert_eq!(confidence, billhook::finding::Confidence::Low);
}

#[test]
fn every_gap_has_its_reason() {
    let id_of = |name: &str| {
        let frame = GAPS.facts.tables.get("resource").expect("resources");
        let names = frame.column("name").unwrap().str().unwrap();
        let ids = frame.column("short_id").unwrap().str().unwrap();
        let mut rows = names.iter().zip(ids.iter());
        let found = rows.find(|(found, _)| *found == Some(name));
        found.and_then(|(_, id)| id).expect(name).to_owned()
    };
    let not_judged = |rule: &str, id: &str, reason: &str| {
        assert_eq!(
            GAPS.verdict(rule, id),
            Verdict::NotJudged(reason.to_owned()),
            "{rule} {id}"
        );
    };
    for name in ["quiet-1", "quiet-2"] {
        not_judged(
            "aws/ec2/idle-instance",
            &id_of(name),
            "CPUUtilization: usage: failed (cloudwatch:GetMetricData)",
        );
        not_judged(
            "aws/ec2/oversized-instance",
            &id_of(name),
            "aws_ec2_instance_type: failed (ec2:DescribeInstanceTypes)",
        );
    }
    not_judged(
        "aws/ec2/oversized-instance",
        &id_of("readable-idle"),
        "aws_ec2_instance_type: throttled (ec2:DescribeInstanceTypes)",
    );
    // Its volumes and their cost cannot be told.
    not_judged(
        "aws/ec2/long-stopped-instance",
        &id_of("stopped-long-ago"),
        "aws_ebs_attachment: denied (ec2:DescribeVolumes, needs ec2:DescribeVolumes)",
    );
    // It may be shared, which decides how bad it is.
    not_judged(
        "aws/ebs/unencrypted-snapshot",
        &id_of("plain"),
        "aws_ebs_snapshot (sharing): denied (ec2:DescribeSnapshotAttribute, needs ec2:DescribeSnapshotAttribute)",
    );
    for rule in [
        "aws/vpc/idle-nat-gateway",
        "aws/vpc/nat-egress-hotspot",
        "aws/vpc/nat-traffic-without-gateway-endpoint",
    ] {
        not_judged(
            rule,
            &id_of("nat-regional"),
            "a regional NAT gateway publishes its metrics by zone, which are not read",
        );
    }
    let whole = |rule: &str| -> Vec<&str> {
        let lines = GAPS.report.not_judged.iter();
        lines
            .filter(|line| line.rule == rule && line.resource_id.is_none())
            .map(|line| line.reason.as_str())
            .collect()
    };
    // A table that was never asked for is not an empty one.
    assert_eq!(
        whole("aws/ebs/old-snapshot"),
        ["aws_ec2_image_snapshot was not collected"]
    );
    let organization = "aws_account (organization): denied (organizations:DescribeOrganization, \
                        needs organizations:DescribeOrganization)";
    let budgets = "aws_budgets_budget: denied (budgets:DescribeBudgets, needs budgets:ViewBudget)";
    let reason = GAPS.verdict("aws/budgets/no-cost-budget", "888899990000");
    let reasons = [organization, budgets].map(|reason| Verdict::NotJudged(reason.to_owned()));
    assert!(reasons.contains(&reason), "{reason:?}");
    assert_eq!(
        whole("aws/s3/bucket-without-tls-policy"),
        ["aws_s3_bucket: denied (s3:ListBuckets, needs s3:ListAllMyBuckets)"]
    );
}

#[test]
fn a_closed_region_is_told_for_every_regional_rule() {
    let regional = GAPS.rules.rules.iter().filter(|rule| {
        let id = rule.id.as_str();
        !id.starts_with("aws/budgets/")
            && !id.starts_with("aws/cloudfront/")
            && !id.starts_with("aws/s3/")
            // These read a table that was left out everywhere.
            && id != "aws/ebs/old-snapshot"
            && id != "aws/ec2/unused-image"
    });
    for rule in regional {
        let closed = GAPS.report.not_judged.iter().any(|line| {
            line.rule == rule.id
                && line.region.as_deref() == Some("eu-central-1")
                && line.reason.contains("denied by an organization policy")
        });
        assert!(closed, "{}", rule.id);
    }
}

#[test]
fn the_outcome_is_incomplete() {
    let gaps = &GAPS.report.gaps;
    assert!(gaps.iter().all(|gap| !gap.accepted));
    let kinds: BTreeSet<GapKind> = gaps.iter().map(|gap| gap.gap.kind).collect();
    let all = [
        GapKind::Denied,
        GapKind::DeniedByOrganization,
        GapKind::Throttled,
        GapKind::Failed,
        GapKind::TimedOut,
        GapKind::NotCollected,
        GapKind::Unsupported,
    ];
    assert_eq!(kinds, BTreeSet::from(all));
    // No rule says of an estate that could not be seen that it is clear.
    for rule in &GAPS.report.rules {
        let told = GAPS
            .report
            .not_judged
            .iter()
            .any(|line| line.rule == rule.id);
        assert!(told, "{}: nothing is said of what is missing", rule.id);
    }
}

#[test]
fn an_empty_account_lacks_its_guards_and_nothing_else() {
    let found = [
        ("aws/budgets/no-cost-budget", "555566667777"),
        ("aws/ebs/encryption-by-default-off", "eu-west-1"),
        ("aws/ebs/encryption-by-default-off", "us-east-1"),
    ];
    assert_eq!(EMPTY.found(), found);
    let report = &EMPTY.report;
    assert!(report.not_judged.is_empty() && report.gaps.is_empty() && report.notices.is_empty());
    let summary = &report.summary;
    assert_eq!(summary.net_monthly_savings_usd, 0.0);
    assert_eq!(summary.estate_monthly_cost_usd, 0.0);
    assert_eq!(summary.estate_priced_ratio, None);
    for rule in &report.rules {
        let (population, flagged) = (rule.population, rule.flagged);
        assert!(population == Some(flagged), "{}: {population:?}", rule.id);
    }
}
