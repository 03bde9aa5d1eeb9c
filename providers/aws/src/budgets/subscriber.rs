//! `aws_budgets_subscriber`.

use billhook_catalog::table;

table! {
    /// Amazon SNS topics that receive a budget notification, one row each. Region `global`.
    pub struct Subscriber: link in "aws_budgets_subscriber" reads ["budgets:DescribeSubscribersForNotification"] {
        /// The notification.
        notification_resource_id: String => "aws_budgets_notification",
        /// ARN of the topic.
        topic_arn: String,
    }
    group "topic" reads ["sns:GetTopicAttributes"] {
        /// Whether the topic exists. NULL when it is another account's or could not be read.
        topic_exists: Option<bool>,
        /// Confirmed subscriptions of the topic; 0 when it is gone.
        confirmed_subscription_count: Option<i64>,
    }
}
