use super::super::demand::{Cpu, Ebs, Memory};
use super::super::eligibility;
use super::super::fixture::{instance, kind};
use super::*;
use crate::derive::resource::instance_cost;
use crate::ec2::instance::Instance;
use crate::ec2::instance_type::InstanceType;
use crate::prices::{Cost, PriceBook};

const PROFILE: RightsizingProfile = RightsizingProfile::Default;

fn busy(vcpus: f64) -> Demand {
    Demand {
        cpu: Some(Cpu {
            percent: 0.0,
            p995_percent: 0.0,
            vcpus,
            window_days: 14.0,
            coverage: 1.0,
            is_covered: true,
        }),
        network: Some(network_of(0.0, 0.0)),
        ebs: Some(ebs_of(0.0, 0.0)),
        ..Demand::default()
    }
}

fn network_of(sustained_gbps: f64, peak_gbps: f64) -> Network {
    Network {
        peak_gbps,
        sustained_gbps: Some(sustained_gbps),
    }
}

fn ebs_of(iops: f64, mbps: f64) -> Ebs {
    let rate = Rate { iops, mbps };
    Ebs {
        peak: rate,
        sustained: Some(rate),
    }
}

fn needs(
    instance: &Instance,
    present: &InstanceType,
    demand: &Demand,
) -> Result<Option<Needs>, Reason> {
    let cost = instance_cost(PriceBook::embedded(), instance);
    let source = eligibility::check(instance, Some(present), cost)?;
    Needs::of(&source, demand, PROFILE)
}

fn fits_with(
    demand: &Demand,
    change: impl FnOnce(&mut Instance, &mut InstanceType, &mut InstanceType),
) -> bool {
    let (mut instance, mut present, mut target) = (
        instance("i", "m5.2xlarge"),
        kind("m5.2xlarge"),
        kind("r5.xlarge"),
    );
    change(&mut instance, &mut present, &mut target);
    let needs = needs(&instance, &present, demand)
        .expect("eligible")
        .expect("measured");
    let source = eligibility::check(&instance, Some(&present), Cost::ZERO).expect("eligible");
    needs.are_met_by(&candidate(&target)) && Form::of(&source).is_met_by(&candidate(&target))
}

fn candidate(kind: &InstanceType) -> Candidate<'_> {
    Candidate {
        kind,
        family: crate::ec2::successor::family_name(&kind.instance_type).expect("a type"),
        baseline_vcpus: None,
        hourly_usd: 0.0,
        monthly: Cost::ZERO,
    }
}

#[test]
fn cpu_keeps_a_fifth_free() {
    // r5.xlarge has 4 vCPUs, of which 3.2 may be in use.
    assert!(fits_with(&busy(3.2), |_, _, _| {}));
    assert!(!fits_with(&busy(3.21), |_, _, _| {}));
}

#[test]
fn flex_types_count_by_their_baseline() {
    let as_flex = |_: &mut Instance, _: &mut InstanceType, target: &mut InstanceType| {
        target.instance_type = "r8i-flex.xlarge".to_owned();
    };
    assert!(fits_with(&busy(1.6), as_flex));
    assert!(!fits_with(&busy(1.61), as_flex));
}

#[test]
fn whole_cores_are_compared_with_cores() {
    // r5.xlarge has 2 cores, of which 1.6 may be in use.
    for (vcpus, expected) in [(1.6, true), (1.61, false)] {
        let fits = fits_with(&busy(vcpus), |i, _, _| i.cpu_threads_per_core = Some(1));
        assert_eq!(fits, expected, "{vcpus}");
    }
}

#[test]
fn a_profile_sets_percentile_and_headroom() {
    let (instance, present, target) = (
        instance("i", "m5.2xlarge"),
        kind("m5.2xlarge"),
        kind("r5.xlarge"),
    );
    let source = eligibility::check(&instance, Some(&present), Cost::ZERO).expect("eligible");
    let fits = |profile, demand: &Demand| {
        let needs = Needs::of(&source, demand, profile)
            .expect("known")
            .expect("measured");
        needs.are_met_by(&candidate(&target))
    };
    // Of 4 vCPUs.
    for (profile, most) in [
        (RightsizingProfile::Default, 3.2),
        (RightsizingProfile::Balanced, 2.8),
        (RightsizingProfile::Aggressive, 4.0),
        (RightsizingProfile::Performance, 2.8),
    ] {
        assert!(fits(profile, &busy(most)), "{profile}");
        assert!(!fits(profile, &busy(most + 0.01)), "{profile}");
    }
    // Of 32 GiB.
    for (profile, most) in [
        (RightsizingProfile::Default, 0.8),
        (RightsizingProfile::Balanced, 0.7),
        (RightsizingProfile::Aggressive, 0.9),
        (RightsizingProfile::Performance, 0.7),
    ] {
        let using = |share: f64| Demand {
            memory: Some(Memory {
                mib: 32_768.0 * share,
                percent: 100.0 * share,
            }),
            ..busy(1.0)
        };
        assert!(fits(profile, &using(most - 1e-6)), "{profile}");
        assert!(!fits(profile, &using(most + 1e-6)), "{profile}");
    }
}

