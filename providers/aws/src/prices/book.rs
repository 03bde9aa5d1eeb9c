//! Decoding of the price book. `prices/README.md` in this crate describes the format.
//!
//! Opening the book reads its dictionaries only. The names of a section are read when the first price of the section is
//! asked for, and the prices of a row (one thing in all regions) when that row is asked for; both are then kept.

use std::fmt;
use std::sync::OnceLock;

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::bytes::Bytes;
use super::index::{Section, SectionIndex};
use super::{Basis, Price, PriceLookup, Sku};

const MAGIC: &[u8; 8] = b"BHPRICES";
/// The version of the format that this reader knows.
const VERSION: u64 = 1;
/// The book that is compiled in; made by `prices/generate.py`.
static EMBEDDED: &[u8] = include_bytes!("../../prices/book.bin");

/// Dated list prices of AWS, in US dollars, without tax, discount or free tier.
#[derive(Debug)]
pub struct PriceBook {
    facts_digest: [u8; 32],
    content_hash: u64,
    regions: Vec<&'static str>,
    pub(super) units: Vec<&'static str>,
    provenances: Vec<Provenance>,
    pub(super) coverages: Vec<Coverage>,
    pub(super) ratios: Vec<(u64, u64)>,
    sections: Vec<Section>,
}

/// Where prices come from and what they are worth.
#[derive(Debug)]
struct Provenance {
    basis: Basis,
    as_of: Option<Date>,
    source: &'static str,
}

/// In which regions (bits) a row has a price, and from which provenance.
#[derive(Debug)]
pub(super) struct Coverage {
    pub(super) regions: u64,
    parts: Vec<(usize, u64)>,
}

/// One price of the book with what it is the price of.
#[derive(Clone, Debug, PartialEq)]
pub struct BookRow<'a> {
    /// What is priced.
    pub sku: Sku<'a>,
    /// The region, or [`super::GLOBAL`]. For transfer between regions it is the region that sends.
    pub region: &'a str,
    /// The price.
    pub price: Price<'a>,
}

/// The bytes are not a price book that this version can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookError {
    /// The first bytes are not those of a price book.
    NotABook,
    /// A price book of another version of the format.
    Version(u64),
    /// The data ends early or contradicts itself.
    Damaged,
}

impl fmt::Display for BookError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotABook => write!(out, "not a price book"),
            Self::Version(found) => {
                write!(
                    out,
                    "price book of version {found}, this program reads version {VERSION}"
                )
            }
            Self::Damaged => write!(
                out,
                "the price book is damaged; make it again with prices/generate.py"
            ),
        }
    }
}

impl std::error::Error for BookError {}

