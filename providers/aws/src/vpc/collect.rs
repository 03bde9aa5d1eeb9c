//! Reads VPC in one region.

use billhook_catalog::Row;

use crate::collect::when;
use crate::scan::Scan;
use crate::vpc::endpoint::{self, Endpoint, EndpointRouteTable};
use crate::vpc::nat_gateway::{self, NatGateway, NatGatewayAddress};
use crate::vpc::route::{self, Route, RouteTable, SubnetRouteTable};
use crate::vpc::subnet::{self, Subnet};
use crate::vpc::transit_gateway::{self, TransitGateway, TransitGatewayAttachment};
use crate::vpc::vpn_connection::{self, VpnConnection};

/// Everything of VPC that is wanted in a region, at once.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    futures::join!(
        when(
            scan.wants_any(&[NatGateway::TABLE, NatGatewayAddress::TABLE]),
            nat_gateway::collect(scan, region)
        ),
        when(
            scan.wants_any(&[Subnet::TABLE]),
            subnet::collect(scan, region)
        ),
        when(
            scan.wants_any(&[RouteTable::TABLE, Route::TABLE, SubnetRouteTable::TABLE]),
            route::collect(scan, region)
        ),
        when(
            scan.wants_any(&[Endpoint::TABLE, EndpointRouteTable::TABLE]),
            endpoint::collect(scan, region)
        ),
        when(
            scan.wants_any(&[TransitGateway::TABLE]),
            transit_gateway::collect(scan, region)
        ),
        when(
            scan.wants_any(&[TransitGatewayAttachment::TABLE]),
            transit_gateway::collect_attachments(scan, region)
        ),
        when(
            scan.wants_any(&[VpnConnection::TABLE]),
            vpn_connection::collect(scan, region)
        ),
    );
}
