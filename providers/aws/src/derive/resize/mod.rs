//! `aws_ec2_resize_option`: what a running instance could become.
//!
//! In the order of the work: [`eligibility`] says whether an instance may be resized at all, [`demand`] what it was seen to
//! need, [`candidates`] which types its zone offers at a lower price, [`fit`] which of these meet the demand, [`burst`] what
//! holds for burstable types besides. [`answer`] picks the best of them; here they become rows.

mod answer;
mod burst;
mod candidates;
mod demand;
mod eligibility;
mod fit;
mod group;
mod pricing;

use std::collections::HashMap;

use billhook_catalog::{Place, RightsizingProfile};

use crate::autoscaling::resize_option::GroupResizeOption;
use crate::ec2::burst::BurstDemand;
use crate::ec2::instance::Instance;
use crate::ec2::resize_option::ResizeOption;
use crate::number::MIB_PER_GIB;
use crate::prices::{Breakdown, Cost, PriceLookup};

use super::amount::Used;
use super::estate::Estate;
use super::resource::{instance_cost, instance_lines};

use answer::{Answer, Answers, Wanted};
use candidates::{Candidate, Market};
use demand::{Demand, Metering};
use eligibility::Source;
use fit::{Form, Needs};

/// A window of this many days sees every weekday twice.
const DAYS_FOR_MEDIUM: f64 = 14.0;
/// A window of this many days has a month's end in it.
const DAYS_FOR_HIGH: f64 = 32.0;
/// Share of that window that must be known.
const COVERAGE_FOR_HIGH: f64 = 0.95;
/// The most that a target may be used at its 99.5th percentile, percent.
const CPU_PERCENT_FOR_HIGH: f64 = 70.0;

/// Markets by account and region.
type Markets<'e> = HashMap<(&'e str, &'e str), Market<'e>>;

/// What the options of an estate are computed with.
#[derive(Clone, Copy)]
struct Setting<'e> {
    estate: &'e Estate,
    prices: &'e dyn PriceLookup,
    profile: RightsizingProfile,
}

/// One row an instance that runs.
pub(super) fn rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    profile: RightsizingProfile,
    used: &mut Used,
) -> Vec<ResizeOption> {
    let setting = Setting {
        estate,
        prices,
        profile,
    };
    let mut markets = candidates::markets(estate);
    let mut none = Market::default();
    let instances = estate.instances.iter();
    instances
        .filter(|instance| instance.state.as_deref() == Some("running"))
        .map(|instance| {
            let place = (instance.id.account_id.as_str(), instance.id.region.as_str());
            let market = markets.get_mut(&place).unwrap_or(&mut none);
            row(instance, market, setting, used)
        })
        .collect()
}

/// One row an Auto Scaling group.
pub(super) fn group_rows(
    estate: &Estate,
    prices: &dyn PriceLookup,
    profile: RightsizingProfile,
    used: &mut Used,
) -> Vec<GroupResizeOption> {
    let setting = Setting {
        estate,
        prices,
        profile,
    };
    let mut markets = candidates::markets(estate);
    let mut none = Market::default();
    let groups = group::Groups::of(setting);
    let all = estate.groups.iter();
    all.map(|one| {
        let place = (one.id.account_id.as_str(), one.id.region.as_str());
        let market = markets.get_mut(&place).unwrap_or(&mut none);
        group::row(one, &groups, market, setting, used)
    })
    .collect()
}

