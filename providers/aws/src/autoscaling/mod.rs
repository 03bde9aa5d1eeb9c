//! EC2 Auto Scaling: groups and their members.

pub(crate) mod collect;
pub mod group;
pub mod resize_option;
