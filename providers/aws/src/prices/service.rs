//! What the commands ask of prices: the built-in ones, kept ones, today's.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use aws_config::SdkConfig;
use billhook_catalog::{
    ApiSpend, BASE_GROUP, FactParams, FreshPrice, FreshPrices, Gap, ListPrice, LivePrices,
    PriceKey, Progress, Row, Tables,
};
use jiff::tz::TimeZone;

use crate::call::Caller;
use crate::classify::Problem;
use crate::derive;
use crate::scan::{Frames, Scan};
use crate::session::Clients;

use super::collected::CollectedPrice;
use super::key::SkuKey;
use super::live::cache::Cache;
use super::live::{self, Known};
use super::{Basis, GLOBAL, PriceBook};

/// Every price of the book.
pub(crate) fn list_prices() -> impl Iterator<Item = ListPrice> {
    PriceBook::embedded().rows().map(|row| ListPrice {
        key: PriceKey {
            price: row.sku.to_string(),
            region: row.region.to_owned(),
        },
        usd: row.price.usd,
        unit: row.price.unit.to_owned(),
        basis: row.price.basis.as_str(),
        as_of: row.price.as_of,
        source: row.price.source.to_owned(),
    })
}

/// Every price that a folder keeps, and remarks on what cannot be read.
pub(crate) fn cached_prices(folder: &Path) -> (Vec<ListPrice>, Vec<String>) {
    let (found, warnings) = Cache::new(folder).all();
    let prices = found.into_iter().filter_map(|(region, key, entry)| {
        let known = Known {
            usd: entry.usd?,
            unit: entry.unit,
            read_at: entry.read_at,
            read_now: false,
        };
        Some(list_price(&key, &region, known))
    });
    (prices.collect(), warnings)
}

/// What facts of these tables need.
pub(crate) fn needed_prices(tables: &Tables, params: &FactParams) -> BTreeSet<PriceKey> {
    derive::needed(tables, params)
        .into_iter()
        .map(|(key, region)| price_key(&key, &region))
        .collect()
}

/// Today's prices of what is named.
pub(crate) async fn fresh_prices(
    config: &SdkConfig,
    keys: &BTreeSet<PriceKey>,
    live: &LivePrices,
    progress: &dyn Progress,
) -> FreshPrices {
    let caller = Caller::new(progress, None);
    let clients = Clients::new(config, &caller);
    let mut fresh = FreshPrices::default();
    let mut wanted: BTreeMap<String, BTreeSet<SkuKey>> = BTreeMap::new();
    for key in keys {
        match key.price.parse::<SkuKey>() {
            Ok(sku) => {
                wanted.entry(key.region.clone()).or_default().insert(sku);
            }
            Err(fault) => fresh.unavailable.push((key.clone(), fault.to_string())),
        }
    }
    let found = live::refresh(&clients, &caller, &wanted, live).await;
    for ((key, region), known) in found.prices {
        let read_now = known.read_now;
        let price = list_price(&key, &region, known);
        fresh.prices.push(FreshPrice { price, read_now });
    }
    let unavailable = found.unavailable.into_iter();
    fresh
        .unavailable
        .extend(unavailable.map(|(key, region, why)| (price_key(&key, &region), why)));
    fresh.gaps = found
        .problems
        .into_iter()
        .map(|(region, problem)| Gap {
            table: CollectedPrice::TABLE.name.to_owned(),
            column_group: BASE_GROUP.to_owned(),
            account_id: String::new(),
            region: Some(region),
            resource_id: None,
            metric: None,
            operation: problem.operation.to_owned(),
            iam_action: problem.iam_action(),
            kind: problem.kind,
            detail: problem.detail,
        })
        .collect();
    fresh.gaps.dedup();
    fresh.warnings = found.warnings;
    fresh.spent = ApiSpend {
        calls: caller.counts(),
        cost_usd: Some(0.0),
        ..ApiSpend::default()
    };
    fresh
}

/// Fills `aws_price` with today's prices of what a collection has found in all its accounts. Where they cannot be had the book's
/// remain, and there is a gap.
pub(crate) async fn collect(scan: &Scan<'_>, frames: &[&Frames]) {
    if !scan.wants_any(&[CollectedPrice::TABLE]) {
        return;
    }
    if scan.caller.is_cancelled() {
        let stopped = Err(Problem::cancelled(live::OPERATION));
        for region in &scan.regions {
            scan.settle(CollectedPrice::TABLE, BASE_GROUP, region, &stopped);
        }
        return;
    }
    let everything = LivePrices {
        cache: None,
        max_age: live::DEFAULT_MAX_AGE,
        now: scan.want.taken_at,
        save_replies: None,
    };
    let live = scan.want.live_prices.as_ref().unwrap_or(&everything);
    let params = FactParams::new(scan.want.taken_at);
    let mut wanted: BTreeMap<String, BTreeSet<SkuKey>> = BTreeMap::new();
    for (key, region) in derive::needed(&tables(frames), &params) {
        // What is billed without a region is in no region's price list.
        if region != GLOBAL {
            wanted.entry(region).or_default().insert(key);
        }
    }
    let found = live::refresh(&scan.clients, &scan.caller, &wanted, live).await;
    for warning in found.warnings {
        tracing::warn!("{warning}");
    }
    for ((key, region), known) in found.prices {
        let row = CollectedPrice::new(&scan.names.account, &key, &region, &known);
        scan.put(&region, row);
    }
    let mut problems: BTreeMap<_, _> = found.problems.into_iter().collect();
    for region in &scan.regions {
        let outcome = problems.remove(region).map_or(Ok(()), Err);
        scan.settle(CollectedPrice::TABLE, BASE_GROUP, region, &outcome);
    }
    // Buckets may be in regions that are not read otherwise.
    for (region, problem) in &problems {
        let table = CollectedPrice::TABLE.name;
        scan.gap(table, BASE_GROUP, Some(region), None, problem);
    }
}

/// What was collected, as tables.
fn tables(frames: &[&Frames]) -> Tables {
    let mut tables = Tables::default();
    let names: BTreeSet<&'static str> = frames
        .iter()
        .flat_map(|frames| frames.keys().copied())
        .collect();
    for name in names {
        let mut whole: Option<polars::prelude::DataFrame> = None;
        let parts = frames
            .iter()
            .filter_map(|frames| frames.get(name))
            .flatten();
        for (_, part) in parts {
            match &mut whole {
                None => whole = Some(part.clone()),
                Some(whole) => {
                    whole
                        .vstack_mut(part)
                        .expect("parts of a table have its columns");
                }
            }
        }
        if let Some(whole) = whole {
            tables.insert(name, whole);
        }
    }
    tables
}

fn price_key(key: &SkuKey, region: &str) -> PriceKey {
    PriceKey {
        price: key.to_string(),
        region: region.to_owned(),
    }
}

fn list_price(key: &SkuKey, region: &str, known: Known) -> ListPrice {
    ListPrice {
        key: price_key(key, region),
        usd: known.usd,
        unit: known.unit,
        basis: Basis::Exact.as_str(),
        as_of: Some(known.read_at.to_zoned(TimeZone::UTC).date()),
        source: live::SOURCE.to_owned(),
    }
}
