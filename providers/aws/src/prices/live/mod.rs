//! Prices of today, from AWS's Price List by way of GetProducts.
//!
//! In the order of the work: [`query`] makes as few requests as possible of what is asked for, [`fetch`] sends them, [`product`] reads the
//! entries that come back, and [`instance`] and [`meter`] say which price of the book an entry is. What none of them knows is
//! not available, and never guessed. [`cache`] keeps the answers.
//!
//! The price list has no spot prices, no Savings Plans and nothing of what an account has agreed with AWS.

pub(crate) mod cache;
pub(crate) mod fetch;
mod instance;
mod meter;
mod product;
mod query;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use billhook_catalog::{GapKind, LivePrices};
use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};

use crate::call::Caller;
use crate::classify::Problem;
use crate::session::Clients;

use super::key::SkuKey;
use cache::{Cache, Entries, Entry};
pub(crate) use fetch::OPERATION;
use fetch::{Answers, Found};
use query::Query;

/// What people read as the source of these prices.
pub const SOURCE: &str = "AWS Price List";

/// How long a price that was read is taken for today's, unless somebody says otherwise.
pub const DEFAULT_MAX_AGE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Questions under way at once: the service bears few.
const QUESTIONS_AT_ONCE: usize = 3;

/// The unit of a price that has an entry in the price list. None for others.
pub(crate) fn unit_of(key: &SkuKey) -> Option<&'static str> {
    meter::METERS
        .iter()
        .find(|meter| meter.key == *key)
        .map(|meter| meter.unit)
}

/// The endpoint that is next to a region: AWS has three.
/// <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html>
pub(crate) fn endpoint_region(home: &str) -> &'static str {
    let area = home.split('-').next().unwrap_or_default();
    match area {
        "af" | "eu" | "il" | "me" => "eu-central-1",
        "ap" => "ap-south-1",
        "cn" => "cn-northwest-1",
        _ => "us-east-1",
    }
}

/// What is known of the prices that were asked for.
#[derive(Debug, Default)]
pub(crate) struct Fresh {
    /// Prices, by what and where.
    pub(crate) prices: BTreeMap<(SkuKey, String), Known>,
    /// What has none, and why.
    pub(crate) unavailable: Vec<(SkuKey, String, String)>,
    /// Questions that were not answered, by region.
    pub(crate) problems: Vec<(String, Problem)>,
    /// Remarks.
    pub(crate) warnings: Vec<String>,
}

/// A price that was answered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known {
    /// US dollars for one `unit`.
    pub(crate) usd: f64,
    /// The book's unit.
    pub(crate) unit: String,
    /// When it was answered.
    pub(crate) read_at: Timestamp,
    /// Whether that was now.
    pub(crate) read_now: bool,
}

/// The newest prices of what is wanted, by region: what was kept and is young enough, and the rest from AWS.
pub(crate) async fn refresh(
    clients: &Clients,
    caller: &Caller<'_>,
    wanted: &BTreeMap<String, BTreeSet<SkuKey>>,
    live: &LivePrices,
) -> Fresh {
    let cache = live.cache.as_deref().map(Cache::new);
    let mut fresh = Fresh::default();
    let mut queries = Vec::new();
    for (region, keys) in wanted {
        let kept = kept(cache.as_ref(), region, keys, &mut fresh.warnings);
        let mut open = BTreeSet::new();
        for key in keys {
            match kept.get(key).filter(|entry| is_young(entry, live)) {
                Some(entry) => fresh.put(key, region, entry, false),
                None => {
                    open.insert(key.clone());
                }
            }
        }
        let (asked, unmapped) = query::plan(region, &open);
        queries.extend(asked);
        fresh.unavailable.extend(unmapped.into_iter().map(|key| {
            let why = "billhook does not know its entry in the price list".to_owned();
            (key, region.clone(), why)
        }));
    }
    let at = endpoint_region(clients.home());
    let save = live.save_replies.as_deref();
    let mut answers = futures::stream::iter(queries)
        .map(|query| ask(clients, caller, at, query, save))
        .buffer_unordered(QUESTIONS_AT_ONCE);
    while let Some((query, answer)) = answers.next().await {
        match answer {
            Ok(answers) => fresh.take(&query, &answers, cache.as_ref(), live.now),
            Err(problem) => fresh.problems.push((query.region, problem)),
        }
    }
    drop(answers);
    fresh.unavailable.sort();
    fresh
        .problems
        .sort_by(|one, other| (&one.0, &one.1.detail).cmp(&(&other.0, &other.1.detail)));
    fresh
}

