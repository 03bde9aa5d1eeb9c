//! `prices`: what things cost: as it is built in, and as it is today.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use billhook::facts;
use billhook::plan;
use billhook::sql::Catalog;
use billhook_catalog::{
    FactParams, FreshPrices, ListPrice, LivePrices, PriceKey, Progress, Provider,
};
use globset::GlobBuilder;
use jiff::{SignedDuration, Timestamp};
use polars::prelude::{Column, DataFrame};

use super::progress::Bar;
use super::{Cloud, Failure, Outcome, cache as kept, collect, judge, log, query, setup};
use crate::cli::{
    ExtraArgs, Global, LiveArgs, PricesCommand, PricesRefreshArgs, PricesShowArgs, QueryFormat,
    RuleArgs,
};

/// How long a price that was read is taken for today's.
const DEFAULT_TTL: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Names that are offered in place of one that there is not.
const SUGGESTIONS: usize = 8;

/// Runs a subcommand.
pub(super) fn prices(
    command: &PricesCommand,
    global: &Global,
    cloud: &dyn Cloud,
) -> Result<Outcome, Failure> {
    match command {
        PricesCommand::Refresh(args) => refresh(args, global, cloud),
        PricesCommand::Show(args) => show(args, cloud),
    }
}

fn cache(named: Option<&PathBuf>) -> Option<PathBuf> {
    named.cloned().or_else(|| kept::user_folder("prices"))
}

/// How a scan reads prices; `None` when it is not to.
pub(super) fn live(args: &LiveArgs, now: Timestamp) -> Option<LivePrices> {
    args.live_prices.then(|| LivePrices {
        cache: cache(args.price_cache.as_ref()),
        max_age: args.price_ttl.unwrap_or(DEFAULT_TTL),
        now,
        save_replies: None,
    })
}

fn refresh(
    args: &PricesRefreshArgs,
    global: &Global,
    cloud: &dyn Cloud,
) -> Result<Outcome, Failure> {
    let now = Timestamp::now();
    let live = LivePrices {
        cache: cache(args.price_cache.as_ref()),
        max_age: args.ttl.unwrap_or(DEFAULT_TTL),
        now,
        save_replies: args.save_replies.clone(),
    };
    setup::runtime()?.block_on(async {
        let provider = collect::connect(cloud, &args.scope).await;
        let progress = Bar::start(global);
        let asked = keys(args, provider.as_ref(), cloud, &progress, now).await;
        let keys = asked.inspect_err(|_| progress.finish())?;
        progress.say("prices");
        let fresh = provider.fresh_prices(&keys, &live, &progress).await;
        progress.finish();
        for warning in &fresh.warnings {
            tracing::warn!("{warning}");
        }
        let mut wanted: BTreeMap<PriceKey, Option<ListPrice>> =
            keys.into_iter().map(|key| (key, None)).collect();
        for price in provider.list_prices() {
            if let Some(found) = wanted.get_mut(&price.key) {
                *found = Some(price);
            }
        }
        report(&fresh, &wanted, args.format, global)?;
        Ok(if fresh.gaps.is_empty() {
            Outcome::Complete
        } else {
            Outcome::Incomplete
        })
    })
}

