//! `aws_dynamodb_capacity_option`: provisioned capacity against what was used.

use std::collections::HashMap;

use billhook_catalog::Place;

use crate::dynamodb::capacity_option::CapacityOption;
use crate::dynamodb::index::Index;
use crate::dynamodb::table::Table;
use crate::prices::{Breakdown, PriceLookup, Tariff};

use super::super::amount::Used;
use super::super::estate::Estate;
use super::super::measured::Measured;
use super::cost::requests;
use super::throughput::{Class, Demand, Side, Throughput, unit_hours};

/// The amounts that are explained here. Those of the options are part of what they save.
const PRESENT_COLUMN: &str = "aws_dynamodb_capacity_option.capacity_monthly_usd";
const FITTING_COLUMN: &str = "aws_dynamodb_capacity_option.fitting_monthly_usd";
const ON_DEMAND_COLUMN: &str = "aws_dynamodb_capacity_option.on_demand_monthly_usd";
const SAVINGS_COLUMN: &str = "aws_dynamodb_capacity_option.monthly_savings_usd";
/// How many times the 99.5th percentile is kept. 5-minute means do not show what happens within them, but DynamoDB lends unused
/// capacity of the last 5 minutes to short bursts, so the mean is what has to be provisioned and the rest is for growth.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html>
const HEADROOM: f64 = 2.0;
/// A tenth of a cent is no difference.
const NO_DIFFERENCE: f64 = 1e-3;

/// Fewest units that auto scaling leaves, by table, index and capacity.
type Floors<'e> = HashMap<(&'e str, &'e str, &'e str), i64>;

/// One row a table with provisioned capacity.
pub(super) fn rows(
    estate: &Estate,
    indexes: &HashMap<&str, Vec<&Index>>,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<CapacityOption> {
    let floors: Floors<'_> = estate
        .scalings
        .iter()
        .map(|scaling| {
            let of = (
                scaling.table_resource_id.as_str(),
                scaling.index_resource_id.as_str(),
                scaling.capacity.as_str(),
            );
            (of, scaling.min_units)
        })
        .collect();
    let tables = estate.tables.iter();
    tables
        .filter(|table| table.billing_mode.as_deref() == Some("PROVISIONED"))
        .map(|table| {
            let own = indexes.get(table.id.resource_id.as_str());
            let all = Throughput::all(table, own.map(Vec::as_slice).unwrap_or_default());
            row(table, &all, &floors, &estate.measured, prices, used)
        })
        .collect()
}

/// A capacity with what is paid, used and needed.
struct Sized<'e> {
    of: Throughput<'e>,
    side: Side,
    paid: f64,
    demand: Demand,
    fitting: f64,
}

/// Units that suffice for a demand: never more than there are, which have been enough so far.
fn fitting(demand: Demand, paid: f64) -> f64 {
    let needed = (demand.used * HEADROOM).ceil().max(demand.peak.ceil());
    needed.max(1.0).min(paid)
}

/// All capacities of a table and its indexes; None where something is not known.
fn sized<'e>(
    table: &'e Table,
    all: &[Throughput<'e>],
    floors: &Floors<'_>,
    measured: &Measured,
) -> Option<Vec<Sized<'e>>> {
    let is_global = table.replica_count? > 0;
    let mut out = Vec::new();
    for of in all {
        for side in Side::BOTH {
            let (paid, demand) = (of.paid(side, measured)?, of.demand(side, measured)?);
            let key = (
                table.id.resource_id.as_str(),
                of.index_resource_id,
                side.as_str(),
            );
            let on_floor = match floors.get(&key) {
                Some(floor) => of.units(side)? <= *floor,
                None => true,
            };
            let stays = !on_floor || is_global && side == Side::Write;
            out.push(Sized {
                of: *of,
                side,
                paid,
                demand,
                fitting: if stays { paid } else { fitting(demand, paid) },
            });
        }
    }
    Some(out)
}

