//! Tags of tables whose own listings carry none, by way of the Resource Groups Tagging API: one listing a region tells those of
//! all services, where each would have to be asked about each resource.

use std::collections::HashMap;

use billhook_catalog::{Key, Row, Table, Tag};
use futures::StreamExt;

use crate::catalog::TABLES;
use crate::scan::{Frames, GLOBAL, Scan, is_global};
use crate::session::global_region;

/// The operation, which is a permission by itself: those of the services are not needed.
pub(crate) const OPERATION: &str = "tag:GetResources";
/// The column group.
const TAGS: &str = "tags";
/// Regions that are asked at once.
const AT_ONCE: usize = 8;

/// What the API calls the resources of a table: service and type as in their ARNs.
/// <https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html>
const TYPES: &[(&str, &str)] = &[
    ("aws_cloudfront_distribution", "cloudfront:distribution"),
    ("aws_dynamodb_table", "dynamodb:table"),
    ("aws_ecr_repository", "ecr:repository"),
    ("aws_elasticache_cluster", "elasticache:cluster"),
    (
        "aws_elasticache_replication_group",
        "elasticache:replicationgroup",
    ),
    ("aws_kinesis_stream", "kinesis:stream"),
    ("aws_kms_key", "kms:key"),
    ("aws_lambda_function", "lambda:function"),
    ("aws_logs_log_group", "logs:log-group"),
    ("aws_memorydb_cluster", "memorydb:cluster"),
    ("aws_opensearch_domain", "es:domain"),
    ("aws_s3_bucket", "s3"),
    ("aws_sagemaker_endpoint", "sagemaker:endpoint"),
    ("aws_sns_topic", "sns"),
    ("aws_sqs_queue", "sqs"),
];

/// A table whose tags are asked for in a region.
struct Asked {
    table: &'static Table,
    kind: &'static str,
}

/// Reads the tags of what was found. Everything else has to have been read before.
pub(crate) async fn collect(scan: &Scan<'_>, frames: &Frames) {
    // What was not begun is filled in at the end.
    if scan.caller.is_cancelled() {
        return;
    }
    let places = scan.regions.iter().map(String::as_str).chain([GLOBAL]);
    futures::stream::iter(places)
        .for_each_concurrent(AT_ONCE, |place| in_place(scan, frames, place))
        .await;
}

async fn in_place(scan: &Scan<'_>, frames: &Frames, place: &str) {
    let asked: Vec<Asked> = TYPES
        .iter()
        .filter_map(|(name, kind)| {
            let table = *TABLES.iter().find(|table| table.name == *name)?;
            let is_here = is_global(table) == (place == GLOBAL);
            // Where the listing itself failed, that is said of its tags as well.
            let is_open = scan.wants_group(table, TAGS) && !scan.is_covered(table, TAGS, place);
            (is_here && is_open).then_some(Asked { table, kind })
        })
        .collect();
    let mut known: HashMap<String, (&'static Table, Key)> = HashMap::new();
    let mut kinds = Vec::new();
    for Asked { table, kind } in &asked {
        let ids = resource_ids(frames, table, place);
        if !ids.is_empty() {
            kinds.push((*kind).to_owned());
        }
        for id in ids {
            let key = scan.key(place, id.clone(), "");
            known.insert(id, (table, key));
        }
    }
    let outcome = if kinds.is_empty() || !scan.want.wants(Tag::TABLE.name) {
        Ok(())
    } else {
        read(scan, place, kinds, &known).await
    };
    for Asked { table, .. } in asked {
        scan.settle(table, TAGS, place, &outcome);
    }
}

/// Keeps the tags of the resources that are known. What the listing leaves out has no tags.
async fn read(
    scan: &Scan<'_>,
    place: &str,
    kinds: Vec<String>,
    known: &HashMap<String, (&'static Table, Key)>,
) -> Result<(), crate::classify::Problem> {
    let region = match place {
        GLOBAL => global_region(scan.clients.home()),
        region => region,
    };
    let client = scan.clients.tagging(region);
    scan.caller
        .pages(
            region,
            OPERATION,
            |token| {
                client
                    .get_resources()
                    .set_resource_type_filters(Some(kinds.clone()))
                    .resources_per_page(100)
                    .set_pagination_token(token)
                    .send()
            },
            |page| {
                for resource in page.resource_tag_mapping_list() {
                    let arn = resource.resource_arn().unwrap_or_default();
                    // A log group may be written with all its streams.
                    let arn = arn.strip_suffix(":*").unwrap_or(arn);
                    if let Some((table, key)) = known.get(arn) {
                        let tags = resource.tags().iter();
                        let tags = tags.map(|tag| (Some(tag.key()), Some(tag.value())));
                        scan.put_tags(table, key, tags);
                    }
                }
                page.pagination_token
            },
        )
        .await
}

/// The resources of a table that were found in a place.
fn resource_ids(frames: &Frames, table: &Table, place: &str) -> Vec<String> {
    let frames = frames.get(table.name).into_iter().flatten();
    frames
        .filter(|(region, _)| region == place)
        .filter_map(|(_, frame)| frame.column("resource_id").ok()?.str().ok())
        .flat_map(|ids| ids.iter().flatten().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_table_that_has_its_tags_from_here_says_so_and_is_listed() {
        let declared: BTreeSet<&str> = TABLES
            .iter()
            .filter(|table| {
                let tags = table.group(TAGS);
                tags.is_some_and(|group| group.reads == [OPERATION])
            })
            .map(|table| table.name)
            .collect();
        let listed: BTreeSet<&str> = TYPES.iter().map(|(name, _)| *name).collect();
        assert_eq!(declared, listed);
        assert_eq!(listed.len(), TYPES.len());
    }
}
