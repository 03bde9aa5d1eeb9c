//! Reads Lambda in one region.

use billhook_catalog::{BASE_GROUP, Row};
use futures::StreamExt;

use crate::classify::Problem;
use crate::lambda::function::{self, Function};
use crate::lambda::provisioned_concurrency::{self, ProvisionedConcurrency};
use crate::scan::Scan;

/// Functions that are asked about at once; the service's pace limits them further.
const AT_ONCE: usize = 4;

/// Everything of Lambda that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    if !scan.wants_any(&[Function::TABLE, ProvisionedConcurrency::TABLE]) {
        return;
    }
    let client = scan.clients.lambda(region);
    let mut functions = Vec::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "lambda:ListFunctions",
            |token| {
                client
                    .list_functions()
                    .max_items(50)
                    .set_marker(token)
                    .send()
            },
            |page| {
                functions.extend(
                    page.functions()
                        .iter()
                        .filter_map(|found| function::row(scan, region, found)),
                );
                page.next_marker
            },
        )
        .await;
    if scan.wants_any(&[ProvisionedConcurrency::TABLE]) {
        let outcome = match &outcome {
            Ok(()) => provisioned(scan, region, &functions).await,
            Err(problem) => Err(problem.clone()),
        };
        scan.settle(ProvisionedConcurrency::TABLE, BASE_GROUP, region, &outcome);
    }
    for function in functions {
        scan.put(region, function);
    }
    scan.settle(Function::TABLE, BASE_GROUP, region, &outcome);
}

/// Asks each function for its provisioned concurrency: Lambda lists it in no other way. What fails first ends it, since the
/// rows of a function that did not answer would be missing without a trace.
async fn provisioned(scan: &Scan<'_>, region: &str, functions: &[Function]) -> Result<(), Problem> {
    let asked: Vec<Function> = functions.to_vec();
    let mut answers = futures::stream::iter(asked)
        .map(|function| of_function(scan, region, function))
        .buffer_unordered(AT_ONCE);
    while let Some(answer) = answers.next().await {
        for row in answer? {
            scan.put(region, row);
        }
    }
    Ok(())
}

async fn of_function(
    scan: &Scan<'_>,
    region: &str,
    function: Function,
) -> Result<Vec<ProvisionedConcurrency>, Problem> {
    let client = scan.clients.lambda(region);
    let mut rows = Vec::new();
    scan.caller
        .pages(
            region,
            "lambda:ListProvisionedConcurrencyConfigs",
            |token| {
                client
                    .list_provisioned_concurrency_configs()
                    .function_name(&function.id.short_id)
                    .max_items(50)
                    .set_marker(token)
                    .send()
            },
            |page| {
                rows.extend(
                    page.provisioned_concurrency_configs()
                        .iter()
                        .filter_map(|item| {
                            provisioned_concurrency::row(scan, region, &function, item)
                        }),
                );
                page.next_marker
            },
        )
        .await?;
    Ok(rows)
}
