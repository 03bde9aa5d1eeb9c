//! What database instances and their storage cost.
//!
//! Sources: <https://aws.amazon.com/rds/pricing/>, <https://aws.amazon.com/rds/aurora/pricing/>; what gp3 includes:
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html>.

use super::{Breakdown, Cost, PriceLookup, Sku, Tariff};

/// How an instance is doubled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deployment {
    /// One instance. Each instance of an Aurora cluster is one, whatever zones the cluster spans.
    SingleAz,
    /// A primary and a standby (`MultiAZ` of an instance); the price is for both.
    MultiAz,
    /// A Multi-AZ DB cluster: a writer and two readable standbys; the price is for all three.
    MultiAzReadable,
}

/// What the price of a database instance depends on, in the words of the RDS API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RdsInstance<'a> {
    /// `DBInstanceClass`: `db.m6g.large`.
    pub class: &'a str,
    /// `Engine`: `mysql`, `postgres`, `aurora-mysql`, `oracle-se2`, `sqlserver-web`, …
    pub engine: &'a str,
    /// `LicenseModel`: `license-included`, `bring-your-own-license`, …; only Oracle's price depends on it.
    pub license_model: &'a str,
    /// How it is doubled.
    pub deployment: Deployment,
    /// Aurora only: whether the cluster's storage is I/O-Optimized (`StorageType` `aurora-iopt1`), which makes the
    /// instances dearer.
    pub io_optimized: bool,
}

impl RdsInstance<'_> {
    /// The book's variant. None for engines, licences and combinations without a price, such as custom engines, Db2 or SQL
    /// Server with an own licence.
    pub(super) fn variant(&self) -> Option<String> {
        let aurora = self.engine.starts_with("aurora");
        if self.io_optimized && !aurora || aurora && self.deployment == Deployment::MultiAzReadable
        {
            return None;
        }
        let (engine, license) = match self.engine {
            "mysql" => ("mysql", "none"),
            "mariadb" => ("mariadb", "none"),
            "postgres" => ("postgresql", "none"),
            "aurora-mysql" if self.io_optimized => ("aurora-mysql:io-optimized", "none"),
            "aurora-mysql" => ("aurora-mysql", "none"),
            "aurora-postgresql" if self.io_optimized => ("aurora-postgresql:io-optimized", "none"),
            "aurora-postgresql" => ("aurora-postgresql", "none"),
            "oracle-ee" | "oracle-ee-cdb" => ("oracle-enterprise", self.oracle_license()?),
            "oracle-se2" | "oracle-se2-cdb" => ("oracle-standard-two", self.oracle_license()?),
            "sqlserver-ee" => ("sql-server-enterprise", self.included_license()?),
            "sqlserver-se" => ("sql-server-standard", self.included_license()?),
            "sqlserver-web" => ("sql-server-web", self.included_license()?),
            "sqlserver-ex" => ("sql-server-express", self.included_license()?),
            _ => return None,
        };
        let deployment = match self.deployment {
            Deployment::MultiAz if !aurora => "multi-az",
            Deployment::MultiAzReadable => "multi-az-readable",
            _ => "single-az",
        };
        Some(format!("{engine}/{license}/{deployment}"))
    }

    fn oracle_license(&self) -> Option<&'static str> {
        match self.license_model {
            "license-included" => Some("li"),
            "bring-your-own-license" => Some("byol"),
            _ => None,
        }
    }

    fn included_license(&self) -> Option<&'static str> {
        (self.license_model == "license-included").then_some("li")
    }
}

/// A month of a running database instance, without storage.
pub fn rds_instance_monthly(
    prices: &dyn PriceLookup,
    region: &str,
    instance: &RdsInstance<'_>,
) -> Cost {
    rds_instance_lines(prices, region, instance).cost()
}

/// The line of [`rds_instance_monthly`].
pub fn rds_instance_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    instance: &RdsInstance<'a>,
) -> Breakdown<'a> {
    let Some(sku) = Sku::rds_instance_hour(instance) else {
        return Breakdown::unknown(format!(
            "there is no price for {} with the licence {}, so deployed",
            instance.engine, instance.license_model
        ));
    };
    let deployment = match instance.deployment {
        Deployment::SingleAz => "single-AZ",
        Deployment::MultiAz => "Multi-AZ",
        Deployment::MultiAzReadable => "Multi-AZ with readable standbys",
    };
    let what = format!("{}, {}, {deployment}", instance.class, instance.engine);
    Tariff::new(prices, region).hours(what, 1.0, sku).into()
}

