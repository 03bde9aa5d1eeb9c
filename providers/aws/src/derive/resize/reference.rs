//! The answers held against a second implementation: every type is tried, each constraint is written down once more, and
//! burstable types are simulated step by step.

use billhook_catalog::RightsizingProfile;
use proptest::prelude::*;

use super::fixture::{Load, all, burst, estate, instance, kind, measure, series};
use super::rows;
use crate::derive::amount::Used;
use crate::ec2::instance_type::InstanceType;
use crate::ec2::resize_option::ResizeOption;
use crate::ec2::successor::is_outdated;
use crate::prices::{PriceBook, PriceLookup};

/// One instance and what it does.
#[derive(Clone, Copy, Debug)]
struct Case {
    present: &'static str,
    load: Load,
    /// Memory in use, percent; None without an agent.
    memory_percent: Option<f64>,
    /// CPU in use all the time, as a share of its peak.
    steadiness: f64,
    profile: RightsizingProfile,
}

impl Case {
    fn present_vcpus(&self) -> f64 {
        kind(self.present).vcpus.unwrap_or(0) as f64
    }

    /// vCPUs in use all the time.
    fn steady_vcpus(&self) -> f64 {
        self.present_vcpus() * self.load.cpu_percent / 100.0 * self.steadiness
    }

    fn row(&self) -> ResizeOption {
        let mut estate = estate(&all());
        estate.instances.push(instance("i", self.present));
        measure(&mut estate, "i", self.load);
        if let Some(percent) = self.memory_percent {
            let memory = series("mem_used_percent", "Maximum", percent);
            estate.measured.add("i", memory);
        }
        burst(&mut estate, "i", self.steady_vcpus());
        let book = PriceBook::embedded();
        let mut rows = rows(&estate, book, self.profile, &mut Used::default());
        rows.pop().expect("a running instance")
    }
}

