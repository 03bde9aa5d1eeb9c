//! Reads SNS in one region.

use std::collections::HashMap;

use aws_sdk_sns::operation::get_topic_attributes::GetTopicAttributesOutput;
use billhook_catalog::{BASE_GROUP, Row};

use crate::each::{Asking, ask_each};
use crate::scan::Scan;
use crate::sns::topic::Topic;

/// Topics that are asked about at once; the service's pace limits them further.
const AT_ONCE: usize = 8;
/// The column group.
const ATTRIBUTES: &str = "attributes";

/// Everything of SNS that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.sns(region);
    let mut rows = Vec::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "sns:ListTopics",
            |token| client.list_topics().set_next_token(token).send(),
            |page| {
                let arns = page.topics().iter().filter_map(|topic| topic.topic_arn());
                rows.extend(arns.map(|arn| {
                    let name = arn.rsplit(':').next().unwrap_or_default();
                    let mut id = scan.key(region, arn.to_owned(), name);
                    id.name = Some(name.to_owned());
                    Topic {
                        id,
                        is_fifo: Some(name.ends_with(".fifo")),
                        ..Topic::default()
                    }
                }));
                page.next_token
            },
        )
        .await;
    if outcome.is_ok() && scan.wants_group(Topic::TABLE, ATTRIBUTES) {
        let ask = |row: &mut Topic| {
            let request = client.get_topic_attributes().topic_arn(&row.id.resource_id);
            Asking::Send(
                scan.caller
                    .call(region, "sns:GetTopicAttributes", request.send()),
            )
        };
        let fill = |row: &mut Topic, answer: GetTopicAttributesOutput| {
            fill(row, &answer.attributes.unwrap_or_default());
        };
        ask_each(scan, (region, ATTRIBUTES), AT_ONCE, &mut rows, ask, fill).await;
    }
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(Topic::TABLE, BASE_GROUP, region, &outcome);
}

fn fill(row: &mut Topic, attributes: &HashMap<String, String>) {
    let number = |name: &str| attributes.get(name).and_then(|text| text.parse().ok());
    row.confirmed_subscription_count = number("SubscriptionsConfirmed");
    row.pending_subscription_count = number("SubscriptionsPending");
    // Left out for a topic that is not encrypted.
    let key = attributes.get("KmsMasterKeyId").cloned();
    row.kms_key_id = Some(key.unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_texts() {
        let read = |attributes: &[(&str, &str)]| {
            let mut row = Topic::default();
            let pairs = attributes.iter();
            let pairs = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            fill(&mut row, &pairs.collect());
            row
        };
        let row = read(&[
            ("SubscriptionsConfirmed", "3"),
            ("SubscriptionsPending", "1"),
            ("KmsMasterKeyId", "alias/alarms"),
        ]);
        assert_eq!(row.confirmed_subscription_count, Some(3));
        assert_eq!(row.pending_subscription_count, Some(1));
        assert_eq!(row.kms_key_id.as_deref(), Some("alias/alarms"));
        let row = read(&[]);
        assert_eq!(row.confirmed_subscription_count, None, "not said");
        assert_eq!(row.kms_key_id.as_deref(), Some(""), "not encrypted");
    }
}
