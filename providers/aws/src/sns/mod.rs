//! SNS: topics.

pub(crate) mod collect;
pub mod topic;
