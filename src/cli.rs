//! The command line: types only, nothing is done here.

use std::path::PathBuf;

use billhook::config::parse_age;
use billhook::finding::Severity;
use billhook::report::Format;
use billhook::rule::kinds;
use billhook_catalog::RightsizingProfile;
use clap::builder::styling::{AnsiColor, Styles};
use clap::builder::{FalseyValueParser, PossibleValuesParser};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use jiff::SignedDuration;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default());

const EXIT_CODES: &str = "\
Exit codes:
  0  complete (findings do not fail a scan unless --fail-on asks for it)
  1  findings at or above --fail-on
  2  it could not run: usage, configuration or credentials
  3  it ran, but is incomplete: something could not be read that the configuration does not accept";

/// Finds the waste and the missing guards in a cloud account and says what they cost.
#[derive(Debug, Parser)]
#[command(name = "billhook", version, styles = STYLES, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub(crate) global: Global,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// Colour: on a terminal unless NO_COLOR is set, always, or never
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN", help_heading = "General")]
    pub(crate) color: When,
    /// How much to log to stderr: error, warn, info, debug, or a filter such as billhook=debug
    #[arg(
        long,
        visible_alias = "log-level",
        global = true,
        default_value = "warn",
        env = "BILLHOOK_LOG",
        value_name = "LEVEL",
        help_heading = "General"
    )]
    pub(crate) log: String,
    /// Log more: -v is --log info, -vv is --log debug, whatever --log says
    #[arg(long, short, global = true, action = ArgAction::Count, conflicts_with = "quiet", help_heading = "General")]
    pub(crate) verbose: u8,
    /// Log lines as text for people, or as one JSON object each
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text, value_name = "FORMAT", help_heading = "General")]
    pub(crate) log_format: LogFormat,
    /// No progress, no summary; errors only
    #[arg(long, short, global = true, help_heading = "General")]
    pub(crate) quiet: bool,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

/// How to write log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge the built-in demo account: no credentials, no network
    Demo(DemoArgs),
    /// Read an account, judge it, write the report
    Scan(ScanArgs),
    /// Read an account into a snapshot, without judging it
    Collect(CollectArgs),
    /// Judge a snapshot and write the report: no network
    Judge(JudgeArgs),
    /// Say why a finding or a resource is as it is: what was looked at, thresholds, prices, arithmetic
    Explain(ExplainArgs),
    /// Write an existing report.json in other formats
    Report(ReportArgs),
    /// List, show, check and test rules
    #[command(subcommand)]
    Rules(RulesCommand),
    /// List the tables that rules read, or document one
    Tables(TablesArgs),
    /// Ask a snapshot a question in SQL
    Query(QueryArgs),
    /// Say which calls a scan would make, how many metrics it would buy, and what that costs
    Plan(PlanArgs),
    /// Print the least IAM policy for the selected rules, as JSON
    Permissions(PermissionsArgs),
    /// Check credentials, account, regions and permissions before a scan
    Doctor(DoctorArgs),
    /// Look up list prices, and read today's
    #[command(subcommand)]
    Prices(PricesCommand),
    /// Show or clear what is kept of earlier scans
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Print what makes a shell complete billhook's commands and options
    Completions(CompletionsArgs),
}

/// What is kept between scans.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Cache")]
pub(crate) struct CacheArgs {
    /// Ask everything anew, and keep nothing. Same as `enabled = false` under [cache]
    #[arg(long, env = "BILLHOOK_NO_CACHE", value_parser = FalseyValueParser::new(), action = ArgAction::SetTrue, hide_env_values = true)]
    pub(crate) no_cache: bool,
    /// Folder in which answers are kept between scans; default: billhook/answers in the user's cache folder
    #[arg(long, env = "BILLHOOK_CACHE", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) cache: Option<PathBuf>,
}

/// `cache`
#[derive(Debug, Subcommand)]
pub(crate) enum CacheCommand {
    /// List what is kept, and since when
    Show(CacheFolderArgs),
    /// Remove it
    Clear(CacheFolderArgs),
}

