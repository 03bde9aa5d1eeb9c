use std::borrow::Cow;
use std::collections::BTreeMap;

use billhook_catalog::{Relation, Resource, Tables, Tag, frame_of};
use polars::prelude::{Column as Values, DataFrame, Int32Chunked, IntoColumn};

use super::super::{Catalog, Purpose, check, run};
use super::*;
use crate::judge::json_of;

/// A little chance, the same on every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn id(&mut self) -> String {
        format!("r{}", self.below(5))
    }

    fn perhaps<T>(&mut self, value: T) -> Option<T> {
        (self.below(4) > 0).then_some(value)
    }
}

/// A world in which ids, keys and amounts repeat, and a quarter of what may be unknown is.
fn world(chance: &mut Chance) -> Tables {
    let resources = (0..chance.below(6)).map(|_| Resource {
        resource_id: chance.id(),
        parent_resource_id: {
            let id = chance.id();
            chance.perhaps(id)
        },
        managed_by: chance.id(),
        monthly_usd: {
            let usd = chance.below(4) as f64;
            chance.perhaps(usd)
        },
        ..Resource::default()
    });
    let resources = frame_of(resources.collect::<Vec<_>>());
    let relations = (0..chance.below(6)).map(|_| Relation {
        parent_resource_id: chance.id(),
        child_resource_id: chance.id(),
        follows_parent: {
            let follows = chance.below(2) == 0;
            chance.perhaps(follows)
        },
        ..Relation::default()
    });
    let relations = frame_of(relations.collect::<Vec<_>>());
    let tags = (0..chance.below(6)).map(|_| Tag {
        resource_id: chance.id(),
        key: chance.id(),
        value: chance.id(),
        ..Tag::default()
    });
    let tags = frame_of(tags.collect::<Vec<_>>());
    let mut tables = Tables::default();
    tables.insert("resource", resources);
    tables.insert("relation", relations);
    tables.insert("tag", tags);
    tables
}

fn checked(sql: &str) -> Checked {
    check(sql, &Catalog::new(&[]), Purpose::Rule, &BTreeMap::new())
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}

fn rows(frame: &DataFrame) -> Vec<String> {
    let cell = |column: &Values, row| column.get(row).map(json_of).unwrap_or_default().to_string();
    let mut rows: Vec<String> = (0..frame.height())
        .map(|row| {
            let cells: Vec<String> = frame.columns().iter().map(|c| cell(c, row)).collect();
            cells.join(" ")
        })
        .collect();
    rows.sort();
    rows
}

/// All worlds in one frame, each row with the number of its world.
fn stacked(worlds: &[Tables], table: &str) -> DataFrame {
    let mut all: Option<DataFrame> = None;
    for (number, world) in worlds.iter().enumerate() {
        let mut frame = world.get(table).expect("a table of the world").clone();
        let numbers = vec![i32::try_from(number).expect("few worlds"); frame.height()];
        let column = Int32Chunked::from_vec(WORLD.into(), numbers).into_column();
        frame.with_column(column).expect("of the same length");
        match &mut all {
            Some(all) => {
                all.vstack_mut(&frame).expect("of the same shape");
            }
            None => all = Some(frame),
        }
    }
    all.expect("a world")
}

