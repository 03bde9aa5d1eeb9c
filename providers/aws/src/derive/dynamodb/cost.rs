//! `aws_dynamodb_table_cost`, and what a table costs.

use std::collections::HashMap;

use billhook_catalog::Place;

use crate::dynamodb::index::Index;
use crate::dynamodb::table::Table;
use crate::dynamodb::table_cost::TableCost;
use crate::number::BYTES_PER_GIB;
use crate::prices::{Breakdown, PriceLookup, Tariff};

use super::super::amount::Used;
use super::super::estate::Estate;
use super::super::measured::Measured;
use super::throughput::{Class, Side, Throughput, unit_hours};

/// The amounts that are explained here.
const CAPACITY_COLUMN: &str = "aws_dynamodb_table_cost.capacity_monthly_usd";
const ON_DEMAND_COLUMN: &str = "aws_dynamodb_table_cost.on_demand_monthly_usd";
const STORAGE_COLUMN: &str = "aws_dynamodb_table_cost.storage_monthly_usd";
const OTHER_COLUMN: &str = "aws_dynamodb_table_cost.other_class_monthly_usd";
const SAVINGS_COLUMN: &str = "aws_dynamodb_table_cost.other_class_savings_usd";
/// Requests that are priced together.
const MILLION: f64 = 1e6;
/// What DynamoDB adds to each item for its index, bytes.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>
const OVERHEAD_BYTES: f64 = 100.0;

/// A month of what is provisioned; nothing on demand.
fn capacity<'a>(at: &Tariff<'a>, class: Class, all: &[Throughput<'_>]) -> Breakdown<'a> {
    let mut lines = Breakdown::default();
    for of in all {
        for side in Side::BOTH {
            let Some(units) = of.units(side) else {
                return Breakdown::unknown("its capacity is not known");
            };
            let what = format!("{} capacity of {}", side.as_str(), of.described());
            let hours = unit_hours(units as f64);
            lines.extend(at.extra(what, hours, side.hours_unit(), class.unit_hour(side)));
        }
    }
    lines
}

/// A month of what was used, as it is paid on demand.
pub(super) fn requests<'a>(
    at: &Tariff<'a>,
    class: Class,
    all: &[Throughput<'_>],
    measured: &Measured,
) -> Breakdown<'a> {
    let mut lines = Breakdown::default();
    for of in all {
        for side in Side::BOTH {
            let Some(demand) = of.demand(side, measured) else {
                return Breakdown::unknown("what it uses was not measured");
            };
            let what = format!("{} requests to {}", side.as_str(), of.described());
            let millions = demand.month / MILLION;
            let sku = class.million_requests(side);
            lines.extend(at.extra(what, millions, "million request units", sku));
        }
    }
    lines.estimated()
}

/// GiB of a table, its local and its global indexes, with the overhead of their items. None where something is not known.
fn stored_gib(table: &Table, indexes: &[&Index]) -> Option<f64> {
    let parts = [
        (table.size_gib, table.item_count),
        (table.local_index_gib, table.local_index_item_count),
    ];
    let indexes = indexes
        .iter()
        .map(|index| (index.size_gib, index.item_count));
    let gib = |(size, items): (Option<f64>, Option<i64>)| {
        Some(size? + items? as f64 * OVERHEAD_BYTES / BYTES_PER_GIB)
    };
    parts.into_iter().chain(indexes).map(gib).sum()
}

/// A month of storage. Sizes are a few hours old: an estimate.
fn storage<'a>(at: &Tariff<'a>, class: Class, gib: Option<f64>) -> Breakdown<'a> {
    let Some(gib) = gib else {
        return Breakdown::unknown("its size is not known");
    };
    let line = at.extra(
        "stored, with its indexes",
        gib,
        "GiB-month",
        class.gib_month(),
    );
    line.into_iter().collect::<Breakdown<'_>>().estimated()
}

/// What is paid for throughput: the capacity, or on demand the requests.
fn throughput<'a>(
    at: &Tariff<'a>,
    class: Class,
    table: &Table,
    all: &[Throughput<'_>],
    measured: &Measured,
) -> Breakdown<'a> {
    match table.billing_mode.as_deref() {
        Some("PROVISIONED") => capacity(at, class, all),
        Some("PAY_PER_REQUEST") => requests(at, class, all, measured),
        _ => Breakdown::unknown("how it is billed is not known"),
    }
}