#[test]
fn measured_memory_may_shrink() {
    let using = |gib: f64| Demand {
        memory: Some(Memory {
            mib: gib * 1024.0,
            percent: 0.0,
        }),
        ..busy(1.0)
    };
    let smaller = |_: &mut Instance, _: &mut InstanceType, target: &mut InstanceType| {
        target.memory_mib = Some(16_384);
    };
    assert!(!fits_with(&busy(1.0), smaller), "not measured, so kept");
    assert!(fits_with(&using(12.8), smaller));
    assert!(!fits_with(&using(12.81), smaller));
}

#[test]
fn measured_traffic_must_fit_baseline_and_peak() {
    // r5.xlarge: 1.25 Gbit/s and 10 at times, 6,000 IOPS, 143.75 MB/s.
    let network = |sustained: f64, peak: f64| Demand {
        network: Some(network_of(sustained, peak)),
        ..busy(1.0)
    };
    assert!(fits_with(&network(1.0, 8.0), |_, _, _| {}));
    assert!(!fits_with(&network(1.01, 1.01), |_, _, _| {}));
    assert!(!fits_with(&network(0.1, 8.01), |_, _, _| {}));
    // A peak that is not described is no more than the baseline, and without the busiest hour the baseline bears the peak.
    let unknown_peak = |_: &mut Instance, _: &mut InstanceType, target: &mut InstanceType| {
        target.network_peak_gbps = None;
    };
    assert!(fits_with(&network(0.1, 1.0), unknown_peak));
    assert!(!fits_with(&network(0.1, 1.01), unknown_peak));
    let without_hours = |peak: f64| Demand {
        network: Some(Network {
            peak_gbps: peak,
            sustained_gbps: None,
        }),
        ..busy(1.0)
    };
    assert!(fits_with(&without_hours(1.0), |_, _, _| {}));
    assert!(!fits_with(&without_hours(1.01), |_, _, _| {}));

    let ebs = |iops: f64, mbps: f64| Demand {
        ebs: Some(ebs_of(iops, mbps)),
        ..busy(1.0)
    };
    assert!(fits_with(&ebs(6000.0, 143.75), |_, _, _| {}));
    assert!(!fits_with(&ebs(6001.0, 1.0), |_, _, _| {}));
    assert!(!fits_with(&ebs(1.0, 143.8), |_, _, _| {}));
    // For half an hour a day a type gives more than its baseline.
    let at_times = Demand {
        ebs: Some(Ebs {
            peak: Rate {
                iops: 18_000.0,
                mbps: 500.0,
            },
            sustained: Some(Rate {
                iops: 1_000.0,
                mbps: 50.0,
            }),
        }),
        ..busy(1.0)
    };
    assert!(!fits_with(&at_times, |_, _, _| {}));
    assert!(fits_with(&at_times, |_, _, target| {
        (target.ebs_maximum_iops, target.ebs_maximum_mbps) = (Some(18_750), Some(593.75));
    }));
}

#[test]
fn what_ran_into_the_limit_of_ebs_is_not_made_smaller() {
    let limited = |reached: Option<bool>| Demand {
        ebs_limit_reached: reached,
        ..busy(1.0)
    };
    assert!(!fits_with(&limited(Some(true)), |_, _, _| {}));
    assert!(fits_with(&limited(Some(false)), |_, _, _| {}));
    assert!(fits_with(&limited(None), |_, _, _| {}));
}

#[test]
fn what_was_not_measured_is_kept() {
    let no_network = Demand {
        network: None,
        ..busy(1.0)
    };
    let no_ebs = Demand {
        ebs: None,
        ..busy(1.0)
    };
    // m5.2xlarge has twice the network and EBS baselines of r5.xlarge.
    assert!(!fits_with(&no_network, |_, _, _| {}));
    assert!(!fits_with(&no_ebs, |_, _, _| {}));
    assert!(fits_with(&no_network, |_, present, target| {
        target.network_baseline_gbps = present.network_baseline_gbps;
    }));
    assert!(fits_with(&no_ebs, |_, present, target| {
        target.ebs_baseline_iops = present.ebs_baseline_iops;
        target.ebs_baseline_mbps = present.ebs_baseline_mbps;
    }));
}

#[test]
fn neither_measured_nor_described_is_a_reason() {
    let instance = instance("i", "m5.2xlarge");
    let reason = |change: fn(&mut InstanceType), demand: &Demand| {
        let mut present = kind("m5.2xlarge");
        change(&mut present);
        needs(&instance, &present, demand)
    };
    let unseen = Demand {
        network: None,
        ebs: None,
        ..busy(1.0)
    };
    let network = reason(|kind| kind.network_baseline_gbps = None, &unseen);
    assert_eq!(
        network.expect_err("nothing is known"),
        "its network traffic is not measured, and the network baseline of m5.2xlarge is not known"
    );
    let ebs = reason(|kind| kind.ebs_baseline_mbps = None, &unseen);
    assert!(ebs.expect_err("nothing is known").contains("EBS baseline"));
    let seen = reason(|kind| kind.ebs_baseline_mbps = None, &busy(1.0));
    assert!(
        matches!(seen, Ok(Some(_))),
        "what is measured needs no baseline"
    );
    let idle = reason(|kind| kind.ebs_baseline_mbps = None, &Demand::default());
    assert_eq!(idle, Ok(None), "without CPU figures nothing is asked");
}

