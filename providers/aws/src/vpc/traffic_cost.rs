//! What passes through endpoints and attachments, and what that costs: `aws_vpc_endpoint_cost` and
//! `aws_vpc_transit_gateway_attachment_cost`.

use billhook_catalog::table;

table! {
    /// Cost of an interface endpoint or a Gateway Load Balancer endpoint, one row each: its hours, and its traffic extrapolated to
    /// a month of 730 hours.
    pub struct EndpointCost: link in "aws_vpc_endpoint_cost" reads [] {
        /// The endpoint.
        resource_id: String => "aws_vpc_endpoint",
        /// Hours of a month in all of its zones, USD at list price.
        hours_monthly_usd: Option<f64>,
        /// GiB that it processes a month. NULL when not measured.
        processed_gib_month: Option<f64>,
        /// Processing of a month, USD at the list price of the first petabyte.
        processing_monthly_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_vpc_endpoint", "usage"];
}

table! {
    /// Cost of a transit gateway attachment, one row each: its hours, and what it sends into the gateway extrapolated to a month of
    /// 730 hours.
    pub struct TransitGatewayAttachmentCost: link in "aws_vpc_transit_gateway_attachment_cost" reads [] {
        /// The attachment.
        resource_id: String => "aws_vpc_transit_gateway_attachment",
        /// Hours of a month, USD at list price; 0 when another account pays them.
        hours_monthly_usd: Option<f64>,
        /// GiB that it sends into the transit gateway a month, which are billed. NULL when not measured.
        processed_gib_month: Option<f64>,
        /// Processing of a month, USD at list price. NULL when not measured, or for a peering, to which other prices apply.
        processing_monthly_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`.
        price_basis: Option<String>,
    }
    derived from ["aws_vpc_transit_gateway_attachment", "usage"];
}
