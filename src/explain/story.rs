//! What the rules made of one resource.

use std::collections::{BTreeMap, HashMap};

use billhook_catalog::{FrameError, Resource};

use super::amounts::Amounts;
use super::lookup::Known;
use crate::facts::Facts;
use crate::judge::{Verdict, Watch, judge_closely};
use crate::report::{Report, ReportFinding, ResourceStory, RuleVerdict};
use crate::rule::RuleSet;

/// The resources of facts, by which they can be asked for.
pub fn known(facts: &Facts) -> Result<Vec<Known>, FrameError> {
    Ok(facts
        .tables
        .rows::<Resource>()?
        .into_iter()
        .map(|resource| Known {
            resource_id: resource.resource_id,
            short_id: resource.short_id,
            name: resource.name,
        })
        .collect())
}

/// What every rule made of a resource, and what it costs.
pub fn from_facts(
    rules: &RuleSet,
    facts: &Facts,
    resource_id: &str,
) -> Result<ResourceStory, FrameError> {
    let watch = Watch {
        reasons: false,
        resource_id: Some(resource_id),
    };
    let evaluation = judge_closely(&rules.rules, facts, watch);
    let resource = facts
        .tables
        .rows::<Resource>()?
        .into_iter()
        .find(|resource| resource.resource_id == resource_id)
        .unwrap_or_default();
    let verdicts = evaluation.verdicts.iter().map(|(rule, verdict)| {
        let (word, reason) = match verdict {
            Verdict::Flagged => ("found", ""),
            Verdict::Clear => ("clear", ""),
            Verdict::Outside => ("outside", ""),
            Verdict::NotJudged(reason) => ("not judged", reason.as_str()),
        };
        RuleVerdict {
            rule: rule.clone(),
            title: rules.get(rule).map_or("", |rule| &rule.title).to_owned(),
            verdict: word.to_owned(),
            reason: reason.to_owned(),
        }
    });
    let mut story = ResourceStory {
        resource_id: resource_id.to_owned(),
        short_id: resource.short_id,
        name: resource.name,
        resource_type: resource.resource_type,
        account_id: resource.id.account_id,
        region: resource.id.region,
        change_at: resource.change_at,
        monthly_usd: resource.monthly_usd,
        verdicts: verdicts.collect(),
        ..ResourceStory::default()
    };
    let mut amounts = Amounts::of_resource(resource_id, facts)?;
    story.calculation = Some(amounts.cost(resource_id, story.monthly_usd));
    story.prices = amounts.into_prices();
    if story.verdicts.is_empty() {
        story.remark = "No selected rule is about a resource of this type.".to_owned();
    }
    Ok(story)
}

/// What a report alone says of a resource: findings, and what was not judged. It does not list what was fine.
pub fn from_report(report: &Report, resource_id: &str) -> ResourceStory {
    let titles: HashMap<&str, &str> = report
        .rules
        .iter()
        .map(|rule| (rule.id.as_str(), rule.title.as_str()))
        .collect();
    let of: Vec<&ReportFinding> = report
        .findings
        .iter()
        .filter(|finding| finding.resource_id == resource_id)
        .collect();
    let mut verdicts: BTreeMap<&str, RuleVerdict> = BTreeMap::new();
    let verdict = |rule: &str, verdict: &str, reason: &str| RuleVerdict {
        rule: rule.to_owned(),
        title: titles.get(rule).copied().unwrap_or_default().to_owned(),
        verdict: verdict.to_owned(),
        reason: reason.to_owned(),
    };
    for line in &report.not_judged {
        if line.resource_id.as_deref() == Some(resource_id) {
            let open = verdict(&line.rule, "not judged", &line.reason);
            verdicts.insert(&line.rule, open);
        }
    }
    for finding in &of {
        verdicts.insert(&finding.rule, verdict(&finding.rule, "found", ""));
    }
    let first = of.first();
    let text = |of: fn(&ReportFinding) -> &String| first.map_or(String::new(), |f| of(f).clone());
    let end = resource_id.rsplit(['/', ':']).next().unwrap_or(resource_id);
    ResourceStory {
        resource_id: resource_id.to_owned(),
        short_id: first.map_or(end, |finding| &finding.short_id).to_owned(),
        name: text(|finding| &finding.name),
        resource_type: text(|finding| &finding.resource_type),
        account_id: text(|finding| &finding.account_id),
        region: text(|finding| &finding.region),
        change_at: first
            .and_then(|finding| finding.change_at.clone())
            .unwrap_or_default(),
        monthly_usd: first.and_then(|finding| finding.monthly_cost_usd),
        verdicts: verdicts.into_values().collect::<Vec<_>>(),
        remark: "A report does not say which rules judged a resource and found it fine: ask the snapshot (--snapshot DIR)."
            .to_owned(),
        ..ResourceStory::default()
    }
}
