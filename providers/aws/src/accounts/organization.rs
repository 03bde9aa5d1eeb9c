//! The accounts of an organization, and their tags.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use aws_sdk_organizations::types::Account;
use billhook_catalog::{AccountState, GapKind, ScopedAccount};
use futures::{FutureExt, StreamExt};

use crate::accounts::{ACCOUNT_TAGS, ACCOUNTS, ACCOUNTS_OF_UNIT, UNITS_OF_UNIT};
use crate::call::Caller;
use crate::classify::Problem;
use crate::session::{Clients, global_region};

/// Accounts whose tags are asked for at once; the pace limits them further.
const AT_ONCE: usize = 8;

/// All accounts of the organization, or those below the units.
pub(super) async fn accounts(
    clients: &Clients,
    caller: &Caller<'_>,
    units: &[String],
) -> Result<Vec<ScopedAccount>, Problem> {
    let region = global_region(clients.home());
    let client = clients.organizations(region);
    let mut found = BTreeMap::new();
    let mut take = |accounts: &[Account]| {
        let rows = accounts.iter().filter_map(row);
        found.extend(rows.map(|account| (account.account_id.clone(), account)));
    };
    if units.is_empty() {
        caller
            .pages(
                region,
                ACCOUNTS,
                |token| client.list_accounts().set_next_token(token).send(),
                |page| {
                    take(page.accounts());
                    page.next_token
                },
            )
            .await?;
    }
    let mut waiting: VecDeque<String> = units.iter().cloned().collect();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    while let Some(unit) = waiting.pop_front() {
        if !seen.insert(unit.clone()) {
            continue;
        }
        caller
            .pages(
                region,
                ACCOUNTS_OF_UNIT,
                |token| {
                    client
                        .list_accounts_for_parent()
                        .parent_id(&unit)
                        .set_next_token(token)
                        .send()
                },
                |page| {
                    take(page.accounts());
                    page.next_token
                },
            )
            .await?;
        caller
            .pages(
                region,
                UNITS_OF_UNIT,
                |token| {
                    client
                        .list_organizational_units_for_parent()
                        .parent_id(&unit)
                        .set_next_token(token)
                        .send()
                },
                |page| {
                    let below = page.organizational_units().iter();
                    waiting.extend(below.filter_map(|unit| unit.id()).map(str::to_owned));
                    page.next_token
                },
            )
            .await?;
    }
    Ok(found.into_values().collect())
}

/// What an account's state is called: the older field stands for accounts of endpoints that do not know the newer one.
fn row(account: &Account) -> Option<ScopedAccount> {
    #[allow(deprecated, reason = "answers from before the newer field")]
    let status = account.status().map(|status| status.as_str());
    let word = account.state().map(|state| state.as_str()).or(status);
    let (state, detail) = match word {
        Some("ACTIVE") | None => (AccountState::Read, String::new()),
        Some(other) => (
            AccountState::Inactive,
            other.to_ascii_lowercase().replace('_', " "),
        ),
    };
    Some(ScopedAccount {
        account_id: account.id()?.to_owned(),
        name: account.name().unwrap_or_default().to_owned(),
        state,
        detail,
        ..ScopedAccount::default()
    })
}

/// Reads the tags of accounts that are active. After a refusal nobody is asked any more: the others would be refused alike.
pub(super) async fn with_tags(
    clients: &Clients,
    caller: &Caller<'_>,
    accounts: &mut [ScopedAccount],
) -> Result<(), Problem> {
    let region = global_region(clients.home());
    let mut questions = Vec::new();
    for (index, account) in accounts.iter().enumerate() {
        if account.state == AccountState::Read {
            let id = account.account_id.clone();
            let question = async move { (index, tags(clients, caller, region, &id).await) };
            questions.push(question.boxed());
        }
    }
    let mut answers = futures::stream::iter(questions).buffer_unordered(AT_ONCE);
    let mut first = None;
    while let Some((index, answer)) = answers.next().await {
        match answer {
            Ok(tags) => accounts[index].tags = Some(tags),
            Err(problem) => {
                let ends = matches!(
                    problem.kind,
                    GapKind::Denied | GapKind::DeniedByOrganization | GapKind::Cancelled
                );
                first.get_or_insert(problem);
                if ends {
                    break;
                }
            }
        }
    }
    first.map_or(Ok(()), Err)
}

async fn tags(
    clients: &Clients,
    caller: &Caller<'_>,
    region: &str,
    account_id: &str,
) -> Result<BTreeMap<String, String>, Problem> {
    let client = clients.organizations(region);
    let mut tags = BTreeMap::new();
    caller
        .pages(
            region,
            ACCOUNT_TAGS,
            |token| {
                client
                    .list_tags_for_resource()
                    .resource_id(account_id)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                let pairs = page.tags().iter();
                tags.extend(pairs.map(|tag| (tag.key().to_owned(), tag.value().to_owned())));
                page.next_token
            },
        )
        .await?;
    Ok(tags)
}
