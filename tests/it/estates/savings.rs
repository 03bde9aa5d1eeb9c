//! What each finding of the two accounts saves, calculated by hand from what was planted and from list prices.

use super::{Accounts, Line, MONTH, To};

/// Ireland and Sydney; everything else is in us-east-1.
const EU: &str = "eu-west-1";
const AP: &str = "ap-southeast-2";
const US: &str = "us-east-1";

/// Everything that the services of the management account save: all of it in us-east-1.
#[rustfmt::skip]
pub(super) fn of_services(measured: &Accounts) -> Vec<Line> {
    use To::{Bound, In, Net};
    let line = |rule, name, usd, to| (rule, US, name, usd, to);
    // Aurora's I/O and storage wander, so both are taken as the report has them: $0.20 a million requests, $0.10 a GiB.
    let of_events = |column: &str| measured.evidence("aws/rds/aurora-io-optimized-candidate", "events", column);
    let (io, storage) = (of_events("io_requests_million") * 0.20, of_events("storage_monthly_usd"));
    vec![
        // Capacity units by the hour: read $0.00013, write $0.00065. The index has half of its table's.
        line("aws/dynamodb/idle-table", "sessions-old", (300.0 * 0.000_13 + 150.0 * 0.000_65) * MONTH, Net),
        line("aws/dynamodb/overprovisioned-capacity", "sessions-old", (300.0 * 0.000_13 + 150.0 * 0.000_65) * MONTH, In("aws/dynamodb/idle-table")),
        // It uses a tenth; twice of that would be paid for.
        line("aws/dynamodb/overprovisioned-capacity", "orders", ((1000.0 - 200.0) * 0.000_13 + (500.0 - 100.0) * 0.000_65) * MONTH, Net),
        line("aws/dynamodb/storage-heavy-table", "archive", 1000.0 * (0.25 - 0.10), Net),
        // 60 images of 1 GiB, which may share layers.
        line("aws/ecr/stale-images", "builds", 60.0 * 0.10, Bound),
        line("aws/efs/idle-file-system", "nobody-s", 200.0 * 0.30, Net),
        // cache.r5.large $0.216, cache.r6g.large $0.206; 2xlarge $0.821, xlarge $0.411; two of cache.t3.medium $0.068, cache.t4g.medium $0.065.
        line("aws/elasticache/idle-node", "legacy-001", 0.216 * MONTH, Net),
        line("aws/elasticache/previous-generation-node", "legacy-001", (0.216 - 0.206) * MONTH, In("aws/elasticache/idle-node")),
        line("aws/elasticache/oversized-node", "sessions-001", (0.821 - 0.411) * MONTH, Net),
        line("aws/elasticache/oversized-node", "sessions-002", (0.821 - 0.411) * MONTH, Net),
        line("aws/elasticache/previous-generation-node", "pages", 2.0 * (0.068 - 0.065) * MONTH, Net),
        // Four shards.
        line("aws/kinesis/idle-stream", "silent", 4.0 * 0.015 * MONTH, Net),
        line("aws/kms/unused-key", "forgotten", 1.0, Net),
        // Two nodes each: with Valkey 30 % less than $0.309 and $0.617.
        line("aws/memorydb/idle-cluster", "ledger", 2.0 * 0.2163 * MONTH, Net),
        line("aws/memorydb/oversized-cluster", "catalog", 2.0 * (0.4319 - 0.2163) * MONTH, Net),
        // Three of r6g.large.search $0.167, each with 100 GiB of gp3 at $0.122; r6g.xlarge.search is $0.335.
        line("aws/opensearch/idle-domain", "old-logs", 3.0 * (0.167 * MONTH + 100.0 * 0.122), Net),
        line("aws/opensearch/oversized-domain", "products", 3.0 * (0.335 - 0.167) * MONTH, Net),
        // One db.r6g.large $0.26. I/O-Optimized: instances at 1.3 times, storage at $0.225 in place of $0.10, I/O for nothing.
        line("aws/rds/aurora-io-optimized-candidate", "events", 0.26 * MONTH + storage + io - (1.3 * 0.26 * MONTH + storage * 2.25), Net),
        // PostgreSQL 13: $0.10 a vCPU and hour in the first two years after its end; two vCPUs.
        line("aws/rds/extended-support-instance", "legacy", 2.0 * 0.10 * MONTH, Net),
        // db.r4.large $0.25, db.r6g.large $0.225; db.m4.xlarge $0.365, db.m5.xlarge $0.356, db.m6g.xlarge half of a 2xlarge;
        // db.m5.2xlarge $0.712, db.m6g.2xlarge $0.636, db.r5.xlarge $0.50.
        line("aws/rds/graviton-candidate", "level", (0.25 - 0.225) * MONTH, Bound),
        line("aws/rds/graviton-candidate", "veteran", (0.365 - 0.636 / 2.0) * MONTH, Bound),
        line("aws/rds/graviton-candidate", "warehouse", (0.712 - 0.636) * MONTH, Bound),
        line("aws/rds/previous-generation-instance", "veteran", (0.365 - 0.356) * MONTH, Net),
        line("aws/rds/oversized-instance", "warehouse", (0.712 - 0.50) * MONTH, Net),
        // db.m6g.large $0.159 and 100 GiB of gp2 at $0.115; a stopped instance pays for the storage alone.
        line("aws/rds/idle-instance", "nobody", 0.159 * MONTH + 100.0 * 0.115, Net),
        line("aws/rds/long-stopped-instance", "forgotten", 100.0 * 0.115, Net),
        // 500 GiB of gp2, and 110 of gp3 at the same price.
        line("aws/rds/overallocated-storage", "archive", (500.0 - 110.0) * 0.115, Net),
        // 100 GiB at $0.095, if all of it is data.
        line("aws/rds/old-manual-snapshot", "ledger-year-end", 100.0 * 0.095, Bound),
        line("aws/rds/old-manual-snapshot", "retired-final", 100.0 * 0.095, Bound),
        // Two of dc2.large $0.25; two of four ra3.xlplus $1.086.
        line("aws/redshift/idle-cluster", "trial", 2.0 * 0.25 * MONTH, Net),
        line("aws/redshift/oversized-cluster", "reports", 2.0 * 1.086 * MONTH, Net),
        line("aws/secretsmanager/unused-secret", "never-read", 0.40, Net),
    ]
}

