//! Hours and traffic of endpoints, of transit gateway attachments, and what instances send.

use billhook_catalog::Place;

use crate::ec2::instance::Instance;
use crate::ec2::instance_egress::InstanceEgress;
use crate::number::BYTES_PER_GIB;
use crate::prices::network::{
    TransitGatewayAttachment as Attached, gateway_load_balancer_endpoint_lines,
    gateway_load_balancer_endpoint_processing_lines, interface_endpoint_lines,
    interface_endpoint_processing_lines, internet_out_lines, transit_gateway_attachment_lines,
    transit_gateway_processing_lines, vpn_connection_lines,
};
use crate::prices::{Breakdown, PriceLookup};
use crate::vpc::endpoint::Endpoint;
use crate::vpc::traffic_cost::{EndpointCost, TransitGatewayAttachmentCost};
use crate::vpc::transit_gateway::TransitGatewayAttachment;
use crate::vpc::vpn_connection::VpnConnection;

use super::amount::Used;
use super::estate::Estate;
use super::measured::Measured;

/// The amounts that are explained here.
const ENDPOINT_HOURS: &str = "aws_vpc_endpoint_cost.hours_monthly_usd";
const ENDPOINT_PROCESSING: &str = "aws_vpc_endpoint_cost.processing_monthly_usd";
const ATTACHMENT_HOURS: &str = "aws_vpc_transit_gateway_attachment_cost.hours_monthly_usd";
const ATTACHMENT_PROCESSING: &str =
    "aws_vpc_transit_gateway_attachment_cost.processing_monthly_usd";
const EGRESS: &str = "aws_ec2_instance_egress.internet_monthly_usd";
/// What is said where there is nothing to price.
const NOT_MEASURED: &str = "its traffic was not measured";

/// What a sum of bytes comes to in a month at the rate that was seen, GiB. None unless it was measured.
fn gib_month(measured: &Measured, resource_id: &str, metric: &str) -> Option<f64> {
    let series = measured.sums(resource_id, metric)?;
    Some(series.sum_a_month()? / BYTES_PER_GIB)
}

/// A month of an endpoint's hours. Gateway endpoints are free; an interface or a Gateway Load Balancer endpoint is billed for each
/// zone that it is in.
pub(super) fn endpoint_lines<'a>(
    prices: &'a dyn PriceLookup,
    endpoint: &'a Endpoint,
) -> Breakdown<'a> {
    let region = &endpoint.id.region;
    match (
        endpoint.endpoint_type.as_deref(),
        endpoint.state.as_deref(),
        endpoint.zone_count,
    ) {
        (Some("Gateway"), _, _) => Breakdown::free("a gateway endpoint is not billed"),
        (Some("Interface"), Some("available"), Some(zones)) if zones > 0 => {
            interface_endpoint_lines(prices, region, zones as f64)
        }
        (Some("GatewayLoadBalancer"), Some("available"), Some(zones)) if zones > 0 => {
            gateway_load_balancer_endpoint_lines(prices, region, zones as f64)
        }
        (Some("Interface" | "GatewayLoadBalancer"), Some("available"), _) => {
            Breakdown::unknown("it is billed for each zone, and its zones are not known")
        }
        (Some("Interface" | "GatewayLoadBalancer"), _, _) => {
            Breakdown::unknown("what is billed for an endpoint in its state is not published")
        }
        _ => Breakdown::unknown("there is no price for an endpoint of its type yet"),
    }
}

/// A month of an attachment's hours, which the owner of what is attached pays.
pub(super) fn attachment_lines<'a>(
    prices: &'a dyn PriceLookup,
    attachment: &'a TransitGatewayAttachment,
) -> Breakdown<'a> {
    match (attachment.is_own, attachment.state.as_deref()) {
        (Some(false), _) => {
            return Breakdown::free("the account that owns what is attached pays for it");
        }
        (Some(true), Some("available")) => {}
        _ => return Breakdown::unknown("its state, or who pays for it, is not known"),
    }
    let kind = match attachment.attached_type.as_deref() {
        Some("vpc") => Attached::Vpc,
        Some("vpn") => Attached::Vpn,
        Some("direct-connect-gateway") => Attached::DirectConnect,
        Some("peering") => Attached::Peering,
        _ => return Breakdown::unknown("there is no price for an attachment of its type yet"),
    };
    transit_gateway_attachment_lines(prices, &attachment.id.region, kind)
}

/// A month of a VPN connection's hours.
pub(super) fn vpn_lines<'a>(
    prices: &'a dyn PriceLookup,
    connection: &'a VpnConnection,
) -> Breakdown<'a> {
    match connection.state.as_deref() {
        Some("available") => vpn_connection_lines(prices, &connection.id.region),
        _ => Breakdown::unknown("what is billed for a connection in its state is not published"),
    }
}

