//! Accounts in a report: who owns them, and what each comes to.

use std::collections::BTreeMap;

use billhook_catalog::{AccountState, Resource, ScopedAccount};

use crate::config::Config;
use crate::report::{ReportAccount, ReportFinding, ReportGap};
use crate::snapshot::Manifest;

/// Where an owner comes from.
pub(super) const OF_RESOURCE: &str = "tag";
const OF_CONFIGURATION: &str = "configuration";
const OF_ACCOUNT: &str = "account-tag";

/// Owners of whole accounts, and where each comes from: the configuration goes before the tags of accounts.
pub(super) struct Owners(BTreeMap<String, (String, &'static str)>);

impl Owners {
    pub(super) fn new(config: &Config, estate: &[ScopedAccount]) -> Self {
        let mut owners = BTreeMap::new();
        for account in estate {
            let tags = account.tags.as_ref();
            if let Some(owner) = tags.and_then(|tags| first(&config.owner_tags, tags)) {
                owners.insert(account.account_id.clone(), (owner, OF_ACCOUNT));
            }
        }
        for (account, owner) in &config.owners {
            owners.insert(account.clone(), (owner.clone(), OF_CONFIGURATION));
        }
        Owners(owners)
    }

    /// The owner of a resource and where that is from: its own first owner tag that is set, else its account's.
    pub(super) fn of(
        &self,
        keys: &[String],
        tags: &BTreeMap<String, String>,
        account_id: &str,
    ) -> (Option<String>, &'static str) {
        if let Some(owner) = first(keys, tags) {
            return (Some(owner), OF_RESOURCE);
        }
        match self.0.get(account_id) {
            Some((owner, from)) => (Some(owner.clone()), from),
            None => (None, ""),
        }
    }
}

/// The first of the tags that is set.
fn first(keys: &[String], tags: &BTreeMap<String, String>) -> Option<String> {
    let mut set = keys.iter().filter_map(|key| tags.get(key));
    set.find(|owner| !owner.is_empty()).cloned()
}

fn word(state: AccountState) -> &'static str {
    match state {
        AccountState::Read => "read",
        AccountState::Unreachable => "unreachable",
        AccountState::NotBegun => "not-begun",
        AccountState::Inactive => "inactive",
    }
}

/// All accounts of the scan with their sums, by id.
pub(super) fn accounts<'r>(
    manifest: &Manifest,
    owners: &Owners,
    findings: &[ReportFinding],
    resources: impl Iterator<Item = &'r Resource>,
    gaps: &[ReportGap],
) -> Vec<ReportAccount> {
    let mut accounts: BTreeMap<&str, ReportAccount> = BTreeMap::new();
    let known = manifest.estate.iter().map(|account| ReportAccount {
        account_id: account.account_id.clone(),
        name: account.name.clone(),
        state: word(account.state).to_owned(),
        detail: account.detail.clone(),
        ..ReportAccount::default()
    });
    for (source, account) in manifest.estate.iter().zip(known) {
        accounts.insert(&source.account_id, account);
    }
    let new = |id: &str| ReportAccount {
        account_id: id.to_owned(),
        state: word(AccountState::Read).to_owned(),
        ..ReportAccount::default()
    };
    for id in &manifest.accounts {
        accounts.entry(id).or_insert_with(|| new(id));
    }
    for finding in findings {
        let id = finding.account_id.as_str();
        let account = accounts.entry(id).or_insert_with(|| new(id));
        account.findings += u64::from(finding.is_active());
        account.net_monthly_savings_usd += finding.counted_savings_usd;
    }
    for resource in resources {
        let id = resource.id.account_id.as_str();
        let account = accounts.entry(id).or_insert_with(|| new(id));
        account.resources += 1;
        account.estate_monthly_cost_usd += resource.monthly_usd.unwrap_or(0.0);
    }
    for gap in gaps.iter().filter(|gap| !gap.accepted) {
        if let Some(account) = accounts.get_mut(gap.gap.account_id.as_str()) {
            account.open_gaps += 1;
        }
    }
    let mut accounts: Vec<ReportAccount> = accounts.into_values().collect();
    for account in &mut accounts {
        account.owner = owners
            .0
            .get(&account.account_id)
            .map(|(owner, _)| owner.clone());
        account.net_monthly_savings_usd = super::round(account.net_monthly_savings_usd);
        account.estate_monthly_cost_usd = super::round(account.estate_monthly_cost_usd);
    }
    accounts
}
