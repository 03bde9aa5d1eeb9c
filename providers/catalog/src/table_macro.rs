//! The `table!` macro: one declaration gives the row type, the schema, the documentation and the API calls.

/// Declares a table and its row type.
///
/// ```
/// use billhook_catalog::{Row, table};
///
/// table! {
///     /// EBS volumes, one row a volume.
///     pub struct Volume: resource "AWS::EC2::Volume" in "example_volume" reads ["ec2:DescribeVolumes"] {
///         /// Provisioned size, GiB.
///         size_gib: Option<i64>,
///         /// Snapshot that it was made from.
///         snapshot_resource_id: Option<String> => "example_snapshot",
///     }
/// }
/// assert_eq!(Volume::TABLE.column("size_gib").unwrap().doc, [" Provisioned size, GiB."]);
/// ```
///
/// After `struct Name:` stands `resource "Type"` (the row type gets a field `id: Key`) or `link` (`id: Place`).
/// Further column groups follow as `group "name" reads [...] { ... }`, then, each optional and in this order,
/// `metrics EXPR;`, `derived from [...];` (tables, or `"table.group"` for columns of another group than the first), `absence is evidence;` and `opt_in "name";`. Every field's type is a
/// [`Cell`](crate::Cell); fields that can be unknown are `Option`s.
#[macro_export]
macro_rules! table {
    (
        $(#[doc = $doc:literal])*
        $vis:vis struct $name:ident : $kind:ident $($resource_type:literal)? in $table:literal
        reads [$($operation:literal),* $(,)?]
        { $( $(#[doc = $fdoc:literal])* $field:ident : $ty:ty $(=> $target:literal)? ),* $(,)? }
        $( group $group:literal reads [$($goperation:literal),* $(,)?]
        { $( $(#[doc = $gdoc:literal])* $gfield:ident : $gty:ty $(=> $gtarget:literal)? ),* $(,)? } )*
        $( metrics $metrics:expr; )?
        $( derived from [$($source:literal),* $(,)?]; )?
        $( absence is $evidence:ident; )?
        $( opt_in $opt_in:literal; )?
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        $vis struct $name {
            /// The columns that every table of this kind has.
            pub id: $crate::__prefix!($kind),
            $( $(#[doc = $fdoc])* pub $field: $ty, )*
            $( $( $(#[doc = $gdoc])* pub $gfield: $gty, )* )*
        }

        impl $crate::Row for $name {
            const TABLE: &'static $crate::Table = &$crate::Table {
                name: $table,
                doc: &[$($doc),*],
                kind: $crate::__kind!($kind),
                resource_type: concat!($($resource_type)?),
                prefix: <$crate::__prefix!($kind) as $crate::Prefix>::COLUMNS,
                own: &[
                    $( $crate::Column {
                        name: stringify!($field),
                        ty: <$ty as $crate::Cell>::TYPE,
                        required: <$ty as $crate::Cell>::REQUIRED,
                        doc: &[$($fdoc),*],
                        group: $crate::BASE_GROUP,
                        references: $crate::__optional!($($target)?),
                    }, )*
                    $( $( $crate::Column {
                        name: stringify!($gfield),
                        ty: <$gty as $crate::Cell>::TYPE,
                        required: <$gty as $crate::Cell>::REQUIRED,
                        doc: &[$($gdoc),*],
                        group: $group,
                        references: $crate::__optional!($($gtarget)?),
                    }, )* )*
                ],
                groups: &[
                    $crate::Group { name: $crate::BASE_GROUP, reads: &[$($operation),*] },
                    $( $crate::Group { name: $group, reads: &[$($goperation),*] }, )*
                ],
                metrics: $crate::__or_empty!($($metrics)?),
                derived_from: &[$($($source),*)?],
                absence_is_evidence: $crate::__flag!($($evidence)?),
                opt_in: $crate::__optional!($($opt_in)?),
            };

            type Id = $crate::__prefix!($kind);

            fn id(&self) -> &Self::Id {
                &self.id
            }

            fn push(self, columns: &mut [$crate::ColumnBuilder]) {
                let shared = <$crate::__prefix!($kind) as $crate::Prefix>::COLUMNS.len();
                $crate::Prefix::push(self.id, &mut columns[..shared]);
                #[allow(unused_mut, unused_variables)]
                let mut own = columns[shared..].iter_mut();
                $( $crate::Cell::push(self.$field, own.next().expect("a builder for every column")); )*
                $( $( $crate::Cell::push(self.$gfield, own.next().expect("a builder for every column")); )* )*
            }

            fn read(columns: &[$crate::ColumnReader<'_>], row: usize) -> Result<Self, &'static str> {
                let shared = <$crate::__prefix!($kind) as $crate::Prefix>::COLUMNS.len();
                let id = $crate::Prefix::read(&columns[..shared], row)?;
                #[allow(unused_mut, unused_variables)]
                let mut own = columns[shared..].iter();
                Ok($name {
                    id,
                    $( $field: {
                        let column = own.next().expect("a reader for every column");
                        $crate::Cell::read(column, row).ok_or(column.name())?
                    }, )*
                    $( $( $gfield: {
                        let column = own.next().expect("a reader for every column");
                        $crate::Cell::read(column, row).ok_or(column.name())?
                    }, )* )*
                })
            }
        }
    };
}

/// The shared columns of a kind of table.
#[doc(hidden)]
#[macro_export]
macro_rules! __prefix {
    (resource) => {
        $crate::Key
    };
    (link) => {
        $crate::Place
    };
}

/// The kind that a word stands for.
#[doc(hidden)]
#[macro_export]
macro_rules! __kind {
    (resource) => {
        $crate::Kind::Resource
    };
    (link) => {
        $crate::Kind::Link
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __optional {
    () => {
        None
    };
    ($value:literal) => {
        Some($value)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __or_empty {
    () => {
        &[]
    };
    ($value:expr) => {
        $value
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __flag {
    () => {
        false
    };
    (evidence) => {
        true
    };
}
