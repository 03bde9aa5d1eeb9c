use super::super::fixture::{instance, kind};
use super::*;
use crate::derive::resource::instance_cost;
use crate::prices::PriceBook;

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn reason(change: impl FnOnce(&mut Instance, &mut InstanceType)) -> Option<Reason> {
    let mut instance = instance("i", "m5.2xlarge");
    let mut kind = kind("m5.2xlarge");
    change(&mut instance, &mut kind);
    let present = instance_cost(PriceBook::embedded(), &instance);
    check(&instance, Some(&kind), present).err()
}

type Change = fn(&mut Instance, &mut InstanceType);

#[test]
fn an_ordinary_instance_is_eligible() {
    assert_eq!(reason(|_, _| {}), None);
    let (instance, kind) = (instance("i", "m5.2xlarge"), kind("m5.2xlarge"));
    let present = instance_cost(PriceBook::embedded(), &instance);
    let source = check(&instance, Some(&kind), present).expect("eligible");
    assert_eq!((source.vcpus, source.memory_mib), (8, 32_768));
    assert!((source.hourly_usd - 0.384).abs() < 1e-12);
    assert_eq!(source.family, "m5");
    assert!(source.has_ena && !source.has_whole_cores && !source.is_paravirtual);
}

#[test]
fn what_stands_in_the_way_is_named() {
    let cases: &[(&str, Change)] = &[
        ("Spot", |i, _| i.lifecycle = text("spot")),
        ("scheduled", |i, _| i.lifecycle = text("scheduled")),
        ("capacity block", |i, _| {
            i.lifecycle = text("capacity-block")
        }),
        ("dedicated tenancy", |i, _| i.tenancy = text("dedicated")),
        ("dedicated host", |i, _| i.tenancy = text("host")),
        ("member of an Auto Scaling group", |i, _| {
            i.autoscaling_group = text("web");
        }),
        ("managed by eks:prod", |i, _| {
            i.managed_by = text("eks:prod")
        }),
        ("bare metal", |_, k| k.bare_metal = Some(true)),
        ("accelerators", |_, k| k.accelerator_count = Some(1)),
        ("instance store", |i, _| {
            i.root_device_type = text("instance-store");
        }),
        ("Elastic Fabric Adapter", |i, _| i.has_efa = Some(true)),
        ("enclave", |i, _| i.enclave = Some(true)),
        ("hibernation", |i, _| i.hibernation = Some(true)),
        ("capacity reservation", |i, _| {
            i.capacity_reservation = Some(true);
        }),
        ("Marketplace", |i, _| i.product_code_count = Some(1)),
        ("licences", |i, _| i.license_count = Some(1)),
        ("the price of Windows is not known", |i, _| {
            i.usage_operation = text("RunInstances:0002");
            i.platform_details = text("Windows");
        }),
        ("the price of RunInstances:0800 is not known", |i, _| {
            i.usage_operation = text("RunInstances:0800");
            i.platform_details = None;
        }),
        ("architecture x86_64_mac", |i, _| {
            i.architecture = text("x86_64_mac");
        }),
        ("price of m5.2xlarge in xx-nowhere-1", |i, _| {
            i.id.region = "xx-nowhere-1".to_owned();
        }),
    ];
    for (expected, change) in cases {
        let reason = reason(*change).unwrap_or_default();
        assert!(reason.contains(expected), "{expected}: {reason:?}");
    }
}

#[test]
fn what_is_not_known_is_named() {
    let cases: &[(&str, Change)] = &[
        ("how it is bought", |i, _| i.lifecycle = None),
        ("tenancy", |i, _| i.tenancy = None),
        ("Auto Scaling", |i, _| i.autoscaling_group = None),
        ("what manages it", |i, _| i.managed_by = None),
        ("type", |i, _| i.instance_type = None),
        ("bare metal", |_, k| k.bare_metal = None),
        ("accelerators", |_, k| k.accelerator_count = None),
        ("burstable", |_, k| k.burstable = None),
        ("root device", |i, _| i.root_device_type = None),
        ("Fabric", |i, _| i.has_efa = None),
        ("enclave", |i, _| i.enclave = None),
        ("hibernation", |i, _| i.hibernation = None),
        ("reservation", |i, _| i.capacity_reservation = None),
        ("placement group", |i, _| i.placement_group = None),
        ("Marketplace", |i, _| i.product_code_count = None),
        ("licences", |i, _| i.license_count = None),
        ("operating system", |i, _| i.usage_operation = None),
        ("Zone", |i, _| i.zone = None),
        ("architecture", |i, _| i.architecture = None),
        ("vCPUs", |i, _| i.cpu_cores = None),
        ("vCPUs", |i, _| i.cpu_threads_per_core = Some(0)),
        ("memory", |_, k| k.memory_mib = None),
        ("instance store", |_, k| k.instance_storage_gb = None),
        ("volumes", |i, _| i.volume_count = None),
        ("interfaces", |i, _| i.interface_count = None),
        ("addresses", |i, _| i.max_ipv4_per_interface = None),
        ("virtualization", |i, _| i.virtualization_type = None),
        ("ENA", |i, k| {
            i.ena_support = None;
            k.ena_support = text("supported");
        }),
    ];
    for (expected, change) in cases {
        let reason = reason(*change).unwrap_or_default();
        assert!(
            reason.contains(expected) && reason.contains("not known"),
            "{expected}: {reason:?}"
        );
    }
    let undescribed = instance("i", "m5.2xlarge");
    let reason = check(&undescribed, None, Cost::ZERO).expect_err("no description");
    assert_eq!(reason, "what AWS says of the type m5.2xlarge was not read");
}

#[test]
fn a_placement_group_keeps_it_in_its_family() {
    let kind = kind("m5.2xlarge");
    for (group, stays) in [("", false), ("hpc", true)] {
        let mut instance = instance("i", "m5.2xlarge");
        instance.placement_group = text(group);
        let source = check(&instance, Some(&kind), Cost::ZERO).expect("eligible");
        assert_eq!(source.stays_in_family, stays, "{group}");
    }
}

#[test]
fn a_tpm_is_kept_and_where_nobody_says_the_present_type_decides() {
    for (said, supported, expected) in [
        (Some(""), Some(true), false),
        (Some("v2.0"), Some(false), true),
        (None, Some(true), true),
        (None, None, false),
    ] {
        let (mut instance, mut kind) = (instance("i", "m5.2xlarge"), kind("m5.2xlarge"));
        instance.tpm_support = said.map(str::to_owned);
        kind.supports_nitro_tpm = supported;
        let source = check(&instance, Some(&kind), Cost::ZERO).expect("eligible");
        assert_eq!(source.has_tpm, expected, "{said:?} {supported:?}");
    }
}

#[test]
fn boot_mode_and_ena_follow_from_the_present_type_where_the_instance_does_not_say() {
    let (mut instance, mut kind) = (instance("i", "m5.2xlarge"), kind("m5.2xlarge"));
    instance.boot_mode = None;
    instance.ena_support = None;
    kind.supports_uefi = Some(false);
    let source = check(&instance, Some(&kind), Cost::ZERO).expect("eligible");
    assert!(source.has_ena, "the type requires it");
    assert_eq!(
        source.boot,
        BootModes {
            uefi: false,
            legacy_bios: true
        }
    );
}
