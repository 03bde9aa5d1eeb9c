//! S3: buckets.

pub mod bucket;
pub(crate) mod collect;
mod lifecycle;
mod policy;
mod uploads;
