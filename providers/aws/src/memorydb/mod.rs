//! MemoryDB.

pub mod cluster;
pub mod cluster_option;
pub(crate) mod collect;
