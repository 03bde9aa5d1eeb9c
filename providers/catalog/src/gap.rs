//! What could not be read, and why.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why something could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapKind {
    /// The credentials lack a permission.
    Denied,
    /// An organization policy (SCP, RCP) denies it whatever the credentials allow.
    DeniedByOrganization,
    /// The service kept refusing because of its rate limit.
    Throttled,
    /// The service answered with an error, or with something that could not be understood.
    Failed,
    /// No answer in time.
    TimedOut,
    /// The scan was stopped before it was asked.
    Cancelled,
    /// Left out to stay under the cap on API charges.
    OverBudget,
    /// Never asked for: an older or partial snapshot, or a table that was not part of the scan.
    NotCollected,
    /// The endpoint does not offer the operation.
    Unsupported,
}

impl GapKind {
    /// The word that users see.
    pub fn as_str(self) -> &'static str {
        match self {
            GapKind::Denied => "denied",
            GapKind::DeniedByOrganization => "denied by an organization policy",
            GapKind::Throttled => "throttled",
            GapKind::Failed => "failed",
            GapKind::TimedOut => "timed out",
            GapKind::Cancelled => "cancelled",
            GapKind::OverBudget => "over the API budget",
            GapKind::NotCollected => "not collected",
            GapKind::Unsupported => "not supported by the endpoint",
        }
    }
}

/// In place of a table's name: every table of the region, or of the account.
pub const EVERY_TABLE: &str = "*";

impl fmt::Display for GapKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that could not be read. It blocks the rules that read it, where it is, and no more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Gap {
    /// Table whose rows or columns are missing. For metrics: `usage`. [`EVERY_TABLE`] where a whole account could not
    /// be entered, and in reports where a whole region is closed.
    pub table: String,
    /// Column group that is missing; `base` when the rows themselves are.
    pub column_group: String,
    /// Account that it concerns.
    pub account_id: String,
    /// Region that it concerns; `None` is every region of the account.
    pub region: Option<String>,
    /// ARN, where it is one resource only.
    pub resource_id: Option<String>,
    /// Name of the metric, where the table is `usage`.
    pub metric: Option<String>,
    /// API operation that failed, as `service:Operation`.
    pub operation: String,
    /// Permission that would close it, where one would.
    pub iam_action: Option<String>,
    /// Why.
    pub kind: GapKind,
    /// The service's own words, cleaned of control characters and shortened.
    pub detail: String,
}
