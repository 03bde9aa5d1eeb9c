//! Amazon RDS and Aurora, and what its API lists besides: Amazon DocumentDB and Amazon Neptune.

pub(crate) mod class;
pub mod class_option;
pub mod cluster;
pub mod cluster_cost;
pub mod cluster_snapshot;
pub(crate) mod collect;
pub mod extended_support;
pub mod instance;
pub mod resize_option;
pub mod snapshot;
pub mod storage_option;

use aws_sdk_rds::types::Tag;
use billhook_catalog::{Key, Table};

use crate::scan::Scan;

/// The service that an engine belongs to, by its name for people.
pub(crate) fn product(engine: &str) -> &'static str {
    match engine {
        "docdb" => "DocumentDB",
        "neptune" => "Neptune",
        _ if engine.starts_with("aurora") => "Aurora",
        _ => "RDS",
    }
}

/// Whether the volume of a cluster holds the data, so that an instance has no storage of its own.
pub(crate) fn has_cluster_volume(engine: &str) -> bool {
    product(engine) != "RDS"
}

/// Keeps a resource's tags.
fn keep_tags(scan: &Scan<'_>, table: &Table, key: &Key, tags: &[Tag]) {
    scan.put_tags(table, key, tags.iter().map(|tag| (tag.key(), tag.value())));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_belongs_to_a_product() {
        for (engine, expected) in [
            ("docdb", "DocumentDB"),
            ("neptune", "Neptune"),
            ("aurora-mysql", "Aurora"),
            ("aurora", "Aurora"),
            ("postgres", "RDS"),
            ("custom-oracle-ee", "RDS"),
        ] {
            assert_eq!(product(engine), expected, "{engine}");
        }
        assert!(has_cluster_volume("neptune") && !has_cluster_volume("mysql"));
    }
}
