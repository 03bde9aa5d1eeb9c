//! Reads CloudWatch Logs in one region.

use billhook_catalog::Row;

use crate::collect::when;
use crate::logs::log_group::{self, LogGroup};
use crate::scan::Scan;

/// Everything of CloudWatch Logs that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    when(
        scan.wants_any(&[LogGroup::TABLE]),
        log_group::collect(scan, region),
    )
    .await;
}
