//! EBS: volumes, what they are attached to, snapshots.

pub mod attachment;
pub(crate) mod collect;
pub mod snapshot;
pub mod type_option;
pub mod volume;
