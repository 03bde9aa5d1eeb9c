//! What the formats for people say in common: the findings that come first, sums by a property, and what is missing,
//! grouped so that a thousand refused requests of one kind are one line.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use billhook_catalog::{CoverageStatus, EVERY_TABLE, GapKind};

use super::money::{count, usd};
use super::{Report, ReportFinding, Reuse, Summary};
use crate::finding::{Confidence, Severity};

/// Net savings by confidence, so that a cautious reader can take the high ones only: `$90.00 high, $12.50 medium, $0.00 low
/// confidence`.
pub(crate) fn confidence(sum: &Summary) -> String {
    let parts: Vec<String> = Confidence::ALL
        .iter()
        .rev()
        .map(|level| {
            let net = sum.net_by_confidence.get(level).copied().unwrap_or(0.0);
            format!("{} {level}", usd(net))
        })
        .collect();
    format!("{} confidence", parts.join(", "))
}

/// Active findings that save money, most first; at most `limit`.
pub(crate) fn most_money(report: &Report, limit: usize) -> Vec<&ReportFinding> {
    let mut findings: Vec<_> = report
        .findings
        .iter()
        .filter(|f| f.is_active() && f.counted_savings_usd > 0.0)
        .collect();
    findings.sort_by(|a, b| {
        b.counted_savings_usd
            .total_cmp(&a.counted_savings_usd)
            .then_with(|| b.severity.cmp(&a.severity))
            .then_with(|| a.resource_id.cmp(&b.resource_id))
            .then_with(|| a.rule.cmp(&b.rule))
    });
    findings.truncate(limit);
    findings
}

/// Active findings of severity high or critical that count no savings, and so would never be among
/// [`most_money`]: worst first, then by what is at stake; at most `limit`, and how many there are in all.
pub(crate) fn most_severe_without_savings(
    report: &Report,
    limit: usize,
) -> (Vec<&ReportFinding>, usize) {
    let mut findings: Vec<_> = report
        .findings
        .iter()
        .filter(|f| f.is_active() && f.counted_savings_usd <= 0.0 && f.severity >= Severity::High)
        .collect();
    let total = findings.len();
    findings.sort_by(|a, b| {
        b.severity
            .cmp(&a.severity)
            .then_with(|| {
                b.effective_at_stake_usd
                    .unwrap_or(0.0)
                    .total_cmp(&a.effective_at_stake_usd.unwrap_or(0.0))
            })
            .then_with(|| a.resource_id.cmp(&b.resource_id))
            .then_with(|| a.rule.cmp(&b.rule))
    });
    findings.truncate(limit);
    (findings, total)
}

/// Active findings that share a property.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Slice {
    /// The property's value.
    pub name: String,
    /// How many.
    pub findings: u64,
    /// Savings counted once, USD a month.
    pub net_usd: f64,
    /// How many of each severity.
    pub severities: BTreeMap<Severity, u64>,
}

/// Active findings by a property: most savings first, then most findings, then by name.
pub(crate) fn slices<'a>(
    report: &'a Report,
    property: impl Fn(&'a ReportFinding) -> &'a str,
) -> Vec<Slice> {
    let mut by_name: BTreeMap<&str, Slice> = BTreeMap::new();
    for finding in report.findings.iter().filter(|f| f.is_active()) {
        let name = property(finding);
        let slice = by_name.entry(name).or_insert_with(|| Slice {
            name: name.to_owned(),
            ..Slice::default()
        });
        slice.findings += 1;
        slice.net_usd += finding.counted_savings_usd;
        *slice.severities.entry(finding.severity).or_default() += 1;
    }
    let mut slices: Vec<_> = by_name.into_values().collect();
    slices.sort_by(|a, b| {
        b.net_usd
            .total_cmp(&a.net_usd)
            .then_with(|| b.findings.cmp(&a.findings))
    });
    slices
}

/// Things that one rule could not judge for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unjudged {
    /// Rule id.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// Single resources.
    pub resources: BTreeSet<String>,
    /// Whole scopes, as (account, region); `None` is all.
    pub scopes: BTreeSet<(Option<String>, Option<String>)>,
}

/// What was not judged, by rule and reason: most first within a rule.
pub(crate) fn not_judged_by_rule(report: &Report) -> Vec<Unjudged> {
    let mut groups: BTreeMap<(&str, &str), Unjudged> = BTreeMap::new();
    for entry in &report.not_judged {
        let group = groups.entry((&entry.rule, &entry.reason)).or_default();
        match &entry.resource_id {
            Some(resource) => drop(group.resources.insert(resource.clone())),
            None => drop(
                group
                    .scopes
                    .insert((entry.account_id.clone(), entry.region.clone())),
            ),
        }
    }
    let mut groups: Vec<_> = groups
        .into_iter()
        .map(|((rule, reason), group)| Unjudged {
            rule: rule.to_owned(),
            reason: reason.to_owned(),
            ..group
        })
        .collect();
    groups.sort_by_key(|g| {
        (
            g.rule.clone(),
            Reverse(g.scopes.len()),
            Reverse(g.resources.len()),
        )
    });
    groups
}

/// How often one reason kept rules from judging.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReasonCount {
    /// Why.
    pub reason: String,
    /// Single resources, each once, however many rules it kept from judging it.
    pub resources: BTreeSet<String>,
    /// Whole scopes, as (account, region), each once; `None` is all.
    pub scopes: BTreeSet<(Option<String>, Option<String>)>,
    /// Rules concerned.
    pub rules: u64,
}

