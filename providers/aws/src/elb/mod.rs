//! Elastic Load Balancing: application, network and gateway load balancers, and classic ones.

mod classic_collect;
pub mod classic_load_balancer;
pub(crate) mod collect;
pub mod listener;
mod listener_collect;
pub mod load_balancer;
pub mod load_balancer_activity;
mod tagged;
pub mod target;
pub mod target_group;
