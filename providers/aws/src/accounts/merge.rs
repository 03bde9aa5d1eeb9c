//! What several accounts brought, as one collection.
//!
//! Most rows are of the account that they were read in. What an account shares with others (a transit gateway, a subnet) all of
//! them list, under the same name: it counts once, as its owner's where the owner was read too.

use std::collections::{BTreeMap, HashMap, HashSet};

use billhook_catalog::{Coverage, Gap, Kind, Table};
use polars::prelude::{BooleanChunked, DataFrame, NewChunkedArray};

use crate::arn;
use crate::scan::{Harvest, declared, sorted};

/// Gathers accounts one after the other.
#[derive(Default)]
pub(super) struct Merged {
    tables: BTreeMap<&'static str, DataFrame>,
    gaps: Vec<Gap>,
    coverage: Vec<Coverage>,
}

impl Merged {
    /// Adds what an account brought.
    pub(super) fn add(&mut self, harvest: Harvest) {
        for (name, frame) in harvest.tables {
            match self.tables.get_mut(name) {
                Some(whole) => {
                    whole
                        .vstack_mut_owned(frame)
                        .expect("parts of a table have its columns");
                }
                None => {
                    self.tables.insert(name, frame);
                }
            }
        }
        self.gaps.extend(harvest.gaps);
        self.coverage.extend(harvest.coverage);
    }

    /// Adds a gap that is no table's.
    pub(super) fn gap(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }

    /// Everything together, in an order that does not depend on who came first.
    pub(super) fn finish(mut self, accounts: usize) -> Harvest {
        if accounts > 1 {
            let doubled = self.doubled();
            for (name, frame) in &mut self.tables {
                let Some(table) = declared(name) else {
                    continue;
                };
                let whole = std::mem::take(frame);
                *frame = sorted(table, without(whole, &doubled));
            }
        }
        self.gaps.sort();
        self.gaps.dedup();
        self.coverage.sort();
        Harvest {
            tables: self.tables,
            gaps: self.gaps,
            coverage: self.coverage,
        }
    }

    /// Resources that several accounts list, with the accounts whose rows of them do not count.
    fn doubled(&self) -> HashSet<(String, String)> {
        let mut doubled = HashSet::new();
        for (name, frame) in &self.tables {
            if declared(name).is_some_and(|table: &Table| table.kind == Kind::Resource) {
                doubled.extend(doubled_in(frame));
            }
        }
        doubled
    }
}

/// The cells of two text columns, row by row.
fn pairs(frame: &DataFrame) -> Option<Vec<(Option<&str>, Option<&str>)>> {
    let ids = frame.column("resource_id").ok()?.str().ok()?;
    let accounts = frame.column("account_id").ok()?.str().ok()?;
    Some(ids.iter().zip(accounts.iter()).collect())
}

fn doubled_in(frame: &DataFrame) -> Vec<(String, String)> {
    let mut holders: HashMap<&str, Vec<&str>> = HashMap::new();
    for (id, account) in pairs(frame).unwrap_or_default() {
        if let (Some(id), Some(account)) = (id, account) {
            let holders = holders.entry(id).or_default();
            if !holders.contains(&account) {
                holders.push(account);
            }
        }
    }
    let shared = holders
        .into_iter()
        .filter(|(_, accounts)| accounts.len() > 1);
    shared
        .flat_map(|(id, accounts)| {
            let owner = arn::parse(id).map(|parts| parts.account);
            let kept = owner
                .filter(|owner| accounts.contains(owner))
                .or_else(|| accounts.iter().min().copied());
            let dropped = accounts
                .into_iter()
                .filter(move |account| Some(*account) != kept);
            dropped.map(move |account| (id.to_owned(), account.to_owned()))
        })
        .collect()
}

/// The frame without rows of those resources and accounts: their tags and their use too.
fn without(frame: DataFrame, doubled: &HashSet<(String, String)>) -> DataFrame {
    if doubled.is_empty() {
        return frame;
    }
    let Some(pairs) = pairs(&frame) else {
        return frame;
    };
    let keeps = pairs.into_iter().map(|(id, account)| match (id, account) {
        (Some(id), Some(account)) => !doubled.contains(&(id.to_owned(), account.to_owned())),
        _ => true,
    });
    let mask = BooleanChunked::from_iter_values("keep".into(), keeps);
    frame.filter(&mask).expect("a mask of the frame's height")
}