/// Storage of a database instance, in the words of the RDS API.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RdsStorage<'a> {
    /// `Engine`; decides what gp3 includes.
    pub engine: &'a str,
    /// `StorageType`: `gp2`, `gp3`, `io1`, `io2` or `standard` (magnetic). Aurora bills its storage by cluster and use.
    pub storage_type: &'a str,
    /// `AllocatedStorage`, GiB.
    pub allocated_gib: f64,
    /// `Iops`, the total; needed for gp3, io1 and io2.
    pub iops: Option<f64>,
    /// `StorageThroughput`, the total, MiB/s; needed for gp3.
    pub throughput_mibps: Option<f64>,
    /// Whether the instance has a standby, whose storage costs as much again.
    pub multi_az: bool,
}

/// A month of a database instance's storage, whether it runs or is stopped. I/O requests of magnetic storage are billed on top.
/// Unknown for types without a price (the IOPS of io2 among them) and where `iops` or throughput are needed and missing.
pub fn rds_storage_monthly(
    prices: &dyn PriceLookup,
    region: &str,
    storage: &RdsStorage<'_>,
) -> Cost {
    rds_storage_lines(prices, region, storage).cost()
}

/// The lines of [`rds_storage_monthly`].
pub fn rds_storage_lines<'a>(
    prices: &'a dyn PriceLookup,
    region: &'a str,
    storage: &RdsStorage<'a>,
) -> Breakdown<'a> {
    let scope = if storage.multi_az {
        "rds:multi-az"
    } else {
        "rds:single-az"
    };
    let at = Tariff::new(prices, region);
    let sku = |metric| Sku::rds_storage(scope, metric);
    let copies = if storage.multi_az {
        ", with standby"
    } else {
        ""
    };
    let space = |metric| {
        let what = format!("{} storage{copies}", storage.storage_type);
        Breakdown::from(at.line(what, storage.allocated_gib, "GiB-month", sku(metric)))
    };
    let (iops_name, iops_unit) = ("provisioned IOPS", "IOPS-month");
    match (storage.storage_type, storage.iops, storage.throughput_mibps) {
        ("gp2", _, _) => space("gp2_gb_month"),
        ("standard", _, _) => space("magnetic_gb_month"),
        ("io1", Some(iops), _) => {
            let mut sum = space("io1_gb_month");
            sum.extend([at.line(iops_name, iops, iops_unit, sku("io1_iops_month"))]);
            sum
        }
        ("io2", Some(iops), _) => {
            let mut sum = space("io2_gb_month");
            sum.extend(at.extra(iops_name, iops, iops_unit, sku("io2_iops_month")));
            sum
        }
        ("gp3", Some(iops), Some(throughput)) if iops.is_finite() && throughput.is_finite() => {
            let Some((included_iops, included_throughput)) =
                gp3_included(storage.engine, storage.allocated_gib)
            else {
                return Breakdown::unknown(format!(
                    "what gp3 includes for {} is not known",
                    storage.engine
                ));
            };
            let extra_iops = (iops - included_iops).max(0.0);
            let extra_throughput = (throughput - included_throughput).max(0.0);
            let mut sum = space("gp3_gb_month");
            sum.extend(at.extra(
                "IOPS above those that gp3 includes",
                extra_iops,
                "IOPS-month",
                sku("gp3_iops_month_over_baseline"),
            ));
            sum.extend(at.extra(
                "throughput above what gp3 includes",
                extra_throughput,
                "MiB/s-month",
                sku("gp3_throughput_mbps_month_over_baseline"),
            ));
            sum
        }
        (kind @ ("gp3" | "io1" | "io2"), _, _) => Breakdown::unknown(format!(
            "the IOPS or throughput of its {kind} storage is not known"
        )),
        (kind, _, _) => Breakdown::unknown(format!("there is no price for {kind} storage")),
    }
}

/// IOPS and MiB/s that gp3 storage of an engine includes: larger volumes are striped over four. None for other engines.
pub(crate) fn gp3_included(engine: &str, allocated_gib: f64) -> Option<(f64, f64)> {
    let striped_from_gib = match engine {
        "mysql" | "mariadb" | "postgres" => 400.0,
        _ if engine.starts_with("oracle-") => 200.0,
        _ if engine.starts_with("sqlserver-") => f64::INFINITY,
        _ => return None,
    };
    Some(if allocated_gib >= striped_from_gib {
        (12_000.0, 500.0)
    } else {
        (3_000.0, 125.0)
    })
}

#[cfg(test)]
#[path = "rds_tests.rs"]
mod tests;
