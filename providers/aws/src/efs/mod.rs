//! EFS: file systems.

pub(crate) mod collect;
pub mod file_system;
