//! The SQL that is promised: what passes the gate means what it says, and what is refused says why.

use std::borrow::Cow;
use std::collections::BTreeMap;

use billhook::sql::{Catalog, Literal, Purpose, check, run, type_check};
use billhook_aws::ebs::attachment::Attachment;
use billhook_aws::ebs::volume::Volume;
use billhook_catalog::{Key, Tables, empty_frame, frame_of};

fn catalog() -> Catalog {
    Catalog::new(billhook_aws::catalog::TABLES)
}

fn refusal(sql: &str) -> String {
    match check(sql, &catalog(), Purpose::Rule, &BTreeMap::new()) {
        Err(error) => error.message,
        Ok(checked) => panic!("passes the gate: {}", checked.sql),
    }
}

/// Two volumes: `a` of 10 GiB, whose encryption is unknown, attached; `b` of 20 GiB, encrypted, attached to nothing.
fn world() -> Tables {
    let volume = |id: &str, size: i64, encrypted: Option<bool>| Volume {
        id: Key {
            resource_id: id.to_owned(),
            short_id: id.to_owned(),
            ..Key::default()
        },
        size_gib: Some(size),
        encrypted,
        ..Volume::default()
    };
    let attachment = Attachment {
        volume_resource_id: "a".to_owned(),
        ..Attachment::default()
    };
    let mut tables = Tables::default();
    for table in catalog().tables() {
        tables.insert(table.name, empty_frame(table));
    }
    tables.insert(
        "aws_ebs_volume",
        frame_of([volume("a", 10, None), volume("b", 20, Some(true))]),
    );
    tables.insert("aws_ebs_attachment", frame_of([attachment]));
    tables
}

/// The answer, its first column as text, sorted.
fn answer(sql: &str) -> Vec<String> {
    let parameters = BTreeMap::from([
        ("least".to_owned(), Literal::Real(15.0)),
        ("word".to_owned(), Literal::Text("it's".to_owned())),
    ]);
    let checked = check(sql, &catalog(), Purpose::Query, &parameters)
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    type_check(&checked, &catalog()).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let world = world();
    let frame = run(&checked, |table| world.get(table).map(Cow::Borrowed))
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let column = &frame.columns()[0];
    let mut cells: Vec<String> = (0..frame.height())
        .map(
            |row| match billhook::judge::json_of(column.get(row).expect("a row")) {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            },
        )
        .collect();
    cells.sort();
    cells
}

#[test]
fn what_is_promised_means_what_it_says() {
    let promised: &[(&str, &[&str])] = &[
        (
            "SELECT resource_id FROM aws_ebs_volume WHERE size_gib > :least",
            &["b"],
        ),
        (
            "SELECT resource_id FROM aws_ebs_volume WHERE name = :word",
            &[],
        ),
        (
            "SELECT v.resource_id FROM aws_ebs_volume v JOIN aws_ebs_attachment a ON a.volume_resource_id = v.resource_id",
            &["a"],
        ),
        (
            "SELECT resource_id FROM aws_ebs_volume v WHERE NOT EXISTS \
             (SELECT 1 FROM aws_ebs_attachment a WHERE a.volume_resource_id = v.resource_id)",
            &["b"],
        ),
        (
            "SELECT resource_id FROM aws_ebs_volume v WHERE EXISTS \
             (SELECT 1 FROM aws_ebs_attachment a WHERE a.volume_resource_id = v.resource_id)",
            &["a"],
        ),
        (
            "SELECT v.resource_id FROM aws_ebs_volume v ANTI JOIN aws_ebs_attachment a ON a.volume_resource_id = v.resource_id",
            &["b"],
        ),
        (
            "SELECT v.resource_id FROM aws_ebs_volume v LEFT JOIN aws_ebs_attachment a ON a.volume_resource_id = v.resource_id \
             WHERE a.volume_resource_id IS NULL",
            &["b"],
        ),
        (
            "WITH big AS (SELECT resource_id FROM aws_ebs_volume WHERE size_gib >= 20) SELECT resource_id FROM big",
            &["b"],
        ),
        (
            "SELECT resource_id, size_gib FROM aws_ebs_volume QUALIFY ROW_NUMBER() OVER (ORDER BY size_gib DESC) = 1",
            &["b"],
        ),
        ("SELECT SUM(size_gib) AS total FROM aws_ebs_volume", &["30"]),
        (
            "SELECT COUNT(*) FILTER (WHERE size_gib > 15) AS big FROM aws_ebs_volume",
            &["1"],
        ),
        (
            "SELECT CASE WHEN size_gib > 15 THEN 'big' ELSE 'small' END AS word FROM aws_ebs_volume",
            &["big", "small"],
        ),
        (
            "SELECT resource_id FROM aws_ebs_volume WHERE size_gib BETWEEN 5 AND 15 AND resource_id IN ('a', 'b')",
            &["a"],
        ),
        (
            "SELECT resource_id FROM aws_ebs_volume WHERE resource_id LIKE 'b%'",
            &["b"],
        ),
        (
            "SELECT resource_id FROM aws_ebs_volume ORDER BY size_gib DESC LIMIT 1",
            &["b"],
        ),
    ];
    for (sql, expected) in promised {
        assert_eq!(answer(sql), *expected, "{sql}");
    }
}

#[test]
fn an_unknown_is_neither_equal_nor_unequal() {
    assert_eq!(
        answer("SELECT resource_id FROM aws_ebs_volume WHERE encrypted = FALSE"),
        [""; 0]
    );
    assert_eq!(
        answer("SELECT resource_id FROM aws_ebs_volume WHERE encrypted <> TRUE"),
        [""; 0]
    );
    assert_eq!(
        answer("SELECT resource_id FROM aws_ebs_volume WHERE NOT (encrypted = TRUE)"),
        [""; 0]
    );
    assert_eq!(
        answer("SELECT resource_id FROM aws_ebs_volume WHERE encrypted IS NULL"),
        ["a"]
    );
    assert_eq!(
        answer("SELECT resource_id FROM aws_ebs_volume WHERE encrypted IS DISTINCT FROM TRUE"),
        ["a"]
    );
}

