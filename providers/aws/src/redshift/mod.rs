//! Amazon Redshift: provisioned clusters. What is serverless has an API of its own, which is not read.

pub mod cluster;
pub(crate) mod collect;
pub(crate) mod node_type;
pub mod resize_option;
