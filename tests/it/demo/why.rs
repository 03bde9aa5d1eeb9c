//! Why the demo's findings are as they are: everything adds up, and goldens of what is printed.

use billhook::report::{ReportFinding, Status, TextOptions, text};

use super::{DEMO, GAPS, World};

fn find<'w>(world: &'w World, rule: &str, label: &str) -> &'w ReportFinding {
    let found = world
        .report
        .findings
        .iter()
        .find(|finding| finding.rule == rule && finding.label() == label);
    found.unwrap_or_else(|| panic!("{rule} did not find {label}"))
}

fn printed(world: &World, finding: &ReportFinding) -> String {
    let mut out = Vec::new();
    let options = TextOptions::default();
    text::write_why(&world.report, &[finding], &options, &mut out).expect("it is written");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn everything_adds_up() {
    for world in [&*DEMO, &*GAPS] {
        for finding in &world.report.findings {
            let of = format!("{} of {}", finding.rule, finding.label());
            let why = finding.explanation.as_ref().expect("an explanation");
            for calculation in &why.calculations {
                let sum: Option<f64> = calculation.lines.iter().map(|line| line.usd).sum();
                match (calculation.usd, sum) {
                    (Some(usd), Some(sum)) => {
                        assert!((usd - sum).abs() < 1e-6, "{of}: {usd}, lines {sum}");
                        assert!(!calculation.lines.is_empty(), "{of}: {usd} without lines");
                    }
                    (usd, sum) => assert!(usd.is_none() && sum.is_none(), "{of}"),
                }
                for line in &calculation.lines {
                    let price = line.price.map(|price| &world.report.prices[price]);
                    assert_eq!(price.is_some(), line.quantity.is_some(), "{of}");
                    if let (Some(quantity), Some(price)) = (line.quantity, price) {
                        let usd = price.usd.map(|usd| usd * quantity);
                        assert!(usd.zip(line.usd).is_none_or(|(a, b)| (a - b).abs() < 1e-6));
                    }
                }
            }
            let explained = |name: &str| why.calculations.iter().any(|sum| sum.amount == name);
            assert!(finding.monthly_savings_usd.is_none() || explained("monthly_savings_usd"));
            assert!(finding.at_stake_usd.is_none() || explained("at_stake_usd"));
            let counted: f64 = why.counting.iter().map(|step| step.usd).sum();
            assert!((counted - finding.counted_savings_usd).abs() < 1e-9, "{of}");
            assert_eq!(
                why.counting.is_empty(),
                finding.monthly_savings_usd.is_none()
            );
            for absorbed in &why.absorbs {
                let other = world
                    .report
                    .findings
                    .iter()
                    .find(|other| other.fingerprint == *absorbed)
                    .expect("a finding of the report");
                assert_eq!(other.absorbed_by.as_ref(), Some(&finding.fingerprint));
            }
        }
    }
}

#[test]
fn every_condition_of_every_finding_holds() {
    // What is shown as `a >= b` must be so, with the values that are shown.
    let mut compared = 0;
    for finding in &DEMO.report.findings {
        let why = finding.explanation.as_ref().expect("an explanation");
        let rule = DEMO
            .report
            .rules
            .iter()
            .find(|rule| rule.id == finding.rule)
            .expect("its rule");
        assert!(!why.conditions.is_empty(), "{}", finding.rule);
        for met in &why.conditions {
            let condition = &rule.judged_by.conditions[met.condition];
            assert_eq!(
                met.values.len(),
                condition.values.len(),
                "{}",
                condition.sql
            );
            let values: Vec<f64> = met.values.iter().filter_map(|v| v.as_f64()).collect();
            let sides = condition.sql.split_once(" >= ").map(|sides| (sides, true));
            let sides = sides.or(condition.sql.split_once(" < ").map(|sides| (sides, false)));
            let (Some(((_, right), at_least)), Some(left)) = (sides, values.first()) else {
                continue;
            };
            let right = values.get(1).copied().or(right.parse().ok());
            let right = right.unwrap_or_else(|| panic!("{}: {values:?}", condition.sql));
            assert_eq!(
                *left >= right,
                at_least,
                "{}: {left}, {right}",
                condition.sql
            );
            compared += 1;
        }
    }
    assert!(compared > 40, "{compared}");
}

#[test]
fn nothing_is_wider_than_80_columns() {
    for finding in &DEMO.report.findings {
        for line in printed(&DEMO, finding).lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn findings_of_seven_kinds_are_explained() {
    for (name, rule, label) in [
        ("oversized", "aws/ec2/oversized-instance", "eu-search-index"),
        ("idle", "aws/ec2/idle-instance", "ml-notebook"),
        ("stopped", "aws/ec2/long-stopped-instance", "intranet-wiki"),
        ("hotspot", "aws/vpc/nat-egress-hotspot", "nat-prod-a"),
        (
            "uploads",
            "aws/s3/incomplete-uploads-kept",
            "fernhill-prod-backups",
        ),
        (
            "alert",
            "aws/budgets/alert-without-subscriber",
            "ml-experiments: ACTUAL GREATER_THAN 80 %",
        ),
    ] {
        insta::assert_snapshot!(
            format!("why_{name}"),
            printed(&DEMO, find(&DEMO, rule, label))
        );
    }
    let snapshot = find(&DEMO, "aws/ebs/old-snapshot", "eu-migration-2024");
    assert!(snapshot.savings_are_upper_bound);
    insta::assert_snapshot!("why_upper_bound", printed(&DEMO, snapshot));
}

#[test]
fn savings_that_are_a_part_of_the_cost_say_what_is_left() {
    let rule = "aws/lambda/idle-provisioned-concurrency";
    let kept_ready = find(&DEMO, rule, "checkout-fraud-check:live");
    insta::assert_snapshot!("why_part", printed(&DEMO, kept_ready));
}

#[test]
fn absorbed_and_exempted_findings_say_so() {
    let absorbed = find(&DEMO, "aws/ebs/gp2-volume", "crm-export");
    assert_eq!(absorbed.status(), Status::Absorbed);
    insta::assert_snapshot!("why_absorbed", printed(&DEMO, absorbed));
    let exempted = find(&DEMO, "aws/ec2/idle-instance", "dr-standby");
    assert_eq!(exempted.status(), Status::Exempted);
    insta::assert_snapshot!("why_exempted", printed(&DEMO, exempted));
}
