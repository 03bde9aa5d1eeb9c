//! Names of prices that own their text, and how people write them.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::{Basis, Price, PriceLookup, Sku};

/// A [`Sku`] that owns its text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SkuKey {
    /// See [`Sku::section`].
    pub section: String,
    /// See [`Sku::name`].
    pub name: String,
    /// See [`Sku::variant`].
    pub variant: String,
}

impl SkuKey {
    /// The price of `name` and `variant` in a section.
    pub fn new(section: &str, name: &str, variant: &str) -> Self {
        Self {
            section: section.to_owned(),
            name: name.to_owned(),
            variant: variant.to_owned(),
        }
    }

    /// For a look-up.
    pub fn sku(&self) -> Sku<'_> {
        Sku {
            section: &self.section,
            name: &self.name,
            variant: Cow::Borrowed(&self.variant),
        }
    }
}

impl From<&Sku<'_>> for SkuKey {
    fn from(sku: &Sku<'_>) -> Self {
        Self::new(sku.section, sku.name, &sku.variant)
    }
}

/// `section name variant`, as [`Sku`] is written.
impl fmt::Display for SkuKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sku().fmt(out)
    }
}

/// The text names no price: it has fewer than two words, or more than three.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotASku;

impl fmt::Display for NotASku {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a price is named by two or three words, such as `ec2 m5.large` or `ebs gp3 storage_gb_month`")
    }
}

impl std::error::Error for NotASku {}

impl FromStr for SkuKey {
    type Err = NotASku;

    fn from_str(text: &str) -> Result<Self, NotASku> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words[..] {
            [section, name] => Ok(Self::new(section, name, "")),
            [section, name, variant] => Ok(Self::new(section, name, variant)),
            _ => Err(NotASku),
        }
    }
}

/// In place of a price that is not known.
const MADE_UP: Price<'static> = Price {
    usd: 1.0,
    unit: "",
    basis: Basis::Estimated,
    as_of: None,
    source: "made up",
};

/// Remembers what was asked. What is not known it makes up, so that whoever asks goes on as if it were: only the questions are worth
/// anything then, not what is worked out.
pub struct Recorder<'a> {
    behind: &'a dyn PriceLookup,
    asked: RefCell<BTreeSet<(SkuKey, String)>>,
}

impl<'a> Recorder<'a> {
    /// Nothing asked yet.
    pub fn new(behind: &'a dyn PriceLookup) -> Self {
        Self {
            behind,
            asked: RefCell::default(),
        }
    }

    /// (what, region) of everything that was asked.
    pub fn asked(self) -> BTreeSet<(SkuKey, String)> {
        self.asked.into_inner()
    }
}

impl PriceLookup for Recorder<'_> {
    fn lookup(&self, sku: &Sku<'_>, region: &str) -> Option<Price<'_>> {
        let asked = (SkuKey::from(sku), region.to_owned());
        self.asked.borrow_mut().insert(asked);
        self.behind.lookup(sku, region).or(Some(MADE_UP))
    }
}

#[cfg(test)]
mod tests {
    use super::super::PriceBook;
    use super::*;

    #[test]
    fn every_price_of_the_book_can_be_written_and_read() {
        let mut seen = BTreeSet::new();
        for row in PriceBook::embedded().rows() {
            let key = SkuKey::from(&row.sku);
            if seen.insert(key.clone()) {
                assert_eq!(key.to_string().parse(), Ok(key));
            }
        }
        assert!(seen.len() > 4_000, "{}", seen.len());
    }

    #[test]
    fn other_words_are_no_price() {
        for text in ["", "ec2", "ec2 m5.large a b"] {
            assert_eq!(text.parse::<SkuKey>(), Err(NotASku), "{text}");
        }
    }

    #[test]
    fn what_is_asked_is_remembered_known_or_not() {
        let recorder = Recorder::new(PriceBook::embedded());
        let usd = |name| {
            let price = recorder.ec2_linux_hour("us-east-1", name);
            price.map(|price| price.usd)
        };
        assert_eq!(usd("m5.large"), Some(0.096));
        assert_eq!(usd("m5.huge"), Some(MADE_UP.usd));
        let asked: Vec<_> = recorder.asked().into_iter().collect();
        let of = |name| (SkuKey::new("ec2", name, ""), "us-east-1".to_owned());
        assert_eq!(asked, [of("m5.huge"), of("m5.large")]);
    }
}
