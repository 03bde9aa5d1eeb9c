//! What gateways, addresses, load balancers, endpoints and traffic cost.
//!
//! Sources: <https://aws.amazon.com/vpc/pricing/>, <https://aws.amazon.com/elasticloadbalancing/pricing/>,
//! <https://aws.amazon.com/ec2/pricing/on-demand/> (data transfer).

use super::cost::marginal;
use super::{Breakdown, Cost, Price, PriceLookup, Sku, Tariff};

/// Internet traffic is priced by steps of 10 TB, 50 TB and 150 TB a month, a TB being 1024 GB.
const GB_PER_TB: f64 = 1024.0;
/// Interface endpoints have steps of 1 PB and 5 PB.
const GB_PER_PB: f64 = 1024.0 * 1024.0;

/// A month of a NAT gateway that processes nothing; its address is billed apart.
pub fn nat_gateway_monthly(prices: &dyn PriceLookup, region: &str) -> Cost {
    nat_gateway_lines(prices, region).cost()
}

/// The line of [`nat_gateway_monthly`].
pub fn nat_gateway_lines<'a>(prices: &'a dyn PriceLookup, region: &'a str) -> Breakdown<'a> {
    hours(prices, region, "NAT gateway", 1.0, "nat_gateway", "hour")
}

/// A month of `count` things of a network service that are charged by the hour.
fn hours<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    what: &'static str,
    count: f64,
    service: &'a str,
    metric: &'a str,
) -> Breakdown<'a> {
    let at = Tariff::new(prices, region);
    at.hours(what, count, Sku::network(service, metric)).into()
}

/// What a NAT gateway charges for processing `gb`, in both directions together. Traffic to the internet, to other zones and
/// regions is billed on top.
pub fn nat_processing(prices: &dyn PriceLookup, region: &str, gb: f64) -> Cost {
    nat_processing_lines(prices, region, gb).cost()
}

/// The line of [`nat_processing`].
pub fn nat_processing_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    gb: f64,
) -> Breakdown<'a> {
    let sku = Sku::network("nat_gateway", "data_gb");
    let at = Tariff::new(prices, region);
    at.line("data that the NAT gateway processes", gb, "GiB", sku)
        .into()
}

/// A month of a public IPv4 address, in use or idle.
pub fn public_ipv4_monthly(prices: &dyn PriceLookup, region: &str, in_use: bool) -> Cost {
    public_ipv4_lines(prices, region, in_use).cost()
}

/// The line of [`public_ipv4_monthly`].
pub fn public_ipv4_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    in_use: bool,
) -> Breakdown<'a> {
    let (what, metric) = if in_use {
        ("public IPv4 address, in use", "in_use_hour")
    } else {
        ("public IPv4 address, idle", "idle_hour")
    };
    hours(prices, region, what, 1.0, "public_ipv4", metric)
}

/// Kinds of load balancers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoadBalancer {
    /// Application Load Balancer.
    Application,
    /// Network Load Balancer.
    Network,
    /// Gateway Load Balancer.
    Gateway,
    /// Classic Load Balancer.
    Classic,
}

impl LoadBalancer {
    /// From the API's `Type` of a load balancer of the second generation; None for another word.
    pub fn from_api(load_balancer_type: &str) -> Option<Self> {
        match load_balancer_type {
            "application" => Some(Self::Application),
            "network" => Some(Self::Network),
            "gateway" => Some(Self::Gateway),
            _ => None,
        }
    }
}

/// A month of a load balancer that serves nothing: its hours, without capacity units, traffic and addresses. For a Gateway
/// Load Balancer the price is that of one Availability Zone.
pub fn load_balancer_monthly(prices: &dyn PriceLookup, region: &str, kind: LoadBalancer) -> Cost {
    load_balancer_lines(prices, region, kind).cost()
}

/// The line of [`load_balancer_monthly`].
pub fn load_balancer_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    kind: LoadBalancer,
) -> Breakdown<'a> {
    let (what, service) = match kind {
        LoadBalancer::Application => ("Application Load Balancer", "alb"),
        LoadBalancer::Network => ("Network Load Balancer", "nlb"),
        LoadBalancer::Gateway => ("Gateway Load Balancer, one zone", "gwlb"),
        LoadBalancer::Classic => ("Classic Load Balancer", "clb"),
    };
    hours(prices, region, what, 1.0, service, "lb_hour")
}

