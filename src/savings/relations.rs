//! What hangs on what, as far as savings are concerned. It follows from relations and costs alone, never from findings.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use billhook_catalog::Relation;

/// The graph that savings are counted along.
///
/// A child that two parents hold in the same way (a volume that is attached to two instances, a snapshot that two images need)
/// hangs on neither: it stays as long as the other one does. Where parents differ in kind (the group and the cluster of an instance),
/// it hangs on each. What is deleted along with its parent *rides* on it. Every resource rides on at most one other, and
/// relations that lead in a circle are cut.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    /// List price of a month, USD, where it is known.
    costs: HashMap<String, f64>,
    /// What hangs on a resource, sorted.
    held: HashMap<String, Vec<String>>,
    /// The parent that a resource is deleted along with.
    ridden: HashMap<String, String>,
    /// What is deleted along with a resource, sorted.
    riders: HashMap<String, Vec<String>>,
}

impl Holdings {
    /// Reads the relations. `costs` are list prices of a month; leave out what is unknown.
    pub fn new(relations: &[Relation], costs: HashMap<String, f64>) -> Self {
        let mut parents: BTreeMap<(&str, &str), BTreeMap<&str, bool>> = BTreeMap::new();
        for relation in relations {
            let (parent, child) = (&relation.parent_resource_id, &relation.child_resource_id);
            if parent == child || parent.is_empty() || child.is_empty() {
                continue;
            }
            let follows = relation.follows_parent == Some(true);
            let of_kind = parents.entry((child, &relation.kind)).or_default();
            *of_kind.entry(parent).or_insert(true) &= follows;
        }
        let mut held: HashMap<String, BTreeSet<String>> = HashMap::new();
        let mut ridden: BTreeMap<String, String> = BTreeMap::new();
        for ((child, _), of_kind) in &parents {
            if let (1, Some((parent, follows))) = (of_kind.len(), of_kind.first_key_value()) {
                held.entry((*parent).to_owned())
                    .or_default()
                    .insert((*child).to_owned());
                if *follows {
                    ridden
                        .entry((*child).to_owned())
                        .or_insert_with(|| (*parent).to_owned());
                }
            }
        }
        cut_circles(&mut ridden);
        let mut riders: HashMap<String, Vec<String>> = HashMap::new();
        for (child, parent) in &ridden {
            riders
                .entry(parent.clone())
                .or_default()
                .push(child.clone());
        }
        Holdings {
            costs,
            held: held
                .into_iter()
                .map(|(parent, children)| (parent, children.into_iter().collect()))
                .collect(),
            ridden: ridden.into_iter().collect(),
            riders,
        }
    }

    /// List price of a month of a resource, USD; `None` when it is unknown.
    pub fn cost(&self, resource: &str) -> Option<f64> {
        self.costs.get(resource).copied()
    }

    /// What a resource is deleted along with.
    pub(super) fn rides_on(&self, resource: &str) -> Option<&str> {
        self.ridden.get(resource).map(String::as_str)
    }

    /// What is deleted along with a resource.
    pub(super) fn riders(&self, resource: &str) -> &[String] {
        self.riders.get(resource).map_or(&[], Vec::as_slice)
    }

    /// The resource and what hangs on it; then, level by level, what rides on those.
    fn levels<'s>(&'s self, resource: &'s str) -> Vec<Vec<&'s str>> {
        let mut seen: HashSet<&str> = HashSet::from([resource]);
        let mut first = vec![resource];
        let held = self.held.get(resource).map_or(&[][..], Vec::as_slice);
        first.extend(
            held.iter()
                .map(String::as_str)
                .filter(|held| seen.insert(held)),
        );
        let mut levels = vec![first];
        loop {
            let above = levels.last().map_or(&[][..], Vec::as_slice);
            let mut next = Vec::new();
            for parent in above {
                let riders = self.riders(parent).iter().map(String::as_str);
                next.extend(riders.filter(|rider| seen.insert(rider)));
            }
            if next.is_empty() {
                return levels;
            }
            levels.push(next);
        }
    }

    /// The resource and everything that hangs on it, down to the last rider.
    pub(super) fn family<'s>(&'s self, resource: &'s str) -> impl Iterator<Item = &'s str> {
        self.levels(resource).into_iter().flatten()
    }

    /// Spreads a saving that counts children: over the resource and what hangs on it in proportion to what they cost, to
    /// no more than that, then over what rides on them. What is left goes to those whose cost nobody knows, in
    /// equal parts, and is lost where there are none.
    pub(super) fn spread<'s>(&'s self, resource: &'s str, usd: f64) -> Vec<(&'s str, f64)> {
        let mut left = usd;
        let mut parts = Vec::new();
        for level in self.levels(resource) {
            let (priced, unpriced): (Vec<&str>, Vec<&str>) = level
                .into_iter()
                .partition(|member| self.costs.contains_key(*member));
            let cost = |member: &str| self.cost(member).unwrap_or(0.0).max(0.0);
            let whole: f64 = priced.iter().map(|member| cost(member)).sum();
            if whole > 0.0 {
                let taken = left.min(whole);
                parts.extend(
                    priced
                        .iter()
                        .map(|member| (*member, taken * (cost(member) / whole))),
                );
                left -= taken;
            }
            if !unpriced.is_empty() {
                let each = left / unpriced.len() as f64;
                parts.extend(unpriced.into_iter().map(|member| (member, each)));
                left = 0.0;
            }
            if left <= 0.0 {
                break;
            }
        }
        parts
    }
}

