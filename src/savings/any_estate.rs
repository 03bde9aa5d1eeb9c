//! What holds for the count of any estate, whatever is found in it.

use billhook_catalog::Relation;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const RESOURCES: usize = 7;
/// What binary fractions may be off by.
const NOISE: f64 = 1e-6;

/// A random estate: what there is, and what is found in it.
#[derive(Clone, Debug)]
struct Estate {
    claims: Vec<Claim>,
    relations: Vec<Relation>,
    costs: HashMap<String, f64>,
    /// Terms by resource.
    terms: Vec<(f64, f64)>,
}

fn name(resource: usize) -> String {
    format!("r{resource}")
}

impl Estate {
    fn holdings(&self) -> Holdings {
        Holdings::new(&self.relations, self.costs.clone())
    }

    fn terms(&self) -> impl Fn(&str) -> Terms {
        |resource: &str| {
            let place: usize = resource[1..].parse().expect("a number");
            let (discount_percent, covered_percent) = self.terms[place];
            Terms {
                discount_percent,
                covered_percent,
                ..Terms::default()
            }
        }
    }

    fn count(&self) -> Vec<Counted> {
        count(&self.claims, &self.holdings(), &self.terms())
    }

    fn net(&self) -> f64 {
        self.count().iter().map(|counted| counted.usd).sum()
    }

    fn gross(&self) -> f64 {
        let holdings = self.holdings();
        self.claims
            .iter()
            .filter(|claim| claim.action != Action::None)
            .map(|claim| by_itself(claim, claim.usd(), &holdings, &self.terms()))
            .sum()
    }

    fn at_list(&self) -> Estate {
        Estate {
            terms: vec![(0.0, 0.0); RESOURCES],
            ..self.clone()
        }
    }
}

fn claims() -> impl Strategy<Value = Vec<Claim>> {
    let one = (
        (0..Action::ALL.len(), 0..RESOURCES, 0..2_u8),
        proptest::option::weighted(0.9, 0.0..120.0_f64),
        proptest::bool::weighted(0.15),
        any::<bool>(),
        any::<bool>(),
    );
    vec(one, 0..16).prop_map(|drawn| {
        let mut claims: Vec<Claim> = Vec::new();
        for ((action, resource, rule), savings_usd, is_upper_bound, counts_children, frees) in drawn
        {
            let action = Action::ALL[action];
            let rule = format!("{action:?}-{rule}");
            let claim = Claim {
                fingerprint: format!("{rule}@{resource}"),
                rule,
                resource_id: name(resource),
                action,
                counts_children,
                frees_commitments: frees,
                savings_usd,
                is_upper_bound,
            };
            // A rule returns a resource once.
            if claims
                .iter()
                .all(|known| known.fingerprint != claim.fingerprint)
            {
                claims.push(claim);
            }
        }
        claims
    })
}

fn relations() -> impl Strategy<Value = Vec<Relation>> {
    // Any direction, so that there are circles, and two kinds, so that there are several parents.
    let one = (
        0..RESOURCES,
        0..RESOURCES,
        0..2_u8,
        proptest::option::weighted(0.9, any::<bool>()),
    );
    vec(one, 0..12).prop_map(|drawn| {
        drawn
            .into_iter()
            .map(|(parent, child, kind, follows_parent)| Relation {
                parent_resource_id: name(parent),
                child_resource_id: name(child),
                kind: format!("kind-{kind}"),
                follows_parent,
                ..Relation::default()
            })
            .collect()
    })
}

