//! The one trait that a cloud implements.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use futures::future::BoxFuture;
use jiff::Timestamp;
use polars::prelude::DataFrame;

use crate::{
    Accounts, Collected, FreshPrices, Gap, ListPrice, LivePrices, PriceKey, Rate,
    RightsizingProfile, Scope, ScopedAccount, Table, Tables, Want,
};

/// Who the credentials belong to.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Account id.
    pub account_id: String,
    /// The caller in the cloud's own form (an ARN).
    pub caller: String,
}

/// Why nothing could be read at all.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ProviderError {
    /// What is wrong and what to do, in one or two sentences.
    pub message: String,
}

/// Follows a collection while it runs.
pub trait Progress: Send + Sync {
    /// So many steps (region × service) are to be done in all. May be called again with a larger number.
    fn steps(&self, total: u64);
    /// A step begins, named for people (`eu-west-1 ec2`).
    fn begin(&self, step: &str);
    /// A step has ended.
    fn end(&self, step: &str);
    /// A request was sent.
    fn call(&self, operation: &str);
    /// Resolves once the user wants the collection to stop. What was read until then is kept.
    fn cancelled(&self) -> BoxFuture<'_, ()>;
}

/// Says nothing and is never cancelled.
#[derive(Debug, Default, Clone, Copy)]
pub struct Quiet;

impl Progress for Quiet {
    fn steps(&self, _total: u64) {}
    fn begin(&self, _step: &str) {}
    fn end(&self, _step: &str) {}
    fn call(&self, _operation: &str) {}
    fn cancelled(&self) -> BoxFuture<'_, ()> {
        Box::pin(futures::future::pending())
    }
}

/// Settings that facts depend on.
#[derive(Clone, Debug)]
pub struct FactParams {
    /// The instant that the snapshot describes.
    pub taken_at: Timestamp,
    /// What the user pays by contract; goes before every list price.
    pub rates: Vec<Rate>,
    /// How careful right-sizing is.
    pub rightsizing: RightsizingProfile,
    /// Tag keys of the user's own that say what manages a resource, each with the manager's name. An empty name: the value of the
    /// tag names it. `None`: the tag says nothing, whatever the provider would make of it.
    pub managed_tags: BTreeMap<String, Option<String>>,
}

impl FactParams {
    /// List prices only, right-sizing by its default, and no tags of the user's own.
    pub fn new(taken_at: Timestamp) -> Self {
        FactParams {
            taken_at,
            rates: Vec::new(),
            rightsizing: RightsizingProfile::default(),
            managed_tags: BTreeMap::new(),
        }
    }
}

/// Facts that follow from the tables by knowledge of the cloud alone.
#[derive(Debug, Default)]
pub struct Derived {
    /// Derived tables by name.
    pub tables: BTreeMap<&'static str, DataFrame>,
    /// What could not be derived.
    pub gaps: Vec<Gap>,
    /// Oldest and newest date (`YYYY-MM-DD`) of the list prices that were used.
    pub price_dates: Option<(String, String)>,
    /// How much of the usage commitments cover, where that could be read. Empty when nothing is known.
    pub commitments: Vec<CommitmentCoverage>,
}

/// How much of an account's usage of a service is covered by commitments (Savings Plans, reserved instances). What is covered
/// is paid whether it is used or not.
#[derive(Clone, Debug, PartialEq)]
pub struct CommitmentCoverage {
    /// Account.
    pub account_id: String,
    /// Service, as in the tables' names (`ec2`).
    pub service: String,
    /// Share of the usage at list price that is covered, percent.
    pub percent: f64,
    /// Where that was read, for people (`Cost Explorer`).
    pub source: &'static str,
}

/// A cloud.
pub trait Provider: Send + Sync {
    /// Short name, the first part of its tables' and rules' names (`aws`).
    fn name(&self) -> &'static str;

    /// Every table that it knows, collected and derived; without the generic ones.
    fn tables(&self) -> &'static [&'static Table];

    /// Names of the tables whose resources commitments can cover: compute and databases, not storage, addresses or traffic.
    fn committable(&self) -> &'static [&'static str];

    /// The permission that an operation (`service:Operation`) needs; `None` when it needs none.
    fn iam_action(&self, operation: &str) -> Option<String>;

    /// Operations that it calls whatever tables are wanted (to find regions, to ask a bucket in its own).
    fn always_calls(&self, want: &Want) -> Vec<&'static str>;

    /// Operations that reading the wanted metrics takes besides those that fill `usage` (to look up series by name).
    fn metric_calls(&self, _want: &Want) -> Vec<&'static str> {
        Vec::new()
    }

    /// Who the credentials belong to; fails when there are none, or they do not work.
    fn identity(&self) -> BoxFuture<'_, Result<Identity, ProviderError>>;

    /// The accounts that a scope comes to; fails when nobody can say. What that takes belongs to the collection that follows.
    fn accounts<'a>(
        &'a self,
        _scope: &'a Scope,
        _progress: &'a dyn Progress,
    ) -> BoxFuture<'a, Result<Accounts, ProviderError>> {
        Box::pin(async move {
            let identity = self.identity().await?;
            Ok(Accounts {
                accounts: vec![ScopedAccount::own(&identity.account_id)],
                notices: Vec::new(),
            })
        })
    }

    /// What is wrong with a scope, whatever the cloud would answer: it contradicts itself, or an id is none. `None` when nothing is.
    fn scope_fault(&self, _scope: &Scope) -> Option<String> {
        None
    }

    /// Operations that finding and entering the accounts of a scope takes.
    fn scope_calls(&self, _scope: &Scope) -> Vec<&'static str> {
        Vec::new()
    }

    /// Reads what is wanted. Never fails as a whole: what could not be read is a gap.
    fn collect<'a>(
        &'a self,
        want: &'a Want,
        progress: &'a dyn Progress,
    ) -> BoxFuture<'a, Collected>;

    /// Cloud-specific facts (prices, options, relations). Pure and offline: a stored snapshot is judged through it too.
    fn derive(&self, tables: &Tables, params: &FactParams) -> Derived;

    /// The table that newer prices are collected into when it is wanted. `None` when there are none to be had.
    fn price_table(&self) -> Option<&'static Table> {
        None
    }

    /// The list prices that are built in, in the order of their names.
    fn list_prices(&self) -> Box<dyn Iterator<Item = ListPrice> + '_> {
        Box::new(std::iter::empty())
    }

    /// The prices that an earlier run kept in a folder, whatever their age, and remarks on files that cannot be read.
    fn cached_prices(&self, _cache: &Path) -> (Vec<ListPrice>, Vec<String>) {
        (Vec::new(), Vec::new())
    }

    /// The prices that [`Self::derive`] asks for. Pure and offline.
    fn needed_prices(&self, _tables: &Tables, _params: &FactParams) -> BTreeSet<PriceKey> {
        BTreeSet::new()
    }

    /// Reads the newest prices of what is asked for. Never fails as a whole: what could not be asked is a gap.
    fn fresh_prices<'a>(
        &'a self,
        _keys: &'a BTreeSet<PriceKey>,
        _live: &'a LivePrices,
        _progress: &'a dyn Progress,
    ) -> BoxFuture<'a, FreshPrices> {
        Box::pin(std::future::ready(FreshPrices::default()))
    }

    /// What is wrong with a contract's rate: it names nothing that has a price, or another unit. `None` when nothing is.
    fn rate_fault(&self, _rate: &Rate) -> Option<String> {
        None
    }
}
