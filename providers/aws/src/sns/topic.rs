//! `aws_sns_topic`.

use billhook_catalog::table;

table! {
    /// SNS topics. AWS does not tell when one was made.
    pub struct Topic: resource "AWS::SNS::Topic" in "aws_sns_topic" reads ["sns:ListTopics"] {
        /// Whether it keeps the order of messages (`….fifo`).
        is_fifo: Option<bool>,
    }
    group "tags" reads ["tag:GetResources"] {
    }
    group "attributes" reads ["sns:GetTopicAttributes"] {
        /// Subscriptions that receive its messages.
        confirmed_subscription_count: Option<i64>,
        /// Subscriptions that nobody has confirmed yet.
        pending_subscription_count: Option<i64>,
        /// Key that its messages are encrypted with; empty when they are not.
        kms_key_id: Option<String>,
    }
}
