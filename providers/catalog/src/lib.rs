//! The contract between billhook and a cloud.
//!
//! A **provider** turns a cloud into flat, documented [tables](Table) and a list of [gaps](Gap): what could not be read,
//! and why. This crate holds both sides' vocabulary and nothing else. It names no cloud, speaks no SQL and does no I/O.
//!
//! In the order of the flow: a [`Want`] says which tables, column groups and metrics the selected rules need;
//! [`Provider::collect`] answers with [`Collected`]; [`Provider::derive`] adds what follows from it (prices, options).

#![warn(missing_docs)]

mod answers;
mod cell;
mod collected;
mod frame;
mod gap;
mod generic;
mod metric;
mod price;
mod provider;
mod rightsizing;
mod schema;
mod scope;
mod table_macro;
mod want;

pub use answers::{AnswerCache, Reused};
pub use cell::{Cell, ColumnBuilder, ColumnReader};
pub use collected::{ApiSpend, Collected, Coverage, CoverageStatus, Foreseen};
pub use frame::{
    FrameError, Key, Place, Prefix, Row, Tables, conform, empty_frame, frame_of, rows_of,
    without_cell, without_row,
};
pub use gap::{EVERY_TABLE, Gap, GapKind};
pub use generic::{
    CalculationLine, GENERIC_TABLES, PriceUsed, Relation, Resource, Tag, Usage, UsageDaily,
};
pub use metric::{
    Dimension, DimensionValue, Metric, MetricWant, Missing, Population, Refine, Statistic,
};
pub use price::{FreshPrice, FreshPrices, ListPrice, LivePrices, PriceKey, Rate};
pub use provider::{
    CommitmentCoverage, Derived, FactParams, Identity, Progress, Provider, ProviderError, Quiet,
};
pub use rightsizing::{CpuPercentile, RightsizingProfile};
pub use schema::{BASE_GROUP, Column, Group, Kind, Table, Type};
pub use scope::{AccountState, Accounts, DEFAULT_ROLE, ListedAccount, Scope, ScopedAccount};
pub use want::{ACCOUNTS_AT_ONCE, Want};

/// Crates that the `table!` macro's expansion names.
#[doc(hidden)]
pub mod support {
    pub use jiff;
    pub use polars;
}
