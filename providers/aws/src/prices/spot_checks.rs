//! Published prices, typed in from the facts and from second sources that agree with them, across services and regions.

use jiff::civil::{Date, date};

use super::ebs::EbsMetric::{self, *};
use super::sku::section;
use super::{Basis, GLOBAL, NodeService, PriceBook, PriceLookup, Sku};

/// Looks up (SKU, region) and compares to the last digit.
fn check<'a>(rows: impl IntoIterator<Item = (Sku<'a>, &'a str, f64, &'a str)>) {
    for (sku, region, usd, unit) in rows {
        let found = PriceBook::embedded().lookup(&sku, region);
        let found = found.map(|price| (price.usd, price.unit));
        assert_eq!(found, Some((usd, unit)), "{sku} in {region}");
    }
}

#[test]
fn ec2() {
    let rows = [
        ("us-east-1", "t3.medium", 0.0416),
        ("eu-central-1", "t4g.small", 0.0192),
        ("me-south-1", "m5d.12xlarge", 3.326),
        ("ap-northeast-1", "x2idn.24xlarge", 14.50575),
        ("us-east-1", "p4d.24xlarge", 21.957642),
        ("us-west-2", "p5.48xlarge", 55.04),
        ("us-east-1", "u7i-12tb.224xlarge", 125.58182),
        ("us-east-1", "m7i.metal-24xl", 4.8384),
        ("us-gov-west-1", "m5.large", 0.121),
        ("ap-south-2", "r6g.large", 0.065),
        ("sa-east-1", "c5.4xlarge", 1.048),
        ("il-central-1", "m6i.8xlarge", 1.7976),
        ("us-east-1", "t1.micro", 0.02),
        ("ap-northeast-1", "m8g.large", 0.11594),
        ("mx-central-1", "m7i-flex.16xlarge", 3.21754),
    ];
    check(rows.map(|(region, name, usd)| (Sku::ec2_linux_hour(name), region, usd, "hour")));
}

#[test]
fn ec2_dates_and_bases() {
    let book = PriceBook::embedded();
    let find = |region: &str, name: &str| -> (f64, Basis, Option<Date>) {
        let price = book.ec2_linux_hour(region, name).expect(name);
        (price.usd, price.basis, price.as_of)
    };
    assert_eq!(
        find("us-east-1", "m5.large"),
        (0.096, Basis::Exact, Some(date(2026, 7, 20)))
    );
    assert_eq!(
        find("eu-central-1", "t4g.small"),
        (0.0192, Basis::Exact, Some(date(2025, 6, 13)))
    );
    assert_eq!(
        find("us-west-2", "i7ie.12xlarge"),
        (6.2376, Basis::Exact, Some(date(2025, 4, 4)))
    );
    // Multiplied from us-east-1, as old as the older of its inputs.
    let (usd, basis, as_of) = find("eu-central-1", "c8id.12xlarge");
    assert_eq!((usd, basis), (3.07692, Basis::Estimated));
    assert!(
        as_of.is_some_and(|day| day < date(2026, 7, 20)),
        "{as_of:?}"
    );
    assert_eq!(find("ap-southeast-4", "r8g.16xlarge").1, Basis::Estimated);
    assert_eq!(
        find("us-east-1", "c8gd.metal-24xl").1,
        Basis::Estimated,
        "derived from the virtual sizes"
    );
    let estimate = book
        .ec2_linux_hour("eu-central-1", "c8id.12xlarge")
        .expect("estimated");
    assert_eq!(estimate.source, "estimate: us-east-1 price x c6id ratio");
}

#[test]
fn ebs() {
    let rows: [(&str, &str, EbsMetric, f64, &str); 12] = [
        ("us-east-1", "gp3", StorageGibMonth, 0.08, "gb-month"),
        (
            "us-east-1",
            "gp3",
            ThroughputMibpsMonthOverIncluded,
            0.04,
            "mibps-month",
        ),
        ("us-east-1", "io1", IopsMonth, 0.065, "iops-month"),
        ("us-east-1", "io2", IopsMonthTier3, 0.03185, "iops-month"),
        ("eu-central-1", "gp3", StorageGibMonth, 0.0952, "gb-month"),
        (
            "eu-west-1",
            "snapshot",
            SnapshotStandardGibMonth,
            0.05,
            "gb-month",
        ),
        (
            "eu-west-1",
            "snapshot",
            SnapshotArchiveGibMonth,
            0.0125,
            "gb-month",
        ),
        ("ap-southeast-1", "io2", StorageGibMonth, 0.138, "gb-month"),
        (
            "us-gov-west-1",
            "gp3",
            ThroughputMibpsMonthOverIncluded,
            0.048,
            "mibps-month",
        ),
        ("il-central-1", "io1", IopsMonth, 0.0864, "iops-month"),
        (
            "sa-east-1",
            "gp3",
            IopsMonthOverIncluded,
            0.0095,
            "iops-month",
        ),
        (
            "us-east-1",
            "snapshot",
            FastSnapshotRestoreZoneHour,
            0.75,
            "hour",
        ),
    ];
    check(
        rows.map(|(region, name, metric, usd, unit)| (Sku::ebs(name, metric), region, usd, unit)),
    );
}

