//! Reads SageMaker in one region.

use aws_sdk_sagemaker::operation::describe_endpoint::DescribeEndpointOutput;
use aws_sdk_sagemaker::types::ProductionVariantSummary;
use billhook_catalog::{BASE_GROUP, Row};

use crate::each::{Asking, ask_each};
use crate::number::count;
use crate::sagemaker::endpoint::Endpoint;
use crate::scan::Scan;
use crate::time::instant;

/// Endpoints that are asked about at once; the service's pace limits them further.
const AT_ONCE: usize = 4;
/// The column group of an endpoint's variants.
const VARIANTS: &str = "variants";

/// Everything of SageMaker that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.sagemaker(region);
    let mut rows = Vec::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "sagemaker:ListEndpoints",
            |token| {
                client
                    .list_endpoints()
                    .max_results(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for endpoint in page.endpoints() {
                    let (Some(name), Some(arn)) =
                        (endpoint.endpoint_name(), endpoint.endpoint_arn())
                    else {
                        continue;
                    };
                    let mut id = scan.key(region, arn.to_owned(), name);
                    id.name = Some(name.to_owned());
                    id.created_at = instant(endpoint.creation_time());
                    rows.push(Endpoint {
                        id,
                        status: endpoint
                            .endpoint_status()
                            .map(|status| status.as_str().to_owned()),
                        ..Endpoint::default()
                    });
                }
                page.next_token
            },
        )
        .await;
    if outcome.is_ok() && scan.wants_group(Endpoint::TABLE, VARIANTS) {
        variants(scan, region, &mut rows).await;
    }
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(Endpoint::TABLE, BASE_GROUP, region, &outcome);
}

/// Asks each endpoint for its variants.
async fn variants(scan: &Scan<'_>, region: &str, rows: &mut [Endpoint]) {
    const OPERATION: &str = "sagemaker:DescribeEndpoint";
    let client = scan.clients.sagemaker(region);
    let ask = |row: &mut Endpoint| {
        let request = client.describe_endpoint().endpoint_name(&row.id.short_id);
        Asking::Send(scan.caller.call(region, OPERATION, request.send()))
    };
    let fill = |row: &mut Endpoint, answer: DescribeEndpointOutput| {
        let all = answer
            .production_variants()
            .iter()
            .chain(answer.shadow_production_variants());
        fill(row, &all.collect::<Vec<_>>());
    };
    ask_each(scan, (region, VARIANTS), AT_ONCE, rows, ask, fill).await;
}

fn fill(row: &mut Endpoint, variants: &[&ProductionVariantSummary]) {
    row.variant_count = Some(count(variants.len()));
    row.variant_name = match variants.first() {
        Some(first) => first.variant_name().map(str::to_owned),
        None => Some(String::new()),
    };
    let instances = variants.iter().map(|variant| {
        let serverless = variant.current_serverless_config().is_some();
        match variant.current_instance_count() {
            _ if serverless => Some(0),
            count => count.map(i64::from),
        }
    });
    row.instance_count = instances.sum();
    row.is_serverless = Some(
        !variants.is_empty()
            && variants
                .iter()
                .all(|variant| variant.current_serverless_config().is_some()),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_are_added_up() {
        let variant = |name: &str, count: Option<i32>| {
            ProductionVariantSummary::builder()
                .variant_name(name)
                .set_current_instance_count(count)
                .build()
        };
        let mut row = Endpoint::default();
        let two = [variant("a", Some(2)), variant("b", Some(1))];
        fill(&mut row, &two.iter().collect::<Vec<_>>());
        assert_eq!((row.variant_count, row.instance_count), (Some(2), Some(3)));
        assert_eq!(row.variant_name.as_deref(), Some("a"));
        assert_eq!(row.is_serverless, Some(false));
        let open = [variant("a", None)];
        fill(&mut row, &open.iter().collect::<Vec<_>>());
        assert_eq!(row.instance_count, None, "unknown is not 0");
        fill(&mut row, &[]);
        assert_eq!((row.variant_count, row.instance_count), (Some(0), Some(0)));
    }
}
