//! Resources that are measured along with what they are parts of.

use std::collections::HashSet;

use billhook_catalog::{MetricWant, Population, Row};
use polars::prelude::{BooleanChunked, DataFrame, NewChunkedArray, PlSmallStr};

use crate::dynamodb::index::Index;
use crate::dynamodb::table::Table;

/// What is to be read of the parts, where a metric of the whole is wanted: nobody can say that a DynamoDB table is unused, or
/// what its capacity is used for, without its indexes. `frame` has the wholes.
pub(super) fn of(want: &MetricWant, frame: &DataFrame) -> Option<MetricWant> {
    if want.table != Table::TABLE.name {
        return None;
    }
    let wanted = want.population.test(frame).ok()?;
    let ids = frame.column("resource_id").ok()?.str().ok()?;
    let wholes: HashSet<String> = ids
        .iter()
        .zip(wanted.iter())
        .filter(|(_, wanted)| *wanted == Some(true))
        .filter_map(|(id, _)| id.map(str::to_owned))
        .collect();
    Some(MetricWant {
        table: Index::TABLE.name,
        metric: Index::TABLE.metric(want.metric.name)?,
        population: Population::new(move |parts| {
            let of = parts.column("table_resource_id")?.str()?;
            let wanted = of.iter().map(|id| id.is_some_and(|id| wholes.contains(id)));
            Ok(BooleanChunked::from_iter_values(
                PlSmallStr::from_static("wanted"),
                wanted,
            ))
        }),
        ..want.clone()
    })
}

#[cfg(test)]
mod tests {
    use billhook_catalog::{Key, Statistic, frame_of};

    use super::*;

    fn key(id: &str) -> Key {
        Key {
            resource_id: id.to_owned(),
            ..Key::default()
        }
    }

    #[test]
    fn the_indexes_of_wanted_tables_are_wanted() {
        let tables = frame_of(["a", "b"].map(|id| Table {
            id: key(id),
            ..Table::default()
        }));
        let indexes = frame_of(
            [("a/1", "a"), ("b/1", "b"), ("a/2", "a")].map(|(id, table)| Index {
                id: key(id),
                table_resource_id: Some(table.to_owned()),
                ..Index::default()
            }),
        );
        let first = |frame: &DataFrame| {
            let flags = (0..frame.height()).map(|row| row == 0);
            Ok(BooleanChunked::from_iter_values(
                PlSmallStr::from_static("wanted"),
                flags,
            ))
        };
        let mut want = MetricWant {
            table: Table::TABLE.name,
            metric: &Table::TABLE.metrics[0],
            statistic: Statistic::Sum,
            period_seconds: 300,
            days: 14,
            daily: false,
            population: Population::new(first),
            refine: None,
            value: 0,
        };
        let part = of(&want, &tables).expect("indexes are measured along");
        assert_eq!(part.table, "aws_dynamodb_index");
        assert_eq!(part.metric.dimensions.len(), 2);
        let wanted = part.population.test(&indexes).expect("flags");
        let wanted: Vec<_> = wanted.iter().flatten().collect();
        assert_eq!(wanted, [true, false, true]);
        want.table = "aws_ec2_instance";
        assert!(of(&want, &tables).is_none(), "nothing else has such parts");
    }
}
