//! `aws_kms_key_use` and `aws_kms_key_users`.

use billhook_catalog::table;

/// Every column of a collected table that names a key.
pub(crate) const SOURCES: &[(&str, &str)] = &[
    ("aws_dynamodb_table", "kms_key_id"),
    ("aws_ebs_snapshot", "kms_key_id"),
    ("aws_ebs_volume", "kms_key_id"),
    ("aws_ecr_repository", "kms_key_id"),
    ("aws_efs_file_system", "kms_key_id"),
    ("aws_eks_cluster", "secrets_kms_key_arn"),
    ("aws_elasticache_replication_group", "kms_key_id"),
    ("aws_kinesis_stream", "kms_key_id"),
    ("aws_lambda_function", "kms_key_id"),
    ("aws_logs_log_group", "kms_key_id"),
    ("aws_memorydb_cluster", "kms_key_id"),
    ("aws_opensearch_domain", "kms_key_id"),
    ("aws_rds_cluster", "kms_key_id"),
    ("aws_rds_cluster_snapshot", "kms_key_id"),
    ("aws_rds_instance", "kms_key_id"),
    ("aws_rds_instance", "performance_insights_kms_key_id"),
    ("aws_rds_snapshot", "kms_key_id"),
    ("aws_redshift_cluster", "kms_key_id"),
    ("aws_s3_bucket", "kms_key_id"),
    ("aws_secretsmanager_secret", "kms_key_id"),
    ("aws_sns_topic", "kms_key_id"),
    ("aws_sqs_queue", "kms_key_id"),
];

table! {
    /// Which resource names which KMS key, one row a resource and key. What cannot be seen this way: data that applications
    /// encrypt by themselves, objects and backups with keys of their own, resources of other accounts and of services that have
    /// no table.
    pub struct KeyUse: link in "aws_kms_key_use" reads [] {
        /// The key: its ARN, also of another account; the alias's ARN where the alias leads to no key. NULL when it is not known
        /// which key the resource names.
        key_resource_id: Option<String>,
        /// The resource that names it.
        user_resource_id: String,
        /// Table and column in which it is named.
        named_in: String,
    }
    derived from [
        "aws_kms_alias", "aws_dynamodb_table.description", "aws_ebs_snapshot", "aws_ebs_volume", "aws_ecr_repository",
        "aws_efs_file_system", "aws_eks_cluster.details", "aws_elasticache_replication_group", "aws_kinesis_stream.summary",
        "aws_lambda_function", "aws_logs_log_group", "aws_memorydb_cluster", "aws_opensearch_domain", "aws_rds_cluster",
        "aws_rds_cluster_snapshot", "aws_rds_instance", "aws_rds_snapshot", "aws_redshift_cluster",
        "aws_s3_bucket.encryption", "aws_secretsmanager_secret", "aws_sns_topic.attributes", "aws_sqs_queue.attributes",
    ];
}

table! {
    /// How many resources name a KMS key, one row a key of the account: a count over `aws_kms_key_use`.
    pub struct KeyUsers: link in "aws_kms_key_users" reads [] {
        /// The key.
        resource_id: String => "aws_kms_key",
        /// Resources that name it.
        user_count: i64,
        /// Resources in its account and region of which it is not known what key they name. Any may be a user of this one.
        unknown_count: i64,
        /// One of the resources that name it; empty without any.
        first_user_resource_id: String,
    }
    derived from [
        "aws_kms_key", "aws_kms_alias", "aws_dynamodb_table.description", "aws_ebs_snapshot", "aws_ebs_volume",
        "aws_ecr_repository", "aws_efs_file_system", "aws_eks_cluster.details", "aws_elasticache_replication_group",
        "aws_kinesis_stream.summary", "aws_lambda_function", "aws_logs_log_group", "aws_memorydb_cluster",
        "aws_opensearch_domain", "aws_rds_cluster", "aws_rds_cluster_snapshot", "aws_rds_instance", "aws_rds_snapshot",
        "aws_redshift_cluster", "aws_s3_bucket.encryption", "aws_secretsmanager_secret", "aws_sns_topic.attributes",
        "aws_sqs_queue.attributes",
    ];
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use billhook_catalog::{BASE_GROUP, Row, Table};

    use super::*;
    use crate::catalog::TABLES;

    #[test]
    fn every_column_that_names_a_key_is_a_source_with_its_column_group() {
        let is_own =
            |table: &Table| [KeyUse::TABLE.name, KeyUsers::TABLE.name].contains(&table.name);
        let tables = || TABLES.iter().filter(|table| !is_own(table));
        let named: BTreeSet<(&str, &str)> = tables()
            .flat_map(|table| table.own.iter().map(|column| (table.name, column)))
            .filter(|(_, column)| column.name.contains("kms_key"))
            .map(|(table, column)| (table, column.name))
            .collect();
        let sources: BTreeSet<(&str, &str)> = SOURCES.iter().copied().collect();
        assert_eq!(sources, named, "SOURCES in kms/key_use.rs lists them all");

        let groups: BTreeSet<(&str, &str)> = sources
            .iter()
            .map(|(table, column)| {
                let table = tables().find(|known| known.name == *table);
                let table = table.expect("a table of the catalog");
                (
                    table.name,
                    table.column(column).map_or(BASE_GROUP, |of| of.group),
                )
            })
            .chain([("aws_kms_alias", BASE_GROUP)])
            .collect();
        let declared: BTreeSet<(&str, &str)> = KeyUse::TABLE.sources().collect();
        assert_eq!(
            declared, groups,
            "a gap in any of them has to hold up the rule"
        );
        let of_counts: BTreeSet<(&str, &str)> = KeyUsers::TABLE.sources().collect();
        let with_keys = declared.into_iter().chain([("aws_kms_key", BASE_GROUP)]);
        assert_eq!(of_counts, with_keys.collect());
    }
}
