//! `prices` and its verbs.

use std::path::PathBuf;

use billhook::config::parse_age;
use clap::{Args, Subcommand, ValueHint};
use jiff::SignedDuration;

use super::{QueryFormat, ScopeArgs};

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