/// What was not judged, by reason alone: most first.
pub(crate) fn not_judged_by_reason(report: &Report) -> Vec<ReasonCount> {
    let mut reasons: BTreeMap<String, ReasonCount> = BTreeMap::new();
    for group in not_judged_by_rule(report) {
        let count = reasons
            .entry(group.reason.clone())
            .or_insert_with(|| ReasonCount {
                reason: group.reason,
                ..ReasonCount::default()
            });
        count.resources.extend(group.resources);
        count.scopes.extend(group.scopes);
        count.rules += 1;
    }
    let mut reasons: Vec<_> = reasons.into_values().collect();
    reasons.sort_by_key(|r| Reverse((r.scopes.len(), r.resources.len())));
    reasons
}

/// Gaps with one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GapGroup {
    /// API operation that failed.
    pub operation: String,
    /// Permission that would close it.
    pub iam_action: Option<String>,
    /// Why.
    pub kind: GapKind,
    /// Whether the configuration accepts it.
    pub accepted: bool,
    /// How many.
    pub gaps: u64,
    /// Accounts.
    pub accounts: BTreeSet<String>,
    /// Regions; without any, all of the accounts.
    pub regions: BTreeSet<String>,
    /// Tables, with the metric where it is one.
    pub tables: BTreeSet<String>,
    /// Single resources.
    pub resources: BTreeSet<String>,
    /// The service's words, of the first.
    pub detail: String,
}

/// What could not be read, by cause: what is not accepted first, then most first.
pub(crate) fn gap_groups(report: &Report) -> Vec<GapGroup> {
    let mut groups: BTreeMap<_, GapGroup> = BTreeMap::new();
    for entry in &report.gaps {
        let gap = &entry.gap;
        let key = (&gap.operation, &gap.iam_action, gap.kind, entry.accepted);
        let group = groups.entry(key).or_insert_with(|| GapGroup {
            operation: gap.operation.clone(),
            iam_action: gap.iam_action.clone(),
            kind: gap.kind,
            accepted: entry.accepted,
            gaps: 0,
            accounts: BTreeSet::new(),
            regions: BTreeSet::new(),
            tables: BTreeSet::new(),
            resources: BTreeSet::new(),
            detail: gap.detail.clone(),
        });
        group.gaps += 1;
        group.accounts.insert(gap.account_id.clone());
        group.regions.extend(gap.region.clone());
        group.resources.extend(gap.resource_id.clone());
        group.tables.insert(match &gap.metric {
            Some(metric) => format!("{} ({metric})", gap.table),
            None if gap.table == EVERY_TABLE => "every table".to_owned(),
            None => gap.table.clone(),
        });
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|g| (g.accepted, Reverse(g.gaps)));
    groups
}

/// What accounts are called, by id: the name with the id where the name is known.
pub(crate) fn account_labels(report: &Report) -> BTreeMap<&str, String> {
    let accounts = report.accounts.iter();
    accounts
        .map(|account| (account.account_id.as_str(), account.label()))
        .collect()
}

/// Whether a permission is what is missing: then naming it helps. An organization policy is not overcome by a grant.
pub(crate) fn a_grant_would_help(kind: GapKind) -> bool {
    kind == GapKind::Denied
}

/// Permissions whose grant would close gaps, once each.
pub(crate) fn missing_permissions(report: &Report) -> BTreeSet<&str> {
    let denied = report
        .gaps
        .iter()
        .filter(|g| a_grant_would_help(g.gap.kind));
    denied.filter_map(|g| g.gap.iam_action.as_deref()).collect()
}

/// Gaps that the configuration does not accept: they make the scan incomplete.
pub(crate) fn open_gaps(report: &Report) -> usize {
    report.gaps.iter().filter(|gap| !gap.accepted).count()
}

/// The word that people see for a coverage status.
pub(crate) fn coverage_word(status: CoverageStatus) -> &'static str {
    match status {
        CoverageStatus::Assessed => "read completely",
        CoverageStatus::Partial => "read in part",
        CoverageStatus::Denied => "denied",
        CoverageStatus::DeniedByOrganization => "denied by an organization policy",
        CoverageStatus::Throttled => "throttled",
        CoverageStatus::Failed => "failed",
        CoverageStatus::Cancelled => "stopped before it was read",
        CoverageStatus::OverBudget => "left out: over the API budget",
        CoverageStatus::RegionDisabled => "region not enabled",
        CoverageStatus::NotCollected => "not collected",
        CoverageStatus::NothingBilled => "nothing billed there",
        CoverageStatus::ReadElsewhere => "read with the management account",
    }
}

/// Lines of the coverage ledger by how they ended, in the order of [`CoverageStatus`].
pub(crate) fn coverage_counts(report: &Report) -> BTreeMap<CoverageStatus, u64> {
    let mut counts = BTreeMap::new();
    for line in &report.coverage {
        *counts.entry(line.status).or_default() += 1;
    }
    counts
}

/// What was taken of earlier scans, in few words.
pub(crate) fn reuse(reused: &Reuse) -> String {
    let calls: u64 = reused.api_calls.values().sum();
    let day = reused.oldest_at.get(..16).unwrap_or(&reused.oldest_at);
    format!(
        "{} requests and {} metrics, the oldest answer of {} UTC",
        count(calls),
        count(reused.metrics),
        day.replace('T', " ")
    )
}

/// Requests of the scan, all operations together.
pub(crate) fn api_calls(report: &Report) -> u64 {
    report
        .scan
        .api_calls
        .values()
        .fold(0, |sum, calls| sum.saturating_add(*calls))
}
