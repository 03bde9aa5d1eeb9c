//! Whether a type meets what an instance needs.

use super::candidates::Candidate;
use super::demand::Demand;
use super::eligibility::{BootModes, Reason, Source};

/// Share of the CPU of a target that may be in use: 20 % headroom, as AWS Compute Optimizer leaves by default.
const CPU_SHARE: f64 = 0.80;
/// The same for flex types, which give 40 % at all times and more only for most of a day
/// (<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/flex-instances.html>).
const FLEX_CPU_SHARE: f64 = 0.40;
/// Share of the network baseline of a target that may be in use.
const NETWORK_SHARE: f64 = 0.80;

/// The least that a target must offer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Needs {
    /// CPU in use, vCPUs or cores.
    cpu: f64,
    /// Whether `cpu` counts cores: a vCPU that is half a core does less than one that is a whole one.
    cpu_is_in_cores: bool,
    memory_mib: i64,
    network_baseline_gbps: f64,
    ebs_baseline_iops: f64,
    ebs_baseline_mbps: f64,
    attachments: i64,
    interfaces: i64,
    ipv4_per_interface: i64,
    instance_storage_gb: i64,
    is_paravirtual: bool,
    has_ena: bool,
    boot: BootModes,
    /// Whether the instance runs on Xen: it may go anywhere it has drivers for, while nothing goes back to Xen.
    on_xen: bool,
}

impl Needs {
    /// None without CPU figures. Fails when a demand was not measured and the present baseline, which would be kept instead,
    /// is not known either.
    pub(super) fn of(source: &Source<'_>, demand: &Demand) -> Result<Option<Self>, Reason> {
        let Some(cpu) = demand.cpu else {
            return Ok(None);
        };
        let kind = source.kind;
        let unknown = |what: &str| {
            let name = &kind.instance_type;
            format!(
                "its {what} traffic is not measured, and the {what} baseline of {name} is not known"
            )
        };
        let measured = demand.network_gbps.map(|gbps| gbps / NETWORK_SHARE);
        let network = measured
            .or(kind.network_baseline_gbps)
            .ok_or_else(|| unknown("network"))?;
        let present_ebs = kind.ebs_baseline_iops.zip(kind.ebs_baseline_mbps);
        let (iops, mbps) = demand
            .ebs
            .map(|rate| (rate.iops, rate.mbps))
            .or(present_ebs.map(|(iops, mbps)| (iops as f64, mbps)))
            .ok_or_else(|| unknown("EBS"))?;
        Ok(Some(Self {
            cpu: cpu.vcpus,
            cpu_is_in_cores: source.has_whole_cores,
            // Memory is not measured, so all of it is kept.
            memory_mib: source.memory_mib,
            network_baseline_gbps: network,
            ebs_baseline_iops: iops,
            ebs_baseline_mbps: mbps,
            // Many types count volumes and interfaces against one limit.
            attachments: source.volumes + source.interfaces,
            interfaces: source.interfaces,
            ipv4_per_interface: source.ipv4_per_interface,
            instance_storage_gb: source.instance_storage_gb,
            is_paravirtual: source.is_paravirtual,
            has_ena: source.has_ena,
            boot: source.boot,
            on_xen: kind.hypervisor.as_deref() == Some("xen"),
        }))
    }

    /// Whether a type offers all of it. What is not known of the type is not offered.
    pub(super) fn are_met_by(&self, target: &Candidate<'_>) -> bool {
        let kind = target.kind;
        let whole = |offered: Option<i64>, needed: i64| offered.is_some_and(|it| it >= needed);
        let real = |offered: Option<f64>, needed: f64| offered.is_some_and(|it| it >= needed);
        real(self.usable_cpu(target), self.cpu)
            && whole(kind.memory_mib, self.memory_mib)
            && real(kind.network_baseline_gbps, self.network_baseline_gbps)
            && real(
                kind.ebs_baseline_iops.map(|iops| iops as f64),
                self.ebs_baseline_iops,
            )
            && real(kind.ebs_baseline_mbps, self.ebs_baseline_mbps)
            && whole(kind.max_ebs_attachments, self.attachments)
            && whole(kind.max_interfaces, self.interfaces)
            && whole(kind.max_ipv4_per_interface, self.ipv4_per_interface)
            && whole(kind.instance_storage_gb, self.instance_storage_gb)
            && self.starts_on(target)
    }

    /// Whether the instance's image can run there.
    fn starts_on(&self, target: &Candidate<'_>) -> bool {
        let kind = target.kind;
        let virtualization = if self.is_paravirtual {
            kind.supports_paravirtual
        } else {
            kind.supports_hvm
        };
        let ena = match kind.ena_support.as_deref() {
            Some("required") => self.has_ena,
            Some(_) => true,
            None => false,
        };
        let hypervisor = match kind.hypervisor.as_deref() {
            // What came without ENA may lack the drivers for NVMe too.
            Some("nitro") => !self.on_xen || self.has_ena,
            Some("xen") => self.on_xen,
            _ => false,
        };
        virtualization == Some(true)
            && ena
            && hypervisor
            && (!self.boot.uefi || kind.supports_uefi == Some(true))
            && (!self.boot.legacy_bios || kind.supports_legacy_bios == Some(true))
    }

    /// CPU of a target, in the unit of the need.
    fn capacity(&self, target: &Candidate<'_>) -> Option<f64> {
        let count = if self.cpu_is_in_cores {
            target.kind.cores
        } else {
            target.kind.vcpus
        };
        count.filter(|count| *count > 0).map(|count| count as f64)
    }

    /// The part of it that may be in use.
    fn usable_cpu(&self, target: &Candidate<'_>) -> Option<f64> {
        let share = if target.family.ends_with("-flex") {
            FLEX_CPU_SHARE
        } else {
            CPU_SHARE
        };
        self.capacity(target).map(|capacity| capacity * share)
    }

    /// CPU that is expected on a target, percent.
    pub(super) fn cpu_percent_on(&self, target: &Candidate<'_>) -> Option<f64> {
        self.capacity(target)
            .map(|capacity| 100.0 * self.cpu / capacity)
    }
}

#[cfg(test)]
#[path = "fit_tests.rs"]
mod tests;