fn row<'e>(
    instance: &'e Instance,
    market: &mut Market<'e>,
    setting: Setting<'e>,
    used: &mut Used,
) -> ResizeOption {
    let Setting {
        estate,
        prices,
        profile,
    } = setting;
    let present = instance_cost(prices, instance);
    let described = instance.instance_type.as_deref();
    let described = described.and_then(|name| market.description(name));
    let vcpus = eligibility::vcpus(instance);
    let memory_mib = described.and_then(|kind| kind.memory_mib);
    let id = &instance.id.resource_id;
    let metering = Metering::INSTANCE;
    let demand = Demand::of(id, vcpus, memory_mib, &estate.measured, profile, metering);
    let amount = used.amount(present);
    let mut row = ResizeOption {
        id: Place {
            account_id: instance.id.account_id.clone(),
            region: instance.id.region.clone(),
        },
        resource_id: id.clone(),
        ineligible_reason: Some(String::new()),
        sizing_reason: Some(String::new()),
        instance_type: instance.instance_type.clone(),
        vcpus,
        memory_gib: memory_mib.map(gib),
        monthly_usd: amount.usd,
        price_basis: Some(amount.basis.to_owned()),
        ..measured_columns(&demand, profile)
    };
    let source = eligibility::check(instance, described, present)
        .and_then(|source| market.open(&source, prices).map(|()| source));
    row.eligible = Some(source.is_ok());
    match source {
        Err(reason) => row.ineligible_reason = Some(reason),
        Ok(source) => {
            let told = Told {
                instance,
                source: &source,
                prices,
            };
            answers(&mut row, &told, &demand, market, setting, used);
            row.successor_is_best = successor_is_best(&row);
        }
    }
    row
}

fn gib(mib: i64) -> f64 {
    mib as f64 / MIB_PER_GIB
}

/// What was measured, and how it is read.
fn measured_columns(demand: &Demand, profile: RightsizingProfile) -> ResizeOption {
    let (cpu, memory) = (demand.cpu, demand.memory);
    ResizeOption {
        profile: Some(profile.as_str().to_owned()),
        cpu_percentile: Some(profile.cpu_percentile().percent()),
        cpu_headroom_percent: Some(profile.cpu_headroom_percent()),
        memory_headroom_percent: Some(profile.memory_headroom_percent()),
        cpu_needed_vcpus: cpu.map(|cpu| cpu.vcpus),
        cpu_needed_percent: cpu.map(|cpu| cpu.percent),
        cpu_p995_percent: cpu.map(|cpu| cpu.p995_percent),
        memory_needed_gib: memory.map(|memory| memory.mib / MIB_PER_GIB),
        memory_used_percent: memory.map(|memory| memory.percent),
        network_needed_gbps: demand.network.map(|network| network.peak_gbps),
        network_sustained_gbps: demand.network.and_then(|network| network.sustained_gbps),
        ebs_needed_iops: demand.ebs.map(|ebs| ebs.peak.iops),
        ebs_needed_mbps: demand.ebs.map(|ebs| ebs.peak.mbps),
        ebs_limit_reached: demand.ebs_limit_reached,
        ..ResizeOption::default()
    }
}

/// What the rows are written from: an instance, and the prices that explain its amounts.
#[derive(Clone, Copy)]
struct Told<'t, 'e> {
    instance: &'e Instance,
    source: &'t Source<'e>,
    prices: &'e dyn PriceLookup,
}

impl<'t, 'e> Told<'t, 'e> {
    /// The lines of the present price.
    fn present(&self) -> Breakdown<'e> {
        instance_lines(self.prices, self.instance)
    }

    /// The lines of an answer's price.
    fn of<'a>(&'a self, answer: &'a Answer<'_, '_>) -> Breakdown<'a> {
        answer.lines(self.prices, self.instance, self.source.terms)
    }

    /// What an answer saves: the present price and, with the sign turned, the new one. Of the many candidates only the answers
    /// are explained.
    fn saves(&self, column: &'static str, answer: &Answer<'_, '_>, used: &mut Used) -> Option<f64> {
        let savings = self.present().minus(self.of(answer));
        used.explained(&self.instance.id, column, &savings).usd
    }
}

