//! `aws_ec2_instance`.

use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, Row, table};
use jiff::Timestamp;

use crate::classify::Problem;
use crate::manager;
use crate::number::count;
use crate::scan::Scan;
use crate::tags;
use crate::time::{instant, stopped_at};

const INSTANCE: &[Dimension] = &[Dimension {
    name: "InstanceId",
    value: DimensionValue::Column("short_id"),
}];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric {
        namespace: "AWS/EC2",
        name,
        dimensions: INSTANCE,
        missing: Missing::NoEvidence,
        doc,
    }
}

/// What the CloudWatch agent publishes, where it runs. Its series have further dimensions, which differ from one
/// configuration to the next: they are looked up.
const fn agent_metric(name: &'static str, doc: &'static str) -> Metric {
    Metric {
        namespace: AGENT_NAMESPACE,
        name,
        dimensions: INSTANCE,
        missing: Missing::NoEvidence,
        doc,
    }
}

/// The namespace that the CloudWatch agent writes to unless it is told otherwise.
pub(crate) const AGENT_NAMESPACE: &str = "CWAgent";

/// What AWS publishes for an instance, and what its CloudWatch agent does. All are silent while it is stopped, so silence is no evidence.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html>
pub static METRICS: &[Metric] = &[
    metric(
        "CPUUtilization",
        "Physical CPU that the instance uses, percent, as the hypervisor sees it.",
    ),
    metric(
        "NetworkIn",
        "Bytes received on all interfaces, from anywhere.",
    ),
    metric("NetworkOut", "Bytes sent on all interfaces, to anywhere."),
    metric(
        "EBSReadOps",
        "Completed reads from all EBS volumes (Nitro only).",
    ),
    metric(
        "EBSWriteOps",
        "Completed writes to all EBS volumes (Nitro only).",
    ),
    metric(
        "EBSReadBytes",
        "Bytes read from all EBS volumes (Nitro only).",
    ),
    metric(
        "EBSWriteBytes",
        "Bytes written to all EBS volumes (Nitro only).",
    ),
    metric(
        "CPUCreditBalance",
        "CPU credits that a burstable instance has left.",
    ),
    metric(
        "CPUSurplusCreditsCharged",
        "Surplus CPU credits that are billed (unlimited mode).",
    ),
    metric(
        "InstanceEBSIOPSExceededCheck",
        "Whether more EBS operations were asked for than the type gives: 0 or 1 (Nitro only).",
    ),
    metric(
        "InstanceEBSThroughputExceededCheck",
        "Whether more EBS bytes were asked for than the type gives: 0 or 1 (Nitro only).",
    ),
    agent_metric(
        "mem_used_percent",
        "Memory in use on Linux, percent. Needs the CloudWatch agent.",
    ),
    agent_metric(
        "Memory % Committed Bytes In Use",
        "Committed memory on Windows, percent. Needs the CloudWatch agent.",
    ),
    agent_metric(
        "Memory Available MBytes",
        "Memory that is free on Windows, MiB. Needs the CloudWatch agent.",
    ),
];

