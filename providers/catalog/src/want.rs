//! What a scan wants of a provider.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::{AnswerCache, BASE_GROUP, LivePrices, MetricWant, ScopedAccount};

/// Accounts that are read at the same time, where nothing else is said. Limits on requests are each account's own, so this is
/// for the sake of memory and connections here.
pub const ACCOUNTS_AT_ONCE: usize = 8;

/// Which tables, column groups and metrics to read, and where.
#[derive(Clone, Debug)]
pub struct Want {
    /// Column groups by table. A table that is wanted has at least [`BASE_GROUP`].
    pub tables: BTreeMap<&'static str, BTreeSet<&'static str>>,
    /// Metrics, already merged: no two wants differ in their population alone.
    pub metrics: Vec<MetricWant>,
    /// Accounts to read, as [`Provider::accounts`](crate::Provider::accounts) gives them; empty is the one that the
    /// credentials belong to.
    pub accounts: Vec<ScopedAccount>,
    /// Accounts that are read at the same time.
    pub accounts_at_once: usize,
    /// Whether regions in which nothing was billed are left alone but for their settings. Asking that is charged.
    pub skip_quiet_regions: bool,
    /// Regions to read; `None` is every region that is enabled.
    pub regions: Option<Vec<String>>,
    /// The instant that windows are counted back from and ages are measured at.
    pub taken_at: Timestamp,
    /// Count what is charged (metric queries, requests of tables that are opted into) instead of sending it.
    pub count_metrics_only: bool,
    /// How newer prices are obtained, where the table of prices is wanted. `None` asks for all of them and keeps none.
    pub live_prices: Option<LivePrices>,
    /// Tag keys that name an owner.
    pub owner_tags: Vec<String>,
    /// What the collection may spend on charged requests, USD at list price. What would exceed it is left out, and a gap.
    /// `None`: no limit.
    pub max_usd: Option<f64>,
    /// Where answers are kept between collections. `None`: everything is asked, and nothing kept.
    pub answers: Option<AnswerCache>,
}

impl Want {
    /// Nothing yet, everywhere.
    pub fn new(taken_at: Timestamp) -> Self {
        Want {
            tables: BTreeMap::new(),
            metrics: Vec::new(),
            accounts: Vec::new(),
            accounts_at_once: ACCOUNTS_AT_ONCE,
            skip_quiet_regions: false,
            regions: None,
            taken_at,
            count_metrics_only: false,
            live_prices: None,
            owner_tags: Vec::new(),
            max_usd: None,
            answers: None,
        }
    }

    /// Adds a table with its base columns, and one more group.
    pub fn add(&mut self, table: &'static str, group: &'static str) {
        let groups = self.tables.entry(table).or_default();
        groups.insert(BASE_GROUP);
        groups.insert(group);
    }

    /// Whether any column of the table is wanted.
    pub fn wants(&self, table: &str) -> bool {
        self.tables.contains_key(table)
    }

    /// Whether that group of the table is wanted.
    pub fn wants_group(&self, table: &str, group: &str) -> bool {
        self.tables
            .get(table)
            .is_some_and(|groups| groups.contains(group))
    }
}
