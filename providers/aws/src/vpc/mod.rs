//! VPC: NAT gateways, subnets, routes, endpoints, transit gateways and VPN connections.

pub(crate) mod collect;
pub mod endpoint;
pub mod nat_gateway;
pub mod nat_gateway_cost;
pub mod nat_gateway_subnet;
pub mod public_address_need;
pub mod route;
pub mod subnet;
pub mod traffic_cost;
pub mod transit_gateway;
pub mod vpn_connection;
