//! A bucket's incomplete multipart uploads: parts that were sent and never became an object, and are paid all the same.

use billhook_catalog::GapKind;
use jiff::{SignedDuration, Timestamp};

use crate::classify::Problem;
use crate::s3::bucket::Bucket;
use crate::scan::Scan;
use crate::time::instant;

/// Pages of 1,000 uploads that are read of a bucket; what lies beyond is not counted.
const PAGES: usize = 3;

/// Uploads begun longer ago than this count as stale.
const STALE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Sums of what was listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Uploads {
    count: i64,
    stale: i64,
    oldest: Option<Timestamp>,
    /// An upload without an instant was listed: neither its age nor which is the oldest is known.
    undated: bool,
}

impl Uploads {
    fn add(&mut self, initiated: Option<Timestamp>, taken_at: Timestamp) {
        self.count += 1;
        match initiated {
            None => self.undated = true,
            Some(at) => {
                self.stale += i64::from(taken_at.duration_since(at) > STALE);
                self.oldest = Some(self.oldest.map_or(at, |oldest| oldest.min(at)));
            }
        }
    }
}

/// Reads the uploads of a bucket.
pub(crate) async fn collect(
    scan: &Scan<'_>,
    region: &str,
    name: &str,
    row: &mut Bucket,
) -> Result<(), Problem> {
    const OPERATION: &str = "s3:ListMultipartUploads";
    let client = scan.clients.s3(region);
    let mut uploads = Uploads::default();
    let (mut key, mut id) = (None, None);
    let mut truncated = true;
    for _ in 0..PAGES {
        let request = client
            .list_multipart_uploads()
            .bucket(name)
            .max_uploads(1000)
            .set_key_marker(key.clone())
            .set_upload_id_marker(id.clone());
        let page = scan.caller.call(region, OPERATION, request.send()).await?;
        for upload in page.uploads() {
            uploads.add(instant(upload.initiated()), scan.want.taken_at);
        }
        truncated = page.is_truncated() == Some(true);
        if !truncated {
            break;
        }
        let next = (page.next_key_marker, page.next_upload_id_marker);
        if next == (key, id) {
            return Err(Problem::new(
                OPERATION,
                GapKind::Failed,
                "the service sent the same page twice",
            ));
        }
        (key, id) = next;
    }
    row.incomplete_upload_count = Some(uploads.count);
    row.stale_upload_count = (!uploads.undated).then_some(uploads.stale);
    row.oldest_upload_at = uploads.oldest.filter(|_| !uploads.undated);
    row.uploads_truncated = Some(truncated);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uploads_are_stale_after_seven_days() {
        let taken_at: Timestamp = "2026-03-08T12:00:00Z".parse().unwrap();
        let mut uploads = Uploads::default();
        for begun in [
            "2026-03-08T11:00:00Z",
            "2026-03-01T12:00:00Z",
            "2026-03-01T11:59:59Z",
            "2025-01-01T00:00:00Z",
        ] {
            uploads.add(Some(begun.parse().unwrap()), taken_at);
        }
        assert_eq!((uploads.count, uploads.stale), (4, 2));
        assert_eq!(uploads.oldest, "2025-01-01T00:00:00Z".parse().ok());
        assert!(!uploads.undated);
        uploads.add(None, taken_at);
        assert!(uploads.undated && uploads.count == 5);
    }
}
