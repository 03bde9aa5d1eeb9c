//! `aws_ec2_instance_type` and `aws_ec2_instance_type_offering`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_ec2::types::{InstanceTypeInfo, LocationType};
use billhook_catalog::{BASE_GROUP, Row, table};
use tokio::sync::OnceCell;

use crate::answers::{self, Kind};
use crate::classify::Problem;
use crate::collect::when;
use crate::scan::Scan;

table! {
    /// What an instance type is, as AWS describes it in a region. Read only where instances may be resized.
    pub struct InstanceType: link in "aws_ec2_instance_type" reads ["ec2:DescribeInstanceTypes"] {
        /// Instance type (`m7i.large`).
        instance_type: String,
        /// Default number of vCPUs.
        vcpus: Option<i64>,
        /// Default number of cores.
        cores: Option<i64>,
        /// Memory, MiB.
        memory_mib: Option<i64>,
        /// Whether it runs 64-bit x86 images.
        supports_x86_64: Option<bool>,
        /// Whether it runs 64-bit Arm images.
        supports_arm64: Option<bool>,
        /// Whether it runs 32-bit x86 images.
        supports_i386: Option<bool>,
        /// `nitro` or `xen`; empty for bare metal.
        hypervisor: Option<String>,
        /// Whether it takes HVM images.
        supports_hvm: Option<bool>,
        /// Whether it takes paravirtual images.
        supports_paravirtual: Option<bool>,
        /// Whether it boots images in UEFI mode.
        supports_uefi: Option<bool>,
        /// Whether it boots images in legacy BIOS mode.
        supports_legacy_bios: Option<bool>,
        /// Whether it can be bought on demand.
        supports_on_demand: Option<bool>,
        /// Whether it is bare metal.
        bare_metal: Option<bool>,
        /// Whether its CPU performance is burstable (T family).
        burstable: Option<bool>,
        /// AWS's own flag, which marks m5 and c5 as old: never used to pick or to exclude a target.
        current_generation: Option<bool>,
        /// Network baseline over all network cards, Gbit/s.
        network_baseline_gbps: Option<f64>,
        /// Network peak over all network cards, Gbit/s.
        network_peak_gbps: Option<f64>,
        /// Most network interfaces.
        max_interfaces: Option<i64>,
        /// Most IPv4 addresses an interface.
        max_ipv4_per_interface: Option<i64>,
        /// `required`, `supported` or `unsupported`.
        ena_support: Option<String>,
        /// Whether it can have Elastic Fabric Adapters.
        supports_efa: Option<bool>,
        /// EBS baseline, I/O operations a second.
        ebs_baseline_iops: Option<i64>,
        /// EBS baseline, MB/s.
        ebs_baseline_mbps: Option<f64>,
        /// EBS maximum, I/O operations a second.
        ebs_maximum_iops: Option<i64>,
        /// EBS maximum, MB/s.
        ebs_maximum_mbps: Option<f64>,
        /// Most EBS volumes.
        max_ebs_attachments: Option<i64>,
        /// Instance store in all, GB; 0 without.
        instance_storage_gb: Option<i64>,
        /// GPUs, inference and other accelerators; 0 without.
        accelerator_count: Option<i64>,
        /// Whether hibernation is possible.
        supports_hibernation: Option<bool>,
        /// Whether Nitro enclaves are possible.
        supports_enclaves: Option<bool>,
        /// Whether it has a virtual TPM (NitroTPM) to offer.
        supports_nitro_tpm: Option<bool>,
    }
}

table! {
    /// Which instance types a zone offers. Read only where instances may be resized.
    pub struct InstanceTypeOffering: link in "aws_ec2_instance_type_offering" reads ["ec2:DescribeInstanceTypeOfferings"] {
        /// Instance type.
        instance_type: String,
        /// Availability Zone.
        zone: String,
    }
    absence is evidence;
}

