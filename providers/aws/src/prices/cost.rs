//! Sums of prices.

use std::iter::Sum;
use std::ops::{Add, Mul, Neg, Sub};

use jiff::civil::Date;

use super::{Basis, HOURS_PER_MONTH, Price};

/// Dates of the prices that went into a cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceDates {
    /// The oldest.
    pub oldest: Date,
    /// The newest.
    pub newest: Date,
}

impl PriceDates {
    /// The range that holds both; either side may have none.
    pub fn merge(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) => Some(Self {
                oldest: one.oldest.min(other.oldest),
                newest: one.newest.max(other.newest),
            }),
            (one, other) => one.or(other),
        }
    }
}

/// An amount in US dollars with its basis and the dates of its prices, or unknown.
///
/// A sum or difference has the basis of its worst part, and one unknown part makes it unknown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost(Option<Known>);

#[derive(Clone, Copy, Debug, PartialEq)]
struct Known {
    usd: f64,
    basis: Basis,
    dates: Option<PriceDates>,
}

impl Cost {
    /// Some part is not known.
    pub const UNKNOWN: Self = Self(None);
    /// Nothing is charged. The start of a sum, and the cost of what is free.
    pub const ZERO: Self = Self(Some(Known {
        usd: 0.0,
        basis: Basis::Exact,
        dates: None,
    }));

    /// `quantity` times a price. Unknown when the price is, or when the quantity is negative or not a number.
    pub fn of(quantity: f64, price: Option<Price<'_>>) -> Self {
        let Some(price) = price.filter(|_| quantity.is_finite() && quantity >= 0.0) else {
            return Self::UNKNOWN;
        };
        let dates = price.as_of.map(|day| PriceDates {
            oldest: day,
            newest: day,
        });
        Self(Some(Known {
            usd: quantity * price.usd,
            basis: price.basis,
            dates,
        }))
    }

    /// `quantity` times a price that only matters if the quantity is above 0: nothing is charged for none, known or not.
    pub fn of_extra(quantity: f64, price: Option<Price<'_>>) -> Self {
        if quantity == 0.0 {
            Self::ZERO
        } else {
            Self::of(quantity, price)
        }
    }

    /// A month of `quantity` things that are charged by the hour.
    pub fn monthly_from_hourly(quantity: f64, price: Option<Price<'_>>) -> Self {
        Self::of(quantity * HOURS_PER_MONTH, price)
    }

    /// US dollars; None when unknown.
    pub fn usd(self) -> Option<f64> {
        self.0.map(|known| known.usd)
    }

    /// How good the amount is; None when unknown.
    pub fn basis(self) -> Option<Basis> {
        self.0.map(|known| known.basis)
    }

    /// `exact`, `estimated` or `unknown`, as the column `price_basis` says it.
    pub fn basis_name(self) -> &'static str {
        self.basis().map_or("unknown", Basis::as_str)
    }

    /// Dates of the dated prices that were used; None when unknown or when none was dated.
    pub fn dates(self) -> Option<PriceDates> {
        self.0.and_then(|known| known.dates)
    }

    /// The same amount, but no better than an estimate.
    #[must_use]
    pub fn estimated(self) -> Self {
        Self(self.0.map(|known| Known {
            basis: Basis::Estimated,
            ..known
        }))
    }

    fn combine(self, other: Self, usd: impl Fn(f64, f64) -> f64) -> Self {
        let (Some(one), Some(two)) = (self.0, other.0) else {
            return Self::UNKNOWN;
        };
        Self(Some(Known {
            usd: usd(one.usd, two.usd),
            basis: one.basis.max(two.basis),
            dates: PriceDates::merge(one.dates, two.dates),
        }))
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.combine(other, |one, two| one + two)
    }
}

impl Sub for Cost {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.combine(other, |one, two| one - two)
    }
}

impl Neg for Cost {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.map(|known| Known {
            usd: -known.usd,
            ..known
        }))
    }
}

impl Mul<f64> for Cost {
    type Output = Self;

    /// Unknown when the factor is not a number.
    fn mul(self, factor: f64) -> Self {
        let scaled = self.0.filter(|_| factor.is_finite());
        Self(scaled.map(|known| Known {
            usd: known.usd * factor,
            ..known
        }))
    }
}

impl Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(costs: I) -> Self {
        costs.fold(Self::ZERO, Add::add)
    }
}

/// What `quantity` costs by tiers: each price holds up to its bound, the last one should have no bound
/// (`f64::INFINITY`). The price of a tier that is not reached does not matter.
pub fn tiered<'a>(
    quantity: f64,
    tiers: impl IntoIterator<Item = (f64, Option<Price<'a>>)>,
) -> Cost {
    if !quantity.is_finite() || quantity < 0.0 {
        return Cost::UNKNOWN;
    }
    let (mut sum, mut below) = (Cost::ZERO, 0.0);
    for (bound, price) in tiers {
        sum = sum + Cost::of_extra((quantity.min(bound) - below).max(0.0), price);
        below = bound;
    }
    if quantity > below { Cost::UNKNOWN } else { sum }
}

