//! VPC: NAT gateways, subnets, routes and endpoints.

pub(crate) mod collect;
pub mod endpoint;
pub mod nat_gateway;
pub mod nat_gateway_cost;
pub mod route;
pub mod subnet;
