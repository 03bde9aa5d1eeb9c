//! A rule's queries asked of many worlds at once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use polars::prelude::{
    Column as Values, DataFrame, IdxCa, IdxSize, Int32Chunked, IntoColumn, NewChunkedArray,
    PlSmallStr, PolarsError,
};

use super::asked::{Asked, Difference, is_series, queries};
use super::evidence::{PLACES_A_SERIES, seen_of};
use super::value::json_of;
use crate::facts::Facts;
use crate::rule::Rule;
use crate::sql::{Checked, WORLD, in_worlds, run};

/// A world that is known, and worlds that are like it but for a difference each.
pub(crate) struct Neighbours<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) asked: &'a Asked,
    pub(crate) differences: Vec<Difference>,
}

/// What the queries answer in each of the worlds that differ, in their order. None where they have to be asked by
/// themselves.
///
/// All worlds are asked at once, so that a query is planned once and not once a world. The known worlds are asked along with
/// them: where one of them is answered otherwise than it was by itself, no answer of that query is used.
pub(crate) fn ask_worlds(rule: &Rule, known: &[Neighbours]) -> Vec<Vec<Option<Asked>>> {
    let mut worlds: Vec<Vec<Option<Asked>>> = known
        .iter()
        .map(|known| vec![Some(known.asked.clone()); known.differences.len()])
        .collect();
    for (index, checked) in queries(rule).into_iter().enumerate() {
        let mut places: Vec<(usize, Option<usize>)> = Vec::new();
        for (number, known) in known.iter().enumerate() {
            let differences = known.differences.iter().enumerate();
            let concerned: Vec<usize> = differences
                .filter(|(_, difference)| difference.concerns(checked))
                .map(|(at, _)| at)
                .collect();
            if !concerned.is_empty() {
                places.push((number, None));
                places.extend(concerned.into_iter().map(|at| (number, Some(at))));
            }
        }
        if places.is_empty() {
            continue;
        }
        let answers = answers(rule, checked, known, &places).filter(|answers| {
            let checked = places.iter().zip(answers);
            checked
                .filter(|((_, at), _)| at.is_none())
                .all(|((number, _), answer)| {
                    let alone = known[*number].asked.answers.get(index);
                    alone.is_some_and(|alone| are_same_rows(alone, answer))
                })
        });
        let mut answers = answers.into_iter().flatten();
        for (number, at) in places {
            let answer = answers.next();
            let Some(world) = at.and_then(|at| worlds[number].get_mut(at)) else {
                continue;
            };
            match (answer, world.as_mut()) {
                (Some(answer), Some(asked)) => asked.answers[index] = answer,
                _ => *world = None,
            }
        }
    }
    worlds
}

/// The answers of one query in some worlds: each is a known one, or one of its neighbours.
fn answers(
    rule: &Rule,
    checked: &Checked,
    known: &[Neighbours],
    places: &[(usize, Option<usize>)],
) -> Option<Vec<DataFrame>> {
    let stacked = in_worlds(checked)?;
    let mut frames: BTreeMap<&'static str, DataFrame> = BTreeMap::new();
    for table in checked.reads.keys() {
        frames.insert(table, stack(rule, checked, table, known, places)?);
    }
    let all = run(&stacked, |table| frames.get(table).map(Cow::Borrowed)).ok()?;
    apart(&all, places.len()).ok()
}

/// A table of all worlds, with the columns that the query reads and the world of each row.
fn stack(
    rule: &Rule,
    checked: &Checked,
    table: &'static str,
    known: &[Neighbours],
    places: &[(usize, Option<usize>)],
) -> Option<DataFrame> {
    let read = checked.reads.get(table)?;
    let is_needed =
        |name: &str| read.contains(name) || is_series(table) && PLACES_A_SERIES.contains(&name);
    let mut offsets = Vec::with_capacity(known.len());
    let mut base: Option<DataFrame> = None;
    for known in known {
        let frame = known.facts.tables.get(table)?;
        let columns: Vec<Values> = frame
            .columns()
            .iter()
            .filter(|column| is_needed(column.name()))
            .cloned()
            .collect();
        let frame = DataFrame::new(frame.height(), columns).ok()?;
        offsets.push(base.as_ref().map_or(0, DataFrame::height));
        match &mut base {
            Some(base) => {
                base.vstack_mut(&frame).ok()?;
            }
            None => base = Some(frame),
        }
    }
    let mut rows: Vec<IdxSize> = Vec::new();
    let mut worlds: Vec<i32> = Vec::new();
    let mut unknown: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (world, (number, at)) in places.iter().enumerate() {
        let known = &known[*number];
        let difference = at
            .and_then(|at| known.differences.get(at))
            .filter(|difference| difference.table == table);
        for row in 0..known.facts.tables.get(table)?.height() {
            if let Some(difference) = difference.filter(|difference| difference.row == row) {
                match difference.column {
                    Some(column) => unknown.entry(column).or_default().push(rows.len()),
                    None => continue,
                }
            }
            rows.push(IdxSize::try_from(offsets[*number] + row).ok()?);
            worlds.push(i32::try_from(world).ok()?);
        }
    }
    let base = base?;
    let name = PlSmallStr::from_static("row");
    let whole = IdxCa::from_slice(name.clone(), &rows);
    let mut columns = Vec::with_capacity(base.width() + 1);
    for column in base.columns() {
        let taken = match unknown.get(column.name().as_str()) {
            None => column.take(&whole),
            Some(gone) => {
                let mut rows: Vec<Option<IdxSize>> = rows.iter().copied().map(Some).collect();
                gone.iter().for_each(|at| rows[*at] = None);
                column.take(&IdxCa::from_iter_options(name.clone(), rows.into_iter()))
            }
        };
        columns.push(taken.ok()?);
    }
    columns.push(Int32Chunked::from_vec(PlSmallStr::from_static(WORLD), worlds).into_column());
    let stacked = DataFrame::new(rows.len(), columns).ok()?;
    if is_series(table) {
        seen_of(rule, table, &stacked).ok()
    } else {
        Some(stacked)
    }
}

/// The answer by world, without the column that says so.
fn apart(all: &DataFrame, worlds: usize) -> Result<Vec<DataFrame>, PolarsError> {
    let mut rows: Vec<Vec<IdxSize>> = vec![Vec::new(); worlds];
    for (row, world) in all.column(WORLD)?.i32()?.iter().enumerate() {
        let of_world = world.and_then(|world| rows.get_mut(usize::try_from(world).ok()?));
        match (of_world, IdxSize::try_from(row)) {
            (Some(of_world), Ok(row)) => of_world.push(row),
            _ => polars::prelude::polars_bail!(ComputeError: "a row of no world"),
        }
    }
    let answer = all.drop(WORLD)?;
    let name = PlSmallStr::from_static("row");
    rows.into_iter()
        .map(|rows| answer.take(&IdxCa::from_slice(name.clone(), &rows)))
        .collect()
}

/// Whether two answers have the same rows, whatever their order.
fn are_same_rows(left: &DataFrame, right: &DataFrame) -> bool {
    let rows = |frame: &DataFrame| {
        let cells = |row: usize| {
            let cell =
                |column: &Values| column.get(row).map(json_of).unwrap_or_default().to_string();
            let cells: Vec<String> = frame.columns().iter().map(cell).collect();
            cells
        };
        let mut rows: Vec<Vec<String>> = (0..frame.height()).map(cells).collect();
        rows.sort();
        rows
    };
    left.get_column_names() == right.get_column_names() && rows(left) == rows(right)
}
