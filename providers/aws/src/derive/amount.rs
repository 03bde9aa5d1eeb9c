//! Amounts of money as tables hold them, how they were worked out, and the prices behind them.

use std::collections::BTreeMap;

use billhook_catalog::{CalculationLine, Key, Place, PriceUsed};

use crate::prices::breakdown::Charge;
use crate::prices::{Breakdown, Cost, PriceDates};

/// What `price_basis` says of an amount that is not known.
const UNKNOWN: &str = "unknown";

/// A month's list price and how good it is: the columns `monthly_usd` and `price_basis`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Amount {
    /// US dollars; None when unknown.
    pub(super) usd: Option<f64>,
    /// `exact`, `estimated` or `unknown`.
    pub(super) basis: &'static str,
}

impl Amount {
    /// Nobody can tell.
    pub(super) const UNKNOWN: Self = Self {
        usd: None,
        basis: UNKNOWN,
    };
    /// AWS does not charge for it.
    pub(super) const FREE: Self = Self {
        usd: Some(0.0),
        basis: "exact",
    };
}

/// Collects what goes into the amounts of the tables: the prices, their dates, and the lines of each sum.
#[derive(Debug, Default)]
pub(super) struct Used {
    dates: Option<PriceDates>,
    prices: BTreeMap<(String, String), PriceUsed>,
    lines: Vec<CalculationLine>,
}

impl Used {
    /// The amount of a cost, whose prices are used from now on.
    pub(super) fn amount(&mut self, cost: Cost) -> Amount {
        self.dates = PriceDates::merge(self.dates, cost.dates());
        match cost.usd() {
            None => Amount::UNKNOWN,
            usd => Amount {
                usd,
                basis: cost.basis_name(),
            },
        }
    }

    /// The same of a breakdown, whose lines then explain the amount. `amount` is the table and the column that hold it, such as
    /// `resource.monthly_usd`; there is one such amount for each resource.
    pub(super) fn explained(
        &mut self,
        key: &Key,
        amount: &'static str,
        breakdown: &Breakdown<'_>,
    ) -> Amount {
        for (number, line) in (1..).zip(breakdown.lines()) {
            let charge = line.charge.as_ref();
            let sku = charge.map(|charge| charge.sku.to_string());
            if let (Some(charge), Some(sku)) = (charge, &sku) {
                self.keep(charge, sku);
            }
            self.lines.push(CalculationLine {
                id: Place {
                    account_id: key.account_id.clone(),
                    region: key.region.clone(),
                },
                resource_id: key.resource_id.clone(),
                amount: amount.to_owned(),
                line: number,
                what: line.what.as_ref().to_owned(),
                quantity: charge.map(|charge| charge.quantity),
                unit: charge.map_or("", |charge| charge.unit).to_owned(),
                sku: sku.unwrap_or_default(),
                price_region: charge.map_or("", |charge| charge.region).to_owned(),
                usd: line.cost.usd(),
                price_basis: line.cost.basis_name().to_owned(),
            });
        }
        self.amount(breakdown.cost())
    }

    /// Keeps the price of a line for the table `price`.
    fn keep(&mut self, charge: &Charge<'_>, sku: &str) {
        let of = (sku.to_owned(), charge.region.to_owned());
        self.prices.entry(of).or_insert_with(|| PriceUsed {
            id: Place {
                account_id: String::new(),
                region: charge.region.to_owned(),
            },
            sku: sku.to_owned(),
            unit: charge.price.map_or("", |price| price.unit).to_owned(),
            usd: charge.price.map(|price| price.usd),
            price_basis: charge
                .price
                .map_or(UNKNOWN, |price| price.basis.as_str())
                .to_owned(),
            as_of: charge
                .price
                .and_then(|price| price.as_of)
                .map_or(String::new(), |day| day.to_string()),
            source: charge.price.map_or("", |price| price.source).to_owned(),
        });
    }

    /// Oldest and newest day as `YYYY-MM-DD`; None when no dated price was used.
    pub(super) fn dates(&self) -> Option<(String, String)> {
        self.dates
            .map(|dates| (dates.oldest.to_string(), dates.newest.to_string()))
    }

    /// The rows of `price`, by SKU and region, and of `calculation`.
    pub(super) fn explanation(self) -> (Vec<PriceUsed>, Vec<CalculationLine>) {
        (self.prices.into_values().collect(), self.lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::{PriceBook, PriceLookup, Sku, Tariff};

    #[test]
    fn dates_are_those_of_the_amounts_that_were_used() {
        let mut used = Used::default();
        assert_eq!(used.amount(Cost::UNKNOWN), Amount::UNKNOWN);
        assert_eq!(used.amount(Cost::ZERO), Amount::FREE);
        assert_eq!(used.dates(), None);
        let price = PriceBook::embedded().ec2_linux_hour("us-east-1", "m5.large");
        let day = price.and_then(|price| price.as_of).expect("dated");
        let amount = used.amount(Cost::monthly_from_hourly(1.0, price));
        assert_eq!(amount.basis, "exact");
        assert_eq!(used.dates(), Some((day.to_string(), day.to_string())));
    }

    #[test]
    fn an_explained_amount_has_lines_and_each_price_once() {
        let mut used = Used::default();
        let key = |id: &str| Key {
            resource_id: id.to_owned(),
            account_id: "111122223333".to_owned(),
            region: "us-east-1".to_owned(),
            ..Key::default()
        };
        let at = Tariff::new(PriceBook::embedded(), "us-east-1");
        let known = Breakdown::from(at.hours("a", 1.0, Sku::ec2_linux_hour("m5.large")));
        let open = Breakdown::from(at.hours("b", 1.0, Sku::ec2_linux_hour("z99.large")));
        for id in ["one", "two"] {
            let amount = used.explained(&key(id), "resource.monthly_usd", &known);
            assert_eq!(amount.usd, known.cost().usd());
        }
        let amount = used.explained(&key("three"), "resource.monthly_usd", &open);
        assert_eq!(amount, Amount::UNKNOWN);
        let why = Breakdown::free("stopped");
        assert_eq!(used.explained(&key("four"), "x.y", &why), Amount::FREE);

        let (prices, lines) = used.explanation();
        let prices: Vec<_> = prices
            .iter()
            .map(|price| (price.sku.as_str(), price.unit.as_str(), price.usd))
            .collect();
        let expected = [
            ("ec2 m5.large", "hour", Some(0.096)),
            ("ec2 z99.large", "", None),
        ];
        assert_eq!(prices, expected);
        let lines: Vec<_> = lines
            .iter()
            .map(|line| {
                let figures = (line.quantity, line.usd);
                (line.resource_id.as_str(), line.sku.as_str(), figures)
            })
            .collect();
        let month = known.cost().usd();
        let expected = [
            ("one", "ec2 m5.large", (Some(730.0), month)),
            ("two", "ec2 m5.large", (Some(730.0), month)),
            ("three", "ec2 z99.large", (Some(730.0), None)),
            ("four", "", (None, Some(0.0))),
        ];
        assert_eq!(lines, expected);
    }
}
