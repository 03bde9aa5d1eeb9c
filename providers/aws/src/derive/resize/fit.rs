//! Whether a type meets what an instance needs.

use billhook_catalog::RightsizingProfile;

use super::candidates::Candidate;
use super::demand::{Demand, Network, Rate};
use super::eligibility::{BootModes, Reason, Source};

/// What flex types give at all times, as a share of their CPU; more only for most of a day
/// (<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/flex-instances.html>).
const FLEX_CPU_SHARE: f64 = 0.40;
/// Share of the network bandwidth of a target that may be in use.
const NETWORK_SHARE: f64 = 0.80;

/// What an image or an attachment asks of a type, however large it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Form {
    attachments: i64,
    interfaces: i64,
    ipv4_per_interface: i64,
    instance_storage_gb: i64,
    least_vcpus: i64,
    is_paravirtual: bool,
    has_ena: bool,
    has_tpm: bool,
    boot: BootModes,
    /// Whether the instance runs on Xen: it may go anywhere it has drivers for, while nothing goes back to Xen.
    on_xen: bool,
}

impl Form {
    /// Of an instance.
    pub(super) fn of(source: &Source<'_>) -> Self {
        Self {
            // Many types count volumes and interfaces against one limit.
            attachments: source.volumes + source.interfaces,
            interfaces: source.interfaces,
            ipv4_per_interface: source.ipv4_per_interface,
            instance_storage_gb: source.instance_storage_gb,
            least_vcpus: source.terms.least_vcpus(),
            is_paravirtual: source.is_paravirtual,
            has_ena: source.has_ena,
            has_tpm: source.has_tpm,
            boot: source.boot,
            on_xen: source.kind.hypervisor.as_deref() == Some("xen"),
        }
    }

    /// Of the same machine from an image for another architecture: its drivers and boot mode come with the new image.
    pub(super) fn of_new_image(source: &Source<'_>) -> Self {
        Self {
            is_paravirtual: false,
            has_ena: true,
            boot: BootModes {
                uefi: false,
                legacy_bios: false,
            },
            ..Self::of(source)
        }
    }

    /// Whether a type has all of it. What is not known of the type is not there.
    pub(super) fn is_met_by(&self, target: &Candidate<'_>) -> bool {
        let kind = target.kind;
        let whole = |offered: Option<i64>, needed: i64| offered.is_some_and(|it| it >= needed);
        whole(kind.vcpus, self.least_vcpus)
            && whole(kind.max_ebs_attachments, self.attachments)
            && whole(kind.max_interfaces, self.interfaces)
            && whole(kind.max_ipv4_per_interface, self.ipv4_per_interface)
            && whole(kind.instance_storage_gb, self.instance_storage_gb)
            && (!self.has_tpm || kind.supports_nitro_tpm == Some(true))
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
}

/// A bandwidth that is needed: for good, and at times.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bandwidth {
    baseline: f64,
    peak: f64,
}

impl Bandwidth {
    /// Without the busiest hour, which older snapshots lack, the baseline has to bear the peak.
    fn of(sustained: Option<f64>, peak: f64) -> Self {
        Self {
            baseline: sustained.unwrap_or(peak),
            peak,
        }
    }

    fn scaled(self, factor: f64) -> Self {
        Self {
            baseline: self.baseline * factor,
            peak: self.peak * factor,
        }
    }

    /// What is not known of a peak is no more than the baseline.
    fn is_met_by(self, baseline: Option<f64>, peak: Option<f64>) -> bool {
        let Some(baseline) = baseline else {
            return false;
        };
        self.baseline <= baseline && self.peak <= peak.unwrap_or(baseline).max(baseline)
    }
}

/// The least that a target must offer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Needs {
    /// CPU in use, vCPUs or cores.
    cpu: f64,
    /// Whether `cpu` counts cores: a vCPU that is half a core does less than one that is a whole one.
    cpu_is_in_cores: bool,
    /// Share of a target's CPU that may be in use.
    cpu_share: f64,
    memory_mib: f64,
    network_gbps: Bandwidth,
    ebs_iops: Bandwidth,
    ebs_mbps: Bandwidth,
    /// Whether it wanted more of EBS than its type gives. What it would have taken is not known then.
    at_ebs_limit: bool,
}

