//! `aws_sqs_queue`.

use billhook_catalog::table;

table! {
    /// SQS queues. When a queue was made is known only with its attributes.
    pub struct Queue: resource "AWS::SQS::Queue" in "aws_sqs_queue" reads ["sqs:ListQueues"] {
        /// Whether it keeps the order of messages (`….fifo`).
        is_fifo: Option<bool>,
    }
    group "tags" reads ["tag:GetResources"] {
    }
    group "attributes" reads ["sqs:GetQueueAttributes"] {
        /// `kms`, `sqs` (with keys of SQS) or `none`.
        encryption: Option<String>,
        /// Key that it is encrypted with; empty without KMS.
        kms_key_id: Option<String>,
        /// Messages that wait, about.
        message_count: Option<i64>,
        /// Whether failed messages go on to another queue.
        has_dead_letter_queue: Option<bool>,
    }
}
