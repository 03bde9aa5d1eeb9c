//! How an amount comes about, line by line: a quantity times a price each.
//!
//! A formula that should be explained returns a [`Breakdown`] and nothing else; its [`Cost`] is the sum of the lines. So what
//! is shown and what is counted cannot differ.

use std::borrow::Cow;

use super::{Cost, HOURS_PER_MONTH, Price, PriceLookup, Sku};

/// A quantity of something that has a price.
#[derive(Clone, Debug, PartialEq)]
pub struct Charge<'a> {
    /// How much of it, in `unit`; negative in what is subtracted.
    pub quantity: f64,
    /// What the quantity counts: `h`, `GiB-month`, …
    pub unit: &'static str,
    /// What the price is of.
    pub sku: Sku<'a>,
    /// The region whose price it is.
    pub region: &'a str,
    /// The price; None when it is not known.
    pub price: Option<Price<'a>>,
}

/// A line of a sum.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<'a> {
    /// What is charged, or a remark on why nothing is, or why nobody can tell.
    pub what: Cow<'a, str>,
    /// The quantity and its price; None for a remark.
    pub charge: Option<Charge<'a>>,
    /// Its part of the sum, negative in what is subtracted.
    pub cost: Cost,
}

/// The prices of a region, from which lines are made.
#[derive(Clone, Copy)]
pub struct Tariff<'a> {
    prices: &'a dyn PriceLookup,
    region: &'a str,
}

impl<'a> Tariff<'a> {
    /// The prices of `region`.
    pub fn new(prices: &'a dyn PriceLookup, region: &'a str) -> Self {
        Self { prices, region }
    }

    /// `quantity` times the price of `sku`. `unit` is what the quantity counts.
    pub fn line(
        &self,
        what: impl Into<Cow<'a, str>>,
        quantity: f64,
        unit: &'static str,
        sku: Sku<'a>,
    ) -> Line<'a> {
        let price = self.prices.lookup(&sku, self.region);
        Line {
            what: what.into(),
            cost: Cost::of(quantity, price),
            charge: Some(Charge {
                quantity,
                unit,
                sku,
                region: self.region,
                price,
            }),
        }
    }

    /// The same where nothing is charged for a quantity of 0, whether the price is known or not: no line then.
    pub fn extra(
        &self,
        what: impl Into<Cow<'a, str>>,
        quantity: f64,
        unit: &'static str,
        sku: Sku<'a>,
    ) -> Option<Line<'a>> {
        (quantity != 0.0).then(|| self.line(what, quantity, unit, sku))
    }

    /// A month of `count` things that are charged by the hour.
    pub fn hours(&self, what: impl Into<Cow<'a, str>>, count: f64, sku: Sku<'a>) -> Line<'a> {
        self.line(what, count * HOURS_PER_MONTH, "h", sku)
    }

    /// `quantity` by tiers: the price of each holds up to its bound, the last should have none (`f64::INFINITY`). A tier
    /// that is not reached has no line.
    pub fn tiers(
        &self,
        quantity: f64,
        unit: &'static str,
        tiers: impl IntoIterator<Item = (f64, &'static str, Sku<'a>)>,
    ) -> Breakdown<'a> {
        if !quantity.is_finite() || quantity < 0.0 {
            return Breakdown::unknown("the quantity is not known");
        }
        let (mut sum, mut below) = (Breakdown::default(), 0.0);
        for (bound, what, sku) in tiers {
            sum.extend(self.extra(what, (quantity.min(bound) - below).max(0.0), unit, sku));
            below = bound;
        }
        if quantity > below {
            sum.extend(Breakdown::unknown("there is no price beyond the last tier").lines);
        }
        sum
    }
}

/// An amount with its lines. Without any it is 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Breakdown<'a> {
    lines: Vec<Line<'a>>,
}

impl<'a> Breakdown<'a> {
    fn remark(why: impl Into<Cow<'a, str>>, cost: Cost) -> Self {
        Self {
            lines: vec![Line {
                what: why.into(),
                charge: None,
                cost,
            }],
        }
    }

    /// Nothing is charged, for this reason.
    pub fn free(why: impl Into<Cow<'a, str>>) -> Self {
        Self::remark(why, Cost::ZERO)
    }

    /// Nobody can tell the amount, for this reason.
    pub fn unknown(why: impl Into<Cow<'a, str>>) -> Self {
        Self::remark(why, Cost::UNKNOWN)
    }

    /// The lines, in the order of the sum.
    pub fn lines(&self) -> &[Line<'a>] {
        &self.lines
    }

    /// The lines, to be put into another sum.
    pub fn into_lines(self) -> Vec<Line<'a>> {
        self.lines
    }

    /// The sum. As good as its worst line, and unknown as soon as one line is.
    pub fn cost(&self) -> Cost {
        self.lines.iter().map(|line| line.cost).sum()
    }

    /// What is left after another amount is subtracted: its lines follow, with the sign turned.
    #[must_use]
    pub fn minus(mut self, other: Self) -> Self {
        self.lines.extend(other.lines.into_iter().map(|line| Line {
            charge: line.charge.map(|charge| Charge {
                quantity: -charge.quantity,
                ..charge
            }),
            cost: -line.cost,
            ..line
        }));
        self
    }

    /// The same amount, but no better than an estimate.
    #[must_use]
    pub fn estimated(mut self) -> Self {
        for line in &mut self.lines {
            line.cost = line.cost.estimated();
        }
        self
    }
}

impl<'a> Extend<Line<'a>> for Breakdown<'a> {
    fn extend<I: IntoIterator<Item = Line<'a>>>(&mut self, lines: I) {
        self.lines.extend(lines);
    }
}

impl<'a> FromIterator<Line<'a>> for Breakdown<'a> {
    fn from_iter<I: IntoIterator<Item = Line<'a>>>(lines: I) -> Self {
        Self {
            lines: lines.into_iter().collect(),
        }
    }
}

impl<'a> From<Line<'a>> for Breakdown<'a> {
    fn from(line: Line<'a>) -> Self {
        Self { lines: vec![line] }
    }
}

#[cfg(test)]
#[path = "breakdown_tests.rs"]
mod tests;
