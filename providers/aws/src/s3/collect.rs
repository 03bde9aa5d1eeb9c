//! Reads the buckets of an account, each in its own region.

use std::collections::BTreeMap;

use aws_sdk_s3::types::Bucket as Listed;
use billhook_catalog::{BASE_GROUP, GapKind, Row};
use futures::StreamExt;
use jiff::Timestamp;

use crate::call::or_absent;
use crate::classify::Problem;
use crate::s3::bucket::Bucket;
use crate::s3::{lifecycle, policy, request_metrics, uploads};
use crate::scan::{Scan, Tally};
use crate::time::instant;

/// 2023-01-05T00:00:00Z: S3 encrypts every object since.
const ENCRYPTED_SINCE: Timestamp = Timestamp::constant(1_672_876_800, 0);
/// Buckets that are asked about at once; each region's pace limits them further.
const AT_ONCE: usize = 16;

/// The column groups that are asked for bucket by bucket.
const GROUPS: [&str; 7] = [
    "encryption",
    "policy",
    "lifecycle",
    "versioning",
    "public-access",
    "uploads",
    "request-metrics",
];

/// What was answered about one bucket, by group.
type Outcomes = Vec<(&'static str, Result<(), Problem>)>;

/// Reads all buckets in the regions that are scanned.
pub(crate) async fn collect(scan: &Scan<'_>) {
    let home = scan.clients.home().to_owned();
    let mut listed = Vec::new();
    let client = scan.clients.s3(&home);
    let outcome = scan
        .caller
        .pages(
            &home,
            "s3:ListBuckets",
            |token| {
                client
                    .list_buckets()
                    .max_buckets(1000)
                    .set_continuation_token(token)
                    .send()
            },
            |page| {
                listed.extend(page.buckets.unwrap_or_default());
                page.continuation_token
            },
        )
        .await;
    if let Err(problem) = outcome {
        // Nothing is known of any region's buckets, so this is one gap of the account.
        scan.gap(Bucket::TABLE.name, BASE_GROUP, None, None, &problem);
        for region in &scan.regions {
            scan.cover_table(Bucket::TABLE, region, &problem);
        }
        return;
    }
    let mut regions: BTreeMap<String, Vec<Listed>> = scan
        .regions
        .iter()
        .map(|region| (region.clone(), Vec::new()))
        .collect();
    let mut placed = futures::stream::iter(listed)
        .map(|bucket| async {
            let region = region_of(scan, &home, &bucket).await;
            (bucket, region)
        })
        .buffer_unordered(AT_ONCE);
    while let Some((bucket, region)) = placed.next().await {
        match region {
            // A bucket elsewhere is outside of the scan.
            Ok(region) => {
                if let Some(buckets) = regions.get_mut(&region) {
                    buckets.push(bucket);
                }
            }
            Err(problem) => {
                let arn = scan.names.bucket(bucket.name().unwrap_or_default());
                scan.gap(Bucket::TABLE.name, BASE_GROUP, None, Some(&arn), &problem);
            }
        }
    }
    futures::stream::iter(regions)
        .for_each_concurrent(None, |(region, buckets)| async move {
            in_region(scan, &region, buckets).await
        })
        .await;
}

/// The region of a bucket: as the list says, or else as the bucket says.
async fn region_of(scan: &Scan<'_>, home: &str, bucket: &Listed) -> Result<String, Problem> {
    const OPERATION: &str = "s3:GetBucketLocation";
    if let Some(region) = bucket.bucket_region() {
        return Ok(region.to_owned());
    }
    let Some(name) = bucket.name() else {
        return Err(Problem::new(
            OPERATION,
            GapKind::Failed,
            "a bucket without a name was listed",
        ));
    };
    let request = scan.clients.s3(home).get_bucket_location().bucket(name);
    let request = async move {
        match request.send().await {
            Ok(answer) => Ok(region_named(
                answer
                    .location_constraint()
                    .map_or("", |constraint| constraint.as_str()),
            )
            .to_owned()),
            // A refusal and a redirection name the region in a header.
            Err(error) => match error
                .raw_response()
                .and_then(|raw| raw.headers().get("x-amz-bucket-region"))
            {
                Some(region) => Ok(region.to_owned()),
                None => Err(error),
            },
        }
    };
    scan.caller.call(home, OPERATION, request).await
}

/// The region of a location constraint. The oldest regions keep the names that they had before regions had names.
fn region_named(constraint: &str) -> &str {
    match constraint {
        "" | "US" => "us-east-1",
        "EU" => "eu-west-1",
        region => region,
    }
}

/// Reads the buckets of one region.
async fn in_region(scan: &Scan<'_>, region: &str, buckets: Vec<Listed>) {
    let mut tallies: BTreeMap<&'static str, Tally> = GROUPS
        .iter()
        .map(|group| (*group, Tally::default()))
        .collect();
    let named = buckets
        .into_iter()
        .filter_map(|bucket| bucket.name.clone().map(|name| (name, bucket)));
    let mut rows = futures::stream::iter(named)
        .map(|(name, bucket)| async move { details(scan, region, &name, &bucket).await })
        .buffer_unordered(AT_ONCE);
    while let Some((row, outcomes)) = rows.next().await {
        for (group, outcome) in outcomes {
            if let Some(tally) = tallies.get_mut(group) {
                tally.take(&row.id.resource_id, outcome);
            }
        }
        scan.put(region, row);
    }
    let stopped = scan.caller.is_cancelled();
    let outcome = if stopped {
        Err(Problem::cancelled("s3:ListBuckets"))
    } else {
        Ok(())
    };
    scan.settle(Bucket::TABLE, BASE_GROUP, region, &outcome);
    if !stopped {
        for (group, tally) in tallies {
            scan.settle_each(Bucket::TABLE, group, region, tally);
        }
    }
}

/// Asks one bucket for everything that is wanted of it.
async fn details(scan: &Scan<'_>, region: &str, name: &str, listed: &Listed) -> (Bucket, Outcomes) {
    let mut id = scan.key(region, scan.names.bucket(name), name);
    id.name = Some(name.to_owned());
    id.created_at = instant(listed.creation_date());
    let mut row = Bucket {
        predates_default_encryption: id.created_at.map(|at| at < ENCRYPTED_SINCE),
        id,
        ..Bucket::default()
    };
    let mut outcomes = Outcomes::new();
    for group in GROUPS {
        if scan.wants_group(Bucket::TABLE, group) {
            let outcome = match group {
                "encryption" => encryption(scan, region, name, &mut row).await,
                "policy" => bucket_policy(scan, region, name, &mut row).await,
                "lifecycle" => bucket_lifecycle(scan, region, name, &mut row).await,
                "versioning" => versioning(scan, region, name, &mut row).await,
                "public-access" => public_access(scan, region, name, &mut row).await,
                "request-metrics" => request_metrics::collect(scan, region, name, &mut row).await,
                _ => uploads::collect(scan, region, name, &mut row).await,
            };
            outcomes.push((group, outcome));
        }
    }
    (row, outcomes)
}

async fn encryption(
    scan: &Scan<'_>,
    region: &str,
    name: &str,
    row: &mut Bucket,
) -> Result<(), Problem> {
    let request = scan.clients.s3(region).get_bucket_encryption().bucket(name);
    let request = or_absent(
        request.send(),
        &["ServerSideEncryptionConfigurationNotFoundError"],
    );
    let answer = scan
        .caller
        .call(region, "s3:GetBucketEncryption", request)
        .await?;
    let rule = answer
        .as_ref()
        .and_then(|answer| answer.server_side_encryption_configuration())
        .and_then(|configuration| configuration.rules().first());
    let default = rule.and_then(|rule| rule.apply_server_side_encryption_by_default());
    let algorithm = default.map_or("none", |default| default.sse_algorithm().as_str());
    row.encryption = Some(algorithm.to_owned());
    row.bucket_key = Some(
        algorithm.starts_with("aws:kms")
            && rule.and_then(|rule| rule.bucket_key_enabled()) == Some(true),
    );
    row.kms_key_id = Some(
        default
            .and_then(|default| default.kms_master_key_id())
            .unwrap_or_default()
            .to_owned(),
    );
    Ok(())
}

async fn bucket_policy(
    scan: &Scan<'_>,
    region: &str,
    name: &str,
    row: &mut Bucket,
) -> Result<(), Problem> {
    const OPERATION: &str = "s3:GetBucketPolicy";
    let request = scan.clients.s3(region).get_bucket_policy().bucket(name);
    let request = or_absent(request.send(), &["NoSuchBucketPolicy"]);
    let answer = scan.caller.call(region, OPERATION, request).await?;
    let document = answer
        .as_ref()
        .and_then(|answer| answer.policy())
        .filter(|document| !document.is_empty());
    let guarantees = match document {
        None => policy::Guarantees::default(),
        Some(document) => policy::guarantees(document, &row.id.resource_id).map_err(|error| {
            Problem::new(
                OPERATION,
                GapKind::Failed,
                format!("the policy is not JSON: {error}"),
            )
        })?,
    };
    row.has_policy = Some(document.is_some());
    row.denies_plain_http = Some(guarantees.denies_plain_http);
    row.requires_kms = Some(guarantees.requires_kms);
    Ok(())
}

async fn bucket_lifecycle(
    scan: &Scan<'_>,
    region: &str,
    name: &str,
    row: &mut Bucket,
) -> Result<(), Problem> {
    let request = scan
        .clients
        .s3(region)
        .get_bucket_lifecycle_configuration()
        .bucket(name);
    let request = or_absent(request.send(), &["NoSuchLifecycleConfiguration"]);
    let answer = scan
        .caller
        .call(region, "s3:GetBucketLifecycleConfiguration", request)
        .await?;
    let summary = lifecycle::summary(
        answer
            .as_ref()
            .map(|answer| answer.rules())
            .unwrap_or_default(),
    );
    row.lifecycle_rule_count = Some(summary.rules);
    row.aborts_incomplete_uploads = Some(summary.aborts_uploads);
    row.expires_noncurrent_versions = Some(summary.expires_versions);
    row.object_expiry_days = Some(summary.object_expiry_days);
    Ok(())
}

async fn versioning(
    scan: &Scan<'_>,
    region: &str,
    name: &str,
    row: &mut Bucket,
) -> Result<(), Problem> {
    let request = scan.clients.s3(region).get_bucket_versioning().bucket(name);
    let answer = scan
        .caller
        .call(region, "s3:GetBucketVersioning", request.send())
        .await?;
    // A bucket that never had versioning answers with nothing.
    row.versioning = Some(
        answer
            .status()
            .map_or("Disabled", |status| status.as_str())
            .to_owned(),
    );
    Ok(())
}

async fn public_access(
    scan: &Scan<'_>,
    region: &str,
    name: &str,
    row: &mut Bucket,
) -> Result<(), Problem> {
    let request = scan
        .clients
        .s3(region)
        .get_public_access_block()
        .bucket(name);
    let request = or_absent(request.send(), &["NoSuchPublicAccessBlockConfiguration"]);
    let answer = scan
        .caller
        .call(region, "s3:GetPublicAccessBlock", request)
        .await?;
    let block = answer
        .as_ref()
        .and_then(|answer| answer.public_access_block_configuration());
    row.public_access_blocked = Some(block.is_some_and(|block| {
        [
            block.block_public_acls(),
            block.ignore_public_acls(),
            block.block_public_policy(),
            block.restrict_public_buckets(),
        ]
        .iter()
        .all(|on| *on == Some(true))
    }));
    Ok(())
}
