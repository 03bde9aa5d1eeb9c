//! Hours and traffic of endpoints, of transit gateway attachments, and what instances send.

use billhook_catalog::Place;

use crate::ec2::instance::Instance;
use crate::ec2::instance_egress::InstanceEgress;
use crate::prices::network::{
    TransitGatewayAttachment as Attached, gateway_load_balancer_endpoint_monthly,
    gateway_load_balancer_endpoint_processing, interface_endpoint_monthly,
    interface_endpoint_processing, internet_out_monthly, transit_gateway_attachment_monthly,
    transit_gateway_processing, vpn_connection_monthly,
};
use crate::prices::{Cost, HOURS_PER_MONTH, PriceLookup};
use crate::vpc::endpoint::Endpoint;
use crate::vpc::traffic_cost::{EndpointCost, TransitGatewayAttachmentCost};
use crate::vpc::transit_gateway::TransitGatewayAttachment;
use crate::vpc::vpn_connection::VpnConnection;

use super::amount::Used;
use super::estate::Estate;
use super::measured::Measured;

const BYTES_PER_GIB: f64 = 1_073_741_824.0;

/// What a sum of bytes comes to in a month at the rate that was seen, GiB. None unless it was measured.
fn gib_month(measured: &Measured, resource_id: &str, metric: &str) -> Option<f64> {
    let series = measured.sums(resource_id, metric)?;
    Some(series.sum? * HOURS_PER_MONTH / series.covered_hours() / BYTES_PER_GIB)
}

/// A month of an endpoint's hours. Gateway endpoints are free; an interface or a Gateway Load Balancer endpoint is billed for each
/// zone that it is in.
pub(super) fn endpoint_cost(prices: &dyn PriceLookup, endpoint: &Endpoint) -> Cost {
    let region = &endpoint.id.region;
    match (
        endpoint.endpoint_type.as_deref(),
        endpoint.state.as_deref(),
        endpoint.zone_count,
    ) {
        (Some("Gateway"), _, _) => Cost::ZERO,
        (Some("Interface"), Some("available"), Some(zones)) if zones > 0 => {
            interface_endpoint_monthly(prices, region, zones as f64)
        }
        (Some("GatewayLoadBalancer"), Some("available"), Some(zones)) if zones > 0 => {
            gateway_load_balancer_endpoint_monthly(prices, region, zones as f64)
        }
        _ => Cost::UNKNOWN,
    }
}

/// A month of an attachment's hours, which the owner of what is attached pays.
pub(super) fn attachment_cost(
    prices: &dyn PriceLookup,
    attachment: &TransitGatewayAttachment,
) -> Cost {
    let kind = match attachment.attached_type.as_deref() {
        Some("vpc") => Attached::Vpc,
        Some("vpn") => Attached::Vpn,
        Some("direct-connect-gateway") => Attached::DirectConnect,
        Some("peering") => Attached::Peering,
        _ => return Cost::UNKNOWN,
    };
    match (attachment.is_own, attachment.state.as_deref()) {
        (Some(false), _) => Cost::ZERO,
        (Some(true), Some("available")) => {
            transit_gateway_attachment_monthly(prices, &attachment.id.region, kind)
        }
        _ => Cost::UNKNOWN,
    }
}

/// A month of a VPN connection's hours.
pub(super) fn vpn_cost(prices: &dyn PriceLookup, connection: &VpnConnection) -> Cost {
    match connection.state.as_deref() {
        Some("available") => vpn_connection_monthly(prices, &connection.id.region),
        _ => Cost::UNKNOWN,
    }
}

/// Hours and processing together decide how good the figures are; traffic that was not measured says nothing of the hours.
fn basis(hours: Cost, processed: Option<f64>, processing: Cost) -> String {
    let whole = match processed {
        Some(_) => hours + processing,
        None => hours,
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
            let hours = endpoint_cost(prices, endpoint);
            let processed = gib_month(
                &estate.measured,
                &endpoint.id.resource_id,
                "BytesProcessed",
            );
            let region = &endpoint.id.region;
            let processing = processed.map_or(Cost::UNKNOWN, |gib| {
                if endpoint.endpoint_type.as_deref() == Some("Interface") {
                    interface_endpoint_processing(prices, region, gib)
                } else {
                    gateway_load_balancer_endpoint_processing(prices, region, gib)
                }
            });
            EndpointCost {
                id: Place {
                    account_id: endpoint.id.account_id.clone(),
                    region: region.clone(),
                },
                resource_id: endpoint.id.resource_id.clone(),
                price_basis: Some(basis(hours, processed, processing)),
                hours_monthly_usd: used.amount(hours).usd,
                processed_gib_month: processed,
                processing_monthly_usd: used.amount(processing).usd,
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
            let hours = attachment_cost(prices, attachment);
            let processed = gib_month(&estate.measured, &attachment.id.resource_id, "BytesIn");
            // What arrives over a peering was processed and billed on the other side, as transfer between regions.
            let is_billed = matches!(
                attachment.attached_type.as_deref(),
                Some("vpc" | "vpn" | "direct-connect-gateway")
            );
            let processing = match processed.filter(|_| is_billed) {
                Some(gib) => transit_gateway_processing(prices, &attachment.id.region, gib),
                None => Cost::UNKNOWN,
            };
            TransitGatewayAttachmentCost {
                id: Place {
                    account_id: attachment.id.account_id.clone(),
                    region: attachment.id.region.clone(),
                },
                resource_id: attachment.id.resource_id.clone(),
                price_basis: Some(basis(hours, processed, processing)),
                hours_monthly_usd: used.amount(hours).usd,
                processed_gib_month: processed,
                processing_monthly_usd: used.amount(processing).usd,
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
    let cost = sent.map_or(Cost::UNKNOWN, |gib| {
        internet_out_monthly(prices, &instance.id.region, gib)
    });
    InstanceEgress {
        id: Place {
            account_id: instance.id.account_id.clone(),
            region: instance.id.region.clone(),
        },
        resource_id: instance.id.resource_id.clone(),
        sent_gib_month: sent,
        price_basis: Some(cost.basis_name().to_owned()),
        internet_monthly_usd: used.amount(cost).usd,
    }
}

#[cfg(test)]
#[path = "traffic_cost_tests.rs"]
mod tests;