#[test]
fn databases() {
    let rows = [
        (
            "ap-northeast-3",
            "db.r5.16xlarge",
            "mariadb/none/single-az",
            9.12,
        ),
        (
            "ap-southeast-2",
            "db.x2iedn.xlarge",
            "mysql/none/multi-az",
            5.516,
        ),
        (
            "ap-southeast-2",
            "db.x2iedn.xlarge",
            "mysql/none/multi-az-readable",
            8.274,
        ),
        (
            "ap-southeast-3",
            "db.m5.large",
            "sql-server-standard/li/multi-az",
            2.126,
        ),
        (
            "ca-central-1",
            "db.r5.large",
            "aurora-mysql/none/single-az",
            0.32,
        ),
        (
            "eu-north-1",
            "db.r5b.2xlarge.tpc2.mem4x",
            "oracle-standard-two/byol/multi-az",
            9.35,
        ),
        (
            "eu-central-2",
            "db.t4g.small",
            "mariadb/none/multi-az",
            0.082,
        ),
        (
            "us-east-1",
            "db.r6gd.xlarge",
            "aurora-postgresql:io-optimized/none/single-az",
            0.811,
        ),
    ];
    check(rows.map(|(region, name, variant, usd)| {
        (Sku::new(section::RDS, name, variant), region, usd, "hour")
    }));
    check([
        (
            Sku::rds_storage("rds", "backup_snapshot_gb_month"),
            "il-central-1",
            0.105,
            "gb-month",
        ),
        (
            Sku::rds_storage("rds:multi-az", "gp2_gb_month"),
            "eu-south-2",
            0.253,
            "gb-month",
        ),
        (
            Sku::rds_storage("aurora", "io_request"),
            "us-east-1",
            0.0000002,
            "request",
        ),
    ]);
}

#[test]
fn nodes() {
    let rows = [
        (
            "us-east-1",
            NodeService::OpenSearch,
            "c4.2xlarge.search",
            "",
            0.587,
        ),
        (
            "us-east-1",
            NodeService::ElastiCache,
            "cache.r6g.large",
            "redis",
            0.206,
        ),
        (
            "us-east-1",
            NodeService::ElastiCache,
            "cache.r6g.large",
            "valkey",
            0.1648,
        ),
        (
            "us-west-2",
            NodeService::ElastiCache,
            "cache.t4g.small",
            "memcached",
            0.032,
        ),
        (
            "us-gov-east-1",
            NodeService::Dms,
            "dms.c6i.16xlarge",
            "multi-az",
            9.136,
        ),
        (
            "ap-northeast-3",
            NodeService::Dms,
            "dms.c5.2xlarge",
            "single-az",
            0.7661,
        ),
        (
            "us-east-1",
            NodeService::Redshift,
            "ra3.16xlarge",
            "",
            13.04,
        ),
        (
            "us-east-1",
            NodeService::DocumentDb,
            "db.r4.16xlarge",
            "io-optimized",
            9.7504,
        ),
        (
            "us-east-1",
            NodeService::Neptune,
            "db.r4.2xlarge",
            "",
            1.392,
        ),
        (
            "us-east-1",
            NodeService::MemoryDb,
            "db.r6g.12xlarge",
            "valkey",
            5.1716,
        ),
        (
            "us-east-1",
            NodeService::Mq,
            "mq.m5.2xlarge",
            "activemq:active-standby",
            2.304,
        ),
        (
            "us-east-1",
            NodeService::Msk,
            "kafka.m5.16xlarge",
            "standard",
            6.73,
        ),
        ("us-east-1", NodeService::Dax, "dax.r3.8xlarge", "", 4.295),
        (
            "ap-northeast-2",
            NodeService::SageMakerNotebook,
            "ml.p3.16xlarge",
            "",
            38.953,
        ),
    ];
    check(rows.map(|(region, service, name, variant, usd)| {
        (Sku::node_hour(service, name, variant), region, usd, "hour")
    }));
}