#[test]
fn nothing_but_catalog_tables_can_be_read() {
    for sql in [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_parquet('s3://bucket/key')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM \"/etc/passwd\"",
        "SELECT * FROM `/etc/passwd`",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM main.aws_ebs_volume",
        "WITH t AS (SELECT * FROM read_csv('/etc/passwd')) SELECT * FROM t",
        "WITH read_csv AS (SELECT resource_id FROM tag) SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM aws_ebs_volume, read_ndjson('/etc/passwd')",
        "SELECT * FROM (SELECT * FROM read_csv('/etc/passwd')) x",
        "SELECT resource_id FROM aws_ebs_volume WHERE EXISTS (SELECT 1 FROM read_csv('/etc/passwd'))",
        "SELECT resource_id FROM aws_ebs_volume WHERE size_gib IN (SELECT x FROM read_csv('/etc/passwd'))",
    ] {
        let message = refusal(sql);
        assert!(
            message.contains("only catalog tables can be read")
                || message.contains("there is no table"),
            "{sql}: {message}"
        );
    }
}

#[test]
fn only_a_select_passes() {
    for sql in [
        "DROP TABLE aws_ebs_volume",
        "CREATE TABLE x AS SELECT * FROM aws_ebs_volume",
        "DELETE FROM aws_ebs_volume",
        "INSERT INTO aws_ebs_volume VALUES (1)",
        "UPDATE aws_ebs_volume SET size_gib = 0",
        "EXPLAIN SELECT * FROM aws_ebs_volume",
        "SHOW TABLES",
        "TRUNCATE TABLE aws_ebs_volume",
    ] {
        assert!(
            refusal(sql).contains("only a SELECT"),
            "{sql}: {}",
            refusal(sql)
        );
    }
    assert!(refusal("SELECT 1 FROM tag; SELECT 1 FROM tag").contains("exactly one SELECT"));
    assert!(
        refusal("SELECT * INTO x FROM aws_ebs_volume")
            .contains("not part of the SQL that is promised")
    );
}

#[test]
fn what_misreads_null_is_refused() {
    let condition = |condition: &str| {
        refusal(&format!(
            "SELECT resource_id FROM aws_ebs_volume v WHERE {condition}"
        ))
    };
    assert!(
        condition("resource_id NOT IN (SELECT volume_resource_id FROM aws_ebs_attachment)")
            .contains("NOT EXISTS")
    );
    for test in [
        "IS TRUE",
        "IS NOT TRUE",
        "IS FALSE",
        "IS NOT FALSE",
        "IS UNKNOWN",
        "IS NOT UNKNOWN",
    ] {
        assert!(
            condition(&format!("encrypted {test}")).contains("turn an unknown into an answer"),
            "{test}"
        );
    }
    for function in [
        "COALESCE(size_gib, 0)",
        "IFNULL(size_gib, 0)",
        "NULLIF(size_gib, 0)",
    ] {
        assert!(
            condition(&format!("{function} = 0")).contains("turns an unknown into an answer"),
            "{function}"
        );
    }
    // Polars gives 0 for an unknown text, and reads what is looked for as a regular expression.
    assert!(condition("STRPOS(name, 'a.b') = 0").contains("STRPOS"));
    let having =
        "SELECT zone FROM aws_ebs_volume GROUP BY zone HAVING COALESCE(SUM(size_gib), 0) = 0";
    assert!(refusal(having).contains("turns an unknown into an answer"));
    let joined = "SELECT v.resource_id FROM aws_ebs_volume v \
                  LEFT JOIN aws_ebs_attachment a ON a.volume_resource_id = v.resource_id AND a.state = 'attached'";
    assert!(refusal(joined).contains("LEFT JOIN on a literal"));
}

#[test]
fn a_parameter_is_a_value_and_never_sql() {
    let parameters = BTreeMap::from([(
        "word".to_owned(),
        Literal::Text("x' OR '1' = '1".to_owned()),
    )]);
    let sql = "SELECT resource_id FROM aws_ebs_volume WHERE name = :word";
    let checked = check(sql, &catalog(), Purpose::Rule, &parameters).expect("passes the gate");
    let world = world();
    let frame = run(&checked, |table| world.get(table).map(Cow::Borrowed)).expect("runs");
    assert_eq!(frame.height(), 0, "{}", checked.sql);
}

#[test]
fn reads_and_predicates_are_told_apart() {
    let sql = "SELECT v.resource_id, v.size_gib FROM aws_ebs_volume v JOIN aws_ebs_attachment a \
               ON a.volume_resource_id = v.resource_id WHERE v.encrypted = FALSE";
    let checked = check(sql, &catalog(), Purpose::Rule, &BTreeMap::new()).expect("passes the gate");
    let columns =
        |of: &BTreeMap<&str, std::collections::BTreeSet<&'static str>>,
         table: &str|
         -> Vec<&'static str> { of.get(table).into_iter().flatten().copied().collect() };
    assert_eq!(
        columns(&checked.reads, "aws_ebs_volume"),
        ["encrypted", "resource_id", "size_gib"]
    );
    assert_eq!(
        columns(&checked.predicates, "aws_ebs_volume"),
        ["encrypted", "resource_id"]
    );
    assert_eq!(
        columns(&checked.predicates, "aws_ebs_attachment"),
        ["volume_resource_id"]
    );
}
