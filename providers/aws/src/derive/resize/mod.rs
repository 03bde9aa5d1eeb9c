//! `aws_ec2_resize_option`: what a running instance could become.
//!
//! In the order of the work: [`eligibility`] says whether an instance may be resized at all, [`demand`] what it was seen to
//! need, [`candidates`] which types its zone offers at a lower price, [`fit`] which of these meet the demand. Here the
//! best of them is picked.

mod candidates;
mod demand;
mod eligibility;
mod fit;

use std::collections::HashMap;

use billhook_catalog::Place;

use crate::ec2::instance::Instance;
use crate::ec2::resize_option::ResizeOption;
use crate::prices::{Cost, PriceLookup};

use super::amount::Used;
use super::estate::Estate;
use super::measured::Measured;
use super::resource::{instance_cost, instance_lines, linux_lines};

use candidates::{Candidate, Market};
use demand::Demand;
use eligibility::Source;
use fit::Needs;

const MIB_PER_GIB: f64 = 1024.0;
/// Another family is proposed in place of a smaller size of the same one only if it saves this many times as much: a
/// change of family takes more testing.
const CROSS_FAMILY_FACTOR: f64 = 1.10;
/// A window of this many days sees every weekday twice.
const DAYS_FOR_MEDIUM: f64 = 14.0;

/// One row an instance that runs.
pub(super) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    used: &mut Used,
) -> Vec<ResizeOption> {
    let mut markets = candidates::markets(estate, prices);
    let mut none = Market::default();
    let instances = estate.instances.iter();
    instances
        .filter(|instance| instance.state.as_deref() == Some("running"))
        .map(|instance| {
            let place = (instance.id.account_id.as_str(), instance.id.region.as_str());
            let market = markets.get_mut(&place).unwrap_or(&mut none);
            row(instance, market, &estate.measured, prices, used)
        })
        .collect()
}

fn row<'e>(
    instance: &'e Instance,
    market: &mut Market<'e>,
    measured: &Measured,
    prices: &'e dyn PriceLookup,
    used: &mut Used,
) -> ResizeOption {
    let present = instance_cost(prices, instance);
    let described = instance.instance_type.as_deref();
    let described = described.and_then(|name| market.description(name));
    let vcpus = eligibility::vcpus(instance);
    let demand = Demand::of(&instance.id.resource_id, vcpus, measured);
    let amount = used.amount(present);
    let mut row = ResizeOption {
        id: Place {
            account_id: instance.id.account_id.clone(),
            region: instance.id.region.clone(),
        },
        resource_id: instance.id.resource_id.clone(),
        instance_type: instance.instance_type.clone(),
        vcpus,
        memory_gib: described
            .and_then(|kind| kind.memory_mib)
            .map(|mib| mib as f64 / MIB_PER_GIB),
        cpu_needed_vcpus: demand.cpu.map(|cpu| cpu.vcpus),
        cpu_p995_percent: demand.cpu.map(|cpu| cpu.percent),
        network_needed_gbps: demand.network_gbps,
        monthly_usd: amount.usd,
        price_basis: Some(amount.basis.to_owned()),
        ..ResizeOption::default()
    };
    let source = eligibility::check(instance, described, present)
        .and_then(|source| market.open(&source).map(|()| source));
    let needs = source.and_then(|source| Ok((Needs::of(&source, &demand)?, source)));
    row.eligible = Some(needs.is_ok());
    row.ineligible_reason = Some(String::new());
    match needs {
        Err(reason) => row.ineligible_reason = Some(reason),
        // Nothing was measured, so nothing can be proposed; whoever reads the row knows by its CPU columns.
        Ok((None, _)) => {}
        Ok((Some(needs), source)) => {
            let choice = Choice::of(&source, &needs, market);
            fill(&mut row, &source, &needs, &demand, &choice, used);
            explain(instance, &choice, prices, used);
        }
    }
    row
}

/// What is proposed, and what else could be.
#[derive(Debug, Default, PartialEq)]
struct Choice<'m, 'e> {
    target: Option<&'m Candidate<'e>>,
    alternative: Option<&'m Candidate<'e>>,
}

