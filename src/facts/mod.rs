//! Tables → facts: what judging reads. Adds what follows from the tables (ages, the provider's prices and options) and
//! keeps what is not known beside what is.

mod ages;
mod ledger;

use billhook_catalog::{
    CommitmentCoverage, Coverage, FactParams, FrameError, GENERIC_TABLES, Gap, Provider, Tables,
    conform, empty_frame,
};
use jiff::Timestamp;
use polars::prelude::DataFrame;

pub use ledger::Ledger;

/// Everything that rules may read, and what is missing in it.
#[derive(Clone, Debug)]
pub struct Facts {
    /// All tables, derived ones included.
    pub tables: Tables,
    /// What could not be read or derived.
    pub gaps: Vec<Gap>,
    /// What was collected where. `None` takes every table as complete, as in a rule's examples.
    pub ledger: Option<Ledger>,
    /// The instant that the facts describe.
    pub taken_at: Timestamp,
    /// Oldest and newest date of the list prices that were used.
    pub price_dates: Option<(String, String)>,
    /// How much of the usage commitments cover, where that was read.
    pub commitments: Vec<CommitmentCoverage>,
}

/// Builds the facts of a collection.
pub fn build(
    provider: &dyn Provider,
    collected: &Tables,
    gaps: &[Gap],
    coverage: &[Coverage],
    params: &FactParams,
) -> Result<Facts, FrameError> {
    let mut tables = Tables::default();
    for table in GENERIC_TABLES.iter().chain(provider.tables()) {
        if let Some(frame) = collected.get(table.name) {
            tables.insert(
                table.name,
                ages::fill(conform(table, frame)?, params.taken_at),
            );
        }
    }
    let derived = provider.derive(&tables, params);
    for (name, frame) in derived.tables {
        tables.insert(name, frame);
    }
    for table in GENERIC_TABLES.iter().chain(provider.tables()) {
        if tables.get(table.name).is_none() {
            tables.insert(table.name, empty_frame(table));
        }
    }
    Ok(Facts {
        tables,
        gaps: gaps.iter().cloned().chain(derived.gaps).collect(),
        ledger: Some(Ledger::new(coverage)),
        taken_at: params.taken_at,
        price_dates: derived.price_dates,
        commitments: derived.commitments,
    })
}

/// The frame with its ages filled in.
pub(crate) fn with_ages(frame: DataFrame, taken_at: Timestamp) -> DataFrame {
    ages::fill(frame, taken_at)
}

/// Facts of tables alone, all of them taken as complete.
pub(crate) fn complete(tables: Tables, taken_at: Timestamp) -> Facts {
    let mut filled = Tables::default();
    for (name, frame) in tables.iter() {
        filled.insert(name, ages::fill(frame.clone(), taken_at));
    }
    Facts {
        tables: filled,
        gaps: Vec::new(),
        ledger: None,
        taken_at,
        price_dates: None,
        commitments: Vec::new(),
    }
}
