//! `tables`, and `query`, which asks them.

use std::path::PathBuf;

use billhook_catalog::RightsizingProfile;
use clap::{Args, ValueEnum, ValueHint};

use super::judging::parse_profile;

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

/// How to print an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum QueryFormat {
    Table,
    Csv,
    Json,
    Ndjson,
}
