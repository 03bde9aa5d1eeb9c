//! Prices, as far as the engine and the commands need to know them: by the text that names them.

use std::path::PathBuf;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::{ApiSpend, Gap};

/// What has a price, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PriceKey {
    /// The price's name, as `billhook prices show` prints it.
    pub price: String,
    /// Region, or `global`.
    pub region: String,
}

/// A list price in US dollars.
#[derive(Clone, Debug, PartialEq)]
pub struct ListPrice {
    /// What it is the price of.
    pub key: PriceKey,
    /// US dollars for one `unit`.
    pub usd: f64,
    /// What one buys for it (`hour`, `gb-month`).
    pub unit: String,
    /// `exact` or `estimated`.
    pub basis: &'static str,
    /// A day on which it held; `None` when undated.
    pub as_of: Option<Date>,
    /// Where it was read, for people.
    pub source: String,
}

/// What the user pays by a contract, in place of a list price.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// What it is the price of.
    pub key: PriceKey,
    /// US dollars for one `unit`.
    pub usd: f64,
    /// What one buys for it, in the words of the list price.
    pub unit: String,
    /// A day on which it held; `None` makes it an estimate.
    pub as_of: Option<Date>,
    /// The file that it stands in, for people.
    pub source: String,
    /// Line of that file.
    pub line: u64,
}

/// How newer prices than the built-in ones are obtained.
#[derive(Clone, Debug, PartialEq)]
pub struct LivePrices {
    /// Folder in which they are kept from one run to the next; `None` keeps nothing.
    pub cache: Option<PathBuf>,
    /// Prices that were read no longer ago than this are not read again.
    pub max_age: SignedDuration,
    /// The instant that ages are counted to.
    pub now: Timestamp,
    /// Folder into which the cloud's replies are written as they came; `None` writes none.
    pub save_replies: Option<PathBuf>,
}

/// Newer prices, as far as they could be had.
#[derive(Debug, Default)]
pub struct FreshPrices {
    /// Prices that the cloud answered, or had answered lately.
    pub prices: Vec<FreshPrice>,
    /// What the cloud has no price for, or none that can be taken without guessing, and why.
    pub unavailable: Vec<(PriceKey, String)>,
    /// What could not be asked.
    pub gaps: Vec<Gap>,
    /// Remarks, such as a file of the cache that cannot be read.
    pub warnings: Vec<String>,
    /// What it took.
    pub spent: ApiSpend,
}

/// One newer price.
#[derive(Clone, Debug, PartialEq)]
pub struct FreshPrice {
    /// The price.
    pub price: ListPrice,
    /// Whether it was read now; otherwise it came from the cache.
    pub read_now: bool,
}
