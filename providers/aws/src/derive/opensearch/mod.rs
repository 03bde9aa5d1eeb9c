//! What a month of an OpenSearch domain costs, and what its data nodes could become.

pub(super) mod cost;
mod resize;

use std::collections::BTreeMap;

use billhook_catalog::{Row, frame_of};
use polars::prelude::DataFrame;

use crate::opensearch::resize_option::ResizeOption;
use crate::prices::PriceLookup;

use super::amount::Used;
use super::estate::Estate;

/// The derived tables of OpenSearch Service.
pub(super) fn derive(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
    tables: &mut BTreeMap<&'static str, DataFrame>,
) {
    let rows = resize::rows(estate, prices, used);
    tables.insert(ResizeOption::TABLE.name, frame_of(rows));
}

#[cfg(test)]
mod fixture;
