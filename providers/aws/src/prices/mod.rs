//! List prices of AWS and what things cost by them.
//!
//! - [`PriceBook::embedded`] is the dated book that is compiled in; [`Overlay`] puts newer prices in front of it. Both are a
//!   [`PriceLookup`], and everything here that computes a cost takes one. [`live`] reads newer prices, [`collected`] is the
//!   table that they are kept in, and [`own`] the rates of a contract, which go before all.
//! - A [`Price`] is one number with its unit, date, source and [`Basis`]. A price that nobody published for a region is
//!   `None`: unknown, never 0 and never that of another region.
//! - A [`Cost`] is a sum of prices times quantities. It is as good as its worst part, and unknown as soon as one part is.
//! - A [`Breakdown`] is a cost with the lines that it is the sum of.
//!
//! A month has 730 hours, a GB is 2^30 bytes. Prices are in US dollars, without tax, discounts, commitments or free tiers.

mod book;
pub mod breakdown;
mod bytes;
pub mod collected;
pub mod commitment;
pub mod cost;
pub mod ebs;
pub mod ec2;
mod index;
pub mod key;
pub mod live;
pub mod lookup;
pub mod network;
pub mod node;
pub mod overlay;
pub mod own;
pub mod rds;
mod row;
pub mod s3;
pub(crate) mod service;
pub mod sku;
#[cfg(test)]
mod spot_checks;

use std::fmt;

use jiff::civil::Date;

pub use book::{BookError, BookRow, PriceBook};
pub use breakdown::{Breakdown, Tariff};
pub use cost::{Cost, PriceDates};
pub use key::{Recorder, SkuKey};
pub use lookup::PriceLookup;
pub use node::Nodes;
pub use overlay::{LivePrice, Overlay};
pub use sku::{NodeService, Sku};

/// Hours of a month, for prices by the hour.
pub const HOURS_PER_MONTH: f64 = 730.0;

/// The region of what is billed without a region and costs the same everywhere, such as a hosted zone.
pub const GLOBAL: &str = "global";

/// How good a price is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// A published number with a date.
    Exact,
    /// Undated, unverified, or computed from other prices.
    Estimated,
}

impl Basis {
    /// `exact` or `estimated`, as tables say it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Estimated => "estimated",
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// One list price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price<'a> {
    /// US dollars for one `unit`.
    pub usd: f64,
    /// What the price is for: `hour`, `gb`, `gb-month`, `iops-month`, `1000-requests`, …
    pub unit: &'a str,
    /// How good it is.
    pub basis: Basis,
    /// A day on which it is known to have held; None when undated, which makes it an estimate.
    pub as_of: Option<Date>,
    /// Where it was read, for people.
    pub source: &'a str,
}
