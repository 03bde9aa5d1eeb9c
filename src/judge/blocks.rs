//! Gaps that stand in the way of a rule: where, and for which resources.

use std::collections::HashSet;

use billhook_catalog::{BASE_GROUP, EVERY_TABLE, Gap};

use super::subjects::Subject;
use crate::facts::Facts;
use crate::report::NotJudged;
use crate::rule::Rule;

/// The rule cannot be judged anywhere, for this reason.
pub(super) struct Whole(pub String);

#[derive(Debug)]
struct Block {
    account_id: String,
    region: Option<String>,
    resource_id: Option<String>,
    reason: String,
    /// Whether it is the rule's own table whose rows are missing.
    own_rows: bool,
}

impl Block {
    fn covers(&self, subject: &Subject) -> bool {
        self.account_id == subject.account_id
            && self.region.as_ref().is_none_or(|region| {
                *region == subject.region || region == "global" || subject.region == "global"
            })
            && self
                .resource_id
                .as_ref()
                .is_none_or(|id| *id == subject.resource_id)
    }
}

/// Everything in the way of one rule.
#[derive(Debug)]
pub(super) struct Blocks<'a> {
    blocks: Vec<Block>,
    metric_gaps: Vec<&'a Gap>,
    /// (table, group) that the rule reads and that the ledger must know.
    groups: Vec<(&'static str, &'static str)>,
    facts: &'a Facts,
    /// Index of the block that stands for "not collected there", made on demand from here on; after as many as there are groups,
    /// for "another account answers for this one".
    uncollected: usize,
}

impl<'a> Blocks<'a> {
    pub(super) fn of(rule: &Rule, facts: &'a Facts) -> Result<Self, Whole> {
        let groups: Vec<(&'static str, &'static str)> = rule
            .groups
            .iter()
            .flat_map(|(table, groups)| groups.iter().map(move |group| (*table, *group)))
            .collect();
        if let Some(ledger) = &facts.ledger {
            for (table, group) in &groups {
                if !ledger.asked(table, group) {
                    return Err(Whole(format!(
                        "{} was not collected",
                        describe(table, group)
                    )));
                }
            }
        }
        let own_ids = own_ids(rule, facts);
        let reads_tags = rule.query.reads.contains_key("tag");
        let mut blocks = Vec::new();
        for gap in &facts.gaps {
            let concerns = is_of_account(gap)
                || groups
                    .iter()
                    .any(|(table, group)| gap.table == *table && gap.column_group == *group)
                || (reads_tags && gap.table == rule.resource.name && gap.column_group == "tags");
            if !concerns {
                continue;
            }
            // A gap of one resource blocks that one; where it is not one of the rule's own, nobody can tell whom it touches.
            let resource_id = gap
                .resource_id
                .clone()
                .filter(|id| own_ids.contains(id.as_str()));
            blocks.push(Block {
                account_id: gap.account_id.clone(),
                region: gap.region.clone(),
                own_rows: is_of_account(gap)
                    || (gap.table == rule.resource.name
                        && gap.column_group == BASE_GROUP
                        && resource_id.is_none()),
                resource_id,
                reason: reason_of(gap),
            });
        }
        let metric_gaps = facts
            .gaps
            .iter()
            .filter(|gap| gap.table == "usage")
            .collect();
        let uncollected = blocks.len();
        Ok(Blocks {
            blocks,
            metric_gaps,
            groups,
            facts,
            uncollected,
        })
    }

    /// The block that is in the way of judging this resource.
    pub(super) fn hit(&self, subject: &Subject) -> Option<usize> {
        let found = self.blocks.iter().position(|block| block.covers(subject));
        found.or_else(|| {
            let ledger = self.facts.ledger.as_ref()?;
            self.groups
                .iter()
                .position(|(table, group)| {
                    !ledger.asked_at(table, group, &subject.account_id, &subject.region)
                })
                .map(|index| {
                    let (table, group) = self.groups[index];
                    let elsewhere = ledger.read_elsewhere(table, group, &subject.account_id);
                    let offset = if elsewhere { self.groups.len() } else { 0 };
                    self.uncollected + offset + index
                })
        })
    }

    /// Whether it concerns a whole scope rather than one resource.
    pub(super) fn is_scope(&self, hit: usize) -> bool {
        self.blocks
            .get(hit)
            .is_some_and(|block| block.resource_id.is_none())
    }

    /// Why.
    pub(super) fn reason(&self, hit: usize) -> String {
        match self.blocks.get(hit) {
            Some(block) => block.reason.clone(),
            None => {
                let index = hit - self.uncollected;
                let (table, group) = self.groups[index % self.groups.len()];
                let what = describe(table, group);
                if index < self.groups.len() {
                    format!("{what} was not collected there")
                } else {
                    format!(
                        "{what}: the management account, which is read too, answers for this account"
                    )
                }
            }
        }
    }

    /// Scopes where the rule's own rows are missing: nobody knows how many.
    pub(super) fn own_scopes(&self) -> impl Iterator<Item = usize> + '_ {
        self.blocks
            .iter()
            .enumerate()
            .filter(|(_, block)| block.own_rows)
            .map(|(index, _)| index)
    }

    /// The line of the report for a scope.
    pub(super) fn entry(&self, rule: &Rule, scope: usize) -> NotJudged {
        let block = &self.blocks[scope];
        NotJudged {
            rule: rule.id.clone(),
            account_id: Some(block.account_id.clone()),
            region: block.region.clone(),
            resource_id: block.resource_id.clone(),
            reason: block.reason.clone(),
        }
    }

    /// Why a metric of a resource could not be read, when a request for it failed.
    pub(super) fn metric_gap(&self, subject: &Subject, metric: &str) -> Option<String> {
        let gap = self.metric_gaps.iter().find(|gap| {
            gap.account_id == subject.account_id
                && gap
                    .region
                    .as_ref()
                    .is_none_or(|region| *region == subject.region)
                && gap.metric.as_ref().is_none_or(|name| name == metric)
                && gap
                    .resource_id
                    .as_ref()
                    .is_none_or(|id| *id == subject.resource_id)
        })?;
        Some(format!("{metric}: {}", reason_of(gap)))
    }
}

/// Whether it is the gap of an account that could not be entered.
fn is_of_account(gap: &Gap) -> bool {
    gap.table == EVERY_TABLE && gap.region.is_none()
}

fn describe(table: &str, group: &str) -> String {
    if group == BASE_GROUP {
        table.to_owned()
    } else {
        format!("{table} ({group})")
    }
}

fn reason_of(gap: &Gap) -> String {
    if is_of_account(gap) {
        return format!(
            "the account could not be read: {} ({})",
            gap.kind, gap.operation
        );
    }
    let what = describe(&gap.table, &gap.column_group);
    match &gap.iam_action {
        Some(action) => format!("{what}: {} ({}, needs {action})", gap.kind, gap.operation),
        None => format!("{what}: {} ({})", gap.kind, gap.operation),
    }
}

fn own_ids<'f>(rule: &Rule, facts: &'f Facts) -> HashSet<&'f str> {
    let ids = facts
        .tables
        .get(rule.resource.name)
        .and_then(|frame| frame.column("resource_id").ok());
    ids.and_then(|column| column.str().ok())
        .map(|ids| ids.iter().flatten().collect())
        .unwrap_or_default()
}
