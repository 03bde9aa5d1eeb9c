//! What a table is: a documented declaration, known at compile time.

use std::fmt;

use crate::Metric;

/// The scalar types that a column may have. There are no lists and no nested values: one-to-many is a second table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// UTF-8 text.
    Text,
    /// A signed 64-bit integer.
    Int,
    /// A 64-bit floating-point number.
    Real,
    /// True or false.
    Bool,
    /// An instant in UTC, in whole milliseconds.
    Time,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Text => "text",
            Type::Int => "int",
            Type::Real => "real",
            Type::Bool => "bool",
            Type::Time => "time",
        })
    }
}

/// The group of the columns that are filled by the call which lists the resources.
pub const BASE_GROUP: &str = "base";

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Name in snake_case, with its unit (`size_gib`).
    pub name: &'static str,
    /// Scalar type.
    pub ty: Type,
    /// Whether a row without it is no row: it is never NULL.
    pub required: bool,
    /// What it holds, and what NULL means where that is more than "unknown".
    pub doc: &'static [&'static str],
    /// Name of the [`Group`] whose calls fill it.
    pub group: &'static str,
    /// For a reference column (`…_resource_id`): the table whose `resource_id` it holds.
    pub references: Option<&'static str>,
}

/// Columns that are filled by the same API calls, and so are known or unknown together.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// Name, [`BASE_GROUP`] for the columns of the listing call.
    pub name: &'static str,
    /// API operations that fill it, as `service:Operation`.
    pub reads: &'static [&'static str],
}

/// What one row of a table stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A resource of the account; rules may judge it.
    Resource,
    /// A link between resources, a lookup, or a fact about a resource.
    Link,
}

/// One table: its name, documentation, columns and the API calls that fill it.
#[derive(Debug)]
pub struct Table {
    /// `aws_<service>_<thing>`, singular.
    pub name: &'static str,
    /// Documentation, a line each.
    pub doc: &'static [&'static str],
    /// What a row stands for.
    pub kind: Kind,
    /// For a resource: its type in the cloud's own words (`AWS::EC2::Volume`). Empty for links.
    pub resource_type: &'static str,
    /// Columns that every table of its kind has.
    pub prefix: &'static [Column],
    /// Columns of its own.
    pub own: &'static [Column],
    /// Column groups; the first is [`BASE_GROUP`].
    pub groups: &'static [Group],
    /// Metrics that the cloud publishes for its resources.
    pub metrics: &'static [Metric],
    /// For a derived table: what it is computed from, a table each (`aws_ebs_volume`) or one of its column groups
    /// (`aws_sqs_queue.attributes`). It inherits their gaps. Empty when collected.
    pub derived_from: &'static [&'static str],
    /// Whether a missing row is itself evidence (a route table without a route), so that taking rows away may flag.
    pub absence_is_evidence: bool,
    /// What a user has to ask for before the table is read, since every request for it is charged. `None`: nothing.
    pub opt_in: Option<&'static str>,
}

impl Table {
    /// All columns, the shared ones first.
    pub fn columns(&self) -> impl Iterator<Item = &'static Column> {
        self.prefix.iter().chain(self.own.iter())
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns().find(|column| column.name == name)
    }

    /// The group of that name.
    pub fn group(&self, name: &str) -> Option<&'static Group> {
        self.groups.iter().find(|group| group.name == name)
    }

    /// The metric of that name.
    pub fn metric(&self, name: &str) -> Option<&'static Metric> {
        self.metrics.iter().find(|metric| metric.name == name)
    }

    /// The tables that a derived table is computed from, each with the column group.
    pub fn sources(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.derived_from
            .iter()
            .map(|source| source.split_once('.').unwrap_or((source, BASE_GROUP)))
    }

    /// Whether the table is computed from others instead of being collected.
    pub fn is_derived(&self) -> bool {
        !self.derived_from.is_empty()
    }
}
