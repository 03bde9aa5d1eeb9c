//! `aws_vpc_nat_gateway_cost`: what a NAT gateway costs and what passes through it.

use billhook_catalog::table;

table! {
    /// Cost of a NAT gateway, one row a gateway: its hours, and its traffic extrapolated to a month of 730 hours.
    pub struct NatGatewayCost: link in "aws_vpc_nat_gateway_cost" reads [] {
        /// The NAT gateway.
        resource_id: String => "aws_vpc_nat_gateway",
        /// Hours of a month, USD at list price.
        hours_monthly_usd: Option<f64>,
        /// GiB that it processes a month, both directions. NULL when not measured.
        processed_gib_month: Option<f64>,
        /// Processing of a month, USD at list price.
        processing_monthly_usd: Option<f64>,
        /// What crossing into another zone would cost for all of its traffic, both sides, USD a month at list price.
        inter_zone_monthly_usd: Option<f64>,
        /// GiB a month of traffic to one AWS service from which an interface endpoint in one zone would be cheaper than sending it
        /// through the gateway: its hours, divided by what it processes a GiB cheaper.
        endpoint_break_even_gib_month: Option<f64>,
        /// `exact`, `estimated` or `unknown`: hours and processing.
        price_basis: Option<String>,
    }
    derived from ["aws_vpc_nat_gateway", "usage"];
}