table! {
    /// EC2 instances, one row an instance; those being or already terminated are left out.
    pub struct Instance: resource "AWS::EC2::Instance" in "aws_ec2_instance" reads ["ec2:DescribeInstances"] {
        /// `pending`, `running`, `stopping` or `stopped`.
        state: Option<String>,
        /// Instance type (`m7i.large`).
        instance_type: Option<String>,
        /// Last start. A stop and start renews it, so it is not the age.
        launched_at: Option<Timestamp>,
        /// When it was stopped, from StateTransitionReason; NULL while it runs, or when AWS does not say.
        stopped_at: Option<Timestamp>,
        /// Days from `stopped_at` to the snapshot, computed when judging.
        stopped_days: Option<f64>,
        /// Whether EC2 stopped or is stopping it by a user's request, a schedule or itself: the code of StateReason; empty when none.
        state_reason_code: Option<String>,
        /// Availability Zone.
        zone: Option<String>,
        /// `on-demand`, `spot`, `scheduled` or `capacity-block`.
        lifecycle: Option<String>,
        /// `default` (shared hardware), `dedicated` or `host`.
        tenancy: Option<String>,
        /// Platform as billed (`Linux/UNIX`, `Windows`, `Red Hat Enterprise Linux`, …).
        platform_details: Option<String>,
        /// Operation as billed (`RunInstances`, `RunInstances:0002`, …).
        usage_operation: Option<String>,
        /// `x86_64`, `arm64`, `i386`, …
        architecture: Option<String>,
        /// `hvm` or `paravirtual`.
        virtualization_type: Option<String>,
        /// `legacy-bios`, `uefi` or `uefi-preferred`; the boot mode it runs in where known. NULL when AWS does not say.
        boot_mode: Option<String>,
        /// Version of its virtual TPM (`v2.0`); empty without one.
        tpm_support: Option<String>,
        /// Whether enhanced networking (ENA) is enabled.
        ena_support: Option<bool>,
        /// Whether the instance is set up for EBS optimization.
        ebs_optimized: Option<bool>,
        /// Cores that are enabled.
        cpu_cores: Option<i64>,
        /// Threads a core.
        cpu_threads_per_core: Option<i64>,
        /// Whether detailed (one-minute) monitoring is on.
        detailed_monitoring: Option<bool>,
        /// Whether hibernation is set up.
        hibernation: Option<bool>,
        /// Whether a Nitro enclave is enabled.
        enclave: Option<bool>,
        /// Auto Scaling group that owns it; empty when none does.
        autoscaling_group: Option<String>,
        /// What runs it besides an Auto Scaling group: `karpenter:NODEPOOL`, `eks:CLUSTER`, `emr:CLUSTER`, `batch`, …, from its tags, or
        /// `operator:SERVICE`; empty when nothing is known to.
        managed_by: Option<String>,
        /// Placement group; empty when none.
        placement_group: Option<String>,
        /// Whether it runs in a capacity reservation that targets it.
        capacity_reservation: Option<bool>,
        /// Number of product codes (AWS Marketplace).
        product_code_count: Option<i64>,
        /// Number of licence configurations.
        license_count: Option<i64>,
        /// Image that it was started from.
        image_id: Option<String>,
        /// VPC; empty in none.
        vpc_id: Option<String>,
        /// Subnet.
        subnet_resource_id: Option<String> => "aws_vpc_subnet",
        /// Public IPv4 address; empty when it has none.
        public_ip: Option<String>,
        /// Root device (`/dev/xvda`).
        root_device_name: Option<String>,
        /// `ebs` or `instance-store`.
        root_device_type: Option<String>,
        /// Attached network interfaces.
        interface_count: Option<i64>,
        /// Most private IPv4 addresses on one of its interfaces.
        max_ipv4_per_interface: Option<i64>,
        /// Whether any interface is an Elastic Fabric Adapter.
        has_efa: Option<bool>,
        /// Attached EBS volumes.
        volume_count: Option<i64>,
    }
    metrics METRICS;
}

/// Reads the instances of a region; gives the number of those that run.
pub(crate) async fn collect(scan: &Scan<'_>, region: &str) -> Result<u64, Problem> {
    let client = scan.clients.ec2(region);
    let mut running = 0;
    scan.caller
        .pages(
            region,
            "ec2:DescribeInstances",
            |token| {
                client
                    .describe_instances()
                    .max_results(1000)
                    .set_next_token(token)
                    .send()
            },
            |page| {
                for instance in page
                    .reservations()
                    .iter()
                    .flat_map(|reservation| reservation.instances())
                {
                    let Some(row) = row(scan, region, instance) else {
                        continue;
                    };
                    running += u64::from(row.state.as_deref() == Some("running"));
                    tags::keep(scan, Instance::TABLE, &row.id, instance.tags());
                    scan.put(region, row);
                }
                page.next_token
            },
        )
        .await?;
    Ok(running)
}

/// The earliest trace of an instance: its launch time restarts at each start, the attach times of its root volume and
/// primary interface do not.
fn created_at(instance: &aws_sdk_ec2::types::Instance) -> Option<Timestamp> {
    let root = instance.root_device_name();
    let root_attached = instance
        .block_device_mappings()
        .iter()
        .filter(|mapping| root.is_some() && mapping.device_name() == root)
        .filter_map(|mapping| mapping.ebs()?.attach_time());
    let interface_attached = instance
        .network_interfaces()
        .iter()
        .filter_map(|interface| interface.attachment())
        .filter(|attachment| attachment.device_index() == Some(0))
        .filter_map(|attachment| attachment.attach_time());
    let times = instance
        .launch_time()
        .into_iter()
        .chain(root_attached)
        .chain(interface_attached);
    times.filter_map(|time| instant(Some(time))).min()
}