/// Everything that the instance could become.
fn answers<'e>(
    row: &mut ResizeOption,
    told: &Told<'_, 'e>,
    demand: &Demand,
    market: &Market<'e>,
    setting: Setting<'e>,
    used: &mut Used,
) {
    let source = told.source;
    let measured = &setting.estate.measured;
    if let Some(successor) = answer::successor(source, market) {
        fill_successor(row, told, successor, used);
    }
    let paid = burst::surplus_paid(source, measured);
    row.surplus_monthly_usd = paid.and_then(|credits| {
        let region = &told.instance.id.region;
        let line = pricing::surplus(credits, region, source.family, source.terms);
        let lines: Breakdown<'_> = line.into_iter().collect();
        let column = "aws_ec2_resize_option.surplus_monthly_usd";
        used.explained(&told.instance.id, column, &lines).usd
    });
    let needs = match Needs::of(source, demand, setting.profile) {
        Ok(Some(needs)) => needs,
        // Nothing was measured, so nothing can be proposed; whoever reads the row knows by its CPU columns.
        Ok(None) => return,
        Err(reason) => {
            row.sizing_reason = Some(reason);
            return;
        }
    };
    let credits = setting.estate.burst_demand.get(source.resource_id);
    let wanted = Wanted {
        source,
        needs: &needs,
        form: Form::of(source),
        credits: credits.map_or(&[] as &[BurstDemand], Vec::as_slice),
        below_usd: source.monthly.usd().unwrap_or(0.0),
    };
    if let Some(credits) = paid.filter(|credits| *credits > 0.0) {
        fill_steady(row, told, &wanted, credits, market, used);
    }
    if let Some(reason) = burst::doubt(source, measured) {
        row.sizing_reason = Some(reason);
        return;
    }
    let answers = Answers::of(&wanted, market);
    let proposed = answers.proposed(source);
    if let Some(target) = proposed {
        fill_target(row, told, &needs, demand, target, used);
    }
    fill_alternatives(row, told, &answers, proposed, used);
}

fn fill_target(
    row: &mut ResizeOption,
    told: &Told<'_, '_>,
    needs: &Needs,
    demand: &Demand,
    target: Answer<'_, '_>,
    used: &mut Used,
) {
    let (source, candidate) = (told.source, target.candidate);
    let savings = source.monthly - target.monthly;
    row.target_type = Some(candidate.kind.instance_type.clone());
    let kind = if candidate.family == source.family {
        "same-family"
    } else {
        "cross-family"
    };
    row.target_kind = Some(kind.to_owned());
    row.target_vcpus = candidate.kind.vcpus;
    row.target_memory_gib = candidate.kind.memory_mib.map(gib);
    row.target_is_smaller = is_smaller(source, candidate);
    row.target_is_burstable = candidate.kind.burstable;
    let mode = target.burst.map_or("", |burst| burst.mode());
    row.target_credit_mode = Some(mode.to_owned());
    row.target_surplus_monthly_usd = target.burst.map_or(Some(0.0), |burst| {
        let (region, terms) = (&told.instance.id.region, source.terms);
        let line = pricing::surplus(burst.credits, region, candidate.family, terms);
        let lines: Breakdown<'_> = line.into_iter().collect();
        let column = "aws_ec2_resize_option.target_surplus_monthly_usd";
        used.explained(&told.instance.id, column, &lines).usd
    });
    row.target_cpu_percent = needs.cpu_percent_on(candidate);
    row.target_monthly_usd = used.amount(target.monthly).usd;
    let column = "aws_ec2_resize_option.monthly_savings_usd";
    row.monthly_savings_usd = told.saves(column, &target, used);
    row.price_basis = Some(savings.basis_name().to_owned());
    row.confidence = Some(confidence(source, candidate, demand, savings).to_owned());
}

fn fill_alternatives(
    row: &mut ResizeOption,
    told: &Told<'_, '_>,
    answers: &Answers<'_, '_>,
    proposed: Option<Answer<'_, '_>>,
    used: &mut Used,
) {
    let name = |answer: &Answer<'_, '_>| Some(answer.candidate.kind.instance_type.clone());
    if let Some(answer) = &answers.same_family {
        row.same_family_type = name(answer);
        let column = "aws_ec2_resize_option.same_family_monthly_savings_usd";
        row.same_family_monthly_savings_usd = told.saves(column, answer, used);
    }
    if let Some(answer) = &answers.cross_family {
        row.cross_family_type = name(answer);
        let column = "aws_ec2_resize_option.cross_family_monthly_savings_usd";
        row.cross_family_monthly_savings_usd = told.saves(column, answer, used);
    }
    if let Some(answer) = &answers.graviton {
        let kind = answer.candidate.kind;
        row.graviton_type = name(answer);
        row.graviton_vcpus = kind.vcpus;
        row.graviton_memory_gib = kind.memory_mib.map(gib);
        let column = "aws_ec2_resize_option.graviton_monthly_savings_usd";
        row.graviton_monthly_savings_usd = told.saves(column, answer, used);
        let best = match &proposed {
            Some(target) => told.of(target),
            None => told.present(),
        };
        let extra = best.minus(told.of(answer));
        let column = "aws_ec2_resize_option.graviton_extra_monthly_usd";
        let extra = used.explained(&told.instance.id, column, &extra);
        row.graviton_extra_monthly_usd = extra.usd;
        row.graviton_price_basis = Some(extra.basis.to_owned());
    }
}

