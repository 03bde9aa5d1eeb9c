//! Savings counted once.
//!
//! Gross is the sum of all findings, each by itself. Net is what doing everything would save:
//!
//! 1. On one resource the best of the actions that exclude one another counts, and additive ones apply to what that leaves.
//! 2. A resource never saves more than it costs, where that is known.
//! 3. What is deleted along with a parent ([`Holdings`]) has nothing left to change: its findings are absorbed.
//! 4. A finding that counts its children ([`Claim::counts_children`]) spreads its savings over the resource and what hangs on it,
//!    each to its cost; member by member the larger of that share and the member's own finding counts. So no member is
//!    counted twice, however many findings count it.
//! 5. Where the findings that a removal absorbs come to more than the removal itself, the larger sum counts.
//!
//! Nothing is dropped: an absorbed finding stays, counts 0 and names the one that counts instead.
//!
//! The sum is built from maxima and sums of what the findings claim, with weights that only relations and costs decide. So
//! it does not depend on the order of anything, and a further finding (a new rule, an exemption taken away) never lowers
//! it. With the same discount on everything it scales by that discount, and it is never more than gross. What one finding counts has no
//! such order: a better finding on the same resource takes its place.

mod absorb;
mod ledger;
mod relations;

use std::collections::HashMap;

use crate::effective::Terms;
use crate::rule::Action;

pub use relations::Holdings;

/// What the count needs to know of a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Fingerprint.
    pub fingerprint: String,
    /// Rule id; breaks ties, so that the order of rules changes nothing.
    pub rule: String,
    /// Resource.
    pub resource_id: String,
    /// What would be done.
    pub action: Action,
    /// Whether the savings are those of the resource and its children.
    pub counts_children: bool,
    /// Whether what is saved is usage that a commitment may cover.
    pub frees_commitments: bool,
    /// What it would save by itself at list price, USD a month; `None` when unknown.
    pub savings_usd: Option<f64>,
    /// Whether that is only an upper bound, and so no part of any sum.
    pub is_upper_bound: bool,
}

impl Claim {
    /// What may be summed: neither unknown nor an upper bound.
    fn usd(&self) -> f64 {
        self.savings_usd
            .filter(|usd| usd.is_finite() && !self.is_upper_bound)
            .map_or(0.0, |usd| usd.max(0.0))
    }

    /// Whether the savings are spread over what hangs on the resource. What changes in place changes only itself.
    fn spreads(&self) -> bool {
        self.counts_children && !self.action.is_additive()
    }

    /// Share of a list dollar of a resource under these terms that acting on the claim saves.
    fn share(&self, terms: &Terms) -> f64 {
        if self.frees_commitments {
            terms.usage()
        } else {
            terms.spend()
        }
    }
}

/// What a claim came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    /// Part of the net total, USD a month.
    pub usd: f64,
    /// Fingerprint of the claim that counts instead.
    pub absorbed_by: Option<String>,
}

/// A claim's share of one resource's dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bid {
    /// Place of the claim.
    claim: usize,
    /// What it would save of this resource, USD a month.
    usd: f64,
}

/// Counts the claims once, under the terms that `terms` gives for a resource; the result is in their order.
pub fn count<'c>(
    claims: &'c [Claim],
    holdings: &'c Holdings,
    terms: &dyn Fn(&str) -> Terms,
) -> Vec<Counted> {
    let ledger = ledger::Ledger::new(claims, holdings, terms);
    let absorbers = absorb::absorbers(claims, holdings, &ledger);
    let mut counted = vec![Counted::default(); claims.len()];
    for (claim, usd) in ledger.credits() {
        counted[absorb::root(&absorbers, claim)].usd += usd;
    }
    for (index, absorber) in absorbers.iter().enumerate() {
        if absorber.is_some() {
            let root = absorb::root(&absorbers, index);
            counted[index].absorbed_by = Some(claims[root].fingerprint.clone());
        }
    }
    counted
}

/// What one finding by itself would save under the terms, USD a month at most. Its list savings are `usd`.
pub fn by_itself(
    claim: &Claim,
    usd: f64,
    holdings: &Holdings,
    terms: &dyn Fn(&str) -> Terms,
) -> f64 {
    let share = |resource: &str| {
        let terms = terms(resource);
        if claim.is_upper_bound {
            terms.spend()
        } else {
            claim.share(&terms)
        }
    };
    if !claim.spreads() {
        return usd * share(&claim.resource_id);
    }
    let parts = holdings.spread(&claim.resource_id, usd);
    let spread: f64 = parts.iter().map(|(_, part)| part).sum();
    let effective: f64 = parts.iter().map(|(held, part)| part * share(held)).sum();
    // More than the resource and its children cost: the rest is on the terms of the resource.
    effective + (usd - spread) * share(&claim.resource_id)
}

/// The resources whose cost a claim's savings are part of; `usd` are its list savings.
pub fn members<'h>(claim: &'h Claim, usd: f64, holdings: &'h Holdings) -> Vec<&'h str> {
    if !claim.spreads() {
        return vec![&claim.resource_id];
    }
    let parts = holdings.spread(&claim.resource_id, usd).into_iter();
    parts
        .filter(|(_, part)| *part > 0.0)
        .map(|(member, _)| member)
        .collect()
}

/// Bids by resource, and those that the claims make on it.
type BidsByResource<'c> = HashMap<&'c str, Vec<Bid>>;

#[cfg(test)]
mod any_estate;
#[cfg(test)]
mod tests;
