//! Which entries are instances that run on demand, and which only look like it.

use serde_json::{Map, Value, json};

use super::*;

fn entry(service: &str, family: &str, attributes: &Map<String, Value>) -> Product {
    let entry = json!({
        "product": { "productFamily": family, "attributes": attributes, "sku": "A" },
        "serviceCode": service,
        "terms": { "OnDemand": { "A.B": { "priceDimensions": { "A.B.C": {
            "unit": "Hrs", "beginRange": "0", "pricePerUnit": { "USD": "0.5" },
        } } } } },
    });
    Product::parse(&entry.to_string()).expect("an entry")
}

/// The attributes `base`, some of which are others.
fn with(base: &Value, changes: &[(&str, &str)]) -> Map<String, Value> {
    let mut attributes = base.as_object().expect("an object").clone();
    for (name, value) in changes {
        attributes.insert((*name).to_owned(), json!(value));
    }
    attributes
}

fn name(product: &Product) -> Option<String> {
    hour(product).map(|(key, usd)| {
        assert_eq!(usd, 0.5);
        key.to_string()
    })
}

#[test]
fn instances_by_operation_and_tenancy() {
    let linux = json!({ "regionCode": "eu-central-1", "usagetype": "EUC1-BoxUsage:m5.large", "instanceType": "m5.large",
        "operation": "RunInstances", "operatingSystem": "Linux", "tenancy": "Shared", "capacitystatus": "Used",
        "preInstalledSw": "NA", "marketoption": "OnDemand", "licenseModel": "No License required" });
    let of = |changes: &[(&str, &str)]| {
        name(&entry(
            "AmazonEC2",
            "Compute Instance",
            &with(&linux, changes),
        ))
    };
    assert_eq!(of(&[]).as_deref(), Some("ec2 m5.large"));
    let windows = [
        ("operation", "RunInstances:0002"),
        ("operatingSystem", "Windows"),
    ];
    assert_eq!(
        of(&windows).as_deref(),
        Some("ec2 m5.large RunInstances:0002")
    );
    let dedicated = [
        ("tenancy", "Dedicated"),
        ("usagetype", "EUC1-DedicatedUsage:m5.large"),
    ];
    assert_eq!(
        of(&dedicated).as_deref(),
        Some("ec2 m5.large RunInstances/dedicated")
    );
    let metal = with(
        &linux,
        &[
            ("instanceType", "m5.metal"),
            ("usagetype", "EUC1-BoxUsage:m5.metal"),
        ],
    );
    let metal = entry("AmazonEC2", "Compute Instance (bare metal)", &metal);
    assert_eq!(name(&metal).as_deref(), Some("ec2 m5.metal"));
    for other in [
        ("capacitystatus", "UnusedCapacityReservation"),
        ("capacitystatus", "AllocatedCapacityReservation"),
        ("tenancy", "Host"),
        ("tenancy", "Reserved"),
        ("marketoption", "CapacityBlock"),
        ("usagetype", "EUC1-UnusedBox:m5.large"),
        ("usagetype", "EUC1-HostBoxUsage:m5.large"),
        ("preInstalledSw", "SQL Std"),
        ("operatingSystem", "RHEL"),
        ("operation", "Hourly"),
        ("instanceType", ""),
    ] {
        assert_eq!(of(&[other]), None, "{other:?}");
    }
    assert_eq!(
        name(&entry("AmazonEC2", "Dedicated Host", &with(&linux, &[]))),
        None
    );
}

