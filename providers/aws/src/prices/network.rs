//! What gateways, addresses, load balancers, endpoints and traffic cost.
//!
//! Sources: <https://aws.amazon.com/vpc/pricing/>, <https://aws.amazon.com/elasticloadbalancing/pricing/>,
//! <https://aws.amazon.com/ec2/pricing/on-demand/> (data transfer).

use super::cost::{marginal, tiered};
use super::{Cost, Price, PriceLookup, Sku};

/// Internet traffic is priced by steps of 10 TB, 50 TB and 150 TB a month, a TB being 1024 GB.
const GB_PER_TB: f64 = 1024.0;
/// Interface endpoints have steps of 1 PB and 5 PB.
const GB_PER_PB: f64 = 1024.0 * 1024.0;

/// A month of a NAT gateway that processes nothing; its address is billed apart.
pub fn nat_gateway_monthly(prices: &dyn PriceLookup, region: &str) -> Cost {
    Cost::monthly_from_hourly(1.0, prices.nat_gateway_hour(region))
}

/// What a NAT gateway charges for processing `gb`, in both directions together. Traffic to the internet, to other zones and
/// regions is billed on top.
pub fn nat_processing(prices: &dyn PriceLookup, region: &str, gb: f64) -> Cost {
    Cost::of(gb, prices.nat_gateway_gb(region))
}

/// A month of a public IPv4 address, in use or idle.
pub fn public_ipv4_monthly(prices: &dyn PriceLookup, region: &str, in_use: bool) -> Cost {
    Cost::monthly_from_hourly(1.0, prices.public_ipv4_hour(region, in_use))
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
    let service = match kind {
        LoadBalancer::Application => "alb",
        LoadBalancer::Network => "nlb",
        LoadBalancer::Gateway => "gwlb",
        LoadBalancer::Classic => "clb",
    };
    Cost::monthly_from_hourly(
        1.0,
        prices.lookup(&Sku::network(service, "lb_hour"), region),
    )
}

/// A month of an interface endpoint in `zones` Availability Zones that processes nothing.
pub fn interface_endpoint_monthly(prices: &dyn PriceLookup, region: &str, zones: f64) -> Cost {
    Cost::monthly_from_hourly(
        zones,
        prices.lookup(&Sku::network("vpc_interface_endpoint", "az_hour"), region),
    )
}

/// What all interface endpoints of an account charge for processing `gb` a month in a region.
pub fn interface_endpoint_processing(prices: &dyn PriceLookup, region: &str, gb: f64) -> Cost {
    let price = |metric| prices.lookup(&Sku::network("vpc_interface_endpoint", metric), region);
    tiered(
        gb,
        [
            (GB_PER_PB, price("data_gb_first_1pb")),
            (5.0 * GB_PER_PB, price("data_gb_next_4pb")),
            (f64::INFINITY, price("data_gb_over_5pb")),
        ],
    )
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
    let metric = match attachment {
        TransitGatewayAttachment::Vpc => "vpc_attachment_hour",
        TransitGatewayAttachment::Vpn => "vpn_attachment_hour",
        TransitGatewayAttachment::DirectConnect => "dx_attachment_hour",
        TransitGatewayAttachment::Peering => "peering_attachment_hour",
    };
    Cost::monthly_from_hourly(
        1.0,
        prices.lookup(&Sku::network("transit_gateway", metric), region),
    )
}

/// A month of a site-to-site VPN connection.
pub fn vpn_connection_monthly(prices: &dyn PriceLookup, region: &str) -> Cost {
    Cost::monthly_from_hourly(
        1.0,
        prices.lookup(&Sku::network("site_to_site_vpn", "connection_hour"), region),
    )
}

/// What `gb` sent to the internet in a month cost, by the steps of the price. The steps count all services of an
/// organization in a region together, and the first 100 GB of a month (over all regions) are free; neither is deducted
/// here, so for a single resource of a large account this is an upper bound.
pub fn internet_out_monthly(prices: &dyn PriceLookup, region: &str, gb: f64) -> Cost {
    tiered(gb, internet_out_tiers(prices, region))
}

/// The price of one GB more to the internet once `gb` were sent this month: what a saved GB is worth.
pub fn internet_out_marginal<'a>(
    prices: &'a dyn PriceLookup,
    region: &str,
    gb: f64,
) -> Option<Price<'a>> {
    marginal(gb, internet_out_tiers(prices, region))
}

/// (upper bound in GB, price) of each step.
fn internet_out_tiers<'a>(
    prices: &'a dyn PriceLookup,
    region: &str,
) -> [(f64, Option<Price<'a>>); 4] {
    let price = |metric| prices.lookup(&Sku::network("data_transfer", metric), region);
    [
        (10.0 * GB_PER_TB, price("internet_out_gb_0_10tb")),
        (50.0 * GB_PER_TB, price("internet_out_gb_10_50tb")),
        (150.0 * GB_PER_TB, price("internet_out_gb_50_150tb")),
        (f64::INFINITY, price("internet_out_gb_over_150tb")),
    ]
}

/// What `gb` moved between Availability Zones cost, both sides together.
pub fn inter_az_transfer(prices: &dyn PriceLookup, region: &str, gb: f64) -> Cost {
    Cost::of(2.0 * gb, prices.inter_az_gb_each_direction(region))
}

/// What `gb` sent from one region to another cost; the receiving side pays nothing.
pub fn inter_region_transfer(prices: &dyn PriceLookup, from: &str, to: &str, gb: f64) -> Cost {
    Cost::of(gb, prices.inter_region_gb(from, to))
}

#[cfg(test)]
#[path = "network_tests.rs"]
mod tests;
