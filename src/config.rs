//! `billhook.toml`.

mod cache;
mod rates;
mod scope;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use billhook_catalog::{ACCOUNTS_AT_ONCE, Gap, GapKind, Rate, RightsizingProfile, Scope};
use globset::Glob;
use serde::Deserialize;
use toml::Spanned;

use crate::effective;
use crate::exempt::{ExemptHead, ExemptRule};
use crate::finding::Severity;
use crate::rule::Settings;

pub use cache::{CacheSettings, parse_age};
pub use scope::read_accounts;

/// What tables of a bill that is charged by the request ask for, in their declaration.
pub const COST_EXPLORER: &str = "cost-explorer";

/// The configuration, validated as far as it can be without rules.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folders of further rules.
    pub rules: Vec<PathBuf>,
    /// Globs over rule ids.
    pub only: Vec<String>,
    /// Globs over rule ids.
    pub skip: Vec<String>,
    /// Accounts to scan.
    pub scope: Scope,
    /// File of accounts that the scope names; what stands in it is in the scope.
    pub accounts_file: Option<PathBuf>,
    /// Accounts that are read at the same time.
    pub accounts_at_once: usize,
    /// Owners of whole accounts, by account id. They go before the tags of accounts.
    pub owners: BTreeMap<String, String>,
    /// Regions to scan; empty is all that are enabled.
    pub regions: Vec<String>,
    /// Tag keys that name an owner, the first that is set decides.
    pub owner_tags: Vec<String>,
    /// Tag keys that say what manages a resource: with the manager's name, with an empty one where the tag's value names it, or
    /// with `None` where they say nothing.
    pub managed_tags: BTreeMap<String, Option<String>>,
    /// Discounts and commitments.
    pub prices: effective::Settings,
    /// By rule id.
    pub rule_settings: BTreeMap<String, Settings>,
    /// Exemptions.
    pub exemptions: Vec<ExemptRule>,
    /// Gaps that do not make a scan incomplete.
    pub accept: Accept,
    /// File of what the user pays by contract.
    pub rates_file: Option<PathBuf>,
    /// What stands in it. Whether it names prices that there are is for the provider to say.
    pub rates: Vec<Rate>,
    /// What is charged by the request and is read all the same (`cost-explorer`).
    pub opt_in: BTreeSet<String>,
    /// Whether regions in which nothing was billed are left alone but for their settings.
    pub skip_quiet_regions: bool,
    /// Most that a scan may spend on API charges, USD. `None`: no limit.
    pub max_api_usd: Option<f64>,
    /// How careful right-sizing is.
    pub rightsizing: RightsizingProfile,
    /// What is kept between scans.
    pub cache: CacheSettings,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            rules: Vec::new(),
            only: Vec::new(),
            skip: Vec::new(),
            scope: Scope::default(),
            accounts_file: None,
            accounts_at_once: ACCOUNTS_AT_ONCE,
            owners: BTreeMap::new(),
            regions: Vec::new(),
            owner_tags: ["owner", "Owner", "team", "Team"]
                .map(str::to_owned)
                .to_vec(),
            managed_tags: BTreeMap::new(),
            prices: effective::Settings::default(),
            rule_settings: BTreeMap::new(),
            exemptions: Vec::new(),
            accept: Accept::default(),
            rates_file: None,
            rates: Vec::new(),
            opt_in: BTreeSet::new(),
            skip_quiet_regions: false,
            max_api_usd: None,
            rightsizing: RightsizingProfile::default(),
            cache: CacheSettings::default(),
        }
    }
}

/// Gaps that the user knows of and accepts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// Whole regions that an organization policy denies.
    #[serde(default)]
    pub regions_denied_by_organization: bool,
    /// Single gaps.
    #[serde(default)]
    pub gaps: Vec<AcceptedGap>,
}

