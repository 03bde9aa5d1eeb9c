//! Amounts of money as tables hold them, and the dates of the prices behind them.

use crate::prices::{Cost, PriceDates};

/// What `price_basis` says of an amount that is not known.
const UNKNOWN: &str = "unknown";
/// What it says of an amount that is more than a published number.
const ESTIMATED: &str = "estimated";

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

    /// The same number, but no better than an estimate.
    pub(super) fn estimated(self) -> Self {
        match self.usd {
            Some(_) => Self {
                basis: ESTIMATED,
                ..self
            },
            None => self,
        }
    }
}

/// Collects the dates of the prices that end up in a table.
#[derive(Debug, Default)]
pub(super) struct Used(Option<PriceDates>);

impl Used {
    /// The amount of a cost, whose prices are used from now on.
    pub(super) fn amount(&mut self, cost: Cost) -> Amount {
        self.0 = PriceDates::merge(self.0, cost.dates());
        Amount {
            usd: cost.usd(),
            basis: cost.basis_name(),
        }
    }

    /// Oldest and newest day as `YYYY-MM-DD`; None when no dated price was used.
    pub(super) fn dates(&self) -> Option<(String, String)> {
        self.0
            .map(|dates| (dates.oldest.to_string(), dates.newest.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::{PriceBook, PriceLookup};

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
    fn an_unknown_amount_is_not_an_estimate() {
        assert_eq!(Amount::UNKNOWN.estimated(), Amount::UNKNOWN);
        assert_eq!(Amount::FREE.estimated().basis, "estimated");
    }
}
