//! Reads Redshift in one region.

use aws_sdk_redshift::types::Cluster as Described;
use billhook_catalog::{BASE_GROUP, Row};

use crate::number::{MIB_PER_GIB, count};
use crate::redshift::cluster::Cluster;
use crate::scan::Scan;
use crate::time::instant;

/// Everything of Redshift that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.redshift(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "redshift:DescribeClusters",
            |token| {
                client
                    .describe_clusters()
                    .max_records(100)
                    .set_marker(token)
                    .send()
            },
            |page| {
                for described in page.clusters() {
                    if let Some(row) = row(scan, region, described) {
                        let tags = described.tags().iter();
                        scan.put_tags(
                            Cluster::TABLE,
                            &row.id,
                            tags.map(|tag| (tag.key(), tag.value())),
                        );
                        scan.put(region, row);
                    }
                }
                page.marker
            },
        )
        .await;
    scan.settle(Cluster::TABLE, BASE_GROUP, region, &outcome);
}

fn row(scan: &Scan<'_>, region: &str, described: &Described) -> Option<Cluster> {
    let short_id = described.cluster_identifier()?;
    let resource = format!("cluster:{short_id}");
    let arn = scan.names.regional("redshift", region, &resource);
    let mut id = scan.key(region, arn, short_id);
    id.name = Some(short_id.to_owned());
    id.created_at = instant(described.cluster_create_time());
    let encrypted = described.encrypted();
    let text = |value: Option<&str>| Some(value.unwrap_or_default().to_owned());
    Some(Cluster {
        id,
        status: described.cluster_status().map(str::to_owned),
        availability: described.cluster_availability_status().map(str::to_owned),
        node_type: described.node_type().map(str::to_owned),
        node_count: described.number_of_nodes().map(i64::from),
        multi_az: Some(is_multi_az(described)),
        secondary_node_count: secondary_nodes(described),
        storage_capacity_gib: described
            .total_storage_capacity_in_mega_bytes()
            .filter(|mib| *mib > 0)
            .map(|mib| mib as f64 / MIB_PER_GIB),
        elastic_resize_node_counts: text(described.elastic_resize_number_of_node_options()),
        engine_version: described.cluster_version().map(str::to_owned),
        encrypted,
        kms_key_id: match encrypted {
            // With a key in a hardware module AWS names none.
            Some(_) => text(described.kms_key_id()),
            None => described.kms_key_id().map(str::to_owned),
        },
        publicly_accessible: described.publicly_accessible(),
        snapshot_retention_days: described
            .automated_snapshot_retention_period()
            .map(i64::from),
        vpc_id: text(described.vpc_id()),
        zone: described.availability_zone().map(str::to_owned),
    })
}

/// Clusters in two zones are younger than the API, so an answer that does not speak of them has none.
fn is_multi_az(described: &Described) -> bool {
    let said = described.multi_az().unwrap_or_default();
    said.eq_ignore_ascii_case("enabled") || described.multi_az_secondary().is_some()
}

/// Compute nodes in the second zone. None when there have to be some and AWS lists none.
fn secondary_nodes(described: &Described) -> Option<i64> {
    if !is_multi_az(described) {
        return Some(0);
    }
    let nodes = described.multi_az_secondary()?.cluster_nodes().iter();
    let compute = nodes.filter(|node| node.node_role() != Some("LEADER"));
    Some(count(compute.count())).filter(|nodes| *nodes > 0)
}

#[cfg(test)]
mod tests {
    use aws_sdk_redshift::types::{ClusterNode, SecondaryClusterInfo};

    use super::*;

    #[test]
    fn the_nodes_of_a_second_zone_are_counted_without_its_leader() {
        let secondary = |roles: &[&str]| {
            let nodes = roles
                .iter()
                .map(|role| ClusterNode::builder().node_role(*role).build());
            SecondaryClusterInfo::builder()
                .set_cluster_nodes(Some(nodes.collect()))
                .build()
        };
        let of = |builder: aws_sdk_redshift::types::builders::ClusterBuilder| {
            let described = builder.build();
            (is_multi_az(&described), secondary_nodes(&described))
        };
        assert_eq!(of(Described::builder()), (false, Some(0)));
        assert_eq!(
            of(Described::builder().multi_az("Disabled")),
            (false, Some(0))
        );
        let spread = Described::builder()
            .multi_az("Enabled")
            .multi_az_secondary(secondary(&["LEADER", "COMPUTE-0", "COMPUTE-1"]));
        assert_eq!(of(spread), (true, Some(2)));
        assert_eq!(
            of(Described::builder().multi_az("Enabled")),
            (true, None),
            "there are some, but nobody says how many"
        );
    }
}