/// One accepted gap.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptedGap {
    /// Glob over operations (`budgets:*`).
    pub operation: String,
    /// Account; all when absent.
    pub account: Option<String>,
    /// Region; all when absent.
    pub region: Option<String>,
    /// Why it is accepted. Required.
    pub reason: String,
}

impl Accept {
    /// Whether a gap is accepted. A scan that was stopped or left something out is never accepted here.
    pub fn accepts(&self, gap: &Gap) -> bool {
        if matches!(gap.kind, GapKind::Cancelled) {
            return false;
        }
        if self.regions_denied_by_organization
            && gap.kind == GapKind::DeniedByOrganization
            && gap.region.is_some()
        {
            return true;
        }
        self.gaps.iter().any(|accepted| {
            Glob::new(&accepted.operation)
                .is_ok_and(|glob| glob.compile_matcher().is_match(&gap.operation))
                && accepted
                    .account
                    .as_ref()
                    .is_none_or(|account| *account == gap.account_id)
                && accepted
                    .region
                    .as_ref()
                    .is_none_or(|region| gap.region.as_ref() == Some(region))
        })
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    scan: ScanTable,
    #[serde(default)]
    scope: scope::ScopeTable,
    #[serde(default)]
    owners: BTreeMap<String, String>,
    #[serde(default)]
    report: ReportTable,
    #[serde(default)]
    managed: ManagedTable,
    #[serde(default)]
    prices: PricesTable,
    #[serde(default)]
    rules: BTreeMap<String, BTreeMap<String, Spanned<toml::Value>>>,
    #[serde(default)]
    exempt: Vec<ExemptHead>,
    #[serde(default)]
    accept: Accept,
    #[serde(default)]
    rightsizing: RightsizingTable,
    #[serde(default)]
    cache: cache::CacheTable,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScanTable {
    #[serde(default)]
    rules: Vec<PathBuf>,
    #[serde(default)]
    only: Vec<String>,
    #[serde(default)]
    skip: Vec<String>,
    #[serde(default)]
    regions: Vec<String>,
    #[serde(default)]
    cost_explorer: bool,
    #[serde(default)]
    skip_quiet_regions: bool,
    max_api_usd: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PricesTable {
    rates: Option<PathBuf>,
    #[serde(default)]
    discounts: effective::Written,
    #[serde(default)]
    commitments: effective::Written,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportTable {
    owner_tags: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ManagedTable {
    #[serde(default)]
    tags: BTreeMap<String, ManagedTag>,
}

/// What a tag key means: the manager's name, or `false` for nothing.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum ManagedTag {
    Manager(String),
    Means(bool),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RightsizingTable {
    profile: Option<String>,
}

/// A configuration that cannot be used, with the file and, where it is known, the line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

impl Config {
    /// Reads a file, and the files of rates and accounts that it names. Relative paths are relative to it.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|fault| {
            ConfigError(format!(
                "{}: cannot read the configuration: {fault}",
                path.display()
            ))
        })?;
        let mut config = Config::parse(&text, &path.display().to_string())?;
        let folder = path.parent().unwrap_or(Path::new("."));
        config.rules = config
            .rules
            .iter()
            .map(|rules| folder.join(rules))
            .collect();
        if let Some(file) = config.accounts_file.take() {
            let file = folder.join(file);
            config.scope.listed = read_accounts(&file)?;
            config.accounts_file = Some(file);
        }
        if let Some(kept) = config.cache.folder.take() {
            config.cache.folder = Some(folder.join(kept));
        }
        if let Some(file) = config.rates_file.take() {
            let file = folder.join(file);
            config.rates = rates::read(&file)?;
            config.rates_file = Some(file);
        }
        Ok(config)
    }

    /// Reads the text of a configuration; `name` is for messages.
    pub fn parse(text: &str, name: &str) -> Result<Self, ConfigError> {
        let file: File = toml::from_str(text).map_err(|fault| {
            let place = fault.span().map_or(" ".to_owned(), |span| {
                let before = text.get(..span.start).unwrap_or_default();
                let line = before.matches('\n').count() + 1;
                let last = before.rsplit('\n').next().unwrap_or_default();
                format!("{line}:{}: ", last.chars().count() + 1)
            });
            ConfigError(format!("{name}:{place}{}", fault.message().trim()))
        })?;
        let wrong = |message: String| ConfigError(format!("{name}: {message}"));
        let mut config = Config {
            rules: file.scan.rules,
            only: file.scan.only,
            skip: file.scan.skip,
            regions: file.scan.regions,
            accept: file.accept,
            rates_file: file.prices.rates,
            prices: effective::Settings::read(
                file.prices.discounts,
                file.prices.commitments,
                text,
                name,
            )?,
            ..Config::default()
        };
        config.accounts_file = file.scope.accounts_file.clone();
        if let Some(count) = file.scope.accounts_at_once {
            if count == 0 {
                return Err(wrong(
                    "[scope] accounts_at_once: write a number such as 8".to_owned(),
                ));
            }
            config.accounts_at_once = count;
        }
        config.scope = file.scope.scope();
        for (account, owner) in file.owners {
            if owner.trim().is_empty() {
                return Err(wrong(format!("[owners] {account}: an empty owner")));
            }
            config.owners.insert(account, owner);
        }
        if let Some(owner_tags) = file.report.owner_tags {
            config.owner_tags = owner_tags;
        }
        config.skip_quiet_regions = file.scan.skip_quiet_regions;
        for (key, tag) in file.managed.tags {
            let manager = match tag {
                ManagedTag::Manager(name) => Some(name),
                ManagedTag::Means(false) => None,
                ManagedTag::Means(true) => {
                    return Err(wrong(format!(
                        "[managed.tags] \"{key}\" = true says nothing: write the manager's name, \"\" where the tag's value names it, or \
                         false to disregard the tag"
                    )));
                }
            };
            config.managed_tags.insert(key, manager);
        }
        if file.scan.cost_explorer {
            config.opt_in.insert(COST_EXPLORER.to_owned());
        }
        if let Some(usd) = file.scan.max_api_usd {
            if !(usd.is_finite() && usd >= 0.0) {
                return Err(wrong(
                    "[scan] max_api_usd: write an amount of dollars such as 0.5".to_owned(),
                ));
            }
            config.max_api_usd = Some(usd);
        }
        config.cache = CacheSettings::of(file.cache).map_err(wrong)?;
        if let Some(word) = &file.rightsizing.profile {
            config.rightsizing = word
                .parse()
                .map_err(|fault| wrong(format!("[rightsizing] profile: {fault}")))?;
        }
        for accepted in &config.accept.gaps {
            if accepted.reason.trim().is_empty() {
                return Err(wrong(format!(
                    "[[accept.gaps]] {}: an empty reason; say why",
                    accepted.operation
                )));
            }
            Glob::new(&accepted.operation)
                .map_err(|fault| wrong(format!("[[accept.gaps]] operation: {fault}")))?;
        }
        for (id, mut values) in file.rules {
            let mut settings = Settings::default();
            if let Some(enabled) = values.remove("enabled").map(Spanned::into_inner) {
                match enabled.as_bool() {
                    Some(true) => {}
                    Some(false) => config.skip.push(id.clone()),
                    None => {
                        return Err(wrong(format!(
                            "[rules.\"{id}\"] enabled must be true or false"
                        )));
                    }
                }
            }
            if let Some(severity) = values.remove("severity").map(Spanned::into_inner) {
                let word = severity.as_str().unwrap_or_default();
                let severity: Severity = word
                    .parse()
                    .map_err(|fault| wrong(format!("[rules.\"{id}\"] severity: {fault}")))?;
                settings.severity = Some(severity);
            }
            for (key, value) in values {
                let line = text
                    .get(..value.span().start)
                    .map_or(0, |before| before.matches('\n').count() + 1);
                let place = format!("{name}:{line}, [rules.\"{id}\"]");
                settings.set_at.insert(key.clone(), place);
                settings.params.insert(key, value.into_inner());
            }
            config.rule_settings.insert(id, settings);
        }
        config.exemptions = file
            .exempt
            .iter()
            .map(|head| ExemptRule::new(head).map_err(|fault| wrong(format!("[[exempt]] {fault}"))))
            .collect::<Result<_, _>>()?;
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_names_the_line() {
        let fault = Config::parse(
            "[scan]\nonly = [\"aws/*\"]\nreginos = []\n",
            "billhook.toml",
        )
        .unwrap_err();
        assert!(
            fault
                .0
                .starts_with("billhook.toml:3:1: unknown field `reginos`"),
            "{fault}"
        );
    }

    #[test]
    fn a_value_knows_its_line() {
        let text = "[scan]\n\n[rules.\"aws/x\"]\nenabled = true\n# A remark.\nusd_min = 20\n";
        let config = Config::parse(text, "billhook.toml").expect("a good configuration");
        let settings = &config.rule_settings["aws/x"];
        assert_eq!(settings.params["usd_min"].as_integer(), Some(20));
        let place = "billhook.toml:6, [rules.\"aws/x\"]";
        assert_eq!(settings.set_at["usd_min"], place);
        assert_eq!(settings.set_at.len(), 1);
    }

    #[test]
    fn tags_that_name_a_manager_are_named_or_disregarded() {
        let of =
            |text: &str| Config::parse(text, "billhook.toml").map(|config| config.managed_tags);
        let text =
            "[managed.tags]\n\"acme:stack\" = \"terraform\"\nrun-by = \"\"\nManagedBy = false\n";
        let expected = [
            ("acme:stack", Some("terraform")),
            ("run-by", Some("")),
            ("ManagedBy", None),
        ];
        let expected = expected.map(|(key, name)| (key.to_owned(), name.map(str::to_owned)));
        assert_eq!(of(text), Ok(BTreeMap::from(expected)));
        let fault = of("[managed.tags]\nx = true\n").unwrap_err();
        assert!(
            fault
                .0
                .starts_with("billhook.toml: [managed.tags] \"x\" = true says nothing: write"),
            "{fault}"
        );
        assert!(of("[managed]\ntag = {}\n").is_err());
    }

    #[test]
    fn a_right_sizing_profile_has_a_known_name() {
        let of = |text: &str| Config::parse(text, "billhook.toml").map(|config| config.rightsizing);
        assert_eq!(of(""), Ok(RightsizingProfile::Default));
        let balanced = of("[rightsizing]\nprofile = \"balanced\"\n");
        assert_eq!(balanced, Ok(RightsizingProfile::Balanced));
        let fault = of("[rightsizing]\nprofile = \"bold\"\n").unwrap_err();
        assert!(
            fault.0.starts_with(
                "billhook.toml: [rightsizing] profile: 'bold' is no right-sizing profile; there are"
            ),
            "{fault}"
        );
    }

    #[test]
    fn accepted_gaps_are_those_that_are_named() {
        let text =
            "[[accept.gaps]]\noperation = \"budgets:*\"\nreason = \"the payer looks after it\"\n";
        let config = Config::parse(text, "billhook.toml").expect("a good configuration");
        let mut gap = Gap {
            table: "aws_budgets_budget".to_owned(),
            column_group: "base".to_owned(),
            account_id: "1".to_owned(),
            region: None,
            resource_id: None,
            metric: None,
            operation: "budgets:DescribeBudgets".to_owned(),
            iam_action: None,
            kind: GapKind::Denied,
            detail: String::new(),
        };
        assert!(config.accept.accepts(&gap));
        gap.kind = GapKind::Cancelled;
        assert!(
            !config.accept.accepts(&gap),
            "a scan that was stopped is incomplete"
        );
        gap.kind = GapKind::Denied;
        gap.operation = "ec2:DescribeVolumes".to_owned();
        assert!(!config.accept.accepts(&gap));
    }
}
