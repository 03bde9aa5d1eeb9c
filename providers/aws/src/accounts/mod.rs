//! Several accounts in one collection: which they are, the way into each, reading them side by side, and putting together what
//! they brought.

pub(crate) mod collect;
mod merge;
mod organization;
pub(crate) mod quiet;
pub(crate) mod role;

use std::collections::{BTreeMap, BTreeSet};

use billhook_catalog::{
    AccountState, Accounts, DEFAULT_ROLE, Identity, ListedAccount, Scope, ScopedAccount,
};

use crate::accounts::role::role_arn;
use crate::arn;
use crate::call::Caller;
use crate::classify::Problem;
use crate::session::Clients;

/// Enters an account.
pub(crate) const ASSUME_ROLE: &str = "sts:AssumeRole";
const ACCOUNTS: &str = "organizations:ListAccounts";
const ACCOUNTS_OF_UNIT: &str = "organizations:ListAccountsForParent";
const UNITS_OF_UNIT: &str = "organizations:ListOrganizationalUnitsForParent";
const ACCOUNT_TAGS: &str = "organizations:ListTagsForResource";

/// Operations that finding and entering the accounts of a scope takes.
pub(crate) fn calls(scope: &Scope) -> Vec<&'static str> {
    let mut calls = Vec::new();
    if scope.organization {
        calls.push(ACCOUNT_TAGS);
        if scope.units.is_empty() {
            calls.push(ACCOUNTS);
        } else {
            calls.extend([ACCOUNTS_OF_UNIT, UNITS_OF_UNIT]);
        }
    }
    if scope.names_accounts() {
        calls.push(ASSUME_ROLE);
    }
    calls
}

/// What is wrong with a scope, whatever AWS would answer; `None` when nothing is.
pub(crate) fn fault(scope: &Scope) -> Option<String> {
    if scope.organization && !scope.listed.is_empty() {
        return Some(
            "--organization and --accounts FILE exclude one another: either AWS lists the accounts, or the file does".to_owned(),
        );
    }
    let chooses = !scope.units.is_empty() || !scope.account_tags.is_empty();
    if chooses && !scope.organization {
        return Some(
            "--ou and --account-tag choose among the accounts of an organization: add --organization".to_owned(),
        );
    }
    if let Some(unit) = scope.units.iter().find(|unit| !is_unit(unit)) {
        return Some(format!(
            "--ou '{unit}': an organizational unit has an id such as ou-ab12-34cd56ef, and the root one such as r-ab12"
        ));
    }
    for (flag, ids) in [
        ("--account", &scope.accounts),
        ("--not-account", &scope.not_accounts),
    ] {
        if let Some(why) = ids.iter().find_map(|id| id_fault(id)) {
            return Some(format!("{flag} {why}"));
        }
    }
    if let Some(id) = scope
        .accounts
        .iter()
        .find(|id| scope.not_accounts.contains(id))
    {
        return Some(format!("account {id} is asked for and left out at once"));
    }
    if let Some(id) = scope.external_id.as_deref()
        && let Some(why) = external_id_fault(id)
    {
        return Some(format!("--external-id: {why}"));
    }
    if let Some(role) = scope.role.as_deref() {
        if let Some(why) = role_fault(role) {
            return Some(format!("--role '{role}': {why}"));
        }
        let several = scope.organization || !scope.listed.is_empty() || scope.accounts.len() > 1;
        match account_of(role) {
            Some(_) if several => {
                return Some(format!(
                    "--role {role} is a role of one account: for several accounts give the name that it has in all of them"
                ));
            }
            Some(of) if scope.accounts.first().is_some_and(|id| id != of) => {
                return Some(format!(
                    "--role {role} is in account {of}, not in {}",
                    scope.accounts[0]
                ));
            }
            _ => {}
        }
    }
    listed_fault(&scope.listed)
}

