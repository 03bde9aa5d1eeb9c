//! Reads ECR in one region.

use std::collections::BTreeMap;

use billhook_catalog::{BASE_GROUP, Row};
use futures::StreamExt;

use crate::call::or_absent;
use crate::classify::Problem;
use crate::ecr::images;
use crate::ecr::repository::Repository;
use crate::scan::{Scan, Tally};
use crate::time::instant;

/// Repositories that are asked about at once; the service's pace limits them further.
const AT_ONCE: usize = 4;
/// The column groups that are asked for repository by repository.
const LIFECYCLE: &str = "lifecycle";
const IMAGES: &str = "images";

/// What was answered about one repository, by group.
type Outcomes = Vec<(&'static str, Result<(), Problem>)>;

/// Everything of ECR that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.ecr(region);
    let mut listed = Vec::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "ecr:DescribeRepositories",
            |token| {
                client
                    .describe_repositories()
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                listed.extend(
                    page.repositories()
                        .iter()
                        .filter_map(|repository| row(scan, region, repository)),
                );
                page.next_token
            },
        )
        .await;
    let mut tallies: BTreeMap<&'static str, Tally> = [LIFECYCLE, IMAGES]
        .map(|group| (group, Tally::default()))
        .into();
    let listed = if outcome.is_ok() { listed } else { Vec::new() };
    let mut rows = futures::stream::iter(listed)
        .map(|row| async move { details(scan, region, row).await })
        .buffer_unordered(AT_ONCE);
    while let Some((row, outcomes)) = rows.next().await {
        for (group, outcome) in outcomes {
            if let Some(tally) = tallies.get_mut(group) {
                tally.take(&row.id.resource_id, outcome);
            }
        }
        scan.put(region, row);
    }
    scan.settle(Repository::TABLE, BASE_GROUP, region, &outcome);
    if outcome.is_ok() {
        for (group, tally) in tallies {
            scan.settle_each(Repository::TABLE, group, region, tally);
        }
    }
}

fn row(
    scan: &Scan<'_>,
    region: &str,
    repository: &aws_sdk_ecr::types::Repository,
) -> Option<Repository> {
    let (name, arn) = (repository.repository_name()?, repository.repository_arn()?);
    let mut id = scan.key(region, arn.to_owned(), name);
    id.name = Some(name.to_owned());
    id.created_at = instant(repository.created_at());
    let encryption = repository.encryption_configuration();
    Some(Repository {
        id,
        tag_mutability: repository
            .image_tag_mutability()
            .map(|mutability| mutability.as_str().to_owned()),
        encryption: Some(
            encryption
                .map_or("AES256", |encryption| encryption.encryption_type().as_str())
                .to_owned(),
        ),
        kms_key_id: Some(
            encryption
                .and_then(|encryption| encryption.kms_key())
                .unwrap_or_default()
                .to_owned(),
        ),
        ..Repository::default()
    })
}

/// Asks one repository for everything that is wanted of it.
async fn details(scan: &Scan<'_>, region: &str, mut row: Repository) -> (Repository, Outcomes) {
    let name = row.id.short_id.clone();
    let mut outcomes = Outcomes::new();
    if scan.wants_group(Repository::TABLE, LIFECYCLE) {
        let client = scan.clients.ecr(region);
        let request = client.get_lifecycle_policy().repository_name(&name);
        let request = or_absent(request.send(), &["LifecyclePolicyNotFoundException"]);
        let answer = scan
            .caller
            .call(region, "ecr:GetLifecyclePolicy", request)
            .await;
        outcomes.push((
            LIFECYCLE,
            answer.map(|policy| row.has_lifecycle_policy = Some(policy.is_some())),
        ));
    }
    if scan.wants_group(Repository::TABLE, IMAGES) {
        let answer = images::collect(scan, region, &name).await;
        outcomes.push((IMAGES, answer.map(|images| images.fill(&mut row))));
    }
    (row, outcomes)
}
