//! Whether an instance may be resized one by one at all, and if not, why not.

use crate::ec2::instance::Instance;
use crate::ec2::instance_type::InstanceType;
use crate::ec2::successor::family_name;
use crate::prices::ec2::LINUX;
use crate::prices::{Cost, HOURS_PER_MONTH};

use super::pricing::Terms;

/// What is not known, or what stands in the way.
pub(super) type Reason = String;

/// How an image boots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BootModes {
    /// The target must boot in UEFI mode.
    pub(super) uefi: bool,
    /// The target must boot in legacy BIOS mode.
    pub(super) legacy_bios: bool,
}

/// An instance that may be resized, with everything known that a target is compared with.
#[derive(Clone, Debug)]
pub(super) struct Source<'a> {
    /// What its measurements are known by.
    pub(super) resource_id: &'a str,
    /// What AWS says of its present type.
    pub(super) kind: &'a InstanceType,
    /// Family of the present type.
    pub(super) family: &'a str,
    /// Availability Zone.
    pub(super) zone: &'a str,
    /// `x86_64`, `arm64` or `i386`.
    pub(super) architecture: &'a str,
    /// vCPUs, CPU options included.
    pub(super) vcpus: i64,
    /// Whether each vCPU is a core of its own.
    pub(super) has_whole_cores: bool,
    /// Memory, MiB.
    pub(super) memory_mib: i64,
    /// Instance store, GB; 0 without.
    pub(super) instance_storage_gb: i64,
    /// Attached volumes.
    pub(super) volumes: i64,
    /// Attached interfaces.
    pub(super) interfaces: i64,
    /// Most private IPv4 addresses on an interface.
    pub(super) ipv4_per_interface: i64,
    /// Whether it is paravirtual instead of HVM.
    pub(super) is_paravirtual: bool,
    /// Whether it has enhanced networking (ENA).
    pub(super) has_ena: bool,
    /// How it must be able to boot.
    pub(super) boot: BootModes,
    /// Whether it has a virtual TPM.
    pub(super) has_tpm: bool,
    /// Whether it has to stay in its family: a cluster placement group may take no other.
    pub(super) stays_in_family: bool,
    /// What its price depends on besides the type.
    pub(super) terms: Terms<'a>,
    /// Present price of a month.
    pub(super) monthly: Cost,
    /// The same by the hour, USD.
    pub(super) hourly_usd: f64,
}

/// vCPUs, CPU options included.
pub(super) fn vcpus(instance: &Instance) -> Option<i64> {
    let vcpus = instance
        .cpu_cores?
        .checked_mul(instance.cpu_threads_per_core?)?;
    (vcpus > 0).then_some(vcpus)
}

/// The instance if it may be resized. `kind` is the description of its present type, `present` its price.
pub(super) fn check<'a>(
    instance: &'a Instance,
    kind: Option<&'a InstanceType>,
    present: Cost,
) -> Result<Source<'a>, Reason> {
    is_resized_alone(instance)?;
    check_member(instance, kind, present)
}