fn family(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn hour(name: &str) -> Option<f64> {
    let book = PriceBook::embedded();
    book.ec2_linux_hour(super::fixture::REGION, name)
        .map(|price| price.usd)
}

/// Credits earned an hour and the surplus price of a vCPU hour, from AWS's lists.
fn burstable(name: &str) -> Option<(f64, f64)> {
    match name {
        "t3.medium" => Some((24.0, 0.05)),
        "t3.large" => Some((36.0, 0.05)),
        "t3.xlarge" => Some((96.0, 0.05)),
        _ => None,
    }
}

/// What two weeks on a burstable type cost beyond its price, USD a month, by the steps of five minutes.
fn surplus_a_month(an_hour: f64, usd: f64, vcpus: f64) -> f64 {
    let most = 24.0 * an_hour;
    let (mut balance, mut lowest) = (most, most);
    for _ in 0..4032 {
        balance = (balance + an_hour / 12.0 - vcpus * 5.0).min(most);
        lowest = lowest.min(balance);
    }
    if lowest >= 0.1 * most - 1e-6 {
        return 0.0;
    }
    let (mut balance, mut charged) = (most, 0.0);
    for _ in 0..4032 {
        balance = (balance + an_hour / 12.0 - vcpus * 5.0).min(most);
        if balance < -most {
            charged += -most - balance;
            balance = -most;
        }
    }
    charged / 60.0 * usd * 730.0 / 336.0
}

/// Every constraint, once more. Gives what a month costs.
fn month_on(case: &Case, target: &InstanceType) -> Option<f64> {
    let name = target.instance_type.as_str();
    let present = kind(case.present);
    let (cpu_free, memory_free) = match case.profile.as_str() {
        "balanced" | "performance" => (0.3, 0.3),
        "aggressive" => (0.0, 0.1),
        _ => (0.2, 0.2),
    };
    let flex_limit = if name.contains("-flex.") { 0.4 } else { 1.0 };
    let cpu = case.present_vcpus() * case.load.cpu_percent / 100.0;
    let vcpus = target.vcpus? as f64;
    let memory_needed = match case.memory_percent {
        Some(percent) => present.memory_mib? as f64 * percent / 100.0 / (1.0 - memory_free),
        None => present.memory_mib? as f64,
    };
    let network = case.load.network_gbps / 0.8;
    let fits = cpu <= vcpus * f64::min(1.0 - cpu_free, flex_limit)
        && memory_needed <= target.memory_mib? as f64
        && network <= target.network_baseline_gbps? + 1e-12
        && case.load.ebs_iops <= target.ebs_baseline_iops? as f64 + 1e-9
        && case.load.ebs_mbps <= target.ebs_baseline_mbps? + 1e-9
        && target.supports_x86_64?
        && !target.bare_metal?
        && target.accelerator_count? == 0
        && target.hypervisor.as_deref() == Some("nitro")
        && (family(name) == family(case.present) || !is_outdated(name));
    if !fits {
        return None;
    }
    let surplus = match burstable(name) {
        Some((an_hour, usd)) => surplus_a_month(an_hour, usd, case.steady_vcpus()),
        None => 0.0,
    };
    Some(hour(name)? * 730.0 + surplus)
}

/// The cheapest of those that pass, by trying all.
fn cheapest(case: &Case, admits: impl Fn(&str) -> bool) -> Option<(f64, String)> {
    let now = hour(case.present)? * 730.0;
    let mut best: Option<(f64, String)> = None;
    for name in all() {
        let Some(month) = month_on(case, &kind(name)).filter(|month| admits(name) && *month < now)
        else {
            continue;
        };
        if best.as_ref().is_none_or(|best| month < best.0 - 1e-9) {
            best = Some((month, name.to_owned()));
        }
    }
    best
}

fn any_case() -> impl Strategy<Value = Case> {
    let present = proptest::sample::select(vec![
        "m5.xlarge",
        "m5.2xlarge",
        "m5.4xlarge",
        "c5.xlarge",
        "c5.2xlarge",
        "c5.9xlarge",
        "r5.xlarge",
    ]);
    let profile = proptest::sample::select(RightsizingProfile::ALL.to_vec());
    let traffic = (0.001..2.0_f64, 1.0..8_000.0_f64, 0.1..150.0_f64);
    let memory = proptest::option::of(1.0..100.0_f64);
    (
        present,
        0.5..100.0_f64,
        traffic,
        memory,
        0.05..1.0_f64,
        profile,
    )
        .prop_map(
            |(
                present,
                cpu_percent,
                (network_gbps, ebs_iops, ebs_mbps),
                memory_percent,
                steadiness,
                profile,
            )| {
                Case {
                    present,
                    load: Load {
                        cpu_percent,
                        network_gbps,
                        ebs_iops,
                        ebs_mbps,
                    },
                    memory_percent,
                    steadiness,
                    profile,
                }
            },
        )
}

/// Savings of the better of the two answers for the same image, USD a month; 0 without one.
fn most_saved(row: &ResizeOption) -> f64 {
    let saved = [
        row.same_family_monthly_savings_usd,
        row.cross_family_monthly_savings_usd,
    ];
    saved.into_iter().flatten().fold(0.0, f64::max)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn each_answer_is_the_cheapest_that_meets_every_constraint(case in any_case()) {
        let row = case.row();
        let present = hour(case.present).expect("priced") * 730.0;
        let own = family(case.present);
        let same = cheapest(&case, |name| family(name) == own);
        let cross = cheapest(&case, |name| family(name) != own);
        // Equal prices go by name, and the prices of two types may differ by less than is worth telling apart.
        for (found, expected) in [
            (row.same_family_monthly_savings_usd, &same),
            (row.cross_family_monthly_savings_usd, &cross),
        ] {
            let expected = expected.as_ref().map(|(month, _)| present - month);
            match (found, expected) {
                (None, None) => {}
                (Some(found), Some(expected)) => prop_assert!((found - expected).abs() < 1e-4, "{found} {expected} {row:?}"),
                other => prop_assert!(false, "{other:?} {row:?}"),
            }
        }
        let names = |answer: &Option<(f64, String)>| answer.as_ref().map(|(_, name)| name.clone());
        prop_assert_eq!(&row.same_family_type, &names(&same));
        let proposed = match (&same, &cross) {
            (Some(one), Some(other)) if present - other.0 >= 1.1 * (present - one.0) => &row.cross_family_type,
            (Some(_), _) => &row.same_family_type,
            _ => &row.cross_family_type,
        };
        prop_assert_eq!(&row.target_type, proposed);
        // Net is what the one proposal saves, never a sum.
        if let Some(saved) = row.monthly_savings_usd {
            prop_assert!(saved <= most_saved(&row) + 1e-9);
        }
    }

    #[test]
    fn more_of_anything_never_saves_more(case in any_case(), which in 0..6_usize, factor in 1.0..4.0_f64) {
        let mut more = case;
        match which {
            0 => more.load.cpu_percent = (case.load.cpu_percent * factor).min(100.0),
            1 => more.load.network_gbps *= factor,
            2 => more.load.ebs_iops *= factor,
            3 => more.load.ebs_mbps *= factor,
            4 => more.steadiness = (case.steadiness * factor).min(1.0),
            _ => more.memory_percent = case.memory_percent.map(|percent| (percent * factor).min(100.0)),
        }
        let (before, after) = (case.row(), more.row());
        prop_assert!(most_saved(&after) <= most_saved(&before) + 1e-6, "{before:?} {after:?}");
        for (one, other) in [
            (before.same_family_monthly_savings_usd, after.same_family_monthly_savings_usd),
            (before.graviton_monthly_savings_usd, after.graviton_monthly_savings_usd),
        ] {
            prop_assert!(other.unwrap_or(0.0) <= one.unwrap_or(0.0) + 1e-6);
        }
    }

    #[test]
    fn without_an_agent_no_memory_is_taken_away(case in any_case()) {
        let with = case.row();
        let without = Case { memory_percent: None, ..case }.row();
        if without.target_type.is_some() {
            prop_assert!(without.target_memory_gib >= without.memory_gib, "{without:?}");
        }
        if without.graviton_type.is_some() {
            prop_assert!(without.graviton_memory_gib >= without.memory_gib, "{without:?}");
        }
        // Evidence that memory is free can only help; evidence that it is not never takes any away.
        let is_free = case.memory_percent.is_none_or(|percent| {
            percent <= 100.0 - case.profile.memory_headroom_percent()
        });
        if is_free {
            prop_assert!(most_saved(&with) >= most_saved(&without) - 1e-6, "{with:?} {without:?}");
        }
    }
}