#[test]
fn network() {
    let rows = [
        ("us-east-1", "nat_gateway", "hour", 0.045, "hour"),
        ("us-east-1", "nat_gateway", "data_gb", 0.045, "gb"),
        ("ap-northeast-2", "nat_gateway", "hour", 0.059, "hour"),
        ("eu-west-1", "nat_gateway", "hour", 0.048, "hour"),
        ("us-east-1", "public_ipv4", "idle_hour", 0.005, "hour"),
        ("us-east-1", "nlb", "lb_hour", 0.0225, "hour"),
        ("us-east-1", "nlb", "lcu_hour", 0.006, "lcu-hour"),
        ("me-central-1", "alb", "lb_hour", 0.028224, "hour"),
        (
            "us-east-1",
            "vpc_interface_endpoint",
            "az_hour",
            0.01,
            "hour",
        ),
        (
            "us-east-1",
            "transit_gateway",
            "vpc_attachment_hour",
            0.05,
            "hour",
        ),
        (
            "sa-east-1",
            "data_transfer",
            "internet_out_gb_0_10tb",
            0.15,
            "gb",
        ),
        (
            "ap-northeast-2",
            "data_transfer",
            "internet_out_gb_0_10tb",
            0.126,
            "gb",
        ),
        (
            "ap-southeast-2",
            "data_transfer",
            "internet_out_gb_10_50tb",
            0.098,
            "gb",
        ),
        (
            "af-south-1",
            "data_transfer",
            "internet_out_gb_0_10tb",
            0.154,
            "gb",
        ),
        (
            "eu-west-1",
            "data_transfer",
            "inter_az_gb_each_direction",
            0.01,
            "gb",
        ),
    ];
    check(
        rows.map(|(region, name, metric, usd, unit)| {
            (Sku::network(name, metric), region, usd, unit)
        }),
    );
    let pairs = [
        ("us-east-1", "us-east-2", 0.01),
        ("ap-southeast-3", "ap-northeast-2", 0.1),
        ("me-south-1", "us-gov-east-1", 0.1105),
        ("sa-east-1", "ap-southeast-1", 0.138),
    ];
    check(pairs.map(|(from, to, usd)| (Sku::inter_region_gb(to), from, usd, "gb")));
}

#[test]
fn services() {
    let rows = [
        (
            "us-east-1",
            "secretsmanager",
            "secret_month",
            0.4,
            "secret-month",
        ),
        (
            "us-east-1",
            "kms",
            "customer_managed_key_month",
            1.0,
            "key-month",
        ),
        ("us-east-1", "eks", "cluster_hour", 0.1, "hour"),
        (
            "il-central-1",
            "eks",
            "cluster_extended_support_extra_hour",
            0.5,
            "hour",
        ),
        ("us-east-1", "cloudwatch_logs", "ingestion_gb", 0.5, "gb"),
        (
            "us-east-1",
            "cloudwatch_logs",
            "storage_gb_month",
            0.03,
            "gb-month",
        ),
        (
            "us-east-1",
            "cloudwatch",
            "get_metric_data_per_1000_metrics",
            0.01,
            "1000-metrics-requested",
        ),
        (
            "us-east-1",
            "lambda",
            "x86_gb_second_tier1",
            0.0000166667,
            "gb-second",
        ),
        (
            "us-east-1",
            "lambda",
            "ephemeral_storage_gb_second_over_512mb",
            0.0000000309,
            "gb-second",
        ),
        (
            "us-east-1",
            "fargate",
            "linux_arm_vcpu_hour",
            0.03238,
            "vcpu-hour",
        ),
        ("us-east-1", "dynamodb", "wcu_hour", 0.00065, "wcu-hour"),
        (
            "us-east-1",
            "s3",
            "deep_archive_gb_month",
            0.00099,
            "gb-month",
        ),
        (
            "sa-east-1",
            "efs",
            "onezone_ia_gb_month",
            0.0235,
            "gb-month",
        ),
        (
            "ca-central-1",
            "docdb",
            "backup_gb_month",
            0.023,
            "gb-month",
        ),
        (
            "ap-northeast-3",
            "elasticache",
            "serverless_redis_gb_hour",
            0.151,
            "gb-hour",
        ),
        (
            GLOBAL,
            "route53",
            "hosted_zone_month_first_25",
            0.5,
            "zone-month",
        ),
    ];
    check(
        rows.map(|(region, name, metric, usd, unit)| {
            (Sku::service(name, metric), region, usd, unit)
        }),
    );
}

#[test]
fn what_nobody_published_is_an_estimate() {
    let book = PriceBook::embedded();
    let request = book
        .global_service("cost_explorer", "api_request")
        .expect("known");
    assert_eq!(
        (request.usd, request.basis, request.as_of),
        (0.01, Basis::Estimated, None)
    );
    let zone = book
        .global_service("route53", "hosted_zone_month_over_25")
        .expect("known");
    assert_eq!(zone.basis, Basis::Exact);
    let gateway = book.nat_gateway_hour("ap-northeast-2").expect("known");
    assert_eq!(
        (gateway.basis, gateway.as_of),
        (Basis::Exact, Some(date(2026, 10, 1)))
    );
    let processing = book.nat_gateway_gb("ap-northeast-2").expect("known");
    assert_eq!(
        (processing.basis, processing.as_of),
        (Basis::Estimated, None)
    );
    assert_eq!(
        book.service("us-east-1", "cost_explorer", "api_request"),
        None,
        "it is billed without a region"
    );
}
