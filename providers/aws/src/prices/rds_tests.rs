//! The prices and the arithmetic of `rds.rs`.

use super::super::PriceBook;
use super::*;

const POSTGRES: RdsInstance<'static> = RdsInstance {
    class: "db.r6g.large",
    engine: "postgres",
    license_model: "postgresql-license",
    deployment: Deployment::SingleAz,
    io_optimized: false,
};

fn hour(instance: RdsInstance<'_>) -> Option<f64> {
    PriceBook::embedded()
        .rds_instance_hour("us-east-1", &instance)
        .map(|price| price.usd)
}

#[test]
fn deployments_and_engines_are_priced_apart() {
    let multi = RdsInstance {
        deployment: Deployment::MultiAz,
        ..POSTGRES
    };
    assert_eq!((hour(POSTGRES), hour(multi)), (Some(0.225), Some(0.45)));
    let monthly = rds_instance_monthly(PriceBook::embedded(), "us-east-1", &POSTGRES).usd();
    assert!(
        monthly.is_some_and(|usd| (usd - 164.25).abs() < 1e-9),
        "{monthly:?}"
    );
    let aurora = RdsInstance {
        class: "db.r6g.large",
        engine: "aurora-postgresql",
        ..POSTGRES
    };
    let optimized = RdsInstance {
        io_optimized: true,
        ..aurora
    };
    assert_eq!((hour(aurora), hour(optimized)), (Some(0.26), Some(0.338)));
    let spanning = RdsInstance {
        deployment: Deployment::MultiAz,
        ..aurora
    };
    assert_eq!(
        hour(spanning),
        hour(aurora),
        "an Aurora instance is billed once"
    );
}

#[test]
fn licences_that_have_no_price_are_unknown() {
    let oracle = RdsInstance {
        class: "db.m5.large",
        engine: "oracle-se2",
        ..POSTGRES
    };
    assert_eq!(hour(oracle), None, "an Oracle licence has to be said");
    let own = RdsInstance {
        license_model: "bring-your-own-license",
        ..oracle
    };
    let included = RdsInstance {
        license_model: "license-included",
        ..oracle
    };
    assert!(hour(own).is_some() && hour(included) > hour(own));
    let sql_server = RdsInstance {
        engine: "sqlserver-se",
        ..own
    };
    assert_eq!(hour(sql_server), None);
    assert!(
        hour(RdsInstance {
            license_model: "license-included",
            ..sql_server
        })
        .is_some()
    );
    assert_eq!(
        hour(RdsInstance {
            engine: "custom-oracle-ee",
            ..own
        }),
        None
    );
    assert_eq!(
        hour(RdsInstance {
            engine: "db2-se",
            ..own
        }),
        None
    );
    assert_eq!(
        hour(RdsInstance {
            io_optimized: true,
            ..POSTGRES
        }),
        None
    );
}

#[test]
fn storage_by_type() {
    let base = RdsStorage {
        engine: "postgres",
        storage_type: "gp2",
        allocated_gib: 100.0,
        iops: None,
        throughput_mibps: None,
        multi_az: false,
    };
    let cost = |storage: RdsStorage<'_>| {
        let usd = rds_storage_monthly(PriceBook::embedded(), "us-east-1", &storage).usd();
        usd.map(|usd| (usd * 1e6).round() / 1e6)
    };
    assert_eq!(cost(base), Some(11.5));
    assert_eq!(
        cost(RdsStorage {
            multi_az: true,
            ..base
        }),
        Some(23.0)
    );
    assert_eq!(
        cost(RdsStorage {
            storage_type: "standard",
            ..base
        }),
        Some(10.0)
    );
    let io1 = RdsStorage {
        storage_type: "io1",
        iops: Some(1000.0),
        ..base
    };
    assert_eq!(
        (cost(io1), cost(RdsStorage { iops: None, ..io1 })),
        (Some(112.5), None)
    );
    assert_eq!(
        cost(RdsStorage {
            storage_type: "io2",
            ..io1
        }),
        None,
        "no price for its IOPS"
    );
    let gp3 = RdsStorage {
        storage_type: "gp3",
        iops: Some(4000.0),
        throughput_mibps: Some(225.0),
        ..base
    };
    assert_eq!(cost(gp3), Some(11.5 + 20.0 + 8.0));
    let striped = RdsStorage {
        allocated_gib: 400.0,
        iops: Some(12_000.0),
        throughput_mibps: Some(500.0),
        ..gp3
    };
    assert_eq!(cost(striped), Some(46.0));
    assert_eq!(
        cost(RdsStorage {
            engine: "sqlserver-se",
            ..striped
        }),
        Some(46.0 + 180.0 + 30.0)
    );
    assert_eq!(
        cost(RdsStorage {
            throughput_mibps: None,
            ..gp3
        }),
        None
    );
    assert_eq!(
        cost(RdsStorage {
            storage_type: "aurora",
            ..base
        }),
        None
    );
}
