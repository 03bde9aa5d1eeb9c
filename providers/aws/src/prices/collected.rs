//! `aws_price`: prices that were read along with an account, so that a snapshot gives the same dollars again.

use billhook_catalog::table;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::key::SkuKey;
use super::live::{Known, SOURCE};
use super::{Basis, LivePrice, Overlay};

table! {
    /// List prices that were read for this snapshot, one row a price and region: of everything in it that has a price in AWS's
    /// price list. Filled by `--live-prices` only. They go before the prices that are built in.
    pub struct CollectedPrice: link in "aws_price" reads ["pricing:GetProducts"] {
        /// Kind of price: `ec2`, `ebs`, `rds`, `network`, …
        section: String,
        /// What is priced: an instance type, a volume type, a service.
        name: String,
        /// What distinguishes prices of one name: a metric, an engine, the operation that is billed (`RunInstances:0002`). Empty where
        /// nothing does, as for Linux on shared hardware.
        variant: String,
        /// US dollars for one `unit`.
        usd: f64,
        /// What one buys for it: `hour`, `gb-month`, …
        unit: String,
        /// When AWS answered it.
        as_of: Option<Timestamp>,
        /// Where it was read.
        source: Option<String>,
    }
}

impl CollectedPrice {
    /// A price that was read, as a row of an account.
    pub(crate) fn new(account_id: &str, key: &SkuKey, region: &str, known: &Known) -> Self {
        Self {
            id: billhook_catalog::Place {
                account_id: account_id.to_owned(),
                region: region.to_owned(),
            },
            section: key.section.clone(),
            name: key.name.clone(),
            variant: key.variant.clone(),
            usd: known.usd,
            unit: known.unit.clone(),
            as_of: Some(known.read_at),
            source: Some(SOURCE.to_owned()),
        }
    }

    /// Puts it in front of older prices.
    pub(crate) fn add_to(&self, overlay: &mut Overlay<'_>) {
        let key = SkuKey::new(&self.section, &self.name, &self.variant);
        let price = live_price(self.usd, &self.unit, self.as_of, self.source.as_deref());
        overlay.insert(&key.sku(), &self.id.region, price);
    }
}

/// A price that was read at an instant: exact, or an estimate when nobody knows the instant.
pub(crate) fn live_price(
    usd: f64,
    unit: &str,
    read_at: Option<Timestamp>,
    source: Option<&str>,
) -> LivePrice {
    LivePrice {
        usd,
        unit: unit.to_owned(),
        basis: match read_at {
            Some(_) => Basis::Exact,
            None => Basis::Estimated,
        },
        as_of: read_at.map(|at| at.to_zoned(TimeZone::UTC).date()),
        source: source.unwrap_or("an unknown source").to_owned(),
    }
}
