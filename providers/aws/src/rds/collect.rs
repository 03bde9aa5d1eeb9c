//! Reads the databases of one region.

use billhook_catalog::Row;

use crate::collect::when;
use crate::rds::cluster::{self, Cluster};
use crate::rds::cluster_snapshot::{self, ClusterSnapshot};
use crate::rds::instance::{self, Instance};
use crate::rds::snapshot::{self, Snapshot};
use crate::scan::Scan;

/// Everything of RDS that is wanted in a region, at once.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    futures::join!(
        databases(scan, region),
        when(
            scan.wants_any(&[Snapshot::TABLE]),
            snapshot::collect(scan, region)
        ),
        when(
            scan.wants_any(&[ClusterSnapshot::TABLE]),
            cluster_snapshot::collect(scan, region)
        ),
    );
}

/// Clusters come first: what an instance is in its cluster is told by that alone.
async fn databases(scan: &Scan<'_>, region: &str) {
    let of_instances = scan.wants_group(Instance::TABLE, instance::CLUSTER);
    let clusters = if of_instances || scan.wants_any(&[Cluster::TABLE]) {
        Some(cluster::collect(scan, region).await)
    } else {
        None
    };
    when(
        scan.wants_any(&[Instance::TABLE]),
        instance::collect(scan, region, clusters),
    )
    .await;
}
