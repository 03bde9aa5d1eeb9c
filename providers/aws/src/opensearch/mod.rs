//! Amazon OpenSearch Service: domains of OpenSearch and Elasticsearch. Serverless collections have an API of their own, which
//! is not read.

pub(crate) mod collect;
pub mod domain;
pub(crate) mod node_type;
pub mod resize_option;
pub(crate) mod volume;
