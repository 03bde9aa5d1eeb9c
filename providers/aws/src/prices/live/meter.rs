//! Things that are sold by a meter: storage, addresses, gateways, load balancers. A usage type says what it is.

use super::super::key::SkuKey;
use super::super::sku::section::{EBS, NETWORK, RDS_STORAGE, SERVICE};
use super::product::{Product, Tier};

/// A line of the price list and the price of the book that it is.
#[derive(Debug)]
pub(super) struct Meter {
    /// Service code.
    pub(super) service: &'static str,
    /// Product family to ask for; empty asks for all that the service sells in a region, where that is little.
    pub(super) family: &'static str,
    /// Usage type without region.
    usage: &'static str,
    /// Operation; empty where it does not matter.
    operation: &'static str,
    /// Units that AWS may write.
    units: &'static [&'static str],
    /// Quantity from which the price holds; None where there is just one price.
    from: Option<f64>,
    /// The book's units in one unit of AWS.
    times: f64,
    /// Section, name, variant.
    sku: (&'static str, &'static str, &'static str),
    /// The book's unit.
    pub(super) unit: &'static str,
}

const GB_MONTH: &[&str] = &["GB-Mo"];
const GB: &[&str] = &["GB"];
const HOUR: &[&str] = &["Hrs", "Hours"];
const LCU: &[&str] = &["LCU-Hrs"];
const IOPS: &[&str] = &["IOPS-Mo"];
/// A GiB a second is 1,024 MiB a second.
const MIB_IN_GIB: f64 = 1.0 / 1024.0;
const MILLION: f64 = 1e6;
const PB_IN_GB: f64 = 1_048_576.0;

/// One price.
const fn one(
    (service, family): (&'static str, &'static str),
    usage: &'static str,
    units: &'static [&'static str],
    sku: (&'static str, &'static str, &'static str),
    unit: &'static str,
) -> Meter {
    Meter {
        service,
        family,
        usage,
        operation: "",
        units,
        from: None,
        times: 1.0,
        sku,
        unit,
    }
}

impl Meter {
    const fn operation(self, operation: &'static str) -> Self {
        Self { operation, ..self }
    }

    const fn from(self, quantity: f64) -> Self {
        Self {
            from: Some(quantity),
            ..self
        }
    }

    const fn times(self, times: f64) -> Self {
        Self { times, ..self }
    }

    /// What it is the price of.
    pub(super) fn key(&self) -> SkuKey {
        let (section, name, variant) = self.sku;
        SkuKey::new(section, name, variant)
    }

    fn is_of(&self, product: &Product) -> bool {
        self.service == product.service
            && self.usage == product.usage()
            && (self.operation.is_empty() || self.operation == product.attribute("operation"))
    }

    /// Its price, if the entry has just the tiers that are known of it.
    fn price(&self, product: &Product, known: usize) -> Option<f64> {
        let tiers: Vec<&Tier> = product.priced().collect();
        if tiers.len() != known {
            return None;
        }
        let tier = match self.from {
            None => tiers.first(),
            Some(from) => tiers.iter().find(|tier| tier.from == from),
        };
        let tier = tier.filter(|tier| tier.is_by(self.units))?;
        Some(rounded(tier.usd * self.times))
    }
}

/// A computed price without the noise of binary fractions.
fn rounded(usd: f64) -> f64 {
    format!("{usd:.11e}").parse().unwrap_or(usd)
}

/// All meters that an entry is: what, its unit, its price.
pub(super) fn prices(product: &Product) -> Vec<(SkuKey, &'static str, f64)> {
    let meters: Vec<&Meter> = METERS.iter().filter(|meter| meter.is_of(product)).collect();
    let known = meters.len();
    meters
        .into_iter()
        .filter_map(|meter| Some((meter.key(), meter.unit, meter.price(product, known)?)))
        .collect()
}

