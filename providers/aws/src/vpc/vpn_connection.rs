//! `aws_vpc_vpn_connection`.

use billhook_catalog::{BASE_GROUP, Dimension, DimensionValue, Metric, Missing, Row, table};

use crate::number::count;
use crate::scan::Scan;
use crate::tags;

const CONNECTION: &[Dimension] = &[Dimension {
    name: "VpnId",
    value: DimensionValue::Column("short_id"),
}];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric {
        namespace: "AWS/VPN",
        name,
        dimensions: CONNECTION,
        missing: Missing::NoEvidence,
        doc,
    }
}

/// What AWS publishes for a connection. It has no creation date, so silence could as well be from before it existed.
/// <https://docs.aws.amazon.com/vpn/latest/s2svpn/monitoring-cloudwatch-vpn.html>
pub static METRICS: &[Metric] = &[
    metric(
        "TunnelDataIn",
        "Bytes received over the tunnels from the other side.",
    ),
    metric(
        "TunnelDataOut",
        "Bytes sent through the tunnels to the other side.",
    ),
    metric("TunnelState", "Share of the tunnels that are up, 0 to 1."),
];

table! {
    /// Site-to-site VPN connections; deleted ones are left out. AWS does not say when one was made.
    pub struct VpnConnection: resource "AWS::EC2::VPNConnection" in "aws_vpc_vpn_connection" reads ["ec2:DescribeVpnConnections"] {
        /// `pending`, `available` or `deleting`.
        state: Option<String>,
        /// Virtual private gateway that it ends at, as the bare id; empty when at none.
        vpn_gateway_id: Option<String>,
        /// Transit gateway that it ends at, as the bare id; empty when at none.
        transit_gateway_id: Option<String>,
        /// Its tunnels.
        tunnel_count: Option<i64>,
        /// Those that are up.
        tunnels_up_count: Option<i64>,
    }
    metrics METRICS;
    absence is evidence;
}

/// Reads the VPN connections of a region. The call has no pages. Its answer holds the keys of the tunnels, which are left where
/// they are.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.ec2(region);
    let answer = scan
        .caller
        .call(
            region,
            "ec2:DescribeVpnConnections",
            client.describe_vpn_connections().send(),
        )
        .await;
    let outcome = answer.map(|page| {
        for connection in page.vpn_connections() {
            keep(scan, region, connection);
        }
    });
    scan.settle(VpnConnection::TABLE, BASE_GROUP, region, &outcome);
}

fn keep(scan: &Scan<'_>, region: &str, connection: &aws_sdk_ec2::types::VpnConnection) {
    let Some(short_id) = connection.vpn_connection_id() else {
        return;
    };
    let state = connection.state().map(|state| state.as_str());
    if state == Some("deleted") {
        return;
    }
    let mut id = scan.key(
        region,
        scan.names.ec2(region, "vpn-connection", short_id),
        short_id,
    );
    id.name = tags::name(connection.tags());
    tags::keep(scan, VpnConnection::TABLE, &id, connection.tags());
    let tunnels = connection.vgw_telemetry();
    let row = VpnConnection {
        id,
        state: state.map(str::to_owned),
        vpn_gateway_id: Some(connection.vpn_gateway_id().unwrap_or_default().to_owned()),
        transit_gateway_id: Some(
            connection
                .transit_gateway_id()
                .unwrap_or_default()
                .to_owned(),
        ),
        tunnel_count: Some(count(tunnels.len())),
        tunnels_up_count: Some(count(
            tunnels
                .iter()
                .filter(|tunnel| {
                    tunnel
                        .status()
                        .is_some_and(|status| status.as_str() == "UP")
                })
                .count(),
        )),
    };
    scan.put(region, row);
}
