//! Reads SQS in one region.

use std::collections::HashMap;

use aws_sdk_sqs::operation::get_queue_attributes::GetQueueAttributesOutput;
use aws_sdk_sqs::types::QueueAttributeName as Name;
use billhook_catalog::{BASE_GROUP, Row};
use jiff::Timestamp;

use crate::each::{Asking, ask_each};
use crate::scan::Scan;
use crate::sqs::queue::Queue;

/// Queues that are asked about at once; the service's pace limits them further.
const AT_ONCE: usize = 8;
/// The column group.
const ATTRIBUTES: &str = "attributes";

/// Everything of SQS that is wanted in a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.sqs(region);
    let mut urls = Vec::new();
    let outcome = scan
        .caller
        .pages(
            region,
            "sqs:ListQueues",
            |token| {
                client
                    .list_queues()
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                urls.extend(page.queue_urls.unwrap_or_default());
                page.next_token
            },
        )
        .await;
    let mut rows: Vec<Queue> = urls
        .iter()
        .map(|url| {
            let name = url.rsplit('/').next().unwrap_or_default();
            let mut id = scan.key(region, scan.names.regional("sqs", region, name), name);
            id.name = Some(name.to_owned());
            Queue {
                id,
                is_fifo: Some(name.ends_with(".fifo")),
                ..Queue::default()
            }
        })
        .collect();
    if outcome.is_ok() && scan.wants_group(Queue::TABLE, ATTRIBUTES) {
        attributes(scan, region, urls, &mut rows).await;
    }
    for row in rows {
        scan.put(region, row);
    }
    scan.settle(Queue::TABLE, BASE_GROUP, region, &outcome);
}

/// Asks each queue for its attributes. `urls` are those of `rows`, in their order.
async fn attributes(scan: &Scan<'_>, region: &str, urls: Vec<String>, rows: &mut [Queue]) {
    const OPERATION: &str = "sqs:GetQueueAttributes";
    let client = scan.clients.sqs(region);
    let names = [
        Name::ApproximateNumberOfMessages,
        Name::CreatedTimestamp,
        Name::KmsMasterKeyId,
        Name::RedrivePolicy,
        Name::SqsManagedSseEnabled,
    ];
    let mut urls = urls.into_iter();
    let ask = |_: &mut Queue| {
        let request = client
            .get_queue_attributes()
            .set_queue_url(urls.next())
            .set_attribute_names(Some(names.to_vec()));
        Asking::Send(scan.caller.call(region, OPERATION, request.send()))
    };
    let fill = |row: &mut Queue, answer: GetQueueAttributesOutput| {
        fill(row, &answer.attributes.unwrap_or_default());
    };
    ask_each(scan, (region, ATTRIBUTES), AT_ONCE, rows, ask, fill).await;
}

fn fill(row: &mut Queue, attributes: &HashMap<Name, String>) {
    let text = |name: Name| attributes.get(&name).map(String::as_str);
    let seconds = text(Name::CreatedTimestamp).and_then(|text| text.parse().ok());
    row.id.created_at = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    let key = text(Name::KmsMasterKeyId).unwrap_or_default();
    row.encryption = match (key, text(Name::SqsManagedSseEnabled)) {
        ("", Some("true")) => Some("sqs".to_owned()),
        ("", Some("false")) => Some("none".to_owned()),
        ("", _) => None,
        _ => Some("kms".to_owned()),
    };
    row.kms_key_id = Some(key.to_owned());
    row.message_count = text(Name::ApproximateNumberOfMessages).and_then(|text| text.parse().ok());
    row.has_dead_letter_queue =
        Some(text(Name::RedrivePolicy).is_some_and(|text| !text.is_empty()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(attributes: &[(Name, &str)]) -> Queue {
        let mut row = Queue::default();
        let attributes = attributes
            .iter()
            .map(|(name, value)| (name.clone(), (*value).to_owned()))
            .collect();
        fill(&mut row, &attributes);
        row
    }

    #[test]
    fn a_queue_is_encrypted_in_one_of_two_ways_or_not() {
        let encryption = |attributes: &[(Name, &str)]| queue(attributes).encryption;
        let sqs = (Name::SqsManagedSseEnabled, "true");
        let off = (Name::SqsManagedSseEnabled, "false");
        let key = (Name::KmsMasterKeyId, "alias/orders");
        assert_eq!(encryption(&[sqs]).as_deref(), Some("sqs"));
        assert_eq!(encryption(&[off.clone(), key]).as_deref(), Some("kms"));
        assert_eq!(encryption(&[off]).as_deref(), Some("none"));
        assert_eq!(encryption(&[]), None, "what is not said is not known");
    }

    #[test]
    fn attributes_are_texts() {
        let row = queue(&[
            (Name::CreatedTimestamp, "1767225600"),
            (Name::ApproximateNumberOfMessages, "17"),
            (Name::RedrivePolicy, "{}"),
        ]);
        assert_eq!(row.id.created_at, "2026-01-01T00:00:00Z".parse().ok());
        assert_eq!(
            (row.message_count, row.has_dead_letter_queue),
            (Some(17), Some(true))
        );
    }
}
