//! Newer prices in front of older ones.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Basis, Price, PriceLookup, Sku};

/// A price that was read now rather than compiled in.
#[derive(Clone, Debug, PartialEq)]
pub struct LivePrice {
    /// US dollars for one `unit`.
    pub usd: f64,
    /// What the price is for, in the book's words.
    pub unit: String,
    /// How good it is.
    pub basis: Basis,
    /// The day it was read.
    pub as_of: Option<Date>,
    /// Where it was read.
    pub source: String,
}

/// Prices by (SKU, region) in front of another source, usually the book. What it does not have is asked of that source.
pub struct Overlay<'a> {
    behind: &'a dyn PriceLookup,
    prices: BTreeMap<String, LivePrice>,
}

impl<'a> Overlay<'a> {
    /// No newer prices yet.
    pub fn new(behind: &'a dyn PriceLookup) -> Self {
        Self {
            behind,
            prices: BTreeMap::new(),
        }
    }

    /// Adds a price; an earlier one for the same thing and region is replaced. A price that is negative or not a number
    /// is not taken.
    pub fn insert(&mut self, sku: &Sku<'_>, region: &str, price: LivePrice) {
        if price.usd.is_finite() && price.usd >= 0.0 {
            self.prices.insert(key(sku, region), price);
        }
    }

    /// How many prices are in front.
    pub fn len(&self) -> usize {
        self.prices.len()
    }

    /// Whether nothing is in front.
    pub fn is_empty(&self) -> bool {
        self.prices.is_empty()
    }
}

impl PriceLookup for Overlay<'_> {
    fn lookup(&self, sku: &Sku<'_>, region: &str) -> Option<Price<'_>> {
        match self.prices.get(&key(sku, region)) {
            Some(LivePrice {
                usd,
                unit,
                basis,
                as_of,
                source,
            }) => Some(Price {
                usd: *usd,
                unit,
                basis: *basis,
                as_of: *as_of,
                source,
            }),
            None => self.behind.lookup(sku, region),
        }
    }
}

fn key(sku: &Sku<'_>, region: &str) -> String {
    [sku.section, sku.name, &sku.variant, region].join("\0")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::PriceBook;
    use super::super::network::nat_gateway_monthly;
    use super::*;

    fn live(usd: f64) -> LivePrice {
        let source = "Price List API".to_owned();
        LivePrice {
            usd,
            unit: "hour".into(),
            basis: Basis::Exact,
            as_of: Some(date(2026, 11, 22)),
            source,
        }
    }

    #[test]
    fn a_newer_price_goes_first_and_the_book_answers_the_rest() {
        let mut overlay = Overlay::new(PriceBook::embedded());
        assert!(overlay.is_empty());
        overlay.insert(&Sku::ec2_linux_hour("m5.large"), "us-east-1", live(0.0951));
        overlay.insert(&Sku::network("nat_gateway", "hour"), "xx-new-1", live(0.05));
        assert_eq!(overlay.len(), 2);
        let price = overlay
            .ec2_linux_hour("us-east-1", "m5.large")
            .expect("overlaid");
        assert_eq!(
            (price.usd, price.as_of, price.source),
            (0.0951, Some(date(2026, 11, 22)), "Price List API")
        );
        assert_eq!(
            overlay
                .ec2_linux_hour("us-east-1", "m5.xlarge")
                .map(|price| price.usd),
            Some(0.192)
        );
        assert_eq!(overlay.ec2_linux_hour("xx-new-1", "m5.large"), None);
        assert_eq!(
            nat_gateway_monthly(&overlay, "xx-new-1").usd(),
            Some(36.5),
            "formulas see it"
        );
    }

    #[test]
    fn senseless_prices_are_not_taken() {
        let mut overlay = Overlay::new(PriceBook::embedded());
        for usd in [-1.0, f64::NAN, f64::INFINITY] {
            overlay.insert(&Sku::ec2_linux_hour("m5.large"), "us-east-1", live(usd));
        }
        assert!(overlay.is_empty());
        assert_eq!(
            overlay
                .ec2_linux_hour("us-east-1", "m5.large")
                .map(|price| price.usd),
            Some(0.096)
        );
    }
}
