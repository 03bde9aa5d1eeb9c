//! What follows from the collected tables by knowledge of AWS alone: list prices, relations, and what a resource could
//! become. Pure and offline; what is not known stays NULL.

mod amount;
mod estate;
mod measured;
mod nat_gateway_cost;
mod relation;
mod resize;
mod resource;
mod volume_type;

use billhook_catalog::{
    CalculationLine, Derived, FactParams, PriceUsed, Relation, Resource, Row, Tables, frame_of,
};

use crate::ebs::type_option::TypeOption;
use crate::ec2::resize_option::ResizeOption;
use crate::prices::{PriceBook, PriceLookup};
use crate::vpc::nat_gateway_cost::NatGatewayCost;

use amount::Used;
use estate::Estate;

/// The derived tables: `resource`, `relation`, `aws_ebs_type_option`, `aws_vpc_nat_gateway_cost` and
/// `aws_ec2_resize_option`, and how their amounts were worked out: `price` and `calculation`. Nothing in it depends on the clock, so the settings do not matter so far.
pub fn derive(tables: &Tables, _params: &FactParams) -> Derived {
    derive_at(tables, PriceBook::embedded())
}

/// The same at given prices.
fn derive_at(tables: &Tables, prices: &dyn PriceLookup) -> Derived {
    let (estate, gaps) = Estate::read(tables);
    let mut used = Used::default();
    let mut derived = Derived {
        gaps,
        ..Derived::default()
    };
    let resources = resource::rows(&estate, prices, &mut used);
    derived
        .tables
        .insert(Resource::TABLE.name, frame_of(resources));
    let relations = relation::rows(&estate);
    derived
        .tables
        .insert(Relation::TABLE.name, frame_of(relations));
    let volume_options = volume_type::rows(&estate, prices, &mut used);
    derived
        .tables
        .insert(TypeOption::TABLE.name, frame_of(volume_options));
    let nat_gateway_costs = nat_gateway_cost::rows(&estate, prices, &mut used);
    derived
        .tables
        .insert(NatGatewayCost::TABLE.name, frame_of(nat_gateway_costs));
    let resize_options = resize::rows(&estate, prices, &mut used);
    derived
        .tables
        .insert(ResizeOption::TABLE.name, frame_of(resize_options));
    derived.price_dates = used.dates();
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