/// A month of capacity units.
fn month<'a>(
    at: &Tariff<'a>,
    class: Class,
    sized: &[Sized<'_>],
    units: impl Fn(&Sized<'_>) -> f64,
) -> Breakdown<'a> {
    let lines = sized.iter().filter_map(|sized| {
        let (side, hours) = (sized.side, unit_hours(units(sized)));
        let what = format!("{} capacity of {}", side.as_str(), sized.of.described());
        at.extra(what, hours, side.hours_unit(), class.unit_hour(side))
    });
    lines.collect()
}

/// `table 12/5, by-email 3/1`.
fn in_words(sized: &[Sized<'_>]) -> String {
    let pairs = sized.chunks(2).filter_map(|pair| {
        let [read, write] = pair else { return None };
        let (reads, writes) = (read.fitting.ceil(), write.fitting.ceil());
        Some(format!("{} {reads}/{writes}", read.of.label))
    });
    pairs.collect::<Vec<_>>().join(", ")
}

fn row(
    table: &Table,
    all: &[Throughput<'_>],
    floors: &Floors<'_>,
    measured: &Measured,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> CapacityOption {
    let id = &table.id;
    let own_scalings = floors.keys().any(|(of, ..)| *of == id.resource_id);
    let mut row = CapacityOption {
        id: Place {
            account_id: id.account_id.clone(),
            region: id.region.clone(),
        },
        resource_id: id.resource_id.clone(),
        scales: Some(own_scalings),
        price_basis: Some("unknown".to_owned()),
        ..CapacityOption::default()
    };
    let Some(class) = Class::of(table) else {
        row.ineligible_reason = Some("its table class is not known".to_owned());
        row.eligible = Some(false);
        return row;
    };
    let Some(sized) = sized(table, all, floors, measured) else {
        let why = "the capacity or the use of the table, or of one of its indexes, is not known";
        row.ineligible_reason = Some(why.to_owned());
        row.eligible = Some(false);
        return row;
    };
    row.eligible = Some(true);
    row.ineligible_reason = Some(String::new());
    let sum = |side, units: &dyn Fn(&Sized<'_>) -> f64| {
        let of_side = sized.iter().filter(|sized| sized.side == side);
        Some(of_side.map(units).sum::<f64>())
    };
    row.paid_read_units = sum(Side::Read, &|sized| sized.paid);
    row.paid_write_units = sum(Side::Write, &|sized| sized.paid);
    row.used_read_units = sum(Side::Read, &|sized| sized.demand.used);
    row.used_write_units = sum(Side::Write, &|sized| sized.demand.used);
    row.fitting_read_units = sum(Side::Read, &|sized| sized.fitting);
    row.fitting_write_units = sum(Side::Write, &|sized| sized.fitting);
    row.fitting_units = Some(in_words(&sized));

    let at = Tariff::new(prices, &id.region);
    let present = month(&at, class, &sized, |sized| sized.paid);
    let fewer = month(&at, class, &sized, |sized| sized.fitting);
    let on_demand = if table.replica_count == Some(0) {
        requests(&at, class, all, measured)
    } else {
        Breakdown::unknown("the replicas of a global table would have to change with it")
    };
    row.capacity_monthly_usd = used.explained(id, PRESENT_COLUMN, &present).usd;
    row.fitting_monthly_usd = used.explained(id, FITTING_COLUMN, &fewer).usd;
    row.on_demand_monthly_usd = used.explained(id, ON_DEMAND_COLUMN, &on_demand).usd;
    let (change, best) = match (row.fitting_monthly_usd, row.on_demand_monthly_usd) {
        (Some(fewer_usd), Some(usd)) if usd < fewer_usd - NO_DIFFERENCE => ("on-demand", on_demand),
        _ => ("fewer-units", fewer),
    };
    let savings = present.minus(best);
    let amount = used.explained(id, SAVINGS_COLUMN, &savings);
    row.monthly_savings_usd = amount.usd;
    row.price_basis = Some(amount.basis.to_owned());
    row.best_change = amount
        .usd
        .map(|usd| if usd > NO_DIFFERENCE { change } else { "none" }.to_owned());
    row
}
