//! Rust values as cells of a column.

use jiff::Timestamp;
use polars::prelude::*;

use crate::{Column as Declared, Type};

/// Collects the cells of one column.
#[derive(Clone, Debug)]
pub enum ColumnBuilder {
    /// Text cells.
    Text(Vec<Option<String>>),
    /// Integer cells.
    Int(Vec<Option<i64>>),
    /// Real cells.
    Real(Vec<Option<f64>>),
    /// Boolean cells.
    Bool(Vec<Option<bool>>),
    /// Instants, in milliseconds since the epoch.
    Time(Vec<Option<i64>>),
}

impl ColumnBuilder {
    /// An empty column of a type.
    pub fn new(ty: Type) -> Self {
        match ty {
            Type::Text => ColumnBuilder::Text(Vec::new()),
            Type::Int => ColumnBuilder::Int(Vec::new()),
            Type::Real => ColumnBuilder::Real(Vec::new()),
            Type::Bool => ColumnBuilder::Bool(Vec::new()),
            Type::Time => ColumnBuilder::Time(Vec::new()),
        }
    }

    /// Appends so many cells of a column of the same type. One of another type is all unknown.
    pub fn extend(&mut self, column: &ColumnReader<'_>, rows: usize) {
        for row in 0..rows {
            match self {
                ColumnBuilder::Text(cells) => cells.push(Cell::read(column, row)),
                ColumnBuilder::Int(cells) => cells.push(Cell::read(column, row)),
                ColumnBuilder::Real(cells) => cells.push(Cell::read(column, row)),
                ColumnBuilder::Bool(cells) => cells.push(Cell::read(column, row)),
                ColumnBuilder::Time(_) => {
                    Cell::read(column, row)
                        .unwrap_or(None::<Timestamp>)
                        .push(self);
                }
            }
        }
    }

    /// The finished column.
    pub fn finish(self, name: &str) -> Column {
        let name: PlSmallStr = name.into();
        match self {
            ColumnBuilder::Text(cells) => Column::new(name, cells),
            ColumnBuilder::Int(cells) => Column::new(name, cells),
            ColumnBuilder::Real(cells) => Column::new(name, cells),
            ColumnBuilder::Bool(cells) => Column::new(name, cells),
            ColumnBuilder::Time(cells) => Int64Chunked::from_iter_options(name, cells.into_iter())
                .into_datetime(TimeUnit::Milliseconds, None)
                .into_column(),
        }
    }
}

/// Reads the cells of one column.
#[derive(Debug)]
pub struct ColumnReader<'a> {
    column: &'a Column,
    name: &'static str,
}

impl<'a> ColumnReader<'a> {
    /// Over a column that has the declared type already.
    pub fn new(column: &'a Column, declared: &'static Declared) -> Self {
        ColumnReader {
            column,
            name: declared.name,
        }
    }

    /// Name of the column.
    pub fn name(&self) -> &'static str {
        self.name
    }

    fn value(&self, row: usize) -> AnyValue<'_> {
        self.column.get(row).unwrap_or(AnyValue::Null)
    }
}

/// A Rust type that can be a cell. `Option<T>` is a cell that may be unknown.
pub trait Cell: Sized {
    /// Type of its column.
    const TYPE: Type;
    /// Whether it must be known.
    const REQUIRED: bool;
    /// Appends it to a column.
    fn push(self, column: &mut ColumnBuilder);
    /// Reads it back; `None` when the cell is NULL and the type does not allow that.
    fn read(column: &ColumnReader<'_>, row: usize) -> Option<Self>;
}

macro_rules! cell {
    ($rust:ty, $variant:ident, $into:expr, $from:expr) => {
        impl Cell for $rust {
            const TYPE: Type = Type::$variant;
            const REQUIRED: bool = true;
            fn push(self, column: &mut ColumnBuilder) {
                Some(self).push(column);
            }
            fn read(column: &ColumnReader<'_>, row: usize) -> Option<Self> {
                Option::<$rust>::read(column, row).flatten()
            }
        }
        impl Cell for Option<$rust> {
            const TYPE: Type = Type::$variant;
            const REQUIRED: bool = false;
            fn push(self, column: &mut ColumnBuilder) {
                match column {
                    ColumnBuilder::$variant(cells) => cells.push(self.map($into)),
                    other => unreachable!("a {} cell in {other:?}", Type::$variant),
                }
            }
            fn read(column: &ColumnReader<'_>, row: usize) -> Option<Self> {
                Some($from(column.value(row)))
            }
        }
    };
}

cell!(String, Text, |text| text, |value: AnyValue<'_>| value
    .get_str()
    .map(str::to_owned));
cell!(i64, Int, |number| number, |value: AnyValue<'_>| value
    .extract::<i64>());
cell!(f64, Real, |number| number, |value: AnyValue<'_>| value
    .extract::<f64>());
cell!(bool, Bool, |flag| flag, |value: AnyValue<'_>| match value {
    AnyValue::Boolean(flag) => Some(flag),
    _ => None,
});
cell!(
    Timestamp,
    Time,
    |time: Timestamp| time.as_millisecond(),
    |value: AnyValue<'_>| match value {
        // Polars keeps a column of one row as a scalar, which owns what it points to.
        AnyValue::Datetime(millis, TimeUnit::Milliseconds, _)
        | AnyValue::DatetimeOwned(millis, TimeUnit::Milliseconds, _) =>
            Timestamp::from_millisecond(millis).ok(),
        _ => None,
    }
);
