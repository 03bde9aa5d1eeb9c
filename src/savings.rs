//! Savings counted once.
//!
//! Gross is the sum of all findings, each by itself. Net is what doing everything would save: on one resource the best of
//! the actions that exclude one another counts, additive ones apply to what that leaves, and what goes with a parent is
//! counted there. Nothing is dropped: an absorbed finding stays, counts 0 and names the one that counts instead.

use std::collections::{BTreeMap, HashMap, HashSet};

use billhook_catalog::Relation;

use crate::rule::Action;

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
    /// Whether the savings are those of the resource's children.
    pub counts_children: bool,
    /// What it would save by itself, USD a month; `None` when unknown.
    pub savings_usd: Option<f64>,
    /// Whether that is only an upper bound, and so no part of any sum.
    pub is_upper_bound: bool,
    /// Cost of the resource, USD a month; `None` when unknown.
    pub cost_usd: Option<f64>,
}

/// What a claim came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    /// Part of the net total, USD a month.
    pub usd: f64,
    /// Fingerprint of the claim that counts instead.
    pub absorbed_by: Option<String>,
}

/// Counts the claims once; the result is in their order.
pub fn count(claims: &[Claim], relations: &[Relation]) -> Vec<Counted> {
    let mut counted = vec![Counted::default(); claims.len()];
    let mut by_resource: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, claim) in claims.iter().enumerate() {
        if claim.action != Action::None {
            by_resource
                .entry(&claim.resource_id)
                .or_default()
                .push(index);
        }
    }
    for indexes in by_resource.values() {
        on_one_resource(claims, indexes, &mut counted);
    }
    absorb_children(claims, relations, &by_resource, &mut counted);
    counted
}

/// Savings that may be summed.
fn savings(claim: &Claim) -> Option<f64> {
    claim
        .savings_usd
        .filter(|_| !claim.is_upper_bound)
        .map(|usd| {
            if claim.counts_children {
                usd
            } else {
                capped(usd, claim)
            }
        })
}

/// No more than the resource costs.
fn capped(usd: f64, claim: &Claim) -> f64 {
    claim.cost_usd.map_or(usd, |cost| usd.min(cost))
}

fn on_one_resource(claims: &[Claim], indexes: &[usize], counted: &mut [Counted]) {
    let (additive, exclusive): (Vec<usize>, Vec<usize>) = indexes
        .iter()
        .copied()
        .partition(|index| claims[*index].action.is_additive());
    // A removal with an unknown price still removes: it is preferred to nothing, not to known money.
    let best = exclusive.iter().copied().max_by(|a, b| {
        let rank = |index: &usize| {
            (
                savings(&claims[*index]).unwrap_or(0.0),
                claims[*index].action.removes(),
            )
        };
        let (left, right) = (rank(a), rank(b));
        left.0
            .total_cmp(&right.0)
            .then(left.1.cmp(&right.1))
            .then_with(|| claims[*b].rule.cmp(&claims[*a].rule))
    });
    if let Some(best) = best {
        counted[best].usd = savings(&claims[best]).unwrap_or(0.0);
        for other in exclusive.into_iter().filter(|other| *other != best) {
            counted[other].absorbed_by = Some(claims[best].fingerprint.clone());
        }
    }
    let mut additive = additive;
    additive.sort_by(|a, b| {
        let usd = |index: &usize| savings(&claims[*index]).unwrap_or(0.0);
        usd(b)
            .total_cmp(&usd(a))
            .then_with(|| claims[*a].rule.cmp(&claims[*b].rule))
    });
    let removed = best.filter(|best| claims[*best].action.removes());
    let mut residual =
        best.and_then(|best| claims[best].cost_usd.map(|cost| cost - counted[best].usd));
    for index in additive {
        let claim = &claims[index];
        if let Some(removed) = removed {
            counted[index].absorbed_by = Some(claims[removed].fingerprint.clone());
            continue;
        }
        let Some(usd) = savings(claim) else { continue };
        let left = residual.or(claim.cost_usd);
        counted[index].usd = match (left, claim.cost_usd) {
            (Some(left), Some(cost)) if cost > 0.0 => {
                (left.max(0.0) * usd / cost).min(left.max(0.0))
            }
            _ => usd,
        };
        residual = left.map(|left| left - counted[index].usd);
    }
}