/// The prices that are to be read: those that are named, or those that a snapshot or the account needs.
async fn keys(
    args: &PricesRefreshArgs,
    provider: &dyn Provider,
    cloud: &dyn Cloud,
    progress: &dyn Progress,
    now: Timestamp,
) -> Result<BTreeSet<PriceKey>, Failure> {
    if !args.skus.is_empty() {
        if args.scope.regions.is_empty() {
            return Err(Failure::new(
                "name the regions of these prices with --region",
            ));
        }
        let words = |sku: &String| sku.split_whitespace().collect::<Vec<_>>().join(" ");
        let pairs = args.skus.iter().flat_map(|sku| {
            let regions = args.scope.regions.iter();
            regions.map(move |region| PriceKey {
                price: words(sku),
                region: region.clone(),
            })
        });
        return Ok(pairs.collect());
    }
    let mut keys = match &args.snapshot {
        Some(folder) => {
            let catalog = Catalog::new(provider.tables());
            let snapshot = judge::snapshot(folder, &catalog)?;
            let manifest = &snapshot.manifest;
            let params = FactParams::new(manifest.started_at);
            let facts = facts::build(
                provider,
                &snapshot.tables,
                &manifest.gaps,
                &manifest.coverage,
                &params,
            )
            .map_err(Failure::new)?;
            provider.needed_prices(&facts.tables, &params)
        }
        None => {
            provider.identity().await.map_err(Failure::new)?;
            let rules = RuleArgs {
                config: args.config.clone(),
                ..RuleArgs::default()
            };
            let extras = setup::Extras::Asked(&ExtraArgs::default());
            let prepared = setup::prepare(&rules, cloud, extras)?;
            let regions = setup::regions(&args.scope, &prepared.config);
            let mut want = plan::want(&prepared.rules.rules, &prepared.catalog, regions, now);
            // What something costs by the hour does not depend on how much it is used.
            want.metrics.clear();
            // What is charged by the request says nothing about what there is.
            let catalog = &prepared.catalog;
            want.tables.retain(|name, _| {
                catalog
                    .table(name)
                    .is_none_or(|table| table.opt_in.is_none())
            });
            let accounts = setup::scope(&args.scope, &prepared.config, provider)?;
            let at_once = setup::accounts_at_once(&args.scope, &prepared.config);
            let how_many = (&accounts, at_once);
            for notice in setup::choose_accounts(&mut want, how_many, provider, progress).await? {
                tracing::warn!("{notice}");
            }
            let collected = provider.collect(&want, progress).await;
            for gap in &collected.gaps {
                let region = gap.region.as_deref().unwrap_or("all regions");
                tracing::warn!("{} in {region}: {} {}", gap.table, gap.operation, gap.kind);
            }
            let mut tables = billhook_catalog::Tables::default();
            for (name, frame) in collected.tables {
                tables.insert(name, frame);
            }
            provider.needed_prices(&tables, &FactParams::new(now))
        }
    };
    let regions = &args.scope.regions;
    keys.retain(|key| regions.is_empty() || regions.contains(&key.region));
    Ok(keys)
}

/// One line of what a refresh came to.
struct Line<'p> {
    key: &'p PriceKey,
    status: &'static str,
    book: Option<&'p ListPrice>,
    fresh: Option<&'p ListPrice>,
    read: &'static str,
    reason: &'p str,
}

fn lines<'p>(
    fresh: &'p FreshPrices,
    book: &'p BTreeMap<PriceKey, Option<ListPrice>>,
) -> Vec<Line<'p>> {
    let of = |key: &PriceKey| book.get(key).and_then(Option::as_ref);
    let read = fresh.prices.iter().map(|found| {
        let key = &found.price.key;
        let book = of(key);
        Line {
            key,
            status: match book {
                None => "new",
                Some(book) if book.usd == found.price.usd => "same",
                Some(_) => "changed",
            },
            book,
            fresh: Some(&found.price),
            read: if found.read_now { "now" } else { "cache" },
            reason: "",
        }
    });
    let missing = fresh.unavailable.iter().map(|(key, reason)| Line {
        key,
        status: "not available",
        book: of(key),
        fresh: None,
        read: "",
        reason,
    });
    let mut lines: Vec<Line<'_>> = read.chain(missing).collect();
    lines.sort_by_key(|line| line.key);
    lines
}

/// Prints what was read, what is new about it, and what could not be had. A table leaves out what is as it was.
fn report(
    fresh: &FreshPrices,
    book: &BTreeMap<PriceKey, Option<ListPrice>>,
    format: QueryFormat,
    global: &Global,
) -> Result<(), Failure> {
    let mut lines = lines(fresh, book);
    let count = |status: &str| lines.iter().filter(|line| line.status == status).count();
    let now = fresh.prices.iter().filter(|price| price.read_now).count();
    let calls: u64 = fresh.spent.calls.values().sum();
    let summary = format!(
        "{} prices: {now} read with {calls} calls, {} kept from before; {} as in the book, {} changed, {} not in the book; {} not available",
        fresh.prices.len(),
        fresh.prices.len() - now,
        count("same"),
        count("changed"),
        count("new"),
        fresh.unavailable.len(),
    );
    let people = format == QueryFormat::Table;
    if people {
        lines.retain(|line| line.status != "same");
    }
    if !people || !lines.is_empty() && !global.quiet {
        query::print(&refreshed(&lines)?, format)?;
    }
    if people && !global.quiet {
        writeln!(io::stdout().lock(), "{summary}")?;
    }
    for gap in &fresh.gaps {
        let region = gap.region.as_deref().unwrap_or("all regions");
        let action = gap
            .iam_action
            .as_deref()
            .map(|action| format!("; it needs {action}"))
            .unwrap_or_default();
        let message = format!(
            "prices of {region} could not be read: {} {} ({}){action}",
            gap.operation, gap.kind, gap.detail
        );
        log::remark(global, &message);
    }
    Ok(())
}

