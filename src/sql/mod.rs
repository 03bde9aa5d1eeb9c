//! The one gate through which SQL comes in: rules, their `applies`, examples and `billhook query`.
//!
//! A statement is parsed with the parser that Polars uses, held against an allow-list, its parameters are bound as typed
//! literals, and it is planned on empty tables as the type check. What passes reads catalog tables and nothing else: no
//! file, no table function, no path. Constructs that misread NULL as an answer are refused with the reason.

mod anatomy;
mod bind;
mod constant;
mod expression;
mod functions;
mod gate;
mod place;
mod reads;
mod run;
mod worlds;

use std::collections::{BTreeMap, BTreeSet};

use billhook_catalog::{GENERIC_TABLES, Table};

pub use anatomy::{Anatomy, Condition, Operand, Shape, anatomy, hidden_column, membership};
pub(crate) use constant::constant;
pub use gate::check;
pub(crate) use place::{offset, places_of};
pub use run::{RunError, run, type_check};
pub(crate) use worlds::{WORLD, in_worlds};

/// The tables that SQL may read.
#[derive(Clone, Debug)]
pub struct Catalog {
    tables: BTreeMap<&'static str, &'static Table>,
}

impl Catalog {
    /// The generic tables and a provider's.
    pub fn new(provider_tables: &[&'static Table]) -> Self {
        let tables = GENERIC_TABLES
            .iter()
            .chain(provider_tables)
            .map(|table| (table.name, *table))
            .collect();
        Catalog { tables }
    }

    /// The table of that name.
    pub fn table(&self, name: &str) -> Option<&'static Table> {
        self.tables.get(name).copied()
    }

    /// All tables, by name.
    pub fn tables(&self) -> impl Iterator<Item = &'static Table> + '_ {
        self.tables.values().copied()
    }

    /// The name closest to one that does not exist, for error messages.
    pub(crate) fn closest(&self, name: &str) -> Option<&'static str> {
        closest(name, self.tables.keys().copied())
    }
}

/// The candidate that shares the longest run of leading or trailing characters with `name`, if it shares enough.
pub(crate) fn closest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let shared = |candidate: &str| {
        let lead = name
            .chars()
            .zip(candidate.chars())
            .take_while(|(a, b)| a == b)
            .count();
        let trail = name
            .chars()
            .rev()
            .zip(candidate.chars().rev())
            .take_while(|(a, b)| a == b)
            .count();
        lead.max(trail)
    };
    candidates
        .map(|candidate| (shared(candidate), candidate))
        .filter(|(score, candidate)| score * 2 > candidate.len().min(name.len()))
        .max_by_key(|(score, candidate)| (*score, std::cmp::Reverse(candidate.len())))
        .map(|(_, candidate)| candidate)
}

/// What a statement is for; a rule's query may do a little less than a person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A rule: sorting and limits belong to the engine.
    Rule,
    /// `billhook query`.
    Query,
}

/// A value that a `:parameter` stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A whole number.
    Int(i64),
    /// A real number.
    Real(f64),
    /// Text.
    Text(String),
    /// True or false.
    Bool(bool),
}

impl Literal {
    /// The value as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Literal::Int(number) => (*number).into(),
            Literal::Real(number) => (*number).into(),
            Literal::Text(text) => text.clone().into(),
            Literal::Bool(flag) => (*flag).into(),
        }
    }
}

/// A statement that passed the gate, with its parameters bound.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The statement as it was written.
    pub text: String,
    /// The statement as it is executed.
    pub sql: String,
    /// Columns that it reads, by table.
    pub reads: BTreeMap<&'static str, BTreeSet<&'static str>>,
    /// Columns that its predicates read (WHERE, ON, HAVING, QUALIFY), by table. Where an alias does not tell the table, of
    /// every table that has a column of that name.
    pub predicates: BTreeMap<&'static str, BTreeSet<&'static str>>,
}

/// Why a statement was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SqlError {
    /// Line within the statement, counted from 1; 0 when unknown.
    pub line: u64,
    /// Column, counted from 1; 0 when unknown.
    pub column: u64,
    /// What is wrong and what to write instead.
    pub message: String,
}
