//! What judging yields.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

macro_rules! ladder {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$vmeta])* $variant),* }

        impl $name {
            /// Every value, in ascending order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word for it, as in rule files and reports.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok($name::$variant),)*
                    _ => Err(format!("'{word}' is not one of {}", [$($word),*].join(", "))),
                }
            }
        }
    };
}

ladder! {
    /// How bad a finding is.
    Severity {
        /// Good to know.
        Info = "info",
        /// Small.
        Low = "low",
        /// Worth a ticket.
        Medium = "medium",
        /// Worth doing now.
        High = "high",
        /// Worth stopping other work for.
        Critical = "critical",
    }
}

ladder! {
    /// How sure a finding is.
    Confidence {
        /// A hint.
        Low = "low",
        /// Likely; look before acting.
        Medium = "medium",
        /// As sure as the account's API can make it.
        High = "high",
    }
}

ladder! {
    /// Where a finding's dollars come from. The worst part decides for a sum.
    PriceBasis {
        /// At least one price is not known.
        Unknown = "unknown",
        /// At least one price is undated, unverified or computed.
        Estimated = "estimated",
        /// Published prices with a date.
        Exact = "exact",
    }
}

/// Identifies a finding from scan to scan: the first 16 hex digits of SHA-256 over `v1`, the rule id and the resource
/// id, joined by NUL. Never of message, tags or money, which change while the finding stands.
pub fn fingerprint(rule: &str, resource_id: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"v1\0");
    hash.update(rule.as_bytes());
    hash.update(b"\0");
    hash.update(resource_id.as_bytes());
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// One offender of one rule, as the rule's query returned it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Rule id.
    pub rule: String,
    /// ARN.
    pub resource_id: String,
    /// Severity of this row.
    pub severity: Severity,
    /// Confidence of this row.
    pub confidence: Confidence,
    /// Savings a month by itself. `None` when unknown or not a saving.
    pub monthly_savings_usd: Option<f64>,
    /// Whether those savings are only an upper bound.
    pub savings_are_upper_bound: bool,
    /// Spend at stake a month. `None` when it is no hotspot or unknown.
    pub at_stake_usd: Option<f64>,
    /// Basis of the dollars above; `None` when the row gives none, the resource's own basis then holds.
    pub price_basis: Option<PriceBasis>,
    /// All other columns of the row.
    pub evidence: BTreeMap<String, serde_json::Value>,
}

impl Finding {
    /// See [`fingerprint`].
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.rule, &self.resource_id)
    }
}
