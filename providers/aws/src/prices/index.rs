//! The sections of the book: the names of one kind of prices each, and where their rows are.

use std::sync::OnceLock;

use super::book::PriceBook;
use super::bytes::Bytes;
use super::row::{Decoded, Row, RowHead};

/// How many rows may stand behind a row at most.
const MAX_REFERENCE_DEPTH: usize = 8;

/// One kind of prices, such as `ec2`; its index is read on first use.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) name: &'static str,
    body: &'static [u8],
    index: OnceLock<Option<SectionIndex>>,
}

impl Section {
    pub(super) fn read(bytes: &mut Bytes) -> Option<Self> {
        let name = bytes.text()?;
        let length = bytes.index()?;
        Some(Self {
            name,
            body: bytes.take(length)?,
            index: OnceLock::new(),
        })
    }

    /// The names and rows; None when the section is damaged.
    pub(super) fn index(&self, book: &PriceBook) -> Option<&SectionIndex> {
        self.index
            .get_or_init(|| SectionIndex::read(Bytes::new(self.body), &book.units))
            .as_ref()
    }
}

/// The names of a section and its rows, a row for each name and variant.
#[derive(Debug)]
pub(super) struct SectionIndex {
    /// (variant, unit).
    variants: Vec<(&'static str, &'static str)>,
    /// Sorted by text.
    names: Vec<Name>,
    rows: Vec<Row>,
}

/// A name and its variants, whose rows stand one after the other.
#[derive(Debug)]
struct Name {
    text: Box<str>,
    first_row: usize,
    variants: Box<[usize]>,
}

/// A row and what it is the price of.
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    pub(super) variant: &'a str,
    pub(super) unit: &'a str,
    pub(super) row: usize,
}

impl SectionIndex {
    fn read(mut bytes: Bytes, units: &[&'static str]) -> Option<Self> {
        let mut variants = Vec::new();
        for _ in 0..bytes.count()? {
            variants.push((bytes.text()?, *units.get(bytes.index()?)?));
        }
        let mut names: Vec<Name> = Vec::new();
        let mut row_count = 0;
        for _ in 0..bytes.count()? {
            let shared = bytes.index()?;
            let previous = names.last().map_or("", |name| &name.text).get(..shared)?;
            let text = [previous, bytes.text()?].concat().into_boxed_str();
            let mut own = Vec::new();
            for _ in 0..bytes.count()? {
                own.push(bytes.index().filter(|number| *number < variants.len())?);
            }
            names.push(Name {
                text,
                first_row: row_count,
                variants: own.into_boxed_slice(),
            });
            row_count += names.last()?.variants.len();
        }
        let lengths = (0..row_count)
            .map(|_| bytes.index())
            .collect::<Option<Vec<_>>>()?;
        let rows = lengths
            .into_iter()
            .map(|length| Some(Row::new(bytes.take(length)?)));
        let rows = rows.collect::<Option<Vec<_>>>()?;
        bytes.is_empty().then_some(Self {
            variants,
            names,
            rows,
        })
    }

    /// The row of a name and variant.
    pub(super) fn find<'a>(&'a self, name: &str, variant: &str) -> Option<Entry<'a>> {
        let found = self
            .names
            .binary_search_by(|candidate| (*candidate.text).cmp(name))
            .ok()?;
        self.entries_of(&self.names[found])
            .find(|entry| entry.variant == variant)
    }

    /// All rows, ordered by name and variant.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.names.iter().flat_map(|name| self.entries_of(name))
    }

    fn entries_of<'a>(&'a self, name: &'a Name) -> impl Iterator<Item = Entry<'a>> {
        name.variants.iter().enumerate().map(|(offset, number)| {
            let (variant, unit) = self.variants[*number];
            Entry {
                name: &name.text,
                variant,
                unit,
                row: name.first_row + offset,
            }
        })
    }

    /// The prices of a row, decoded once; None when they are damaged.
    pub(super) fn decoded(&self, book: &PriceBook, row: usize) -> Option<&Decoded> {
        self.decoded_within(book, row, MAX_REFERENCE_DEPTH)
    }

    fn decoded_within(&self, book: &PriceBook, row: usize, depth: usize) -> Option<&Decoded> {
        let row = self.rows.get(row)?;
        // Not `get_or_init`: a damaged book in which a row leans on itself would wait for itself there.
        if let Some(decoded) = row.decoded() {
            return Some(decoded);
        }
        let head = RowHead::read(row.bytes(), book)?;
        let reference = match head.reference {
            None => None,
            Some((row, ratio)) => Some((
                self.decoded_within(book, row, depth.checked_sub(1)?)?,
                ratio,
            )),
        };
        row.keep(head.decode(reference)?)
    }
}
