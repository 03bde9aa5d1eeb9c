//! Types that an instance could move to: what its zone offers, sorted by price once for all instances there.

use std::collections::{HashMap, HashSet};

use crate::ec2::burst::baseline_vcpus;
use crate::ec2::instance_type::InstanceType;
use crate::ec2::successor::{family_name, is_outdated};
use crate::prices::{Cost, PriceLookup};

use super::super::estate::Estate;
use super::Markets;
use super::eligibility::{Reason, Source};
use super::pricing::{self, Terms};

/// A type with its price.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'e> {
    /// What AWS says of it.
    pub(super) kind: &'e InstanceType,
    /// Its family.
    pub(super) family: &'e str,
    /// Baseline of a burstable type, vCPUs; None for the others.
    pub(super) baseline_vcpus: Option<f64>,
    /// USD an hour on the terms of the instance.
    pub(super) hourly_usd: f64,
    /// The price of a month.
    pub(super) monthly: Cost,
}

/// Candidates of a zone, an architecture and the terms of a price, cheapest first, ties by name.
#[derive(Debug, Default)]
struct Shelf<'e> {
    /// Families that nobody should be moved to any more are left out, except for those who are there already.
    families: HashMap<&'e str, Vec<Candidate<'e>>>,
    /// Everything but outdated families.
    current: Vec<Candidate<'e>>,
    /// The same without one family, made when it is first asked for.
    without: HashMap<&'e str, Vec<Candidate<'e>>>,
}

/// What a shelf is for, within a zone.
type Label<'e> = (&'static str, Terms<'e>);

/// What an account can buy in a region.
#[derive(Debug, Default)]
pub(super) struct Market<'e> {
    kinds: HashMap<&'e str, &'e InstanceType>,
    /// Types that may be a target for somebody.
    usable: Vec<&'e InstanceType>,
    zones: HashMap<&'e str, HashSet<&'e str>>,
    /// By zone; there are few labels in each.
    shelves: HashMap<&'e str, Vec<(Label<'e>, Shelf<'e>)>>,
}

/// The markets of an estate.
pub(super) fn markets(estate: &Estate) -> Markets<'_> {
    let mut markets = Markets::new();
    for kind in &estate.instance_types {
        let place = (kind.id.account_id.as_str(), kind.id.region.as_str());
        let market = markets.entry(place).or_default();
        let is_new = market.kinds.insert(&kind.instance_type, kind).is_none();
        if is_new && is_usable(kind) {
            market.usable.push(kind);
        }
    }
    for offering in &estate.offerings {
        let place = (offering.id.account_id.as_str(), offering.id.region.as_str());
        let zones = &mut markets.entry(place).or_default().zones;
        zones
            .entry(&offering.zone)
            .or_default()
            .insert(&offering.instance_type);
    }
    markets
}

/// Whether a type may be a target for somebody: everything that decides it is known. AWS's own flag for the current
/// generation is not looked at, it marks m5, c5 and r5 as old.
fn is_usable(kind: &InstanceType) -> bool {
    let is_steady_or_known = match kind.burstable {
        Some(true) => baseline_vcpus(&kind.instance_type).is_some(),
        Some(false) => true,
        None => false,
    };
    is_steady_or_known
        && kind.supports_on_demand == Some(true)
        && kind.bare_metal == Some(false)
        && kind.accelerator_count == Some(0)
}

/// A type with its price, where it has one.
fn candidate<'e>(
    kind: &'e InstanceType,
    prices: &dyn PriceLookup,
    terms: Terms<'_>,
) -> Option<Candidate<'e>> {
    let price = pricing::hour(prices, &kind.id.region, &kind.instance_type, terms)?;
    Some(Candidate {
        kind,
        family: family_name(&kind.instance_type)?,
        baseline_vcpus: baseline_vcpus(&kind.instance_type),
        hourly_usd: price.usd,
        monthly: Cost::monthly_from_hourly(1.0, Some(price)),
    })
}

/// The architecture of AWS's own processors.
pub(super) const ARM: &str = "arm64";

