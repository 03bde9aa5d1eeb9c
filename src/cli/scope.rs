//! Where to look: profile, regions, accounts.

use std::path::PathBuf;

use clap::Args;

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

fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write a tag such as stage=production".to_owned()),
    }
}
