//! Things that are sold by a meter: storage, addresses, gateways, load balancers. A usage type says what it is.
//!
//! `prices/meters.csv` of this crate holds them, since the generator of the book reads them too: service code, product family to
//! ask for (empty asks for all that the service sells in a region, where that is little), usage type without region, operation
//! (empty where it does not matter), units that AWS may write, quantity from which the price holds (empty where there is just one
//! price), the book's units in one unit of AWS, and the price of the book that it is, with its unit.

use std::sync::LazyLock;

use super::super::key::SkuKey;
use super::product::{Product, Tier};

/// A line of the price list and the price of the book that it is.
#[derive(Debug)]
pub(super) struct Meter {
    /// Service code.
    pub(super) service: &'static str,
    /// Product family to ask for; empty asks for all of the service.
    pub(super) family: &'static str,
    usage: &'static str,
    operation: &'static str,
    units: Vec<&'static str>,
    from: Option<f64>,
    times: f64,
    /// What it is the price of.
    pub(super) key: SkuKey,
    /// The book's unit.
    pub(super) unit: &'static str,
}

/// Every meter that is known. What is not here has no newer price than the book's.
pub(super) static METERS: LazyLock<Vec<Meter>> = LazyLock::new(|| {
    let lines = include_str!("../../../prices/meters.csv").lines();
    let meters: Option<Vec<Meter>> = lines.skip(1).map(Meter::read).collect();
    meters.expect("the meters that are compiled in are whole")
});

impl Meter {
    fn read(line: &'static str) -> Option<Self> {
        let cells: Vec<&'static str> = line.split(',').collect();
        let [
            service,
            family,
            usage,
            operation,
            units,
            from,
            times,
            section,
            name,
            variant,
            unit,
        ] = cells[..]
        else {
            return None;
        };
        let from = match from {
            "" => None,
            quantity => Some(quantity.parse().ok()?),
        };
        let (top, bottom) = times.split_once('/').unwrap_or((times, "1"));
        Some(Self {
            service,
            family,
            usage,
            operation,
            units: units.split('|').collect(),
            from,
            times: top.parse::<f64>().ok()? / bottom.parse::<f64>().ok()?,
            key: SkuKey::new(section, name, variant),
            unit,
        })
    }

    fn is_of(&self, product: &Product) -> bool {
        self.service == product.service
            && self.usage == product.usage()
            && (self.operation.is_empty() || self.operation == product.attribute("operation"))
    }

    /// Its price, if the entry has just the tiers that are known of it.
    fn price(&self, product: &Product, known: usize) -> Option<f64> {
        let tiers: Vec<&Tier> = product.priced().collect();
        if tiers.len() != known {
            return None;
        }
        let tier = match self.from {
            None => tiers.first(),
            Some(from) => tiers.iter().find(|tier| tier.from == from),
        };
        let tier = tier.filter(|tier| tier.is_by(&self.units))?;
        Some(rounded(tier.usd * self.times))
    }
}

/// A computed price without the noise of binary fractions.
fn rounded(usd: f64) -> f64 {
    format!("{usd:.11e}").parse().unwrap_or(usd)
}

/// All meters that an entry is: what, its unit, its price.
pub(super) fn prices(product: &Product) -> Vec<(SkuKey, &'static str, f64)> {
    let meters: Vec<&Meter> = METERS.iter().filter(|meter| meter.is_of(product)).collect();
    let known = meters.len();
    meters
        .into_iter()
        .filter_map(|meter| Some((meter.key.clone(), meter.unit, meter.price(product, known)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::super::PriceBook;
    use super::*;

    /// A misspelt name or unit would put a newer price beside the book's instead of before it.
    #[test]
    fn every_meter_is_a_price_of_the_book_in_its_unit() {
        let mut units = BTreeMap::new();
        for row in PriceBook::embedded().rows() {
            units.insert(SkuKey::from(&row.sku), row.price.unit);
        }
        let mut seen = BTreeMap::new();
        for meter in METERS.iter() {
            let key = meter.key.clone();
            assert_eq!(units.get(&key), Some(&meter.unit), "{key}");
            let other = seen.insert(key, meter.usage);
            assert_eq!(other, None, "two meters for one price");
        }
    }

    #[test]
    fn computed_prices_are_as_short_as_published_ones() {
        assert_eq!(rounded(40.96 / 1024.0), 0.04);
        assert_eq!(rounded(0.000_000_05 * 1e6), 0.05);
        assert_eq!(rounded(0.0952), 0.0952);
    }
}
