//! Domains for the tests of this folder.

use billhook_catalog::Key;

use crate::opensearch::domain::Domain;

/// A domain in us-east-1 without nodes beside its data nodes, each with 100 GiB of gp3.
pub(super) fn domain(id: &str, instance_type: &str, nodes: i64) -> Domain {
    let none = || Some(String::new());
    Domain {
        id: Key {
            resource_id: id.to_owned(),
            short_id: id.to_owned(),
            account_id: "111111111111".to_owned(),
            region: "us-east-1".to_owned(),
            ..Key::default()
        },
        state: Some("active".to_owned()),
        instance_type: Some(instance_type.to_owned()),
        instance_count: Some(nodes),
        master_type: none(),
        master_count: Some(0),
        warm_type: none(),
        warm_count: Some(0),
        coordinator_type: none(),
        coordinator_count: Some(0),
        cold_storage: Some(false),
        zone_count: Some(1),
        multi_az_with_standby: Some(false),
        ebs_enabled: Some(true),
        volume_type: Some("gp3".to_owned()),
        volume_size_gib: Some(100),
        provisioned_iops: Some(3_000),
        provisioned_throughput_mibps: Some(125),
        ..Domain::default()
    }
}
