use super::fixture::{Load, all, burst, estate, instance, kind, measure, series};
use super::*;
use crate::ec2::instance_type::InstanceType;
use crate::ec2::successor::{family_name, is_outdated};
use crate::prices::PriceBook;

fn derived(estate: &Estate) -> Vec<ResizeOption> {
    by(estate, RightsizingProfile::Default)
}

fn by(estate: &Estate, profile: RightsizingProfile) -> Vec<ResizeOption> {
    rows(estate, PriceBook::embedded(), profile, &mut Used::default())
}

/// The row of one instance in a zone that offers all types of the fixture but some.
fn option(instance_type: &str, load: Load, without: &[&str]) -> ResizeOption {
    let types: Vec<_> = all()
        .into_iter()
        .filter(|name| !without.contains(name))
        .collect();
    let mut estate = estate(&types);
    estate.instances.push(instance("i", instance_type));
    measure(&mut estate, "i", load);
    derived(&estate).pop().expect("a running instance")
}

fn near(one: Option<f64>, other: f64) -> bool {
    one.is_some_and(|one| (one - other).abs() < 1e-6)
}

#[test]
fn a_big_instance_with_little_to_do() {
    // m5.2xlarge is 8 vCPUs, 32 GiB, $0.384 an hour in us-east-1. At 8 % it needs 0.64 vCPUs; without memory figures the
    // target keeps 32 GiB, so no smaller m5 fits. r5a.xlarge (4 vCPUs, 32 GiB) is $0.226, r6a.xlarge $0.2268.
    let row = option("m5.2xlarge", Load::cpu(8.0), &[]);
    assert_eq!(row.eligible, Some(true));
    assert_eq!(row.ineligible_reason.as_deref(), Some(""));
    assert_eq!((row.vcpus, row.memory_gib), (Some(8), Some(32.0)));
    assert_eq!(row.target_type.as_deref(), Some("r5a.xlarge"));
    assert_eq!(row.target_kind.as_deref(), Some("cross-family"));
    assert_eq!(
        (row.target_vcpus, row.target_memory_gib),
        (Some(4), Some(32.0))
    );
    assert_eq!(row.target_is_smaller, Some(true));
    assert!(near(row.cpu_needed_vcpus, 0.64), "{row:?}");
    assert!(near(row.target_cpu_percent, 16.0), "{row:?}");
    assert!(near(row.monthly_usd, 280.32), "{row:?}");
    assert!(near(row.target_monthly_usd, 164.98), "{row:?}");
    assert!(near(row.monthly_savings_usd, 115.34), "{row:?}");
    assert_eq!(row.price_basis.as_deref(), Some("exact"));
    assert_eq!(row.confidence.as_deref(), Some("medium"));
    assert_eq!(row.same_family_type, None);
    assert_eq!(row.cross_family_type.as_deref(), Some("r5a.xlarge"));
    assert!(
        near(row.cross_family_monthly_savings_usd, 115.34),
        "{row:?}"
    );
    assert!(near(row.network_needed_gbps, 0.01), "{row:?}");
    assert_eq!(row.memory_needed_gib, None);
}

#[test]
fn a_compute_instance_keeps_its_memory_too() {
    // c5.2xlarge: 16 GiB, $0.34. r5.large has 16 GiB and 2 vCPUs for $0.126, of which 0.64 are needed.
    let row = option("c5.2xlarge", Load::cpu(8.0), &[]);
    assert_eq!(row.target_type.as_deref(), Some("r5.large"));
    assert!(near(row.monthly_savings_usd, 156.22), "{row:?}");
}

#[test]
fn a_busy_instance_stays() {
    let row = option("m5.2xlarge", Load::cpu(95.0), &[]);
    assert_eq!(row.eligible, Some(true));
    assert_eq!((&row.target_type, &row.confidence), (&None, &None));
    assert_eq!(row.monthly_savings_usd, None);
    assert!(near(row.monthly_usd, 280.32), "{row:?}");
    assert_eq!(row.price_basis.as_deref(), Some("exact"));
}

#[test]
fn the_same_size_of_a_cheaper_family_is_not_smaller() {
    // At 75 % 6 of 8 vCPUs are needed, so 7.5 with headroom: m5a.2xlarge is $0.344.
    let row = option("m5.2xlarge", Load::cpu(75.0), &[]);
    assert_eq!(row.target_type.as_deref(), Some("m5a.2xlarge"));
    assert_eq!(row.target_is_smaller, Some(false));
}

