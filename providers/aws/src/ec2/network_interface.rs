//! `aws_ec2_network_interface`.

use billhook_catalog::{BASE_GROUP, Row, table};

use crate::scan::Scan;
use crate::tags;

table! {
    /// Elastic network interfaces.
    pub struct NetworkInterface: resource "AWS::EC2::NetworkInterface" in "aws_ec2_network_interface" reads ["ec2:DescribeNetworkInterfaces"] {
        /// `available` (attached to nothing), `associated`, `attaching`, `in-use` or `detaching`.
        status: Option<String>,
        /// `interface`, `nat_gateway`, `gateway_load_balancer`, `lambda`, …
        interface_type: Option<String>,
        /// Whether it is attached to an instance or a service.
        is_attached: Option<bool>,
        /// Instance that it is attached to; empty when to none.
        instance_resource_id: Option<String> => "aws_ec2_instance",
        /// Whether an AWS service manages it.
        requester_managed: Option<bool>,
        /// Its description; AWS services write there what it is for.
        description: Option<String>,
    }
}

/// Reads the interfaces of a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.ec2(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "ec2:DescribeNetworkInterfaces",
            |token| {
                client
                    .describe_network_interfaces()
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for interface in page.network_interfaces() {
                    if let Some(row) = row(scan, region, interface) {
                        tags::keep(scan, NetworkInterface::TABLE, &row.id, interface.tag_set());
                        scan.put(region, row);
                    }
                }
                page.next_token
            },
        )
        .await;
    scan.settle(NetworkInterface::TABLE, BASE_GROUP, region, &outcome);
}

fn row(
    scan: &Scan<'_>,
    region: &str,
    interface: &aws_sdk_ec2::types::NetworkInterface,
) -> Option<NetworkInterface> {
    let short_id = interface.network_interface_id()?;
    let mut id = scan.key(
        region,
        scan.names.ec2(region, "network-interface", short_id),
        short_id,
    );
    id.name = tags::name(interface.tag_set());
    let attachment = interface.attachment();
    let attached = attachment.is_some_and(|attachment| {
        attachment
            .status()
            .is_none_or(|status| status.as_str() != "detached")
    });
    Some(NetworkInterface {
        id,
        status: interface.status().map(|status| status.as_str().to_owned()),
        interface_type: interface
            .interface_type()
            .map(|kind| kind.as_str().to_owned()),
        is_attached: Some(attached),
        instance_resource_id: Some(scan.names.ec2_or_none(
            region,
            "instance",
            attachment.and_then(|attachment| attachment.instance_id()),
        )),
        requester_managed: interface.requester_managed(),
        description: Some(interface.description().unwrap_or_default().to_owned()),
    })
}
