use billhook_catalog::Key;
use jiff::Timestamp;

use super::super::measured::Series;
use super::*;
use crate::dynamodb::scaling::Scaling;
use crate::dynamodb::table::Table;
use crate::prices::PriceBook;

fn key(id: &str) -> Key {
    Key {
        resource_id: id.to_owned(),
        region: "us-east-1".to_owned(),
        ..Key::default()
    }
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn table(id: &str, reads: i64, writes: i64) -> Table {
    Table {
        id: key(id),
        status: text("ACTIVE"),
        billing_mode: text("PROVISIONED"),
        table_class: text("STANDARD"),
        provisioned_read_units: Some(reads),
        provisioned_write_units: Some(writes),
        size_gib: Some(0.0),
        item_count: Some(0),
        local_index_gib: Some(0.0),
        local_index_item_count: Some(0),
        replica_count: Some(0),
        ..Table::default()
    }
}

fn index(table: &str, name: &str, reads: i64, writes: i64) -> Index {
    Index {
        id: key(&format!("{table}/index/{name}")),
        table_resource_id: text(table),
        index_name: text(name),
        provisioned_read_units: Some(reads),
        provisioned_write_units: Some(writes),
        size_gib: Some(0.0),
        item_count: Some(0),
        ..Index::default()
    }
}

/// Two weeks of reads and writes: the 99.5th percentile, the busiest period and the mean, in units a second.
fn measure(estate: &mut Estate, id: &str, reads: [f64; 3], writes: [f64; 3]) {
    for (metric, [used, peak, mean]) in [
        ("ConsumedReadCapacityUnits", reads),
        ("ConsumedWriteCapacityUnits", writes),
    ] {
        let series = Series {
            metric,
            statistic: "Sum",
            period_seconds: 300,
            window_days: 14.0,
            coverage: 1.0,
            p995: Some(used * 300.0),
            max: Some(peak * 300.0),
            sum: Some(mean * 14.0 * 86_400.0),
            ..Series::default()
        };
        estate.measured.add(id, series);
    }
}

fn option(estate: &Estate) -> CapacityOption {
    let indexes = indexes_by_table(estate);
    let mut rows = capacity::rows(
        estate,
        &indexes,
        PriceBook::embedded(),
        &mut Used::default(),
    );
    rows.pop().expect("a row")
}

fn cost(estate: &Estate) -> TableCost {
    let indexes = indexes_by_table(estate);
    let mut rows = cost::rows(
        estate,
        &indexes,
        PriceBook::embedded(),
        &mut Used::default(),
    );
    rows.pop().expect("a row")
}

fn near(found: Option<f64>, expected: f64) {
    let found = found.expect("an amount");
    assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
}

#[test]
fn table_and_indexes_are_sized_each_by_itself() {
    let mut estate = Estate {
        tables: vec![table("t", 1000, 200)],
        indexes: vec![index("t", "by-email", 1000, 200)],
        ..Estate::default()
    };
    // Used so steadily that on demand is dearer: 100 reads a second cost 0.1 × 730 × 3.6 = 32.85 $ there, and 9.49 $ here.
    measure(&mut estate, "t", [100.0, 150.0, 90.0], [10.0, 35.0, 9.0]);
    measure(
        &mut estate,
        "t/index/by-email",
        [0.0, 0.0, 0.0],
        [10.0, 12.0, 9.0],
    );
    let row = option(&estate);
    assert_eq!(row.eligible, Some(true));
    // Twice the percentile; the peak where it is more; at least one.
    assert_eq!(
        (row.fitting_read_units, row.fitting_write_units),
        (Some(201.0), Some(55.0))
    );
    assert_eq!(
        row.fitting_units.as_deref(),
        Some("table 200/35, by-email 1/20")
    );
    assert_eq!(
        (row.used_read_units, row.used_write_units),
        (Some(100.0), Some(20.0))
    );
    near(
        row.capacity_monthly_usd,
        730.0 * (2000.0 * 0.000_13 + 400.0 * 0.000_65),
    );
    near(
        row.fitting_monthly_usd,
        730.0 * (201.0 * 0.000_13 + 55.0 * 0.000_65),
    );
    // 90 reads and 18 writes a second: 236.52 and 47.304 million a month.
    near(row.on_demand_monthly_usd, 236.52 * 0.125 + 47.304 * 0.625);
    assert_eq!(row.best_change.as_deref(), Some("fewer-units"));
    near(
        row.monthly_savings_usd,
        730.0 * (1799.0 * 0.000_13 + 345.0 * 0.000_65),
    );
    let cost = cost(&estate);
    assert_eq!(
        (cost.provisioned_read_units, cost.provisioned_write_units),
        (Some(2000), Some(400))
    );
    near(cost.consumed_units, (90.0 + 9.0 + 9.0) * 14.0 * 86_400.0);
}

#[test]
fn bursts_are_cheaper_on_demand() {
    let mut estate = Estate {
        tables: vec![table("t", 1000, 1000)],
        ..Estate::default()
    };
    // Busy for some minutes a day.
    measure(&mut estate, "t", [400.0, 900.0, 1.0], [400.0, 900.0, 1.0]);
    let row = option(&estate);
    assert_eq!(row.best_change.as_deref(), Some("on-demand"));
    // 2.628 million of each a month.
    let on_demand = 2.628 * (0.125 + 0.625);
    near(row.on_demand_monthly_usd, on_demand);
    near(row.monthly_savings_usd, 730.0 * 0.78 - on_demand);
    assert_eq!(row.price_basis.as_deref(), Some("estimated"));
}

#[test]
fn what_is_not_known_is_not_sized_and_not_unused() {
    let mut estate = Estate {
        tables: vec![table("t", 100, 100)],
        indexes: vec![index("t", "by-email", 100, 100)],
        ..Estate::default()
    };
    measure(&mut estate, "t", [0.0; 3], [0.0; 3]);
    let (row, found) = (option(&estate), cost(&estate));
    assert_eq!((row.eligible, row.monthly_savings_usd), (Some(false), None));
    assert_eq!(found.consumed_units, None, "of the index nothing is known");
    near(found.capacity_monthly_usd, 730.0 * 200.0 * 0.000_78);
    measure(&mut estate, "t/index/by-email", [0.0; 3], [0.0; 3]);
    assert_eq!(cost(&estate).consumed_units, Some(0.0));
    let row = option(&estate);
    assert_eq!(row.best_change.as_deref(), Some("on-demand"));
    near(row.monthly_savings_usd, 730.0 * 200.0 * 0.000_78);
    estate.tables[0].replica_count = None;
    assert_eq!(option(&estate).eligible, Some(false));
}

#[test]
fn what_scales_is_trimmed_on_its_floor_only() {
    let scaling = |capacity: &str, min_units| Scaling {
        table_resource_id: "t".to_owned(),
        capacity: capacity.to_owned(),
        min_units,
        max_units: 4000,
        ..Scaling::default()
    };
    let mut estate = Estate {
        tables: vec![Table {
            capacity_changed_at: Some(Timestamp::UNIX_EPOCH),
            ..table("t", 100, 500)
        }],
        scalings: vec![scaling("read", 100), scaling("write", 50)],
        ..Estate::default()
    };
    measure(&mut estate, "t", [10.0, 15.0, 9.0], [10.0, 15.0, 9.0]);
    let row = option(&estate);
    assert_eq!(row.scales, Some(true));
    assert_eq!(
        (row.fitting_read_units, row.fitting_write_units),
        (Some(20.0), Some(500.0))
    );
    // The mean of the window is what was paid.
    estate.measured.add(
        "t",
        Series {
            metric: "ProvisionedWriteCapacityUnits",
            statistic: "Average",
            period_seconds: 3600,
            window_days: 14.0,
            coverage: 1.0,
            avg: Some(80.0),
            ..Series::default()
        },
    );
    let row = option(&estate);
    assert_eq!(
        (row.paid_read_units, row.paid_write_units),
        (Some(100.0), Some(80.0))
    );
    assert_eq!(row.fitting_write_units, Some(80.0));
}

#[test]
fn writes_of_a_global_table_stay() {
    let mut estate = Estate {
        tables: vec![Table {
            replica_count: Some(2),
            ..table("t", 100, 100)
        }],
        ..Estate::default()
    };
    measure(&mut estate, "t", [0.0; 3], [0.0; 3]);
    let row = option(&estate);
    assert_eq!(
        (row.fitting_read_units, row.fitting_write_units),
        (Some(1.0), Some(100.0))
    );
    assert_eq!(row.on_demand_monthly_usd, None);
    assert_eq!(row.best_change.as_deref(), Some("fewer-units"));
    near(row.monthly_savings_usd, 730.0 * 99.0 * 0.000_13);
}

#[test]
fn the_other_class_is_cheaper_for_what_is_only_stored() {
    let mut stored = table("t", 1, 1);
    stored.size_gib = Some(1000.0);
    let mut estate = Estate {
        tables: vec![stored],
        ..Estate::default()
    };
    let row = cost(&estate);
    near(row.storage_monthly_usd, 250.0);
    assert_eq!(
        row.other_class.as_deref(),
        Some("STANDARD_INFREQUENT_ACCESS")
    );
    near(
        row.other_class_savings_usd,
        150.0 + 730.0 * (0.000_78 - 0.000_97),
    );
    // Items carry 100 bytes each: 10,737,418.24 of them are a GiB.
    estate.tables[0].item_count = Some(10_737_418);
    let row = cost(&estate);
    assert!((row.storage_gib.expect("known") - 1001.0).abs() < 1e-5);
    estate.tables[0].item_count = None;
    let row = cost(&estate);
    assert_eq!((row.storage_gib, row.other_class_savings_usd), (None, None));
}

#[test]
fn a_table_on_demand_is_paid_by_what_it_uses() {
    let mut on_demand = table("t", 0, 0);
    on_demand.billing_mode = text("PAY_PER_REQUEST");
    on_demand.size_gib = Some(100.0);
    let mut estate = Estate {
        tables: vec![on_demand],
        ..Estate::default()
    };
    let month = |estate: &Estate| {
        let table = &estate.tables[0];
        let lines = monthly_lines(PriceBook::embedded(), table, &[], &estate.measured);
        lines.cost().usd()
    };
    assert_eq!(month(&estate), None, "nothing was measured");
    assert_eq!(cost(&estate).capacity_monthly_usd, Some(0.0));
    measure(&mut estate, "t", [0.0, 0.0, 10.0], [0.0; 3]);
    near(month(&estate), 25.0 + 26.28 * 0.125);
    estate.tables[0].status = text("DELETING");
    assert_eq!(month(&estate), None);
}
