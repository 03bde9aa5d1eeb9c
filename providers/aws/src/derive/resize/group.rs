//! `aws_autoscaling_group_resize_option`: what the members of a group could become, all of them together.
//!
//! What they need is measured on the group: the busiest member decides, and those that were replaced meanwhile count. What
//! their image and attachments ask for is taken of every member that runs.

use std::collections::{BTreeSet, HashMap};

use billhook_catalog::Place;

use crate::autoscaling::group::{Group, Member};
use crate::autoscaling::resize_option::GroupResizeOption;
use crate::ec2::instance::Instance;
use crate::prices::breakdown::{Breakdown, Charge, Line};

use super::super::amount::Used;
use super::super::resource::instance_cost;
use super::answer::{Answers, Wanted};
use super::candidates::Market;
use super::demand::{Demand, Metering};
use super::eligibility::{self, Reason, Source};
use super::fit::{Form, Needs};
use super::{Setting, Told, gib, is_smaller};

/// Groups by what belongs to them.
pub(super) struct Groups<'e> {
    members: HashMap<&'e str, Vec<&'e Member>>,
    zones: HashMap<&'e str, BTreeSet<&'e str>>,
    instances: HashMap<&'e str, &'e Instance>,
}

impl<'e> Groups<'e> {
    pub(super) fn of(setting: Setting<'e>) -> Self {
        let estate = setting.estate;
        let mut members: HashMap<&str, Vec<&Member>> = HashMap::new();
        for member in &estate.group_members {
            let of_group = members.entry(&member.group_resource_id).or_default();
            of_group.push(member);
        }
        let mut zones: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for zone in &estate.group_zones {
            let of_group = zones.entry(&zone.group_resource_id).or_default();
            of_group.insert(&zone.zone);
        }
        let instances = estate.instances.iter();
        Self {
            members,
            zones,
            instances: instances
                .map(|instance| (instance.id.resource_id.as_str(), instance))
                .collect(),
        }
    }

    /// The members of a group that are in service, as instances that are all alike.
    fn in_service(&self, group: &Group) -> Result<Vec<&'e Instance>, Reason> {
        let id = group.id.resource_id.as_str();
        let members = self.members.get(id).map_or(&[] as &[_], Vec::as_slice);
        let mut found = Vec::new();
        for member in members {
            if member.lifecycle_state.as_deref() != Some("InService") {
                continue;
            }
            let instance = self.instances.get(member.instance_resource_id.as_str());
            found.push(*instance.ok_or("one of its members is not known")?);
        }
        let Some(first) = found.first() else {
            return Err("none of its members is in service".to_owned());
        };
        if found
            .iter()
            .any(|other| other.instance_type != first.instance_type)
        {
            return Err("its members are of several types".to_owned());
        }
        found.sort_by_key(|instance| &instance.id.resource_id);
        Ok(found)
    }
}

/// The row of a group.
pub(super) fn row<'e>(
    group: &'e Group,
    groups: &Groups<'e>,
    market: &mut Market<'e>,
    setting: Setting<'e>,
    used: &mut Used,
) -> GroupResizeOption {
    let profile = setting.profile;
    let mut row = GroupResizeOption {
        id: Place {
            account_id: group.id.account_id.clone(),
            region: group.id.region.clone(),
        },
        resource_id: group.id.resource_id.clone(),
        eligible: Some(true),
        ineligible_reason: Some(String::new()),
        desired_capacity: group.desired_capacity,
        profile: Some(profile.as_str().to_owned()),
        cpu_percentile: Some(profile.cpu_percentile().percent()),
        cpu_headroom_percent: Some(profile.cpu_headroom_percent()),
        price_basis: Some("unknown".to_owned()),
        ..GroupResizeOption::default()
    };
    if let Err(reason) = fill(&mut row, group, groups, market, setting, used) {
        row.eligible = Some(false);
        row.ineligible_reason = Some(reason);
    }
    row
}

