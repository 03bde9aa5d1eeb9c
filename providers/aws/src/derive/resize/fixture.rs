//! Instances and types for the tests of this folder. The figures are those that DescribeInstanceTypes gives.

use billhook_catalog::{Key, Place};

use crate::derive::estate::Estate;
use crate::derive::measured::Series;
use crate::ec2::burst::{BurstDemand, baselines, credits};
use crate::ec2::instance::Instance;
use crate::ec2::instance_type::{InstanceType, InstanceTypeOffering};

pub(super) const ACCOUNT: &str = "111111111111";
pub(super) const REGION: &str = "us-east-1";
pub(super) const ZONE: &str = "us-east-1a";

/// Name, vCPUs, cores, memory MiB, network baseline Gbit/s, EBS baseline IOPS and MB/s, interfaces, addresses each.
type Facts = (&'static str, i64, i64, i64, f64, i64, f64, i64, i64);

const FACTS: &[Facts] = &[
    ("c5.2xlarge", 8, 4, 16_384, 2.5, 10_000, 287.5, 4, 15),
    ("c5.9xlarge", 36, 18, 73_728, 12.0, 40_000, 1187.5, 8, 30),
    ("c5.large", 2, 1, 4_096, 0.75, 4_000, 81.25, 3, 10),
    ("c5.xlarge", 4, 2, 8_192, 1.25, 6_000, 143.75, 4, 15),
    ("g4dn.xlarge", 4, 2, 16_384, 5.0, 3_000, 118.75, 3, 10),
    ("m4.2xlarge", 8, 4, 32_768, 1.0, 8_000, 125.0, 4, 15),
    ("m4.large", 2, 1, 8_192, 0.45, 3_600, 56.25, 2, 10),
    ("m5.2xlarge", 8, 4, 32_768, 2.5, 12_000, 287.5, 4, 15),
    ("m5.4xlarge", 16, 8, 65_536, 5.0, 18_750, 593.75, 8, 30),
    ("m5.large", 2, 1, 8_192, 0.75, 3_600, 81.25, 3, 10),
    ("m5.metal", 96, 48, 393_216, 25.0, 80_000, 2375.0, 15, 50),
    ("m5.xlarge", 4, 2, 16_384, 1.25, 6_000, 143.75, 4, 15),
    ("m5a.2xlarge", 8, 4, 32_768, 2.5, 8_333, 197.5, 4, 15),
    ("m5a.large", 2, 1, 8_192, 0.75, 3_600, 81.25, 3, 10),
    ("m5n.large", 2, 1, 8_192, 2.1, 3_600, 81.25, 3, 10),
    ("m6a.2xlarge", 8, 4, 32_768, 3.125, 12_000, 312.5, 4, 15),
    ("m6g.large", 2, 2, 8_192, 0.75, 3_600, 78.75, 3, 10),
    (
        "m7i-flex.2xlarge",
        8,
        4,
        32_768,
        1.562,
        6_000,
        156.25,
        4,
        15,
    ),
    ("r4.xlarge", 4, 2, 31_232, 1.25, 6_000, 106.25, 4, 15),
    ("m6g.xlarge", 4, 4, 16_384, 1.25, 6_000, 148.5, 4, 15),
    ("r5.large", 2, 1, 16_384, 0.75, 3_600, 81.25, 3, 10),
    ("r5.xlarge", 4, 2, 32_768, 1.25, 6_000, 143.75, 4, 15),
    ("r5a.xlarge", 4, 2, 32_768, 1.25, 6_000, 135.625, 4, 15),
    ("r6a.xlarge", 4, 2, 32_768, 1.562, 6_000, 156.25, 4, 15),
    ("r6g.xlarge", 4, 4, 32_768, 1.25, 6_000, 148.5, 4, 15),
    ("r6i.xlarge", 4, 2, 32_768, 1.562, 6_000, 156.25, 4, 15),
    ("r8i-flex.xlarge", 4, 2, 32_768, 0.937, 3_600, 78.75, 4, 30),
    ("t3.large", 2, 1, 8_192, 0.512, 4_000, 86.875, 3, 12),
    ("t3.medium", 2, 1, 4_096, 0.256, 2_000, 43.375, 3, 6),
    ("t3.xlarge", 4, 2, 16_384, 1.024, 4_000, 86.875, 4, 15),
    ("z99.large", 2, 1, 65_536, 10.0, 50_000, 999.0, 4, 15),
];

/// All types that are described here.
pub(super) fn all() -> Vec<&'static str> {
    FACTS.iter().map(|facts| facts.0).collect()
}

