//! What databases cost, and what could be done about it.

pub(super) mod class_option;
pub(super) mod cluster_cost;
pub(super) mod cost;
pub(super) mod resize;
pub(super) mod storage_option;
pub(super) mod support;
pub(super) mod usage;

use std::collections::BTreeMap;

use billhook_catalog::{Row, frame_of};
use polars::prelude::DataFrame;

use crate::derive::amount::Used;
use crate::derive::estate::Estate;
use crate::prices::PriceLookup;
use crate::rds::class_option::{GravitonOption, SuccessorOption};
use crate::rds::cluster_cost::ClusterCost;
use crate::rds::extended_support::ExtendedSupport;
use crate::rds::resize_option::ResizeOption;
use crate::rds::storage_option::StorageOption;

/// The derived tables of databases.
pub(super) fn derive(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
    tables: &mut BTreeMap<&'static str, DataFrame>,
) {
    let rows = class_option::graviton(estate, prices, used);
    tables.insert(GravitonOption::TABLE.name, frame_of(rows));
    let rows = class_option::successors(estate, prices, used);
    tables.insert(SuccessorOption::TABLE.name, frame_of(rows));
    let rows = cluster_cost::rows(estate, prices, used);
    tables.insert(ClusterCost::TABLE.name, frame_of(rows));
    let rows = support::rows(estate, prices, used);
    tables.insert(ExtendedSupport::TABLE.name, frame_of(rows));
    let rows = resize::rows(estate, prices, used);
    tables.insert(ResizeOption::TABLE.name, frame_of(rows));
    let rows = storage_option::rows(estate, prices, used);
    tables.insert(StorageOption::TABLE.name, frame_of(rows));
}

#[cfg(test)]
mod fixture;
