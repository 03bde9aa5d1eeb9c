//! `aws_secretsmanager_secret`.

use billhook_catalog::table;
use jiff::Timestamp;

table! {
    /// Secrets of Secrets Manager, without their values. Those that wait for their deletion are left out.
    pub struct Secret: resource "AWS::SecretsManager::Secret" in "aws_secretsmanager_secret" reads ["secretsmanager:ListSecrets"] {
        /// Whether anybody ever read its value in this region.
        was_read: Option<bool>,
        /// Day on which its value was last read; NULL when it never was.
        last_read_at: Option<Timestamp>,
        /// Days from `last_read_at` to the snapshot, computed when judging.
        last_read_days: Option<f64>,
        /// Whether it is rotated by itself.
        rotation_enabled: Option<bool>,
        /// AWS service that manages it (`rds`, …); empty when none does.
        owning_service: Option<String>,
        /// Region that it is replicated from; empty when it is no replica.
        primary_region: Option<String>,
        /// Key that it is encrypted with; empty when AWS's own.
        kms_key_id: Option<String>,
    }
}
