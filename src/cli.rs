//! The command line: types only, nothing is done here. A file for each group of commands; what several of them take is beside
//! the first that does.

mod cache;
mod cost;
mod judging;
mod prices;
mod reading;
mod rules;
mod scope;
mod tables;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use cache::{CacheArgs, CacheCommand};
pub(crate) use cost::{ExtraArgs, LiveArgs, SpendArgs};
pub(crate) use judging::{
    DemoArgs, ExplainArgs, ExplainFormat, JudgeArgs, OutputArgs, ReportArgs, RuleArgs,
};
pub(crate) use prices::{PricesCommand, PricesRefreshArgs, PricesShowArgs};
pub(crate) use reading::{CollectArgs, DoctorArgs, PermissionsArgs, PlanArgs, ScanArgs};
pub(crate) use rules::{
    ListFormat, RulesCommand, RulesFolderArgs, RulesListArgs, RulesNewArgs, RulesShowArgs,
};
pub(crate) use scope::ScopeArgs;
pub(crate) use tables::{QueryArgs, QueryFormat, TablesArgs};

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

/// `completions`
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}
