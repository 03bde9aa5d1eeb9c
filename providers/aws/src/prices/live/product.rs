//! One entry of a price list: what is sold, and its prices on demand.
//!
//! GetProducts gives each entry as a text that holds JSON:
//! <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file.html>.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What a price list says of one thing that is sold.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Product {
    /// Service that sells it (`AmazonEC2`).
    pub(super) service: String,
    /// Kind of thing (`Compute Instance`); empty where AWS gives none.
    pub(super) family: String,
    /// Everything else that AWS says of it.
    attributes: BTreeMap<String, String>,
    /// Prices on demand in US dollars, by the quantity from which they hold. Empty when it is not sold on demand, not in US
    /// dollars, or under several terms that do not agree.
    pub(super) tiers: Vec<Tier>,
}

/// A price from some quantity on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tier {
    /// Quantity a month from which it holds.
    pub(super) from: f64,
    /// US dollars for one unit.
    pub(super) usd: f64,
    /// Unit in AWS's words (`Hrs`, `GB-Mo`).
    pub(super) unit: String,
}

impl Product {
    /// From an entry's text. Fails when it is no JSON, or has no product.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let entry: Value = serde_json::from_str(text)
            .map_err(|fault| format!("an entry of the price list is no JSON: {fault}"))?;
        let product = entry
            .get("product")
            .and_then(Value::as_object)
            .ok_or("an entry of the price list has no product")?;
        let text =
            |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let attributes = product.get("attributes").and_then(Value::as_object);
        let attributes: BTreeMap<String, String> = attributes
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect();
        let mut service = text(entry.get("serviceCode"));
        if service.is_empty() {
            service = attributes.get("servicecode").cloned().unwrap_or_default();
        }
        let on_demand = entry.pointer("/terms/OnDemand").and_then(Value::as_object);
        Ok(Self {
            service,
            family: text(product.get("productFamily")),
            attributes,
            tiers: on_demand.and_then(tiers).unwrap_or_default(),
        })
    }

    /// What AWS says under a name; empty when nothing.
    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    /// Whether it is sold in a region itself: not in a local zone, a wavelength zone or on an outpost.
    pub(super) fn is_sold_in(&self, region: &str) -> bool {
        self.attribute("regionCode") == region
            && matches!(self.attribute("locationType"), "" | "AWS Region")
            && !self
                .attribute("usagetype")
                .to_lowercase()
                .contains("outpost")
    }

    /// The usage type without the region that stands before it in most regions: `EUC1-NatGateway-Hours`, `EU-…`,
    /// `us-east-1-KMS-Keys`, and nothing for many of us-east-1.
    pub(super) fn usage(&self) -> &str {
        let usage = self.attribute("usagetype");
        let region = self.attribute("regionCode");
        if let Some(rest) = usage.strip_prefix(region) {
            return rest.strip_prefix('-').unwrap_or(usage);
        }
        match usage.split_once('-') {
            Some((prefix, rest)) if is_region_prefix(prefix) => rest,
            _ => usage,
        }
    }

    /// The one price that is not free, if there is just one and it is by one of these units.
    pub(super) fn only_price(&self, units: &[&str]) -> Option<f64> {
        let mut priced = self.priced();
        let (only, none) = (priced.next()?, priced.next());
        (none.is_none() && only.is_by(units)).then_some(only.usd)
    }

    /// Tiers that cost something: a free first quantity is no price.
    pub(super) fn priced(&self) -> impl Iterator<Item = &Tier> {
        self.tiers.iter().filter(|tier| tier.usd > 0.0)
    }
}

impl Tier {
    /// Whether it is by one of these units; AWS varies upper and lower case.
    pub(super) fn is_by(&self, units: &[&str]) -> bool {
        units
            .iter()
            .any(|unit| self.unit.eq_ignore_ascii_case(unit))
    }
}

/// `EU`, or three capitals and a digit: `USE1`, `APS3`.
fn is_region_prefix(text: &str) -> bool {
    let letters = text.trim_end_matches(|letter: char| letter.is_ascii_digit());
    text == "EU"
        || letters.len() == 3
            && text.len() == 4
            && letters.chars().all(|letter| letter.is_ascii_uppercase())
}

/// The tiers that all terms on demand agree on.
fn tiers(terms: &Map<String, Value>) -> Option<Vec<Tier>> {
    let mut agreed: Option<Vec<Tier>> = None;
    for term in terms.values() {
        let mut tiers = term
            .get("priceDimensions")?
            .as_object()?
            .values()
            .map(tier)
            .collect::<Option<Vec<_>>>()?;
        tiers.sort_by(|one, other| one.from.total_cmp(&other.from));
        if agreed.as_ref().is_some_and(|agreed| *agreed != tiers) {
            return None;
        }
        agreed = Some(tiers);
    }
    agreed
}

fn tier(dimension: &Value) -> Option<Tier> {
    let number = |value: &Value| -> Option<f64> {
        let number = match value {
            Value::String(text) => text.trim().parse().ok()?,
            other => other.as_f64()?,
        };
        Some(number).filter(|number: &f64| number.is_finite() && *number >= 0.0)
    };
    Some(Tier {
        from: dimension.get("beginRange").map_or(Some(0.0), number)?,
        usd: number(dimension.get("pricePerUnit")?.get("USD")?)?,
        unit: dimension.get("unit")?.as_str()?.to_owned(),
    })
}

#[cfg(test)]
#[path = "product_tests.rs"]
mod tests;