/// Takes a link out of every circle, always the same one: the first child in order that the walk comes back to.
fn cut_circles(ridden: &mut BTreeMap<String, String>) {
    let mut done: HashSet<String> = HashSet::new();
    let children: Vec<String> = ridden.keys().cloned().collect();
    for start in children {
        let mut path: Vec<String> = Vec::new();
        let mut on_path: HashSet<String> = HashSet::new();
        let mut at = start;
        while !done.contains(&at) {
            if !on_path.insert(at.clone()) {
                // Whatever walk found the circle, its smallest member is the one that loses its parent.
                let from = path.iter().position(|member| *member == at).unwrap_or(0);
                if let Some(smallest) = path[from..].iter().min() {
                    ridden.remove(smallest);
                }
                break;
            }
            path.push(at.clone());
            match ridden.get(&at) {
                Some(parent) => at = parent.clone(),
                None => break,
            }
        }
        done.extend(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(parent: &str, child: &str, kind: &str, follows: Option<bool>) -> Relation {
        Relation {
            parent_resource_id: parent.to_owned(),
            child_resource_id: child.to_owned(),
            kind: kind.to_owned(),
            follows_parent: follows,
            ..Relation::default()
        }
    }

    fn costs(costs: &[(&str, f64)]) -> HashMap<String, f64> {
        costs
            .iter()
            .map(|(name, usd)| ((*name).to_owned(), *usd))
            .collect()
    }

    #[test]
    fn a_child_of_two_parents_of_a_kind_hangs_on_neither() {
        let holdings = Holdings::new(
            &[
                relation("i-1", "shared", "attached-volume", Some(true)),
                relation("i-2", "shared", "attached-volume", Some(true)),
                relation("i-1", "own", "attached-volume", Some(true)),
                relation("group", "i-1", "member", Some(false)),
                relation("cluster", "i-1", "node", Some(true)),
            ],
            HashMap::new(),
        );
        assert_eq!(holdings.rides_on("shared"), None);
        assert_eq!(holdings.rides_on("own"), Some("i-1"));
        assert_eq!(holdings.rides_on("i-1"), Some("cluster"));
        let family = |resource| holdings.family(resource).collect::<Vec<_>>();
        assert_eq!(family("group"), ["group", "i-1", "own"]);
        assert_eq!(family("cluster"), ["cluster", "i-1", "own"]);
        assert_eq!(family("i-2"), ["i-2"]);
    }

    #[test]
    fn what_is_not_known_to_follow_does_not() {
        let holdings = Holdings::new(
            &[
                relation("i", "unknown", "attached-volume", None),
                relation("i", "kept", "attached-volume", Some(false)),
            ],
            HashMap::new(),
        );
        assert_eq!(holdings.rides_on("unknown"), None);
        assert!(holdings.riders("i").is_empty());
    }

    #[test]
    fn circles_are_cut_wherever_the_walk_begins() {
        let mut circle = vec![
            relation("a", "b", "x", Some(true)),
            relation("b", "c", "x", Some(true)),
            relation("c", "a", "x", Some(true)),
            relation("c", "before", "x", Some(true)),
        ];
        for _ in 0..4 {
            circle.rotate_left(1);
            let holdings = Holdings::new(&circle, HashMap::new());
            assert_eq!(holdings.rides_on("a"), None);
            assert_eq!(holdings.rides_on("b"), Some("a"));
            assert_eq!(holdings.rides_on("c"), Some("b"));
            assert_eq!(holdings.rides_on("before"), Some("c"));
        }
    }

    #[test]
    fn savings_are_spread_by_cost_and_level() {
        let relations = [
            relation("c", "i", "node", Some(true)),
            relation("i", "v", "attached-volume", Some(true)),
        ];
        let known = Holdings::new(&relations, costs(&[("c", 73.0), ("i", 27.0), ("v", 10.0)]));
        assert_eq!(known.spread("c", 50.0), [("c", 36.5), ("i", 13.5)]);
        assert_eq!(
            known.spread("c", 104.0),
            [("c", 73.0), ("i", 27.0), ("v", 4.0)]
        );
        // Nobody can save more than everything.
        assert_eq!(
            known.spread("c", 500.0),
            [("c", 73.0), ("i", 27.0), ("v", 10.0)]
        );
        let unknown = Holdings::new(&relations, costs(&[("i", 27.0)]));
        assert_eq!(unknown.spread("c", 100.0), [("i", 27.0), ("c", 73.0)]);
    }
}
