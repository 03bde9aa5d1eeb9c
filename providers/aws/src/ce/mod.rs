//! Cost Explorer: what was billed, what watches the bill, and what was committed to. Each request is charged, so the tables are
//! read only where the user asked for it, and with as few requests as they take.

pub mod anomaly;
pub mod bill;
pub(crate) mod class;
pub(crate) mod collect;
pub mod commitment;
pub mod coverage;
mod money;
pub(crate) mod month;
pub mod service_cost;
pub mod transfer;
pub mod untagged;
pub mod usage;
