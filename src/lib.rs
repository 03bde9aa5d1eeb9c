//! billhook finds the waste and the missing guards in a cloud account and says what they cost.
//!
//! The modules, in the order of the flow. The library names no cloud: a [`billhook_catalog::Provider`] brings the tables.

pub mod assess;
pub mod config;
pub mod exempt;
pub mod facts;
pub mod finding;
pub mod judge;
pub mod plan;
pub mod report;
pub mod rule;
pub mod savings;
pub mod snapshot;
pub mod sql;
