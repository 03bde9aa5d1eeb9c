//! What the user pays by a contract: goes before every list price.

use billhook_catalog::Rate;

use super::key::SkuKey;
use super::{Basis, LivePrice, Overlay, PriceBook, PriceLookup, live};

/// Puts rates in front of list prices. Those that name nothing were refused before, by [`fault`].
pub(crate) fn add_to(overlay: &mut Overlay<'_>, rates: &[Rate]) {
    for rate in rates {
        let Ok(key) = rate.key.price.parse::<SkuKey>() else {
            continue;
        };
        let price = LivePrice {
            usd: rate.usd,
            unit: rate.unit.clone(),
            basis: match rate.as_of {
                Some(_) => Basis::Exact,
                None => Basis::Estimated,
            },
            as_of: rate.as_of,
            source: rate.source.clone(),
        };
        overlay.insert(&key.sku(), &rate.key.region, price);
    }
}

/// What is wrong with a rate; None when nothing is. A rate may be for a region that the book has no price of, and for an
/// operating system or tenancy that it knows nothing of, but not for what no price of billhook is called.
pub(crate) fn fault(rate: &Rate) -> Option<String> {
    let key: SkuKey = match rate.key.price.parse() {
        Ok(key) => key,
        Err(fault) => return Some(fault.to_string()),
    };
    let Some(unit) = unit_of(&key) else {
        return Some(format!(
            "there is no price {:?}; `billhook prices show` lists and searches them",
            rate.key.price
        ));
    };
    (unit != rate.unit).then(|| {
        format!(
            "{} is priced by the unit {unit}, not {:?}",
            rate.key.price, rate.unit
        )
    })
}

/// The unit that a price has wherever there is one; None when nothing has that name.
pub(crate) fn unit_of(key: &SkuKey) -> Option<&'static str> {
    let book = PriceBook::embedded();
    let lookup = |key: &SkuKey| {
        let regions = book.regions().iter();
        regions
            .filter_map(|region| book.lookup(&key.sku(), region))
            .map(|price| price.unit)
            .next()
    };
    if key.section == super::sku::section::EC2 {
        let (operation, dedicated) = super::ec2::operation(&key.variant);
        let tenancy = if dedicated { "dedicated" } else { "default" };
        super::ec2::variant(operation, tenancy).filter(|variant| *variant == key.variant)?;
        return lookup(&SkuKey::new(&key.section, &key.name, ""));
    }
    lookup(key).or_else(|| live::unit_of(key))
}

#[cfg(test)]
mod tests {
    use billhook_catalog::PriceKey;
    use jiff::civil::date;

    use super::*;

    fn rate(price: &str, unit: &str) -> Rate {
        Rate {
            key: PriceKey {
                price: price.to_owned(),
                region: "eu-west-1".to_owned(),
            },
            usd: 0.08,
            unit: unit.to_owned(),
            as_of: Some(date(2026, 10, 1)),
            source: "rates.csv".to_owned(),
            line: 2,
        }
    }

    #[test]
    fn a_rate_goes_before_the_book() {
        let mut overlay = Overlay::new(PriceBook::embedded());
        let undated = Rate {
            as_of: None,
            ..rate("ebs gp3 storage_gb_month", "gb-month")
        };
        add_to(&mut overlay, &[rate("ec2 m5.large", "hour"), undated]);
        let price = overlay
            .ec2_linux_hour("eu-west-1", "m5.large")
            .expect("own");
        assert_eq!(
            (price.usd, price.basis, price.source),
            (0.08, Basis::Exact, "rates.csv")
        );
        let price = overlay
            .ebs(
                "eu-west-1",
                "gp3",
                super::super::ebs::EbsMetric::StorageGibMonth,
            )
            .expect("own");
        assert_eq!((price.usd, price.basis), (0.08, Basis::Estimated));
        let elsewhere = overlay.ec2_linux_hour("us-east-1", "m5.large");
        assert_eq!(elsewhere.map(|price| price.usd), Some(0.096));
    }

    #[test]
    fn a_rate_must_name_a_price_in_its_unit() {
        for (price, unit) in [
            ("ec2 m5.large", "hour"),
            ("ec2 m5.large RunInstances:0002", "hour"),
            ("ec2 m5.large RunInstances/dedicated", "hour"),
            ("network nat_gateway data_gb", "gb"),
        ] {
            assert_eq!(fault(&rate(price, unit)), None, "{price}");
        }
        for (price, unit, message) in [
            ("m5.large", "hour", "two or three words"),
            ("ec2 m5.huge", "hour", "there is no price \"ec2 m5.huge\""),
            ("ec2 m5.large windows", "hour", "there is no price"),
            ("ec2 m5.large RunInstances", "hour", "there is no price"),
            ("ebs gp3 storage", "gb-month", "there is no price"),
            ("ec2 m5.large", "month", "by the unit hour, not \"month\""),
        ] {
            let found = fault(&rate(price, unit)).expect(price);
            assert!(found.contains(message), "{found}");
        }
    }
}
