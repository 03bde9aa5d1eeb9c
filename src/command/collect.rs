//! `scan` and `collect`: read an account.

use std::io::{self, Write};

use billhook::assess::{Thresholds, assess};
use billhook::plan;
use billhook::snapshot::Snapshot;
use billhook_catalog::Provider;
use jiff::Timestamp;

use super::progress::Bar;
use super::setup::{Extras, Prepared};
use super::{Cloud, Failure, Outcome, cache, output, prices, setup};
use crate::cli::{CacheArgs, CollectArgs, Global, LiveArgs, ScanArgs, ScopeArgs, SpendArgs};

/// Connects and reads an account for the selected rules.
async fn read(
    cloud: &dyn Cloud,
    prepared: &Prepared,
    (scope, live, spend, kept): (&ScopeArgs, &LiveArgs, &SpendArgs, &CacheArgs),
    progress: &Bar,
    scan_id: &str,
) -> Result<Snapshot, Failure> {
    let accounts = setup::scope(scope, &prepared.config, prepared.offline.as_ref())?;
    let provider = connect(cloud, scope).await;
    let identity = provider.identity().await.map_err(Failure::new)?;
    tracing::info!(
        account = identity.account_id,
        caller = identity.caller,
        "credentials"
    );
    let Prepared {
        config,
        catalog,
        rules,
        ..
    } = prepared;
    let started_at = Timestamp::now();
    let regions = setup::regions(scope, config);
    let mut want = plan::want(&rules.rules, catalog, regions, started_at);
    if live.live_prices {
        setup::want_prices(&mut want, provider.as_ref())?;
        want.live_prices = prices::live(live, started_at);
    }
    want.owner_tags = config.owner_tags.clone();
    want.max_usd = setup::max_usd(spend, config);
    want.answers = cache::answers(kept, config);
    want.skip_quiet_regions = setup::skip_quiet_regions(&spend.extra, config);
    let at_once = setup::accounts_at_once(scope, config);
    let how_many = (&accounts, at_once);
    let notices = setup::choose_accounts(&mut want, how_many, provider.as_ref(), progress).await?;
    let mut collected = provider.collect(&want, progress).await;
    collected.notices.splice(0..0, notices);
    let times = (started_at, Timestamp::now());
    let calls: u64 = collected.spent.calls.values().sum();
    tracing::info!(calls, gaps = collected.gaps.len(), "collected");
    Ok(Snapshot::of(
        collected,
        provider.name(),
        scan_id,
        times,
        catalog,
    ))
}

/// Connects as the arguments say.
pub(super) async fn connect(cloud: &dyn Cloud, scope: &ScopeArgs) -> Box<dyn Provider> {
    cloud.connect(scope.profile.clone()).await
}

/// Reads an account, judges it, writes the report.
pub(super) fn scan(
    args: &ScanArgs,
    global: &Global,
    cloud: &dyn Cloud,
    scan_id: &str,
) -> Result<Outcome, Failure> {
    let prepared = setup::prepare(&args.rules, cloud, Extras::Asked(&args.spend.extra))?;
    setup::runtime()?.block_on(async {
        let progress = Bar::start(global);
        let how = (&args.scope, &args.live, &args.spend, &args.cache);
        let snapshot = read(cloud, &prepared, how, &progress, scan_id).await;
        let snapshot = snapshot.inspect_err(|_| progress.finish())?;
        if let Some(folder) = &args.snapshot {
            snapshot.write(folder).map_err(Failure::new)?;
        }
        progress.say("judging");
        let thresholds = Thresholds {
            min_savings_usd: args.output.min_savings,
        };
        let Prepared {
            rules,
            config,
            offline,
            ..
        } = &prepared;
        let assessment =
            assess(offline.as_ref(), &snapshot, rules, config, thresholds).map_err(Failure::new)?;
        progress.say(&format!("{} findings", assessment.report.findings.len()));
        progress.finish();
        let outcome = output::deliver(&assessment, &args.output, global)?;
        if let Some(hint) = setup::hint(&prepared.left_out).filter(|_| !global.quiet) {
            writeln!(io::stdout().lock(), "{hint}")?;
        }
        Ok(outcome)
    })
}

/// Reads an account into a snapshot.
pub(super) fn collect(
    args: &CollectArgs,
    global: &Global,
    cloud: &dyn Cloud,
    scan_id: &str,
) -> Result<Outcome, Failure> {
    let prepared = setup::prepare(&args.rules, cloud, Extras::Asked(&args.spend.extra))?;
    setup::runtime()?.block_on(async {
        let progress = Bar::start(global);
        let how = (&args.scope, &args.live, &args.spend, &args.cache);
        let snapshot = read(cloud, &prepared, how, &progress, scan_id).await;
        progress.finish();
        let snapshot = snapshot?;
        snapshot.write(&args.snapshot).map_err(Failure::new)?;
        let manifest = &snapshot.manifest;
        let accept = &prepared.config.accept;
        let open = manifest.gaps.iter().any(|gap| !accept.accepts(gap));
        if !global.quiet {
            let mut out = io::stdout().lock();
            let rows: usize = snapshot
                .tables
                .iter()
                .map(|(_, frame)| frame.height())
                .sum();
            let calls: u64 = manifest.spent.calls.values().sum();
            writeln!(
                out,
                "{rows} rows, {calls} calls, {} gaps: {}",
                manifest.gaps.len(),
                args.snapshot.display()
            )?;
            for gap in &manifest.gaps {
                let place = gap.region.as_deref().unwrap_or("all regions");
                let action = gap
                    .iam_action
                    .as_deref()
                    .map(|action| format!(", needs {action}"))
                    .unwrap_or_default();
                writeln!(
                    out,
                    "  {} {place}: {} {}{action}",
                    gap.table, gap.operation, gap.kind
                )?;
            }
        }
        Ok(if manifest.interrupted || open {
            Outcome::Incomplete
        } else {
            Outcome::Complete
        })
    })
}
