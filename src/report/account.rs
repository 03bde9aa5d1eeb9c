//! The accounts of a report, each with its sums.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An account of the scan. The sums of all accounts are those of the summary.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportAccount {
    /// Account id.
    pub account_id: String,
    /// Name, from its organization or the list of accounts; empty when unknown.
    pub name: String,
    /// Owner of the whole account; null when nobody is known.
    pub owner: Option<String>,
    /// `read`; `unreachable`: its role could not be assumed; `not-begun`: the scan was stopped before; `inactive`: it is closed, suspended
    /// or not active yet.
    pub state: String,
    /// Why it was not read; empty when it was.
    pub detail: String,
    /// Active findings.
    pub findings: u64,
    /// Savings counted once, effective, USD a month.
    pub net_monthly_savings_usd: f64,
    /// List price of a month of all its resources whose price is known.
    pub estate_monthly_cost_usd: f64,
    /// Resources that were read.
    pub resources: u64,
    /// Things that could not be read and are not accepted.
    pub open_gaps: u64,
}

impl ReportAccount {
    /// Whether anything of it was read.
    pub fn was_read(&self) -> bool {
        self.state == "read"
    }

    /// The name with the id, or the id alone.
    pub fn label(&self) -> String {
        if self.name.is_empty() {
            self.account_id.clone()
        } else {
            format!("{} ({})", self.name, self.account_id)
        }
    }

    /// Why it was not read, in words; `None` when it was.
    pub fn why_not(&self) -> Option<String> {
        match self.state.as_str() {
            "read" => None,
            "unreachable" => Some("not read: its role could not be assumed".to_owned()),
            "not-begun" => Some("not read: the scan was stopped before".to_owned()),
            _ if self.detail.is_empty() => Some("not read".to_owned()),
            _ => Some(format!("not read: {}", self.detail)),
        }
    }
}
