//! What a month of a database costs by list prices.

use crate::derive::estate::Estate;
use crate::number::BYTES_PER_GIB;
use crate::prices::rds::{
    Deployment, RdsInstance, RdsStorage, rds_instance_lines, rds_storage_lines,
};
use crate::prices::{Breakdown, NodeService, PriceLookup, Sku, Tariff};
use crate::rds::cluster::Cluster;
use crate::rds::cluster_snapshot::ClusterSnapshot;
use crate::rds::instance::Instance;
use crate::rds::snapshot::Snapshot;

use super::support::surcharge_lines;
use super::usage::DatabaseUsage;

/// The class of Aurora Serverless v2.
pub(in crate::derive) const SERVERLESS: &str = "db.serverless";
/// The figures of billed I/O are of five minutes.
const FIVE_MINUTES_A_MONTH: f64 = 12.0 * crate::prices::HOURS_PER_MONTH;

/// What is billed in a state, as AWS lists it
/// (<https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::derive) enum Billed {
    /// Instance and storage.
    All,
    /// The storage alone.
    Storage,
    /// Nothing.
    Nothing,
}

/// What is billed of an instance in this state; None for states of which AWS does not say it.
pub(in crate::derive) fn billed(status: &str) -> Option<Billed> {
    match status {
        "available"
        | "backing-up"
        | "configuring-enhanced-monitoring"
        | "configuring-iam-database-auth"
        | "configuring-log-exports"
        | "converting-to-vpc"
        | "incompatible-option-group"
        | "incompatible-parameters"
        | "maintenance"
        | "modifying"
        | "moving-to-vpc"
        | "rebooting"
        | "renaming"
        | "resetting-master-credentials"
        | "restore-error"
        | "storage-config-upgrade"
        | "storage-full"
        | "storage-initialization"
        | "storage-optimization"
        | "upgrading" => Some(Billed::All),
        "inaccessible-encryption-credentials-recoverable" | "starting" | "stopped" | "stopping" => {
            Some(Billed::Storage)
        }
        "creating"
        | "deleting"
        | "delete-precheck"
        | "failed"
        | "inaccessible-encryption-credentials"
        | "incompatible-create"
        | "incompatible-network"
        | "incompatible-restore"
        | "insufficient-capacity" => Some(Billed::Nothing),
        _ => None,
    }
}

/// Whether the storage of an instance's cluster is I/O-Optimized. AWS says it of the instance too, so the cluster need not
/// have been read.
pub(in crate::derive) fn is_io_optimized(instance: &Instance) -> Option<bool> {
    let storage_type = instance.storage_type.as_deref()?;
    Some(storage_type.ends_with("iopt1"))
}

/// A month of an instance in another class, or in its own, as long as it runs. Unknown for what has no price.
pub(in crate::derive) fn class_lines<'a>(
    prices: &'a dyn PriceLookup,
    instance: &'a Instance,
    class: &'a str,
    io_optimized: bool,
) -> Breakdown<'a> {
    let (Some(engine), Some(deployment)) =
        (instance.engine.as_deref(), instance.deployment.as_deref())
    else {
        return Breakdown::unknown("its engine, or how it is doubled, is not known");
    };
    let region = &instance.id.region;
    let node = |service| {
        let variant = if io_optimized { "io-optimized" } else { "" };
        let sku = Sku::node_hour(service, class, variant);
        Tariff::new(prices, region).hours(format!("{class}, {engine}"), 1.0, sku)
    };
    match engine {
        "docdb" => return node(NodeService::DocumentDb).into(),
        "neptune" => return node(NodeService::Neptune).into(),
        _ => {}
    }
    let priced = |deployment| RdsInstance {
        class,
        engine,
        license_model: instance.license_model.as_deref().unwrap_or_default(),
        deployment,
        io_optimized,
    };
    match deployment {
        "single-az" => rds_instance_lines(prices, region, &priced(Deployment::SingleAz)),
        "multi-az" => rds_instance_lines(prices, region, &priced(Deployment::MultiAz)),
        "multi-az-cluster" => match Sku::rds_instance_hour(&priced(Deployment::MultiAzReadable)) {
            Some(sku) => {
                let what = format!("{class}, {engine}, one of three of a Multi-AZ DB cluster");
                let line = Tariff::new(prices, region).hours(what, 1.0 / 3.0, sku);
                Breakdown::from(line).estimated()
            }
            None => Breakdown::unknown("there is no price for such a Multi-AZ DB cluster"),
        },
        _ => Breakdown::unknown("how it is doubled is not known"),
    }
}