/// What one unit more costs: the price of the tier that `quantity` has reached.
pub fn marginal<'a>(
    quantity: f64,
    tiers: impl IntoIterator<Item = (f64, Option<Price<'a>>)>,
) -> Option<Price<'a>> {
    if !quantity.is_finite() || quantity < 0.0 {
        return None;
    }
    tiers.into_iter().find(|(bound, _)| quantity < *bound)?.1
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const fn price(usd: f64, basis: Basis, as_of: Option<Date>) -> Option<Price<'static>> {
        Some(Price {
            usd,
            unit: "gb",
            basis,
            as_of,
            source: "a test",
        })
    }
    const NEW: Option<Price<'static>> = price(2.0, Basis::Exact, Some(date(2026, 7, 20)));
    const OLD: Option<Price<'static>> = price(0.5, Basis::Exact, Some(date(2025, 6, 5)));
    const UNDATED: Option<Price<'static>> = price(1.0, Basis::Estimated, None);

    #[test]
    fn a_sum_has_the_worst_basis_and_all_dates() {
        let both = Cost::of(3.0, NEW) + Cost::of(4.0, OLD);
        assert_eq!(both.usd(), Some(8.0));
        assert_eq!(both.basis_name(), "exact");
        assert_eq!(
            both.dates(),
            Some(PriceDates {
                oldest: date(2025, 6, 5),
                newest: date(2026, 7, 20)
            })
        );
        let worse = both + Cost::of(1.0, UNDATED);
        assert_eq!(
            (worse.usd(), worse.basis(), worse.dates()),
            (Some(9.0), Some(Basis::Estimated), both.dates())
        );
        assert_eq!(Cost::of(1.0, NEW).estimated().basis_name(), "estimated");
        assert_eq!(Cost::UNKNOWN.estimated(), Cost::UNKNOWN);
        let difference = Cost::of(1.0, OLD) - Cost::of(1.0, UNDATED);
        assert_eq!(
            (difference.usd(), difference.basis_name()),
            (Some(-0.5), "estimated")
        );
    }

    #[test]
    fn one_unknown_part_makes_the_sum_unknown() {
        let sum: Cost = [Cost::of(3.0, NEW), Cost::of(1.0, None), Cost::of(4.0, OLD)]
            .into_iter()
            .sum();
        assert_eq!(sum, Cost::UNKNOWN);
        assert_eq!(
            (sum.usd(), sum.basis_name(), sum.dates()),
            (None, "unknown", None)
        );
        assert_eq!(Cost::UNKNOWN - Cost::UNKNOWN, Cost::UNKNOWN);
        assert_eq!(Cost::UNKNOWN * 0.0, Cost::UNKNOWN, "unknown is never 0");
    }

    #[test]
    fn quantities_that_make_no_sense_are_unknown() {
        for quantity in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Cost::of(quantity, NEW), Cost::UNKNOWN, "{quantity}");
            assert_eq!(Cost::of_extra(quantity, NEW), Cost::UNKNOWN, "{quantity}");
            assert_eq!(
                tiered(quantity, [(f64::INFINITY, NEW)]),
                Cost::UNKNOWN,
                "{quantity}"
            );
            assert_eq!(
                marginal(quantity, [(f64::INFINITY, NEW)]),
                None,
                "{quantity}"
            );
        }
        assert_eq!(Cost::of(1.0, NEW) * f64::NAN, Cost::UNKNOWN);
    }

    #[test]
    fn none_of_an_extra_is_free_even_at_an_unknown_price() {
        assert_eq!(Cost::of_extra(0.0, None), Cost::ZERO);
        assert_eq!(Cost::of(0.0, None), Cost::UNKNOWN);
        assert_eq!(Cost::of_extra(1.0, None), Cost::UNKNOWN);
    }

    #[test]
    fn hours_make_a_month() {
        assert_eq!(Cost::monthly_from_hourly(2.0, OLD).usd(), Some(730.0));
        assert_eq!((Cost::of(1.0, NEW) * 0.25).usd(), Some(0.5));
    }

    #[test]
    fn tiers_and_their_bounds() {
        let tiers = || [(10.0, NEW), (50.0, OLD), (f64::INFINITY, UNDATED)];
        let usd = |quantity| tiered(quantity, tiers()).usd();
        assert_eq!(
            [usd(0.0), usd(10.0), usd(30.0), usd(60.0)],
            [Some(0.0), Some(20.0), Some(30.0), Some(50.0)]
        );
        assert_eq!(
            tiered(50.0, tiers()).basis(),
            Some(Basis::Exact),
            "the estimated tier is not reached"
        );
        assert_eq!(tiered(50.5, tiers()).basis(), Some(Basis::Estimated));
        let next = |quantity| marginal(quantity, tiers()).map(|price| price.usd);
        assert_eq!(
            [next(0.0), next(9.9), next(10.0), next(50.0)],
            [Some(2.0), Some(2.0), Some(0.5), Some(1.0)]
        );
        assert_eq!(
            tiered(11.0, [(10.0, NEW)]),
            Cost::UNKNOWN,
            "beyond the last tier"
        );
        assert_eq!(tiered(11.0, [(10.0, NEW), (50.0, None)]), Cost::UNKNOWN);
        assert_eq!(tiered(9.0, [(10.0, NEW), (50.0, None)]).usd(), Some(18.0));
    }
}
