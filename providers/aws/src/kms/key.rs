//! `aws_kms_key`.

use billhook_catalog::table;
use jiff::Timestamp;

table! {
    /// KMS keys of the account, those that AWS manages for it included. When a key was made is known only with its description,
    /// what it is called only with its aliases.
    pub struct KmsKey: resource "AWS::KMS::Key" in "aws_kms_key" reads ["kms:ListKeys"] {
    }
    group "tags" reads ["tag:GetResources"] {
    }
    group "description" reads ["kms:DescribeKey"] {
        /// `CUSTOMER` (paid by the month) or `AWS` (made by a service, free).
        key_manager: Option<String>,
        /// `Enabled`, `Disabled`, `PendingDeletion`, `PendingImport`, `Unavailable`, …
        state: Option<String>,
        /// `SYMMETRIC_DEFAULT`, `RSA_2048`, `ECC_NIST_P256`, `HMAC_256`, …
        key_spec: Option<String>,
        /// `ENCRYPT_DECRYPT`, `SIGN_VERIFY`, `GENERATE_VERIFY_MAC`, `KEY_AGREEMENT`, …
        key_usage: Option<String>,
        /// Where its material comes from: `AWS_KMS`, `EXTERNAL` (imported), `AWS_CLOUDHSM` or `EXTERNAL_KEY_STORE`.
        origin: Option<String>,
        /// `PRIMARY` or `REPLICA` of a multi-Region key; empty for a key of one region.
        multi_region: Option<String>,
        /// What people wrote about it; may be empty.
        description: Option<String>,
        /// When it will be deleted; NULL when its deletion is not scheduled, which `state` says.
        deletion_at: Option<Timestamp>,
    }
    group "aliases" reads ["kms:ListAliases"] {
        /// The alphabetically first of its aliases; empty when it has none.
        alias: Option<String>,
        /// Aliases that lead to it.
        alias_count: Option<i64>,
    }
    group "rotations" reads ["kms:ListKeyRotations"] {
        /// Rotations so far, counted up to 100; the first two make a key dearer. NULL for keys that AWS manages, and where KMS
        /// does not tell.
        rotation_count: Option<i64>,
    }
    group "grants" reads ["kms:ListGrants"] {
        /// Grants that let somebody else use it, mostly AWS services on behalf of a resource, counted up to 100. NULL for keys
        /// that are not enabled or that AWS manages: they are not asked about.
        grant_count: Option<i64>,
    }
    group "last-usage" reads ["kms:GetKeyLastUsage"] {
        /// When KMS began to record what the key is used for, at the earliest when it was made. NULL as with `grant_count`.
        tracked_since_at: Option<Timestamp>,
        /// Last successful use (encryption, decryption, a data key, a signature, …); NULL when it was never used since
        /// `tracked_since_at`.
        last_used_at: Option<Timestamp>,
        /// Since when nobody has used it: its last use, or the begin of the records where they have none.
        unused_since_at: Option<Timestamp>,
        /// Days from `unused_since_at` to the snapshot, computed when judging.
        unused_since_days: Option<f64>,
    }
}