/// A month of an instance's compute while it runs.
pub(in crate::derive) fn compute_lines<'a>(
    prices: &'a dyn PriceLookup,
    instance: &'a Instance,
    usage: &DatabaseUsage,
    io_optimized: bool,
) -> Breakdown<'a> {
    match instance.instance_class.as_deref() {
        None => Breakdown::unknown("its class is not known"),
        Some(SERVERLESS) => serverless_lines(prices, instance, usage, io_optimized),
        Some(class) => class_lines(prices, instance, class, io_optimized),
    }
}

/// A month of a serverless instance of Aurora at its mean capacity. Unknown when that was not measured.
fn serverless_lines<'a>(
    prices: &'a dyn PriceLookup,
    instance: &'a Instance,
    usage: &DatabaseUsage,
    io_optimized: bool,
) -> Breakdown<'a> {
    let capacity = usage.known(&instance.id.resource_id, "ServerlessDatabaseCapacity");
    let Some(capacity) = capacity.filter(|_| instance.product.as_deref() == Some("Aurora")) else {
        return Breakdown::unknown("its capacity was not measured");
    };
    let metric = if io_optimized {
        "serverless_v2_io_optimized_acu_hour"
    } else {
        "serverless_v2_acu_hour"
    };
    let hours = capacity.avg * crate::prices::HOURS_PER_MONTH;
    let line = Tariff::new(prices, &instance.id.region).line(
        "mean serverless capacity",
        hours,
        "ACU-h",
        Sku::rds_storage("aurora", metric),
    );
    Breakdown::from(line).estimated()
}

/// A month of an instance's own storage; nothing where a cluster volume holds the data.
pub(in crate::derive) fn storage_lines<'a>(
    prices: &'a dyn PriceLookup,
    instance: &'a Instance,
) -> Breakdown<'a> {
    let known = (
        instance.product.as_deref(),
        instance.engine.as_deref(),
        instance.storage_type.as_deref(),
        instance.deployment.as_deref(),
    );
    let (Some(product), Some(engine), Some(storage_type), Some(deployment)) = known else {
        return Breakdown::unknown("the type of its storage is not known");
    };
    if product != "RDS" {
        return Breakdown::default();
    }
    let is_plain = matches!(deployment, "single-az" | "multi-az")
        && instance.additional_volume_count == Some(0)
        && instance.dedicated_log_volume == Some(false);
    if !is_plain {
        return Breakdown::unknown(
            "there is no price for the storage of Multi-AZ DB clusters, nor for volumes beside the first",
        );
    }
    let Some(allocated_gib) = instance.allocated_storage_gib else {
        return Breakdown::unknown("the size of its storage is not known");
    };
    let real = |whole: Option<i64>| whole.map(|whole| whole as f64);
    let storage = RdsStorage {
        engine,
        storage_type,
        allocated_gib: allocated_gib as f64,
        iops: real(instance.provisioned_iops),
        throughput_mibps: real(instance.provisioned_throughput_mibps),
        multi_az: deployment == "multi-az",
    };
    rds_storage_lines(prices, &instance.id.region, &storage)
}

/// A month of an instance with its storage, in the state that it is in.
pub(in crate::derive) fn instance_lines<'a>(
    prices: &'a dyn PriceLookup,
    instance: &'a Instance,
    estate: &Estate,
) -> Breakdown<'a> {
    match instance.status.as_deref().and_then(billed) {
        Some(Billed::All) => {
            let mut lines = match is_io_optimized(instance) {
                Some(io_optimized) => {
                    compute_lines(prices, instance, &estate.databases_measured, io_optimized)
                }
                None => Breakdown::unknown("the type of its storage is not known"),
            };
            lines.extend(storage_lines(prices, instance).into_lines());
            let surcharge = surcharge_lines(prices, instance, estate.taken_at);
            lines.extend(surcharge.into_lines());
            lines
        }
        Some(Billed::Storage) => storage_lines(prices, instance),
        Some(Billed::Nothing) => Breakdown::free("nothing is billed in its state"),
        None => Breakdown::unknown("what is billed in its state is not known"),
    }
}

/// A month of a cluster volume's storage, if it were I/O-Optimized or not. Unknown unless its size was measured.
pub(in crate::derive) fn volume_lines<'a>(
    prices: &'a dyn PriceLookup,
    cluster: &'a Cluster,
    usage: &DatabaseUsage,
    io_optimized: bool,
) -> Breakdown<'a> {
    let (what, metric) = if io_optimized {
        ("I/O-Optimized cluster storage", "io_optimized_gb_month")
    } else {
        ("cluster storage", "standard_gb_month")
    };
    match usage.known(&cluster.id.resource_id, "VolumeBytesUsed") {
        Some(bytes) if is_aurora(cluster) => {
            let sku = Sku::rds_storage("aurora", metric);
            let at = Tariff::new(prices, &cluster.id.region);
            let line = at.line(what, bytes.avg / BYTES_PER_GIB, "GiB-month", sku);
            Breakdown::from(line).estimated()
        }
        _ => Breakdown::unknown("the size of its volume was not measured"),
    }
}