/// The same of a member of a group, which is resized along with all others.
pub(super) fn check_member<'a>(
    instance: &'a Instance,
    kind: Option<&'a InstanceType>,
    present: Cost,
) -> Result<Source<'a>, Reason> {
    is_ours_to_resize(instance)?;
    let name = known(&instance.instance_type, "its type")?;
    let kind = kind.ok_or_else(|| format!("what AWS says of the type {name} was not read"))?;
    is_ordinary(kind)?;
    is_movable(instance)?;
    has_free_licences(instance)?;
    let terms = Terms {
        operation: known(
            &instance.usage_operation,
            "the operating system that is billed",
        )?,
        tenancy: known(&instance.tenancy, "its tenancy")?,
    };
    let monthly_usd = present
        .usd()
        .ok_or_else(|| no_price(instance, name, terms))?;
    Ok(Source {
        resource_id: &instance.id.resource_id,
        kind,
        family: family_name(name).unwrap_or(name),
        zone: known(&instance.zone, "its Availability Zone")?,
        architecture: architecture(instance)?,
        vcpus: vcpus(instance).ok_or("the number of its vCPUs is not known")?,
        has_whole_cores: instance.cpu_threads_per_core == Some(1),
        memory_mib: number(kind.memory_mib, "the memory of its type")?,
        instance_storage_gb: number(
            kind.instance_storage_gb,
            "the size of the instance store of its type",
        )?,
        volumes: number(instance.volume_count, "the number of its volumes")?,
        interfaces: number(instance.interface_count, "the number of its interfaces")?,
        ipv4_per_interface: number(
            instance.max_ipv4_per_interface,
            "the number of its addresses",
        )?,
        is_paravirtual: is_paravirtual(instance)?,
        has_ena: has_ena(instance, kind)?,
        boot: boot_modes(instance, kind),
        has_tpm: has_tpm(instance, kind),
        stays_in_family: is_in_placement_group(instance)?,
        terms,
        monthly: present,
        hourly_usd: monthly_usd / HOURS_PER_MONTH,
    })
}

fn known<'a>(text: &'a Option<String>, what: &str) -> Result<&'a str, Reason> {
    let text = text.as_deref().filter(|text| !text.is_empty());
    text.ok_or_else(|| unknown(what))
}

fn number(number: Option<i64>, what: &str) -> Result<i64, Reason> {
    number.ok_or_else(|| unknown(what))
}

fn unknown(what: &str) -> Reason {
    format!("{what} is not known")
}

/// Fails when the flag is set, and when nobody knows.
fn is_not(flag: Option<bool>, reason: &str) -> Result<(), Reason> {
    match flag {
        Some(false) => Ok(()),
        Some(true) => Err(reason.to_owned()),
        None => Err(format!("whether this holds is not known: {reason}")),
    }
}

/// Whether nothing else decides on its size.
fn is_resized_alone(instance: &Instance) -> Result<(), Reason> {
    match instance.autoscaling_group.as_deref() {
        Some("") => {}
        Some(_) => {
            return Err(
                "member of an Auto Scaling group; the group is judged as a whole".to_owned(),
            );
        }
        None => return Err(unknown("whether an Auto Scaling group owns it")),
    }
    match instance.managed_by.as_deref() {
        Some("") => Ok(()),
        Some(manager) => Err(format!("managed by {manager}")),
        None => Err(unknown("what manages it")),
    }
}

/// Whether it is bought by the hour, on hardware that AWS chooses.
fn is_ours_to_resize(instance: &Instance) -> Result<(), Reason> {
    match instance.lifecycle.as_deref() {
        Some("on-demand") => {}
        Some("spot") => return Err("Spot instance".to_owned()),
        Some("scheduled") => return Err("scheduled instance".to_owned()),
        Some("capacity-block") => return Err("part of a capacity block".to_owned()),
        Some(other) => return Err(format!("bought as {other}")),
        None => return Err(unknown("how it is bought")),
    }
    match instance.tenancy.as_deref() {
        Some("default" | "dedicated") => Ok(()),
        Some("host") => Err("on a dedicated host".to_owned()),
        Some(other) => Err(format!("{other} tenancy")),
        None => Err(unknown("its tenancy")),
    }
}

/// Whether the CPU figures tell how busy a type is.
fn is_ordinary(kind: &InstanceType) -> Result<(), Reason> {
    is_not(kind.bare_metal, "bare metal")?;
    match kind.accelerator_count {
        Some(0) => {}
        Some(_) => return Err("has accelerators, whose load is not measured".to_owned()),
        None => return Err(unknown("whether it has accelerators")),
    }
    match kind.burstable {
        Some(_) => Ok(()),
        None => Err(unknown("whether its type is burstable")),
    }
}

