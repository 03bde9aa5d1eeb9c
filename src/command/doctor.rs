//! `doctor`: will a scan work?

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use billhook::plan;
use billhook_catalog::{AccountState, Collected, EVERY_TABLE};
use jiff::Timestamp;

use super::progress::Bar;
use super::setup::{Extras, Prepared};
use super::{Cloud, Failure, Outcome, collect, setup};
use crate::cli::{DoctorArgs, Global};

/// Tries everything that a scan would call, but buys no metrics, and says what is missing.
pub(super) fn doctor(
    args: &DoctorArgs,
    global: &Global,
    cloud: &dyn Cloud,
) -> Result<Outcome, Failure> {
    let Prepared {
        config,
        catalog,
        rules,
        offline,
        ..
    } = setup::prepare(&args.rules, cloud, Extras::Asked(&args.extra))?;
    let mut want = plan::want(
        &rules.rules,
        &catalog,
        setup::regions(&args.scope, &config),
        Timestamp::now(),
    );
    want.count_metrics_only = true;
    let accounts = setup::scope(&args.scope, &config, offline.as_ref())?;
    setup::runtime()?.block_on(async {
        let provider = collect::connect(cloud, &args.scope).await;
        let identity = provider.identity().await.map_err(Failure::new)?;
        let progress = Bar::start(global);
        let how_many = (&accounts, setup::accounts_at_once(&args.scope, &config));
        let notices =
            setup::choose_accounts(&mut want, how_many, provider.as_ref(), &progress).await;
        let notices = notices.inspect_err(|_| progress.finish())?;
        let collected = provider.collect(&want, &progress).await;
        progress.finish();
        let mut out = io::stdout().lock();
        writeln!(out, "account      {}", identity.account_id)?;
        writeln!(out, "caller       {}", identity.caller)?;
        for row in account_kinds(&collected) {
            writeln!(out, "kind         {row}")?;
        }
        for account in named_accounts(&collected) {
            writeln!(out, "entered      {account}")?;
        }
        for notice in &notices {
            writeln!(out, "notice       {notice}")?;
        }
        writeln!(out, "regions      {}", collected.regions.join(", "))?;
        writeln!(
            out,
            "calls        {}",
            collected.spent.calls.values().sum::<u64>()
        )?;
        writeln!(
            out,
            "metrics      {} to buy in a scan (reading them is not tried here)",
            collected.spent.metrics_requested
        )?;
        for (operation, requests) in collected.foreseen.iter().flat_map(|other| &other.calls) {
            writeln!(
                out,
                "charged      {operation}: up to {requests} (not tried here)"
            )?;
        }
        let mut missing: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut others = BTreeSet::new();
        for gap in &collected.gaps {
            if gap.table == EVERY_TABLE {
                others.insert(format!("account {}: {}", gap.account_id, gap.detail));
                continue;
            }
            let region = gap.region.as_deref().unwrap_or("all regions");
            match &gap.iam_action {
                Some(action) => {
                    missing.entry(action).or_default().insert(region);
                }
                None => {
                    others.insert(format!(
                        "{} in {region}: {} ({})",
                        gap.operation, gap.kind, gap.detail
                    ));
                }
            }
        }
        if missing.is_empty() && others.is_empty() {
            writeln!(out, "permissions  complete for {} rules", rules.rules.len())?;
            return Ok(Outcome::Complete);
        }
        for (action, regions) in missing {
            writeln!(
                out,
                "missing      {action} ({})",
                regions.into_iter().collect::<Vec<_>>().join(", ")
            )?;
        }
        for other in others {
            writeln!(out, "problem      {other}")?;
        }
        writeln!(
            out,
            "\n`billhook permissions` prints the policy that a scan needs."
        )?;
        let open = collected.gaps.iter().any(|gap| !config.accept.accepts(gap));
        Ok(if open {
            Outcome::Incomplete
        } else {
            Outcome::Complete
        })
    })
}

/// How each account of the scope is read, or that it is not, where the scope names any.
fn named_accounts(collected: &Collected) -> Vec<String> {
    let estate = &collected.estate;
    let by_role = estate.iter().any(|account| account.role.is_some());
    let shown = estate.iter().filter(|_| by_role || estate.len() > 1);
    shown
        .map(|account| {
            let label = account.label();
            match (account.state, &account.role) {
                (AccountState::Read, None) => format!("{label} with the caller's own credentials"),
                (AccountState::Read, Some(role)) => format!("{label} as {role}"),
                (AccountState::Inactive, _) => format!("{label} not at all: {}", account.detail),
                (_, None) => format!("{label} NOT"),
                (_, Some(role)) => format!("{label} NOT: {role} could not be assumed"),
            }
        })
        .collect()
}

/// What the tables say of the accounts, whatever the cloud calls it: the `kind` column of any table that has one.
fn account_kinds(collected: &Collected) -> Vec<String> {
    let frames = collected
        .tables
        .iter()
        .filter(|(name, _)| name.ends_with("_account"))
        .map(|(_, frame)| frame);
    frames
        .filter_map(|frame| frame.column("kind").ok())
        .filter_map(|column| column.str().ok())
        .flat_map(|kinds| {
            kinds
                .iter()
                .map(|kind| kind.unwrap_or("unknown").to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}