/// `cache show` and `cache clear`
#[derive(Debug, Args)]
pub(crate) struct CacheFolderArgs {
    /// Folder in which answers are kept; default: billhook/answers in the user's cache folder
    #[arg(long, env = "BILLHOOK_CACHE", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) cache: Option<PathBuf>,
    /// Configuration; default: billhook.toml in the current folder, if there is one
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
}

/// `completions`
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// Where to look.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Scope")]
pub(crate) struct ScopeArgs {
    /// Profile of the shared AWS configuration
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Region to read; may be repeated. Default: all that are enabled
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',')]
    pub(crate) regions: Vec<String>,
    /// Which accounts.
    #[command(flatten)]
    pub(crate) accounts: AccountArgs,
}

/// Which accounts. Without any of these, the one that the credentials belong to.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Accounts")]
pub(crate) struct AccountArgs {
    /// All active accounts of the organization, with credentials of its management account or a delegated administrator
    #[arg(long)]
    pub(crate) organization: bool,
    /// Only accounts below this unit of the organization, at any depth; may be repeated
    #[arg(long = "ou", value_name = "OU-ID", value_delimiter = ',')]
    pub(crate) units: Vec<String>,
    /// Only accounts of the organization with this tag; of several, with all of them
    #[arg(long = "account-tag", value_name = "KEY=VALUE", value_parser = parse_pair)]
    pub(crate) account_tags: Vec<(String, String)>,
    /// Accounts that a file lists, one a line: account, and as far as they are needed role, external id, name
    #[arg(long = "accounts", value_name = "FILE")]
    pub(crate) accounts_file: Option<PathBuf>,
    /// Only this account; may be repeated
    #[arg(long = "account", value_name = "ID", value_delimiter = ',')]
    pub(crate) account_ids: Vec<String>,
    /// Not this account; may be repeated
    #[arg(long = "not-account", value_name = "ID", value_delimiter = ',')]
    pub(crate) not_account_ids: Vec<String>,
    /// Role that leads into accounts other than the caller's: its name in all of them, or the ARN of one
    /// [default: BillhookReadOnly]
    #[arg(long, value_name = "NAME|ARN")]
    pub(crate) role: Option<String>,
    /// External id that the role's trust policy asks for
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// Accounts that are read at the same time [default: 8]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u8).range(1..))]
    pub(crate) accounts_at_once: Option<u8>,
}

/// Prices of today.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Prices")]
pub(crate) struct LiveArgs {
    /// Read today's list prices of what is found, and keep them with what is read
    #[arg(long)]
    pub(crate) live_prices: bool,
    /// Folder in which prices are kept between runs; default: billhook/prices in the user's cache folder
    #[arg(long, env = "BILLHOOK_PRICE_CACHE", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) price_cache: Option<PathBuf>,
    /// Read prices again that are older than this, such as 14d or 12h [default: 14d]
    #[arg(long, value_name = "AGE", value_parser = parse_age)]
    pub(crate) price_ttl: Option<SignedDuration>,
}

/// What is charged by the request and so has to be asked for.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Cost")]
pub(crate) struct ExtraArgs {
    /// Read Cost Explorer as well, at $0.01 a request (a scan takes 5 to 19). Same as `cost_explorer = true` under [scan]
    #[arg(long)]
    pub(crate) cost_explorer: bool,
    /// Leave regions alone in which Cost Explorer shows no usage for three months, but for their settings: one request of $0.01 in place of
    /// dozens a region. Same as `skip_quiet_regions = true` under [scan]
    #[arg(long)]
    pub(crate) skip_quiet_regions: bool,
}

/// What may be spent.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Cost")]
pub(crate) struct SpendArgs {
    /// What has to be asked for.
    #[command(flatten)]
    pub(crate) extra: ExtraArgs,
    /// Spend no more than this on API charges. What would pass it is left out and reported, what is worth least first
    #[arg(long, value_name = "USD", value_parser = parse_usd)]
    pub(crate) max_api_usd: Option<f64>,
}