/// Reads what a region's instance types are, and which zones offer them.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) {
    futures::join!(
        when(
            scan.wants_any(&[InstanceType::TABLE]),
            answers::once(
                scan,
                InstanceType::TABLE,
                region,
                Kind::Offers,
                collect_types(scan, region)
            )
        ),
        when(
            scan.wants_any(&[InstanceTypeOffering::TABLE]),
            answers::once(
                scan,
                InstanceTypeOffering::TABLE,
                region,
                Kind::OffersHere,
                collect_offerings(scan, region)
            )
        ),
    );
}

async fn collect_types(scan: &Scan<'_>, region: &str) {
    let (mut partial, types) = (Vec::new(), scan.types.of(region));
    let read = types
        .get_or_try_init(|| async {
            let mut rows = Vec::new();
            match read_types(scan, region, &mut rows).await {
                Ok(()) => Ok(rows),
                Err(problem) => {
                    partial = rows;
                    Err(problem)
                }
            }
        })
        .await;
    let outcome: Result<(), Problem> = read.map(|_| ());
    for row in types.get().unwrap_or(&partial) {
        let row = InstanceType {
            id: scan.place(region),
            ..row.clone()
        };
        scan.put(region, row);
    }
    scan.settle(InstanceType::TABLE, BASE_GROUP, region, &outcome);
}

/// What a region's instance types are is the same for all accounts, so it is asked once: a region has eight pages of them.
/// Which zones offer them is not, as each account has its own names for the zones.
#[derive(Debug, Default)]
pub(crate) struct Shared(Mutex<BTreeMap<String, Arc<OnceCell<Vec<InstanceType>>>>>);

impl Shared {
    fn of(&self, region: &str) -> Arc<OnceCell<Vec<InstanceType>>> {
        let mut regions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        regions.entry(region.to_owned()).or_default().clone()
    }
}

async fn read_types(
    scan: &Scan<'_>,
    region: &str,
    rows: &mut Vec<InstanceType>,
) -> Result<(), Problem> {
    let client = scan.clients.ec2(region);
    scan.caller
        .pages(
            region,
            "ec2:DescribeInstanceTypes",
            |token| {
                client
                    .describe_instance_types()
                    .max_results(100)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                let infos = page.instance_types().iter();
                rows.extend(infos.filter_map(|info| row(scan, region, info)));
                page.next_token
            },
        )
        .await
}

async fn collect_offerings(scan: &Scan<'_>, region: &str) {
    let client = scan.clients.ec2(region);
    let outcome = scan
        .caller
        .pages(
            region,
            "ec2:DescribeInstanceTypeOfferings",
            |token| {
                client
                    .describe_instance_type_offerings()
                    .location_type(LocationType::AvailabilityZone)
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for offering in page.instance_type_offerings() {
                    if let (Some(kind), Some(zone)) =
                        (offering.instance_type(), offering.location())
                    {
                        let row = InstanceTypeOffering {
                            id: scan.place(region),
                            instance_type: kind.as_str().to_owned(),
                            zone: zone.to_owned(),
                        };
                        scan.put(region, row);
                    }
                }
                page.next_token
            },
        )
        .await;
    scan.settle(InstanceTypeOffering::TABLE, BASE_GROUP, region, &outcome);
}

/// The network bandwidth that an older type's description promises for good, Gbit/s: `10 Gigabit`. What it reaches only
/// at times (`Up to 10 Gigabit`) or in words (`Moderate`) is unknown.
fn promised_gbps(performance: Option<&str>) -> Option<f64> {
    let number = performance?.strip_suffix("Gigabit")?.trim();
    number
        .parse()
        .ok()
        .filter(|gbps: &f64| gbps.is_finite() && *gbps > 0.0)
}

/// Baseline and peak over all network cards, Gbit/s. One card that says nothing makes the sum unknown.
fn network(info: &InstanceTypeInfo) -> (Option<f64>, Option<f64>) {
    let Some(network) = info.network_info() else {
        return (None, None);
    };
    let cards = network.network_cards();
    let promised = promised_gbps(network.network_performance());
    if cards.is_empty() {
        return (promised, promised);
    }
    let baseline = cards
        .iter()
        .map(|card| card.baseline_bandwidth_in_gbps())
        .sum::<Option<f64>>();
    let peak = cards
        .iter()
        .map(|card| card.peak_bandwidth_in_gbps())
        .sum::<Option<f64>>();
    (baseline.or(promised), peak.or(promised))
}

