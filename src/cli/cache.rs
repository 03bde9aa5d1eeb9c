//! What is kept between scans, and `cache`, which shows and clears it.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args, Subcommand, ValueHint};

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
