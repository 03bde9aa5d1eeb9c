//! `aws_vpc_transit_gateway` and `aws_vpc_transit_gateway_attachment`.

use billhook_catalog::{BASE_GROUP, Dimension, DimensionValue, Metric, Missing, Row, table};

use crate::arn::Names;
use crate::scan::Scan;
use crate::tags;
use crate::time::instant;

const ATTACHMENT: &[Dimension] = &[
    Dimension {
        name: "TransitGateway",
        value: DimensionValue::Column("transit_gateway_id"),
    },
    Dimension {
        name: "TransitGatewayAttachment",
        value: DimensionValue::Column("short_id"),
    },
];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric {
        namespace: "AWS/TransitGateway",
        name,
        dimensions: ATTACHMENT,
        missing: Missing::NoEvidence,
        doc,
    }
}

/// What AWS publishes for an attachment. Zeros are published too, so silence is no evidence.
/// <https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-cloudwatch-metrics.html>
pub static METRICS: &[Metric] = &[
    metric(
        "BytesIn",
        "Bytes that the transit gateway received from the attachment: those that are billed.",
    ),
    metric(
        "BytesOut",
        "Bytes that the transit gateway sent to the attachment.",
    ),
];

table! {
    /// Transit gateways that the account owns or that are shared with it.
    pub struct TransitGateway: resource "AWS::EC2::TransitGateway" in "aws_vpc_transit_gateway" reads ["ec2:DescribeTransitGateways"] {
        /// `pending`, `available`, `modifying` or `deleting`.
        state: Option<String>,
        /// Whether the account owns it.
        is_own: Option<bool>,
    }
}

table! {
    /// What is attached to transit gateways; deleted, rejected and failed attachments are left out.
    pub struct TransitGatewayAttachment: resource "AWS::EC2::TransitGatewayAttachment" in "aws_vpc_transit_gateway_attachment"
        reads ["ec2:DescribeTransitGatewayAttachments"] {
        /// `available`, `pending`, `pendingAcceptance`, `modifying`, `deleting`, …
        state: Option<String>,
        /// The transit gateway.
        transit_gateway_resource_id: Option<String> => "aws_vpc_transit_gateway",
        /// Its bare id.
        transit_gateway_id: Option<String>,
        /// What is attached: `vpc`, `vpn`, `direct-connect-gateway`, `peering`, `connect`, …
        attached_type: Option<String>,
        /// Bare id of what is attached (`vpc-…`, `vpn-…`); empty when AWS gives none.
        attached_id: Option<String>,
        /// Whether what is attached belongs to this account, which then pays for the attachment.
        is_own: Option<bool>,
    }
    metrics METRICS;
    absence is evidence;
}

/// Reads the transit gateways of a region.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.ec2(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "ec2:DescribeTransitGateways",
            |token| {
                client
                    .describe_transit_gateways()
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for gateway in page.transit_gateways() {
                    keep(scan, region, gateway);
                }
                page.next_token
            },
        )
        .await;
    scan.settle(TransitGateway::TABLE, BASE_GROUP, region, &outcome);
}

/// Reads what is attached to transit gateways in a region.
pub(crate) async fn collect_attachments(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.ec2(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "ec2:DescribeTransitGatewayAttachments",
            |token| {
                client
                    .describe_transit_gateway_attachments()
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for attachment in page.transit_gateway_attachments() {
                    keep_attachment(scan, region, attachment);
                }
                page.next_token
            },
        )
        .await;
    scan.settle(
        TransitGatewayAttachment::TABLE,
        BASE_GROUP,
        region,
        &outcome,
    );
}

/// The ARN of a transit gateway, which may be another account's.
fn gateway_arn(names: &Names, region: &str, owner: Option<&str>, short_id: &str) -> String {
    let owner = Names {
        partition: names.partition.clone(),
        account: owner.unwrap_or(&names.account).to_owned(),
    };
    owner.ec2(region, "transit-gateway", short_id)
}

fn keep(scan: &Scan<'_>, region: &str, gateway: &aws_sdk_ec2::types::TransitGateway) {
    let Some(short_id) = gateway.transit_gateway_id() else {
        return;
    };
    let state = gateway.state().map(|state| state.as_str());
    if state == Some("deleted") {
        return;
    }
    let resource_id = gateway_arn(&scan.names, region, gateway.owner_id(), short_id);
    let mut id = scan.key(region, resource_id, short_id);
    id.name = tags::name(gateway.tags());
    id.created_at = instant(gateway.creation_time());
    tags::keep(scan, TransitGateway::TABLE, &id, gateway.tags());
    let row = TransitGateway {
        id,
        state: state.map(str::to_owned),
        is_own: gateway.owner_id().map(|owner| owner == scan.names.account),
    };
    scan.put(region, row);
}

fn keep_attachment(
    scan: &Scan<'_>,
    region: &str,
    attachment: &aws_sdk_ec2::types::TransitGatewayAttachment,
) {
    let Some(short_id) = attachment.transit_gateway_attachment_id() else {
        return;
    };
    let state = attachment.state().map(|state| state.as_str());
    if matches!(state, Some("deleted" | "rejected" | "failed")) {
        return;
    }
    let names = &scan.names;
    let mut id = scan.key(
        region,
        names.ec2(region, "transit-gateway-attachment", short_id),
        short_id,
    );
    id.name = tags::name(attachment.tags());
    id.created_at = instant(attachment.creation_time());
    tags::keep(
        scan,
        TransitGatewayAttachment::TABLE,
        &id,
        attachment.tags(),
    );
    let gateway = attachment.transit_gateway_id();
    let row = TransitGatewayAttachment {
        id,
        state: state.map(str::to_owned),
        transit_gateway_resource_id: gateway.map(|gateway| {
            gateway_arn(
                names,
                region,
                attachment.transit_gateway_owner_id(),
                gateway,
            )
        }),
        transit_gateway_id: gateway.map(str::to_owned),
        attached_type: attachment
            .resource_type()
            .map(|kind| kind.as_str().to_owned()),
        attached_id: Some(attachment.resource_id().unwrap_or_default().to_owned()),
        is_own: attachment
            .resource_owner_id()
            .map(|owner| owner == names.account),
    };
    scan.put(region, row);
}