/// A world in which memory does not shrink with the size, so that the same family has an answer too.
fn roomy(instance_type: &str, types: &[&str], load: Load) -> ResizeOption {
    let mut estate = estate(types);
    for kind in &mut estate.instance_types {
        kind.memory_mib = Some(32_768);
    }
    estate.instances.push(instance("i", instance_type));
    measure(&mut estate, "i", load);
    derived(&estate).pop().expect("a running instance")
}

#[test]
fn the_same_family_goes_first_unless_another_saves_a_tenth_more() {
    // m5.2xlarge $0.384 → m5.xlarge $0.192 saves $0.192 an hour at 30 % CPU (2.4 of 3.2 usable vCPUs). c5.xlarge at $0.170
    // saves 11.5 % more, r5.xlarge at $0.252 less.
    let load = Load::cpu(30.0);
    let row = roomy(
        "m5.2xlarge",
        &["m5.2xlarge", "m5.xlarge", "m5.large", "c5.xlarge"],
        load,
    );
    assert_eq!(row.target_type.as_deref(), Some("c5.xlarge"));
    assert_eq!(row.target_kind.as_deref(), Some("cross-family"));
    assert_eq!(row.same_family_type.as_deref(), Some("m5.xlarge"));
    assert!(near(row.same_family_monthly_savings_usd, 140.16), "{row:?}");

    let row = roomy(
        "m5.2xlarge",
        &["m5.2xlarge", "m5.xlarge", "m5.large", "r5.xlarge"],
        load,
    );
    assert_eq!(row.target_type.as_deref(), Some("m5.xlarge"));
    assert_eq!(row.target_kind.as_deref(), Some("same-family"));
    assert!(near(row.monthly_savings_usd, 140.16), "{row:?}");
    assert_eq!(row.cross_family_type.as_deref(), Some("r5.xlarge"));
    assert!(near(row.cross_family_monthly_savings_usd, 96.36), "{row:?}");

    let row = roomy(
        "m5.4xlarge",
        &["m5.4xlarge", "m5.2xlarge", "m5.xlarge"],
        Load::cpu(10.0),
    );
    assert_eq!(row.target_type.as_deref(), Some("m5.xlarge"));
}

#[test]
fn nearly_the_same_price_is_no_reason_to_change_the_family() {
    // m5.large $0.096 saves $0.288 an hour, m5a.large $0.086 saves $0.298: only 3.5 % more.
    let row = roomy(
        "m5.2xlarge",
        &["m5.2xlarge", "m5.large", "m5a.large"],
        Load::cpu(10.0),
    );
    assert_eq!(row.target_type.as_deref(), Some("m5.large"));
    assert_eq!(row.cross_family_type.as_deref(), Some("m5a.large"));
}

#[test]
fn leaving_xen_is_of_low_confidence() {
    let mut load = Load::cpu(8.0);
    load.network_gbps = 0.1;
    let row = option("m4.2xlarge", load, &[]);
    assert_eq!(row.target_type.as_deref(), Some("r5a.xlarge"));
    assert_eq!(row.confidence.as_deref(), Some("low"));
}

#[test]
fn a_short_or_thin_window_is_of_low_confidence() {
    for (window_days, coverage) in [(7.0, 1.0), (14.0, 0.5)] {
        let mut estate = estate(&all());
        estate.instances.push(instance("i", "m5.2xlarge"));
        let mut complete = Estate::default();
        measure(&mut complete, "i", Load::cpu(8.0));
        for metric in ["CPUUtilization", "NetworkIn", "NetworkOut"] {
            let statistic = if metric == "CPUUtilization" {
                "Maximum"
            } else {
                "Sum"
            };
            let seen = complete
                .measured
                .figures("i", metric, statistic)
                .expect("measured");
            let mut series = *seen;
            if metric == "CPUUtilization" {
                (series.window_days, series.coverage) = (window_days, coverage);
            }
            estate.measured.add("i", series);
        }
        for kind in &mut estate.instance_types {
            kind.ebs_baseline_iops = Some(12_000);
            kind.ebs_baseline_mbps = Some(300.0);
        }
        let row = derived(&estate).pop().expect("a row");
        assert_eq!(row.target_type.as_deref(), Some("r5a.xlarge"));
        assert_eq!(
            row.confidence.as_deref(),
            Some("low"),
            "{window_days} {coverage}"
        );
    }
}

