//! `aws_ce_anomaly_monitor`, `aws_ce_anomaly_subscriber`.

use aws_sdk_costexplorer::types::{AnomalyMonitor as Described, AnomalySubscription};
use billhook_catalog::{Key, Place, table};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

table! {
    /// Monitors of Cost Anomaly Detection. Region `global`.
    pub struct AnomalyMonitor: resource "AWS::CE::AnomalyMonitor" in "aws_ce_anomaly_monitor" reads ["ce:GetAnomalyMonitors"] {
        /// `DIMENSIONAL` (managed by AWS: each service, account, tag or cost category by itself) or `CUSTOM`.
        monitor_type: Option<String>,
        /// What a managed monitor goes by: `SERVICE`, `LINKED_ACCOUNT`, `TAG`, `COST_CATEGORY`; empty for a custom one.
        dimension: Option<String>,
        /// When it last looked. NULL also when it never did.
        evaluated_at: Option<Timestamp>,
        /// Days since then.
        evaluated_days: Option<f64>,
    }
    absence is evidence;
    opt_in "cost-explorer";
}

table! {
    /// Who is told of an anomaly, one row a monitor and subscriber. Addresses are not kept. Region `global`.
    pub struct AnomalySubscriber: link in "aws_ce_anomaly_subscriber" reads ["ce:GetAnomalySubscriptions"] {
        /// The monitor.
        monitor_resource_id: String => "aws_ce_anomaly_monitor",
        /// The subscription.
        subscription_arn: Option<String>,
        /// `DAILY`, `IMMEDIATE` or `WEEKLY`.
        frequency: Option<String>,
        /// `EMAIL` or `SNS`.
        subscriber_type: Option<String>,
        /// `CONFIRMED` or `DECLINED`. NULL when AWS does not say.
        status: Option<String>,
    }
    absence is evidence;
    opt_in "cost-explorer";
}

/// An instant that Cost Explorer writes as a day or as an instant.
pub(crate) fn day(text: Option<&str>) -> Option<Timestamp> {
    let text = text?;
    if let Ok(instant) = text.parse() {
        return Some(instant);
    }
    let day: Date = text.parse().ok()?;
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// A monitor as a row.
pub(crate) fn monitor(mut id: Key, monitor: &Described) -> AnomalyMonitor {
    id.name = Some(monitor.monitor_name().to_owned());
    id.created_at = day(monitor.creation_date());
    AnomalyMonitor {
        id,
        monitor_type: Some(monitor.monitor_type().as_str().to_owned()),
        dimension: Some(
            monitor
                .monitor_dimension()
                .map_or_else(String::new, |dimension| dimension.as_str().to_owned()),
        ),
        evaluated_at: day(monitor.last_evaluated_date()),
        evaluated_days: None,
    }
}

/// A subscription as rows: one for each of its monitors and subscribers.
pub(crate) fn subscribers<'s>(
    place: &'s Place,
    subscription: &'s AnomalySubscription,
) -> impl Iterator<Item = AnomalySubscriber> + 's {
    subscription
        .monitor_arn_list()
        .iter()
        .flat_map(move |monitor| {
            subscription
                .subscribers()
                .iter()
                .map(move |subscriber| AnomalySubscriber {
                    id: place.clone(),
                    monitor_resource_id: monitor.clone(),
                    subscription_arn: subscription.subscription_arn().map(str::to_owned),
                    frequency: Some(subscription.frequency().as_str().to_owned()),
                    subscriber_type: subscriber.r#type().map(|kind| kind.as_str().to_owned()),
                    status: subscriber.status().map(|status| status.as_str().to_owned()),
                })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants_are_both_read() {
        assert_eq!(day(Some("2026-03-01")), "2026-03-01T00:00:00Z".parse().ok());
        assert_eq!(
            day(Some("2026-03-01T05:06:07Z")),
            "2026-03-01T05:06:07Z".parse().ok()
        );
        assert_eq!(day(Some("NA")), None);
        assert_eq!(day(None), None);
    }
}
