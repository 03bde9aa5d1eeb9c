//! Which services Application Auto Scaling sets the number of tasks of.

use std::collections::HashMap;

use aws_sdk_applicationautoscaling::types::{ScalableDimension, ServiceNamespace};

use crate::classify::Problem;
use crate::scan::Scan;

/// Least and largest number of tasks by `CLUSTER/SERVICE`.
pub(super) type Scaling = HashMap<String, (i64, i64)>;

/// Reads the scalable targets of a region's services.
pub(super) async fn collect(scan: &Scan<'_>, region: &str) -> Result<Scaling, Problem> {
    let client = scan.clients.applicationautoscaling(region);
    let mut scaling = Scaling::new();
    scan.caller
        .pages(
            region,
            "application-autoscaling:DescribeScalableTargets",
            |token| {
                client
                    .describe_scalable_targets()
                    .service_namespace(ServiceNamespace::Ecs)
                    .max_results(50)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for target in page.scalable_targets() {
                    let dimension = target.scalable_dimension();
                    let service = target.resource_id().strip_prefix("service/");
                    if let (ScalableDimension::EcsServiceDesiredCount, Some(service)) =
                        (dimension, service)
                    {
                        let bounds = (target.min_capacity(), target.max_capacity());
                        let bounds = (i64::from(bounds.0), i64::from(bounds.1));
                        scaling.insert(service.to_owned(), bounds);
                    }
                }
                page.next_token
            },
        )
        .await?;
    Ok(scaling)
}