/// Whatever a rule may say: asked of many worlds at once, it answers as if it were asked of each.
#[test]
fn worlds_that_are_asked_at_once_do_not_meet() {
    let statements = [
        "SELECT resource_id, monthly_usd FROM resource WHERE monthly_usd > 1",
        "SELECT DISTINCT managed_by FROM resource",
        "SELECT r.resource_id, r.monthly_usd * 2 AS double FROM resource r WHERE r.monthly_usd IS NULL OR r.monthly_usd < 2",
        "SELECT r.resource_id, t.value FROM resource r JOIN tag t ON t.resource_id = r.resource_id",
        "SELECT r.resource_id, t.value FROM resource AS r INNER JOIN tag AS t ON t.resource_id = r.resource_id AND t.key = r.managed_by",
        "SELECT resource_id, key FROM resource JOIN tag USING (resource_id) WHERE monthly_usd >= 1",
        "SELECT r.resource_id, t.key FROM resource r LEFT JOIN tag t ON t.resource_id = r.resource_id WHERE t.key IS NULL OR r.monthly_usd > 1",
        "SELECT r.resource_id, t.key, p.monthly_usd FROM resource r \
         LEFT JOIN resource p ON p.resource_id = r.parent_resource_id LEFT JOIN tag t ON t.resource_id = p.resource_id",
        "SELECT l.child_resource_id, c.monthly_usd, p.monthly_usd AS of_parent FROM relation l \
         JOIN resource c ON c.resource_id = l.child_resource_id JOIN resource p ON p.resource_id = l.parent_resource_id \
         WHERE l.follows_parent = TRUE",
        "SELECT r.resource_id, t.key FROM resource r CROSS JOIN tag t WHERE t.value <> r.managed_by",
        "SELECT r.resource_id FROM resource r SEMI JOIN tag t ON t.resource_id = r.resource_id",
        "SELECT r.resource_id FROM resource r ANTI JOIN tag t ON t.resource_id = r.resource_id",
        "SELECT r.resource_id FROM resource r WHERE EXISTS (SELECT 1 FROM tag t WHERE t.resource_id = r.resource_id AND t.key <> 'r1')",
        "SELECT r.resource_id FROM resource r WHERE r.monthly_usd > 0 AND (NOT EXISTS (SELECT 1 FROM tag t WHERE t.resource_id = r.resource_id))",
        "SELECT r.resource_id FROM resource r WHERE NOT EXISTS (SELECT 1 FROM tag t WHERE r.managed_by = t.key AND t.resource_id = r.resource_id)",
        "SELECT r.resource_id FROM resource r WHERE NOT EXISTS \
         (SELECT 1 FROM tag t WHERE t.resource_id = r.resource_id AND (t.key = 'r1' OR t.value = 'r2'))",
        "SELECT resource_id FROM resource WHERE resource_id IN (SELECT resource_id FROM tag WHERE key = 'r1' OR value = 'r1')",
        "SELECT resource_id FROM resource WHERE (monthly_usd > 0 AND parent_resource_id IN (SELECT parent_resource_id FROM resource p))",
        "SELECT resource_id FROM resource WHERE monthly_usd > 0 AND resource_id IN \
         (SELECT resource_id FROM tag GROUP BY resource_id HAVING COUNT(*) > 1 AND MAX(value) <> 'r4')",
        "SELECT managed_by, COUNT(*) AS resources, SUM(monthly_usd) AS usd FROM resource GROUP BY managed_by",
        "SELECT managed_by, COUNT(monthly_usd) AS known FROM resource GROUP BY managed_by HAVING COUNT(*) > 1",
        "SELECT managed_by, SUM(monthly_usd) FILTER (WHERE monthly_usd > 1) AS usd FROM resource GROUP BY managed_by",
        "SELECT r.resource_id, SUM(c.monthly_usd) AS usd FROM resource r JOIN relation l ON l.parent_resource_id = r.resource_id \
         JOIN resource c ON c.resource_id = l.child_resource_id GROUP BY r.resource_id",
        "SELECT resource_id, SUM(monthly_usd) OVER (PARTITION BY managed_by) AS usd FROM resource",
        "SELECT resource_id, MAX(monthly_usd) OVER () AS usd FROM resource",
        "SELECT resource_id, monthly_usd, managed_by FROM resource \
         QUALIFY ROW_NUMBER() OVER (PARTITION BY managed_by ORDER BY resource_id, monthly_usd) = 1",
        "WITH tags AS (SELECT resource_id, COUNT(*) AS number, MIN(key) AS first_key FROM tag GROUP BY resource_id) \
         SELECT r.resource_id, t.number, CASE WHEN t.first_key = 'r0' THEN 'yes' ELSE 'no' END AS word \
         FROM resource r LEFT JOIN tags t ON t.resource_id = r.resource_id",
        "WITH parents AS (SELECT DISTINCT parent_resource_id FROM relation), \
         rich AS (SELECT resource_id, monthly_usd FROM resource WHERE monthly_usd > 0) \
         SELECT a.resource_id, b.monthly_usd FROM rich a JOIN rich b ON b.monthly_usd = a.monthly_usd \
         WHERE EXISTS (SELECT 1 FROM parents WHERE parents.parent_resource_id = a.resource_id)",
        "SELECT d.managed_by, d.usd FROM (SELECT managed_by, AVG(monthly_usd) AS usd FROM resource GROUP BY managed_by) d WHERE d.usd > 0",
    ];
    let mut chance = Chance(7);
    let worlds: Vec<Tables> = (0..6).map(|_| world(&mut chance)).collect();
    let mut answered = 0;
    for sql in statements {
        let alone = checked(sql);
        let at_once = in_worlds(&alone).unwrap_or_else(|| panic!("cannot be asked at once: {sql}"));
        let all = run(&at_once, |table| Some(Cow::Owned(stacked(&worlds, table))))
            .unwrap_or_else(|error| panic!("{}: {error}", at_once.sql));
        let world_of = all
            .column(WORLD)
            .expect("the worlds")
            .i32()
            .expect("numbers")
            .clone();
        for (number, world) in worlds.iter().enumerate() {
            let number = i32::try_from(number).expect("few worlds");
            let here = world_of
                .iter()
                .map(|found| Some(found == Some(number)))
                .collect();
            let of_world = all
                .filter(&here)
                .expect("a mask")
                .drop(WORLD)
                .expect("it is there");
            let by_itself = run(&alone, |table| world.get(table).map(Cow::Borrowed))
                .unwrap_or_else(|error| panic!("{sql}: {error}"));
            assert_eq!(
                rows(&of_world),
                rows(&by_itself),
                "world {number} of {sql}\n{}",
                at_once.sql
            );
            answered += by_itself.height();
        }
    }
    assert!(answered > 200, "{answered} rows say little");
}

#[test]
fn what_mixes_worlds_is_asked_of_each() {
    for sql in [
        "SELECT COUNT(*) AS number FROM resource",
        "SELECT * FROM resource",
        "SELECT r.* FROM resource r",
        "SELECT resource.resource_id FROM resource, tag WHERE tag.resource_id = resource.resource_id",
        "SELECT resource_id FROM resource WHERE monthly_usd > 1 OR EXISTS (SELECT 1 FROM tag WHERE tag.key = 'r1')",
        "SELECT resource_id FROM resource WHERE NOT (resource_id IN (SELECT resource_id FROM tag))",
        "SELECT resource_id FROM resource WHERE CONCAT(resource_id, '') IN (SELECT resource_id FROM tag)",
        "SELECT resource_id FROM resource WHERE resource_id IN (SELECT MAX(resource_id) FROM tag)",
        "SELECT r.resource_id FROM resource r WHERE EXISTS (SELECT 1 FROM tag t WHERE t.key > r.managed_by)",
        "WITH total AS (SELECT SUM(monthly_usd) AS usd FROM resource) SELECT r.resource_id FROM resource r CROSS JOIN total t",
        "SELECT resource_id AS billhook_world FROM resource",
    ] {
        assert!(in_worlds(&checked(sql)).is_none(), "{sql}");
    }
}