type Change = fn(&mut Instance, &mut InstanceType, &mut InstanceType);

#[test]
fn everything_else_must_fit_too() {
    let cases: &[(&str, Change)] = &[
        ("memory", |_, _, t| t.memory_mib = Some(32_767)),
        ("volumes and interfaces", |i, _, _| {
            i.volume_count = Some(27)
        }),
        ("interfaces", |i, _, _| i.interface_count = Some(5)),
        ("addresses", |i, _, _| i.max_ipv4_per_interface = Some(16)),
        ("instance store", |_, p, _| {
            p.instance_storage_gb = Some(300)
        }),
        ("virtualization", |i, _, _| {
            i.virtualization_type = Some("paravirtual".to_owned());
        }),
        ("UEFI", |i, _, t| {
            i.boot_mode = Some("uefi".to_owned());
            t.supports_uefi = Some(false);
        }),
        ("legacy BIOS", |_, _, t| {
            t.supports_legacy_bios = Some(false)
        }),
        ("boot mode that is not known", |i, _, t| {
            i.boot_mode = None;
            t.supports_uefi = Some(false);
        }),
        ("TPM", |i, _, t| {
            i.tpm_support = Some("v2.0".to_owned());
            t.supports_nitro_tpm = Some(false);
        }),
        ("ENA", |i, p, _| {
            i.ena_support = Some(false);
            p.ena_support = Some("supported".to_owned());
        }),
        ("drivers of Nitro", |i, p, t| {
            i.ena_support = Some(false);
            p.ena_support = Some("supported".to_owned());
            p.hypervisor = Some("xen".to_owned());
            t.ena_support = Some("supported".to_owned());
        }),
        ("back to Xen", |_, _, t| {
            t.hypervisor = Some("xen".to_owned())
        }),
    ];
    for (what, change) in cases {
        assert!(!fits_with(&busy(1.0), *change), "{what}");
    }
}

#[test]
fn nothing_is_taken_for_granted_of_a_target() {
    type Forget = fn(&mut InstanceType);
    let cases: &[(&str, Forget)] = &[
        ("vcpus", |t| t.vcpus = None),
        ("no vcpus", |t| t.vcpus = Some(0)),
        ("memory", |t| t.memory_mib = None),
        ("network", |t| t.network_baseline_gbps = None),
        ("iops", |t| t.ebs_baseline_iops = None),
        ("throughput", |t| t.ebs_baseline_mbps = None),
        ("attachments", |t| t.max_ebs_attachments = None),
        ("interfaces", |t| t.max_interfaces = None),
        ("addresses", |t| t.max_ipv4_per_interface = None),
        ("instance store", |t| t.instance_storage_gb = None),
        ("virtualization", |t| t.supports_hvm = None),
        ("boot mode", |t| t.supports_legacy_bios = None),
        ("ENA", |t| t.ena_support = None),
        ("hypervisor", |t| t.hypervisor = None),
    ];
    for (what, change) in cases {
        assert!(!fits_with(&busy(1.0), |_, _, t| change(t)), "{what}");
    }
}

#[test]
fn sql_server_keeps_four_vcpus() {
    let (mut instance, present) = (instance("i", "m5.2xlarge"), kind("m5.2xlarge"));
    instance.usage_operation = Some("RunInstances:0006".to_owned());
    let source = eligibility::check(&instance, Some(&present), Cost::ZERO).expect("eligible");
    let form = Form::of(&source);
    assert!(form.is_met_by(&candidate(&kind("r5.xlarge"))));
    assert!(!form.is_met_by(&candidate(&kind("r5.large"))));
}

#[test]
fn a_new_image_brings_its_own_drivers() {
    let (mut instance, present) = (instance("i", "m4.2xlarge"), kind("m4.2xlarge"));
    instance.ena_support = Some(false);
    let source = eligibility::check(&instance, Some(&present), Cost::ZERO).expect("eligible");
    let arm = kind("m6g.xlarge");
    assert!(!Form::of(&source).is_met_by(&candidate(&arm)));
    assert!(Form::of_new_image(&source).is_met_by(&candidate(&arm)));
}

#[test]
fn from_xen_with_drivers_anywhere() {
    assert!(fits_with(&busy(1.0), |_, present, _| {
        present.hypervisor = Some("xen".to_owned());
        present.ena_support = Some("supported".to_owned());
    }));
    assert!(fits_with(&busy(1.0), |_, present, target| {
        present.hypervisor = Some("xen".to_owned());
        target.hypervisor = Some("xen".to_owned());
    }));
}
