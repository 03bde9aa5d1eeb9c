//! EBS: volumes, what they are attached to, what they need, snapshots.

pub mod attachment;
pub(crate) mod collect;
pub(crate) mod performance;
pub mod performance_option;
pub mod snapshot;
pub mod type_option;
pub mod volume;