impl<'e> Market<'e> {
    /// What AWS says of a type here.
    pub(super) fn description(&self, instance_type: &str) -> Option<&'e InstanceType> {
        self.kinds.get(instance_type).copied()
    }

    /// Makes what the instance could move to ready for [`Self::family`], [`Self::other_families`] and [`Self::on_arm`]. Fails
    /// when nothing is known of what its zone offers: a zone in which an instance runs offers something.
    pub(super) fn open(
        &mut self,
        source: &Source<'e>,
        prices: &dyn PriceLookup,
    ) -> Result<(), Reason> {
        let offered = self.zones.get(source.zone).ok_or_else(|| {
            let zone = source.zone;
            format!("which types {zone} offers was not read")
        })?;
        let shelves = self.shelves.entry(source.zone).or_default();
        for architecture in [architecture(source.architecture), ARM] {
            let label = (architecture, source.terms);
            let known = shelves.iter().position(|(known, _)| *known == label);
            let known = known.unwrap_or_else(|| {
                let shelf = Shelf::of(&self.usable, offered, label, prices);
                shelves.push((label, shelf));
                shelves.len() - 1
            });
            let shelf = &mut shelves[known].1;
            let current = &shelf.current;
            shelf.without.entry(source.family).or_insert_with(|| {
                let others = current.iter();
                others
                    .filter(|candidate| candidate.family != source.family)
                    .copied()
                    .collect()
            });
        }
        Ok(())
    }

    /// Whether a zone offers a type.
    pub(super) fn offers(&self, zone: &str, instance_type: &str) -> bool {
        let zone = self.zones.get(zone);
        zone.is_some_and(|offered| offered.contains(instance_type))
    }

    fn shelf(&self, source: &Source<'_>, architecture: &'static str) -> Option<&Shelf<'e>> {
        let mut shelves = self.shelves.get(source.zone)?.iter();
        let label = (architecture, source.terms);
        let found = shelves.find(|(known, _)| *known == label);
        found.map(|(_, shelf)| shelf)
    }

    /// Sizes of the instance's own family, outdated or not.
    pub(super) fn family(&self, source: &Source<'_>) -> &[Candidate<'e>] {
        let shelf = self.shelf(source, architecture(source.architecture));
        let found = shelf.and_then(|shelf| shelf.families.get(source.family));
        found.map_or(&[], Vec::as_slice)
    }

    /// Types of all families that are not outdated, without its own.
    pub(super) fn other_families(&self, source: &Source<'_>) -> &[Candidate<'e>] {
        let shelf = self.shelf(source, architecture(source.architecture));
        let found = shelf.and_then(|shelf| shelf.without.get(source.family));
        found.map_or(&[], Vec::as_slice)
    }

    /// Arm types of all families that are not outdated.
    pub(super) fn on_arm(&self, source: &Source<'_>) -> &[Candidate<'e>] {
        self.shelf(source, ARM)
            .map_or(&[], |shelf| shelf.current.as_slice())
    }

    /// The type of a family and the size that the instance has, where it could move to.
    pub(super) fn of_family(
        &self,
        source: &Source<'_>,
        family: &str,
        size: &str,
    ) -> Option<&Candidate<'e>> {
        let shelf = self.shelf(source, architecture(source.architecture))?;
        let mut sizes = shelf.families.get(family)?.iter();
        sizes.find(|candidate| {
            candidate.kind.instance_type.split_once('.').map(|it| it.1) == Some(size)
        })
    }
}

/// The architectures that eligible instances have, as keys.
fn architecture(name: &str) -> &'static str {
    match name {
        "arm64" => ARM,
        "i386" => "i386",
        _ => "x86_64",
    }
}

