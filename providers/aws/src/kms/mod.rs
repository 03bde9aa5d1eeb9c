//! KMS: keys, their aliases, and what is encrypted with them.

pub mod alias;
pub(crate) mod collect;
pub mod key;
pub mod key_use;
