//! Reads EC2 Auto Scaling in one region.

use billhook_catalog::Row;

use crate::autoscaling::group::{self, Group, GroupZone, Member};
use crate::collect::when;
use crate::scan::Scan;

/// Everything of Auto Scaling that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    when(
        scan.wants_any(&[Group::TABLE, Member::TABLE, GroupZone::TABLE]),
        group::collect(scan, region),
    )
    .await;
}
