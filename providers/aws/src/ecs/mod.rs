//! ECS: clusters, their services, and the task definitions that services run.

pub mod cluster;
pub(crate) mod collect;
pub(crate) mod fargate;
pub mod resize_option;
pub(crate) mod scaling;
pub mod service;
mod service_collect;
pub mod service_cost;
pub mod task_definition;