impl PriceBook {
    /// The book that is compiled into the program.
    pub fn embedded() -> &'static Self {
        static BOOK: OnceLock<PriceBook> = OnceLock::new();
        // A test decodes every price of the very bytes that are compiled in.
        BOOK.get_or_init(|| Self::parse(EMBEDDED).expect("the embedded price book is whole"))
    }

    /// Reads the dictionaries of a book. Damage inside a section shows as unknown prices there.
    pub fn parse(data: &'static [u8]) -> Result<Self, BookError> {
        let mut bytes = Bytes::new(data);
        if bytes.take(MAGIC.len()) != Some(MAGIC) {
            return Err(BookError::NotABook);
        }
        match bytes.number() {
            Some(VERSION) => Self::parse_dictionaries(bytes).ok_or(BookError::Damaged),
            Some(other) => Err(BookError::Version(other)),
            None => Err(BookError::Damaged),
        }
    }

    fn parse_dictionaries(mut bytes: Bytes) -> Option<Self> {
        let facts_digest = bytes.take(32)?.try_into().ok()?;
        let content_hash = u64::from_le_bytes(bytes.take(8)?.try_into().ok()?);
        let regions = (0..bytes.count()?)
            .map(|_| bytes.text())
            .collect::<Option<Vec<_>>>()?;
        let units = (0..bytes.count()?)
            .map(|_| bytes.text())
            .collect::<Option<Vec<_>>>()?;
        let provenances = (0..bytes.count()?)
            .map(|_| Provenance::read(&mut bytes))
            .collect::<Option<Vec<_>>>()?;
        let known = Known {
            regions: regions.len(),
            provenances: provenances.len(),
        };
        let coverages = (0..bytes.count()?)
            .map(|_| Coverage::read(&mut bytes, &known))
            .collect::<Option<Vec<_>>>()?;
        let ratios = (0..bytes.count()?)
            .map(|_| ratio(&mut bytes))
            .collect::<Option<Vec<_>>>()?;
        let sections = (0..bytes.count()?)
            .map(|_| Section::read(&mut bytes))
            .collect::<Option<Vec<_>>>()?;
        bytes.is_empty().then_some(Self {
            facts_digest,
            content_hash,
            regions,
            units,
            provenances,
            coverages,
            ratios,
            sections,
        })
    }

    /// SHA-256 of the fact files that the book was made from, in lower-case hex.
    pub fn facts_digest(&self) -> String {
        self.facts_digest
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// FNV-1a over all prices in words, as `prices/generate.py` computed it.
    pub fn content_hash(&self) -> u64 {
        self.content_hash
    }

    /// The regions that any price is known for, sorted; [`super::GLOBAL`] is among them.
    pub fn regions(&self) -> &[&'static str] {
        &self.regions
    }

    /// The names of the sections, sorted.
    pub fn sections(&self) -> impl Iterator<Item = &'static str> {
        self.sections.iter().map(|section| section.name)
    }

    /// Every price of one section, ordered by name, variant and region. An unknown section has none.
    pub fn section_rows(&self, section: &str) -> impl Iterator<Item = BookRow<'_>> {
        let found = self
            .sections
            .binary_search_by_key(&section, |candidate| candidate.name)
            .ok();
        found
            .into_iter()
            .flat_map(|number| self.rows_of(&self.sections[number]))
    }

    /// Every price of the book, ordered by section, name, variant and region.
    pub fn rows(&self) -> impl Iterator<Item = BookRow<'_>> {
        self.sections
            .iter()
            .flat_map(|section| self.rows_of(section))
    }

    fn rows_of<'a>(&'a self, section: &'a Section) -> impl Iterator<Item = BookRow<'a>> {
        let index = section.index(self).into_iter();
        index.flat_map(move |index| {
            index.entries().flat_map(move |entry| {
                self.regions
                    .iter()
                    .enumerate()
                    .filter_map(move |(number, region)| {
                        let price = self.price(index, entry.row, entry.unit, number)?;
                        let sku = Sku::new(section.name, entry.name, entry.variant);
                        Some(BookRow { sku, region, price })
                    })
            })
        })
    }

    /// The price of a row in a region.
    fn price<'a>(
        &'a self,
        index: &'a SectionIndex,
        row: usize,
        unit: &'a str,
        region: usize,
    ) -> Option<Price<'a>> {
        let decoded = index.decoded(self, row)?;
        let usd = decoded.usd(region)?;
        let parts = &self.coverages.get(decoded.coverage)?.parts;
        let (provenance, _) = parts
            .iter()
            .find(|(_, regions)| regions >> region & 1 == 1)?;
        let Provenance {
            basis,
            as_of,
            source,
        } = *self.provenances.get(*provenance)?;
        Some(Price {
            usd,
            unit,
            basis,
            as_of,
            source,
        })
    }
}

impl PriceLookup for PriceBook {
    fn lookup(&self, sku: &Sku<'_>, region: &str) -> Option<Price<'_>> {
        let region = self.regions.binary_search(&region).ok()?;
        let section = self
            .sections
            .binary_search_by_key(&sku.section, |candidate| candidate.name)
            .ok()?;
        let index = self.sections[section].index(self)?;
        let entry = index.find(sku.name, &sku.variant)?;
        self.price(index, entry.row, entry.unit, region)
    }
}

/// How many regions and provenances there are, to refuse a coverage that names others.
struct Known {
    regions: usize,
    provenances: usize,
}

impl Provenance {
    fn read(bytes: &mut Bytes) -> Option<Self> {
        let basis = match bytes.number()? {
            0 => Basis::Exact,
            1 => Basis::Estimated,
            _ => return None,
        };
        let as_of = match bytes.number()? {
            0 => None,
            days => {
                let days = i64::try_from(days - 1)
                    .ok()
                    .filter(|days| *days < 100_000)?;
                Some(date(2000, 1, 1).checked_add(days.days()).ok()?)
            }
        };
        Some(Self {
            basis,
            as_of,
            source: bytes.text()?,
        })
    }
}

impl Coverage {
    fn read(bytes: &mut Bytes, known: &Known) -> Option<Self> {
        let mut parts = Vec::new();
        let mut regions = 0;
        for _ in 0..bytes.count()? {
            let (provenance, part) = (bytes.index()?, bytes.number()?);
            if provenance >= known.provenances || regions & part != 0 {
                return None;
            }
            regions |= part;
            parts.push((provenance, part));
        }
        let beyond = u32::try_from(known.regions)
            .ok()
            .and_then(|count| regions.checked_shr(count))
            .unwrap_or(0);
        (beyond == 0).then_some(Self { regions, parts })
    }
}

fn ratio(bytes: &mut Bytes) -> Option<(u64, u64)> {
    let ratio = (bytes.number()?, bytes.number()?);
    (ratio.1 != 0).then_some(ratio)
}

#[cfg(test)]
#[path = "book_tests.rs"]
mod tests;