fn estates() -> impl Strategy<Value = Estate> {
    let costs = vec(proptest::option::weighted(0.85, 0.0..150.0_f64), RESOURCES);
    let terms = vec((0.0..100.0_f64, 0.0..100.0_f64), RESOURCES);
    (claims(), relations(), costs, terms).prop_map(|(claims, relations, costs, terms)| Estate {
        claims,
        relations,
        costs: costs
            .into_iter()
            .enumerate()
            .filter_map(|(resource, cost)| Some((name(resource), cost?)))
            .collect(),
        terms,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn net_is_at_most_gross_and_effective_at_most_list(estate in estates()) {
        let (net, gross, list) = (estate.net(), estate.gross(), estate.at_list());
        prop_assert!(net <= gross + NOISE, "net {net}, gross {gross}");
        prop_assert!(net <= list.net() + NOISE, "net {net} is more than {} at list price", list.net());
        prop_assert!(gross <= list.gross() + NOISE);
    }

    #[test]
    fn nobody_saves_more_than_everything_costs(estate in estates()) {
        // Resources without relations one by one, and all together, as far as what they cost is known.
        let estate = estate.at_list();
        let counted = estate.count();
        let of = |wanted: &dyn Fn(&str) -> bool| -> f64 {
            let pairs = estate.claims.iter().zip(&counted);
            pairs.filter(|(claim, _)| wanted(&claim.resource_id)).map(|(_, counted)| counted.usd).sum()
        };
        for (resource, cost) in &estate.costs {
            let is_related = estate.relations.iter().any(|relation| relation.parent_resource_id == *resource);
            if !is_related {
                prop_assert!(of(&|claimed| claimed == resource) <= cost + NOISE, "{resource}");
            }
        }
        if estate.costs.len() == RESOURCES {
            prop_assert!(of(&|_| true) <= estate.costs.values().sum::<f64>() + NOISE);
        }
    }

    #[test]
    fn what_is_absorbed_counts_nothing_and_names_what_stands(estate in estates()) {
        let counted = estate.count();
        let standing: HashMap<&str, bool> = estate
            .claims
            .iter()
            .zip(&counted)
            .map(|(claim, counted)| (claim.fingerprint.as_str(), counted.absorbed_by.is_none()))
            .collect();
        for (claim, counted) in estate.claims.iter().zip(&counted) {
            prop_assert!(counted.usd >= 0.0);
            if let Some(absorber) = &counted.absorbed_by {
                prop_assert_eq!(counted.usd, 0.0);
                prop_assert_eq!(standing.get(absorber.as_str()), Some(&true), "{} by {}", claim.fingerprint, absorber);
            }
            if claim.action == Action::None {
                prop_assert_eq!(counted, &Counted::default());
            }
        }
    }

    #[test]
    fn no_order_changes_anything(estate in estates(), turns in 0..20_usize) {
        let mut turned = estate.clone();
        turned.claims.reverse();
        turned.relations.reverse();
        if !turned.relations.is_empty() {
            let places = turned.relations.len();
            turned.relations.rotate_left(turns % places);
        }
        let by_fingerprint = |estate: &Estate| {
            let claims = estate.claims.iter().map(|claim| claim.fingerprint.clone());
            claims.zip(estate.count()).collect::<HashMap<String, Counted>>()
        };
        prop_assert_eq!(by_fingerprint(&estate), by_fingerprint(&turned));
    }

    /// A new rule finds something, or an exemption is taken away.
    #[test]
    fn a_further_finding_never_lowers_a_sum(estate in estates(), place in any::<prop::sample::Index>()) {
        prop_assume!(!estate.claims.is_empty());
        let mut without = estate.clone();
        without.claims.remove(place.index(estate.claims.len()));
        prop_assert!(without.net() <= estate.net() + NOISE, "net {} falls to {}", without.net(), estate.net());
        prop_assert!(without.gross() <= estate.gross() + NOISE);
    }

    #[test]
    fn one_discount_on_everything_scales_every_sum(estate in estates(), discount in 0.0..100.0_f64) {
        let list = estate.at_list();
        let discounted = Estate { terms: vec![(discount, 0.0); RESOURCES], ..list.clone() };
        let share = 1.0 - discount / 100.0;
        prop_assert!((discounted.net() - share * list.net()).abs() <= NOISE);
        prop_assert!((discounted.gross() - share * list.gross()).abs() <= NOISE);
    }
}