async fn ask(
    clients: &Clients,
    caller: &Caller<'_>,
    at: &str,
    query: Query,
    save: Option<&Path>,
) -> (Query, Result<Answers, Problem>) {
    let answer = if clients.home().starts_with("us-gov-") {
        Err(Problem::new(
            OPERATION,
            GapKind::Unsupported,
            "AWS GovCloud has no price list to ask; read prices with credentials of a commercial account",
        ))
    } else {
        fetch::ask(clients, caller, at, &query, save).await
    };
    (query, answer)
}

/// What was kept of the sections that are asked for.
fn kept(
    cache: Option<&Cache>,
    region: &str,
    keys: &BTreeSet<SkuKey>,
    warnings: &mut Vec<String>,
) -> Entries {
    let sections: BTreeSet<&str> = keys.iter().map(|key| key.section.as_str()).collect();
    let mut kept = Entries::new();
    if let Some(cache) = cache {
        for section in sections {
            kept.extend(cache.read(region, section, warnings));
        }
    }
    kept
}

/// Whether an answer is young enough. One from the future is not: the clock was wrong then or is now.
fn is_young(entry: &Entry, live: &LivePrices) -> bool {
    let age = live.now.duration_since(entry.read_at);
    age >= SignedDuration::ZERO && age <= live.max_age
}

impl Fresh {
    fn put(&mut self, key: &SkuKey, region: &str, entry: &Entry, read_now: bool) {
        match entry.usd {
            Some(usd) => {
                let known = Known {
                    usd,
                    unit: entry.unit.clone(),
                    read_at: entry.read_at,
                    read_now,
                };
                self.prices.insert((key.clone(), region.to_owned()), known);
            }
            None => {
                let why = (key.clone(), region.to_owned(), entry.reason.clone());
                self.unavailable.push(why);
            }
        }
    }

    /// Takes an answer, and keeps all of it: what else was in it may be asked for next time.
    fn take(&mut self, query: &Query, answers: &Answers, cache: Option<&Cache>, now: Timestamp) {
        let mut sections: BTreeMap<&str, Entries> = BTreeMap::new();
        let found = answers.keys();
        for key in found.union(&query.wanted) {
            let entry = entry(answers.of(key), now);
            if query.wanted.contains(key) {
                self.put(key, &query.region, &entry, true);
            }
            let section = sections.entry(&key.section).or_default();
            section.insert(key.clone(), entry);
        }
        for (section, entries) in sections {
            if let Some(Err(fault)) =
                cache.map(|cache| cache.write(&query.region, section, &entries))
            {
                self.warnings.push(format!(
                    "prices of {section} in {} cannot be kept: {fault}",
                    query.region
                ));
            }
        }
    }
}

fn entry(found: Found, now: Timestamp) -> Entry {
    let (usd, unit, reason) = match found {
        Found::Price(usd, unit) => (Some(usd), unit, ""),
        Found::Contradiction => (None, "", "the price list holds several numbers for it"),
        Found::Nothing => (None, "", "the price list does not hold it"),
    };
    Entry {
        usd,
        unit: unit.to_owned(),
        reason: reason.to_owned(),
        read_at: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_of_three_endpoints_is_asked() {
        for (home, endpoint) in [
            ("us-west-2", "us-east-1"),
            ("sa-east-1", "us-east-1"),
            ("ca-central-1", "us-east-1"),
            ("eu-west-1", "eu-central-1"),
            ("af-south-1", "eu-central-1"),
            ("me-central-1", "eu-central-1"),
            ("il-central-1", "eu-central-1"),
            ("ap-southeast-2", "ap-south-1"),
            ("cn-north-1", "cn-northwest-1"),
        ] {
            assert_eq!(endpoint_region(home), endpoint, "{home}");
        }
    }
}
