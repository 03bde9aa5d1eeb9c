//! What the page says about what is missing: not judged, not read, and how to close it.

use std::collections::{BTreeMap, HashMap};

use billhook_catalog::GapKind;

use crate::report::Report;
use crate::report::clean::clean;
use crate::report::digest::{self, GapGroup};
use crate::report::money::count;

/// Resources that are named where many were not judged.
const MOST_EXAMPLES: usize = 5;
/// Names in a row before they are only counted.
const MOST_NAMES: usize = 12;

/// What one rule could not judge.
pub(crate) struct RuleUnjudged {
    pub rule: String,
    pub title: String,
    pub count: String,
    pub reasons: Vec<Unjudged>,
}

pub(crate) struct Unjudged {
    pub reason: String,
    pub count: String,
    pub places: String,
}

/// Gaps with one cause.
pub(crate) struct GapView {
    pub group: GapGroup,
    pub count: String,
    pub place: String,
    pub tables: String,
    pub advice: &'static str,
    pub grant: Option<String>,
}

pub(crate) fn not_judged(report: &Report, titles: &HashMap<&str, &str>) -> Vec<RuleUnjudged> {
    let labels: HashMap<&str, &str> = report
        .findings
        .iter()
        .map(|f| (f.resource_id.as_str(), f.label()))
        .collect();
    let mut by_rule: BTreeMap<String, Vec<digest::Unjudged>> = BTreeMap::new();
    for group in digest::not_judged_by_rule(report) {
        by_rule.entry(group.rule.clone()).or_default().push(group);
    }
    let view = |(rule, groups): (String, Vec<digest::Unjudged>)| RuleUnjudged {
        title: titles
            .get(rule.as_str())
            .map_or_else(|| rule.clone(), |title| (*title).to_owned()),
        count: counts(
            groups.iter().map(|group| group.resources.len()).sum(),
            groups.iter().map(|group| group.scopes.len()).sum(),
        ),
        reasons: groups
            .into_iter()
            .map(|group| unjudged(group, &labels))
            .collect(),
        rule,
    };
    by_rule.into_iter().map(view).collect()
}

fn unjudged(group: digest::Unjudged, labels: &HashMap<&str, &str>) -> Unjudged {
    let mut places: Vec<String> = group
        .scopes
        .iter()
        .take(MOST_EXAMPLES)
        .map(|(account, region)| {
            let account = account.as_deref().unwrap_or("all accounts");
            format!("{account}, {}", region.as_deref().unwrap_or("all regions"))
        })
        .collect();
    let room = MOST_EXAMPLES.saturating_sub(places.len());
    places.extend(group.resources.iter().take(room).map(|resource| {
        match labels.get(resource.as_str()) {
            Some(label) => format!("{label} ({resource})"),
            None => resource.clone(),
        }
    }));
    let more = group.scopes.len() + group.resources.len() - places.len();
    let mut text = places.join(" · ");
    if more > 0 {
        text.push_str(&format!(" · and {} more", count(more as u64)));
    }
    Unjudged {
        reason: group.reason,
        count: counts(group.resources.len(), group.scopes.len()),
        places: text,
    }
}

fn counts(resources: usize, scopes: usize) -> String {
    let things = |number: usize, one: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        many => Some(format!("{} {one}s", count(many as u64))),
    };
    let parts: Vec<_> = [things(resources, "resource"), things(scopes, "whole scope")]
        .into_iter()
        .flatten()
        .collect();
    parts.join(", ")
}

pub(crate) fn gap_view(group: GapGroup) -> GapView {
    let regions: Vec<&String> = group.regions.iter().collect();
    let regions = if regions.is_empty() {
        "all regions".to_owned()
    } else {
        names(regions)
    };
    let mut place = format!("{} · {regions}", names(group.accounts.iter().collect()));
    if !group.resources.is_empty() {
        place.push_str(&format!(" · {}", names(group.resources.iter().collect())));
    }
    let advice = match group.kind {
        GapKind::Denied if group.iam_action.is_some() => {
            "Grant this permission to the scan's role:"
        }
        GapKind::Denied => "The scan's role lacks a permission for this.",
        GapKind::DeniedByOrganization => {
            "An organization policy denies this whatever the role is allowed: accept the gap, or have the policy changed."
        }
        GapKind::Throttled => "Scan again later, or with fewer requests at a time.",
        GapKind::Failed | GapKind::TimedOut => {
            "Scan again; if it stays, the service's words below say why."
        }
        GapKind::Cancelled => "Scan again without stopping it.",
        GapKind::OverBudget => "Raise the cap on API charges to have it read.",
        GapKind::NotCollected => "Scan again with this table, or with this version.",
        GapKind::Unsupported => "The endpoint does not offer this operation.",
    };
    let count = if group.gaps == 1 {
        String::new()
    } else {
        format!("{} times", count(group.gaps))
    };
    let grant = group
        .iam_action
        .clone()
        .filter(|_| digest::a_grant_would_help(group.kind));
    let tables = names(group.tables.iter().collect());
    GapView {
        count,
        place,
        tables,
        advice,
        grant,
        group,
    }
}

/// Names, or the first and how many more.
fn names(all: Vec<&String>) -> String {
    let named: Vec<_> = all
        .iter()
        .take(MOST_NAMES)
        .map(|name| name.as_str())
        .collect();
    match all.len().saturating_sub(MOST_NAMES) {
        0 => named.join(", "),
        more => format!("{} and {} more", named.join(", "), count(more as u64)),
    }
}

/// An IAM policy that would close the gaps that a permission can close.
pub(crate) fn policy_statement(report: &Report) -> Option<String> {
    let actions: Vec<_> = digest::missing_permissions(report)
        .into_iter()
        .map(clean)
        .collect();
    if actions.is_empty() {
        return None;
    }
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }],
    });
    serde_json::to_string_pretty(&policy).ok()
}
