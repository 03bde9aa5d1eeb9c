//! Clusters for the tests of this folder.

use billhook_catalog::Key;

use crate::derive::measured::{Measured, Series};
use crate::redshift::cluster::Cluster;

/// A cluster in us-east-1 that runs in one zone.
pub(super) fn cluster(id: &str, node_type: &str, nodes: i64) -> Cluster {
    Cluster {
        id: Key {
            resource_id: id.to_owned(),
            short_id: id.to_owned(),
            account_id: "111111111111".to_owned(),
            region: "us-east-1".to_owned(),
            ..Key::default()
        },
        status: Some("available".to_owned()),
        node_type: Some(node_type.to_owned()),
        node_count: Some(nodes),
        multi_az: Some(false),
        secondary_node_count: Some(0),
        elastic_resize_node_counts: Some(String::new()),
        ..Cluster::default()
    }
}

fn measure(id: &str, metric: &'static str, period_seconds: i64, value: f64, to: &mut Measured) {
    to.add(
        id,
        Series {
            metric,
            statistic: "Maximum",
            period_seconds,
            window_days: 14.0,
            coverage: 1.0,
            min: Some(value),
            p995: Some(value),
            max: Some(value),
            ..Series::default()
        },
    );
}

/// Two weeks of so much storage in use, percent.
pub(super) fn full(id: &str, percent: f64, to: &mut Measured) {
    measure(id, "PercentageDiskSpaceUsed", 3600, percent, to);
}

/// Two weeks of so much CPU in use, percent.
pub(super) fn busy(id: &str, percent: f64, to: &mut Measured) {
    measure(id, "CPUUtilization", 300, percent, to);
}