fn fill_successor(
    row: &mut ResizeOption,
    told: &Told<'_, '_>,
    successor: &Candidate<'_>,
    used: &mut Used,
) {
    let kind = successor.kind;
    let lines = pricing::month_lines(told.prices, told.instance, &kind.instance_type);
    let savings = told.present().minus(lines);
    let column = "aws_ec2_resize_option.successor_monthly_savings_usd";
    let savings = used.explained(&told.instance.id, column, &savings);
    row.successor_type = Some(kind.instance_type.clone());
    row.successor_monthly_savings_usd = savings.usd;
    row.successor_price_basis = Some(savings.basis.to_owned());
    row.successor_changes_hypervisor = Some(kind.hypervisor != told.source.kind.hypervisor);
}

/// A smaller type that saves more is what the instance should become instead.
fn successor_is_best(row: &ResizeOption) -> Option<bool> {
    let by_successor = row.successor_monthly_savings_usd?;
    let by_smaller = row
        .monthly_savings_usd
        .filter(|_| row.target_is_smaller == Some(true));
    Some(by_smaller.is_none_or(|usd| usd <= by_successor))
}

/// For one that pays for surplus credits: what would cost less than it and they do.
fn fill_steady<'e>(
    row: &mut ResizeOption,
    told: &Told<'_, 'e>,
    wanted: &Wanted<'_, 'e>,
    credits: f64,
    market: &Market<'e>,
    used: &mut Used,
) {
    let source = told.source;
    let mut together = told.present();
    let region = &told.instance.id.region;
    together.extend(pricing::surplus(
        credits,
        region,
        source.family,
        source.terms,
    ));
    let Some(below_usd) = together.cost().usd() else {
        return;
    };
    let wanted = Wanted {
        below_usd,
        ..*wanted
    };
    let steady = wanted.cheapest(market.other_families(source), |candidate| {
        candidate.kind.burstable == Some(false)
    });
    if let Some(steady) = steady {
        let savings = together.minus(told.of(&steady));
        let column = "aws_ec2_resize_option.steady_monthly_savings_usd";
        row.steady_type = Some(steady.candidate.kind.instance_type.clone());
        row.steady_monthly_savings_usd = used.explained(&told.instance.id, column, &savings).usd;
    }
}

/// Fewer vCPUs or less memory.
fn is_smaller(source: &Source<'_>, target: &Candidate<'_>) -> Option<bool> {
    Some(target.kind.vcpus? < source.vcpus || target.kind.memory_mib? < source.memory_mib)
}

/// How sure it is that a target fits. It says nothing of discounts: the prices are list prices.
fn confidence(
    source: &Source<'_>,
    target: &Candidate<'_>,
    demand: &Demand,
    savings: Cost,
) -> &'static str {
    let Some(cpu) = demand.cpu else {
        return "low";
    };
    let seen_long = cpu.is_covered && cpu.window_days >= DAYS_FOR_MEDIUM;
    let same_hypervisor = target.kind.hypervisor == source.kind.hypervisor;
    let steady = source.kind.burstable == Some(false) && target.kind.burstable == Some(false);
    if !(seen_long && same_hypervisor && steady && savings.basis_name() == "exact") {
        return "low";
    }
    let p995_on_target = target
        .kind
        .vcpus
        .map(|vcpus| cpu.p995_percent * source.vcpus as f64 / vcpus as f64);
    let is_sure = cpu.window_days >= DAYS_FOR_HIGH
        && cpu.coverage >= COVERAGE_FOR_HIGH
        && demand.memory.is_some()
        && target.family == source.family
        && p995_on_target.is_some_and(|percent| percent <= CPU_PERCENT_FOR_HIGH);
    if is_sure { "high" } else { "medium" }
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod group_tests;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
