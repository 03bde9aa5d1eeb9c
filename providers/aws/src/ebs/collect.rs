//! Reads EBS in one region.

use billhook_catalog::Row;

use crate::collect::when;
use crate::ebs::attachment::Attachment;
use crate::ebs::snapshot::{self, Snapshot};
use crate::ebs::volume::{self, Volume};
use crate::scan::Scan;

/// Everything of EBS that is wanted in a region, at once.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    futures::join!(
        when(
            scan.wants_any(&[Volume::TABLE, Attachment::TABLE]),
            volume::collect(scan, region)
        ),
        when(
            scan.wants_any(&[Snapshot::TABLE]),
            snapshot::collect(scan, region)
        ),
    );
}
