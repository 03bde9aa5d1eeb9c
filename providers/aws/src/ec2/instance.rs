//! `aws_ec2_instance`.

use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};
use jiff::Timestamp;

const INSTANCE: &[Dimension] = &[Dimension { name: "InstanceId", value: DimensionValue::Column("short_id") }];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric { namespace: "AWS/EC2", name, dimensions: INSTANCE, missing: Missing::NoEvidence, doc }
}

/// What AWS publishes for an instance without an agent. All are silent while it is stopped, so silence is no evidence.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html>
pub static METRICS: &[Metric] = &[
    metric("CPUUtilization", "Physical CPU that the instance uses, percent, as the hypervisor sees it."),
    metric("NetworkIn", "Bytes received on all interfaces, from anywhere."),
    metric("NetworkOut", "Bytes sent on all interfaces, to anywhere."),
    metric("EBSReadOps", "Completed reads from all EBS volumes (Nitro only)."),
    metric("EBSWriteOps", "Completed writes to all EBS volumes (Nitro only)."),
    metric("EBSReadBytes", "Bytes read from all EBS volumes (Nitro only)."),
    metric("EBSWriteBytes", "Bytes written to all EBS volumes (Nitro only)."),
    metric("CPUCreditBalance", "CPU credits that a burstable instance has left."),
    metric("CPUSurplusCreditsCharged", "Surplus CPU credits that are billed (unlimited mode)."),
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
        /// EKS cluster or node group, EMR cluster, Batch or Elastic Beanstalk environment that owns it, from its AWS tags; empty when none.
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
