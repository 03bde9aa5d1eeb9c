//! `judge` and `demo`: judge what was read before. No network.

use std::path::Path;

use billhook::assess::{Thresholds, assess};
use billhook::config::Config;
use billhook::rule::RuleSet;
use billhook::snapshot::Snapshot;
use billhook::sql::Catalog;

use super::setup::{Extras, Prepared};
use super::{Cloud, Failure, Outcome, output, setup};
use crate::cli::{DemoArgs, Global, JudgeArgs, OutputArgs, RuleArgs};

/// The demo account, as (name, content).
static DEMO: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/demo.rs"));

/// The snapshot in a folder; `demo` is the embedded one.
pub(super) fn snapshot(folder: &Path, catalog: &Catalog) -> Result<Snapshot, Failure> {
    if folder == Path::new("demo") && !folder.exists() {
        return Snapshot::embedded(DEMO, catalog).map_err(Failure::new);
    }
    Snapshot::read(folder, catalog).map_err(Failure::new)
}

/// The configuration that belongs to a folder that is embedded: that of the demo account.
pub(super) fn embedded_config(folder: &Path) -> Result<Option<Config>, Failure> {
    if folder == Path::new("demo") && !folder.exists() {
        return demo_config().map(Some);
    }
    Ok(None)
}

fn demo_config() -> Result<Config, Failure> {
    let text = DEMO
        .iter()
        .find(|(name, _)| *name == "billhook.toml")
        .map_or("", |(_, text)| text);
    Config::parse(text, "the demo's billhook.toml").map_err(Failure::new)
}

/// Judges a snapshot and writes the report.
pub(super) fn judge(
    args: &JudgeArgs,
    global: &Global,
    cloud: &dyn Cloud,
) -> Result<Outcome, Failure> {
    let catalog = Catalog::new(cloud.offline().tables());
    let snapshot = snapshot(&args.snapshot, &catalog)?;
    let Prepared { config, rules, .. } =
        setup::prepare(&args.rules, cloud, Extras::Read(&snapshot))?;
    finish(&snapshot, &rules, &config, &args.output, global, cloud)
}

/// Judges the embedded account under its own configuration.
pub(super) fn demo(
    args: &DemoArgs,
    global: &Global,
    cloud: &dyn Cloud,
) -> Result<Outcome, Failure> {
    let catalog = Catalog::new(cloud.offline().tables());
    let config = demo_config()?;
    let snapshot = Snapshot::embedded(DEMO, &catalog).map_err(Failure::new)?;
    let extras = Extras::Read(&snapshot);
    let (rules, _) = setup::rules(&RuleArgs::default(), &config, &catalog, extras)?;
    let rules = rules.without_riders();
    finish(&snapshot, &rules, &config, &args.output, global, cloud)
}

fn finish(
    snapshot: &Snapshot,
    rules: &RuleSet,
    config: &Config,
    output: &OutputArgs,
    global: &Global,
    cloud: &dyn Cloud,
) -> Result<Outcome, Failure> {
    let thresholds = Thresholds {
        min_savings_usd: output.min_savings,
    };
    let assessment = assess(
        cloud.offline().as_ref(),
        snapshot,
        rules,
        config,
        thresholds,
    )
    .map_err(Failure::new)?;
    output::deliver(&assessment, output, global)
}