/// What an unattached volume of each kind costs in a region: gp3 by the GiB, the IOPS and the MiB/s beyond what is included, io2 by the GiB
/// and the IOPS.
#[rustfmt::skip]
fn unattached(region: &'static str, gib: f64, iops: f64, mibps: f64, io2_gib: f64, io2_iops: f64) -> [Line; 4] {
    const RULE: &str = "aws/ebs/unattached-volume";
    [
        (RULE, region, "orphan", 100.0 * gib, To::Net),
        (RULE, region, "detached-9-days-ago", 100.0 * gib, To::Net),
        (RULE, region, "orphan-fast", 200.0 * gib + 3000.0 * iops + 125.0 * mibps, To::Net),
        (RULE, region, "orphan-io2", 100.0 * io2_gib + 4000.0 * io2_iops, To::Net),
    ]
}

/// Everything that the machines of the member save.
#[rustfmt::skip]
pub(super) fn of_machines() -> Vec<Line> {
    use To::{Bound, Capped, In, Net};
    const IDLE: &str = "aws/ec2/idle-instance";
    const STOPPED: &str = "aws/ec2/long-stopped-instance";
    const OVERSIZED: &str = "aws/ec2/oversized-instance";
    const ADDRESS: &str = "aws/vpc/unassociated-address";
    const SNAPSHOT: &str = "aws/ebs/old-snapshot";
    const GP2: &str = "aws/ebs/gp2-volume";
    let mut lines = vec![
        // gp2 $0.10 ($0.11 in Ireland) to gp3 $0.08 ($0.088). 500 GiB of gp2 pass 250 MiB/s, so 125 are bought at $0.04
        // ($0.044); 100 GiB pass 128.
        (GP2, US, "gp2-large", 500.0 * (0.10 - 0.08) - 125.0 * 0.04, Net),
        (GP2, US, "gp2-small", 100.0 * (0.10 - 0.08) - 3.0 * 0.04, Net),
        (GP2, EU, "gp2-large", 500.0 * (0.11 - 0.088) - 125.0 * 0.044, Net),
        (GP2, EU, "gp2-small", 100.0 * (0.11 - 0.088) - 3.0 * 0.044, Net),
        ("aws/ebs/idle-volume", US, "forgotten-disk", 50.0 * 0.08, Net),
        // io1: 100 GiB at $0.125 and IOPS at $0.065; gp3 with 4,000 IOPS needs 1,000 at $0.005 and, unmeasured, 375 MiB/s at $0.04.
        ("aws/ebs/io1-volume", US, "io1-lazy", 100.0 * 0.125 + 5000.0 * 0.065 - 100.0 * 0.08, Net),
        ("aws/ebs/io1-volume", US, "io1-unmeasured", 100.0 * 0.125 + 4000.0 * 0.065 - (100.0 * 0.08 + 1000.0 * 0.005 + 375.0 * 0.04), Net),
        // 300 IOPS are used, and a fifth more are left.
        ("aws/ebs/overprovisioned-iops", US, "io1-lazy", (5000.0 - 360.0) * 0.065, In("aws/ebs/io1-volume")),
        // Down to what gp3 includes.
        ("aws/ebs/overprovisioned-iops", US, "gp3-lazy", 9000.0 * 0.005 + 375.0 * 0.04, Net),
        // 80 GiB at $0.05, if all of it is data of its own.
        (SNAPSHOT, US, "before-migration", 80.0 * 0.05, Bound),
        (SNAPSHOT, US, "old-release", 80.0 * 0.05, Bound),
        (SNAPSHOT, EU, "before-migration", 80.0 * 0.05, Bound),
        (SNAPSHOT, EU, "old-release", 80.0 * 0.05, Bound),
        ("aws/ec2/unused-image", US, "release-1", 80.0 * 0.05, Bound),

        // t3.large $0.0832 and 39 surplus credits an hour, each a vCPU minute, at $0.05 a vCPU hour; m5a.large $0.086.
        ("aws/ec2/burst-credits-charged", US, "spinning", (0.0832 + 39.0 / 60.0 * 0.05 - 0.086) * MONTH, Net),
        // m5.large, and c5.large in Ireland: $0.096.
        (IDLE, US, "forgotten", 0.096 * MONTH, Net),
        (IDLE, US, "forgotten-restarted", 0.096 * MONTH, Net),
        (IDLE, EU, "forgotten-eu", 0.096 * MONTH, Net),
        // A root of 20 GiB, a disk of 300, an address at $0.005 an hour; in Ireland no disk.
        (STOPPED, US, "jumpbox", (20.0 + 300.0) * 0.08 + 0.005 * MONTH, Net),
        (STOPPED, EU, "parked", 20.0 * 0.088 + 0.005 * MONTH, Net),
        // m5.2xlarge $0.384, for 70 of 168 hours.
        ("aws/ec2/off-hours-instance", US, "nightly-batch", 0.384 * MONTH * 70.0 / 168.0, Net),
        // m5.2xlarge $0.384: x8i.large, with all of its memory, $0.21883, for two of a group and for one; m5.large with what memory is used.
        ("aws/ec2/oversized-group", US, "web-asg", 2.0 * (0.384 - 0.218_83) * MONTH, Net),
        (OVERSIZED, US, "api", (0.384 - 0.218_83) * MONTH, Net),
        (OVERSIZED, US, "with-agent", (0.384 - 0.096) * MONTH, Net),
        // c5.xlarge $0.17 to t3a.large $0.0752; in Ireland c5.2xlarge $0.384 to r6a.large $0.1269.
        (OVERSIZED, US, "small-load", (0.17 - 0.0752) * MONTH, Net),
        (OVERSIZED, EU, "worker", (0.384 - 0.1269) * MONTH, Net),
        // c5.xlarge $0.192 to c6i.xlarge $0.1824.
        ("aws/ec2/previous-generation-instance", EU, "web", (0.192 - 0.1824) * MONTH, Net),

        // Fargate: a vCPU $0.04048 and a GiB $0.004445 an hour. Two tasks of 0.25 and 0.5; three of 2 and 8, which 0.5 and 3 would do for.
        ("aws/ecs/idle-service", US, "placeholder", 2.0 * (0.25 * 0.040_48 + 0.5 * 0.004_445) * MONTH, Net),
        ("aws/ecs/oversized-service", US, "checkout", 3.0 * (1.5 * 0.040_48 + 5.0 * 0.004_445) * MONTH, Net),
        // $0.10 an hour, and $0.60 in extended support.
        ("aws/eks/empty-cluster", US, "left-over", 0.10 * MONTH, Net),
        ("aws/eks/extended-support-cluster", US, "legacy", 0.50 * MONTH, Net),
        // $0.025 a classic one, $0.0225 an application or network one; the application load balancer has two public addresses.
        ("aws/elb/idle-classic-load-balancer", US, "old-bare", 0.025 * MONTH, Net),
        ("aws/elb/idle-classic-load-balancer", US, "old-forgotten", 0.025 * MONTH, Net),
        ("aws/elb/idle-load-balancer", US, "forgotten", (0.0225 + 2.0 * 0.005) * MONTH, Net),
        ("aws/elb/idle-load-balancer", US, "nowhere", 0.0225 * MONTH, Net),
        ("aws/elb/idle-load-balancer", US, "silent", 0.0225 * MONTH, Net),
        // Arm: 20 instances of 0.5 GiB at $0.0000033334 a GiB second; 60 seconds an hour of 2,048 less 461 MiB at $0.0000133334.
        ("aws/lambda/idle-provisioned-concurrency", US, "checkout:7", 20.0 * 0.5 * 3600.0 * 0.000_003_333_4 * MONTH, Net),
        ("aws/lambda/overallocated-memory", US, "roomy", 60.0 * (2048.0 - 461.0) / 1024.0 * 0.000_013_333_4 * MONTH, Net),
        // $0.03 a GiB; of 800 days all but 90 go.
        ("aws/logs/idle-log-group", US, "/aws/lambda/gone", 40.0 * 0.03, Net),
        ("aws/logs/endless-retention", US, "/aws/lambda/gone", 40.0 * 0.03 * 710.0 / 800.0, In("aws/logs/idle-log-group")),
        ("aws/logs/endless-retention", US, "/aws/lambda/checkout", 300.0 * 0.03 * 710.0 / 800.0, Net),

        // In Ireland an interface endpoint is $0.011 an hour and zone. The 50 GiB that it carries, at $0.01, are not in its own cost, and nothing
        // counts for more than its resource costs.
        ("aws/vpc/idle-interface-endpoint", EU, "sqs-interface", 0.011 * MONTH, Net),
        ("aws/vpc/interface-endpoint-where-gateway-is-free", EU, "s3-interface", 0.011 * MONTH + 50.0 * 0.01, Capped(0.011 * MONTH)),
        ("aws/vpc/idle-nat-gateway", US, "left-over", 0.045 * MONTH, Net),
        ("aws/vpc/idle-nat-gateway", EU, "silent", 0.048 * MONTH, Net),
        ("aws/vpc/idle-transit-gateway-attachment", US, "", 0.05 * MONTH, Net),
        ("aws/vpc/idle-vpn-connection", US, "closed-office", 0.05 * MONTH, Net),
        // $0.005 an hour. One goes with an idle instance, two with stopped ones.
        ("aws/vpc/public-address-without-need", US, "forgotten", 0.005 * MONTH, In(IDLE)),
        (ADDRESS, US, "stopped", 0.005 * MONTH, In(STOPPED)),
        (ADDRESS, EU, "stopped", 0.005 * MONTH, In(STOPPED)),
        (ADDRESS, US, "detached", 0.005 * MONTH, Net),
        (ADDRESS, US, "nobody-s", 0.005 * MONTH, Net),
        (ADDRESS, EU, "detached", 0.005 * MONTH, Net),
        (ADDRESS, EU, "nobody-s", 0.005 * MONTH, Net),
    ];
    lines.extend(unattached(US, 0.08, 0.005, 0.04, 0.125, 0.065));
    lines.extend(unattached(EU, 0.088, 0.0055, 0.044, 0.138, 0.072));
    lines.extend(unattached(AP, 0.096, 0.006, 0.048, 0.138, 0.072));
    lines
}