const VOLUMES: (&str, &str) = ("AmazonEC2", "Storage");
const OPERATIONS: (&str, &str) = ("AmazonEC2", "System Operation");
const THROUGHPUT: (&str, &str) = ("AmazonEC2", "Provisioned Throughput");
const SNAPSHOTS: (&str, &str) = ("AmazonEC2", "Storage Snapshot");
const NAT: (&str, &str) = ("AmazonEC2", "NAT Gateway");
const VPC: (&str, &str) = ("AmazonVPC", "");
const BALANCERS: (&str, &str) = ("AWSELB", "");
const RDS_SPACE: (&str, &str) = ("AmazonRDS", "Database Storage");
const RDS_IOPS: (&str, &str) = ("AmazonRDS", "Provisioned IOPS");
const RDS_THROUGHPUT: (&str, &str) = ("AmazonRDS", "Provisioned Throughput");
const RDS_SNAPSHOTS: (&str, &str) = ("AmazonRDS", "Storage Snapshot");
const RDS_REQUESTS: (&str, &str) = ("AmazonRDS", "System Operation");
const S3: (&str, &str) = ("AmazonS3", "Storage");
const CLOUDWATCH: (&str, &str) = ("AmazonCloudWatch", "");
const DYNAMODB: (&str, &str) = ("AmazonDynamoDB", "");

const APPLICATION: &str = "LoadBalancing:Application";
const NETWORK_LB: &str = "LoadBalancing:Network";
const GATEWAY: &str = "LoadBalancing:Gateway";
const CLASSIC: &str = "LoadBalancing";

