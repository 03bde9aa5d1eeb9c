//! ElastiCache: clusters (nodes) and replication groups of Redis OSS, Valkey and Memcached.

pub mod cluster;
pub(crate) mod collect;
pub mod node_option;
pub mod node_type;
pub mod replication_group;
