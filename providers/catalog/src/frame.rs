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
    Column {
        name,
        ty,
        required: false,
        doc,
        group: BASE_GROUP,
        references: None,
    }
}

/// A shared column that every row has.
const fn required(name: &'static str, ty: Type, doc: &'static [&'static str]) -> Column {
    Column {
        required: true,
        ..shared(name, ty, doc)
    }
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
        required(
            "resource_id",
            Type::Text,
            &["The ARN, in the cloud's own form."],
        ),
        required("short_id", Type::Text, &["The bare id."]),
        required("account_id", Type::Text, &["Account that owns it."]),
        required("region", Type::Text, &["Region, or `global`."]),
        shared(
            "name",
            Type::Text,
            &["Name for people; the empty text when it has none."],
        ),
        shared(
            "created_at",
            Type::Time,
            &["True creation; NULL when the cloud does not say."],
        ),
        shared(
            "age_days",
            Type::Real,
            &["Days from `created_at` to the snapshot, computed when judging."],
        ),
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
        required("account_id", Type::Text, &["Account."]),
        required("region", Type::Text, &["Region, or `global`."]),
    ];

    fn push(self, columns: &mut [ColumnBuilder]) {
        self.account_id.push(&mut columns[0]);
        self.region.push(&mut columns[1]);
    }

    fn read(columns: &[ColumnReader<'_>], row: usize) -> Result<Self, &'static str> {
        let text = |index: usize| String::read(&columns[index], row).ok_or(columns[index].name());
        Ok(Place {
            account_id: text(0)?,
            region: text(1)?,
        })
    }
}

/// A typed row of a table. Made by [`table!`](crate::table).
pub trait Row: Sized {
    /// The table's declaration.
    const TABLE: &'static Table;
    /// The columns that every table of its kind has.
    type Id: Prefix;
    /// What the row is about.
    fn id(&self) -> &Self::Id;
    /// Appends the row's cells, in the order of the table's columns.
    fn push(self, columns: &mut [ColumnBuilder]);
    /// Reads a row; the name of the column in the way, when one is NULL that must not be.
    fn read(columns: &[ColumnReader<'_>], row: usize) -> Result<Self, &'static str>;
}

/// Rows as a frame with the table's columns.
pub fn frame_of<R: Row>(rows: impl IntoIterator<Item = R>) -> DataFrame {
    let mut builders: Vec<ColumnBuilder> = R::TABLE
        .columns()
        .map(|column| ColumnBuilder::new(column.ty))
        .collect();
    for row in rows {
        row.push(&mut builders);
    }
    let columns: Vec<SeriesColumn> = R::TABLE
        .columns()
        .zip(builders)
        .map(|(column, builder)| builder.finish(column.name))
        .collect();
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
            R::read(&readers, row).map_err(|column| FrameError::Null {
                table: R::TABLE.name,
                column,
                row: row + 1,
            })
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
    let columns = table
        .columns()
        .map(|column| SeriesColumn::new_empty(column.name.into(), &data_type(column.ty)))
        .collect();
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
            Ok(column) => column
                .strict_cast(&wanted)
                .map_err(|source| FrameError::Column {
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
        parts
            .append(&unknown)
            .and_then(|parts| parts.append(&rest))
            .expect("columns of one type");
        changed
            .with_column(parts)
            .expect("a column of the same length");
    }
    changed
}

/// The frame with one row less.
pub fn without_row(frame: &DataFrame, row: usize) -> DataFrame {
    frame
        .slice(0, row)
        .vstack(&frame.slice(row as i64 + 1, frame.height()))
        .expect("columns of one type")
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
        self.frames
            .iter()
            .map(|(name, frame)| (name.as_str(), frame))
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::{Column as Values, DataFrame};

    use super::*;

    crate::table! {
        /// Things, one row a thing.
        struct Thing: resource "Test::Thing" in "test_thing" reads ["test:ListThings"] {
            /// Size, GiB.
            size_gib: Option<i64>,
            /// Load, percent.
            load_percent: Option<f64>,
            /// Whether it is on.
            on: Option<bool>,
            /// Thing that it belongs to.
            parent_resource_id: Option<String> => "test_thing",
        }
        group "clock" reads ["test:GetThingClock"] {
            /// When it was last used.
            used_at: Option<Timestamp>,
        }
    }

    fn thing() -> Thing {
        Thing {
            id: Key {
                resource_id: "arn:1".to_owned(),
                short_id: "1".to_owned(),
                account_id: "111122223333".to_owned(),
                region: "eu-west-1".to_owned(),
                name: Some("one".to_owned()),
                created_at: Timestamp::from_second(1_700_000_000).ok(),
            },
            size_gib: Some(8),
            load_percent: Some(12.5),
            on: Some(false),
            parent_resource_id: Some(String::new()),
            used_at: Timestamp::from_millisecond(1_700_000_000_123).ok(),
        }
    }

    #[test]
    fn a_table_of_one_row_keeps_its_instants() {
        let frame = frame_of([thing()]);
        assert_eq!(rows_of::<Thing>(&frame).unwrap(), [thing()]);
        let declared = Thing::TABLE.column("created_at").unwrap();
        let column = frame.column("created_at").unwrap();
        let read = Timestamp::read(&ColumnReader::new(column, declared), 0);
        assert_eq!(read, thing().id.created_at);
    }

    #[test]
    fn the_declaration_is_all_that_there_is_to_say() {
        let table = Thing::TABLE;
        assert_eq!(
            (table.name, table.resource_type, table.doc),
            (
                "test_thing",
                "Test::Thing",
                [" Things, one row a thing."].as_slice()
            )
        );
        let groups: Vec<_> = table
            .groups
            .iter()
            .map(|group| (group.name, group.reads))
            .collect();
        assert_eq!(
            groups,
            [
                ("base", ["test:ListThings"].as_slice()),
                ("clock", ["test:GetThingClock"].as_slice())
            ]
        );
        assert_eq!(
            table
                .column("used_at")
                .map(|column| (column.ty, column.group)),
            Some((Type::Time, "clock"))
        );
        assert_eq!(
            table
                .column("parent_resource_id")
                .and_then(|column| column.references),
            Some("test_thing")
        );
        assert_eq!(
            table.column("age_days").map(|column| column.ty),
            Some(Type::Real),
            "shared by all resources"
        );
    }

    #[test]
    fn rows_come_back_as_they_went() {
        let unknown = Thing {
            id: Key {
                name: None,
                created_at: None,
                ..thing().id
            },
            ..Thing::default()
        };
        let frame = frame_of([thing(), unknown.clone()]);
        assert_eq!(frame.height(), 2);
        assert_eq!(
            rows_of::<Thing>(&frame).expect("typed rows"),
            [thing(), unknown]
        );
        assert_eq!(
            frame_of::<Thing>([]).schema(),
            empty_frame(Thing::TABLE).schema()
        );
    }

    #[test]
    fn a_missing_column_is_unknown_and_an_unknown_one_is_dropped() {
        let mut frame = frame_of([thing()]).drop("size_gib").expect("a column");
        frame
            .with_column(Values::new("colour".into(), ["red"]))
            .expect("a column");
        let conformed = conform(Thing::TABLE, &frame).expect("the table's columns");
        assert_eq!(conformed.schema(), empty_frame(Thing::TABLE).schema());
        assert_eq!(
            rows_of::<Thing>(&frame).expect("typed rows")[0].size_gib,
            None
        );
    }

    #[test]
    fn a_value_of_another_type_is_an_error_and_never_null() {
        let mut frame = frame_of([thing()]);
        frame
            .with_column(Values::new("size_gib".into(), ["large"]))
            .expect("a column");
        let fault = conform(Thing::TABLE, &frame)
            .expect_err("text is no number")
            .to_string();
        assert!(
            fault.starts_with("table test_thing, column size_gib: "),
            "{fault}"
        );
    }

    #[test]
    fn a_row_without_a_key_is_an_error() {
        let frame = without_cell(&frame_of([thing(), thing()]), "resource_id", 1);
        let fault = rows_of::<Thing>(&frame).expect_err("no key").to_string();
        assert_eq!(
            fault,
            "table test_thing, row 2: resource_id is NULL, but every row needs it"
        );
    }

    #[test]
    fn one_cell_can_be_made_unknown() {
        let frame: DataFrame = without_cell(&frame_of([thing(), thing(), thing()]), "on", 1);
        let flags: Vec<_> = rows_of::<Thing>(&frame)
            .expect("typed rows")
            .into_iter()
            .map(|thing| thing.on)
            .collect();
        assert_eq!(flags, [Some(false), None, Some(false)]);
    }
}