fn refreshed(lines: &[Line<'_>]) -> Result<DataFrame, Failure> {
    let text = |name: &str, of: &dyn Fn(&Line<'_>) -> Option<String>| {
        Column::new(name.into(), lines.iter().map(of).collect::<Vec<_>>())
    };
    let usd = |name: &str, of: &dyn Fn(&Line<'_>) -> Option<f64>| {
        Column::new(name.into(), lines.iter().map(of).collect::<Vec<_>>())
    };
    let day = |price: Option<&ListPrice>| price?.as_of.map(|day| day.to_string());
    let columns = vec![
        text("price", &|line| Some(line.key.price.clone())),
        text("region", &|line| Some(line.key.region.clone())),
        text("status", &|line| Some(line.status.to_owned())),
        usd("book_usd", &|line| Some(line.book?.usd)),
        text("book_basis", &|line| Some(line.book?.basis.to_owned())),
        text("book_as_of", &|line| day(line.book)),
        usd("usd", &|line| Some(line.fresh?.usd)),
        text("unit", &|line| Some(line.fresh.or(line.book)?.unit.clone())),
        text("as_of", &|line| day(line.fresh)),
        text("read", &|line| Some(line.read.to_owned())),
        text("reason", &|line| Some(line.reason.to_owned())),
    ];
    DataFrame::new(lines.len(), columns).map_err(Failure::new)
}

/// Prints a price, or all that a pattern or some words fit, as it is built in and as it was read last.
fn show(args: &PricesShowArgs, cloud: &dyn Cloud) -> Result<Outcome, Failure> {
    let provider = cloud.offline();
    let folder = cache(args.price_cache.as_ref());
    let (kept, warnings) = folder
        .as_deref()
        .map(|folder: &Path| provider.cached_prices(folder))
        .unwrap_or_default();
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let mut found: BTreeMap<PriceKey, [Option<ListPrice>; 2]> = BTreeMap::new();
    let mut names = BTreeSet::new();
    let mut add = |price: ListPrice, place: usize| {
        names.insert(price.key.price.clone());
        let prices = found.entry(price.key.clone()).or_default();
        prices[place] = Some(price);
    };
    provider.list_prices().for_each(|price| add(price, 0));
    kept.into_iter().for_each(|price| add(price, 1));
    let chosen = matching(&args.sku, &names)?;
    let regions: BTreeSet<&str> = found.keys().map(|key| key.region.as_str()).collect();
    if let Some(unknown) = args
        .regions
        .iter()
        .find(|region| !regions.contains(region.as_str()))
    {
        return Err(Failure::new(format!(
            "there is no price in a region {unknown}; is it misspelt?"
        )));
    }
    let wanted = |key: &PriceKey| {
        chosen.contains(key.price.as_str())
            && (args.regions.is_empty() || args.regions.contains(&key.region))
    };
    let rows: Vec<_> = found.iter().filter(|(key, _)| wanted(key)).collect();
    if rows.is_empty() {
        return Err(Failure::new(format!(
            "{} has no price in {}, neither built in nor kept; `billhook prices refresh --sku {:?} --region {}` asks for it",
            args.sku,
            args.regions.join(", "),
            args.sku,
            args.regions.join(" --region "),
        )));
    }
    let of = |place: usize, text: &dyn Fn(&ListPrice) -> Option<String>| {
        let cells = rows.iter().map(|(_, prices)| text(prices[place].as_ref()?));
        cells.collect::<Vec<Option<String>>>()
    };
    let usd = |place: usize| -> Vec<Option<f64>> {
        let cells = rows
            .iter()
            .map(|(_, prices)| Some(prices[place].as_ref()?.usd));
        cells.collect()
    };
    let day = |price: &ListPrice| price.as_of.map(|day| day.to_string());
    let basis = |price: &ListPrice| Some(price.basis.to_owned());
    let source = |price: &ListPrice| Some(price.source.clone());
    let names = rows.iter().map(|(key, _)| key.price.clone());
    let places = rows.iter().map(|(key, _)| key.region.clone());
    let units = rows.iter().map(|(_, prices)| {
        let price = prices.iter().flatten().next();
        price.map(|price| price.unit.clone())
    });
    let columns = vec![
        Column::new("price".into(), names.collect::<Vec<_>>()),
        Column::new("region".into(), places.collect::<Vec<_>>()),
        Column::new("unit".into(), units.collect::<Vec<_>>()),
        Column::new("book_usd".into(), usd(0)),
        Column::new("book_basis".into(), of(0, &basis)),
        Column::new("book_as_of".into(), of(0, &day)),
        Column::new("book_source".into(), of(0, &source)),
        Column::new("cached_usd".into(), usd(1)),
        Column::new("cached_basis".into(), of(1, &basis)),
        Column::new("cached_as_of".into(), of(1, &day)),
        Column::new("cached_source".into(), of(1, &source)),
    ];
    let frame = DataFrame::new(rows.len(), columns).map_err(Failure::new)?;
    query::print(&frame, args.format)?;
    Ok(Outcome::Complete)
}

/// The names that are meant: the one that is written, else those that a pattern fits, else those that hold all the words.
fn matching<'n>(asked: &str, names: &'n BTreeSet<String>) -> Result<BTreeSet<&'n str>, Failure> {
    let asked = asked.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(name) = names.get(&asked) {
        return Ok(BTreeSet::from([name.as_str()]));
    }
    let fits: Box<dyn Fn(&str) -> bool> = if asked.contains(['*', '?']) {
        let glob = GlobBuilder::new(&asked)
            .build()
            .map_err(|fault| Failure::new(format!("{asked}: {fault}")))?
            .compile_matcher();
        Box::new(move |name| glob.is_match(name))
    } else {
        let words: Vec<String> = asked.split(' ').map(str::to_lowercase).collect();
        Box::new(move |name| {
            let name = name.to_lowercase();
            words.iter().all(|word| name.contains(word))
        })
    };
    let found: BTreeSet<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| fits(name))
        .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let near = suggestions(&asked, names);
    Err(Failure::new(if near.is_empty() {
        format!(
            "there is no price {asked:?}; write part of its name, or a pattern such as 'ec2 m5*'"
        )
    } else {
        format!(
            "there is no price {asked:?}; the nearest are: {}",
            near.join(", ")
        )
    }))
}

