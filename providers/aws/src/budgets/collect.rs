//! Reads the budgets of the account, who is told of them, and whether that reaches anybody.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_budgets::types::{
    Notification as Described, Subscriber as SdkSubscriber, SubscriptionType,
};
use billhook_catalog::{BASE_GROUP, Row};
use futures::StreamExt;

use crate::arn;
use crate::budgets::budget::{self, Budget};
use crate::budgets::notification::{self, Notification};
use crate::budgets::subscriber::Subscriber;
use crate::call::or_absent;
use crate::classify::Problem;
use crate::number::count;
use crate::scan::{GLOBAL, Scan, Tally};
use crate::session::global_region;

/// The column group of a notification's subscribers.
const SUBSCRIBERS: &str = "subscribers";
/// The column group of a subscribed topic.
const TOPIC: &str = "topic";
/// Notifications and topics that are asked about at once; the services' pace limits them further.
const AT_ONCE: usize = 4;

/// Everything of budgets that is wanted.
pub(crate) async fn collect(scan: &Scan<'_>) {
    let mut limits = BTreeMap::new();
    let described = budgets(scan, &mut limits).await;
    scan.settle(Budget::TABLE, BASE_GROUP, GLOBAL, &described);
    if !scan.wants_any(&[Notification::TABLE, Subscriber::TABLE]) {
        return;
    }
    let mut listed = Vec::new();
    let outcome = match described {
        // Without the limits, thresholds in amounts could not be told in percent.
        Err(problem) => Err(problem),
        Ok(()) => notifications(scan, &mut listed).await,
    };
    let subscribers =
        scan.wants_group(Notification::TABLE, SUBSCRIBERS) || scan.wants_any(&[Subscriber::TABLE]);
    if outcome.is_ok() && subscribers {
        with_subscribers(scan, &limits, listed).await;
    } else {
        for (budget, notification) in &listed {
            scan.put(
                GLOBAL,
                notification::row(
                    scan,
                    budget,
                    limits.get(budget).copied().flatten(),
                    notification,
                ),
            );
        }
    }
    scan.settle(Notification::TABLE, BASE_GROUP, GLOBAL, &outcome);
    if outcome.is_err() {
        scan.settle(Subscriber::TABLE, BASE_GROUP, GLOBAL, &outcome);
    }
}

/// Reads the budgets and notes their limits.
async fn budgets(
    scan: &Scan<'_>,
    limits: &mut BTreeMap<String, Option<f64>>,
) -> Result<(), Problem> {
    let region = global_region(scan.clients.home());
    let client = scan.clients.budgets(region);
    scan.caller
        .pages(
            region,
            "budgets:DescribeBudgets",
            |token| {
                client
                    .describe_budgets()
                    .account_id(&scan.names.account)
                    .max_results(1000)
                    .show_filter_expression(true)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for described in page.budgets() {
                    limits.insert(described.budget_name().to_owned(), budget::limit(described));
                    scan.put(GLOBAL, budget::row(scan, described));
                }
                page.next_token
            },
        )
        .await
}

/// Lists the notifications of all budgets, with their budgets' names.
async fn notifications(
    scan: &Scan<'_>,
    listed: &mut Vec<(String, Described)>,
) -> Result<(), Problem> {
    let region = global_region(scan.clients.home());
    let client = scan.clients.budgets(region);
    scan.caller
        .pages(
            region,
            "budgets:DescribeBudgetNotificationsForAccount",
            |token| {
                client
                    .describe_budget_notifications_for_account()
                    .account_id(&scan.names.account)
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for entry in page.budget_notifications_for_account.unwrap_or_default() {
                    let Some(budget) = entry.budget_name else {
                        continue;
                    };
                    let notifications = entry.notifications.unwrap_or_default();
                    listed.extend(
                        notifications
                            .into_iter()
                            .map(|notification| (budget.clone(), notification)),
                    );
                }
                page.next_token
            },
        )
        .await
}

