//! SageMaker: inference endpoints.

pub(crate) mod collect;
pub mod endpoint;
