//! `aws_ec2_address`.

use billhook_catalog::{BASE_GROUP, Row, table};

use crate::scan::Scan;
use crate::tags;

table! {
    /// Elastic IP addresses.
    pub struct Address: resource "AWS::EC2::EIP" in "aws_ec2_address" reads ["ec2:DescribeAddresses"] {
        /// The IPv4 address.
        public_ip: Option<String>,
        /// Whether it is associated with an instance or an interface.
        is_associated: Option<bool>,
        /// Instance that it is associated with; empty when with none.
        instance_resource_id: Option<String> => "aws_ec2_instance",
        /// Interface that it is associated with; empty when with none.
        interface_resource_id: Option<String> => "aws_ec2_network_interface",
        /// AWS service that manages it (`alb`, `nlb`, `rnat`, `rds`); empty when none does.
        service_managed: Option<String>,
        /// Whether the address comes from the account's own range (BYOIP), which AWS does not charge for.
        own_range: Option<bool>,
    }
}

/// Reads the addresses of a region. The call has no pages.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.ec2(region);
    let answer = scan
        .caller
        .call(
            region,
            "ec2:DescribeAddresses",
            client.describe_addresses().send(),
        )
        .await;
    let outcome = answer.map(|page| {
        for address in page.addresses() {
            if let Some(row) = row(scan, region, address) {
                tags::keep(scan, Address::TABLE, &row.id, address.tags());
                scan.put(region, row);
            }
        }
    });
    scan.settle(Address::TABLE, BASE_GROUP, region, &outcome);
}

/// Whether there is something behind a reference.
fn given(id: Option<&str>) -> bool {
    id.is_some_and(|id| !id.is_empty())
}

fn row(scan: &Scan<'_>, region: &str, address: &aws_sdk_ec2::types::Address) -> Option<Address> {
    let names = &scan.names;
    // An address outside of a VPC has no allocation; its own number names it.
    let short_id = address.allocation_id().or(address.public_ip())?;
    let mut id = scan.key(region, names.ec2(region, "elastic-ip", short_id), short_id);
    id.name = tags::name(address.tags());
    let associated = given(address.association_id())
        || given(address.instance_id())
        || given(address.network_interface_id());
    Some(Address {
        id,
        public_ip: address.public_ip().map(str::to_owned),
        is_associated: Some(associated),
        instance_resource_id: Some(names.ec2_or_none(region, "instance", address.instance_id())),
        interface_resource_id: Some(names.ec2_or_none(
            region,
            "network-interface",
            address.network_interface_id(),
        )),
        service_managed: Some(
            address
                .service_managed()
                .map_or("", |service| service.as_str())
                .to_owned(),
        ),
        // Amazon's own pool is called `amazon`, pools of one's own `ipv4pool-…`; without any pool it is Amazon's too.
        own_range: Some(
            address
                .public_ipv4_pool()
                .is_some_and(|pool| pool.starts_with("ipv4pool-")),
        ),
    })
}