/// Asks who receives each notification, and keeps the rows.
async fn with_subscribers(
    scan: &Scan<'_>,
    limits: &BTreeMap<String, Option<f64>>,
    listed: Vec<(String, Described)>,
) {
    let mut answers = futures::stream::iter(listed)
        .map(|(budget, notification)| async move {
            let answer = subscribers(scan, &budget, &notification).await;
            (budget, notification, answer)
        })
        .buffer_unordered(AT_ONCE);
    let (mut tally, mut link_tally) = (Tally::default(), Tally::default());
    let mut topics: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    while let Some((budget, notification, answer)) = answers.next().await {
        let limit = limits.get(&budget).copied().flatten();
        let mut row = notification::row(scan, &budget, limit, &notification);
        let resource_id = row.id.resource_id.clone();
        link_tally.take(
            &resource_id,
            answer.as_ref().map(drop).map_err(Problem::clone),
        );
        if let Some(subscribers) = tally.take(&resource_id, answer) {
            let of = |kind: SubscriptionType| {
                subscribers
                    .iter()
                    .filter(move |subscriber| *subscriber.subscription_type() == kind)
            };
            row.subscriber_count = Some(count(subscribers.len()));
            row.email_count = Some(count(of(SubscriptionType::Email).count()));
            for topic in of(SubscriptionType::Sns) {
                topics
                    .entry(topic.address().to_owned())
                    .or_default()
                    .insert(resource_id.clone());
            }
        }
        scan.put(GLOBAL, row);
    }
    scan.settle_each(Notification::TABLE, SUBSCRIBERS, GLOBAL, tally);
    if scan.wants_any(&[Subscriber::TABLE]) {
        with_topics(scan, topics).await;
        scan.settle_each(Subscriber::TABLE, BASE_GROUP, GLOBAL, link_tally);
    }
}

async fn subscribers(
    scan: &Scan<'_>,
    budget: &str,
    notification: &Described,
) -> Result<Vec<SdkSubscriber>, Problem> {
    let region = global_region(scan.clients.home());
    let client = scan.clients.budgets(region);
    let mut subscribers = Vec::new();
    scan.caller
        .pages(
            region,
            "budgets:DescribeSubscribersForNotification",
            |token| {
                client
                    .describe_subscribers_for_notification()
                    .account_id(&scan.names.account)
                    .budget_name(budget)
                    .notification(notification.clone())
                    .max_results(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                subscribers.extend(page.subscribers.unwrap_or_default());
                page.next_token
            },
        )
        .await?;
    Ok(subscribers)
}

/// What is known of a topic.
#[derive(Clone, Copy, Default)]
struct Topic {
    exists: Option<bool>,
    confirmed: Option<i64>,
}

/// Asks about the topics, each once, and keeps a row for each notification that goes there.
async fn with_topics(scan: &Scan<'_>, topics: BTreeMap<String, BTreeSet<String>>) {
    let asked = scan.wants_group(Subscriber::TABLE, TOPIC);
    let mut answers = futures::stream::iter(topics)
        .map(|(topic_arn, notifications)| async move {
            let answer = if asked {
                topic(scan, &topic_arn).await
            } else {
                Ok(Topic::default())
            };
            (topic_arn, notifications, answer)
        })
        .buffer_unordered(AT_ONCE);
    let mut tally = Tally::default();
    while let Some((topic_arn, notifications, answer)) = answers.next().await {
        for notification_resource_id in notifications {
            let topic = tally
                .take(&notification_resource_id, answer.clone())
                .unwrap_or_default();
            let row = Subscriber {
                id: scan.place(GLOBAL),
                notification_resource_id,
                topic_arn: topic_arn.clone(),
                topic_exists: topic.exists,
                confirmed_subscription_count: topic.confirmed,
            };
            scan.put(GLOBAL, row);
        }
    }
    scan.settle_each(Subscriber::TABLE, TOPIC, GLOBAL, tally);
}

/// Asks about a topic in its own region. Another account's topic stays unknown: its policy need not let this one look.
async fn topic(scan: &Scan<'_>, topic_arn: &str) -> Result<Topic, Problem> {
    let Some(place) = arn::parse(topic_arn) else {
        return Ok(Topic::default());
    };
    if place.account != scan.names.account || place.region.is_empty() {
        return Ok(Topic::default());
    }
    let request = scan
        .clients
        .sns(place.region)
        .get_topic_attributes()
        .topic_arn(topic_arn);
    let request = or_absent(request.send(), &["NotFound", "NotFoundException"]);
    let answer = scan
        .caller
        .call(place.region, "sns:GetTopicAttributes", request)
        .await?;
    let Some(answer) = answer else {
        return Ok(Topic {
            exists: Some(false),
            confirmed: Some(0),
        });
    };
    let confirmed = answer
        .attributes()
        .and_then(|attributes| attributes.get("SubscriptionsConfirmed"));
    Ok(Topic {
        exists: Some(true),
        confirmed: confirmed.and_then(|number| number.parse().ok()),
    })
}