/// The names that share most with what was written, best first.
fn suggestions<'n>(asked: &str, names: &'n BTreeSet<String>) -> Vec<&'n str> {
    let pairs = |text: &str| -> BTreeSet<(char, char)> {
        let letters: Vec<char> = text.to_lowercase().chars().collect();
        letters.windows(2).map(|pair| (pair[0], pair[1])).collect()
    };
    let wanted = pairs(asked);
    let mut scored: Vec<(usize, &str)> = names
        .iter()
        .filter_map(|name| {
            let own = pairs(name);
            let shared = wanted.intersection(&own).count();
            // Twice the shared pairs over all pairs, in thousandths; below a third nobody would have meant it.
            let score = 2000 * shared / (wanted.len() + own.len()).max(1);
            (score > 333).then_some((score, name.as_str()))
        })
        .collect();
    scored.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    scored.truncate(SUGGESTIONS);
    scored.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> BTreeSet<String> {
        [
            "ec2 m5.large",
            "ec2 m5.large RunInstances:0002",
            "ec2 m5.xlarge",
            "network nat_gateway hour",
        ]
        .map(str::to_owned)
        .into()
    }

    #[test]
    fn a_name_a_pattern_or_words() {
        let names = names();
        let found = |asked: &str| -> Vec<&str> {
            matching(asked, &names).expect(asked).into_iter().collect()
        };
        assert_eq!(
            found("ec2  m5.large"),
            ["ec2 m5.large"],
            "the name itself, not what begins with it"
        );
        assert_eq!(found("ec2 m5*").len(), 3);
        assert_eq!(found("*large"), ["ec2 m5.large", "ec2 m5.xlarge"]);
        assert_eq!(found("NAT hour"), ["network nat_gateway hour"]);
    }

    #[test]
    fn what_there_is_not_is_answered_with_what_is_near() {
        let Err(Failure::Message(message)) = matching("ec2 m5.lagre", &names()) else {
            panic!("there is no such price");
        };
        assert!(
            message.contains("the nearest are: ec2 m5.large"),
            "{message}"
        );
        assert!(matching("zzz", &names()).is_err());
    }
}
