//! Reads DynamoDB in one region.

use std::collections::HashSet;

use aws_sdk_applicationautoscaling::types::ServiceNamespace;
use aws_sdk_dynamodb::types::{TableDescription, Tag};
use billhook_catalog::{BASE_GROUP, Row};
use futures::StreamExt;

use crate::call::or_absent;
use crate::classify::Problem;
use crate::dynamodb::index::{self, Index};
use crate::dynamodb::scaling::{self, Scaling};
use crate::dynamodb::table::Table;
use crate::scan::{Scan, Tally};

/// Tables that are asked about at once; the service's pace limits them further.
const AT_ONCE: usize = 8;
const DESCRIPTION: &str = "description";
const TAGS: &str = "tags";
/// What DynamoDB answers of a table that was deleted since it was listed.
const GONE: &[&str] = &["ResourceNotFoundException"];

/// Everything of DynamoDB that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    if scan.wants_any(&[Scaling::TABLE]) {
        let outcome = scaling(scan, region).await;
        scan.settle(Scaling::TABLE, BASE_GROUP, region, &outcome);
    }
    if !scan.wants_any(&[Table::TABLE, Index::TABLE]) {
        return;
    }
    let client = scan.clients.dynamodb(region);
    let mut tables = Vec::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "dynamodb:ListTables",
            |token| {
                client
                    .list_tables()
                    .limit(100)
                    .set_exclusive_start_table_name(token)
                    .send()
            },
            |page| {
                tables.extend(
                    page.table_names()
                        .iter()
                        .map(|name| listed(scan, region, name)),
                );
                page.last_evaluated_table_name
            },
        )
        .await;
    if let Err(problem) = &outcome {
        for table in tables {
            scan.put(region, table);
        }
        scan.settle(Table::TABLE, BASE_GROUP, region, &outcome);
        scan.settle(Index::TABLE, BASE_GROUP, region, &Err(problem.clone()));
        return;
    }
    let mut indexes = Vec::new();
    let unread = describe(scan, region, &mut tables, &mut indexes).await;
    for table in tables {
        scan.put(region, table);
    }
    for index in indexes {
        scan.put(region, index);
    }
    scan.settle(Table::TABLE, BASE_GROUP, region, &outcome);
    // Indexes of a table that could not be described are missing.
    match unread {
        Some(tally) => scan.settle_each(Index::TABLE, BASE_GROUP, region, tally),
        None => scan.settle(Index::TABLE, BASE_GROUP, region, &Ok(())),
    }
}

/// A table of which the name is known.
fn listed(scan: &Scan<'_>, region: &str, name: &str) -> Table {
    let resource = format!("table/{name}");
    let arn = scan.names.regional("dynamodb", region, &resource);
    let mut id = scan.key(region, arn, name);
    id.name = Some(name.to_owned());
    Table {
        id,
        ..Table::default()
    }
}

/// What is learnt of one table: its description, none when it is gone, and its tags. What is not wanted is not asked.
struct Answer {
    description: Option<Result<Option<TableDescription>, Problem>>,
    tags: Option<Result<Vec<Tag>, Problem>>,
}

/// Asks each table for its description and its tags. Tables that are gone are taken out. Returns how it went if some
/// could not be described.
async fn describe(
    scan: &Scan<'_>,
    region: &str,
    tables: &mut Vec<Table>,
    indexes: &mut Vec<Index>,
) -> Option<Tally> {
    let mut open = Vec::new();
    for (at, table) in tables.iter().enumerate() {
        let (arn, name) = (table.id.resource_id.clone(), table.id.short_id.clone());
        open.push(async move { (at, ask(scan, region, &arn, &name).await) });
    }
    let mut answers = futures::stream::iter(open).buffer_unordered(AT_ONCE);
    let (mut described, mut of_indexes, mut tagged) =
        (Tally::default(), Tally::default(), Tally::default());
    let (mut failed, mut gone) = (false, HashSet::new());
    while let Some((at, answer)) = answers.next().await {
        let table = &mut tables[at];
        let id = table.id.resource_id.clone();
        match answer.description {
            Some(Ok(None)) => {
                gone.insert(id);
                continue;
            }
            Some(Ok(Some(found))) => {
                described.take(&id, Ok(()));
                of_indexes.take(&id, Ok(()));
                table.describe(&found);
                let own = found.global_secondary_indexes().iter();
                indexes.extend(own.filter_map(|index| index::row(scan, table, &found, index)));
            }
            Some(Err(problem)) => {
                failed = true;
                described.take::<()>(&id, Err(problem.clone()));
                of_indexes.take::<()>(&id, Err(problem));
            }
            None => {}
        }
        if let Some(answer) = answer.tags
            && let Some(tags) = tagged.take(&id, answer)
        {
            let tags = tags.iter().map(|tag| (Some(tag.key()), Some(tag.value())));
            scan.put_tags(Table::TABLE, &table.id, tags);
        }
    }
    drop(answers);
    tables.retain(|table| !gone.contains(&table.id.resource_id));
    indexes.sort_by(|one, other| one.id.resource_id.cmp(&other.id.resource_id));
    scan.settle_each(Table::TABLE, DESCRIPTION, region, described);
    scan.settle_each(Table::TABLE, TAGS, region, tagged);
    failed.then_some(of_indexes)
}

/// Asks about one table. The two requests follow each other, since tags may be asked for less often than the service's pace
/// allows by itself.
async fn ask(scan: &Scan<'_>, region: &str, arn: &str, name: &str) -> Answer {
    let client = scan.clients.dynamodb(region);
    let mut answer = Answer {
        description: None,
        tags: None,
    };
    if scan.wants_group(Table::TABLE, DESCRIPTION) || scan.wants_any(&[Index::TABLE]) {
        let request = or_absent(client.describe_table().table_name(name).send(), GONE);
        let described = scan.caller.call(region, "dynamodb:DescribeTable", request);
        answer.description = Some(described.await.map(|found| found.and_then(|it| it.table)));
    }
    let is_gone = matches!(answer.description, Some(Ok(None)));
    if scan.wants_group(Table::TABLE, TAGS) && !is_gone {
        let mut tags = Vec::new();
        let outcome = scan
            .caller
            .pages(
                region,
                "dynamodb:ListTagsOfResource",
                |token| {
                    client
                        .list_tags_of_resource()
                        .resource_arn(arn)
                        .set_next_token(token)
                        .send()
                },
                |page| {
                    tags.extend(page.tags.unwrap_or_default());
                    page.next_token
                },
            )
            .await;
        answer.tags = Some(outcome.map(|()| tags));
    }
    answer
}

/// Asks Application Auto Scaling which capacities scale by themselves.
async fn scaling(scan: &Scan<'_>, region: &str) -> Result<(), Problem> {
    let client = scan.clients.applicationautoscaling(region);
    scan.caller
        .pages(
            region,
            "application-autoscaling:DescribeScalableTargets",
            |token| {
                client
                    .describe_scalable_targets()
                    .service_namespace(ServiceNamespace::Dynamodb)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for target in page.scalable_targets() {
                    if let Some(row) = scaling::row(scan, region, target) {
                        scan.put(region, row);
                    }
                }
                page.next_token
            },
        )
        .await
}