/// A month of a cluster's I/O in the standard configuration, at the rate that was measured.
pub(in crate::derive) fn io_lines<'a>(
    prices: &'a dyn PriceLookup,
    cluster: &'a Cluster,
    usage: &DatabaseUsage,
) -> Breakdown<'a> {
    let Some(requests) = io_requests_a_month(cluster, usage) else {
        return Breakdown::unknown("its I/O was not measured");
    };
    let sku = Sku::rds_storage("aurora", "io_request");
    let at = Tariff::new(prices, &cluster.id.region);
    Breakdown::from(at.line("billed reads and writes", requests, "requests", sku)).estimated()
}

/// Billed reads and writes of a month at the rate that was measured.
pub(in crate::derive) fn io_requests_a_month(
    cluster: &Cluster,
    usage: &DatabaseUsage,
) -> Option<f64> {
    let id = &cluster.id.resource_id;
    let reads = usage.known(id, "VolumeReadIOPs")?;
    let writes = usage.known(id, "VolumeWriteIOPs")?;
    is_aurora(cluster).then_some((reads.avg + writes.avg) * FIVE_MINUTES_A_MONTH)
}

fn is_aurora(cluster: &Cluster) -> bool {
    cluster.product.as_deref() == Some("Aurora")
}

/// A month of what a cluster is billed for besides its instances. Unknown unless it was measured.
pub(in crate::derive) fn cluster_lines<'a>(
    prices: &'a dyn PriceLookup,
    cluster: &'a Cluster,
    usage: &DatabaseUsage,
) -> Breakdown<'a> {
    if !is_aurora(cluster) {
        return Breakdown::unknown("the storage of such a cluster is not measured");
    }
    match cluster.io_optimized {
        Some(true) => volume_lines(prices, cluster, usage, true),
        Some(false) => {
            let mut lines = volume_lines(prices, cluster, usage, false);
            lines.extend(io_lines(prices, cluster, usage).into_lines());
            lines
        }
        None => Breakdown::unknown("whether its storage is I/O-Optimized is not known"),
    }
}

/// The most that a manual snapshot can be billed for: all of its storage, though only used blocks are stored, and backups up
/// to the size of the account's databases in the region are free. Automated ones are part of that allowance, and those of
/// AWS Backup are billed there, so theirs is unknown.
pub(in crate::derive) fn snapshot_lines<'a>(
    prices: &'a dyn PriceLookup,
    snapshot: &'a Snapshot,
) -> Breakdown<'a> {
    let is_billed = snapshot.snapshot_type.as_deref() == Some("manual")
        && snapshot.status.as_deref() == Some("available");
    match snapshot.allocated_storage_gib.filter(|_| is_billed) {
        Some(gib) => {
            let sku = Sku::rds_storage("rds", "backup_snapshot_gb_month");
            let at = Tariff::new(prices, &snapshot.id.region);
            let what = "backup storage, at most all of the database's storage";
            Breakdown::from(at.line(what, gib as f64, "GiB-month", sku)).estimated()
        }
        None => Breakdown::unknown(NOT_BY_SIZE),
    }
}

/// Why a snapshot has no price.
const NOT_BY_SIZE: &str =
    "only complete manual snapshots of a known size and with a published price can be estimated";

/// The same of a cluster's snapshot. Only those of Aurora have a price.
pub(in crate::derive) fn cluster_snapshot_lines<'a>(
    prices: &'a dyn PriceLookup,
    snapshot: &'a ClusterSnapshot,
) -> Breakdown<'a> {
    let is_billed = snapshot.snapshot_type.as_deref() == Some("manual")
        && snapshot.status.as_deref() == Some("available")
        && snapshot.product.as_deref() == Some("Aurora");
    match snapshot.allocated_storage_gib.filter(|_| is_billed) {
        Some(gib) => {
            let sku = Sku::rds_storage("aurora", "backup_gb_month");
            let at = Tariff::new(prices, &snapshot.id.region);
            let what = "backup storage, at most all of the cluster's storage";
            Breakdown::from(at.line(what, gib as f64, "GiB-month", sku)).estimated()
        }
        None => Breakdown::unknown(NOT_BY_SIZE),
    }
}

#[cfg(test)]
#[path = "cost_tests.rs"]
mod tests;