/// A month of an interface endpoint in `zones` Availability Zones that processes nothing.
pub fn interface_endpoint_monthly(prices: &dyn PriceLookup, region: &str, zones: f64) -> Cost {
    interface_endpoint_lines(prices, region, zones).cost()
}

/// The line of [`interface_endpoint_monthly`].
pub fn interface_endpoint_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    zones: f64,
) -> Breakdown<'a> {
    let what = "interface endpoint, by zone";
    hours(
        prices,
        region,
        what,
        zones,
        "vpc_interface_endpoint",
        "az_hour",
    )
}

/// What all interface endpoints of an account charge for processing `gb` a month in a region.
pub fn interface_endpoint_processing(prices: &dyn PriceLookup, region: &str, gb: f64) -> Cost {
    interface_endpoint_processing_lines(prices, region, gb).cost()
}

/// The lines of [`interface_endpoint_processing`].
pub fn interface_endpoint_processing_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    gb: f64,
) -> Breakdown<'a> {
    let sku = |metric| Sku::network("vpc_interface_endpoint", metric);
    let first = "data through interface endpoints, first PB";
    let next = "data through interface endpoints, next 4 PB";
    let rest = "data through interface endpoints, above 5 PB";
    let tiers = [
        (GB_PER_PB, first, sku("data_gb_first_1pb")),
        (5.0 * GB_PER_PB, next, sku("data_gb_next_4pb")),
        (f64::INFINITY, rest, sku("data_gb_over_5pb")),
    ];
    Tariff::new(prices, region).tiers(gb, "GiB", tiers)
}

/// GB a month from which an interface endpoint in one zone costs less than sending them through a NAT gateway. None where a
/// price is unknown or the endpoint processes no cheaper.
pub fn endpoint_break_even_gb(prices: &dyn PriceLookup, region: &str) -> Option<f64> {
    let hours = interface_endpoint_monthly(prices, region, 1.0).usd()?;
    let through_gateway = nat_processing(prices, region, 1.0).usd()?;
    let through_endpoint = interface_endpoint_processing(prices, region, 1.0).usd()?;
    let cheaper_a_gb = through_gateway - through_endpoint;
    (cheaper_a_gb > 0.0).then(|| hours / cheaper_a_gb)
}

/// A month of a Gateway Load Balancer endpoint in `zones` Availability Zones that processes nothing.
pub fn gateway_load_balancer_endpoint_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    zones: f64,
) -> Breakdown<'a> {
    let what = "Gateway Load Balancer endpoint, by zone";
    hours(prices, region, what, zones, "gwlb_endpoint", "az_hour")
}

/// What a Gateway Load Balancer endpoint charges for processing `gb` a month.
pub fn gateway_load_balancer_endpoint_processing_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    gb: f64,
) -> Breakdown<'a> {
    let what = "data through Gateway Load Balancer endpoints";
    let sku = Sku::network("gwlb_endpoint", "data_gb");
    Tariff::new(prices, region)
        .line(what, gb, "GiB", sku)
        .into()
}

/// What a transit gateway charges for `gb` that an attachment in the region sends into it.
pub fn transit_gateway_processing_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    gb: f64,
) -> Breakdown<'a> {
    let what = "data sent into the transit gateway";
    let sku = Sku::network("transit_gateway", "data_gb");
    Tariff::new(prices, region)
        .line(what, gb, "GiB", sku)
        .into()
}

/// What a transit gateway can be attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TransitGatewayAttachment {
    /// A VPC.
    Vpc,
    /// A site-to-site VPN; the VPN connection itself is billed on top.
    Vpn,
    /// A Direct Connect gateway.
    DirectConnect,
    /// Another transit gateway.
    Peering,
}

/// A month of a transit gateway attachment that carries nothing.
pub fn transit_gateway_attachment_monthly(
    prices: &dyn PriceLookup,
    region: &str,
    attachment: TransitGatewayAttachment,
) -> Cost {
    transit_gateway_attachment_lines(prices, region, attachment).cost()
}

