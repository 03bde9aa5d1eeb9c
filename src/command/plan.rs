//! `plan`: what a scan would do and cost, before it is done.

use std::io::{self, Write};
use std::time::Instant;

use billhook::plan as planning;
use billhook_catalog::{AccountState, Collected, ScopedAccount};
use jiff::Timestamp;

use super::progress::Bar;
use super::setup::{Extras, Prepared};
use super::{Cloud, Failure, Outcome, cache, collect, setup};
use crate::cli::{Global, PlanArgs};

/// Lists the operations; with credentials also reads the inventory (which is free) and counts the metrics to buy.
pub(super) fn plan(
    args: &PlanArgs,
    global: &Global,
    cloud: &dyn Cloud,
) -> Result<Outcome, Failure> {
    let Prepared {
        config,
        offline,
        catalog,
        rules,
        left_out,
    } = setup::prepare(&args.rules, cloud, Extras::Asked(&args.spend.extra))?;
    let mut want = planning::want(
        &rules.rules,
        &catalog,
        setup::regions(&args.scope, &config),
        Timestamp::now(),
    );
    want.count_metrics_only = true;
    want.skip_quiet_regions = setup::skip_quiet_regions(&args.spend.extra, &config);
    if args.live_prices {
        setup::want_prices(&mut want, offline.as_ref())?;
    }
    want.owner_tags = config.owner_tags.clone();
    let accounts = setup::scope(&args.scope, &config, offline.as_ref())?;
    want.answers = cache::answers(&args.cache, &config);
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{} rules read {} tables through these operations:\n",
        rules.rules.len(),
        want.tables.len()
    )?;
    for (operation, tables) in planning::operations(&want, &catalog, offline.as_ref()) {
        let tables: Vec<&str> = tables.into_iter().collect();
        writeln!(out, "  {operation:48} {}", tables.join(", "))?;
    }
    for operation in offline.scope_calls(&accounts) {
        writeln!(out, "  {operation:48} (finds and enters the accounts)")?;
    }
    if let Some(hint) = setup::hint(&left_out) {
        writeln!(out, "\n{hint}")?;
    }
    if args.offline {
        writeln!(
            out,
            "\nHow often each is called and how many metrics are bought depends on the account:"
        )?;
        writeln!(
            out,
            "run `billhook plan` without --offline, which reads the inventory and buys nothing."
        )?;
        return Ok(Outcome::Complete);
    }
    setup::runtime()?.block_on(async {
        let provider = collect::connect(cloud, &args.scope).await;
        // Prices are read for what is found, when it is found.
        if let Some(table) = provider.price_table() {
            want.tables.remove(table.name);
        }
        provider.identity().await.map_err(Failure::new)?;
        let progress = Bar::start(global);
        let begun = Instant::now();
        let how_many = (&accounts, setup::accounts_at_once(&args.scope, &config));
        let notices =
            setup::choose_accounts(&mut want, how_many, provider.as_ref(), &progress).await;
        let notices = notices.inspect_err(|_| progress.finish())?;
        let collected = provider.collect(&want, &progress).await;
        let inventory = begun.elapsed();
        progress.finish();
        let calls: u64 = collected.spent.calls.values().sum();
        writeln!(
            out,
            "\nThe inventory took {calls} calls in {}{} regions:\n",
            of_accounts(&collected),
            collected.regions.len()
        )?;
        for (operation, count) in &collected.spent.calls {
            writeln!(out, "  {operation:48} {count}")?;
        }
        let foreseen = collected.foreseen.clone().unwrap_or_default();
        writeln!(
            out,
            "\nA scan would buy at most {} metrics. Besides the inventory it would send at most:\n",
            collected.spent.metrics_requested
        )?;
        for (operation, requests) in &foreseen.calls {
            writeln!(out, "  {operation:48} {requests}")?;
        }
        let cost = foreseen
            .cost_usd
            .map_or("an unknown amount".to_owned(), |usd| format!("${usd:.4}"));
        let seconds = inventory.as_secs_f64() + foreseen.seconds;
        writeln!(
            out,
            "\nIt would cost at most {cost} at list price, the inventory included, and take about {seconds:.0} seconds."
        )?;
        if let Some(reused) = &collected.spent.reused {
            let saved: u64 = reused.calls.values().sum();
            writeln!(
                out,
                "Left out are {saved} calls and {} metrics whose answers are kept of earlier scans (--no-cache asks anew).",
                reused.metrics
            )?;
        }
        let cap = setup::max_usd(&args.spend, &config);
        if let (Some(cap), Some(cost)) = (cap, foreseen.cost_usd)
            && cost > cap
        {
            writeln!(
                out,
                "That may be more than ${cap}: what is worth least would be left out, and reported."
            )?;
        }
        writeln!(out, "`billhook permissions` prints the policy that it needs.")?;
        for notice in notices {
            writeln!(out, "{notice}")?;
        }
        if !collected.gaps.is_empty() {
            writeln!(
                out,
                "\n{} things could not be read; `billhook doctor` lists them.",
                collected.gaps.len()
            )?;
        }
        Ok(Outcome::Complete)
    })
}

/// "3 accounts and ", where there is more than one.
fn of_accounts(collected: &Collected) -> String {
    let read = |account: &&ScopedAccount| account.state == AccountState::Read;
    match collected.estate.iter().filter(read).count() {
        0 | 1 => String::new(),
        accounts => format!("{accounts} accounts and "),
    }
}
