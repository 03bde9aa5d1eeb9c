//! S3: buckets.

pub mod bucket;
pub mod bucket_traffic;
pub(crate) mod collect;
mod lifecycle;
mod policy;
mod request_metrics;
mod uploads;
