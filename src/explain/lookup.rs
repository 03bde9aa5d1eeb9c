//! What somebody means: a finding by its fingerprint, or a resource by its ARN, id or name.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::Report;

/// Digits that a shortened fingerprint has at least.
const SHORTEST_FINGERPRINT: usize = 4;
/// Candidates that an error names.
const MOST_NAMED: usize = 6;

/// A resource that may be meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// ARN.
    pub resource_id: String,
    /// Bare id.
    pub short_id: String,
    /// Name for people; empty when it has none.
    pub name: String,
}

/// What is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The resource (an ARN).
    pub resource_id: String,
    /// The one finding that was asked about; `None` when the resource was.
    pub fingerprint: Option<String>,
}

/// Finds what is meant. `known` are resources beyond those that the report names. The error says what is wrong, and what may
/// have been meant.
pub fn look_up(report: &Report, known: &[Known], what: &str) -> Result<Found, String> {
    let what = what.trim();
    let is_fingerprint =
        what.len() >= SHORTEST_FINGERPRINT && what.bytes().all(|byte| byte.is_ascii_hexdigit());
    let short = what.to_ascii_lowercase();
    let meant: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| is_fingerprint && finding.fingerprint.starts_with(&short))
        .collect();
    match meant.as_slice() {
        [] => {}
        [finding] => {
            return Ok(Found {
                resource_id: finding.resource_id.clone(),
                fingerprint: Some(finding.fingerprint.clone()),
            });
        }
        several => {
            let all = several
                .iter()
                .map(|finding| format!("{} ({})", finding.fingerprint, finding.title));
            return Err(format!(
                "several findings begin with {what}; give more digits: {}",
                listed(all)
            ));
        }
    }
    let candidates = candidates(report, known);
    let meant: BTreeSet<&str> = candidates
        .iter()
        .filter(|(id, (short_id, name))| **id == what || *short_id == what || *name == what)
        .map(|(id, _)| *id)
        .collect();
    let mut meant = meant.into_iter();
    match (meant.next(), meant.next()) {
        (Some(only), None) => Ok(Found {
            resource_id: only.to_owned(),
            fingerprint: None,
        }),
        (Some(first), Some(second)) => Err(format!(
            "several resources are called {what}; give the ARN: {}",
            listed([first, second].into_iter().chain(meant).map(str::to_owned))
        )),
        _ => Err(unknown(what, &candidates)),
    }
}

/// Bare id and name by ARN.
type Candidates<'a> = BTreeMap<&'a str, (&'a str, &'a str)>;

fn candidates<'a>(report: &'a Report, known: &'a [Known]) -> Candidates<'a> {
    let mut all: Candidates<'a> = BTreeMap::new();
    for id in report
        .not_judged
        .iter()
        .filter_map(|line| line.resource_id.as_deref())
    {
        // The bare id is the end of most ARNs.
        let end = id.rsplit(['/', ':']).next().unwrap_or(id);
        all.insert(id, (end, ""));
    }
    for finding in &report.findings {
        all.insert(&finding.resource_id, (&finding.short_id, &finding.name));
    }
    for resource in known {
        all.insert(&resource.resource_id, (&resource.short_id, &resource.name));
    }
    all
}

fn unknown(what: &str, candidates: &Candidates<'_>) -> String {
    let words = candidates
        .values()
        .flat_map(|(short_id, name)| [*short_id, *name])
        .filter(|word| !word.is_empty());
    let mut near: Vec<(usize, &str)> = words
        .map(|word| (likeness(what, word), word))
        .filter(|(score, _)| *score > 0)
        .collect();
    near.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    near.dedup_by(|a, b| a.1 == b.1);
    let hint = if near.is_empty() {
        String::new()
    } else {
        let near = near.into_iter().map(|(_, word)| word.to_owned());
        format!(" Did you mean {}?", listed(near))
    };
    format!(
        "there is no finding and no resource {what}: give a fingerprint or the first digits of one, an ARN, a bare id or a name.{hint}"
    )
}

/// How alike two words are; 0 is not at all.
fn likeness(what: &str, word: &str) -> usize {
    let (what, word) = (what.to_lowercase(), word.to_lowercase());
    let lead = what
        .chars()
        .zip(word.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let length = what.chars().count();
    if length >= 3 && (word.contains(&what) || what.contains(&word)) {
        length + lead
    } else if lead >= 3 && lead * 2 >= length {
        lead
    } else {
        0
    }
}

/// The first of them, and how many more there are.
fn listed(all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    let named = all[..all.len().min(MOST_NAMED)].join(", ");
    match all.len().saturating_sub(MOST_NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_wants_more_than_a_common_letter() {
        assert!(likeness("web-1", "web-12") > 0);
        assert!(likeness("i-0abc", "i-0abd") > 0);
        assert_eq!(likeness("shop", "sender"), 0);
        assert_eq!(likeness("x", "xylophone"), 0);
    }

    #[test]
    fn long_lists_are_cut() {
        let all = (1..=8).map(|number| number.to_string());
        assert_eq!(listed(all), "1, 2, 3, 4, 5, 6 and 2 more");
    }
}
