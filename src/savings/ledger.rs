//! The dollars: what each resource saves, whoever claims it.

use std::collections::{BTreeMap, HashMap};

use super::relations::Holdings;
use super::{Bid, BidsByResource, Claim};
use crate::effective::Terms;
use crate::rule::Action;

/// What a resource saves.
#[derive(Clone, Debug, Default)]
struct Entry {
    /// The best claim that removes it.
    removal: Option<Bid>,
    /// The best of the other claims that exclude one another.
    exclusive: Option<Bid>,
    /// What the additive claims save of what that leaves.
    additive: Vec<Bid>,
    /// What counts if it rides on something that is removed: the best claim on it that removes it and was made elsewhere.
    carried: Option<Bid>,
    /// Savings of it and its riders.
    value: f64,
    /// The same if something that it rides on is removed: what claims made elsewhere still count of it.
    value_carried: f64,
    /// Whether it is removed in the larger sum.
    is_removed: bool,
}

/// What the claims save of each resource.
pub(super) struct Ledger<'c> {
    holdings: &'c Holdings,
    bids: BidsByResource<'c>,
    entries: BTreeMap<&'c str, Entry>,
    /// What each claim bids in all, in the order of the claims.
    weights: Vec<f64>,
}

impl<'c> Ledger<'c> {
    pub(super) fn new(
        claims: &'c [Claim],
        holdings: &'c Holdings,
        terms: &dyn Fn(&str) -> Terms,
    ) -> Self {
        let mut bids: BidsByResource<'c> = HashMap::new();
        let mut weights = vec![0.0; claims.len()];
        for (index, claim) in claims.iter().enumerate() {
            if claim.action == Action::None {
                continue;
            }
            let usd = claim.usd();
            let parts = if claim.spreads() {
                holdings.spread(&claim.resource_id, usd)
            } else {
                let cost = holdings.cost(&claim.resource_id);
                let capped = cost.map_or(usd, |cost| usd.min(cost.max(0.0)));
                vec![(claim.resource_id.as_str(), capped)]
            };
            // Its own resource knows of it even if nothing of it can be summed.
            bids.entry(&claim.resource_id).or_default();
            for (resource, usd) in parts {
                let usd = usd * claim.share(&terms(resource));
                weights[index] += usd;
                bids.entry(resource)
                    .or_default()
                    .push(Bid { claim: index, usd });
            }
        }
        let mut ledger = Ledger {
            holdings,
            bids,
            entries: BTreeMap::new(),
            weights,
        };
        ledger.settle(claims, terms);
        ledger
    }

    /// What is bid on a resource.
    pub(super) fn bids(&self, resource: &str) -> &[Bid] {
        self.bids.get(resource).map_or(&[], Vec::as_slice)
    }

    /// The claim that removes the resource in the larger sum.
    pub(super) fn remover(&self, resource: &str) -> Option<usize> {
        let entry = self.entries.get(resource)?;
        entry
            .removal
            .filter(|_| entry.is_removed)
            .map(|bid| bid.claim)
    }

    /// The claim that counts for the resource among those that exclude one another and do not remove it.
    pub(super) fn exclusive(&self, resource: &str) -> Option<Bid> {
        self.entries.get(resource)?.exclusive
    }

    fn settle(&mut self, claims: &[Claim], terms: &dyn Fn(&str) -> Terms) {
        let mut depths: BTreeMap<&'c str, usize> = BTreeMap::new();
        for resource in self.bids.keys().copied() {
            let mut path = vec![resource];
            let mut at = resource;
            while let Some(parent) = self
                .holdings
                .rides_on(at)
                .filter(|_| !depths.contains_key(at))
            {
                path.push(parent);
                at = parent;
            }
            let depth = depths.get(at).copied().unwrap_or(0);
            for (further, resource) in path.into_iter().rev().enumerate() {
                depths.entry(resource).or_insert(depth + further);
            }
        }
        let mut deepest_first: Vec<(&str, usize)> = depths
            .iter()
            .map(|(resource, depth)| (*resource, *depth))
            .collect();
        deepest_first.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        for (resource, _) in deepest_first {
            let entry = self.entry(resource, claims, terms);
            self.entries.insert(resource, entry);
        }
    }

