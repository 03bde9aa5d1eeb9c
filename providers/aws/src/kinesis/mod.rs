//! Kinesis Data Streams.

pub(crate) mod collect;
pub mod stream;