/// GPUs, FPGAs, inference and media accelerators. A card counts at least once, even where AWS does not say how often.
fn accelerators(info: &InstanceTypeInfo) -> i64 {
    let gpus = info
        .gpu_info()
        .map(|gpus| gpus.gpus())
        .unwrap_or_default()
        .iter()
        .map(|gpu| gpu.count());
    let fpgas = info
        .fpga_info()
        .map(|fpgas| fpgas.fpgas())
        .unwrap_or_default()
        .iter()
        .map(|fpga| fpga.count());
    let media = info
        .media_accelerator_info()
        .map(|media| media.accelerators())
        .unwrap_or_default()
        .iter()
        .map(|accelerator| accelerator.count());
    let neurons = info
        .neuron_info()
        .map(|neuron| neuron.neuron_devices())
        .unwrap_or_default();
    let inference = info
        .inference_accelerator_info()
        .map(|inference| inference.accelerators())
        .unwrap_or_default();
    // The same devices are described twice on newer types.
    let neurons: i64 = neurons
        .iter()
        .map(|device| i64::from(device.count().unwrap_or(1)))
        .sum();
    let inference: i64 = inference
        .iter()
        .map(|device| i64::from(device.count().unwrap_or(1)))
        .sum();
    gpus.chain(fpgas)
        .chain(media)
        .map(|count| i64::from(count.unwrap_or(1)))
        .sum::<i64>()
        + neurons.max(inference)
}

