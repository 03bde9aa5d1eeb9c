//! SQS: queues.

pub(crate) mod collect;
pub mod queue;