impl<'m, 'e> Choice<'m, 'e> {
    /// The cheapest size of the same family that fits, unless the cheapest of all other families saves notably more. The
    /// other of the two is the alternative; where only one of them exists, the next cheapest of its kind is.
    fn of(source: &Source<'_>, needs: &Needs, market: &'m Market<'e>) -> Self {
        let cheapest = |kinds: &'m [Candidate<'e>]| {
            let cheaper = kinds
                .iter()
                .take_while(|kind| kind.hourly_usd < source.hourly_usd);
            let mut fitting = cheaper.filter(|kind| needs.are_met_by(kind));
            (fitting.next(), fitting.next())
        };
        let (same, next_same) = cheapest(market.family(source));
        let (cross, next_cross) = cheapest(market.other_families(source));
        let (target, alternative) = match (same, cross) {
            (Some(same), Some(cross)) => {
                let saves = |kind: &Candidate<'_>| source.hourly_usd - kind.hourly_usd;
                if saves(cross) >= CROSS_FAMILY_FACTOR * saves(same) {
                    (Some(cross), Some(same))
                } else {
                    (Some(same), Some(cross))
                }
            }
            (Some(same), None) => (Some(same), next_same),
            (None, cross) => (cross, next_cross),
        };
        Self {
            target,
            alternative,
        }
    }
}

fn fill(
    row: &mut ResizeOption,
    source: &Source<'_>,
    needs: &Needs,
    demand: &Demand,
    choice: &Choice<'_, '_>,
    used: &mut Used,
) {
    let Some(target) = choice.target else { return };
    let savings = source.monthly - target.monthly;
    row.target_type = Some(target.kind.instance_type.clone());
    let kind = if target.family == source.family {
        "same-family"
    } else {
        "cross-family"
    };
    row.target_kind = Some(kind.to_owned());
    row.target_vcpus = target.kind.vcpus;
    row.target_memory_gib = target.kind.memory_mib.map(|mib| mib as f64 / MIB_PER_GIB);
    row.target_is_smaller = is_smaller(source, target);
    row.target_cpu_percent = needs.cpu_percent_on(target);
    row.target_monthly_usd = used.amount(target.monthly).usd;
    row.monthly_savings_usd = savings.usd();
    row.price_basis = Some(savings.basis_name().to_owned());
    row.confidence = Some(confidence(source, target, demand, savings).to_owned());
    if let Some(other) = choice.alternative {
        row.alternative_type = Some(other.kind.instance_type.clone());
        used.amount(other.monthly);
        row.alternative_monthly_savings_usd = (source.monthly - other.monthly).usd();
    }
}

/// The lines of what is proposed: the present price and, with the sign turned, the new one. Of the many candidates only the
/// chosen ones have any.
fn explain(
    instance: &Instance,
    choice: &Choice<'_, '_>,
    prices: &dyn PriceLookup,
    used: &mut Used,
) {
    let columns = [
        (choice.target, "aws_ec2_resize_option.monthly_savings_usd"),
        (
            choice.alternative,
            "aws_ec2_resize_option.alternative_monthly_savings_usd",
        ),
    ];
    for (candidate, column) in columns {
        if let Some(candidate) = candidate {
            let (region, name) = (&instance.id.region, &candidate.kind.instance_type);
            let savings = instance_lines(prices, instance).minus(linux_lines(prices, region, name));
            used.explained(&instance.id, column, &savings);
        }
    }
}

/// Fewer vCPUs or less memory.
fn is_smaller(source: &Source<'_>, target: &Candidate<'_>) -> Option<bool> {
    Some(target.kind.vcpus? < source.vcpus || target.kind.memory_mib? < source.memory_mib)
}

/// Never `high`: memory is not measured, and a window of two weeks misses the end of the month.
fn confidence(
    source: &Source<'_>,
    target: &Candidate<'_>,
    demand: &Demand,
    savings: Cost,
) -> &'static str {
    let seen_long = demand
        .cpu
        .is_some_and(|cpu| cpu.is_covered && cpu.window_days >= DAYS_FOR_MEDIUM);
    let same_hypervisor = target.kind.hypervisor == source.kind.hypervisor;
    if seen_long && same_hypervisor && savings.basis_name() == "exact" {
        "medium"
    } else {
        "low"
    }
}

/// Markets by account and region.
type Markets<'e> = HashMap<(&'e str, &'e str), Market<'e>>;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
