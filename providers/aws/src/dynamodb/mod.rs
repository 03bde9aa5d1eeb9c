//! DynamoDB: tables, their global secondary indexes, what both may use and cost.

pub mod capacity_option;
pub(crate) mod collect;
pub mod index;
pub mod scaling;
pub mod table;
pub mod table_cost;
