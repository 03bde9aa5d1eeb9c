//! Tables as lines of JSON, for snapshots that people write.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use billhook_catalog::{Cell, Column as Declared, ColumnBuilder, Table, Type};
use jiff::Timestamp;
use polars::prelude::{Column, DataFrame};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::Value;

/// Reads a table, and the names of columns that it does not declare. The error has the line, counted from 1.
pub(super) fn read(
    table: &'static Table,
    text: &str,
) -> Result<(DataFrame, BTreeSet<String>), (u64, String)> {
    let declared: Vec<&Declared> = table.columns().collect();
    let mut builders: Vec<ColumnBuilder> = declared
        .iter()
        .map(|column| ColumnBuilder::new(column.ty))
        .collect();
    let mut unknown = BTreeSet::new();
    let mut height = 0;
    let mut cells: Vec<Scalar> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let number = index as u64 + 1;
        cells.clear();
        cells.resize_with(declared.len(), || Scalar::Null);
        let row = Row {
            declared: &declared,
            cells: &mut cells,
            unknown: &mut unknown,
        };
        let mut parser = serde_json::Deserializer::from_str(line);
        row.deserialize(&mut parser)
            .and_then(|()| parser.end())
            .map_err(|fault| (number, format!("is no JSON object: {fault}")))?;
        for ((column, builder), cell) in declared.iter().zip(&mut builders).zip(&cells) {
            push(builder, column.ty, cell)
                .map_err(|wanted| (number, format!("{}: {cell} is not {wanted}", column.name)))?;
        }
        height += 1;
    }
    let columns: Vec<Column> = declared
        .iter()
        .zip(builders)
        .map(|(column, builder)| builder.finish(column.name))
        .collect();
    let frame = DataFrame::new(height, columns).map_err(|fault| (0, fault.to_string()))?;
    Ok((frame, unknown))
}

/// A cell as it stands in a line; text is only copied where it has escapes.
#[derive(Debug)]
enum Scalar<'t> {
    Null,
    Text(Cow<'t, str>),
    /// A number, true or false, or what no cell is.
    Other(Value),
}

impl fmt::Display for Scalar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Null => f.write_str("null"),
            Scalar::Text(text) => write!(f, "{}", Value::from(text.as_ref())),
            Scalar::Other(value) => write!(f, "{value}"),
        }
    }
}

/// Reads a line into cells, in the order of the table's columns; of a name that is given twice the last one counts.
struct Row<'r, 't> {
    declared: &'r [&'static Declared],
    cells: &'r mut [Scalar<'t>],
    unknown: &'r mut BTreeSet<String>,
}

impl<'t> DeserializeSeed<'t> for Row<'_, 't> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'t> Visitor<'t> for Row<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        // Lines are mostly written in the order of the columns.
        let mut next = 0;
        while let Some(Name(name)) = map.next_key()? {
            let count = self.declared.len();
            let found = (next..count)
                .chain(0..next)
                .find(|index| self.declared[*index].name == name);
            let cell = map.next_value()?;
            match found {
                Some(index) => {
                    self.cells[index] = cell;
                    next = index + 1;
                }
                None => {
                    self.unknown.insert(name.into_owned());
                }
            }
        }
        Ok(())
    }
}

/// The name of a column.
struct Name<'t>(Cow<'t, str>);

impl<'t> Deserialize<'t> for Name<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        match Scalar::deserialize(deserializer)? {
            Scalar::Text(text) => Ok(Name(text)),
            other => Err(de::Error::custom(format!("{other} is no name"))),
        }
    }
}

impl<'t> Deserialize<'t> for Scalar<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfCell)
    }
}

struct OfCell;

impl<'t> Visitor<'t> for OfCell {
    type Value = Scalar<'t>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cell")
    }

    fn visit_unit<E>(self) -> Result<Scalar<'t>, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Scalar<'t>, E> {
        Ok(Scalar::Other(flag.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar<'t>, E> {
        Ok(Scalar::Other(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar<'t>, E> {
        Ok(Scalar::Other(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar<'t>, E> {
        Ok(Scalar::Other(number.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar<'t>, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_borrowed_str<E>(self, text: &'t str) -> Result<Scalar<'t>, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_seq<A: SeqAccess<'t>>(self, seq: A) -> Result<Scalar<'t>, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(seq)).map(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'t>>(self, map: A) -> Result<Scalar<'t>, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(map)).map(Scalar::Other)
    }
}

fn push(builder: &mut ColumnBuilder, ty: Type, cell: &Scalar) -> Result<(), &'static str> {
    let known = !matches!(cell, Scalar::Null);
    let text = match cell {
        Scalar::Text(text) => Some(text.as_ref()),
        _ => None,
    };
    let value = match cell {
        Scalar::Other(value) => Some(value),
        _ => None,
    };
    match ty {
        Type::Text => checked(text.map(str::to_owned), known, "text")?.push(builder),
        Type::Int => checked(value.and_then(Value::as_i64), known, "a whole number")?.push(builder),
        Type::Real => checked(value.and_then(Value::as_f64), known, "a number")?.push(builder),
        Type::Bool => {
            checked(value.and_then(Value::as_bool), known, "true or false")?.push(builder)
        }
        Type::Time => {
            let instant = text.and_then(|text| text.parse::<Timestamp>().ok());
            checked(instant, known, "an instant such as 2026-06-15T12:00:00Z")?.push(builder);
        }
    }
    Ok(())
}

/// A cell that is there must be of the type; one that is not there is unknown.
fn checked<T>(
    value: Option<T>,
    known: bool,
    wanted: &'static str,
) -> Result<Option<T>, &'static str> {
    if known && value.is_none() {
        Err(wanted)
    } else {
        Ok(value)
    }
}