fn listed_fault(listed: &[ListedAccount]) -> Option<String> {
    let mut places: BTreeMap<&str, &str> = BTreeMap::new();
    for line in listed {
        let place = &line.place;
        if let Some(why) = id_fault(&line.account_id) {
            return Some(format!("{place}: {why}"));
        }
        if let Some(before) = places.insert(&line.account_id, place) {
            let id = &line.account_id;
            return Some(format!("{place}: account {id} stands in {before} already"));
        }
        if let Some(role) = line.role.as_deref() {
            if let Some(why) = role_fault(role) {
                return Some(format!("{place}: role '{role}': {why}"));
            }
            if let Some(of) = account_of(role).filter(|of| *of != line.account_id) {
                let id = &line.account_id;
                return Some(format!(
                    "{place}: role {role} is in account {of}, not in {id}"
                ));
            }
        }
        if let Some(why) = line.external_id.as_deref().and_then(external_id_fault) {
            return Some(format!("{place}: external id: {why}"));
        }
    }
    None
}

fn id_fault(id: &str) -> Option<String> {
    let digits = id.chars().all(|c| c.is_ascii_digit());
    match id.len() {
        12 if digits => None,
        length @ 9..12 if digits => Some(format!(
            "'{id}': an account id has 12 digits and this one {length}; a spreadsheet may have dropped zeros in front"
        )),
        _ => Some(format!("'{id}': an account id has 12 digits")),
    }
}

fn is_unit(id: &str) -> bool {
    let plain = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    match id.split('-').collect::<Vec<_>>()[..] {
        ["r", root] => plain(root),
        ["ou", root, unit] => plain(root) && plain(unit),
        _ => false,
    }
}

/// The account that a role's full name stands in; `None` for a mere name.
fn account_of(role: &str) -> Option<&str> {
    arn::parse(role).map(|parts| parts.account)
}

fn role_fault(role: &str) -> Option<&'static str> {
    let name = if role.starts_with("arn:") {
        let parts = arn::parse(role).filter(|parts| parts.service == "iam");
        let name = parts.and_then(|_| role.split_once(":role/"));
        match name {
            Some((_, name)) => name,
            None => return Some("no ARN of a role, which is arn:aws:iam::ACCOUNT:role/NAME"),
        }
    } else {
        role
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-/".contains(c);
    (name.trim_matches('/').is_empty() || !name.chars().all(fits)).then_some(
        "a role's name has letters, digits and _+=,.@- only, perhaps after a path with slashes",
    )
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
fn external_id_fault(id: &str) -> Option<&'static str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c);
    (!(2..=1224).contains(&id.len()) || !id.chars().all(fits))
        .then_some("2 to 1224 letters, digits or _+=,.@:/-")
}