/// What to judge by.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RuleArgs {
    /// Only rules whose id matches the glob (aws/ec2/*); may be repeated
    #[arg(long, value_name = "GLOB")]
    pub(crate) only: Vec<String>,
    /// No rules whose id matches the glob; may be repeated
    #[arg(long, value_name = "GLOB")]
    pub(crate) skip: Vec<String>,
    /// Folder of further rules; one of the same id replaces a built-in one. May be repeated
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) rules: Vec<PathBuf>,
    /// Look at least this many days back (raises a rule's window, never lowers it)
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=455))]
    pub(crate) lookback: Option<u32>,
    /// How much room right-sizing leaves: default, balanced, aggressive or performance
    #[arg(long, value_name = "PROFILE", value_parser = parse_profile)]
    pub(crate) rightsizing_profile: Option<RightsizingProfile>,
    /// Configuration; default: billhook.toml in the current folder, if there is one
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
}

/// What to write.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Folder for the reports, written as report.FORMAT
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, default_value = "billhook-out")]
    pub(crate) out: PathBuf,
    /// Formats to write
    #[arg(long = "format", value_name = "FORMAT", value_delimiter = ',', default_value = "html,json", value_parser = parse_format)]
    pub(crate) formats: Vec<Format>,
    /// Leave out findings that are known to save less a month
    #[arg(long, value_name = "USD", value_parser = parse_usd)]
    pub(crate) min_savings: Option<f64>,
    /// Exit with 1 when there is a finding at or above this severity (info, low, medium, high, critical)
    #[arg(long, value_name = "SEVERITY", value_parser = parse_severity)]
    pub(crate) fail_on: Option<Severity>,
}

fn parse_format(word: &str) -> Result<Format, String> {
    word.parse()
}

fn parse_profile(word: &str) -> Result<RightsizingProfile, String> {
    word.parse()
}

fn parse_severity(word: &str) -> Result<Severity, String> {
    word.parse()
}

fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write a tag such as stage=production".to_owned()),
    }
}

fn parse_usd(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(usd) if usd.is_finite() && usd >= 0.0 => Ok(usd),
        _ => Err("write an amount of dollars such as 5 or 12.50".to_owned()),
    }
}

/// `demo`
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// What to write.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// `scan`
#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// Where to look.
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    /// What to judge by.
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// Prices of today.
    #[command(flatten)]
    pub(crate) live: LiveArgs,
    /// What may be spent.
    #[command(flatten)]
    pub(crate) spend: SpendArgs,
    /// What is kept between scans.
    #[command(flatten)]
    pub(crate) cache: CacheArgs,
    /// What to write.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Keep what was read as a snapshot in this folder, to judge it again later
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Output")]
    pub(crate) snapshot: Option<PathBuf>,
}

/// `collect`
#[derive(Debug, Args)]
pub(crate) struct CollectArgs {
    /// Where to look.
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    /// Rules decide what is read.
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// Prices of today.
    #[command(flatten)]
    pub(crate) live: LiveArgs,
    /// What may be spent.
    #[command(flatten)]
    pub(crate) spend: SpendArgs,
    /// What is kept between scans.
    #[command(flatten)]
    pub(crate) cache: CacheArgs,
    /// Folder for the snapshot
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Output")]
    pub(crate) snapshot: PathBuf,
}

/// `judge`
#[derive(Debug, Args)]
pub(crate) struct JudgeArgs {
    /// Folder that `collect` or `scan --snapshot` wrote; `demo` is the demo account
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) snapshot: PathBuf,
    /// What to judge by.
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// What to write.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// `explain`
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// A finding's fingerprint, or its first digits; or a resource: ARN, bare id or name
    #[arg(value_name = "FINGERPRINT|RESOURCE")]
    pub(crate) what: String,
    /// The report to ask. Default: billhook-out/report.json
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "snapshot")]
    pub(crate) report: Option<PathBuf>,
    /// Judge this snapshot and ask it, also about resources without a finding; `demo` is the demo account
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) snapshot: Option<PathBuf>,
    /// What to judge a snapshot by.
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// Text for people, or JSON
    #[arg(long = "format", value_enum, default_value_t = ExplainFormat::Text, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) format: ExplainFormat,
}

/// How to explain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    Text,
    Json,
}