#[test]
fn nothing_measured_is_eligible_and_proposes_nothing() {
    let mut estate = estate(&all());
    estate.instances.push(instance("i", "m5.2xlarge"));
    let row = derived(&estate).pop().expect("a row");
    assert_eq!(row.eligible, Some(true));
    assert_eq!((row.cpu_p995_percent, row.target_type), (None, None));
}

#[test]
fn one_row_for_each_that_runs_with_the_reason_where_there_is_one() {
    let mut estate = estate(&all());
    let mut spot = instance("spot", "m5.2xlarge");
    spot.lifecycle = Some("spot".to_owned());
    let mut stopped = instance("stopped", "m5.2xlarge");
    stopped.state = Some("stopped".to_owned());
    let mut far = instance("far", "m5.2xlarge");
    far.id.region = "eu-west-1".to_owned();
    let burstable = instance("burstable", "t3.large");
    estate.instances = vec![spot, stopped, far, burstable];
    for id in ["spot", "stopped", "far", "burstable"] {
        measure(&mut estate, id, Load::cpu(8.0));
    }
    let rows = derived(&estate);
    let refused = rows.iter().filter(|row| row.eligible == Some(false));
    let seen: Vec<_> = refused
        .map(|row| {
            (
                row.resource_id.as_str(),
                row.ineligible_reason.as_deref().unwrap_or("?"),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("spot", "Spot instance"),
            ("far", "what AWS says of the type m5.2xlarge was not read"),
        ]
    );
    assert!(rows.iter().all(|row| row.target_type.is_none()));
    assert_eq!(
        rows[2].sizing_reason.as_deref(),
        Some("burstable type whose CPU credits are not measured")
    );
    assert_eq!(
        (rows[0].monthly_usd, rows[0].price_basis.as_deref()),
        (None, Some("unknown"))
    );
    assert!(near(rows[2].monthly_usd, 60.736), "{:?}", rows[2]);
}

/// Loads all over the place.
fn loads() -> Vec<Load> {
    let mut loads = Vec::new();
    for cpu_percent in [1.0, 8.0, 20.0, 33.0, 40.0, 55.0, 79.0] {
        for network_gbps in [0.01, 0.59, 0.9, 1.9] {
            for (ebs_iops, ebs_mbps) in [(10.0, 1.0), (5_000.0, 60.0), (7_000.0, 140.0)] {
                loads.push(Load {
                    cpu_percent,
                    network_gbps,
                    ebs_iops,
                    ebs_mbps,
                });
            }
        }
    }
    loads
}

/// Everything that a target must meet, written down a second time, without headers, lists or sorting.
fn meets(present: &InstanceType, load: Load, target: &InstanceType) -> bool {
    let own = family_name(&present.instance_type) == family_name(&target.instance_type);
    let number = |value: Option<i64>| value.unwrap_or(0) as f64;
    let real = |value: Option<f64>| value.unwrap_or(0.0);
    let share = if target.instance_type.contains("-flex.") {
        0.4
    } else {
        0.8
    };
    number(present.vcpus) * load.cpu_percent / 100.0 <= number(target.vcpus) * share
        && target.memory_mib >= present.memory_mib
        && load.network_gbps / 0.8 <= real(target.network_baseline_gbps) + 1e-12
        && load.ebs_iops <= number(target.ebs_baseline_iops)
        && load.ebs_mbps <= real(target.ebs_baseline_mbps) + 1e-9
        && target.supports_x86_64 == Some(true)
        && target.burstable == Some(false)
        && target.bare_metal == Some(false)
        && target.accelerator_count == Some(0)
        && target.hypervisor.as_deref() == Some("nitro")
        && (own || !is_outdated(&target.instance_type))
}

#[test]
fn the_target_is_the_cheapest_of_all_that_meet_every_constraint() {
    let book = PriceBook::embedded();
    let hour = |name: &str| {
        book.ec2_linux_hour(super::fixture::REGION, name)
            .map(|price| price.usd)
    };
    let mut with_target = 0;
    for present in [
        "m5.2xlarge",
        "m5.4xlarge",
        "c5.2xlarge",
        "c5.9xlarge",
        "m5.xlarge",
        "r5.xlarge",
    ] {
        let now = hour(present).expect("priced");
        for load in loads() {
            let row = option(present, load, &[]);
            let mut best: Option<(f64, &str)> = None;
            for name in all() {
                let Some(usd) = hour(name).filter(|usd| *usd < now) else {
                    continue;
                };
                let is_better = best.is_none_or(|best| (usd, name) < best);
                if meets(&kind(present), load, &kind(name)) && is_better {
                    best = Some((usd, name));
                }
            }
            // Without memory figures no smaller size of these families fits, so the cheapest of all is the answer.
            assert_eq!(
                row.target_type.as_deref(),
                best.map(|(_, name)| name),
                "{present} {load:?}"
            );
            if let Some((usd, _)) = best {
                assert!(
                    near(row.monthly_savings_usd, (now - usd) * 730.0),
                    "{present} {load:?}"
                );
                with_target += 1;
            }
        }
    }
    assert!(with_target > 100, "only {with_target} cases had a target");
}

/// The most that any proposal of a row saves, USD a month; 0 without one.
fn most_saved(row: &ResizeOption) -> f64 {
    let saved = [
        row.same_family_monthly_savings_usd,
        row.cross_family_monthly_savings_usd,
    ];
    saved.into_iter().flatten().fold(0.0, f64::max)
}

#[test]
fn more_load_never_yields_a_smaller_target() {
    type More = fn(Load, f64) -> Load;
    type World = fn(&str, Load) -> ResizeOption;
    let kinds: [More; 4] = [
        |load, factor| Load {
            cpu_percent: load.cpu_percent * factor,
            ..load
        },
        |load, factor| Load {
            network_gbps: load.network_gbps * factor,
            ..load
        },
        |load, factor| Load {
            ebs_iops: load.ebs_iops * factor,
            ..load
        },
        |load, factor| Load {
            ebs_mbps: load.ebs_mbps * factor,
            ..load
        },
    ];
    let worlds: [World; 2] = [
        |present, load| option(present, load, &[]),
        |present, load| roomy(present, &all(), load),
    ];
    for (present, world) in ["m5.2xlarge", "m5.4xlarge", "c5.2xlarge"]
        .into_iter()
        .flat_map(|present| worlds.map(|world| (present, world)))
    {
        for (start, more) in loads()
            .into_iter()
            .flat_map(|load| kinds.map(|more| (load, more)))
        {
            let mut before = f64::INFINITY;
            for step in 0..8 {
                let row = world(present, more(start, 1.5_f64.powi(step)));
                let saved = most_saved(&row);
                assert!(saved <= before, "{present} {start:?} step {step}: {row:?}");
                before = saved;
                let Some(percent) = row.target_cpu_percent else {
                    continue;
                };
                assert!(percent <= 80.0 + 1e-9, "{row:?}");
                assert!(row.target_memory_gib >= row.memory_gib, "{row:?}");
            }
        }
    }
}

#[test]
fn the_order_of_the_rows_changes_nothing() {
    let mut forward = estate(&all());
    forward.instances.push(instance("i", "m5.2xlarge"));
    measure(&mut forward, "i", Load::cpu(8.0));
    let mut backward = estate(&all().into_iter().rev().collect::<Vec<_>>());
    backward.instances.push(instance("i", "m5.2xlarge"));
    measure(&mut backward, "i", Load::cpu(8.0));
    assert_eq!(derived(&forward), derived(&backward));
}

#[test]
fn what_was_not_read_of_types_is_no_target() {
    let row = option("m5.2xlarge", Load::cpu(8.0), &["r5a.xlarge", "r6a.xlarge"]);
    assert_eq!(
        row.target_type.as_deref(),
        Some("r5.xlarge"),
        "equal prices go by name"
    );
}

#[test]
fn thirty_thousand_instances_are_quick() {
    let mut estate = estate(&all());
    for index in 0..30_000 {
        let id = format!("i-{index}");
        estate.instances.push(instance(&id, "m5.2xlarge"));
        measure(&mut estate, &id, Load::cpu(f64::from(index % 100)));
    }
    let begin = std::time::Instant::now();
    assert_eq!(derived(&estate).len(), 30_000);
    // Well under a second when optimized; the bound is for a debug build on a busy machine.
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
}

#[test]
fn a_profile_is_named_and_decides() {
    // 45 % of 8 vCPUs are 3.6. Of the 4 of r5.xlarge only the aggressive profile lets so many be used.
    let mut estate = estate(&["m5.2xlarge", "r5.xlarge"]);
    estate.instances.push(instance("i", "m5.2xlarge"));
    measure(&mut estate, "i", Load::cpu(45.0));
    for (profile, expected) in [
        (RightsizingProfile::Default, None),
        (RightsizingProfile::Balanced, None),
        (RightsizingProfile::Aggressive, Some("r5.xlarge")),
        (RightsizingProfile::Performance, None),
    ] {
        let row = by(&estate, profile).pop().expect("a row");
        assert_eq!(row.target_type.as_deref(), expected, "{profile}");
        assert_eq!(row.profile.as_deref(), Some(profile.as_str()));
        assert_eq!(
            (row.cpu_percentile, row.cpu_headroom_percent),
            (
                Some(profile.cpu_percentile().percent()),
                Some(profile.cpu_headroom_percent())
            )
        );
    }
}

#[test]
fn measured_memory_opens_the_smaller_size_of_the_family() {
    let mut estate = estate(&all());
    estate.instances.push(instance("i", "m5.2xlarge"));
    measure(&mut estate, "i", Load::cpu(8.0));
    // A fifth of 32 GiB is 6.4, 8 with headroom: m5.large has 2 vCPUs and 8 GiB for $0.096, m5a.large for $0.086.
    let memory = series("mem_used_percent", "Maximum", 20.0);
    estate.measured.add("i", memory);
    let row = derived(&estate).pop().expect("a row");
    assert_eq!(row.target_type.as_deref(), Some("m5.large"));
    assert_eq!(row.target_kind.as_deref(), Some("same-family"));
    assert!(near(row.memory_needed_gib, 6.4), "{row:?}");
    assert!(near(row.memory_used_percent, 20.0), "{row:?}");
    assert_eq!(row.cross_family_type.as_deref(), Some("m5a.large"));
}

#[test]
fn a_burstable_type_that_never_runs_out_is_an_answer() {
    // c5.xlarge, 4 vCPUs and 8 GiB for $0.17: at half a vCPU all the time a t3.large ($0.0832, 0.6 vCPUs for good) earns more
    // than it spends. c5.large has too little memory.
    let with = |vcpus: f64| {
        let mut estate = estate(&["c5.xlarge", "c5.large", "t3.large", "t3.medium", "m5.large"]);
        estate.instances.push(instance("i", "c5.xlarge"));
        measure(&mut estate, "i", Load::cpu(100.0 * vcpus / 4.0));
        burst(&mut estate, "i", vcpus);
        derived(&estate).pop().expect("a row")
    };
    let row = with(0.5);
    assert_eq!(row.target_type.as_deref(), Some("t3.large"));
    assert_eq!(row.target_credit_mode.as_deref(), Some("standard"));
    assert_eq!(row.target_is_burstable, Some(true));
    assert!(near(row.target_surplus_monthly_usd, 0.0), "{row:?}");
    assert!(
        near(row.monthly_savings_usd, (0.17 - 0.0832) * 730.0),
        "{row:?}"
    );
    assert_eq!(row.confidence.as_deref(), Some("low"));
    // At 0.7 vCPUs it runs out: 6 credits an hour more than it earns. 1,728 of them last for 288 of 336 hours; what is charged
    // for is 288 credits, 4.8 vCPU hours, in 14 days: $0.521 a month.
    let row = with(0.7);
    assert_eq!(row.target_type.as_deref(), Some("t3.large"));
    assert_eq!(row.target_credit_mode.as_deref(), Some("unlimited"));
    let surplus = 4.8 * 0.05 * 730.0 / 336.0;
    assert!(near(row.target_surplus_monthly_usd, surplus), "{row:?}");
    assert!(
        near(row.monthly_savings_usd, (0.17 - 0.0832) * 730.0 - surplus),
        "{row:?}"
    );
    assert_eq!(row.price_basis.as_deref(), Some("estimated"));
    // At 1.2 vCPUs what is charged for makes it dearer than m5.large at $0.096.
    let row = with(1.2);
    assert_eq!(row.target_type.as_deref(), Some("m5.large"));
    assert_eq!(row.target_credit_mode.as_deref(), Some(""));
}

#[test]
fn a_burstable_type_is_no_answer_while_its_credits_are_not_known() {
    let mut estate = estate(&["c5.xlarge", "t3.large"]);
    estate.instances.push(instance("i", "c5.xlarge"));
    measure(&mut estate, "i", Load::cpu(5.0));
    assert_eq!(derived(&estate).pop().expect("a row").target_type, None);
    burst(&mut estate, "i", 0.2);
    for row in estate.burst_demand.get_mut("i").expect("rows") {
        row.coverage = 0.5;
    }
    assert_eq!(derived(&estate).pop().expect("a row").target_type, None);
}

/// A t3.xlarge with so many credits left at least and so many charged for, at a tenth of its CPU and of its memory.
fn burstable(lowest: f64, charged_each: f64) -> ResizeOption {
    let mut estate = estate(&["t3.xlarge", "t3.large", "t3.medium", "m5.large"]);
    estate.instances.push(instance("i", "t3.xlarge"));
    measure(&mut estate, "i", Load::cpu(10.0));
    burst(&mut estate, "i", 0.4);
    for (metric, statistic, figure) in [
        ("CPUCreditBalance", "Minimum", lowest),
        ("CPUSurplusCreditsCharged", "Sum", charged_each),
        ("mem_used_percent", "Maximum", 10.0),
    ] {
        estate.measured.add("i", series(metric, statistic, figure));
    }
    derived(&estate).pop().expect("a row")
}

#[test]
fn a_burstable_instance_with_credits_to_spare_is_sized_like_any_other() {
    // 0.4 vCPUs are what a t3.medium earns, and 1.6 GiB fit into its 4.
    let row = burstable(500.0, 0.0);
    assert_eq!(
        (row.eligible, row.sizing_reason.as_deref()),
        (Some(true), Some(""))
    );
    assert_eq!(row.target_type.as_deref(), Some("t3.medium"));
    assert_eq!(row.target_kind.as_deref(), Some("same-family"));
    assert_eq!(row.confidence.as_deref(), Some("low"));
    assert_eq!(
        (row.surplus_monthly_usd, row.steady_type),
        (Some(0.0), None)
    );
}

#[test]
fn a_burstable_instance_that_ran_out_or_pays_is_never_made_smaller() {
    let row = burstable(0.0, 0.0);
    assert!(
        row.sizing_reason
            .as_deref()
            .unwrap_or_default()
            .contains("ran out")
    );
    assert_eq!((row.target_type, row.graviton_type), (None, None));
    let row = burstable(500.0, 1.0);
    assert!(
        row.sizing_reason
            .as_deref()
            .unwrap_or_default()
            .contains("charged")
    );
    assert_eq!(row.target_type, None);
    // 4,032 credits in 14 days are 67.2 vCPU hours: $3.36, $7.30 a month. m5.large is cheaper than the two together.
    let paid = 67.2 * 0.05 * 730.0 / 336.0;
    assert!(near(row.surplus_monthly_usd, paid), "{row:?}");
    assert_eq!(row.steady_type.as_deref(), Some("m5.large"));
    assert!(
        near(
            row.steady_monthly_savings_usd,
            (0.1664 - 0.096) * 730.0 + paid
        ),
        "{row:?}"
    );
}

#[test]
fn graviton_is_an_answer_of_its_own() {
    // m5.2xlarge at 8 %, its 32 GiB kept: r6g.xlarge has them for $0.2016, r5a.xlarge for $0.226.
    let row = option("m5.2xlarge", Load::cpu(8.0), &[]);
    assert_eq!(row.target_type.as_deref(), Some("r5a.xlarge"));
    assert_eq!(row.graviton_type.as_deref(), Some("r6g.xlarge"));
    assert_eq!(
        (row.graviton_vcpus, row.graviton_memory_gib),
        (Some(4), Some(32.0))
    );
    assert!(
        near(row.graviton_monthly_savings_usd, (0.384 - 0.2016) * 730.0),
        "{row:?}"
    );
    assert!(
        near(row.graviton_extra_monthly_usd, (0.226 - 0.2016) * 730.0),
        "{row:?}"
    );
    assert!(
        near(row.monthly_savings_usd, 115.34),
        "not added to it: {row:?}"
    );
    // What runs on Arm has its answers in its own row.
    let mut estate = estate(&all());
    let mut arm = instance("i", "m6g.xlarge");
    arm.architecture = Some("arm64".to_owned());
    arm.boot_mode = Some("uefi".to_owned());
    estate.instances.push(arm);
    measure(&mut estate, "i", Load::cpu(8.0));
    let row = derived(&estate).pop().expect("a row");
    assert_eq!((row.eligible, row.graviton_type), (Some(true), None));
}

#[test]
fn a_placement_group_leaves_its_own_family_alone() {
    let mut estate = estate(&all());
    let mut grouped = instance("i", "m5.2xlarge");
    grouped.placement_group = Some("hpc".to_owned());
    estate.instances.push(grouped);
    measure(&mut estate, "i", Load::cpu(8.0));
    estate
        .measured
        .add("i", series("mem_used_percent", "Maximum", 10.0));
    let row = derived(&estate).pop().expect("a row");
    assert_eq!(row.target_type.as_deref(), Some("m5.large"));
    assert_eq!((row.cross_family_type, row.graviton_type), (None, None));
}

#[test]
fn a_successor_is_the_same_size_for_less_and_needs_no_figures() {
    // m4.large $0.10, m5.large $0.096, in us-east-1.
    let with_drivers = |has_ena: bool, types: &[&str]| {
        let mut estate = estate(types);
        let mut old = instance("i", "m4.large");
        old.ena_support = Some(has_ena);
        estate.instances.push(old);
        derived(&estate).pop().expect("a row")
    };
    let row = with_drivers(true, &["m4.large", "m5.large"]);
    assert_eq!(row.successor_type.as_deref(), Some("m5.large"));
    assert!(
        near(row.successor_monthly_savings_usd, 0.004 * 730.0),
        "{row:?}"
    );
    assert_eq!(row.successor_changes_hypervisor, Some(true));
    assert_eq!(row.target_type, None, "nothing was measured");
    assert_eq!(row.successor_is_best, Some(true));
    // A smaller one that saves more goes first.
    let mut estate = estate(&["m4.2xlarge", "m5.2xlarge", "r5a.xlarge"]);
    estate.instances.push(instance("i", "m4.2xlarge"));
    measure(&mut estate, "i", Load::cpu(8.0));
    let row = derived(&estate).pop().expect("a row");
    assert_eq!(row.successor_type.as_deref(), Some("m5.2xlarge"));
    assert_eq!(row.target_type.as_deref(), Some("r5a.xlarge"));
    assert_eq!(row.successor_is_best, Some(false));
    assert_eq!(
        with_drivers(false, &["m4.large", "m5.large"]).successor_type,
        None
    );
    assert_eq!(
        with_drivers(true, &["m4.large"]).successor_type,
        None,
        "not offered"
    );
    let row = option("m5.2xlarge", Load::cpu(8.0), &[]);
    assert_eq!(row.successor_type, None, "m6i costs as much");
}

#[test]
fn high_confidence_takes_a_month_memory_and_the_same_family() {
    let row = |window_days: f64, coverage: f64, has_memory: bool, cpu: f64| {
        let mut estate = estate(&all());
        estate.instances.push(instance("i", "m5.2xlarge"));
        measure(&mut estate, "i", Load::cpu(cpu));
        let long = super::super::measured::Series {
            window_days,
            coverage,
            ..series("CPUUtilization", "Maximum", cpu)
        };
        estate.measured.add("i", long);
        if has_memory {
            estate
                .measured
                .add("i", series("mem_used_percent", "Maximum", 10.0));
        }
        derived(&estate).pop().expect("a row")
    };
    let confidence = |row: ResizeOption| row.confidence.expect("a target");
    assert_eq!(confidence(row(32.0, 0.95, true, 8.0)), "high");
    assert_eq!(confidence(row(31.0, 1.0, true, 8.0)), "medium");
    assert_eq!(confidence(row(32.0, 0.94, true, 8.0)), "medium");
    assert_eq!(confidence(row(32.0, 1.0, false, 8.0)), "medium");
    // 19 % of 8 vCPUs are 1.52 of the 2 of m5.large: 76 %.
    assert_eq!(confidence(row(32.0, 1.0, true, 19.0)), "medium");
}
