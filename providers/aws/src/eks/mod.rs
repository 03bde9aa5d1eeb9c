//! EKS: clusters, their node groups and Fargate profiles, and the support of Kubernetes versions.

pub mod cluster;
pub mod cluster_nodes;
pub(crate) mod collect;
pub mod fargate_profile;
pub mod node_group;
pub mod support;