/// What goes with a parent is counted at the parent.
fn absorb_children(
    claims: &[Claim],
    relations: &[Relation],
    by_resource: &BTreeMap<&str, Vec<usize>>,
    counted: &mut [Counted],
) {
    let mut children: HashMap<&str, Vec<&Relation>> = HashMap::new();
    for relation in relations {
        children
            .entry(&relation.parent_resource_id)
            .or_default()
            .push(relation);
    }
    let mut parents: Vec<usize> = (0..claims.len())
        .filter(|index| claims[*index].action.removes() && counted[*index].absorbed_by.is_none())
        .collect();
    parents.sort_by(|a, b| claims[*a].fingerprint.cmp(&claims[*b].fingerprint));
    for parent in parents {
        if counted[parent].absorbed_by.is_some() {
            continue;
        }
        let claim = &claims[parent];
        let mut seen: HashSet<&str> = HashSet::from([claim.resource_id.as_str()]);
        let mut open: Vec<&str> = vec![&claim.resource_id];
        while let Some(resource) = open.pop() {
            let direct = resource == claim.resource_id;
            for relation in children.get(resource).into_iter().flatten() {
                let goes =
                    relation.follows_parent == Some(true) || (direct && claim.counts_children);
                let child = relation.child_resource_id.as_str();
                if !goes || !seen.insert(child) {
                    continue;
                }
                for index in by_resource.get(child).into_iter().flatten() {
                    counted[*index] = Counted {
                        usd: 0.0,
                        absorbed_by: Some(claim.fingerprint.clone()),
                    };
                }
                open.push(child);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(rule: &str, resource: &str, action: Action, savings: f64, cost: f64) -> Claim {
        Claim {
            fingerprint: format!("{rule}@{resource}"),
            rule: rule.to_owned(),
            resource_id: resource.to_owned(),
            action,
            counts_children: false,
            savings_usd: Some(savings),
            is_upper_bound: false,
            cost_usd: Some(cost),
        }
    }

    fn child(parent: &str, child: &str, follows: bool) -> Relation {
        Relation {
            parent_resource_id: parent.to_owned(),
            child_resource_id: child.to_owned(),
            kind: "attached-volume".to_owned(),
            follows_parent: Some(follows),
            ..Relation::default()
        }
    }

    #[test]
    fn idle_swallows_resize() {
        let claims = [
            claim("idle", "i", Action::Terminate, 70.0, 70.0),
            claim("resize", "i", Action::Resize, 35.0, 70.0),
        ];
        let counted = count(&claims, &[]);
        assert_eq!(
            counted[0],
            Counted {
                usd: 70.0,
                absorbed_by: None
            }
        );
        assert_eq!(
            counted[1],
            Counted {
                usd: 0.0,
                absorbed_by: Some("idle@i".to_owned())
            }
        );
    }

    #[test]
    fn additive_actions_apply_to_what_is_left() {
        let claims = [
            claim("resize", "r", Action::Resize, 40.0, 100.0),
            claim("type", "r", Action::ChangeType, 20.0, 100.0),
        ];
        let counted = count(&claims, &[]);
        assert_eq!(counted[0].usd, 40.0);
        assert!(
            (counted[1].usd - 12.0).abs() < 1e-9,
            "20 % of the 60 that are left, not {}",
            counted[1].usd
        );
    }

    #[test]
    fn a_removed_resource_has_nothing_left_to_change() {
        let claims = [
            claim("gone", "v", Action::Delete, 10.0, 10.0),
            claim("type", "v", Action::ChangeType, 2.0, 10.0),
        ];
        assert_eq!(
            count(&claims, &[])[1].absorbed_by.as_deref(),
            Some("gone@v")
        );
    }

    #[test]
    fn children_that_survive_keep_their_findings() {
        let claims = [
            claim("idle", "i", Action::Terminate, 70.0, 70.0),
            claim("type", "deleted", Action::ChangeType, 2.0, 10.0),
            claim("type", "kept", Action::ChangeType, 3.0, 15.0),
        ];
        let counted = count(
            &claims,
            &[child("i", "deleted", true), child("i", "kept", false)],
        );
        assert_eq!(
            counted[1],
            Counted {
                usd: 0.0,
                absorbed_by: Some("idle@i".to_owned())
            }
        );
        assert!((counted[2].usd - 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_stopped_instance_absorbs_whatever_it_counted() {
        let mut stopped = claim("stopped", "i", Action::Terminate, 13.65, 0.0);
        stopped.counts_children = true;
        let claims = [
            stopped,
            claim("address", "eip", Action::Release, 3.65, 3.65),
        ];
        let counted = count(&claims, &[child("i", "eip", false)]);
        assert_eq!(counted[0].usd, 13.65);
        assert_eq!(counted[1].absorbed_by.as_deref(), Some("stopped@i"));
    }

    #[test]
    fn savings_are_capped_at_the_cost_and_upper_bounds_are_in_no_sum() {
        let mut bound = claim("old", "s", Action::Delete, 50.0, 50.0);
        bound.is_upper_bound = true;
        let claims = [claim("resize", "i", Action::Resize, 90.0, 70.0), bound];
        let counted = count(&claims, &[]);
        assert_eq!(counted[0].usd, 70.0);
        assert_eq!(
            counted[1],
            Counted {
                usd: 0.0,
                absorbed_by: None
            }
        );
    }

    #[test]
    fn findings_without_a_saving_are_left_alone() {
        let claims = [
            claim("gone", "v", Action::Delete, 10.0, 10.0),
            claim("plain", "v", Action::None, 0.0, 10.0),
        ];
        assert_eq!(count(&claims, &[])[1], Counted::default());
    }

    mod any_estate {
        use proptest::collection::vec;
        use proptest::prelude::*;

        use super::*;

        const RESOURCES: usize = 6;

        fn claims() -> impl Strategy<Value = Vec<Claim>> {
            let one = (
                0..Action::ALL.len(),
                0..RESOURCES,
                proptest::option::weighted(0.9, 0.0..120.0_f64),
                any::<bool>(),
            );
            // A resource has one cost, whatever is claimed about it: 20, 40, … a month.
            vec(one, 0..14).prop_map(|drawn| {
                let mut claims: Vec<Claim> = Vec::new();
                for (action, resource, savings_usd, is_upper_bound) in drawn {
                    let action = Action::ALL[action];
                    let cost = (resource + 1) as f64 * 20.0;
                    let mut claim =
                        claim(action.as_str(), &format!("r{resource}"), action, 0.0, cost);
                    claim.savings_usd = savings_usd;
                    claim.is_upper_bound = is_upper_bound;
                    // A rule returns a resource once.
                    if !claims
                        .iter()
                        .any(|known| known.fingerprint == claim.fingerprint)
                    {
                        claims.push(claim);
                    }
                }
                claims
            })
        }

        fn relations() -> impl Strategy<Value = Vec<Relation>> {
            let one = (0..RESOURCES, 0..RESOURCES, any::<bool>());
            vec(one, 0..8).prop_map(|drawn| {
                drawn
                    .into_iter()
                    .filter(|(parent, held, _)| parent < held)
                    .map(|(parent, held, follows)| {
                        child(&format!("r{parent}"), &format!("r{held}"), follows)
                    })
                    .collect()
            })
        }

        proptest! {
            #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

            #[test]
            fn net_is_at_most_gross_and_no_resource_saves_more_than_it_costs(claims in claims(), relations in relations()) {
                let counted = count(&claims, &relations);
                let gross: f64 = claims.iter().filter(|claim| !claim.is_upper_bound).filter_map(|claim| claim.savings_usd).sum();
                let net: f64 = counted.iter().map(|counted| counted.usd).sum();
                prop_assert!(net <= gross + 1e-9, "net {net}, gross {gross}");
                for (claim, _) in claims.iter().zip(&counted) {
                    let of_resource: f64 = claims
                        .iter()
                        .zip(&counted)
                        .filter(|(other, _)| other.resource_id == claim.resource_id)
                        .map(|(_, counted)| counted.usd)
                        .sum();
                    prop_assert!(of_resource <= claim.cost_usd.unwrap_or(f64::MAX) + 1e-9);
                }
                for (claim, counted) in claims.iter().zip(&counted) {
                    prop_assert!(counted.usd >= 0.0 && (counted.absorbed_by.is_none() || counted.usd == 0.0));
                    prop_assert!(counted.absorbed_by.as_ref() != Some(&claim.fingerprint));
                }
            }

            #[test]
            fn the_order_of_claims_changes_nothing(claims in claims(), relations in relations()) {
                let forward = count(&claims, &relations);
                let reversed: Vec<Claim> = claims.iter().rev().cloned().collect();
                let mut backward = count(&reversed, &relations);
                backward.reverse();
                prop_assert_eq!(forward, backward);
            }
        }
    }
}