/// An instance as a row; `None` for one that is gone or going.
fn row(scan: &Scan<'_>, region: &str, instance: &aws_sdk_ec2::types::Instance) -> Option<Instance> {
    let short_id = instance.instance_id()?;
    let state = instance
        .state()
        .and_then(|state| state.name())
        .map(|state| state.as_str());
    if matches!(state, Some("terminated" | "shutting-down")) {
        return None;
    }
    let names = &scan.names;
    let tags = instance.tags();
    let mut id = scan.key(region, names.ec2(region, "instance", short_id), short_id);
    id.name = tags::name(tags);
    id.created_at = created_at(instance);
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let placement = instance.placement();
    let operator = instance
        .operator()
        .filter(|operator| operator.managed() == Some(true));
    let managed_by = match operator {
        Some(operator) => format!("operator:{}", operator.principal().unwrap_or_default()),
        None => manager::controller(tags::pairs(tags)),
    };
    let boot_mode = instance
        .current_instance_boot_mode()
        .map(|mode| mode.as_str())
        .or_else(|| instance.boot_mode().map(|mode| mode.as_str()));
    let interfaces = instance.network_interfaces();
    Some(Instance {
        id,
        state: owned(state),
        instance_type: owned(instance.instance_type().map(|kind| kind.as_str())),
        launched_at: instant(instance.launch_time()),
        stopped_at: matches!(state, Some("stopped" | "stopping"))
            .then(|| stopped_at(instance.state_transition_reason()))
            .flatten(),
        stopped_days: None,
        state_reason_code: Some(
            instance
                .state_reason()
                .and_then(|reason| reason.code())
                .unwrap_or_default()
                .to_owned(),
        ),
        zone: owned(placement.and_then(|placement| placement.availability_zone())),
        // AWS leaves it out for what is neither spot, scheduled nor a capacity block.
        lifecycle: Some(
            instance
                .instance_lifecycle()
                .map_or("on-demand", |lifecycle| lifecycle.as_str())
                .to_owned(),
        ),
        tenancy: owned(
            placement
                .and_then(|placement| placement.tenancy())
                .map(|tenancy| tenancy.as_str()),
        ),
        platform_details: owned(instance.platform_details()),
        usage_operation: owned(instance.usage_operation()),
        architecture: owned(
            instance
                .architecture()
                .map(|architecture| architecture.as_str()),
        ),
        virtualization_type: owned(instance.virtualization_type().map(|kind| kind.as_str())),
        boot_mode: owned(boot_mode),
        tpm_support: Some(instance.tpm_support().unwrap_or_default().to_owned()),
        ena_support: instance.ena_support(),
        ebs_optimized: instance.ebs_optimized(),
        cpu_cores: instance
            .cpu_options()
            .and_then(|options| options.core_count())
            .map(i64::from),
        cpu_threads_per_core: instance
            .cpu_options()
            .and_then(|options| options.threads_per_core())
            .map(i64::from),
        detailed_monitoring: instance
            .monitoring()
            .and_then(|monitoring| monitoring.state())
            .map(|state| matches!(state.as_str(), "enabled" | "pending")),
        hibernation: Some(
            instance
                .hibernation_options()
                .and_then(|options| options.configured())
                .unwrap_or(false),
        ),
        enclave: Some(
            instance
                .enclave_options()
                .and_then(|options| options.enabled())
                .unwrap_or(false),
        ),
        autoscaling_group: Some(
            tags::value(tags, "aws:autoscaling:groupName")
                .unwrap_or_default()
                .to_owned(),
        ),
        managed_by: Some(managed_by),
        placement_group: Some(
            placement
                .and_then(|placement| placement.group_name())
                .unwrap_or_default()
                .to_owned(),
        ),
        capacity_reservation: Some(
            instance
                .capacity_reservation_specification()
                .is_some_and(|specification| specification.capacity_reservation_target().is_some()),
        ),
        product_code_count: Some(count(instance.product_codes().len())),
        license_count: Some(count(instance.licenses().len())),
        image_id: owned(instance.image_id()),
        vpc_id: Some(instance.vpc_id().unwrap_or_default().to_owned()),
        subnet_resource_id: Some(names.ec2_or_none(region, "subnet", instance.subnet_id())),
        public_ip: Some(instance.public_ip_address().unwrap_or_default().to_owned()),
        root_device_name: owned(instance.root_device_name()),
        root_device_type: owned(instance.root_device_type().map(|kind| kind.as_str())),
        interface_count: Some(count(interfaces.len())),
        max_ipv4_per_interface: Some(
            interfaces
                .iter()
                .map(|interface| count(interface.private_ip_addresses().len()))
                .max()
                .unwrap_or(0),
        ),
        has_efa: Some(interfaces.iter().any(|interface| {
            interface
                .interface_type()
                .is_some_and(|kind| kind.starts_with("efa"))
        })),
        volume_count: Some(count(
            instance
                .block_device_mappings()
                .iter()
                .filter(|mapping| mapping.ebs().is_some())
                .count(),
        )),
    })
}
