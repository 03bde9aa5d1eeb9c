//! Things that are sold by the hour and by their size: instances, database instances, cache nodes.

use super::super::ec2;
use super::super::key::SkuKey;
use super::super::sku::{NodeService, section};
use super::product::Product;

const HOURS: &[&str] = &["Hrs", "Hours"];

/// The service codes of AWS's price list.
pub(super) const EC2: &str = "AmazonEC2";
pub(super) const RDS: &str = "AmazonRDS";

/// How a service of nodes stands in the price list: its code, the usage types before the colon with the variant that each
/// is, and the attribute that says the engine where the variant is the engine.
#[derive(Debug)]
pub(super) struct Nodes {
    pub(super) service: NodeService,
    pub(super) code: &'static str,
    usages: &'static [(&'static str, &'static str)],
    engine: Option<&'static str>,
}

/// The services of nodes whose entries are known.
pub(super) static NODES: &[Nodes] = &[
    Nodes {
        service: NodeService::Dax,
        code: "AmazonDAX",
        usages: &[("NodeUsage", "")],
        engine: None,
    },
    Nodes {
        service: NodeService::DocumentDb,
        code: "AmazonDocDB",
        usages: &[
            ("InstanceUsage", ""),
            ("InstanceUsageIOOptimized", "io-optimized"),
        ],
        engine: None,
    },
    Nodes {
        service: NodeService::ElastiCache,
        code: "AmazonElastiCache",
        usages: &[("NodeUsage", "")],
        engine: Some("cacheEngine"),
    },
    Nodes {
        service: NodeService::MemoryDb,
        code: "AmazonMemoryDB",
        usages: &[("NodeUsage", "")],
        engine: Some("engine"),
    },
    Nodes {
        service: NodeService::Neptune,
        code: "AmazonNeptune",
        usages: &[
            ("InstanceUsage", ""),
            ("InstanceUsageIOOptimized", "io-optimized"),
        ],
        engine: None,
    },
    Nodes {
        service: NodeService::OpenSearch,
        code: "AmazonES",
        usages: &[("ESInstance", "")],
        engine: None,
    },
    Nodes {
        service: NodeService::Redshift,
        code: "AmazonRedshift",
        usages: &[("Node", "")],
        engine: None,
    },
];

/// What an entry is the price of, and the price of an hour. None for what is no such thing, and for what is not known well
/// enough to say.
pub(super) fn hour(product: &Product) -> Option<(SkuKey, f64)> {
    let sku = match product.service.as_str() {
        EC2 => instance(product),
        RDS => database(product),
        code => NODES
            .iter()
            .find(|nodes| nodes.code == code)
            .and_then(|nodes| node(nodes, product)),
    }?;
    Some((sku, product.only_price(HOURS)?))
}

/// An EC2 instance on demand that is used: not one that is reserved, idle in a reservation, or on a host.
fn instance(product: &Product) -> Option<SkuKey> {
    let is = |name: &str, values: &[&str]| values.contains(&product.attribute(name));
    let usage = if is("tenancy", &["Dedicated"]) {
        "DedicatedUsage"
    } else {
        "BoxUsage"
    };
    if !product.family.starts_with("Compute Instance")
        || !is("capacitystatus", &["Used"])
        || !is("tenancy", &["Shared", "Dedicated"])
        || !is("marketoption", &["", "OnDemand"])
        || before_colon(product.usage()) != usage
    {
        return None;
    }
    let operation = product.attribute("operation");
    let is_plain = is("operatingSystem", &["Linux"]) && is("preInstalledSw", &["NA", ""]);
    if operation == ec2::LINUX && !is_plain {
        return None;
    }
    let tenancy = match product.attribute("tenancy") {
        "Shared" => "default",
        _ => "dedicated",
    };
    let variant = ec2::variant(operation, tenancy)?;
    let name = size(product)?;
    Some(SkuKey::new(section::EC2, name, &variant))
}

