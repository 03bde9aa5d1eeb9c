//! Reads EFS in one region.

use aws_sdk_efs::types::FileSystemDescription;
use billhook_catalog::{BASE_GROUP, Row};

use crate::efs::file_system::FileSystem;
use crate::number::BYTES_PER_GIB;
use crate::scan::Scan;
use crate::time::instant;

/// Everything of EFS that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.efs(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "elasticfilesystem:DescribeFileSystems",
            |token| {
                client
                    .describe_file_systems()
                    .max_items(100)
                    .set_marker(token)
                    .send()
            },
            |page| {
                for described in page.file_systems() {
                    let row = row(scan, region, described);
                    let tags = described.tags().iter();
                    scan.put_tags(
                        FileSystem::TABLE,
                        &row.id,
                        tags.map(|tag| (Some(tag.key()), Some(tag.value()))),
                    );
                    scan.put(region, row);
                }
                page.next_marker
            },
        )
        .await;
    scan.settle(FileSystem::TABLE, BASE_GROUP, region, &outcome);
}

fn row(scan: &Scan<'_>, region: &str, described: &FileSystemDescription) -> FileSystem {
    let short_id = described.file_system_id();
    let arn = described.file_system_arn().map_or_else(
        || {
            let resource = format!("file-system/{short_id}");
            scan.names.regional("elasticfilesystem", region, &resource)
        },
        str::to_owned,
    );
    let mut id = scan.key(region, arn, short_id);
    id.name = described
        .name()
        .filter(|name| !name.is_empty())
        .map(str::to_owned);
    id.created_at = instant(Some(described.creation_time()));
    let size = described.size_in_bytes();
    let gib = |bytes: i64| bytes as f64 / BYTES_PER_GIB;
    FileSystem {
        id,
        state: Some(described.life_cycle_state().as_str().to_owned()),
        encrypted: described.encrypted(),
        kms_key_id: match described.encrypted() {
            Some(false) => Some(String::new()),
            _ => described.kms_key_id().map(str::to_owned),
        },
        zone: Some(
            described
                .availability_zone_name()
                .unwrap_or_default()
                .to_owned(),
        ),
        size_gib: size.map(|size| gib(size.value())),
        standard_gib: size.and_then(|size| size.value_in_standard()).map(gib),
        infrequent_gib: size.and_then(|size| size.value_in_ia()).map(gib),
        // The class is younger than the API: without a figure there is nothing in it.
        archive_gib: size.map(|size| size.value_in_archive().map_or(0.0, gib)),
        throughput_mode: Some(
            described
                .throughput_mode()
                .map_or("bursting", |mode| mode.as_str())
                .to_owned(),
        ),
        provisioned_throughput_mibps: Some(
            described
                .provisioned_throughput_in_mibps()
                .unwrap_or_default(),
        ),
        mount_target_count: Some(i64::from(described.number_of_mount_targets())),
    }
}