/// Whether a table is billed as it stands: one that is being made or deleted is not yet, or no longer.
fn is_billed(table: &Table) -> bool {
    matches!(table.status.as_deref(), Some("ACTIVE" | "UPDATING"))
}

/// A month of a table with its indexes as they are.
pub(in super::super) fn monthly_lines<'a>(
    prices: &'a dyn PriceLookup,
    table: &'a Table,
    indexes: &[&Index],
    measured: &Measured,
) -> Breakdown<'a> {
    let Some(class) = Class::of(table).filter(|_| is_billed(table)) else {
        return Breakdown::unknown("it is not active, or its state or class is not known");
    };
    let at = Tariff::new(prices, &table.id.region);
    let all = Throughput::all(table, indexes);
    let mut lines = throughput(&at, class, table, &all, measured);
    lines.extend(storage(&at, class, stored_gib(table, indexes)).into_lines());
    lines
}

/// One row a table.
pub(super) fn rows(
    estate: &Estate,
    indexes: &HashMap<&str, Vec<&Index>>,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<TableCost> {
    let tables = estate.tables.iter();
    tables
        .map(|table| {
            let own = indexes.get(table.id.resource_id.as_str());
            let own = own.map(Vec::as_slice).unwrap_or_default();
            row(table, own, &estate.measured, prices, used)
        })
        .collect()
}

fn row(
    table: &Table,
    indexes: &[&Index],
    measured: &Measured,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> TableCost {
    let all = Throughput::all(table, indexes);
    let units = |side| all.iter().map(|of| of.units(side)).sum::<Option<i64>>();
    let demands = |side| {
        let demands = all.iter().map(|of| of.demand(side, measured));
        demands.collect::<Option<Vec<_>>>()
    };
    let (reads, writes) = (demands(Side::Read), demands(Side::Write));
    let stored = stored_gib(table, indexes);
    let mut row = TableCost {
        id: Place {
            account_id: table.id.account_id.clone(),
            region: table.id.region.clone(),
        },
        resource_id: table.id.resource_id.clone(),
        provisioned_read_units: units(Side::Read),
        provisioned_write_units: units(Side::Write),
        consumed_units: reads.iter().zip(&writes).next().map(|(reads, writes)| {
            let all = reads.iter().chain(writes);
            all.map(|demand| demand.sum).sum()
        }),
        read_units_month: reads.map(|all| all.iter().map(|demand| demand.month).sum()),
        write_units_month: writes.map(|all| all.iter().map(|demand| demand.month).sum()),
        storage_gib: stored,
        price_basis: Some("unknown".to_owned()),
        ..TableCost::default()
    };
    let Some(class) = Class::of(table).filter(|_| is_billed(table)) else {
        return row;
    };
    let (id, at) = (&table.id, Tariff::new(prices, &table.id.region));
    let paid = match table.billing_mode.as_deref() {
        Some("PAY_PER_REQUEST") => Breakdown::free("on demand: no capacity is billed"),
        _ => capacity(&at, class, &all),
    };
    let amount = used.explained(id, CAPACITY_COLUMN, &paid);
    row.capacity_monthly_usd = amount.usd;
    row.price_basis = Some(amount.basis.to_owned());
    let on_demand = requests(&at, class, &all, measured);
    row.on_demand_monthly_usd = used.explained(id, ON_DEMAND_COLUMN, &on_demand).usd;
    let kept = storage(&at, class, stored);
    row.storage_monthly_usd = used.explained(id, STORAGE_COLUMN, &kept).usd;

    let month = |class| {
        let mut lines = throughput(&at, class, table, &all, measured);
        lines.extend(storage(&at, class, stored).into_lines());
        lines
    };
    let there = month(class.other());
    row.other_class = Some(class.other().as_str().to_owned());
    row.other_class_monthly_usd = used.explained(id, OTHER_COLUMN, &there).usd;
    let savings = month(class).minus(there);
    row.other_class_savings_usd = used.explained(id, SAVINGS_COLUMN, &savings).usd;
    row
}
