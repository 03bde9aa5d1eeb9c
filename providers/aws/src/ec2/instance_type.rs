//! `aws_ec2_instance_type` and `aws_ec2_instance_type_offering`.

use billhook_catalog::table;

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
