//! `aws_kms_alias`.

use billhook_catalog::table;

table! {
    /// Aliases of KMS keys, one row an alias that leads to a key.
    pub struct Alias: link in "aws_kms_alias" reads ["kms:ListAliases"] {
        /// Its name, which begins with `alias/`; those that begin with `alias/aws/` are AWS's own.
        alias_name: String,
        /// Its ARN.
        alias_arn: String,
        /// Key that it leads to.
        key_resource_id: String => "aws_kms_key",
    }
}
