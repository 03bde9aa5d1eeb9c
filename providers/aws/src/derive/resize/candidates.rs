//! Types that an instance could move to: what its zone offers, sorted by price once for all instances there.

use std::collections::{HashMap, HashSet};

use crate::ec2::instance_type::InstanceType;
use crate::ec2::successor::{family_name, is_outdated};
use crate::prices::{Cost, PriceLookup};

use super::super::estate::Estate;
use super::Markets;
use super::eligibility::{Reason, Source};

/// A type with its price.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'e> {
    /// What AWS says of it.
    pub(super) kind: &'e InstanceType,
    /// Its family.
    pub(super) family: &'e str,
    /// USD an hour, Linux on demand.
    pub(super) hourly_usd: f64,
    /// The price of a month.
    pub(super) monthly: Cost,
}

impl PartialEq for Candidate<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.kind.instance_type == other.kind.instance_type
    }
}

/// Candidates of a zone and an architecture, cheapest first, ties by name.
#[derive(Debug, Default)]
struct Shelf<'e> {
    /// Families that nobody should be moved to any more are left out, except for those who are there already.
    families: HashMap<&'e str, Vec<Candidate<'e>>>,
    /// Everything but outdated families.
    current: Vec<Candidate<'e>>,
    /// The same without one family, made when it is first asked for.
    without: HashMap<&'e str, Vec<Candidate<'e>>>,
}

/// What an account can buy in a region.
#[derive(Debug, Default)]
pub(super) struct Market<'e> {
    kinds: HashMap<&'e str, &'e InstanceType>,
    /// Types that may be a target, with their price; the same order as on a shelf.
    priced: Vec<Candidate<'e>>,
    zones: HashMap<&'e str, HashSet<&'e str>>,
    shelves: HashMap<&'e str, HashMap<&'static str, Shelf<'e>>>,
}

/// The markets of an estate.
pub(super) fn markets<'e>(estate: &'e Estate, prices: &'e dyn PriceLookup) -> Markets<'e> {
    let mut markets = Markets::new();
    for kind in &estate.instance_types {
        let place = (kind.id.account_id.as_str(), kind.id.region.as_str());
        let market = markets.entry(place).or_default();
        let is_new = market.kinds.insert(&kind.instance_type, kind).is_none();
        if let Some(candidate) = candidate(kind, prices).filter(|_| is_new) {
            market.priced.push(candidate);
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
    for market in markets.values_mut() {
        market.priced.sort_by(|one, other| {
            one.hourly_usd
                .total_cmp(&other.hourly_usd)
                .then_with(|| one.kind.instance_type.cmp(&other.kind.instance_type))
        });
    }
    markets
}

/// A type that may be a target for somebody: everything that decides it is known, and so is its price. AWS's own flag for
/// the current generation is not looked at, it marks m5, c5 and r5 as old.
fn candidate<'e>(kind: &'e InstanceType, prices: &'e dyn PriceLookup) -> Option<Candidate<'e>> {
    let is_usable = kind.supports_on_demand == Some(true)
        && kind.bare_metal == Some(false)
        && kind.burstable == Some(false)
        && kind.accelerator_count == Some(0);
    let price = prices
        .ec2_linux_hour(&kind.id.region, &kind.instance_type)
        .filter(|_| is_usable)?;
    Some(Candidate {
        kind,
        family: family_name(&kind.instance_type)?,
        hourly_usd: price.usd,
        monthly: Cost::monthly_from_hourly(1.0, Some(price)),
    })
}

impl<'e> Market<'e> {
    /// What AWS says of a type here.
    pub(super) fn description(&self, instance_type: &str) -> Option<&'e InstanceType> {
        self.kinds.get(instance_type).copied()
    }

    /// Makes what the instance could move to ready for [`Self::family`] and [`Self::other_families`]. Fails when nothing is
    /// known of what its zone offers: a zone in which an instance runs offers something.
    pub(super) fn open(&mut self, source: &Source<'e>) -> Result<(), Reason> {
        let offered = self.zones.get(source.zone).ok_or_else(|| {
            let zone = source.zone;
            format!("which types {zone} offers was not read")
        })?;
        let shelves = self.shelves.entry(source.zone).or_default();
        let shelf = shelves
            .entry(architecture(source.architecture))
            .or_insert_with(|| Shelf::of(&self.priced, offered, source.architecture));
        let current = &shelf.current;
        shelf.without.entry(source.family).or_insert_with(|| {
            let others = current.iter();
            others
                .filter(|candidate| candidate.family != source.family)
                .copied()
                .collect()
        });
        Ok(())
    }

    fn shelf(&self, source: &Source<'_>) -> Option<&Shelf<'e>> {
        self.shelves
            .get(source.zone)?
            .get(architecture(source.architecture))
    }

    /// Sizes of the instance's own family, outdated or not.
    pub(super) fn family(&self, source: &Source<'_>) -> &[Candidate<'e>] {
        let found = self
            .shelf(source)
            .and_then(|shelf| shelf.families.get(source.family));
        found.map_or(&[], Vec::as_slice)
    }

    /// Types of all families that are not outdated, without its own.
    pub(super) fn other_families(&self, source: &Source<'_>) -> &[Candidate<'e>] {
        let found = self
            .shelf(source)
            .and_then(|shelf| shelf.without.get(source.family));
        found.map_or(&[], Vec::as_slice)
    }
}

/// The architectures that eligible instances have, as keys.
fn architecture(name: &str) -> &'static str {
    match name {
        "arm64" => "arm64",
        "i386" => "i386",
        _ => "x86_64",
    }
}

impl<'e> Shelf<'e> {
    fn of(priced: &[Candidate<'e>], offered: &HashSet<&str>, architecture: &str) -> Self {
        let mut shelf = Self::default();
        for candidate in priced {
            let kind = candidate.kind;
            let runs = match architecture {
                "arm64" => kind.supports_arm64,
                "i386" => kind.supports_i386,
                _ => kind.supports_x86_64,
            };
            if runs != Some(true) || !offered.contains(kind.instance_type.as_str()) {
                continue;
            }
            shelf
                .families
                .entry(candidate.family)
                .or_default()
                .push(*candidate);
            if !is_outdated(&kind.instance_type) {
                shelf.current.push(*candidate);
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
        let mut markets = markets(estate, book);
        let place = (instance.id.account_id.as_str(), instance.id.region.as_str());
        let market = markets.get_mut(&place).ok_or("no market")?;
        let name = instance.instance_type.as_deref().unwrap_or_default();
        let kind = kind(name);
        let source = eligibility::check(instance, Some(&kind), instance_cost(book, instance))?;
        // The source borrows from the test, the market from the estate: both live long enough here.
        market.open(&source)?;
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
        assert_eq!(others, ["c5.xlarge", "r5.xlarge"]);
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