impl<'e> Shelf<'e> {
    fn of(
        usable: &[&'e InstanceType],
        offered: &HashSet<&str>,
        (architecture, terms): Label<'_>,
        prices: &dyn PriceLookup,
    ) -> Self {
        let runs = |kind: &InstanceType| match architecture {
            ARM => kind.supports_arm64,
            "i386" => kind.supports_i386,
            _ => kind.supports_x86_64,
        };
        let here = usable.iter().filter(|kind| {
            runs(kind) == Some(true) && offered.contains(kind.instance_type.as_str())
        });
        let mut priced: Vec<Candidate<'e>> = here
            .filter_map(|kind| candidate(kind, prices, terms))
            .collect();
        priced.sort_by(|one, other| {
            one.hourly_usd
                .total_cmp(&other.hourly_usd)
                .then_with(|| one.kind.instance_type.cmp(&other.kind.instance_type))
        });
        let mut shelf = Self::default();
        for candidate in priced {
            let family = shelf.families.entry(candidate.family).or_default();
            family.push(candidate);
            if !is_outdated(&candidate.kind.instance_type) {
                shelf.current.push(candidate);
            }
        }
        shelf
    }
}

#[cfg(test)]
mod tests {
    use super::super::eligibility;
    use super::super::fixture::{estate, instance, kind};
    use super::*;
    use crate::derive::resource::instance_cost;
    use crate::ec2::instance::Instance;
    use crate::prices::PriceBook;

    fn names(estate: &Estate, instance: &Instance) -> Result<(Vec<String>, Vec<String>), Reason> {
        let book = PriceBook::embedded();
        let mut markets = markets(estate);
        let place = (instance.id.account_id.as_str(), instance.id.region.as_str());
        let market = markets.get_mut(&place).ok_or("no market")?;
        let name = instance.instance_type.as_deref().unwrap_or_default();
        let kind = kind(name);
        let present = instance_cost(book, instance);
        let source = eligibility::check(instance, Some(&kind), present)?;
        // The source borrows from the test, the market from the estate: both live long enough here.
        market.open(&source, book)?;
        let names = |kinds: &[Candidate<'_>]| {
            let names = kinds.iter().map(|one| one.kind.instance_type.clone());
            names.collect::<Vec<_>>()
        };
        Ok((
            names(market.family(&source)),
            names(market.other_families(&source)),
        ))
    }

    #[test]
    fn cheapest_first_and_only_what_can_be_bought_there() {
        let mut estate = estate(&[
            "m5.2xlarge",
            "m5.large",
            "r5.xlarge",
            "m5.xlarge",
            "c5.xlarge",
            "m4.large",
            "t3.large",
            "t9.large",
            "m6g.large",
            "g4dn.xlarge",
            "m5.metal",
            "z99.large",
        ]);
        estate.instance_types.push(InstanceType {
            supports_on_demand: Some(false),
            ..kind("m5n.large")
        });
        estate.instance_types.push(InstanceType {
            burstable: None,
            ..kind("m5a.large")
        });
        let (family, others) = names(&estate, &instance("i", "m5.2xlarge")).expect("a market");
        assert_eq!(family, ["m5.large", "m5.xlarge", "m5.2xlarge"]);
        // Of the burstable types only those whose baseline is known.
        assert_eq!(others, ["t3.large", "c5.xlarge", "r5.xlarge"]);
    }

    #[test]
    fn an_outdated_family_is_there_for_its_own_instances_alone() {
        let estate = estate(&["m4.2xlarge", "m4.large", "m5.large"]);
        let (family, others) = names(&estate, &instance("i", "m4.2xlarge")).expect("a market");
        assert_eq!(family, ["m4.large", "m4.2xlarge"]);
        assert_eq!(others, ["m5.large"]);
        let (family, others) = names(&estate, &instance("i", "m5.2xlarge")).expect("a market");
        assert_eq!((family, others.len()), (vec!["m5.large".to_owned()], 0));
    }

    #[test]
    fn another_zone_region_or_account_offers_nothing_here() {
        let estate = estate(&["m5.2xlarge", "m5.large"]);
        let mut elsewhere = instance("i", "m5.2xlarge");
        elsewhere.zone = Some("us-east-1f".to_owned());
        assert_eq!(
            names(&estate, &elsewhere).expect_err("no offering"),
            "which types us-east-1f offers was not read"
        );
        let mut partly = estate;
        partly
            .offerings
            .retain(|offering| offering.instance_type != "m5.large");
        let (family, _) = names(&partly, &instance("i", "m5.2xlarge")).expect("a market");
        assert_eq!(family, ["m5.2xlarge"]);
        let mut stranger = instance("i", "m5.2xlarge");
        stranger.id.account_id = "222222222222".to_owned();
        assert!(names(&partly, &stranger).is_err());
    }
}
