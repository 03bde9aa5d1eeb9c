//! Facts of containers: what services of ECS cost and could become, the support of Kubernetes versions, the nodes of clusters.

mod cluster_cost;
mod nodes;
mod resize;
mod service_cost;
mod support;

use std::collections::BTreeMap;

use billhook_catalog::{RightsizingProfile, Row, frame_of};
use polars::prelude::DataFrame;

use crate::ecs::resize_option::ServiceResizeOption;
use crate::ecs::service_cost::ServiceCost;
use crate::eks::cluster_nodes::ClusterNodes;
use crate::eks::support::Support;
use crate::prices::PriceLookup;

use super::amount::Used;
use super::estate::Estate;

pub(super) use cluster_cost::cluster_lines;
pub(super) use service_cost::{definitions as task_definitions, service_lines};

/// Fills in the tables.
pub(super) fn derive(
    estate: &Estate,
    prices: &dyn PriceLookup,
    profile: RightsizingProfile,
    used: &mut Used,
    tables: &mut BTreeMap<&'static str, DataFrame>,
) {
    let costs = service_cost::rows(estate, prices, used);
    tables.insert(ServiceCost::TABLE.name, frame_of(costs));
    let options = resize::rows(estate, prices, profile, used);
    tables.insert(ServiceResizeOption::TABLE.name, frame_of(options));
    let supports = support::rows(estate, prices, used);
    tables.insert(Support::TABLE.name, frame_of(supports));
    let nodes = nodes::rows(estate);
    tables.insert(ClusterNodes::TABLE.name, frame_of(nodes));
}
