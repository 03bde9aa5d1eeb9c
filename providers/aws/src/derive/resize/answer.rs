//! The answers: of all types that fit, the cheapest of the same family, of the others, on Arm, and of the successors.

use crate::ec2::burst::BurstDemand;
use crate::ec2::instance::Instance;
use crate::ec2::successor::family_of;
use crate::prices::{Breakdown, Cost, PriceLookup};

use super::burst::{self, Burst};
use super::candidates::{Candidate, Market};
use super::eligibility::Source;
use super::fit::{Form, Needs};
use super::pricing::{self, Terms};

/// Another family is proposed in place of a smaller size of the same one only if it saves this many times as much: a
/// change of family takes more testing.
const CROSS_FAMILY_FACTOR: f64 = 1.10;

/// A type that fits and is cheaper.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer<'m, 'e> {
    /// The type.
    pub(super) candidate: &'m Candidate<'e>,
    /// How it bears the load, where it is burstable.
    pub(super) burst: Option<Burst>,
    /// A month, surplus credits included.
    pub(super) monthly: Cost,
    /// The same, USD.
    usd: f64,
}

impl Answer<'_, '_> {
    /// The lines of [`Self::monthly`].
    pub(super) fn lines<'a>(
        &'a self,
        prices: &'a dyn PriceLookup,
        instance: &'a Instance,
        terms: Terms<'_>,
    ) -> Breakdown<'a> {
        let name = &self.candidate.kind.instance_type;
        let mut lines = pricing::month_lines(prices, instance, name);
        let credits = self.burst.map_or(0.0, |burst| burst.credits);
        let (region, family) = (&instance.id.region, self.candidate.family);
        lines.extend(pricing::surplus(credits, region, family, terms));
        lines
    }
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'w, 'e> {
    /// What is to be replaced.
    pub(super) source: &'w Source<'e>,
    /// What it needs.
    pub(super) needs: &'w Needs,
    /// What its image and attachments ask for.
    pub(super) form: Form,
    /// The credits that it would have needed.
    pub(super) credits: &'w [BurstDemand],
    /// What a month may not reach, USD.
    pub(super) below_usd: f64,
}

impl<'w, 'e> Wanted<'w, 'e> {
    /// The type as an answer, if it is one.
    fn answer<'m>(&self, candidate: &'m Candidate<'e>) -> Option<Answer<'m, 'e>> {
        if !self.needs.are_met_by(candidate) || !self.form.is_met_by(candidate) {
            return None;
        }
        let burst = if candidate.kind.burstable == Some(true) {
            let (vcpus, terms) = (self.source.vcpus as f64, self.source.terms);
            Some(burst::borne_by(candidate, self.credits, vcpus, terms)?)
        } else {
            None
        };
        let surplus = burst.map_or(Cost::ZERO, |burst| burst.surplus);
        let monthly = candidate.monthly + surplus;
        let usd = monthly.usd().filter(|usd| *usd < self.below_usd)?;
        Some(Answer {
            candidate,
            burst,
            monthly,
            usd,
        })
    }

    /// The cheapest of types that are sorted by price. With surplus credits a type costs more than its price, so the search
    /// goes on until no price is lower than what was found.
    pub(super) fn cheapest<'m>(
        &self,
        candidates: &'m [Candidate<'e>],
        admits: impl Fn(&Candidate<'e>) -> bool,
    ) -> Option<Answer<'m, 'e>> {
        let mut best: Option<Answer<'m, 'e>> = None;
        for candidate in candidates {
            let at_least = candidate.monthly.usd()?;
            let bar = best.map_or(self.below_usd, |best| best.usd);
            if at_least >= bar {
                break;
            }
            if !admits(candidate) {
                continue;
            }
            if let Some(answer) = self.answer(candidate).filter(|answer| answer.usd < bar) {
                best = Some(answer);
            }
        }
        best
    }
}

