//! Which IAM action an API operation needs.
//!
//! Most operations are their own action (`ec2:DescribeVolumes`). The exceptions come from AWS's Service Authorization
//! Reference (<https://docs.aws.amazon.com/service-authorization/latest/reference/>).

/// Operations whose action has another name, or that need none.
const EXCEPTIONS: &[(&str, Option<&str>)] = &[
    (
        "budgets:DescribeBudgetNotificationsForAccount",
        Some("budgets:ViewBudget"),
    ),
    ("budgets:DescribeBudgets", Some("budgets:ViewBudget")),
    (
        "budgets:DescribeSubscribersForNotification",
        Some("budgets:ViewBudget"),
    ),
    (
        "s3:GetBucketEncryption",
        Some("s3:GetEncryptionConfiguration"),
    ),
    (
        "s3:GetBucketLifecycleConfiguration",
        Some("s3:GetLifecycleConfiguration"),
    ),
    (
        "s3:GetPublicAccessBlock",
        Some("s3:GetBucketPublicAccessBlock"),
    ),
    ("s3:ListBuckets", Some("s3:ListAllMyBuckets")),
    (
        "s3:ListBucketMetricsConfigurations",
        Some("s3:GetMetricsConfiguration"),
    ),
    (
        "s3:ListMultipartUploads",
        Some("s3:ListBucketMultipartUploads"),
    ),
    ("sts:GetCallerIdentity", None),
];

/// The action that an operation needs; `None` when it needs none.
pub(crate) fn action(operation: &str) -> Option<&str> {
    match EXCEPTIONS.iter().find(|(name, _)| *name == operation) {
        Some((_, action)) => *action,
        None => Some(operation),
    }
}

#[cfg(test)]
mod tests {
    use billhook_catalog::Table;

    use super::*;
    use crate::catalog::TABLES;

    #[test]
    fn an_operation_is_its_own_action_unless_aws_names_another() {
        assert_eq!(action("ec2:DescribeVolumes"), Some("ec2:DescribeVolumes"));
        assert_eq!(
            action("budgets:DescribeBudgets"),
            Some("budgets:ViewBudget")
        );
        assert_eq!(action("s3:ListBuckets"), Some("s3:ListAllMyBuckets"));
        assert_eq!(action("sts:GetCallerIdentity"), None);
    }

    #[test]
    fn every_exception_is_an_operation_that_some_table_reads() {
        let read = |operation: &str| {
            let tables: &[&Table] = TABLES;
            tables
                .iter()
                .flat_map(|table| table.groups)
                .any(|group| group.reads.contains(&operation))
        };
        for (operation, action) in EXCEPTIONS {
            assert!(
                action.is_none() || read(operation),
                "{operation} is read by no table"
            );
        }
    }
}