fn fill<'e>(
    row: &mut GroupResizeOption,
    group: &'e Group,
    groups: &Groups<'e>,
    market: &mut Market<'e>,
    setting: Setting<'e>,
    used: &mut Used,
) -> Result<(), Reason> {
    is_ours_to_resize(group)?;
    let desired = group
        .desired_capacity
        .ok_or("the number of instances that it keeps is not known")?;
    let members = groups.in_service(group)?;
    let sources = members
        .iter()
        .map(|member| source(member, market, setting))
        .collect::<Result<Vec<_>, _>>()?;
    let first = sources.first().ok_or("none of its members is in service")?;
    let vcpus = first.vcpus;
    if sources.iter().any(|source| source.vcpus != vcpus) {
        return Err("its members have different numbers of vCPUs".to_owned());
    }
    row.instance_type = Some(first.kind.instance_type.clone());
    row.vcpus = Some(vcpus);
    row.memory_gib = Some(gib(first.memory_mib));
    let told = Told {
        instance: members[0],
        source: first,
        prices: setting.prices,
    };
    let all = |lines: Breakdown<'e>| times(lines, desired as f64);
    let column = "aws_autoscaling_group_resize_option.monthly_usd";
    let monthly = used.explained(&group.id, column, &all(told.present()));
    row.monthly_usd = monthly.usd;
    row.price_basis = Some(monthly.basis.to_owned());

    let demand = Demand::of(
        &group.id.resource_id,
        Some(vcpus),
        None,
        &setting.estate.measured,
        setting.profile,
        Metering::GROUP,
    );
    row.cpu_needed_vcpus = demand.cpu.map(|cpu| cpu.vcpus);
    row.cpu_p995_percent = demand.cpu.map(|cpu| cpu.p995_percent);
    row.network_needed_gbps = demand.network.map(|network| network.peak_gbps);
    let Some(needs) = Needs::of(first, &demand, setting.profile)? else {
        return Ok(());
    };
    let forms: Vec<Form> = sources.iter().map(Form::of).collect();
    let zones = groups.zones.get(group.id.resource_id.as_str());
    let zones = zones.ok_or("its zones are not known")?;
    let wanted = Wanted {
        source: first,
        needs: &needs,
        form: forms[0],
        credits: &[],
        below_usd: first.monthly.usd().unwrap_or(0.0),
    };
    let market = &*market;
    let answers = Answers::among(&wanted, market, |candidate| {
        let name = &candidate.kind.instance_type;
        // No credits of a group are simulated, so a burstable type is none of its answers.
        candidate.kind.burstable == Some(false)
            && forms.iter().all(|form| form.is_met_by(candidate))
            && zones.iter().all(|zone| market.offers(zone, name))
    });
    let Some(target) = answers.proposed(first) else {
        return Ok(());
    };
    let candidate = target.candidate;
    let kind = if candidate.family == first.family {
        "same-family"
    } else {
        "cross-family"
    };
    row.target_type = Some(candidate.kind.instance_type.clone());
    row.target_kind = Some(kind.to_owned());
    row.target_vcpus = candidate.kind.vcpus;
    row.target_memory_gib = candidate.kind.memory_mib.map(gib);
    row.target_is_smaller = is_smaller(first, candidate);
    row.target_cpu_percent = needs.cpu_percent_on(candidate);
    let savings = told.present().minus(told.of(&target));
    let savings = times(savings, desired as f64);
    let column = "aws_autoscaling_group_resize_option.monthly_savings_usd";
    let savings = used.explained(&group.id, column, &savings);
    row.monthly_savings_usd = savings.usd;
    row.price_basis = Some(savings.basis.to_owned());
    Ok(())
}

/// Whether somebody else decides on the type of its members, or would start more of a smaller one.
fn is_ours_to_resize(group: &Group) -> Result<(), Reason> {
    match group.managed_by.as_deref() {
        Some("") => {}
        Some(manager) => return Err(format!("managed by {manager}")),
        None => return Err("what manages it is not known".to_owned()),
    }
    match group.launch_source.as_deref() {
        Some("launch-template" | "launch-configuration") => {}
        Some("mixed-instances") => {
            return Err("it chooses among several types (mixed instances)".to_owned());
        }
        _ => return Err("what it starts instances from is not known".to_owned()),
    }
    let policies = group
        .scaling_policy_count
        .ok_or("its scaling policies are not known")?;
    let is_at_its_least = group.min_size.is_some() && group.min_size == group.desired_capacity;
    if policies > 0 && !is_at_its_least {
        return Err(
            "it scales with its load: of a smaller type it would start more instances".to_owned(),
        );
    }
    Ok(())
}

/// A member as a source: nothing but its being a member may stand in the way.
fn source<'e>(
    member: &'e Instance,
    market: &mut Market<'e>,
    setting: Setting<'e>,
) -> Result<Source<'e>, Reason> {
    let present = instance_cost(setting.prices, member);
    let described = member.instance_type.as_deref();
    let described = described.and_then(|name| market.description(name));
    let source = eligibility::check_member(member, described, present)?;
    if source.kind.burstable == Some(true) {
        return Err(
            "its members are burstable, and no credits of a group are simulated".to_owned(),
        );
    }
    market.open(&source, setting.prices)?;
    Ok(source)
}

/// The same for so many.
fn times(lines: Breakdown<'_>, count: f64) -> Breakdown<'_> {
    let lines = lines.into_lines().into_iter();
    lines
        .map(|line| Line {
            charge: line.charge.map(|charge| Charge {
                quantity: charge.quantity * count,
                ..charge
            }),
            cost: line.cost * count,
            ..line
        })
        .collect()
}
