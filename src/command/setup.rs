//! From arguments to a validated configuration, the selected rules and a provider.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use billhook::config::{COST_EXPLORER, Config, read_accounts};
use billhook::rule::{RuleError, RuleSet, Selection, Settings};
use billhook::snapshot::Snapshot;
use billhook::sql::Catalog;
use billhook_catalog::{BASE_GROUP, Progress, Provider, Scope, Want};

use super::{Cloud, Failure};
use crate::cli::{ExtraArgs, RuleArgs, ScopeArgs, SpendArgs};

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
    /// How many selected rules were left out because they read what was not asked for, by what that is.
    pub(super) left_out: BTreeMap<&'static str, usize>,
}

/// Which of the tables that are charged by the request may be read.
#[derive(Clone, Copy)]
pub(super) enum Extras<'a> {
    /// All: nothing is collected.
    All,
    /// Those that arguments or configuration ask for.
    Asked(&'a ExtraArgs),
    /// Those that were read when the snapshot was taken.
    Read(&'a Snapshot),
}

impl Extras<'_> {
    fn allow(self, opt_in: &str, config: &Config, catalog: &Catalog) -> bool {
        match self {
            Extras::All => true,
            Extras::Asked(args) => {
                (args.cost_explorer && opt_in == COST_EXPLORER) || config.opt_in.contains(opt_in)
            }
            Extras::Read(snapshot) => snapshot.manifest.coverage.iter().any(|line| {
                catalog
                    .table(&line.table)
                    .is_some_and(|table| table.opt_in == Some(opt_in))
            }),
        }
    }

    /// What to do about rules that are left out.
    fn advice(self, opt_in: &str) -> String {
        match self {
            Extras::Read(_) => format!(
                "the rules that are selected need a snapshot that was collected with --{opt_in}"
            ),
            _ => format!(
                "the rules that are selected read what AWS charges for by the request: add --{opt_in}"
            ),
        }
    }
}

/// Reads the configuration and compiles the selected rules, those to be judged: riders of other rules are left to these.
pub(super) fn prepare(
    args: &RuleArgs,
    cloud: &dyn Cloud,
    extras: Extras<'_>,
) -> Result<Prepared, Failure> {
    let prepared = prepare_all(args, cloud, extras)?;
    Ok(Prepared {
        rules: prepared.rules.without_riders(),
        ..prepared
    })
}

/// Reads the configuration and compiles the selected rules, riders too.
pub(super) fn prepare_all(
    args: &RuleArgs,
    cloud: &dyn Cloud,
    extras: Extras<'_>,
) -> Result<Prepared, Failure> {
    let offline = cloud.offline();
    let mut config = config(args.config.as_deref(), offline.as_ref())?;
    if let Some(profile) = args.rightsizing_profile {
        config.rightsizing = profile;
    }
    let catalog = Catalog::new(offline.tables());
    let (rules, left_out) = rules(args, &config, &catalog, extras)?;
    Ok(Prepared {
        config,
        offline,
        catalog,
        rules,
        left_out,
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
    extras: Extras<'_>,
) -> Result<(RuleSet, BTreeMap<&'static str, usize>), Failure> {
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
    let mut set = RuleSet::load(&folders, &selection, catalog, settings)
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
    let mut left_out = BTreeMap::new();
    set.rules.retain(|rule| {
        let missing = rule
            .opt_ins(catalog)
            .into_iter()
            .find(|opt_in| !extras.allow(opt_in, config, catalog));
        if let Some(opt_in) = missing {
            *left_out.entry(opt_in).or_default() += 1;
        }
        missing.is_none()
    });
    if let (true, Some(opt_in)) = (set.rules.is_empty(), left_out.keys().next()) {
        return Err(Failure::new(extras.advice(opt_in)));
    }
    Ok((set, left_out))
}

/// What the scan may spend on API charges, USD.
pub(super) fn max_usd(args: &SpendArgs, config: &Config) -> Option<f64> {
    args.max_api_usd.or(config.max_api_usd)
}

/// A line about rules that were left out because nobody asked for what they read; `None` when there are none.
pub(super) fn hint(left_out: &BTreeMap<&'static str, usize>) -> Option<String> {
    let (opt_in, count) = left_out.iter().next()?;
    Some(format!(
        "{count} rules read what is charged by the request: add --{opt_in} for them."
    ))
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

/// The accounts that arguments or configuration name. Arguments that choose accounts replace what the configuration chooses; a role
/// and an external id replace just these.
pub(super) fn scope(
    args: &ScopeArgs,
    config: &Config,
    provider: &dyn Provider,
) -> Result<Scope, Failure> {
    let args = &args.accounts;
    let chooses = args.organization || args.accounts_file.is_some() || !args.account_ids.is_empty();
    let mut scope = if chooses {
        Scope {
            role: config.scope.role.clone(),
            external_id: config.scope.external_id.clone(),
            ..Scope::default()
        }
    } else {
        config.scope.clone()
    };
    scope.organization |= args.organization;
    if let Some(file) = &args.accounts_file {
        scope.listed = read_accounts(file).map_err(Failure::new)?;
    }
    scope.accounts.extend(args.account_ids.iter().cloned());
    if !args.units.is_empty() {
        scope.units.clone_from(&args.units);
    }
    if !args.account_tags.is_empty() {
        scope.account_tags = args.account_tags.iter().cloned().collect();
    }
    scope
        .not_accounts
        .extend(args.not_account_ids.iter().cloned());
    if args.role.is_some() {
        scope.role.clone_from(&args.role);
    }
    if args.external_id.is_some() {
        scope.external_id.clone_from(&args.external_id);
    }
    let of_role = args.role.as_ref().or(args.external_id.as_ref());
    if let (Some(given), false) = (of_role, scope.names_accounts()) {
        return Err(Failure::new(format!(
            "'{given}' says how accounts are entered, and not which: add --organization, --accounts FILE or --account ID, or give the \
             role's ARN"
        )));
    }
    match provider.scope_fault(&scope) {
        Some(fault) => Err(Failure::new(fault)),
        None => Ok(scope),
    }
}

/// Finds the accounts of a scope, and says so in what is wanted. Returns remarks for people.
pub(super) async fn choose_accounts(
    want: &mut Want,
    (scope, at_once): (&Scope, usize),
    provider: &dyn Provider,
    progress: &dyn Progress,
) -> Result<Vec<String>, Failure> {
    want.accounts_at_once = at_once;
    if !scope.names_accounts() && scope.not_accounts.is_empty() {
        return Ok(Vec::new());
    }
    let found = provider
        .accounts(scope, progress)
        .await
        .map_err(Failure::new)?;
    want.accounts = found.accounts;
    Ok(found.notices)
}

/// Whether regions in which nothing was billed are left alone.
pub(super) fn skip_quiet_regions(args: &ExtraArgs, config: &Config) -> bool {
    args.skip_quiet_regions || config.skip_quiet_regions
}

/// How many accounts are read at the same time.
pub(super) fn accounts_at_once(args: &ScopeArgs, config: &Config) -> usize {
    let asked = args.accounts.accounts_at_once.map(usize::from);
    asked.unwrap_or(config.accounts_at_once)
}

/// A runtime for commands that use the network.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|fault| Failure::new(format!("cannot start: {fault}")))
}