impl Needs {
    /// None without CPU figures. Fails when a demand was not measured and the present baseline, which would be kept instead,
    /// is not known either.
    pub(super) fn of(
        source: &Source<'_>,
        demand: &Demand,
        profile: RightsizingProfile,
    ) -> Result<Option<Self>, Reason> {
        let Some(cpu) = demand.cpu else {
            return Ok(None);
        };
        let memory_share = 1.0 - profile.memory_headroom_percent() / 100.0;
        let memory = demand.memory.map(|memory| memory.mib / memory_share);
        let (iops, mbps) = ebs(source, demand)?;
        Ok(Some(Self {
            cpu: cpu.vcpus,
            cpu_is_in_cores: source.has_whole_cores,
            cpu_share: 1.0 - profile.cpu_headroom_percent() / 100.0,
            // What is not measured is kept.
            memory_mib: memory.unwrap_or(source.memory_mib as f64),
            network_gbps: network(source, demand)?,
            ebs_iops: iops,
            ebs_mbps: mbps,
            at_ebs_limit: demand.ebs_limit_reached == Some(true),
        }))
    }

    /// Whether a type offers all of it. What is not known of the type is not offered.
    pub(super) fn are_met_by(&self, target: &Candidate<'_>) -> bool {
        let kind = target.kind;
        let memory = kind.memory_mib.map(|mib| mib as f64);
        !self.at_ebs_limit
            && self.usable_cpu(target).is_some_and(|cpu| cpu >= self.cpu)
            && memory.is_some_and(|memory| memory >= self.memory_mib)
            && self
                .network_gbps
                .is_met_by(kind.network_baseline_gbps, kind.network_peak_gbps)
            && self.ebs_iops.is_met_by(
                kind.ebs_baseline_iops.map(|iops| iops as f64),
                kind.ebs_maximum_iops.map(|iops| iops as f64),
            )
            && self
                .ebs_mbps
                .is_met_by(kind.ebs_baseline_mbps, kind.ebs_maximum_mbps)
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
            self.cpu_share.min(FLEX_CPU_SHARE)
        } else {
            self.cpu_share
        };
        self.capacity(target).map(|capacity| capacity * share)
    }

    /// CPU that is expected on a target at the profile's percentile, percent.
    pub(super) fn cpu_percent_on(&self, target: &Candidate<'_>) -> Option<f64> {
        self.capacity(target)
            .map(|capacity| 100.0 * self.cpu / capacity)
    }
}

/// In the place of what was not measured, the present baseline.
fn kept(what: &str, source: &Source<'_>, baseline: Option<f64>) -> Result<Bandwidth, Reason> {
    let name = &source.kind.instance_type;
    let baseline = baseline.ok_or_else(|| {
        format!(
            "its {what} traffic is not measured, and the {what} baseline of {name} is not known"
        )
    })?;
    Ok(Bandwidth::of(None, baseline))
}

fn network(source: &Source<'_>, demand: &Demand) -> Result<Bandwidth, Reason> {
    match demand.network {
        Some(Network {
            peak_gbps,
            sustained_gbps,
        }) => Ok(Bandwidth::of(sustained_gbps, peak_gbps).scaled(1.0 / NETWORK_SHARE)),
        None => kept("network", source, source.kind.network_baseline_gbps),
    }
}

/// Operations and megabytes a second.
fn ebs(source: &Source<'_>, demand: &Demand) -> Result<(Bandwidth, Bandwidth), Reason> {
    if let Some(ebs) = demand.ebs {
        let of = |part: fn(&Rate) -> f64| {
            Bandwidth::of(ebs.sustained.as_ref().map(part), part(&ebs.peak))
        };
        return Ok((of(|rate| rate.iops), of(|rate| rate.mbps)));
    }
    let kind = source.kind;
    let iops = kind.ebs_baseline_iops.map(|iops| iops as f64);
    Ok((
        kept("EBS", source, iops)?,
        kept("EBS", source, kind.ebs_baseline_mbps)?,
    ))
}

#[cfg(test)]
#[path = "fit_tests.rs"]
mod tests;
