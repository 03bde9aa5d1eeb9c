//! What a collection brings home.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use crate::{Gap, GapKind, Reused, ScopedAccount};

/// How a (account, region, table, column group) ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CoverageStatus {
    /// Read completely.
    Assessed,
    /// Read, but not for every resource: single resources have gaps.
    Partial,
    /// A permission is missing.
    Denied,
    /// Denied by an organization policy.
    DeniedByOrganization,
    /// Refused because of rate limits.
    Throttled,
    /// Error from the service, or no answer in time.
    Failed,
    /// Stopped before it was read.
    Cancelled,
    /// Left out to stay under the cap on API charges.
    OverBudget,
    /// The region is not enabled in the account.
    RegionDisabled,
    /// Never asked for.
    NotCollected,
    /// Not asked for: nothing was billed in that region.
    NothingBilled,
    /// Not asked for here, since another account of the scan answers for this one: its management account for the bill.
    ReadElsewhere,
}

impl From<GapKind> for CoverageStatus {
    fn from(kind: GapKind) -> Self {
        match kind {
            GapKind::Denied => CoverageStatus::Denied,
            GapKind::DeniedByOrganization => CoverageStatus::DeniedByOrganization,
            GapKind::Throttled => CoverageStatus::Throttled,
            GapKind::Failed | GapKind::TimedOut | GapKind::Unsupported => CoverageStatus::Failed,
            GapKind::Cancelled => CoverageStatus::Cancelled,
            GapKind::OverBudget => CoverageStatus::OverBudget,
            GapKind::NotCollected => CoverageStatus::NotCollected,
        }
    }
}

/// One line of the coverage ledger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Coverage {
    /// Account.
    pub account_id: String,
    /// Region, or `global`.
    pub region: String,
    /// Table.
    pub table: String,
    /// Column group.
    pub column_group: String,
    /// How it ended.
    pub status: CoverageStatus,
    /// Rows read.
    pub resources: u64,
}

/// What a collection asked of the cloud's API, and what that costs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ApiSpend {
    /// Requests by operation (`service:Operation`), retries included.
    pub calls: BTreeMap<String, u64>,
    /// Metric queries that were sent.
    pub metrics_requested: u64,
    /// Charges in USD at list price. `None` where a price is unknown.
    pub cost_usd: Option<f64>,
    /// What was not asked again. `None` where nothing was reused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reused: Option<Reused>,
}

/// What a collection would take that was only counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Foreseen {
    /// Charged requests that were not sent, by operation; at most so many.
    pub calls: BTreeMap<String, u64>,
    /// Charges in USD at list price, at most, those of `calls` and of the metrics included. `None` where a price is unknown.
    pub cost_usd: Option<f64>,
    /// How long what was not sent would take at the pace that each service is asked, in seconds.
    pub seconds: f64,
}

/// What a provider read: tables, what is missing, and what it took.
#[derive(Debug, Default)]
pub struct Collected {
    /// Rows by table name; each frame has the table's columns in order, without the computed ones.
    pub tables: BTreeMap<&'static str, DataFrame>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// Everything that was asked for, and how it ended.
    pub coverage: Vec<Coverage>,
    /// Accounts that were asked, or should have been.
    pub accounts: Vec<String>,
    /// All accounts of the scope, those too that were not asked since they are not active, and how far each was read.
    pub estate: Vec<ScopedAccount>,
    /// Remarks for people.
    pub notices: Vec<String>,
    /// Regions that were asked, without `global`.
    pub regions: Vec<String>,
    /// What it took.
    pub spent: ApiSpend,
    /// Where charged requests were only counted: how many of them there would be at most, by operation, and what everything
    /// together would take.
    pub foreseen: Option<Foreseen>,
    /// Whether the collection was stopped before its end.
    pub interrupted: bool,
}
