//! What the summary says about what is missing: not judged, not read, and remarks.

use super::page::{Page, Style, cut};
use super::{MOST_LINES, names, things};
use crate::report::clean::clean;
use crate::report::money::count;
use crate::report::{Report, digest};

pub(super) fn not_judged(page: &mut Page, report: &Report) {
    if report.not_judged.is_empty() {
        return;
    }
    page.heading("Not judged: neither clear nor found");
    let reasons = digest::not_judged_by_reason(report);
    for reason in reasons.iter().take(MOST_LINES) {
        let mut counts = Vec::new();
        if !reason.resources.is_empty() {
            let number = reason.resources.len() as u64;
            counts.push(things(number, "resource", "resources"));
        }
        if !reason.scopes.is_empty() {
            let number = reason.scopes.len() as u64;
            counts.push(things(number, "whole scope", "whole scopes"));
        }
        let rules = things(reason.rules, "rule", "rules");
        page.wrapped(
            Style::Plain,
            "  - ",
            "    ",
            &format!("{}: {} ({rules})", reason.reason, counts.join(", ")),
        );
    }
    page.and_more(
        reasons.len().saturating_sub(MOST_LINES),
        "reason",
        "reasons",
    );
}

pub(super) fn gaps(page: &mut Page, report: &Report) {
    let groups = digest::gap_groups(report);
    let counts = digest::coverage_counts(report);
    if groups.is_empty() && counts.is_empty() {
        return;
    }
    page.heading("What could not be read");
    let words: Vec<_> = counts
        .iter()
        .map(|(s, n)| format!("{} {}", count(*n), digest::coverage_word(*s)))
        .collect();
    if !words.is_empty() {
        page.wrapped(
            Style::Plain,
            "  ",
            "  ",
            &format!(
                "Coverage, by account, region and table: {}.",
                words.join(", ")
            ),
        );
    }
    for group in groups.iter().take(MOST_LINES) {
        let accepted = if group.accepted { " (accepted)" } else { "" };
        let style = if group.accepted {
            Style::Dim
        } else {
            Style::Plain
        };
        page.wrapped(
            style,
            "  - ",
            "    ",
            &format!("{}: {}{accepted}", group.operation, group.kind),
        );
        let regions: Vec<_> = group.regions.iter().cloned().collect();
        let regions = if regions.is_empty() {
            "all regions".to_owned()
        } else {
            names(&regions)
        };
        let accounts: Vec<_> = group.accounts.iter().cloned().collect();
        let tables: Vec<_> = group.tables.iter().cloned().collect();
        let mut place = format!(
            "{} in {regions}, account {}",
            names(&tables),
            names(&accounts)
        );
        if !group.resources.is_empty() {
            let single = things(
                group.resources.len() as u64,
                "single resource",
                "single resources",
            );
            place.push_str(&format!(", {single}"));
        }
        page.wrapped(Style::Dim, "    ", "    ", &place);
        if let Some(action) = &group.iam_action
            && digest::a_grant_would_help(group.kind)
        {
            page.wrapped(
                Style::Plain,
                "    ",
                "    ",
                &format!("To close it, grant {action}."),
            );
        }
        if !group.detail.is_empty() {
            let detail = cut(&clean(&group.detail), 3 * (page.width - 4));
            page.wrapped(Style::Dim, "    ", "    ", &detail);
        }
    }
    page.and_more(groups.len().saturating_sub(MOST_LINES), "cause", "causes");
}

pub(super) fn notices(page: &mut Page, report: &Report) {
    if report.notices.is_empty() {
        return;
    }
    page.heading("Notices");
    for notice in &report.notices {
        page.wrapped(Style::Plain, "  - ", "    ", notice);
    }
}
