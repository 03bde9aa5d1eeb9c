//! `plan`: what a scan would do and cost, before it is done.

use std::io::{self, Write};

use billhook::plan as planning;
use jiff::Timestamp;

use super::progress::Bar;
use super::setup::Prepared;
use super::{Cloud, Failure, Outcome, collect, setup};
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
    } = setup::prepare(&args.rules, cloud)?;
    let mut want = planning::want(
        &rules.rules,
        &catalog,
        setup::regions(&args.scope, &config),
        Timestamp::now(),
    );
    want.count_metrics_only = true;
    if args.live_prices {
        setup::want_prices(&mut want, offline.as_ref())?;
    }
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
        let collected = provider.collect(&want, &progress).await;
        progress.finish();
        let calls: u64 = collected.spent.calls.values().sum();
        writeln!(
            out,
            "\nThe inventory took {calls} calls in {} regions:\n",
            collected.regions.len()
        )?;
        for (operation, count) in &collected.spent.calls {
            writeln!(out, "  {operation:48} {count}")?;
        }
        let cost = collected
            .spent
            .cost_usd
            .map_or("unknown".to_owned(), |usd| format!("${usd:.4}"));
        writeln!(
            out,
            "\nA scan would buy at most {} metrics: {cost} at list price.",
            collected.spent.metrics_requested
        )?;
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
