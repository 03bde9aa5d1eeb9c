//! The series of the CloudWatch agent. Their dimensions depend on how the agent is configured, so the list of them is read
//! first: one request for 500 series, free of charge. A series that is not listed has been silent for two weeks, which
//! says nothing of the instance: there is then no evidence, as without an agent.

use std::collections::BTreeMap;

use billhook_catalog::Metric;

use crate::classify::Problem;
use crate::ec2::instance::AGENT_NAMESPACE;
use crate::scan::Scan;

/// The operation that lists series.
pub(crate) const OPERATION: &str = "cloudwatch:ListMetrics";

/// The dimension that tells which instance a series is of.
const INSTANCE: &str = "InstanceId";
/// The dimension that some configurations add; it changes when the instance is resized.
const INSTANCE_TYPE: &str = "InstanceType";

/// Names and values of a series' dimensions.
pub(crate) type Dimensions = Vec<(String, String)>;

/// Whether the series of a metric have to be looked up.
pub(crate) fn is_listed(metric: &Metric) -> bool {
    metric.namespace == AGENT_NAMESPACE
}

/// What the agents of a region publish: the series of each metric and instance.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listed(BTreeMap<(String, String), Vec<Dimensions>>);

impl Listed {
    /// Adds a series, if it is of an instance.
    pub(crate) fn add(&mut self, metric: &str, dimensions: Dimensions) {
        let instance = dimensions.iter().find(|(name, _)| name == INSTANCE);
        if let Some((_, id)) = instance {
            let key = (metric.to_owned(), id.clone());
            self.0.entry(key).or_default().push(dimensions);
        }
    }

    /// The dimensions under which an instance's metric is published; `None` when it is not. Where there are several series,
    /// they tell the same: the one with the fewest dimensions is taken, and none that names another type than the present one
    /// unless there is no other.
    pub(crate) fn dimensions(
        &self,
        metric: &str,
        instance_id: &str,
        instance_type: Option<&str>,
    ) -> Option<&Dimensions> {
        let key = (metric.to_owned(), instance_id.to_owned());
        let of_other_type = |dimensions: &Dimensions| {
            let named = dimensions.iter().find(|(name, _)| name == INSTANCE_TYPE);
            named.is_some_and(|(_, value)| Some(value.as_str()) != instance_type)
        };
        self.0.get(&key)?.iter().min_by_key(|dimensions| {
            (
                of_other_type(dimensions),
                dimensions.len(),
                (*dimensions).clone(),
            )
        })
    }
}

/// Lists a region.
pub(crate) async fn list(scan: &Scan<'_>, region: &str) -> Result<Listed, Problem> {
    let client = scan.clients.cloudwatch(region);
    let mut listed = Listed::default();
    scan.caller
        .pages(
            region,
            OPERATION,
            |token| {
                client
                    .list_metrics()
                    .namespace(AGENT_NAMESPACE)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for metric in page.metrics.unwrap_or_default() {
                    let Some(name) = metric.metric_name else {
                        continue;
                    };
                    let mut dimensions: Dimensions = metric
                        .dimensions
                        .unwrap_or_default()
                        .into_iter()
                        .filter_map(|dimension| Some((dimension.name?, dimension.value?)))
                        .collect();
                    dimensions.sort();
                    listed.add(&name, dimensions);
                }
                page.next_token
            },
        )
        .await?;
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dimensions(all: &[(&str, &str)]) -> Dimensions {
        let owned = all.iter();
        owned
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn the_plainest_series_of_the_present_type() {
        let mut listed = Listed::default();
        let full = |kind: &str| {
            dimensions(&[
                ("ImageId", "ami-1"),
                ("InstanceId", "i-1"),
                ("InstanceType", kind),
            ])
        };
        listed.add("mem_used_percent", full("m5.large"));
        listed.add("mem_used_percent", full("m5.xlarge"));
        listed.add("mem_used_percent", dimensions(&[("InstanceId", "i-2")]));
        listed.add("mem_used_percent", dimensions(&[("host", "ip-10-0-0-1")]));
        let of =
            |id: &str, kind: Option<&str>| listed.dimensions("mem_used_percent", id, kind).cloned();
        assert_eq!(of("i-1", Some("m5.xlarge")), Some(full("m5.xlarge")));
        assert_eq!(of("i-1", Some("m5.large")), Some(full("m5.large")));
        assert_eq!(
            of("i-1", Some("c5.large")),
            Some(full("m5.large")),
            "an older series is better than none"
        );
        assert_eq!(of("i-3", None), None);
        assert_eq!(listed.dimensions("swap_used_percent", "i-1", None), None);
        let plain = dimensions(&[("InstanceId", "i-1")]);
        listed.add("mem_used_percent", plain.clone());
        let found = listed.dimensions("mem_used_percent", "i-1", Some("m5.xlarge"));
        assert_eq!(found, Some(&plain));
    }
}
