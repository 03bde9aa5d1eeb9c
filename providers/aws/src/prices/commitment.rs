//! What Savings Plans, reserved instances, reserved nodes and reserved capacity can cover.

/// Tables whose resources a commitment can cover. Compute Savings Plans and EC2 Instance Savings Plans cover EC2 instances,
/// as reserved instances do; the first cover Lambda and Fargate too, Machine Learning Savings Plans cover SageMaker, and database instances
/// have reservations of their own, as nodes of ElastiCache and MemoryDB and the provisioned capacity of DynamoDB tables of
/// the standard class have. Storage, snapshots,
/// addresses, gateways, load balancers and traffic are never covered.
/// <https://docs.aws.amazon.com/savingsplans/latest/userguide/what-is-savings-plans.html>
pub static TABLES: &[&str] = &[
    "aws_dynamodb_table",
    "aws_ec2_instance",
    "aws_elasticache_cluster",
    "aws_ecs_service",
    "aws_lambda_function",
    "aws_lambda_provisioned_concurrency",
    "aws_memorydb_cluster",
    "aws_rds_instance",
    "aws_sagemaker_endpoint",
];

#[cfg(test)]
mod tests {
    use billhook_catalog::Kind;

    use super::*;

    #[test]
    fn every_one_is_a_table_of_resources() {
        for name in TABLES {
            let table = crate::catalog::TABLES
                .iter()
                .find(|table| table.name == *name);
            assert!(
                table.is_some_and(|table| table.kind == Kind::Resource),
                "{name}"
            );
        }
    }
}