#[test]
fn database_instances_by_engine_licence_and_deployment() {
    let base = json!({ "regionCode": "us-east-1", "usagetype": "InstanceUsage:db.r6g.large", "instanceType": "db.r6g.large",
        "databaseEngine": "PostgreSQL", "deploymentOption": "Single-AZ", "licenseModel": "No license required" });
    let of = |changes: &[(&str, &str)]| {
        name(&entry(
            "AmazonRDS",
            "Database Instance",
            &with(&base, changes),
        ))
    };
    let is = |changes: &[(&str, &str)], variant: &str| {
        let expected = format!("rds db.r6g.large {variant}");
        assert_eq!(of(changes), Some(expected), "{changes:?}");
    };
    is(&[], "postgresql/none/single-az");
    is(
        &[
            ("deploymentOption", "Multi-AZ"),
            ("usagetype", "Multi-AZUsage:db.r6g.large"),
        ],
        "postgresql/none/multi-az",
    );
    is(
        &[
            ("deploymentOption", "Multi-AZ (readable standbys)"),
            ("usagetype", "Multi-AZClusterUsage:db.r6g.large"),
        ],
        "postgresql/none/multi-az-readable",
    );
    is(
        &[("databaseEngine", "Aurora MySQL")],
        "aurora-mysql/none/single-az",
    );
    is(
        &[
            ("databaseEngine", "Aurora PostgreSQL"),
            ("usagetype", "InstanceUsageIOOptimized:db.r6g.large"),
        ],
        "aurora-postgresql:io-optimized/none/single-az",
    );
    is(
        &[
            ("databaseEngine", "SQL Server"),
            ("databaseEdition", "Web"),
            ("licenseModel", "License included"),
        ],
        "sql-server-web/li/single-az",
    );
    is(
        &[
            ("databaseEngine", "Oracle"),
            ("databaseEdition", "Standard Two"),
            ("licenseModel", "Bring your own license"),
        ],
        "oracle-standard-two/byol/single-az",
    );
    for other in [
        ("deploymentModel", "Custom"),
        ("databaseEngine", "Db2"),
        ("databaseEngine", "SQL Server"),
        ("deploymentOption", "Multi-AZ"),
        ("usagetype", "InstanceUsageIOOptimized:db.r6g.large"),
        ("usagetype", "Multi-AZUsage:db.r6g.large"),
        ("licenseModel", "Bring your own media"),
    ] {
        assert_eq!(of(&[other]), None, "{other:?}");
    }
}

#[test]
fn nodes_by_service() {
    let of = |service: &str, attributes: Value| name(&entry(service, "", &with(&attributes, &[])));
    let cache = json!({ "usagetype": "NodeUsage:cache.r6g.large", "instanceType": "cache.r6g.large", "cacheEngine": "Valkey" });
    assert_eq!(
        of("AmazonElastiCache", cache).as_deref(),
        Some("node:elasticache cache.r6g.large valkey")
    );
    let search = json!({ "usagetype": "ESInstance:r6g.large", "instanceType": "r6g.large.search" });
    assert_eq!(
        of("AmazonES", search).as_deref(),
        Some("node:opensearch r6g.large.search")
    );
    let optimized = json!({ "usagetype": "InstanceUsageIOOptimized:db.r6g.large", "instanceType": "db.r6g.large" });
    assert_eq!(
        of("AmazonDocDB", optimized).as_deref(),
        Some("node:docdb db.r6g.large io-optimized")
    );
    let redshift = json!({ "usagetype": "Node:ra3.xlplus", "instanceType": "ra3.xlplus" });
    assert_eq!(
        of("AmazonRedshift", redshift).as_deref(),
        Some("node:redshift ra3.xlplus")
    );
    let memory = json!({ "usagetype": "NodeUsage:db.r6g.large", "instanceType": "db.r6g.large", "engine": "Valkey" });
    assert_eq!(
        of("AmazonMemoryDB", memory).as_deref(),
        Some("node:memorydb db.r6g.large valkey")
    );
    let unsaid = json!({ "usagetype": "NodeUsage:db.r6g.large", "instanceType": "db.r6g.large" });
    assert_eq!(of("AmazonMemoryDB", unsaid), None, "which engine?");
    let extended = json!({ "usagetype": "ExtendedSupport:cache.r6g.large", "instanceType": "cache.r6g.large", "cacheEngine": "Redis" });
    assert_eq!(of("AmazonElastiCache", extended), None);
}
