//! Databases for the tests of this folder.

use billhook_catalog::Key;

use super::usage::Figures;
use crate::rds::cluster::Cluster;
use crate::rds::instance::Instance;
use crate::rds::{has_cluster_volume, product};

fn key(id: &str) -> Key {
    Key {
        resource_id: id.to_owned(),
        short_id: id.to_owned(),
        account_id: "111111111111".to_owned(),
        region: "us-east-1".to_owned(),
        ..Key::default()
    }
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

/// A plain instance in us-east-1 that runs, with 100 GiB of gp2 unless a cluster volume holds its data.
pub(super) fn instance(id: &str, engine: &str, class: &str) -> Instance {
    let on_cluster_volume = has_cluster_volume(engine);
    Instance {
        id: key(id),
        product: text(product(engine)),
        engine: text(engine),
        engine_version: text("1"),
        license_model: text("general-public-license"),
        instance_class: text(class),
        status: text("available"),
        deployment: text("single-az"),
        allocated_storage_gib: Some(if on_cluster_volume { 0 } else { 100 }),
        max_allocated_storage_gib: Some(0),
        storage_type: text(if on_cluster_volume { "aurora" } else { "gp2" }),
        provisioned_iops: Some(0),
        provisioned_throughput_mibps: Some(0),
        additional_volume_count: Some(0),
        dedicated_log_volume: Some(false),
        cluster_resource_id: text(if on_cluster_volume { "c" } else { "" }),
        is_replica: Some(false),
        replica_source_resource_id: text(""),
        replica_count: Some(0),
        performance_insights: Some(false),
        encrypted: Some(true),
        processor_feature_count: Some(0),
        engine_lifecycle_support: text("open-source-rds-extended-support"),
        ..Instance::default()
    }
}

/// A provisioned cluster in us-east-1 with standard storage.
pub(super) fn cluster(id: &str, engine: &str) -> Cluster {
    Cluster {
        id: key(id),
        product: text(product(engine)),
        engine: text(engine),
        engine_mode: text("provisioned"),
        status: text("available"),
        io_optimized: Some(false),
        serverless: text("none"),
        is_secondary: Some(false),
        ..Cluster::default()
    }
}

/// Fourteen known days of one and the same value.
pub(super) fn figures(value: f64) -> Figures {
    Figures {
        window_days: 14.0,
        coverage: 1.0,
        min: value,
        avg: value,
        p995: value,
        max: value,
    }
}
