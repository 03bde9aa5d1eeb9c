//! Reads DynamoDB in one region.

use std::collections::HashSet;

use aws_sdk_applicationautoscaling::types::ServiceNamespace;
use aws_sdk_dynamodb::types::TableDescription;
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

/// Asks each table for its description. Tables that are gone are taken out. Returns how it went if some could not be described.
async fn describe(
    scan: &Scan<'_>,
    region: &str,
    tables: &mut Vec<Table>,
    indexes: &mut Vec<Index>,
) -> Option<Tally> {
    if !scan.wants_group(Table::TABLE, DESCRIPTION) && !scan.wants_any(&[Index::TABLE]) {
        return None;
    }
    let mut open = Vec::new();
    for (at, table) in tables.iter().enumerate() {
        let name = table.id.short_id.clone();
        open.push(async move { (at, ask(scan, region, &name).await) });
    }
    let mut answers = futures::stream::iter(open).buffer_unordered(AT_ONCE);
    let (mut described, mut of_indexes) = (Tally::default(), Tally::default());
    let (mut failed, mut gone) = (false, HashSet::new());
    while let Some((at, answer)) = answers.next().await {
        let table = &mut tables[at];
        let id = table.id.resource_id.clone();
        match answer {
            Ok(None) => {
                gone.insert(id);
            }
            Ok(Some(found)) => {
                described.take(&id, Ok(()));
                of_indexes.take(&id, Ok(()));
                table.describe(&found);
                let own = found.global_secondary_indexes().iter();
                indexes.extend(own.filter_map(|index| index::row(scan, table, &found, index)));
            }
            Err(problem) => {
                failed = true;
                described.take::<()>(&id, Err(problem.clone()));
                of_indexes.take::<()>(&id, Err(problem));
            }
        }
    }
    drop(answers);
    tables.retain(|table| !gone.contains(&table.id.resource_id));
    indexes.sort_by(|one, other| one.id.resource_id.cmp(&other.id.resource_id));
    scan.settle_each(Table::TABLE, DESCRIPTION, region, described);
    failed.then_some(of_indexes)
}

/// Asks one table for its description; `None` when it is gone.
async fn ask(
    scan: &Scan<'_>,
    region: &str,
    name: &str,
) -> Result<Option<TableDescription>, Problem> {
    let client = scan.clients.dynamodb(region);
    let request = or_absent(client.describe_table().table_name(name).send(), GONE);
    let described = scan.caller.call(region, "dynamodb:DescribeTable", request);
    Ok(described.await?.and_then(|answer| answer.table))
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
