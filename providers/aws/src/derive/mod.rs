//! What follows from the collected tables by knowledge of AWS alone: list prices, relations, and what a resource could
//! become. Pure and offline; what is not known stays NULL.

mod amount;
mod bill;
mod bucket_traffic;
mod containers;
mod database;
mod dynamodb;
mod estate;
mod lambda_function_cost;
mod load_balancer_activity;
mod measured;
mod nat_gateway_cost;
mod nat_gateway_subnet;
mod node;
mod public_address;
mod relation;
mod resize;
mod resource;
mod traffic_cost;
mod volume_performance;
mod volume_type;

use std::collections::BTreeSet;

use billhook_catalog::{
    CalculationLine, Derived, FactParams, Gap, PriceUsed, Relation, Resource, Row, Tables, frame_of,
};

use crate::autoscaling::resize_option::GroupResizeOption;
use crate::ce::bill::Bill;
use crate::ce::transfer::Transfer;
use crate::ebs::performance_option::PerformanceOption;
use crate::ebs::type_option::TypeOption;
use crate::ec2::instance_egress::InstanceEgress;
use crate::ec2::resize_option::ResizeOption;
use crate::elb::load_balancer_activity::LoadBalancerActivity;
use crate::lambda::function_cost::FunctionCost;
use crate::prices::{Overlay, PriceBook, PriceLookup, Recorder, SkuKey, own};
use crate::s3::bucket_traffic::BucketTraffic;
use crate::vpc::nat_gateway_cost::NatGatewayCost;
use crate::vpc::nat_gateway_subnet::NatGatewaySubnet;
use crate::vpc::public_address_need::PublicAddressNeed;
use crate::vpc::traffic_cost::{EndpointCost, TransitGatewayAttachmentCost};

use amount::Used;
use estate::Estate;

/// The derived tables, and how their amounts were worked out: `price` and `calculation`. Nothing in it depends on the clock. The
/// rates of the settings go before the prices that were collected, and these before the book.
/// All derived tables, and how their amounts were worked out: `price` and `calculation`. Nothing in it depends on the clock.
/// The rates of the settings go before the prices that were collected, and these before the book.
pub fn derive(tables: &Tables, params: &FactParams) -> Derived {
    let (estate, gaps) = Estate::read(tables, params.taken_at);
    at_present_prices(&estate, params, |prices| {
        derive_at(&estate, gaps, prices, params)
    })
}

/// What [`derive()`] would ask for if it knew every price, as (price, region).
pub(crate) fn needed(tables: &Tables, params: &FactParams) -> BTreeSet<(SkuKey, String)> {
    let (estate, gaps) = Estate::read(tables, params.taken_at);
    at_present_prices(&estate, params, |prices| {
        let recorder = Recorder::new(prices);
        derive_at(&estate, gaps, &recorder, params);
        recorder.asked()
    })
}

/// Works with the prices of an estate: its owner's rates, what was collected, and the book.
fn at_present_prices<T>(
    estate: &Estate,
    params: &FactParams,
    work: impl FnOnce(&dyn PriceLookup) -> T,
) -> T {
    let mut collected = Overlay::new(PriceBook::embedded());
    for price in &estate.prices {
        price.add_to(&mut collected);
    }
    let mut prices = Overlay::new(&collected);
    own::add_to(&mut prices, &params.rates);
    work(&prices)
}

/// The tables at given prices.
fn derive_at(
    estate: &Estate,
    gaps: Vec<Gap>,
    prices: &dyn PriceLookup,
    params: &FactParams,
) -> Derived {
    let mut used = Used::default();
    let mut derived = Derived {
        gaps,
        ..Derived::default()
    };
    let bills = bill::bills(estate);
    derived.tables.insert(Bill::TABLE.name, frame_of(bills));
    let transfers = bill::transfers(estate);
    derived
        .tables
        .insert(Transfer::TABLE.name, frame_of(transfers));
    let resources = resource::rows(estate, prices, &mut used);
    derived
        .tables
        .insert(Resource::TABLE.name, frame_of(resources));
    let relations = relation::rows(estate);
    derived
        .tables
        .insert(Relation::TABLE.name, frame_of(relations));
    let volume_options = volume_type::rows(estate, prices, &mut used);
    derived
        .tables
        .insert(TypeOption::TABLE.name, frame_of(volume_options));
    let performance_options = volume_performance::rows(estate, prices, &mut used);
    derived
        .tables
        .insert(PerformanceOption::TABLE.name, frame_of(performance_options));
    let nat_gateway_costs = nat_gateway_cost::rows(estate, prices, &mut used);
    derived
        .tables
        .insert(NatGatewayCost::TABLE.name, frame_of(nat_gateway_costs));
    let nat_gateway_subnets = nat_gateway_subnet::rows(estate);
    derived
        .tables
        .insert(NatGatewaySubnet::TABLE.name, frame_of(nat_gateway_subnets));
    let address_needs = public_address::rows(estate, prices, &mut used);
    derived
        .tables
        .insert(PublicAddressNeed::TABLE.name, frame_of(address_needs));
    let endpoint_costs = traffic_cost::endpoints(estate, prices, &mut used);
    derived
        .tables
        .insert(EndpointCost::TABLE.name, frame_of(endpoint_costs));
    let attachment_costs = traffic_cost::attachments(estate, prices, &mut used);
    derived.tables.insert(
        TransitGatewayAttachmentCost::TABLE.name,
        frame_of(attachment_costs),
    );
    let egress = traffic_cost::instances(estate, prices, &mut used);
    derived
        .tables
        .insert(InstanceEgress::TABLE.name, frame_of(egress));
    let activities = load_balancer_activity::rows(estate, prices, &mut used);
    derived
        .tables
        .insert(LoadBalancerActivity::TABLE.name, frame_of(activities));
    let function_costs = lambda_function_cost::rows(estate, prices, &mut used);
    derived
        .tables
        .insert(FunctionCost::TABLE.name, frame_of(function_costs));
    let bucket_traffic = bucket_traffic::rows(estate, prices, &mut used);
    derived
        .tables
        .insert(BucketTraffic::TABLE.name, frame_of(bucket_traffic));
    let resize_options = resize::rows(estate, prices, params.rightsizing, &mut used);
    derived
        .tables
        .insert(ResizeOption::TABLE.name, frame_of(resize_options));
    let group_options = resize::group_rows(estate, prices, params.rightsizing, &mut used);
    derived
        .tables
        .insert(GroupResizeOption::TABLE.name, frame_of(group_options));
    database::derive(estate, prices, &mut used, &mut derived.tables);
    node::derive(estate, prices, &mut used, &mut derived.tables);
    dynamodb::derive(estate, prices, &mut used, &mut derived.tables);
    containers::derive(
        estate,
        prices,
        params.rightsizing,
        &mut used,
        &mut derived.tables,
    );
    derived.price_dates = used.dates();
    derived.commitments = bill::commitments(estate);
    let (prices, lines) = used.explanation();
    derived
        .tables
        .insert(PriceUsed::TABLE.name, frame_of(prices));
    derived
        .tables
        .insert(CalculationLine::TABLE.name, frame_of(lines));
    derived
}

#[cfg(test)]
mod tests;
