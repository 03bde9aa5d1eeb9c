//! What a judgement takes, and the commands that judge what was read: `demo`, `judge`, `explain`, `report`.

use std::path::PathBuf;

use billhook::finding::Severity;
use billhook::report::Format;
use billhook_catalog::RightsizingProfile;
use clap::{Args, ValueEnum, ValueHint};

use super::cost::parse_usd;

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

pub(super) fn parse_profile(word: &str) -> Result<RightsizingProfile, String> {
    word.parse()
}

fn parse_severity(word: &str) -> Result<Severity, String> {
    word.parse()
}

/// `demo`
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// What to write.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
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
