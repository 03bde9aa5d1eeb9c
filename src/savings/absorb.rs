//! Who stands for whom: which findings have nothing left to do once others are acted upon.

use std::collections::{BTreeMap, HashMap};

use super::Claim;
use super::ledger::Ledger;
use super::relations::Holdings;
use crate::rule::Action;

/// For each claim the one that stands for it; `None` for a claim that stands by itself. No chain of them is a circle.
pub(super) fn absorbers(
    claims: &[Claim],
    holdings: &Holdings,
    ledger: &Ledger<'_>,
) -> Vec<Option<usize>> {
    let on = by_resource(claims);
    let heads = heads(claims, &on, ledger);
    let mut takers = Takers {
        claims,
        holdings,
        ledger,
        covering: covering(claims, &heads, holdings, ledger),
        heads,
        known: HashMap::new(),
    };
    let mut absorbers = vec![None; claims.len()];
    for (resource, own) in &on {
        let taker = takers.of(resource);
        // The share of a group in one member goes before the member's own finding where it is larger.
        let stands = ledger
            .exclusive(resource)
            .map(|bid| bid.claim)
            .filter(|bidder| claims[*bidder].resource_id != *resource)
            .or_else(|| takers.heads.get(resource).copied());
        for claim in own {
            absorbers[*claim] = taker
                .or_else(|| stands.filter(|_| !claims[*claim].action.is_additive()))
                .filter(|absorber| absorber != claim);
        }
    }
    cut_circles(claims, ledger, &mut absorbers);
    absorbers
}

/// The claim at the end of the chain.
pub(super) fn root(absorbers: &[Option<usize>], claim: usize) -> usize {
    let mut at = claim;
    while let Some(absorber) = absorbers[at] {
        at = absorber;
    }
    at
}

/// Claims that would do something, by resource.
fn by_resource(claims: &[Claim]) -> BTreeMap<&str, Vec<usize>> {
    let mut on: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, claim) in claims.iter().enumerate() {
        if claim.action != Action::None {
            on.entry(&claim.resource_id).or_default().push(index);
        }
    }
    on
}

/// The claim of each resource that stands for those that it excludes: the one that bids most in all. A removal with an
/// unknown price still removes: it is preferred to nothing, not to known money.
fn heads<'c>(
    claims: &[Claim],
    on: &BTreeMap<&'c str, Vec<usize>>,
    ledger: &Ledger<'_>,
) -> HashMap<&'c str, usize> {
    let heads = on.iter().filter_map(|(resource, own)| {
        let exclusive = own
            .iter()
            .copied()
            .filter(|claim| !claims[*claim].action.is_additive());
        let head = exclusive.max_by(|a, b| ledger.precedence(claims, *a, *b))?;
        Some((*resource, head))
    });
    heads.collect()
}

/// For each resource the removal elsewhere that counts it, if one does: the one with the largest share of it.
fn covering<'h>(
    claims: &'h [Claim],
    heads: &HashMap<&str, usize>,
    holdings: &'h Holdings,
    ledger: &Ledger<'_>,
) -> HashMap<&'h str, usize> {
    let share = |claim: usize, resource: &str| {
        let mut bids = ledger.bids(resource).iter();
        bids.find(|bid| bid.claim == claim)
            .map_or(0.0, |bid| bid.usd)
    };
    let mut covering: HashMap<&str, usize> = HashMap::new();
    for head in heads.values().copied() {
        let claim = &claims[head];
        if !claim.spreads() || !claim.action.removes() {
            continue;
        }
        let members = holdings.family(&claim.resource_id);
        for member in members.filter(|member| *member != claim.resource_id) {
            let best = covering.entry(member).or_insert(head);
            let order = share(head, member)
                .total_cmp(&share(*best, member))
                .then_with(|| ledger.precedence(claims, head, *best));
            if order.is_gt() {
                *best = head;
            }
        }
    }
    covering
}

/// Finds the claim that takes a resource away.
struct Takers<'h, 'l> {
    claims: &'h [Claim],
    holdings: &'h Holdings,
    ledger: &'l Ledger<'h>,
    heads: HashMap<&'h str, usize>,
    covering: HashMap<&'h str, usize>,
    known: HashMap<&'h str, Option<usize>>,
}

impl<'h> Takers<'h, '_> {
    /// The claim that takes the resource away: one that counts it, one that takes away what it rides on, its own.
    fn of(&mut self, resource: &'h str) -> Option<usize> {
        // Up to what rides on nothing, or is known: chains may be long, so no recursion.
        let mut path = vec![resource];
        while let Some(parent) = path
            .last()
            .filter(|at| !self.known.contains_key(*at))
            .and_then(|at| self.holdings.rides_on(at))
        {
            path.push(parent);
        }
        let mut above = None;
        for at in path.into_iter().rev() {
            above = match self.known.get(at) {
                Some(known) => *known,
                None => {
                    let own = || {
                        let head = self.heads.get(at).copied();
                        head.filter(|head| self.claims[*head].action.removes())
                    };
                    let taker = self
                        .covering
                        .get(at)
                        .copied()
                        .or(above)
                        .or_else(own)
                        .or_else(|| self.ledger.remover(at));
                    self.known.insert(at, taker);
                    taker
                }
            };
        }
        above
    }
}

/// Claims that stand for one another in a circle: the one that goes first stands by itself.
fn cut_circles(claims: &[Claim], ledger: &Ledger<'_>, absorbers: &mut [Option<usize>]) {
    let mut is_done = vec![false; absorbers.len()];
    for start in 0..absorbers.len() {
        let mut path = Vec::new();
        let mut at = Some(start);
        while let Some(claim) = at.filter(|claim| !is_done[*claim]) {
            is_done[claim] = true;
            path.push(claim);
            at = absorbers[claim];
        }
        let Some(from) = at.and_then(|at| path.iter().position(|claim| *claim == at)) else {
            continue;
        };
        let circle = path[from..].iter().copied();
        if let Some(first) = circle.max_by(|a, b| ledger.precedence(claims, *a, *b)) {
            absorbers[first] = None;
        }
    }
}
