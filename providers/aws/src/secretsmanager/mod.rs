//! Secrets Manager: secrets. Their values are never asked for.

pub(crate) mod collect;
pub mod secret;
