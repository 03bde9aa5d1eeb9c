//! `aws_vpc_subnet`.

use billhook_catalog::{BASE_GROUP, Row, table};

use crate::scan::Scan;
use crate::tags;

table! {
    /// Subnets.
    pub struct Subnet: resource "AWS::EC2::Subnet" in "aws_vpc_subnet" reads ["ec2:DescribeSubnets"] {
        /// VPC.
        vpc_id: Option<String>,
        /// Availability Zone.
        zone: Option<String>,
    }
}

/// Reads the subnets of a region, those that other accounts share with this one too.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.ec2(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "ec2:DescribeSubnets",
            |token| {
                client
                    .describe_subnets()
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for subnet in page.subnets() {
                    keep(scan, region, subnet);
                }
                page.next_token
            },
        )
        .await;
    scan.settle(Subnet::TABLE, BASE_GROUP, region, &outcome);
}

fn keep(scan: &Scan<'_>, region: &str, subnet: &aws_sdk_ec2::types::Subnet) {
    let Some(short_id) = subnet.subnet_id() else {
        return;
    };
    let guessed = scan.names.ec2(region, "subnet", short_id);
    let real = subnet
        .subnet_arn()
        .map_or_else(|| guessed.clone(), str::to_owned);
    // What uses a shared subnet knows it by its bare id only.
    scan.alias(guessed, &real);
    let mut id = scan.key(region, real, short_id);
    id.name = tags::name(subnet.tags());
    if let Some(owner) = subnet.owner_id() {
        owner.clone_into(&mut id.account_id);
    }
    tags::keep(scan, Subnet::TABLE, &id, subnet.tags());
    let row = Subnet {
        id,
        vpc_id: subnet.vpc_id().map(str::to_owned),
        zone: subnet.availability_zone().map(str::to_owned),
    };
    scan.put(region, row);
}