    fn entry(&self, resource: &str, claims: &[Claim], terms: &dyn Fn(&str) -> Terms) -> Entry {
        let bids = self.bids(resource);
        let best = |wanted: &dyn Fn(&Claim) -> bool| {
            let candidates = bids.iter().filter(|bid| wanted(&claims[bid.claim]));
            candidates.copied().max_by(|a, b| {
                a.usd
                    .total_cmp(&b.usd)
                    .then_with(|| self.precedence(claims, a.claim, b.claim))
            })
        };
        let removal = best(&|claim| claim.action.removes());
        let carried = best(&|claim| claim.action.removes() && claim.resource_id != resource);
        let exclusive = best(&|claim| !claim.action.removes() && !claim.action.is_additive());
        let mut additive: Vec<Bid> = bids
            .iter()
            .filter(|bid| claims[bid.claim].action.is_additive())
            .copied()
            .collect();
        additive.sort_by(|a, b| {
            b.usd
                .total_cmp(&a.usd)
                .then_with(|| self.precedence(claims, b.claim, a.claim))
        });
        let usd = |bid: Option<Bid>| bid.map_or(0.0, |bid| bid.usd);
        let cost = self
            .holdings
            .cost(resource)
            .map(|cost| cost.max(0.0) * terms(resource).spend());
        if let Some(cost) = cost {
            let mut left = (cost - usd(exclusive)).max(0.0);
            for bid in &mut additive {
                bid.usd = if cost > 0.0 {
                    (left * (bid.usd / cost)).min(left)
                } else {
                    0.0
                };
                left -= bid.usd;
            }
        }
        let riders = self.holdings.riders(resource);
        let of_riders = |value: &dyn Fn(&Entry) -> f64| -> f64 {
            let entries = riders
                .iter()
                .filter_map(|rider| self.entries.get(rider.as_str()));
            entries.map(value).sum()
        };
        let riders_carried = of_riders(&|entry| entry.value_carried);
        let kept = usd(exclusive)
            + additive.iter().map(|bid| bid.usd).sum::<f64>()
            + of_riders(&|entry| entry.value);
        let removed = usd(removal) + riders_carried;
        let is_removed = removal.is_some() && removed >= kept;
        Entry {
            removal,
            exclusive,
            additive,
            carried,
            value: if is_removed { removed } else { kept },
            value_carried: usd(carried) + riders_carried,
            is_removed,
        }
    }

    /// Which of two claims goes first where their dollars are equal: the one that bids more in all, then by rule and fingerprint.
    pub(super) fn precedence(&self, claims: &[Claim], a: usize, b: usize) -> std::cmp::Ordering {
        let (left, right) = (&claims[a], &claims[b]);
        self.weights[a]
            .total_cmp(&self.weights[b])
            .then_with(|| left.action.removes().cmp(&right.action.removes()))
            .then_with(|| right.rule.cmp(&left.rule))
            .then_with(|| right.fingerprint.cmp(&left.fingerprint))
    }

    /// Which claim earns what: every dollar of the net sum, once.
    pub(super) fn credits(&self) -> Vec<(usize, f64)> {
        let mut credits = Vec::new();
        // From what rides on nothing downwards, with whether something above is removed.
        let mut open: Vec<(&str, bool)> = self
            .entries
            .keys()
            .rev()
            .filter(|resource| self.holdings.rides_on(resource).is_none())
            .map(|resource| (*resource, false))
            .collect();
        while let Some((resource, is_carried)) = open.pop() {
            let Some(entry) = self.entries.get(resource) else {
                continue;
            };
            let mut credit = |bid: &Bid| credits.push((bid.claim, bid.usd));
            if is_carried {
                entry.carried.iter().for_each(&mut credit);
            } else if entry.is_removed {
                entry.removal.iter().for_each(&mut credit);
            } else {
                entry.exclusive.iter().for_each(&mut credit);
                entry.additive.iter().for_each(&mut credit);
            }
            let riders = self.holdings.riders(resource).iter().rev();
            open.extend(riders.map(|rider| (rider.as_str(), is_carried || entry.is_removed)));
        }
        credits
    }
}