/// The line of [`transit_gateway_attachment_monthly`].
pub fn transit_gateway_attachment_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    attachment: TransitGatewayAttachment,
) -> Breakdown<'a> {
    let metric = match attachment {
        TransitGatewayAttachment::Vpc => "vpc_attachment_hour",
        TransitGatewayAttachment::Vpn => "vpn_attachment_hour",
        TransitGatewayAttachment::DirectConnect => "dx_attachment_hour",
        TransitGatewayAttachment::Peering => "peering_attachment_hour",
    };
    let what = "transit gateway attachment";
    hours(prices, region, what, 1.0, "transit_gateway", metric)
}

/// A month of a site-to-site VPN connection.
pub fn vpn_connection_monthly(prices: &dyn PriceLookup, region: &str) -> Cost {
    vpn_connection_lines(prices, region).cost()
}

/// The line of [`vpn_connection_monthly`].
pub fn vpn_connection_lines<'a>(prices: &'a dyn PriceLookup, region: &'a str) -> Breakdown<'a> {
    let what = "site-to-site VPN connection";
    hours(
        prices,
        region,
        what,
        1.0,
        "site_to_site_vpn",
        "connection_hour",
    )
}

/// What `gb` sent to the internet in a month cost, by the steps of the price. The steps count all services of an
/// organization in a region together, and the first 100 GB of a month (over all regions) are free; neither is deducted
/// here, so for a single resource of a large account this is an upper bound.
pub fn internet_out_monthly(prices: &dyn PriceLookup, region: &str, gb: f64) -> Cost {
    internet_out_lines(prices, region, gb).cost()
}

/// The lines of [`internet_out_monthly`].
pub fn internet_out_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    gb: f64,
) -> Breakdown<'a> {
    let tiers = INTERNET_OUT_TIERS
        .map(|(bound, what, metric)| (bound, what, Sku::network("data_transfer", metric)));
    Tariff::new(prices, region).tiers(gb, "GiB", tiers)
}

/// The price of one GB more to the internet once `gb` were sent this month: what a saved GB is worth.
pub fn internet_out_marginal<'a>(
    prices: &'a dyn PriceLookup,
    region: &str,
    gb: f64,
) -> Option<Price<'a>> {
    let price = |metric| prices.lookup(&Sku::network("data_transfer", metric), region);
    marginal(
        gb,
        INTERNET_OUT_TIERS.map(|(bound, _, metric)| (bound, price(metric))),
    )
}

/// (upper bound in GB, name, metric) of each step.
const INTERNET_OUT_TIERS: [(f64, &str, &str); 4] = [
    (
        10.0 * GB_PER_TB,
        "data to the internet, first 10 TB",
        "internet_out_gb_0_10tb",
    ),
    (
        50.0 * GB_PER_TB,
        "data to the internet, next 40 TB",
        "internet_out_gb_10_50tb",
    ),
    (
        150.0 * GB_PER_TB,
        "data to the internet, next 100 TB",
        "internet_out_gb_50_150tb",
    ),
    (
        f64::INFINITY,
        "data to the internet, above 150 TB",
        "internet_out_gb_over_150tb",
    ),
];

/// What `gb` moved between Availability Zones cost, both sides together.
pub fn inter_az_transfer(prices: &dyn PriceLookup, region: &str, gb: f64) -> Cost {
    inter_az_lines(prices, region, gb).cost()
}

/// The line of [`inter_az_transfer`].
pub fn inter_az_lines<'a>(prices: &'a dyn PriceLookup, region: &'a str, gb: f64) -> Breakdown<'a> {
    let sku = Sku::network("data_transfer", "inter_az_gb_each_direction");
    let at = Tariff::new(prices, region);
    at.line("data between zones, both sides", 2.0 * gb, "GiB", sku)
        .into()
}

/// What `gb` sent from one region to another cost; the receiving side pays nothing.
pub fn inter_region_transfer(prices: &dyn PriceLookup, from: &str, to: &str, gb: f64) -> Cost {
    inter_region_lines(prices, from, to, gb).cost()
}

/// The line of [`inter_region_transfer`].
pub fn inter_region_lines<'a>(
    prices: &'a dyn PriceLookup,
    from: &'a str,
    to: &'a str,
    gb: f64,
) -> Breakdown<'a> {
    let at = Tariff::new(prices, from);
    let what = format!("data sent to {to}");
    at.line(what, gb, "GiB", Sku::inter_region_gb(to)).into()
}

#[cfg(test)]
#[path = "network_tests.rs"]
mod tests;
