//! Typed rows as data frames, and back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use polars::prelude::{Column as SeriesColumn, DataFrame, DataType, PolarsError, TimeUnit};

use crate::{BASE_GROUP, Cell, Column, ColumnBuilder, ColumnReader, Table, Type};

/// A frame that does not have the shape its table declares.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// A column cannot be read as the declared type.
    #[error("table {table}, column {column}: {source}")]
    Column {
        /// Table.
        table: &'static str,
        /// Column.
        column: String,
        /// What Polars says.
        source: PolarsError,
    },
    /// A cell that must be known is NULL.
    #[error("table {table}, row {row}: {column} is NULL, but every row needs it")]
    Null {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// Row, counted from 1.
        row: usize,
    },
}

/// Columns that all tables of a kind share.
pub trait Prefix: Sized {
    /// Their declarations.
    const COLUMNS: &'static [Column];
    /// Appends the cells.
    fn push(self, columns: &mut [ColumnBuilder]);
    /// Reads them; the name of the column in the way, when one is NULL that must not be.
    fn read(columns: &[ColumnReader<'_>], row: usize) -> Result<Self, &'static str>;
}

const fn shared(name: &'static str, ty: Type, doc: &'static [&'static str]) -> Column {
    Column { name, ty, doc, group: BASE_GROUP, references: None }
}

/// What identifies a resource; the first columns of every resource table.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The ARN, in the cloud's own form.
    pub resource_id: String,
    /// The bare id (`i-…`, `vol-…`, a bucket's name).
    pub short_id: String,
    /// Account that owns it.
    pub account_id: String,
    /// Region, or `global`.
    pub region: String,
    /// Name for people: the `Name` tag or the resource's own name. `None` when it has none.
    pub name: Option<String>,
    /// True creation. `None` when the cloud does not say.
    pub created_at: Option<Timestamp>,
}

impl Prefix for Key {
    const COLUMNS: &'static [Column] = &[
        shared("resource_id", Type::Text, &["The ARN, in the cloud's own form."]),
        shared("short_id", Type::Text, &["The bare id."]),
        shared("account_id", Type::Text, &["Account that owns it."]),
        shared("region", Type::Text, &["Region, or `global`."]),
        shared("name", Type::Text, &["Name for people; the empty text when it has none."]),
        shared("created_at", Type::Time, &["True creation; NULL when the cloud does not say."]),
        shared("age_days", Type::Real, &["Days from `created_at` to the snapshot, computed when judging."]),
    ];

    fn push(self, columns: &mut [ColumnBuilder]) {
        self.resource_id.push(&mut columns[0]);
        self.short_id.push(&mut columns[1]);
        self.account_id.push(&mut columns[2]);
        self.region.push(&mut columns[3]);
        self.name.unwrap_or_default().push(&mut columns[4]);
        self.created_at.push(&mut columns[5]);
        None::<f64>.push(&mut columns[6]);
    }

    fn read(columns: &[ColumnReader<'_>], row: usize) -> Result<Self, &'static str> {
        let text = |index: usize| String::read(&columns[index], row).ok_or(columns[index].name());
        Ok(Key {
            resource_id: text(0)?,
            short_id: text(1)?,
            account_id: text(2)?,
            region: text(3)?,
            name: String::read(&columns[4], row).filter(|name| !name.is_empty()),
            created_at: Timestamp::read(&columns[5], row),
        })
    }
}

/// Where a link or a lookup belongs; the first columns of every link table.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Account.
    pub account_id: String,
    /// Region, or `global`.
    pub region: String,
}

impl Prefix for Place {
    const COLUMNS: &'static [Column] = &[
        shared("account_id", Type::Text, &["Account."]),
        shared("region", Type::Text, &["Region, or `global`."]),
    ];

    fn push(self, columns: &mut [ColumnBuilder]) {
        self.account_id.push(&mut columns[0]);
        self.region.push(&mut columns[1]);
    }

    fn read(columns: &[ColumnReader<'_>], row: usize) -> Result<Self, &'static str> {
        let text = |index: usize| String::read(&columns[index], row).ok_or(columns[index].name());
        Ok(Place { account_id: text(0)?, region: text(1)? })
    }
}

/// A typed row of a table. Made by [`table!`](crate::table).
pub trait Row: Sized {
    /// The table's declaration.
    const TABLE: &'static Table;
    /// Appends the row's cells, in the order of the table's columns.
    fn push(self, columns: &mut [ColumnBuilder]);
    /// Reads a row; the name of the column in the way, when one is NULL that must not be.
    fn read(columns: &[ColumnReader<'_>], row: usize) -> Result<Self, &'static str>;
}

/// Rows as a frame with the table's columns.
pub fn frame_of<R: Row>(rows: impl IntoIterator<Item = R>) -> DataFrame {
    let mut builders: Vec<ColumnBuilder> = R::TABLE.columns().map(|column| ColumnBuilder::new(column.ty)).collect();
    for row in rows {
        row.push(&mut builders);
    }
    let columns: Vec<SeriesColumn> =
        R::TABLE.columns().zip(builders).map(|(column, builder)| builder.finish(column.name)).collect();
    let height = columns.first().map_or(0, SeriesColumn::len);
    DataFrame::new(height, columns).expect("columns of a table have distinct names and one length")
}

/// A frame's rows, typed. The frame may lack columns (they are unknown) and have others (they are ignored).
pub fn rows_of<R: Row>(frame: &DataFrame) -> Result<Vec<R>, FrameError> {
    let frame = conform(R::TABLE, frame)?;
    let readers: Vec<ColumnReader<'_>> = R::TABLE
        .columns()
        .zip(frame.columns())
        .map(|(declared, column)| ColumnReader::new(column, declared))
        .collect();
    (0..frame.height())
        .map(|row| {
            R::read(&readers, row).map_err(|column| FrameError::Null { table: R::TABLE.name, column, row: row + 1 })
        })
        .collect()
}

/// The Polars type of a column.
fn data_type(ty: Type) -> DataType {
    match ty {
        Type::Text => DataType::String,
        Type::Int => DataType::Int64,
        Type::Real => DataType::Float64,
        Type::Bool => DataType::Boolean,
        Type::Time => DataType::Datetime(TimeUnit::Milliseconds, None),
    }
}

/// The table's columns, without rows.
pub fn empty_frame(table: &'static Table) -> DataFrame {
    let columns =
        table.columns().map(|column| SeriesColumn::new_empty(column.name.into(), &data_type(column.ty))).collect();
    DataFrame::new(0, columns).expect("columns of a table have distinct names")
}

/// The frame with exactly the table's columns and types, in order. A column that is missing becomes NULL (unknown),
/// one that is not declared is dropped. A value that cannot be read as the declared type is an error, never NULL.
pub fn conform(table: &'static Table, frame: &DataFrame) -> Result<DataFrame, FrameError> {
    let mut columns = Vec::new();
    for declared in table.columns() {
        let wanted = data_type(declared.ty);
        let column = match frame.column(declared.name) {
            Ok(column) if *column.dtype() == wanted => column.clone(),
            Ok(column) => column.strict_cast(&wanted).map_err(|source| FrameError::Column {
                table: table.name,
                column: declared.name.to_owned(),
                source,
            })?,
            Err(_) => SeriesColumn::full_null(declared.name.into(), frame.height(), &wanted),
        };
        columns.push(column);
    }
    DataFrame::new(frame.height(), columns).map_err(|source| FrameError::Column {
        table: table.name,
        column: "*".to_owned(),
        source,
    })
}

/// The frame with one cell made unknown.
pub fn without_cell(frame: &DataFrame, column: &str, row: usize) -> DataFrame {
    let mut changed = frame.clone();
    if let Ok(cells) = frame.column(column) {
        let unknown = SeriesColumn::full_null(cells.name().clone(), 1, cells.dtype());
        let mut parts = cells.slice(0, row);
        let rest = cells.slice(row as i64 + 1, cells.len());
        parts.append(&unknown).and_then(|parts| parts.append(&rest)).expect("columns of one type");
        changed.with_column(parts).expect("a column of the same length");
    }
    changed
}

/// Tables by name, each with its declared columns.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    frames: BTreeMap<String, DataFrame>,
}

impl Tables {
    /// Puts a frame in, in place of what was there.
    pub fn insert(&mut self, table: &str, frame: DataFrame) {
        self.frames.insert(table.to_owned(), frame);
    }

    /// The frame of that name; `None` when it was not collected.
    pub fn get(&self, table: &str) -> Option<&DataFrame> {
        self.frames.get(table)
    }

    /// The typed rows of a table; none when it was not collected.
    pub fn rows<R: Row>(&self) -> Result<Vec<R>, FrameError> {
        self.get(R::TABLE.name).map_or(Ok(Vec::new()), rows_of)
    }

    /// All frames, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &DataFrame)> {
        self.frames.iter().map(|(name, frame)| (name.as_str(), frame))
    }
}

