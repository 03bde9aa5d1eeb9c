//! What holds for the totals of the demo account, whatever of it is exempted and whichever rules judge it.

use billhook::config::Config;
use billhook::exempt::{ExemptHead, ExemptRule};
use billhook::report::{Report, Summary};
use billhook::rule::RuleSet;

use super::{DEMO, judged};

/// What binary fractions and the rounding of a report may be off by.
const NOISE: f64 = 1e-3;

/// Numbers that look random and are the same in every run (a linear congruential generator).
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// An exemption of a finding, or of what is like it.
fn exemption(dice: &mut Dice) -> ExemptRule {
    let findings = &DEMO.report.findings;
    // The money is in front.
    let finding = &findings[dice.below(findings.len() / 2)];
    let mut head = ExemptHead {
        rule: finding.rule.clone(),
        resource: Some(finding.short_id.clone()),
        account: None,
        region: None,
        reason: "tried out".to_owned(),
        expires: None,
        owner: None,
    };
    match dice.below(4) {
        0 => head.rule = "*".to_owned(),
        1 => (head.resource, head.region) = (None, Some(finding.region.clone())),
        _ => {}
    }
    ExemptRule::new(&head).expect("a good exemption")
}

fn under(rules: &RuleSet, exemptions: &[ExemptRule]) -> Report {
    let config = Config {
        exemptions: exemptions.to_vec(),
        ..DEMO.config.clone()
    };
    judged(&DEMO.snapshot, rules, &config).report
}

fn assert_in_order(lower: &Summary, higher: &Summary) {
    for (what, lower, higher) in [
        (
            "net",
            lower.net_monthly_savings_usd,
            higher.net_monthly_savings_usd,
        ),
        (
            "gross",
            lower.gross_monthly_savings_usd,
            higher.gross_monthly_savings_usd,
        ),
    ] {
        assert!(
            lower <= higher + NOISE,
            "{what} falls from {lower} to {higher}"
        );
    }
    assert!(higher.net_monthly_savings_usd <= higher.gross_monthly_savings_usd + NOISE);
}

#[test]
fn taking_exemptions_away_never_lowers_a_total() {
    let mut dice = Dice(20_261_005);
    let mut exemptions: Vec<ExemptRule> = (0..10).map(|_| exemption(&mut dice)).collect();
    let by_itself =
        |sum: &Summary| sum.gross_monthly_savings_usd + sum.exempted_monthly_savings_usd;
    let mut before = under(&DEMO.rules, &exemptions).summary;
    let first = before.net_monthly_savings_usd;
    while !exemptions.is_empty() {
        exemptions.swap_remove(dice.below(exemptions.len()));
        let after = under(&DEMO.rules, &exemptions).summary;
        assert_in_order(&before, &after);
        // Nothing is lost: what is not counted is exempted.
        assert!((by_itself(&before) - by_itself(&after)).abs() < NOISE);
        before = after;
    }
    assert!(
        before.net_monthly_savings_usd > first + 100.0,
        "the exemptions took something away"
    );
}

#[test]
fn adding_rules_never_lowers_a_total() {
    let mut dice = Dice(7);
    let mut waiting = DEMO.rules.rules.clone();
    // Rules without dollars change nothing here.
    waiting.retain(|rule| rule.action.as_str() != "none");
    let mut rules = RuleSet::default();
    let mut before = under(&rules, &[]).summary;
    assert_eq!(before.gross_monthly_savings_usd, 0.0);
    while !waiting.is_empty() {
        rules
            .rules
            .push(waiting.swap_remove(dice.below(waiting.len())));
        let after = under(&rules, &[]).summary;
        assert_in_order(&before, &after);
        before = after;
    }
    // The order in which they came does not show.
    assert!(before.net_monthly_savings_usd > 3_000.0);
}