fn row(scan: &Scan<'_>, region: &str, info: &InstanceTypeInfo) -> Option<InstanceType> {
    let cpu = info.v_cpu_info();
    let architectures = info
        .processor_info()
        .map(|processor| processor.supported_architectures());
    let runs = |name: &str| architectures.map(|all| all.iter().any(|one| one.as_str() == name));
    let virtualization = info.supported_virtualization_types.as_deref();
    let takes = |name: &str| virtualization.map(|all| all.iter().any(|one| one.as_str() == name));
    let boot_modes = info.supported_boot_modes.as_deref();
    let boots = |name: &str| boot_modes.map(|all| all.iter().any(|one| one.as_str() == name));
    let usage = info.supported_usage_classes.as_deref();
    let network_info = info.network_info();
    let ebs = info.ebs_info();
    let optimized = ebs.and_then(|ebs| ebs.ebs_optimized_info());
    let (network_baseline_gbps, network_peak_gbps) = network(info);
    let storage = match info.instance_storage_supported() {
        Some(false) => Some(0),
        Some(true) => info
            .instance_storage_info()
            .and_then(|storage| storage.total_size_in_gb()),
        None => None,
    };
    Some(InstanceType {
        id: scan.place(region),
        instance_type: info.instance_type()?.as_str().to_owned(),
        vcpus: cpu.and_then(|cpu| cpu.default_v_cpus()).map(i64::from),
        cores: cpu.and_then(|cpu| cpu.default_cores()).map(i64::from),
        memory_mib: info.memory_info().and_then(|memory| memory.size_in_mib()),
        supports_x86_64: runs("x86_64"),
        supports_arm64: runs("arm64"),
        supports_i386: runs("i386"),
        hypervisor: Some(
            info.hypervisor()
                .map_or("", |hypervisor| hypervisor.as_str())
                .to_owned(),
        ),
        supports_hvm: takes("hvm"),
        supports_paravirtual: takes("paravirtual"),
        supports_uefi: boots("uefi"),
        supports_legacy_bios: boots("legacy-bios"),
        supports_on_demand: usage.map(|all| all.iter().any(|one| one.as_str() == "on-demand")),
        bare_metal: info.bare_metal(),
        burstable: info.burstable_performance_supported(),
        current_generation: info.current_generation(),
        network_baseline_gbps,
        network_peak_gbps,
        max_interfaces: network_info
            .and_then(|network| network.maximum_network_interfaces())
            .map(i64::from),
        max_ipv4_per_interface: network_info
            .and_then(|network| network.ipv4_addresses_per_interface())
            .map(i64::from),
        ena_support: network_info
            .and_then(|network| network.ena_support())
            .map(|support| support.as_str().to_owned()),
        supports_efa: network_info.and_then(|network| network.efa_supported()),
        ebs_baseline_iops: optimized.and_then(|ebs| ebs.baseline_iops()).map(i64::from),
        ebs_baseline_mbps: optimized.and_then(|ebs| ebs.baseline_throughput_in_m_bps()),
        ebs_maximum_iops: optimized.and_then(|ebs| ebs.maximum_iops()).map(i64::from),
        ebs_maximum_mbps: optimized.and_then(|ebs| ebs.maximum_throughput_in_m_bps()),
        max_ebs_attachments: ebs
            .and_then(|ebs| ebs.maximum_ebs_attachments())
            .map(i64::from),
        instance_storage_gb: storage,
        accelerator_count: Some(accelerators(info)),
        supports_hibernation: info.hibernation_supported(),
        supports_enclaves: info
            .nitro_enclaves_support()
            .map(|support| support.as_str() == "supported"),
        supports_nitro_tpm: info
            .nitro_tpm_support()
            .map(|support| support.as_str() == "supported"),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{
        FpgaDeviceInfo, FpgaInfo, GpuDeviceInfo, GpuInfo, InferenceAcceleratorInfo,
        InferenceDeviceInfo, NetworkCardInfo, NetworkInfo, NeuronDeviceInfo, NeuronInfo,
    };

    use super::*;

    fn with_network(network: NetworkInfo) -> InstanceTypeInfo {
        InstanceTypeInfo::builder().network_info(network).build()
    }

    #[test]
    fn the_baseline_is_the_sum_over_the_cards() {
        let card = |gbps: f64| {
            NetworkCardInfo::builder()
                .baseline_bandwidth_in_gbps(gbps)
                .peak_bandwidth_in_gbps(2.0 * gbps)
                .build()
        };
        let two = NetworkInfo::builder()
            .network_cards(card(100.0))
            .network_cards(card(50.0))
            .build();
        assert_eq!(network(&with_network(two)), (Some(150.0), Some(300.0)));
        let silent = NetworkInfo::builder()
            .network_cards(card(100.0))
            .network_cards(NetworkCardInfo::builder().build())
            .network_performance("Up to 10 Gigabit")
            .build();
        assert_eq!(
            network(&with_network(silent)),
            (None, None),
            "one unknown card makes the sum unknown"
        );
    }

    #[test]
    fn words_promise_a_baseline_only_without_up_to() {
        assert_eq!(promised_gbps(Some("10 Gigabit")), Some(10.0));
        assert_eq!(promised_gbps(Some("12.5 Gigabit")), Some(12.5));
        for words in [
            "Up to 10 Gigabit",
            "Moderate",
            "Low to Moderate",
            "4x 100 Gigabit",
            "",
        ] {
            assert_eq!(promised_gbps(Some(words)), None, "{words}");
        }
        assert_eq!(network(&InstanceTypeInfo::builder().build()), (None, None));
    }

    #[test]
    fn accelerators_of_all_kinds_count_once() {
        assert_eq!(accelerators(&InstanceTypeInfo::builder().build()), 0);
        let info = InstanceTypeInfo::builder()
            .gpu_info(
                GpuInfo::builder()
                    .gpus(GpuDeviceInfo::builder().count(4).build())
                    .build(),
            )
            .fpga_info(
                FpgaInfo::builder()
                    .fpgas(FpgaDeviceInfo::builder().build())
                    .build(),
            )
            .neuron_info(
                NeuronInfo::builder()
                    .neuron_devices(NeuronDeviceInfo::builder().count(2).build())
                    .build(),
            )
            .inference_accelerator_info(
                InferenceAcceleratorInfo::builder()
                    .accelerators(InferenceDeviceInfo::builder().count(2).build())
                    .build(),
            )
            .build();
        assert_eq!(accelerators(&info), 4 + 1 + 2);
    }
}
