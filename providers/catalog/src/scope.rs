//! Which accounts are read, and how each of them is reached.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Which accounts to read. The default is the one that the credentials belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The accounts of the caller's organization.
    pub organization: bool,
    /// Only accounts below one of these units of the organization, at any depth. Empty: all.
    pub units: Vec<String>,
    /// Only accounts of the organization that carry all of these tags. Empty: all.
    pub account_tags: BTreeMap<String, String>,
    /// Accounts that a file lists.
    pub listed: Vec<ListedAccount>,
    /// Only these accounts. Without an organization and a list: these accounts. Empty: all.
    pub accounts: Vec<String>,
    /// Accounts that are left out.
    pub not_accounts: Vec<String>,
    /// The role that leads into accounts other than the caller's: its name, or its full name in one account. `None` is
    /// [`DEFAULT_ROLE`].
    pub role: Option<String>,
    /// What a role's trust may ask for besides the caller.
    pub external_id: Option<String>,
}

/// The role that leads into accounts where none is named.
pub const DEFAULT_ROLE: &str = "BillhookReadOnly";

impl Scope {
    /// Whether it names anything but the account that the credentials belong to. A role's mere name does not: it says how accounts
    /// are entered, and not which.
    pub fn names_accounts(&self) -> bool {
        self.organization
            || !self.listed.is_empty()
            || !self.accounts.is_empty()
            || self.role.as_ref().is_some_and(|role| role.contains(':'))
    }
}

/// A line of a list of accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedAccount {
    /// Account.
    pub account_id: String,
    /// Role that leads into it: its name, or its full name. `None`: the scope's.
    pub role: Option<String>,
    /// What the role's trust asks for. `None`: the scope's.
    pub external_id: Option<String>,
    /// Name for people; empty when none is given.
    pub name: String,
    /// Where that stands (`accounts.csv:3`).
    pub place: String,
}

/// How far an account was read.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum AccountState {
    /// It is in the scope. Afterwards: it was read; single things may be missing, which are gaps.
    #[default]
    Read,
    /// Its role could not be assumed, so nothing of it was read. That is one gap over the whole account.
    Unreachable,
    /// The collection was stopped before it was begun.
    NotBegun,
    /// It is closed, suspended or not active yet, so nothing can be read and nothing is missing.
    Inactive,
}

/// An account of an estate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopedAccount {
    /// Account.
    pub account_id: String,
    /// Name for people, from its organization or a list; empty when unknown.
    #[serde(default)]
    pub name: String,
    /// Tags of the account in its organization. `None` when they were not read.
    #[serde(default)]
    pub tags: Option<BTreeMap<String, String>>,
    /// Role by which it is read, in the cloud's own form; `None` is the caller's own credentials.
    #[serde(default)]
    pub role: Option<String>,
    /// What the role's trust asks for. Not written into snapshots.
    #[serde(skip)]
    pub external_id: Option<String>,
    /// How far it was read.
    #[serde(default)]
    pub state: AccountState,
    /// Why it was not read; empty when it was.
    #[serde(default)]
    pub detail: String,
}

impl ScopedAccount {
    /// The account that the credentials belong to.
    pub fn own(account_id: &str) -> Self {
        ScopedAccount {
            account_id: account_id.to_owned(),
            ..ScopedAccount::default()
        }
    }

    /// The id, with the name where there is one.
    pub fn label(&self) -> String {
        if self.name.is_empty() {
            self.account_id.clone()
        } else {
            format!("{} ({})", self.account_id, self.name)
        }
    }
}

/// The accounts that a scope comes to.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    /// All of them, by id; those that are not active too.
    pub accounts: Vec<ScopedAccount>,
    /// Remarks for people: what is left out and why, what could not be read of the accounts themselves.
    pub notices: Vec<String>,
}