/// Whether it can be stopped and started on other hardware.
fn is_movable(instance: &Instance) -> Result<(), Reason> {
    match instance.root_device_type.as_deref() {
        Some("ebs") => {}
        Some(_) => return Err("its root is an instance store: it cannot be stopped".to_owned()),
        None => return Err(unknown("the kind of its root device")),
    }
    is_not(instance.has_efa, "uses an Elastic Fabric Adapter")?;
    is_not(instance.enclave, "uses a Nitro enclave")?;
    is_not(instance.hibernation, "set up for hibernation")?;
    is_not(
        instance.capacity_reservation,
        "runs in a capacity reservation that targets it",
    )
}

fn is_in_placement_group(instance: &Instance) -> Result<bool, Reason> {
    let group = instance.placement_group.as_deref();
    group
        .map(|group| !group.is_empty())
        .ok_or_else(|| unknown("its placement group"))
}

/// Whether nobody's licence limits its types or counts its cores.
fn has_free_licences(instance: &Instance) -> Result<(), Reason> {
    match instance.product_code_count {
        Some(0) => {}
        Some(_) => return Err("from AWS Marketplace, which may limit its types".to_owned()),
        None => return Err(unknown("whether it is from AWS Marketplace")),
    }
    match instance.license_count {
        Some(0) => Ok(()),
        Some(_) => Err("has licences that may count cores".to_owned()),
        None => Err(unknown("whether it has licences")),
    }
}

/// The price of Linux is missing for a type or region, that of another system for the system.
fn no_price(instance: &Instance, name: &str, terms: Terms<'_>) -> Reason {
    if terms.operation == LINUX && terms.tenancy == "default" {
        let region = &instance.id.region;
        return format!("the price of {name} in {region} is not known");
    }
    let platform = instance.platform_details.as_deref();
    let platform = platform.unwrap_or(terms.operation);
    let hardware = match terms.tenancy {
        "default" => "",
        _ => " of dedicated tenancy",
    };
    format!("the price of {platform}{hardware} is not known")
}

/// Where AWS does not say, it may have what the present type offers.
fn has_tpm(instance: &Instance, kind: &InstanceType) -> bool {
    match instance.tpm_support.as_deref() {
        Some(version) => !version.is_empty(),
        None => kind.supports_nitro_tpm == Some(true),
    }
}

fn architecture(instance: &Instance) -> Result<&str, Reason> {
    match known(&instance.architecture, "its architecture")? {
        known @ ("x86_64" | "arm64" | "i386") => Ok(known),
        other => Err(format!("architecture {other}")),
    }
}

fn is_paravirtual(instance: &Instance) -> Result<bool, Reason> {
    match known(&instance.virtualization_type, "its virtualization type")? {
        "hvm" => Ok(false),
        "paravirtual" => Ok(true),
        other => Err(format!("virtualization type {other}")),
    }
}

/// An instance that runs on a type which demands ENA has it, whatever its attribute says.
fn has_ena(instance: &Instance, kind: &InstanceType) -> Result<bool, Reason> {
    if kind.ena_support.as_deref() == Some("required") {
        return Ok(true);
    }
    instance
        .ena_support
        .ok_or_else(|| unknown("whether it has enhanced networking (ENA)"))
}

/// Where AWS does not say in which mode it runs, the target has to know all the modes that the present type knows.
fn boot_modes(instance: &Instance, kind: &InstanceType) -> BootModes {
    match instance.boot_mode.as_deref() {
        Some("uefi") => BootModes {
            uefi: true,
            legacy_bios: false,
        },
        Some("legacy-bios") => BootModes {
            uefi: false,
            legacy_bios: true,
        },
        _ => BootModes {
            uefi: kind.supports_uefi != Some(false),
            legacy_bios: kind.supports_legacy_bios != Some(false),
        },
    }
}

#[cfg(test)]
#[path = "eligibility_tests.rs"]
mod tests;