/// `report`
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// A report.json
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) report: PathBuf,
    /// Folder for the reports; without it a single format goes to stdout
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Formats to write
    #[arg(long = "format", value_name = "FORMAT", value_delimiter = ',', default_value = "text", value_parser = parse_format, help_heading = "Output")]
    pub(crate) formats: Vec<Format>,
}

/// `rules`
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List the rules: kind, severity, what each needs and what it can save
    List(RulesListArgs),
    /// Show a rule: what it finds, its parameters and its query
    Show(RulesShowArgs),
    /// Check rule files: every name, type and construct, without running them
    Check(RulesFolderArgs),
    /// Run the examples of rule files, and the tests that every rule has
    Test(RulesFolderArgs),
    /// Write a rule file to begin with, which passes `check` and `test`
    New(RulesNewArgs),
}

/// `rules new`
#[derive(Debug, Args)]
pub(crate) struct RulesNewArgs {
    /// Id of the rule, which is its path in the folder (team/volume-without-owner)
    pub(crate) id: String,
    /// Table whose rows are judged; default: the one whose name is in the id (aws_ebs_volume)
    #[arg(long, value_name = "TABLE")]
    pub(crate) resource: Option<String>,
    /// Kind of finding
    #[arg(long, value_name = "KIND", default_value = "guard", value_parser = PossibleValuesParser::new(kinds()))]
    pub(crate) kind: String,
    /// Folder of rules; default: the first that the configuration names, else rules
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) dir: Option<PathBuf>,
    /// Configuration; default: billhook.toml in the current folder, if there is one
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
}

/// `rules list`
#[derive(Debug, Args)]
pub(crate) struct RulesListArgs {
    /// Which rules.
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// As a Markdown table; the same as --format markdown
    #[arg(long, conflicts_with = "format")]
    pub(crate) markdown: bool,
    /// A list for people, a Markdown table, an array of JSON objects, or one object a line
    #[arg(long = "format", value_enum, default_value_t = ListFormat::Text, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) format: ListFormat,
}

/// How to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    Text,
    Markdown,
    Json,
    Ndjson,
}

/// `rules show`
#[derive(Debug, Args)]
pub(crate) struct RulesShowArgs {
    /// Rule id (aws/ec2/idle-instance)
    pub(crate) id: String,
    /// Which rules.
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
}

/// `rules check` and `rules test`
#[derive(Debug, Args)]
pub(crate) struct RulesFolderArgs {
    /// Folder of rule files
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
}

/// `tables`
#[derive(Debug, Args)]
pub(crate) struct TablesArgs {
    /// Table to document
    pub(crate) name: Option<String>,
}

/// `query`
#[derive(Debug, Args)]
pub(crate) struct QueryArgs {
    /// Folder that `collect` or `scan --snapshot` wrote; `demo` is the demo account
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) snapshot: PathBuf,
    /// The question, in the SQL that rules may use
    pub(crate) sql: String,
    /// Configuration, for the rates of a contract; default: billhook.toml in the current folder, if there is one
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// How much room right-sizing leaves: default, balanced, aggressive or performance
    #[arg(long, value_name = "PROFILE", value_parser = parse_profile)]
    pub(crate) rightsizing_profile: Option<RightsizingProfile>,
    /// A table for people, CSV, an array of JSON objects, or one object a line
    #[arg(long = "format", value_enum, default_value_t = QueryFormat::Table, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) format: QueryFormat,
}

/// `prices`
#[derive(Debug, Subcommand)]
pub(crate) enum PricesCommand {
    /// Read today's list prices of what an account or a snapshot has, or of what is named, and keep them
    Refresh(Box<PricesRefreshArgs>),
    /// Show a list price as it is built in and as it was read last
    Show(PricesShowArgs),
}