/// The accounts of a scope that [`fault`] has found nothing wrong with.
pub(crate) async fn resolve(
    clients: &Clients,
    caller: &Caller<'_>,
    identity: &Identity,
    scope: &Scope,
) -> Result<Accounts, String> {
    let own = identity.account_id.as_str();
    let mut notices = Vec::new();
    let mut accounts = if scope.organization {
        organization::accounts(clients, caller, &scope.units)
            .await
            .map_err(|problem| unlisted(&problem))?
    } else {
        named(scope, own)
    };
    choose(scope, &mut accounts, &mut notices)?;
    if scope.organization {
        let outcome = organization::with_tags(clients, caller, &mut accounts).await;
        if let Err(problem) = outcome {
            if !scope.account_tags.is_empty() {
                return Err(format!(
                    "--account-tag: the tags of the accounts could not be read ({}): grant {ACCOUNT_TAGS}",
                    problem.detail
                ));
            }
            notices.push(format!(
                "tags of accounts could not all be read ({ACCOUNT_TAGS}: {}): what has no owner of its own may seem unowned",
                problem.detail
            ));
        }
        if !scope.account_tags.is_empty() {
            accounts.retain(|account| {
                let tags = account.tags.as_ref();
                scope
                    .account_tags
                    .iter()
                    .all(|(key, value)| tags.and_then(|tags| tags.get(key)) == Some(value))
            });
        }
    }
    let partition = arn::parse(&identity.caller).map_or("aws", |parts| parts.partition);
    let lines: BTreeMap<&str, &ListedAccount> = scope
        .listed
        .iter()
        .map(|line| (line.account_id.as_str(), line))
        .collect();
    for account in &mut accounts {
        let line = lines.get(account.account_id.as_str());
        let role = line.and_then(|line| line.role.as_deref());
        let named = role.or_else(|| {
            scope
                .role
                .as_deref()
                .filter(|role| account_of(role).is_some())
        });
        // The caller's own account is read as it is, unless a role of just this account is named.
        if account.account_id == own && named.is_none() {
            continue;
        }
        let role = role.or(scope.role.as_deref()).unwrap_or(DEFAULT_ROLE);
        account.role = Some(role_arn(partition, &account.account_id, role));
        let external_id = line.and_then(|line| line.external_id.clone());
        account.external_id = external_id.or_else(|| scope.external_id.clone());
    }
    notices.extend(
        accounts
            .iter()
            .filter(|account| account.state == AccountState::Inactive)
            .map(|account| {
                format!(
                    "account {} is {} and was not read",
                    account.label(),
                    account.detail
                )
            }),
    );
    if !accounts
        .iter()
        .any(|account| account.state == AccountState::Read)
    {
        return Err("no active account is left to read: look at --ou, --account-tag, --account and --not-account".to_owned());
    }
    accounts.sort_by(|one, other| one.account_id.cmp(&other.account_id));
    Ok(Accounts { accounts, notices })
}

/// The accounts that are named one by one.
fn named(scope: &Scope, own: &str) -> Vec<ScopedAccount> {
    if !scope.listed.is_empty() {
        let account = |line: &ListedAccount| ScopedAccount {
            name: line.name.clone(),
            ..ScopedAccount::own(&line.account_id)
        };
        return scope.listed.iter().map(account).collect();
    }
    if !scope.accounts.is_empty() {
        let ids: BTreeSet<&String> = scope.accounts.iter().collect();
        return ids.into_iter().map(|id| ScopedAccount::own(id)).collect();
    }
    let of_role = scope.role.as_deref().and_then(account_of);
    vec![ScopedAccount::own(of_role.unwrap_or(own))]
}

/// Keeps what is asked for and drops what is left out.
fn choose(
    scope: &Scope,
    accounts: &mut Vec<ScopedAccount>,
    notices: &mut Vec<String>,
) -> Result<(), String> {
    let known: BTreeSet<String> = accounts
        .iter()
        .map(|account| account.account_id.clone())
        .collect();
    if let Some(id) = scope.accounts.iter().find(|id| !known.contains(*id)) {
        let of = if scope.organization {
            "the organization (or below --ou)"
        } else {
            "the list"
        };
        return Err(format!("--account {id}: there is no such account in {of}"));
    }
    for id in scope.not_accounts.iter().filter(|id| !known.contains(*id)) {
        notices.push(format!(
            "--not-account {id}: it would not have been read anyway"
        ));
    }
    accounts.retain(|account| {
        let id = &account.account_id;
        (scope.accounts.is_empty() || scope.accounts.contains(id))
            && !scope.not_accounts.contains(id)
    });
    Ok(())
}

/// Why nobody can say which accounts there are.
fn unlisted(problem: &Problem) -> String {
    match problem.code.as_str() {
        "AWSOrganizationsNotInUseException" => {
            "this account is in no organization: leave --organization out, or list accounts with --accounts FILE".to_owned()
        }
        "ParentNotFoundException" => format!(
            "--ou: the organization has no such unit ({}); `aws organizations list-organizational-units-for-parent` lists them",
            problem.detail
        ),
        _ => format!(
            "the accounts of the organization could not be listed ({}: {}). AWS lists them for the management account and for \
             delegated administrators that may call {}; anybody else can name them with --accounts FILE.",
            problem.operation, problem.detail, problem.operation
        ),
    }
}

#[cfg(test)]
mod tests;
