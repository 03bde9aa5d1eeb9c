//! What a month of a Redshift cluster costs, and what it could become.

pub(super) mod cost;
mod resize;

use std::collections::BTreeMap;

use billhook_catalog::{Row, frame_of};
use polars::prelude::DataFrame;

use crate::prices::PriceLookup;
use crate::redshift::resize_option::ResizeOption;

use super::amount::Used;
use super::estate::Estate;

/// The derived tables of Redshift.
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
