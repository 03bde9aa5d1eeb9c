//! Answers of a cloud that are kept from one collection to the next.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Where answers are kept, and how long each kind of them is taken for today's. Ages are counted back from the instant that the
/// collection is of.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerCache {
    /// The folder. What is in it is its owner's alone.
    pub folder: PathBuf,
    /// What the cloud offers (machine types), which changes when it offers something new.
    pub offers: SignedDuration,
    /// Series of utilization metrics. They keep the window that they were read for.
    pub metrics: SignedDuration,
    /// Whether the bill is asked once for each day (UTC): it is worked out anew a few times a day.
    pub bill: bool,
}

/// What was not asked, since an earlier answer was young enough.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reused {
    /// Requests that this saved, by operation (`service:Operation`). Requests for metrics are counted by `metrics`.
    pub calls: BTreeMap<String, u64>,
    /// Metric queries that this saved.
    pub metrics: u64,
    /// What they would have cost, USD at list price. `None` where a price is unknown.
    pub cost_usd: Option<f64>,
    /// When the oldest of the answers was read. `None`: nothing was reused.
    pub oldest_at: Option<Timestamp>,
}

impl Reused {
    /// Adds what one more answer saved.
    pub fn add(&mut self, calls: &BTreeMap<String, u64>, metrics: u64, read_at: Timestamp) {
        for (operation, count) in calls {
            *self.calls.entry(operation.clone()).or_default() += count;
        }
        self.metrics += metrics;
        self.oldest_at = Some(self.oldest_at.map_or(read_at, |oldest| oldest.min(read_at)));
    }

    /// Whether nothing was reused.
    pub fn is_nothing(&self) -> bool {
        self.oldest_at.is_none()
    }
}
