//! The commands that ask an account, or say what they would ask: `scan`, `collect`, `plan`, `permissions`, `doctor`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{CacheArgs, ExtraArgs, LiveArgs, OutputArgs, RuleArgs, ScopeArgs, SpendArgs};

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