fn place() -> Place {
    Place {
        account_id: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
    }
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

/// A type by its name.
pub(super) fn kind(name: &str) -> InstanceType {
    let facts = FACTS.iter().find(|facts| facts.0 == name);
    let (_, vcpus, cores, memory, network, iops, mbps, interfaces, addresses) =
        *facts.unwrap_or(&("", 2, 1, 8_192, 0.75, 3_600, 81.25, 3, 10));
    let is_xen = name.starts_with("m4") || name.starts_with("r4");
    let is_arm = name.contains("6g.");
    let is_metal = name.ends_with("metal");
    InstanceType {
        id: place(),
        instance_type: name.to_owned(),
        vcpus: Some(vcpus),
        cores: Some(cores),
        memory_mib: Some(memory),
        supports_x86_64: Some(!is_arm),
        supports_arm64: Some(is_arm),
        supports_i386: Some(false),
        hypervisor: text(match (is_metal, is_xen) {
            (true, _) => "",
            (false, true) => "xen",
            (false, false) => "nitro",
        }),
        supports_hvm: Some(true),
        supports_paravirtual: Some(false),
        supports_uefi: Some(!is_xen),
        supports_legacy_bios: Some(!is_arm),
        supports_on_demand: Some(true),
        bare_metal: Some(is_metal),
        burstable: Some(name.starts_with('t')),
        current_generation: Some(false),
        network_baseline_gbps: Some(network),
        network_peak_gbps: Some(10.0),
        max_interfaces: Some(interfaces),
        max_ipv4_per_interface: Some(addresses),
        ena_support: text(if is_xen { "unsupported" } else { "required" }),
        supports_efa: Some(false),
        ebs_baseline_iops: Some(iops),
        ebs_baseline_mbps: Some(mbps),
        ebs_maximum_iops: Some(iops),
        ebs_maximum_mbps: Some(mbps),
        max_ebs_attachments: Some(27),
        instance_storage_gb: Some(0),
        accelerator_count: Some(i64::from(name.starts_with('g'))),
        supports_hibernation: Some(true),
        supports_enclaves: Some(true),
        supports_nitro_tpm: Some(!is_xen),
    }
}

/// A plain Linux instance of a type, with one volume and one interface.
pub(super) fn instance(id: &str, instance_type: &str) -> Instance {
    let kind = kind(instance_type);
    let cores = kind.cores.unwrap_or(1);
    Instance {
        id: Key {
            resource_id: id.to_owned(),
            short_id: id.to_owned(),
            account_id: ACCOUNT.to_owned(),
            region: REGION.to_owned(),
            ..Key::default()
        },
        state: text("running"),
        instance_type: text(instance_type),
        zone: text(ZONE),
        lifecycle: text("on-demand"),
        tenancy: text("default"),
        platform_details: text("Linux/UNIX"),
        usage_operation: text("RunInstances"),
        architecture: text("x86_64"),
        virtualization_type: text("hvm"),
        boot_mode: text("legacy-bios"),
        tpm_support: text(""),
        ena_support: Some(true),
        cpu_cores: Some(cores),
        cpu_threads_per_core: Some(kind.vcpus.unwrap_or(2) / cores),
        hibernation: Some(false),
        enclave: Some(false),
        autoscaling_group: text(""),
        managed_by: text(""),
        placement_group: text(""),
        capacity_reservation: Some(false),
        product_code_count: Some(0),
        license_count: Some(0),
        root_device_type: text("ebs"),
        interface_count: Some(1),
        max_ipv4_per_interface: Some(1),
        has_efa: Some(false),
        volume_count: Some(1),
        ..Instance::default()
    }
}

/// A zone that offers these types.
pub(super) fn estate(types: &[&str]) -> Estate {
    Estate {
        instance_types: types.iter().map(|name| kind(name)).collect(),
        offerings: types
            .iter()
            .map(|name| InstanceTypeOffering {
                id: place(),
                instance_type: (*name).to_owned(),
                zone: ZONE.to_owned(),
            })
            .collect(),
        ..Estate::default()
    }
}

/// What an instance does at its 99.5th percentile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub(super) cpu_percent: f64,
    pub(super) network_gbps: f64,
    pub(super) ebs_iops: f64,
    pub(super) ebs_mbps: f64,
}

impl Load {
    /// Some CPU and next to nothing else.
    pub(super) fn cpu(cpu_percent: f64) -> Self {
        Self {
            cpu_percent,
            network_gbps: 0.01,
            ebs_iops: 10.0,
            ebs_mbps: 1.0,
        }
    }
}

/// A complete series of 14 days that never changes.
pub(super) fn series(metric: &'static str, statistic: &'static str, figure: f64) -> Series {
    Series {
        metric,
        statistic,
        period_seconds: 300,
        window_days: 14.0,
        coverage: 1.0,
        min: Some(figure),
        avg: None,
        p90: Some(figure),
        p95: Some(figure),
        p995: Some(figure),
        max: Some(figure),
        sum: Some(figure * 4032.0),
        busiest_hour: Some(figure),
    }
}

/// Measurements over 14 days that are complete.
pub(super) fn measure(estate: &mut Estate, id: &str, load: Load) {
    let bytes = load.network_gbps * 1e9 / 8.0 * 300.0;
    for (metric, statistic, figure) in [
        ("CPUUtilization", "Maximum", load.cpu_percent),
        ("NetworkIn", "Sum", bytes),
        ("NetworkOut", "Sum", bytes / 2.0),
        ("EBSReadOps", "Sum", load.ebs_iops * 100.0),
        ("EBSWriteOps", "Sum", load.ebs_iops * 200.0),
        ("EBSReadBytes", "Sum", load.ebs_mbps * 1e8),
        ("EBSWriteBytes", "Sum", load.ebs_mbps * 2e8),
    ] {
        estate.measured.add(id, series(metric, statistic, figure));
    }
}

/// What burstable types would have needed for a load of so many vCPUs all the time.
pub(super) fn burst(estate: &mut Estate, id: &str, vcpus: f64) {
    let rows = baselines().into_iter().map(|baseline_vcpus| {
        let found = credits((0..4032).map(|_| vcpus), 5.0, baseline_vcpus);
        BurstDemand {
            id: place(),
            resource_id: id.to_owned(),
            window_days: 14,
            baseline_vcpus,
            coverage: 1.0,
            credits_needed: Some(found.needed),
            surplus_credits_charged: Some(found.charged),
        }
    });
    estate.burst_demand.insert(id.to_owned(), rows.collect());
}
