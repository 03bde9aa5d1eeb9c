//! From arguments to a validated configuration, the selected rules and a provider.

use std::path::{Path, PathBuf};

use billhook::config::Config;
use billhook::rule::{RuleError, RuleSet, Selection, Settings};
use billhook::sql::Catalog;
use billhook_catalog::{BASE_GROUP, Provider, Want};

use super::{Cloud, Failure};
use crate::cli::{RuleArgs, ScopeArgs};

const DEFAULT_CONFIG: &str = "billhook.toml";

/// What most commands begin with.
pub(super) struct Prepared {
    /// The configuration.
    pub(super) config: Config,
    /// The cloud, without credentials.
    pub(super) offline: Box<dyn Provider>,
    /// Its tables.
    pub(super) catalog: Catalog,
    /// The rules that arguments and configuration select.
    pub(super) rules: RuleSet,
}

/// Reads the configuration and compiles the selected rules, those to be judged: riders of other rules are left to these.
pub(super) fn prepare(args: &RuleArgs, cloud: &dyn Cloud) -> Result<Prepared, Failure> {
    let prepared = prepare_all(args, cloud)?;
    Ok(Prepared {
        rules: prepared.rules.without_riders(),
        ..prepared
    })
}

/// Reads the configuration and compiles the selected rules, riders too.
pub(super) fn prepare_all(args: &RuleArgs, cloud: &dyn Cloud) -> Result<Prepared, Failure> {
    let offline = cloud.offline();
    let mut config = config(args.config.as_deref(), offline.as_ref())?;
    if let Some(profile) = args.rightsizing_profile {
        config.rightsizing = profile;
    }
    let catalog = Catalog::new(offline.tables());
    let rules = rules(args, &config, &catalog)?;
    Ok(Prepared {
        config,
        offline,
        catalog,
        rules,
    })
}

/// The configuration that `--config` names, else the one in the current folder, else the default. Its rates, discounts
/// and commitments name what there is.
pub(super) fn config(named: Option<&Path>, provider: &dyn Provider) -> Result<Config, Failure> {
    let config = match named {
        Some(path) => Config::read(path).map_err(Failure::new)?,
        None if Path::new(DEFAULT_CONFIG).is_file() => {
            Config::read(Path::new(DEFAULT_CONFIG)).map_err(Failure::new)?
        }
        None => Config::default(),
    };
    for rate in &config.rates {
        if let Some(fault) = provider.rate_fault(rate) {
            return Err(Failure::new(format!(
                "{}:{}: {fault}",
                rate.source, rate.line
            )));
        }
    }
    config.prices.check(provider).map_err(Failure::new)?;
    Ok(config)
}

/// Adds the provider's table of prices to what is wanted.
pub(super) fn want_prices(want: &mut Want, provider: &dyn Provider) -> Result<(), Failure> {
    let table = provider.price_table().ok_or_else(|| {
        let name = provider.name();
        Failure::new(format!("{name} has no list of prices that could be read"))
    })?;
    want.add(table.name, BASE_GROUP);
    Ok(())
}

/// The rules that arguments and configuration select.
pub(super) fn rules(
    args: &RuleArgs,
    config: &Config,
    catalog: &Catalog,
) -> Result<RuleSet, Failure> {
    let only = if args.only.is_empty() {
        &config.only
    } else {
        &args.only
    };
    let skip: Vec<String> = config.skip.iter().chain(&args.skip).cloned().collect();
    let selection = Selection::new(only, &skip).map_err(Failure::new)?;
    let folders: Vec<&PathBuf> = config.rules.iter().chain(&args.rules).collect();
    let settings = |id: &str| Settings {
        lookback_days: args.lookback,
        ..config.rule_settings.get(id).cloned().unwrap_or_default()
    };
    let set = RuleSet::load(&folders, &selection, catalog, settings)
        .map_err(|errors| Failure::new(listed(&errors)))?;
    if set.rules.is_empty() {
        return Err(Failure::new(
            "no rule is selected; `billhook rules list` shows the ids that --only and --skip match",
        ));
    }
    // A misspelt id in the configuration would silently change nothing.
    let known = RuleSet::ids(&folders).map_err(Failure::new)?;
    if let Some(unknown) = config.rule_settings.keys().find(|id| !known.contains(*id)) {
        return Err(Failure::new(format!(
            "[rules.\"{unknown}\"] in the configuration: there is no such rule"
        )));
    }
    Ok(set)
}

/// One error a line.
pub(super) fn listed(errors: &[RuleError]) -> String {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\nbillhook: ")
}

/// Regions that arguments or configuration name; `None` is all that are enabled.
pub(super) fn regions(scope: &ScopeArgs, config: &Config) -> Option<Vec<String>> {
    let named = if scope.regions.is_empty() {
        &config.regions
    } else {
        &scope.regions
    };
    (!named.is_empty()).then(|| named.clone())
}

/// A runtime for commands that use the network.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|fault| Failure::new(format!("cannot start: {fault}")))
}