/// `prices refresh`
#[derive(Debug, Args)]
pub(crate) struct PricesRefreshArgs {
    /// Where to look.
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    /// A price by its name ("ec2 m5.large", "ebs gp3 storage_gb_month"); may be repeated. Default: what the account has
    #[arg(long = "sku", value_name = "PRICE", conflicts_with = "snapshot")]
    pub(crate) skus: Vec<String>,
    /// Prices of what is in this snapshot; `demo` is the demo account
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) snapshot: Option<PathBuf>,
    /// Read prices again that are older than this, such as 14d or 12h; 0 reads all [default: 14d]
    #[arg(long, value_name = "AGE", value_parser = parse_age)]
    pub(crate) ttl: Option<SignedDuration>,
    /// Folder in which prices are kept; default: billhook/prices in the user's cache folder
    #[arg(long, env = "BILLHOOK_PRICE_CACHE", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) price_cache: Option<PathBuf>,
    /// Write the replies of the price list into this folder as they come, to make a price book of them
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Output")]
    pub(crate) save_replies: Option<PathBuf>,
    /// Configuration, where the account decides; default: billhook.toml in the current folder, if there is one
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// A table of what is not as it was, or everything as CSV, an array of JSON objects, or one object a line
    #[arg(long = "format", value_enum, default_value_t = QueryFormat::Table, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) format: QueryFormat,
}

/// `prices show`
#[derive(Debug, Args)]
pub(crate) struct PricesShowArgs {
    /// Its name ("ec2 m5.large"), a pattern ("ec2 m5*") or words that are in it ("nat hour")
    #[arg(value_name = "PRICE")]
    pub(crate) sku: String,
    /// Region; may be repeated. Default: all
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',')]
    pub(crate) regions: Vec<String>,
    /// Folder in which prices are kept; default: billhook/prices in the user's cache folder
    #[arg(long, env = "BILLHOOK_PRICE_CACHE", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) price_cache: Option<PathBuf>,
    /// A table for people, CSV, an array of JSON objects, or one object a line
    #[arg(long = "format", value_enum, default_value_t = QueryFormat::Table, value_name = "FORMAT", help_heading = "Output")]
    pub(crate) format: QueryFormat,
}

/// How to print an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum QueryFormat {
    Table,
    Csv,
    Json,
    Ndjson,
}

/// `plan`
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// Where to look.
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    /// Rules decide what is read.
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// With the calls that read today's prices
    #[arg(long)]
    pub(crate) live_prices: bool,
    /// What may be spent.
    #[command(flatten)]
    pub(crate) spend: SpendArgs,
    /// What is kept between scans.
    #[command(flatten)]
    pub(crate) cache: CacheArgs,
    /// List the operations only: no credentials, no network, no count of metrics
    #[arg(long)]
    pub(crate) offline: bool,
}

/// `permissions`
#[derive(Debug, Args)]
pub(crate) struct PermissionsArgs {
    /// Rules decide what is needed.
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// With what --live-prices needs
    #[arg(long)]
    pub(crate) live_prices: bool,
    /// What has to be asked for.
    #[command(flatten)]
    pub(crate) extra: ExtraArgs,
    /// The policy of whoever scans a whole organization: also what lists its accounts and enters them by the role
    #[arg(long, help_heading = "Accounts", conflicts_with_all = ["trust", "stack_set"])]
    pub(crate) organization: bool,
    /// Instead of the policy, the trust policy of the role in each account: who may assume it. Name the caller's ARN (a role, a
    /// user) or account id
    #[arg(long, value_name = "ARN|ACCOUNT", help_heading = "Accounts")]
    pub(crate) trust: Option<String>,
    /// Instead of the policy, a CloudFormation template that makes the role in each account, for a StackSet; who may assume it as
    /// with --trust
    #[arg(
        long,
        value_name = "ARN|ACCOUNT",
        help_heading = "Accounts",
        conflicts_with = "trust"
    )]
    pub(crate) stack_set: Option<String>,
    /// Name of the role in each account [default: BillhookReadOnly]
    #[arg(long, value_name = "NAME", help_heading = "Accounts")]
    pub(crate) role: Option<String>,
    /// External id that the trust policy asks for
    #[arg(long, value_name = "ID", help_heading = "Accounts")]
    pub(crate) external_id: Option<String>,
}

/// `doctor`
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Where to look.
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    /// Rules decide what is needed.
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// What has to be asked for.
    #[command(flatten)]
    pub(crate) extra: ExtraArgs,
}
