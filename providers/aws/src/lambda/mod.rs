//! Lambda: functions and their provisioned concurrency.

pub(crate) mod collect;
pub mod function;
pub mod function_cost;
pub mod provisioned_concurrency;
