//! The account itself.

pub mod budget_guard;
pub(crate) mod collect;

use billhook_catalog::table;

table! {
    /// The scanned accounts. Region `global`; `resource_id` is the account's root ARN (`arn:aws:iam::ACCOUNT:root`).
    pub struct Account: resource "AWS::Account" in "aws_account" reads [] {
        /// Partition (`aws`, `aws-us-gov`, `aws-cn`).
        partition: Option<String>,
    }
    group "organization" reads ["organizations:DescribeOrganization"] {
        /// `payer` (management account), `member` or `stand-alone`.
        kind: Option<String>,
        /// Organization; empty when in none.
        organization_id: Option<String>,
        /// Management account of the organization; empty when in none.
        payer_account_id: Option<String>,
    }
}
