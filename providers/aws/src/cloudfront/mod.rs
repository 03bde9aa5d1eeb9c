//! CloudFront: distributions.

pub(crate) mod collect;
pub mod distribution;
