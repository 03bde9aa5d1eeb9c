use std::collections::BTreeMap;

use billhook_catalog::{Row, Usage};
use polars::prelude::DataFrame;

use super::super::{Catalog, Literal, Purpose, check, run};
use super::*;

fn checked(sql: &str) -> Checked {
    let parameters = BTreeMap::from([("least".to_owned(), Literal::Real(5.0))]);
    check(sql, &Catalog::new(&[]), Purpose::Rule, &parameters).expect("good SQL")
}

fn row(name: &str, hidden: usize) -> Operand {
    Operand::Row {
        name: name.to_owned(),
        is_column: true,
        hidden,
    }
}

#[test]
fn conditions_keep_their_parameters_and_show_what_the_row_holds() {
    let found = anatomy(&checked(
        "SELECT u.resource_id, u.max AS busiest FROM usage u JOIN resource r ON r.resource_id = u.resource_id AND r.managed_by = ''
         WHERE u.max < :least AND (u.metric = 'A' OR (u.avg >= u.min AND u.sum IS NOT NULL)) AND u.metric LIKE 'C%'",
    ));
    let compared = |left, operator, right| Shape::Compared {
        left,
        operator,
        right,
    };
    let text = |text: &str| Operand::Literal(Json::from(text));
    let shapes: Vec<_> = found
        .conditions
        .iter()
        .map(|condition| {
            (
                condition.sql.as_str(),
                condition.shape.clone(),
                condition.alternative,
            )
        })
        .collect();
    let least = Operand::Parameter("least".to_owned());
    let expected = [
        (
            "r.managed_by = ''",
            compared(row("managed_by", 0), "=", text("")),
            None,
        ),
        ("u.max < 5.0", compared(row("busiest", 1), "<", least), None),
        (
            "u.metric = 'A'",
            compared(row("metric", 3), "=", text("A")),
            Some((2, 2)),
        ),
        (
            "u.avg >= u.min",
            compared(row("avg", 5), ">=", row("min", 6)),
            Some((2, 4)),
        ),
        (
            "u.sum IS NOT NULL",
            Shape::Null {
                operand: row("sum", 7),
                is_null: false,
            },
            Some((2, 4)),
        ),
        ("u.metric LIKE 'C%'", Shape::Other, None),
    ];
    assert_eq!(shapes, expected);
}

#[test]
fn the_probe_returns_the_same_rows_with_the_values() {
    let statement =
        checked("SELECT u.resource_id FROM usage u WHERE u.max < :least AND u.avg * 2.0 > 1.0");
    let rows = [(1.0, 4.0), (1.0, 6.0), (0.1, 3.0)].map(|(avg, max)| Usage {
        resource_id: format!("{avg}/{max}"),
        avg: Some(avg),
        max: Some(max),
        ..Usage::default()
    });
    let usage: DataFrame = billhook_catalog::frame_of(rows);
    let frame = |name| (name == Usage::TABLE.name).then_some(std::borrow::Cow::Borrowed(&usage));
    let probe = anatomy(&statement).probe.expect("something to add");
    let (plain, more) = (run(&statement, frame), run(&probe, frame));
    let (plain, more) = (plain.expect("rows"), more.expect("rows"));
    assert_eq!(
        plain.column("resource_id").unwrap(),
        more.column("resource_id").unwrap()
    );
    let value = |number| {
        let column = more.column(&hidden_column(number)).unwrap();
        column.f64().unwrap().get(0)
    };
    assert_eq!((value(0), value(1)), (Some(4.0), Some(2.0)));
}

#[test]
fn what_would_change_the_rows_is_not_probed() {
    for sql in [
        "SELECT DISTINCT u.resource_id FROM usage u WHERE u.max < 5.0",
        "SELECT u.resource_id, MAX(u.max) AS m FROM usage u WHERE u.max < 5.0 GROUP BY u.resource_id",
        "SELECT u.resource_id FROM usage u WHERE EXISTS (SELECT 1 FROM tag t WHERE t.resource_id = u.resource_id)",
        "SELECT u.resource_id FROM usage u",
    ] {
        let found = anatomy(&checked(sql));
        assert!(found.probe.is_none(), "{sql}");
    }
    let either = anatomy(&checked(
        "SELECT u.resource_id FROM usage u WHERE u.max < 1.0 OR u.resource_id IN (SELECT resource_id FROM tag)",
    ));
    assert_eq!(either.conditions.len(), 1);
    assert_eq!(either.conditions[0].shape, Shape::Other);
}

#[test]
fn columns_are_followed_through_with_queries() {
    let found = anatomy(&checked(
        "WITH parts AS (SELECT e.parent_resource_id AS holder, SUM(r.monthly_usd) AS usd FROM relation e
           JOIN resource r ON r.resource_id = e.child_resource_id WHERE e.kind <> 'address' GROUP BY e.parent_resource_id),
         again AS (SELECT holder, usd FROM parts)
         SELECT r.resource_id, r.name, COALESCE(a.usd, 0.0) + r.monthly_usd AS monthly_savings_usd
         FROM resource r JOIN again a ON a.holder = r.resource_id",
    ));
    let of = |name: &str| found.sources[name].iter().cloned().collect::<Vec<_>>();
    assert_eq!(of("monthly_savings_usd"), ["resource.monthly_usd"]);
    assert_eq!(of("name"), ["resource.name"]);
    assert_eq!(found.behind, ["e.kind <> 'address'"]);
}

#[test]
fn membership_is_read_from_the_population() {
    let of = |applies: &str| {
        membership(&checked(&format!(
            "SELECT resource_id, ({applies}) AS member FROM resource"
        )))
    };
    assert_eq!(
        of("managed_by = '' AND monthly_usd > :least"),
        ["managed_by = ''", "monthly_usd > 5.0"]
    );
    assert_eq!(
        of("(managed_by = '' OR name = 'a') AND monthly_usd > 1"),
        ["(managed_by = '' OR name = 'a')", "monthly_usd > 1"]
    );
    assert_eq!(of("TRUE"), Vec::<String>::new());
}
