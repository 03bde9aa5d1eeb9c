use std::collections::BTreeSet;

use billhook_catalog::{Key, Kind, Tag, rows_of};
use jiff::Timestamp;
use polars::prelude::{Column, DataFrame};

use super::*;
use crate::catalog::TABLES;
use crate::ec2::instance::Instance;

fn params() -> FactParams {
    FactParams::new(Timestamp::UNIX_EPOCH)
}

/// One row of a resource table of which only the key is known.
fn key_alone(table: &str) -> DataFrame {
    let cell = |name: &str, value: &str| Column::new(name.into(), [value]);
    DataFrame::new(
        1,
        vec![
            cell("resource_id", &format!("arn:{table}")),
            cell("short_id", table),
            cell("account_id", "111111111111"),
            cell("region", "us-east-1"),
            cell("name", ""),
        ],
    )
    .expect("columns of one length")
}

/// A secret is billed by the month, and that is all of it.
const FLAT_PRICED: &[&str] = &["aws_secretsmanager_secret"];

#[test]
fn every_resource_table_is_in_resource_and_unknown_is_never_a_price() {
    let mut tables = Tables::default();
    let mut expected = BTreeSet::new();
    for table in TABLES.iter().filter(|table| table.kind == Kind::Resource) {
        tables.insert(table.name, key_alone(table.name));
        expected.insert((
            format!("arn:{}", table.name),
            table.resource_type.to_owned(),
        ));
    }
    let derived = derive(&tables, &params());
    assert_eq!(derived.gaps, []);
    let rows = rows_of::<Resource>(&derived.tables["resource"]).expect("its own table");
    let seen: BTreeSet<_> = rows
        .iter()
        .map(|row| (row.resource_id.clone(), row.resource_type.clone()))
        .collect();
    assert_eq!(seen, expected);

    // What costs the same whatever it is has a price by its mere existence.
    let mut varied = Tables::default();
    for table in TABLES.iter().filter(|table| table.kind == Kind::Resource) {
        if !FLAT_PRICED.contains(&table.name) {
            varied.insert(table.name, key_alone(table.name));
        }
    }
    let derived = derive(&varied, &params());
    let rows = rows_of::<Resource>(&derived.tables["resource"]).expect("its own table");
    for row in &rows {
        let expected = if row.monthly_usd.is_some() {
            "exact"
        } else {
            "unknown"
        };
        assert_eq!(row.price_basis, expected, "{}", row.resource_id);
        assert!(
            row.monthly_usd.is_none_or(|usd| usd == 0.0),
            "{}",
            row.resource_id
        );
    }
    assert_eq!(derived.price_dates, None, "no price was used");
}

#[test]
fn every_derived_table_is_there_even_without_rows() {
    let derived = derive(&Tables::default(), &params());
    for table in TABLES.iter().filter(|table| table.is_derived()) {
        assert_eq!(derived.tables[table.name].height(), 0, "{}", table.name);
    }
    assert!(derived.tables.contains_key("resource") && derived.tables.contains_key("relation"));
}

#[test]
fn tags_and_price_dates_reach_the_tables() {
    let instance = Instance {
        id: Key {
            resource_id: "i".to_owned(),
            account_id: "111111111111".to_owned(),
            region: "us-east-1".to_owned(),
            ..Key::default()
        },
        state: Some("running".to_owned()),
        instance_type: Some("m5.large".to_owned()),
        lifecycle: Some("on-demand".to_owned()),
        tenancy: Some("default".to_owned()),
        usage_operation: Some("RunInstances".to_owned()),
        ..Instance::default()
    };
    let tag = |key: &str, value: &str| Tag {
        resource_id: "i".to_owned(),
        key: key.to_owned(),
        value: value.to_owned(),
        ..Tag::default()
    };
    let mut tables = Tables::default();
    tables.insert("aws_ec2_instance", frame_of([instance]));
    tables.insert(
        "tag",
        frame_of([tag("aws:cloudformation:stack-name", "shop"), tag("a", "b")]),
    );
    let derived = derive(&tables, &params());
    let rows = rows_of::<Resource>(&derived.tables["resource"]).expect("its own table");
    assert_eq!(rows[0].managed_by, "cloudformation:shop");
    let day = PriceBook::embedded()
        .ec2_linux_hour("us-east-1", "m5.large")
        .and_then(|price| price.as_of)
        .expect("dated")
        .to_string();
    assert_eq!(derived.price_dates, Some((day.clone(), day)));
}

#[test]
fn a_table_of_the_wrong_shape_is_a_gap_and_the_others_are_derived() {
    let mut tables = Tables::default();
    let wrong = DataFrame::new(1, vec![Column::new("size_gib".into(), ["many"])]);
    tables.insert("aws_ebs_volume", wrong.expect("one column"));
    tables.insert("aws_s3_bucket", key_alone("aws_s3_bucket"));
    let derived = derive(&tables, &params());
    assert_eq!(derived.gaps.len(), 1);
    assert_eq!(derived.gaps[0].table, "aws_ebs_volume");
    assert_eq!(derived.tables["resource"].height(), 1);
}