/// The words of the price list for an engine of the book, with the edition where it matters.
pub(super) fn engine_in_list(engine: &str) -> Option<(&'static str, &'static str)> {
    Some(match engine {
        "mysql" => ("MySQL", ""),
        "mariadb" => ("MariaDB", ""),
        "postgresql" => ("PostgreSQL", ""),
        "aurora-mysql" | "aurora-mysql:io-optimized" => ("Aurora MySQL", ""),
        "aurora-postgresql" | "aurora-postgresql:io-optimized" => ("Aurora PostgreSQL", ""),
        "oracle-enterprise" => ("Oracle", "Enterprise"),
        "oracle-standard" => ("Oracle", "Standard"),
        "oracle-standard-two" => ("Oracle", "Standard Two"),
        "sql-server-enterprise" => ("SQL Server", "Enterprise"),
        "sql-server-express" => ("SQL Server", "Express"),
        "sql-server-standard" => ("SQL Server", "Standard"),
        "sql-server-web" => ("SQL Server", "Web"),
        _ => return None,
    })
}

/// An instance of Amazon RDS or Aurora; not RDS Custom.
fn database(product: &Product) -> Option<SkuKey> {
    if product.family != "Database Instance" || product.attribute("deploymentModel") == "Custom" {
        return None;
    }
    let edition = product.attribute("databaseEdition");
    let engine = match product.attribute("databaseEngine") {
        "MySQL" => "mysql",
        "MariaDB" => "mariadb",
        "PostgreSQL" => "postgresql",
        "Aurora MySQL" => "aurora-mysql",
        "Aurora PostgreSQL" => "aurora-postgresql",
        "Oracle" => match edition {
            "Enterprise" => "oracle-enterprise",
            "Standard" => "oracle-standard",
            "Standard Two" => "oracle-standard-two",
            _ => return None,
        },
        "SQL Server" => match edition {
            "Enterprise" => "sql-server-enterprise",
            "Express" => "sql-server-express",
            "Standard" => "sql-server-standard",
            "Web" => "sql-server-web",
            _ => return None,
        },
        _ => return None,
    };
    let license = match product.attribute("licenseModel") {
        "No license required" => "none",
        "License included" => "li",
        "Bring your own license" => "byol",
        _ => return None,
    };
    let usage = before_colon(product.usage());
    let deployment = match (product.attribute("deploymentOption"), usage) {
        ("Single-AZ", "InstanceUsage" | "InstanceUsageIOOptimized") => "single-az",
        ("Multi-AZ" | "Multi-AZ (SQL Server Mirror)", "Multi-AZUsage") => "multi-az",
        ("Multi-AZ (readable standbys)", "Multi-AZClusterUsage") => "multi-az-readable",
        _ => return None,
    };
    let is_aurora = engine.starts_with("aurora");
    let storage = match (usage, is_aurora) {
        ("InstanceUsageIOOptimized", true) => ":io-optimized",
        ("InstanceUsageIOOptimized", false) => return None,
        _ => "",
    };
    let variant = format!("{engine}{storage}/{license}/{deployment}");
    Some(SkuKey::new(section::RDS, size(product)?, &variant))
}

fn node(nodes: &Nodes, product: &Product) -> Option<SkuKey> {
    let usage = before_colon(product.usage());
    let (_, variant) = nodes.usages.iter().find(|(name, _)| *name == usage)?;
    let engine = nodes.engine.map(|name| product.attribute(name));
    let variant = match engine {
        None => variant,
        Some("Redis") => "redis",
        Some("Valkey") => "valkey",
        Some("Memcached") => "memcached",
        Some(_) => return None,
    };
    Some(SkuKey::new(
        nodes.service.section(),
        size(product)?,
        variant,
    ))
}

fn size(product: &Product) -> Option<&str> {
    Some(product.attribute("instanceType")).filter(|size| !size.is_empty())
}

/// `InstanceUsage` of `InstanceUsage:db.r6g.large`.
fn before_colon(usage: &str) -> &str {
    usage.split_once(':').map_or(usage, |(before, _)| before)
}

#[cfg(test)]
#[path = "instance_tests.rs"]
mod tests;