/// Every line that is known. What is not here has no newer price than the book's.
#[rustfmt::skip]
pub(super) static METERS: &[Meter] = &[
    one(VOLUMES, "EBS:VolumeUsage.gp2", GB_MONTH, (EBS, "gp2", "storage_gb_month"), "gb-month"),
    one(VOLUMES, "EBS:VolumeUsage.gp3", GB_MONTH, (EBS, "gp3", "storage_gb_month"), "gb-month"),
    one(VOLUMES, "EBS:VolumeUsage.piops", GB_MONTH, (EBS, "io1", "storage_gb_month"), "gb-month"),
    one(VOLUMES, "EBS:VolumeUsage.io2", GB_MONTH, (EBS, "io2", "storage_gb_month"), "gb-month"),
    one(VOLUMES, "EBS:VolumeUsage.st1", GB_MONTH, (EBS, "st1", "storage_gb_month"), "gb-month"),
    one(VOLUMES, "EBS:VolumeUsage.sc1", GB_MONTH, (EBS, "sc1", "storage_gb_month"), "gb-month"),
    one(VOLUMES, "EBS:VolumeUsage", GB_MONTH, (EBS, "standard", "storage_gb_month"), "gb-month"),
    one(OPERATIONS, "EBS:VolumeP-IOPS.piops", IOPS, (EBS, "io1", "iops_month"), "iops-month"),
    one(OPERATIONS, "EBS:VolumeP-IOPS.gp3", IOPS, (EBS, "gp3", "iops_month_over_3000"), "iops-month"),
    one(OPERATIONS, "EBS:VolumeP-IOPS.io2", IOPS, (EBS, "io2", "iops_month_tier1_to_32000"), "iops-month"),
    one(OPERATIONS, "EBS:VolumeP-IOPS.io2.tier2", IOPS, (EBS, "io2", "iops_month_tier2_32001_64000"), "iops-month"),
    one(OPERATIONS, "EBS:VolumeP-IOPS.io2.tier3", IOPS, (EBS, "io2", "iops_month_tier3_over_64000"), "iops-month"),
    one(OPERATIONS, "EBS:VolumeIOUsage", &["IOs"], (EBS, "standard", "per_million_io_requests"), "1m-requests").times(MILLION),
    one(THROUGHPUT, "EBS:VolumeP-Throughput.gp3", &["GiBps-mo"], (EBS, "gp3", "throughput_mibps_month_over_125"), "mibps-month").times(MIB_IN_GIB),
    one(SNAPSHOTS, "EBS:SnapshotUsage", GB_MONTH, (EBS, "snapshot", "standard_gb_month"), "gb-month"),
    one(SNAPSHOTS, "EBS:SnapshotArchiveStorage", GB_MONTH, (EBS, "snapshot", "archive_gb_month"), "gb-month"),
    one(SNAPSHOTS, "EBS:SnapshotArchiveRetrieval", GB, (EBS, "snapshot", "archive_retrieval_gb"), "gb"),
    one(NAT, "NatGateway-Hours", HOUR, (NETWORK, "nat_gateway", "hour"), "hour"),
    one(NAT, "NatGateway-Bytes", GB, (NETWORK, "nat_gateway", "data_gb"), "gb"),
    one(VPC, "PublicIPv4:InUseAddress", HOUR, (NETWORK, "public_ipv4", "in_use_hour"), "hour"),
    one(VPC, "PublicIPv4:IdleAddress", HOUR, (NETWORK, "public_ipv4", "idle_hour"), "hour"),
    one(VPC, "VpcEndpoint-Hours", HOUR, (NETWORK, "vpc_interface_endpoint", "az_hour"), "hour"),
    one(VPC, "VpcEndpoint-Bytes", GB, (NETWORK, "vpc_interface_endpoint", "data_gb_first_1pb"), "gb").from(0.0),
    one(VPC, "VpcEndpoint-Bytes", GB, (NETWORK, "vpc_interface_endpoint", "data_gb_next_4pb"), "gb").from(PB_IN_GB),
    one(VPC, "VpcEndpoint-Bytes", GB, (NETWORK, "vpc_interface_endpoint", "data_gb_over_5pb"), "gb").from(5.0 * PB_IN_GB),
    one(VPC, "VpcEndpoint-GWLBE-Hours", HOUR, (NETWORK, "gwlb_endpoint", "az_hour"), "hour"),
    one(VPC, "VpcEndpoint-GWLBE-Bytes", GB, (NETWORK, "gwlb_endpoint", "data_gb"), "gb"),
    one(VPC, "TransitGateway-Hours", HOUR, (NETWORK, "transit_gateway", "vpc_attachment_hour"), "hour").operation("TransitGatewayVPC"),
    one(VPC, "TransitGateway-Hours", HOUR, (NETWORK, "transit_gateway", "vpn_attachment_hour"), "hour").operation("TransitGatewayVPN"),
    one(VPC, "TransitGateway-Hours", HOUR, (NETWORK, "transit_gateway", "peering_attachment_hour"), "hour").operation("TransitGatewayPeering"),
    one(VPC, "TransitGateway-Bytes", GB, (NETWORK, "transit_gateway", "data_gb"), "gb").operation("TransitGatewayVPC"),
    one(VPC, "VPN-Usage-Hours:ipsec.1", HOUR, (NETWORK, "site_to_site_vpn", "connection_hour"), "hour"),
    one(BALANCERS, "LoadBalancerUsage", HOUR, (NETWORK, "alb", "lb_hour"), "hour").operation(APPLICATION),
    one(BALANCERS, "LCUUsage", LCU, (NETWORK, "alb", "lcu_hour"), "lcu-hour").operation(APPLICATION),
    one(BALANCERS, "LoadBalancerUsage", HOUR, (NETWORK, "nlb", "lb_hour"), "hour").operation(NETWORK_LB),
    one(BALANCERS, "LCUUsage", LCU, (NETWORK, "nlb", "lcu_hour"), "lcu-hour").operation(NETWORK_LB),
    one(BALANCERS, "LoadBalancerUsage", HOUR, (NETWORK, "gwlb", "lb_hour"), "hour").operation(GATEWAY),
    one(BALANCERS, "LCUUsage", LCU, (NETWORK, "gwlb", "lcu_hour"), "lcu-hour").operation(GATEWAY),
    one(BALANCERS, "LoadBalancerUsage", HOUR, (NETWORK, "clb", "lb_hour"), "hour").operation(CLASSIC),
    one(BALANCERS, "DataProcessing-Bytes", GB, (NETWORK, "clb", "data_gb"), "gb").operation(CLASSIC),
    one(RDS_SPACE, "RDS:GP2-Storage", GB_MONTH, (RDS_STORAGE, "rds:single-az", "gp2_gb_month"), "gb-month"),
    one(RDS_SPACE, "RDS:GP3-Storage", GB_MONTH, (RDS_STORAGE, "rds:single-az", "gp3_gb_month"), "gb-month"),
    one(RDS_SPACE, "RDS:PIOPS-Storage", GB_MONTH, (RDS_STORAGE, "rds:single-az", "io1_gb_month"), "gb-month"),
    one(RDS_SPACE, "RDS:PIOPS-Storage-IO2", GB_MONTH, (RDS_STORAGE, "rds:single-az", "io2_gb_month"), "gb-month"),
    one(RDS_SPACE, "RDS:StorageUsage", GB_MONTH, (RDS_STORAGE, "rds:single-az", "magnetic_gb_month"), "gb-month"),
    one(RDS_SPACE, "RDS:Multi-AZ-GP2-Storage", GB_MONTH, (RDS_STORAGE, "rds:multi-az", "gp2_gb_month"), "gb-month"),
    one(RDS_SPACE, "RDS:Multi-AZ-GP3-Storage", GB_MONTH, (RDS_STORAGE, "rds:multi-az", "gp3_gb_month"), "gb-month"),
    one(RDS_SPACE, "RDS:Multi-AZ-PIOPS-Storage", GB_MONTH, (RDS_STORAGE, "rds:multi-az", "io1_gb_month"), "gb-month"),
    one(RDS_SPACE, "RDS:Multi-AZ-PIOPS-Storage-IO2", GB_MONTH, (RDS_STORAGE, "rds:multi-az", "io2_gb_month"), "gb-month"),
    one(RDS_SPACE, "RDS:Multi-AZ-StorageUsage", GB_MONTH, (RDS_STORAGE, "rds:multi-az", "magnetic_gb_month"), "gb-month"),
    one(RDS_SPACE, "Aurora:StorageUsage", GB_MONTH, (RDS_STORAGE, "aurora", "standard_gb_month"), "gb-month"),
    one(RDS_SPACE, "Aurora:IO-OptimizedStorageUsage", GB_MONTH, (RDS_STORAGE, "aurora", "io_optimized_gb_month"), "gb-month"),
    one(RDS_IOPS, "RDS:PIOPS", IOPS, (RDS_STORAGE, "rds:single-az", "io1_iops_month"), "iops-month"),
    one(RDS_IOPS, "RDS:GP3-PIOPS", IOPS, (RDS_STORAGE, "rds:single-az", "gp3_iops_month_over_baseline"), "iops-month"),
    one(RDS_IOPS, "RDS:Multi-AZ-PIOPS", IOPS, (RDS_STORAGE, "rds:multi-az", "io1_iops_month"), "iops-month"),
    one(RDS_IOPS, "RDS:Multi-AZ-GP3-PIOPS", IOPS, (RDS_STORAGE, "rds:multi-az", "gp3_iops_month_over_baseline"), "iops-month"),
    one(RDS_THROUGHPUT, "RDS:GP3-Throughput", &["MBPS-Mo"], (RDS_STORAGE, "rds:single-az", "gp3_throughput_mbps_month_over_baseline"), "mbps-month"),
    one(RDS_THROUGHPUT, "RDS:Multi-AZ-GP3-Throughput", &["MBPS-Mo"], (RDS_STORAGE, "rds:multi-az", "gp3_throughput_mbps_month_over_baseline"), "mbps-month"),
    one(RDS_SNAPSHOTS, "RDS:ChargedBackupUsage", GB_MONTH, (RDS_STORAGE, "rds", "backup_snapshot_gb_month"), "gb-month"),
    one(RDS_SNAPSHOTS, "Aurora:BackupUsage", GB_MONTH, (RDS_STORAGE, "aurora", "backup_gb_month"), "gb-month"),
    one(RDS_REQUESTS, "Aurora:StorageIOUsage", &["IOs"], (RDS_STORAGE, "aurora", "io_request"), "request"),
    one(S3, "TimedStorage-ByteHrs", GB_MONTH, (SERVICE, "s3", "standard_gb_month_0_50tb"), "gb-month").from(0.0),
    one(S3, "TimedStorage-ByteHrs", GB_MONTH, (SERVICE, "s3", "standard_gb_month_50_500tb"), "gb-month").from(51_200.0),
    one(S3, "TimedStorage-ByteHrs", GB_MONTH, (SERVICE, "s3", "standard_gb_month_over_500tb"), "gb-month").from(512_000.0),
    one(S3, "TimedStorage-SIA-ByteHrs", GB_MONTH, (SERVICE, "s3", "standard_ia_gb_month"), "gb-month"),
    one(S3, "TimedStorage-ZIA-ByteHrs", GB_MONTH, (SERVICE, "s3", "onezone_ia_gb_month"), "gb-month"),
    one(S3, "TimedStorage-GIR-ByteHrs", GB_MONTH, (SERVICE, "s3", "glacier_ir_gb_month"), "gb-month"),
    one(S3, "TimedStorage-GlacierByteHrs", GB_MONTH, (SERVICE, "s3", "glacier_flexible_gb_month"), "gb-month"),
    one(S3, "TimedStorage-GDA-ByteHrs", GB_MONTH, (SERVICE, "s3", "deep_archive_gb_month"), "gb-month"),
    one(CLOUDWATCH, "TimedStorage-ByteHrs", GB_MONTH, (SERVICE, "cloudwatch_logs", "storage_gb_month"), "gb-month"),
    one(CLOUDWATCH, "DataProcessing-Bytes", GB, (SERVICE, "cloudwatch_logs", "ingestion_gb"), "gb"),
    one(CLOUDWATCH, "DataProcessingIA-Bytes", GB, (SERVICE, "cloudwatch_logs", "ingestion_ia_gb"), "gb"),
    one(CLOUDWATCH, "CW:AlarmMonitorUsage", &["Alarms"], (SERVICE, "cloudwatch", "alarm_standard_metric_month"), "alarm-metric-month"),
    one(DYNAMODB, "ReadCapacityUnit-Hrs", &["ReadCapacityUnit-Hrs"], (SERVICE, "dynamodb", "rcu_hour"), "rcu-hour"),
    one(DYNAMODB, "WriteCapacityUnit-Hrs", &["WriteCapacityUnit-Hrs"], (SERVICE, "dynamodb", "wcu_hour"), "wcu-hour"),
    one(DYNAMODB, "TimedStorage-ByteHrs", GB_MONTH, (SERVICE, "dynamodb", "storage_gb_month_over_25gb_free"), "gb-month"),
    one(("AmazonECR", ""), "TimedStorage-ByteHrs", GB_MONTH, (SERVICE, "ecr", "storage_gb_month"), "gb-month"),
    one(("AmazonEFS", ""), "TimedStorage-ByteHrs", GB_MONTH, (SERVICE, "efs", "standard_gb_month"), "gb-month"),
    one(("AmazonEKS", ""), "AmazonEKS-Hours:perCluster", HOUR, (SERVICE, "eks", "cluster_hour"), "hour"),
    one(("AmazonKinesis", ""), "Storage-ShardHour", &["ShardHours", "Shard Hours", "Hrs"], (SERVICE, "kinesis", "shard_hour"), "shard-hour"),
    one(("AWSSecretsManager", ""), "AWSSecretsManager-Secrets", &["Secrets"], (SERVICE, "secretsmanager", "secret_month"), "secret-month"),
    one(("awskms", ""), "KMS-Keys", &["Keys"], (SERVICE, "kms", "customer_managed_key_month"), "key-month"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::super::PriceBook;
    use super::*;

    /// A misspelt name or unit would put a newer price beside the book's instead of before it.
    #[test]
    fn every_meter_is_a_price_of_the_book_in_its_unit() {
        let mut units = BTreeMap::new();
        for row in PriceBook::embedded().rows() {
            units.insert(SkuKey::from(&row.sku), row.price.unit);
        }
        let mut seen = BTreeMap::new();
        for meter in METERS {
            let key = meter.key();
            assert_eq!(units.get(&key), Some(&meter.unit), "{key}");
            let other = seen.insert(key, meter.usage);
            assert_eq!(other, None, "two meters for one price");
        }
    }

    #[test]
    fn computed_prices_are_as_short_as_published_ones() {
        assert_eq!(rounded(40.96 * MIB_IN_GIB), 0.04);
        assert_eq!(rounded(0.000_000_05 * MILLION), 0.05);
        assert_eq!(rounded(0.0952), 0.0952);
    }
}
