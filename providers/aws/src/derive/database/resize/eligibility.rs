//! Whether a database instance may be resized at all, and with whom.

use crate::derive::database::cost::{SERVERLESS, class_lines, is_io_optimized};
use crate::derive::estate::Estate;
use crate::prices::PriceLookup;
use crate::rds::class::Class;
use crate::rds::instance::Instance;

/// What is not known, or what stands in the way.
pub(super) type Reason = String;

/// AWS fails over to readers of these tiers first and keeps them as large as the writer.
const LAST_TIER_OF_THE_WRITER: i64 = 1;

/// An instance that may be resized.
#[derive(Clone, Debug)]
pub(super) struct Source<'e> {
    /// The instance.
    pub(super) instance: &'e Instance,
    /// Its engine.
    pub(super) engine: &'e str,
    /// Name of its class.
    pub(super) name: &'e str,
    /// Its class.
    pub(super) class: Class,
    /// Whether its storage is the volume of an Aurora cluster.
    pub(super) is_aurora: bool,
    /// Whether that is I/O-Optimized.
    pub(super) io_optimized: bool,
    /// All that move together, itself among them, with their classes.
    pub(super) group: Vec<(&'e Instance, Class)>,
}

fn unknown(what: &str) -> Reason {
    format!("{what} is not known")
}

fn known<'e>(value: &'e Option<String>, what: &str) -> Result<&'e str, Reason> {
    value.as_deref().ok_or_else(|| unknown(what))
}

/// An instance with all that a target is compared with, or why there is no such thing.
pub(super) fn check<'e>(
    instance: &'e Instance,
    estate: &'e Estate,
    prices: &dyn PriceLookup,
) -> Result<Source<'e>, Reason> {
    let engine = known(&instance.engine, "its engine")?;
    if engine.starts_with("custom-") {
        return Err("RDS Custom: what runs on it is not known".to_owned());
    }
    let name = known(&instance.instance_class, "its class")?;
    let class = class_of(instance)?;
    if known(&instance.deployment, "how it is doubled")? == "multi-az-cluster" {
        return Err("a Multi-AZ DB cluster changes the class of all three at once".to_owned());
    }
    match instance.processor_feature_count {
        Some(0) => {}
        Some(_) => return Err("its processor features were chosen by hand".to_owned()),
        None => return Err(unknown("whether processor features were chosen")),
    }
    let io_optimized =
        is_io_optimized(instance).ok_or_else(|| unknown("the type of its storage"))?;
    if class_lines(prices, instance, name, io_optimized)
        .cost()
        .usd()
        .is_none()
    {
        let region = &instance.id.region;
        return Err(format!(
            "there is no price for {name} with {engine} in {region}"
        ));
    }
    Ok(Source {
        instance,
        engine,
        name,
        class,
        is_aurora: instance.product.as_deref() == Some("Aurora"),
        io_optimized,
        group: group(instance, class, estate)?,
    })
}

/// The class of an instance that may be resized.
fn class_of(instance: &Instance) -> Result<Class, Reason> {
    let name = known(&instance.instance_class, "its class")?;
    if name == SERVERLESS {
        return Err("serverless: it scales by itself".to_owned());
    }
    let class = Class::named(name).ok_or_else(|| unknown(&format!("the size of {name}")))?;
    if class.is_burstable() {
        return Err("burstable class: its CPU credits have to be simulated".to_owned());
    }
    Ok(class)
}

/// Whether an instance of a cluster is the writer, or a reader that AWS makes the writer first.
fn stands_for_the_writer(instance: &Instance) -> Result<bool, Reason> {
    match known(&instance.cluster_role, "its role in the cluster")? {
        "writer" => Ok(true),
        _ => instance
            .promotion_tier
            .map(|tier| tier <= LAST_TIER_OF_THE_WRITER)
            .ok_or_else(|| unknown("its promotion tier")),
    }
}

/// All that have to move together: the writer and the readers that may take its place.
fn group<'e>(
    instance: &'e Instance,
    class: Class,
    estate: &'e Estate,
) -> Result<Vec<(&'e Instance, Class)>, Reason> {
    let own = vec![(instance, class)];
    let cluster = known(&instance.cluster_resource_id, "its cluster")?;
    if cluster.is_empty() || !stands_for_the_writer(instance)? {
        return Ok(own);
    }
    let mut group = own;
    for other in &estate.databases {
        let is_other = other.id.resource_id != instance.id.resource_id
            && other.cluster_resource_id.as_deref() == Some(cluster);
        if is_other && stands_for_the_writer(other)? {
            let class = class_of(other).map_err(|reason| {
                let name = &other.id.short_id;
                format!("{name} has to move with it, and: {reason}")
            })?;
            group.push((other, class));
        }
    }
    Ok(group)
}