/// The answers about an instance, each by itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Answers<'m, 'e> {
    /// A size of its own family.
    pub(super) same_family: Option<Answer<'m, 'e>>,
    /// A type of another family, for the same image.
    pub(super) cross_family: Option<Answer<'m, 'e>>,
    /// A type with AWS's own processors, for an image that has to be built for them.
    pub(super) graviton: Option<Answer<'m, 'e>>,
}

impl<'m, 'e> Answers<'m, 'e> {
    /// All of them.
    pub(super) fn of(wanted: &Wanted<'_, 'e>, market: &'m Market<'e>) -> Self {
        Self::among(wanted, market, |_| true)
    }

    /// All of them, among the types that pass.
    pub(super) fn among(
        wanted: &Wanted<'_, 'e>,
        market: &'m Market<'e>,
        admits: impl Fn(&Candidate<'e>) -> bool + Copy,
    ) -> Self {
        let source = wanted.source;
        let others = if source.stays_in_family {
            &[]
        } else {
            market.other_families(source)
        };
        let moves_to_arm = source.architecture == "x86_64"
            && source.terms.runs_on_arm()
            && !source.stays_in_family;
        let on_arm = Wanted {
            form: Form::of_new_image(source),
            ..*wanted
        };
        Self {
            same_family: wanted.cheapest(market.family(source), admits),
            cross_family: wanted.cheapest(others, admits),
            graviton: moves_to_arm
                .then(|| on_arm.cheapest(market.on_arm(source), admits))
                .flatten(),
        }
    }

    /// The one to propose: the same family, unless another one saves notably more.
    pub(super) fn proposed(&self, source: &Source<'_>) -> Option<Answer<'m, 'e>> {
        let present = source.monthly.usd()?;
        match (self.same_family, self.cross_family) {
            (Some(same), Some(cross)) => {
                let saves = |answer: &Answer<'_, '_>| present - answer.usd;
                let is_worth_it = saves(&cross) >= CROSS_FAMILY_FACTOR * saves(&same);
                Some(if is_worth_it { cross } else { same })
            }
            (same, cross) => same.or(cross),
        }
    }
}

/// The cheapest of the families that came after the present one, in the same size. Nothing of the present type may get less.
pub(super) fn successor<'m, 'e>(
    source: &Source<'e>,
    market: &'m Market<'e>,
) -> Option<&'m Candidate<'e>> {
    let form = Form::of(source);
    let (_, size) = source.kind.instance_type.split_once('.')?;
    let mut family = source.family;
    let mut best: Option<&Candidate<'e>> = None;
    // The table has no rings; the bound is for one that would get in.
    for _ in 0..16 {
        let Some(entry) = family_of(family) else {
            break;
        };
        family = entry.successor;
        let found = market
            .of_family(source, family, size)
            .filter(|candidate| keeps_all(source, candidate) && form.is_met_by(candidate));
        if let Some(found) = found {
            let bar = best.map_or(source.hourly_usd, |best| best.hourly_usd);
            // At the same price the later family, but not one as dear as the present type.
            let is_better = found.hourly_usd < bar || (best.is_some() && found.hourly_usd == bar);
            if is_better {
                best = Some(found);
            }
        }
    }
    best
}

/// Whether a type has at least what the present one has, where that is known.
fn keeps_all(source: &Source<'_>, candidate: &Candidate<'_>) -> bool {
    let (old, new) = (source.kind, candidate.kind);
    let at_least = |new: Option<f64>, old: Option<f64>| match (new, old) {
        (Some(new), Some(old)) => new >= old,
        (_, old) => old.is_none(),
    };
    let whole = |number: Option<i64>| number.map(|number| number as f64);
    at_least(whole(new.vcpus), whole(old.vcpus))
        && at_least(whole(new.memory_mib), whole(old.memory_mib))
        && at_least(new.network_baseline_gbps, old.network_baseline_gbps)
        && at_least(whole(new.ebs_baseline_iops), whole(old.ebs_baseline_iops))
        && at_least(new.ebs_baseline_mbps, old.ebs_baseline_mbps)
}
