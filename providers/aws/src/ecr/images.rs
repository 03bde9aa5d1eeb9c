//! A repository's images, added up.

use aws_sdk_ecr::types::ImageDetail;
use jiff::{SignedDuration, Timestamp};

use crate::classify::Problem;
use crate::ecr::repository::Repository;
use crate::number::BYTES_PER_GIB;
use crate::scan::Scan;
use crate::time::instant;

/// Images that were neither pushed nor pulled for longer count as stale.
const STALE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Sums over images.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Images {
    count: i64,
    bytes: i64,
    untagged: i64,
    stale: i64,
    stale_bytes: i64,
    /// An image without an instant or a size was listed, so what is stale is not known.
    has_unknown: bool,
}

impl Images {
    fn add(&mut self, image: &ImageDetail, taken_at: Timestamp) {
        let pushed = instant(image.image_pushed_at());
        // ECR records a pull once a day, and began in 2021: what was not pulled since has no instant.
        let used = pushed.max(instant(image.last_recorded_pull_time()));
        self.count += 1;
        self.untagged += i64::from(image.image_tags().is_empty());
        let (Some(used), Some(bytes)) = (used, image.image_size_in_bytes()) else {
            self.has_unknown = true;
            return;
        };
        self.bytes += bytes;
        if taken_at.duration_since(used) > STALE {
            self.stale += 1;
            self.stale_bytes += bytes;
        }
    }

    /// Puts the sums into a row.
    pub(super) fn fill(self, row: &mut Repository) {
        let known = |value| (!self.has_unknown).then_some(value);
        row.image_count = Some(self.count);
        row.untagged_image_count = Some(self.untagged);
        row.image_gib = known(self.bytes as f64 / BYTES_PER_GIB);
        row.stale_image_count = (!self.has_unknown).then_some(self.stale);
        row.stale_image_gib = known(self.stale_bytes as f64 / BYTES_PER_GIB);
    }
}

/// Reads the images of a repository.
pub(super) async fn collect(scan: &Scan<'_>, region: &str, name: &str) -> Result<Images, Problem> {
    let client = scan.clients.ecr(region);
    let mut images = Images::default();
    scan.caller
        .pages(
            region,
            "ecr:DescribeImages",
            |token| {
                client
                    .describe_images()
                    .repository_name(name)
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for image in page.image_details() {
                    images.add(image, scan.want.taken_at);
                }
                page.next_token
            },
        )
        .await?;
    Ok(images)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::to_sdk;

    const TAKEN_AT: &str = "2026-10-01T00:00:00Z";

    fn image(pushed: Option<&str>, pulled: Option<&str>, bytes: Option<i64>) -> ImageDetail {
        let at = |text: Option<&str>| text.map(|text| to_sdk(text.parse().unwrap()));
        ImageDetail::builder()
            .set_image_pushed_at(at(pushed))
            .set_last_recorded_pull_time(at(pulled))
            .set_image_size_in_bytes(bytes)
            .build()
    }

    fn summed(images: &[ImageDetail]) -> Repository {
        let mut sums = Images::default();
        for image in images {
            sums.add(image, TAKEN_AT.parse().unwrap());
        }
        let mut row = Repository::default();
        sums.fill(&mut row);
        row
    }

    #[test]
    fn an_old_image_that_is_pulled_is_in_use() {
        let gib = Some(1_073_741_824);
        let row = summed(&[
            image(Some("2025-01-01T00:00:00Z"), None, gib),
            image(
                Some("2025-01-01T00:00:00Z"),
                Some("2025-06-01T00:00:00Z"),
                gib,
            ),
            image(
                Some("2025-01-01T00:00:00Z"),
                Some("2026-09-30T00:00:00Z"),
                gib,
            ),
            image(Some("2026-09-01T00:00:00Z"), None, gib),
        ]);
        assert_eq!((row.image_count, row.image_gib), (Some(4), Some(4.0)));
        assert_eq!(
            (row.stale_image_count, row.stale_image_gib),
            (Some(2), Some(2.0))
        );
        assert_eq!(row.untagged_image_count, Some(4));
    }

    #[test]
    fn one_image_of_unknown_age_leaves_the_sums_open() {
        let row = summed(&[
            image(Some("2025-01-01T00:00:00Z"), None, Some(1)),
            image(None, None, Some(1)),
        ]);
        assert_eq!((row.image_count, row.image_gib), (Some(2), None));
        assert_eq!((row.stale_image_count, row.stale_image_gib), (None, None));
        assert_eq!(
            summed(&[]).stale_image_gib,
            Some(0.0),
            "no image is an answer"
        );
    }
}
