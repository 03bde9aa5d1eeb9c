//! What Savings Plans, reserved instances, reserved nodes and reserved capacity can cover.

/// Tables whose resources a commitment can cover. Compute Savings Plans and EC2 Instance Savings Plans cover EC2 instances,
/// as reserved instances do; storage, snapshots, addresses, gateways, load balancers and traffic are never covered.
pub static TABLES: &[&str] = &["aws_ec2_instance"];

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
