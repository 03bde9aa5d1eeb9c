//! CloudWatch Logs: log groups.

pub(crate) mod collect;
pub mod log_group;
