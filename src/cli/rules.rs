//! `rules` and its verbs.

use std::path::PathBuf;

use billhook::rule::kinds;
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::RuleArgs;

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
