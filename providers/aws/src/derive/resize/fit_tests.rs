use super::super::demand::{Cpu, Rate};
use super::super::eligibility;
use super::super::fixture::{instance, kind};
use super::*;
use crate::derive::resource::instance_cost;
use crate::ec2::instance::Instance;
use crate::ec2::instance_type::InstanceType;
use crate::prices::{Cost, PriceBook};

fn busy(vcpus: f64) -> Demand {
    Demand {
        cpu: Some(Cpu {
            percent: 0.0,
            vcpus,
            window_days: 14.0,
            is_covered: true,
        }),
        network_gbps: Some(0.0),
        ebs: Some(Rate {
            iops: 0.0,
            mbps: 0.0,
        }),
    }
}

fn needs(
    instance: &Instance,
    present: &InstanceType,
    demand: &Demand,
) -> Result<Option<Needs>, Reason> {
    let cost = instance_cost(PriceBook::embedded(), instance);
    Needs::of(&eligibility::check(instance, Some(present), cost)?, demand)
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
    needs.are_met_by(&candidate(&target))
}

fn candidate(kind: &InstanceType) -> Candidate<'_> {
    Candidate {
        kind,
        family: crate::ec2::successor::family_name(&kind.instance_type).expect("a type"),
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
fn measured_traffic_must_fit_the_baseline() {
    // r5.xlarge: 1.25 Gbit/s, 6,000 IOPS, 143.75 MB/s.
    let network = |gbps: f64| Demand {
        network_gbps: Some(gbps),
        ..busy(1.0)
    };
    assert!(fits_with(&network(1.0), |_, _, _| {}));
    assert!(!fits_with(&network(1.01), |_, _, _| {}));
    let ebs = |iops: f64, mbps: f64| Demand {
        ebs: Some(Rate { iops, mbps }),
        ..busy(1.0)
    };
    assert!(fits_with(&ebs(6000.0, 143.75), |_, _, _| {}));
    assert!(!fits_with(&ebs(6001.0, 1.0), |_, _, _| {}));
    assert!(!fits_with(&ebs(1.0, 143.8), |_, _, _| {}));
}

#[test]
fn what_was_not_measured_is_kept() {
    let no_network = Demand {
        network_gbps: None,
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
        network_gbps: None,
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
