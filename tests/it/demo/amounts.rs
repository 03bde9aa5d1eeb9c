//! Every amount of the derived tables has lines that it is the sum of.

use std::collections::{BTreeMap, BTreeSet};

use billhook_catalog::{CalculationLine, PriceUsed, Type};

use super::{DEMO, EMPTY, GAPS, World};

/// Amounts that are a part of another one, whose lines are those above or below 0 there.
const PARTS: &[(&str, &str)] = &[
    (
        "aws_ebs_performance_option.target_monthly_usd",
        "aws_ebs_performance_option.monthly_savings_usd",
    ),
    (
        "aws_ebs_performance_option.trim_monthly_usd",
        "aws_ebs_performance_option.trim_monthly_savings_usd",
    ),
    (
        "aws_ebs_type_option.monthly_usd",
        "aws_ebs_type_option.monthly_savings_usd",
    ),
    (
        "aws_ebs_type_option.target_monthly_usd",
        "aws_ebs_type_option.monthly_savings_usd",
    ),
    (
        "aws_ec2_resize_option.target_monthly_usd",
        "aws_ec2_resize_option.monthly_savings_usd",
    ),
    ("aws_ec2_resize_option.monthly_usd", "resource.monthly_usd"),
    (
        "aws_ecs_service_resize_option.target_monthly_usd",
        "aws_ecs_service_resize_option.monthly_savings_usd",
    ),
];

type Lines<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a CalculationLine>>;

/// Every cell of a derived table that is an amount: its name, the resource, the value.
fn amounts(world: &World) -> Vec<(String, String, Option<f64>)> {
    let mut found = Vec::new();
    for table in world.catalog.tables() {
        let explains = ["price", "calculation"].contains(&table.name);
        // What was billed is not worked out from prices.
        let is_billed = table.sources().any(|(source, _)| {
            world
                .catalog
                .table(source)
                .is_some_and(|table| table.opt_in.is_some())
        });
        if !(table.is_derived() || table.name == "resource") || explains || is_billed {
            continue;
        }
        let frame = world.facts.tables.get(table.name).expect("a table");
        for column in table.columns() {
            if column.ty != Type::Real || !column.name.ends_with("_usd") {
                continue;
            }
            let ids = frame.column("resource_id").unwrap().str().unwrap();
            let values = frame.column(column.name).unwrap().f64().unwrap();
            for (id, value) in ids.iter().zip(values.iter()) {
                let name = format!("{}.{}", table.name, column.name);
                found.push((name, id.expect("an id").to_owned(), value));
            }
        }
    }
    found
}

/// The sum of lines; None when one of them is not known.
fn sum<'a>(lines: impl Iterator<Item = &'a CalculationLine>) -> Option<f64> {
    lines.map(|line| line.usd).sum()
}

#[test]
fn every_amount_is_the_sum_of_its_lines() {
    for world in [&*DEMO, &*GAPS, &*EMPTY] {
        let all: Vec<CalculationLine> = world.facts.tables.rows().expect("lines");
        let mut lines: Lines<'_> = BTreeMap::new();
        for line in &all {
            let of = (line.amount.as_str(), line.resource_id.as_str());
            let before = lines.entry(of).or_default();
            before.push(line);
            assert_eq!(before.len() as i64, line.line, "{line:?}");
        }
        let mut explained = BTreeSet::new();
        for (name, id, value) in amounts(world) {
            let own = lines.get(&(name.as_str(), id.as_str()));
            let part = PARTS.iter().find(|(part, _)| *part == name);
            let whole = part.and_then(|(_, whole)| lines.get(&(*whole, id.as_str())));
            let total = match (own, whole) {
                (Some(own), _) => sum(own.iter().copied()),
                (None, Some(whole)) if name.contains(".target_") || name.contains(".trim_") => {
                    let subtracted =
                        |line: &&&CalculationLine| line.quantity.is_some_and(|q| q < 0.0);
                    sum(whole.iter().filter(subtracted).copied()).map(|usd| -usd)
                }
                (None, Some(whole)) => {
                    let added = |line: &&&CalculationLine| line.quantity.is_none_or(|q| q >= 0.0);
                    sum(whole.iter().filter(added).copied())
                }
                // Without lines nothing is charged, or there is nothing to be said.
                (None, None) => {
                    let nothing = value.is_none() && name != "resource.monthly_usd";
                    assert!(
                        nothing || value == Some(0.0),
                        "{name} of {id}: {value:?}, no lines"
                    );
                    continue;
                }
            };
            let agrees = match (total, value) {
                (Some(total), Some(value)) => (total - value).abs() < 1e-9,
                (total, value) => total.is_none() && value.is_none(),
            };
            assert!(agrees, "{name} of {id}: {value:?}, lines {total:?}");
            explained.insert((name, id));
        }
        for (amount, id) in lines.keys() {
            let of = (amount.to_string(), id.to_string());
            assert!(explained.contains(&of), "{amount} of {id} explains nothing");
        }
    }
}

#[test]
fn every_line_has_its_price() {
    let lines: Vec<CalculationLine> = DEMO.facts.tables.rows().expect("lines");
    let prices: Vec<PriceUsed> = DEMO.facts.tables.rows().expect("prices");
    let of: BTreeMap<(&str, &str), &PriceUsed> = prices
        .iter()
        .map(|price| ((price.sku.as_str(), price.id.region.as_str()), price))
        .collect();
    assert_eq!(of.len(), prices.len(), "each price once");
    let mut used = BTreeSet::new();
    for line in &lines {
        assert!(!line.what.is_empty(), "{line:?}");
        let Some(quantity) = line.quantity else {
            assert!(line.sku.is_empty() && line.usd.is_none_or(|usd| usd == 0.0));
            continue;
        };
        let key = (line.sku.as_str(), line.price_region.as_str());
        let price = of
            .get(&key)
            .unwrap_or_else(|| panic!("no price for {line:?}"));
        used.insert(key);
        match (line.usd, price.usd) {
            (Some(usd), Some(price)) => assert!((quantity * price - usd).abs() < 1e-9, "{line:?}"),
            (usd, price) => assert!(usd.is_none() && price.is_none(), "{line:?}"),
        }
    }
    assert_eq!(used.len(), prices.len(), "a price that no line names");
    assert!(
        prices
            .iter()
            .any(|price| price.usd.is_some() && price.as_of.len() == 10)
    );
}
