use super::fixture::{Load, all, estate, instance, kind, measure};
use super::*;
use crate::ec2::instance_type::InstanceType;
use crate::ec2::successor::{family_name, is_outdated};
use crate::prices::PriceBook;

fn derived(estate: &Estate) -> Vec<ResizeOption> {
    rows(estate, PriceBook::embedded(), &mut Used::default())
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
    assert_eq!(row.alternative_type.as_deref(), Some("r6a.xlarge"));
    assert!(
        near(row.alternative_monthly_savings_usd, 114.756),
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
    assert_eq!(row.alternative_type.as_deref(), Some("m6a.2xlarge"));
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
    assert_eq!(row.alternative_type.as_deref(), Some("m5.xlarge"));
    assert!(near(row.alternative_monthly_savings_usd, 140.16), "{row:?}");

    let row = roomy(
        "m5.2xlarge",
        &["m5.2xlarge", "m5.xlarge", "m5.large", "r5.xlarge"],
        load,
    );
    assert_eq!(row.target_type.as_deref(), Some("m5.xlarge"));
    assert_eq!(row.target_kind.as_deref(), Some("same-family"));
    assert!(near(row.monthly_savings_usd, 140.16), "{row:?}");
    assert_eq!(row.alternative_type.as_deref(), Some("r5.xlarge"));
    assert!(near(row.alternative_monthly_savings_usd, 96.36), "{row:?}");

    let row = roomy(
        "m5.4xlarge",
        &["m5.4xlarge", "m5.2xlarge", "m5.xlarge"],
        Load::cpu(10.0),
    );
    assert_eq!(row.target_type.as_deref(), Some("m5.xlarge"));
    assert_eq!(row.alternative_type.as_deref(), Some("m5.2xlarge"));
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
    assert_eq!(row.alternative_type.as_deref(), Some("m5a.large"));
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
            let seen = complete
                .measured
                .percentiles("i", metric)
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
    let seen: Vec<_> = rows
        .iter()
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
            (
                "burstable",
                "burstable type: its CPU credits have to be simulated"
            ),
        ]
    );
    assert!(
        rows.iter()
            .all(|row| row.eligible == Some(false) && row.target_type.is_none())
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
    let saved = [row.monthly_savings_usd, row.alternative_monthly_savings_usd];
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
    assert_eq!(row.alternative_type.as_deref(), Some("r6i.xlarge"));
}

#[test]
fn a_hundred_thousand_instances_are_quick() {
    let mut estate = estate(&all());
    for index in 0..100_000 {
        let id = format!("i-{index}");
        estate.instances.push(instance(&id, "m5.2xlarge"));
        measure(&mut estate, &id, Load::cpu(f64::from(index % 100)));
    }
    let begin = std::time::Instant::now();
    assert_eq!(derived(&estate).len(), 100_000);
    // Well under a second when optimized; the bound is for a debug build on a busy machine.
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
}
