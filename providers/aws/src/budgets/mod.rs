//! AWS Budgets: budgets, their notifications and who receives them.

pub mod budget;
pub(crate) mod collect;
pub mod notification;
pub mod subscriber;