/// Hours and processing together decide how good the figures are; traffic that was not measured says nothing of the hours.
fn basis(hours: &Breakdown<'_>, processed: Option<f64>, processing: &Breakdown<'_>) -> String {
    let whole = match processed {
        Some(_) => hours.cost() + processing.cost(),
        None => hours.cost(),
    };
    whole.basis_name().to_owned()
}

/// One row an endpoint that is billed.
pub(super) fn endpoints(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<EndpointCost> {
    let billed = estate.endpoints.iter().filter(|endpoint| {
        matches!(
            endpoint.endpoint_type.as_deref(),
            Some("Interface" | "GatewayLoadBalancer")
        )
    });
    billed
        .map(|endpoint| {
            let hours = endpoint_lines(prices, endpoint);
            let processed = gib_month(&estate.measured, &endpoint.id.resource_id, "BytesProcessed");
            let region = &endpoint.id.region;
            let processing = match processed {
                None => Breakdown::unknown(NOT_MEASURED),
                Some(gib) if endpoint.endpoint_type.as_deref() == Some("Interface") => {
                    interface_endpoint_processing_lines(prices, region, gib)
                }
                Some(gib) => gateway_load_balancer_endpoint_processing_lines(prices, region, gib),
            };
            EndpointCost {
                id: Place {
                    account_id: endpoint.id.account_id.clone(),
                    region: region.clone(),
                },
                resource_id: endpoint.id.resource_id.clone(),
                price_basis: Some(basis(&hours, processed, &processing)),
                hours_monthly_usd: used.explained(&endpoint.id, ENDPOINT_HOURS, &hours).usd,
                processed_gib_month: processed,
                processing_monthly_usd: used
                    .explained(&endpoint.id, ENDPOINT_PROCESSING, &processing)
                    .usd,
            }
        })
        .collect()
}

/// One row an attachment.
pub(super) fn attachments(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<TransitGatewayAttachmentCost> {
    let attachments = estate.transit_gateway_attachments.iter();
    attachments
        .map(|attachment| {
            let hours = attachment_lines(prices, attachment);
            let processed = gib_month(&estate.measured, &attachment.id.resource_id, "BytesIn");
            // What arrives over a peering was processed and billed on the other side, as transfer between regions.
            let is_billed = matches!(
                attachment.attached_type.as_deref(),
                Some("vpc" | "vpn" | "direct-connect-gateway")
            );
            let processing = match processed {
                Some(gib) if is_billed => {
                    transit_gateway_processing_lines(prices, &attachment.id.region, gib)
                }
                Some(_) => Breakdown::unknown("traffic of its type is priced otherwise"),
                None => Breakdown::unknown(NOT_MEASURED),
            };
            TransitGatewayAttachmentCost {
                id: Place {
                    account_id: attachment.id.account_id.clone(),
                    region: attachment.id.region.clone(),
                },
                resource_id: attachment.id.resource_id.clone(),
                price_basis: Some(basis(&hours, processed, &processing)),
                hours_monthly_usd: used.explained(&attachment.id, ATTACHMENT_HOURS, &hours).usd,
                processed_gib_month: processed,
                processing_monthly_usd: used
                    .explained(&attachment.id, ATTACHMENT_PROCESSING, &processing)
                    .usd,
            }
        })
        .collect()
}

/// One row an instance that runs.
pub(super) fn instances(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<InstanceEgress> {
    let running = estate
        .instances
        .iter()
        .filter(|instance| instance.state.as_deref() == Some("running"));
    running
        .map(|instance| instance_row(instance, &estate.measured, prices, used))
        .collect()
}

fn instance_row(
    instance: &Instance,
    measured: &Measured,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> InstanceEgress {
    let sent = gib_month(measured, &instance.id.resource_id, "NetworkOut");
    let lines = match sent {
        Some(gib) => internet_out_lines(prices, &instance.id.region, gib),
        None => Breakdown::unknown(NOT_MEASURED),
    };
    let amount = used.explained(&instance.id, EGRESS, &lines);
    InstanceEgress {
        id: Place {
            account_id: instance.id.account_id.clone(),
            region: instance.id.region.clone(),
        },
        resource_id: instance.id.resource_id.clone(),
        sent_gib_month: sent,
        price_basis: Some(amount.basis.to_owned()),
        internet_monthly_usd: amount.usd,
    }
}

#[cfg(test)]
#[path = "traffic_cost_tests.rs"]
mod tests;
