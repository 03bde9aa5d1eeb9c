//! What the two accounts cost a month, calculated by hand from what was planted and from list prices.

use super::{Accounts, MONTH};

/// What the services of the management account cost.
#[rustfmt::skip]
pub(super) fn of_services(measured: &Accounts) -> f64 {
    // DynamoDB: capacity by the hour, and the storage of each table or index, 1 GiB but for the archive. AWS adds 100 bytes to
    // each of the 1,000 items of a table or index.
    let units = (300.0 + 1000.0 + 100.0 + 10.0 + 400.0 + 5.0) * 0.000_13 + (150.0 + 500.0 + 100.0 + 10.0 + 5.0 + 5.0) * 0.000_65;
    let item_gib = 100.0 * 1000.0 / 1024.0 / 1024.0 / 1024.0;
    let stored_gib = 1000.0 + 8.0 + 9.0 * item_gib;
    let tables = units * MONTH + stored_gib * 0.25;

    // 60 and 3 images of 1 GiB; two file systems of 200; two streams of four shards; eight keys that are not AWS's; four secrets.
    let managed = 63.0 * 0.10 + 2.0 * 200.0 * 0.30 + 2.0 * 4.0 * 0.015 * MONTH + 8.0 * 1.0 + 4.0 * 0.40;

    // ElastiCache: two of r6g.2xlarge, an r5.large, two of t3.medium. MemoryDB: two of each size.
    let caches = (2.0 * 0.821 + 0.216 + 2.0 * 0.068 + 2.0 * 0.2163 + 2.0 * 0.4319) * MONTH;

    // OpenSearch: three nodes and 100 GiB each. Redshift: 2 and 4 of dc2.large; what managed storage holds is not known, so the
    // two clusters of ra3 have no cost.
    let search = 3.0 * (0.167 + 0.335 + 0.256) * MONTH + 9.0 * 100.0 * 0.122;
    let warehouses = 6.0 * 0.25 * MONTH;

    // Nine of db.m6g.large, one of them in extended support; r4.large, half an m6g.2xlarge, m4.xlarge, m5.2xlarge; three of Aurora.
    let databases = (9.0 * 0.159 + 0.20 + 0.25 + 0.636 / 2.0 + 0.365 + 0.712 + 3.0 * 0.26) * MONTH;
    // 100 GiB of gp2 each: seven of db.m6g.large, the four others, two stopped ones; and two of 500. Six snapshots of 100.
    let storage = (13.0 * 100.0 + 2.0 * 500.0) * 0.115 + 6.0 * 100.0 * 0.095;
    // Aurora's storage and I/O, which wander.
    let aurora = measured.resource_usd("AWS::RDS::DBCluster");

    tables + managed + caches + search + warehouses + databases + storage + aurora
}

/// What the machines of the member cost.
#[rustfmt::skip]
pub(super) fn of_machines() -> f64 {
    // us-east-1: eight of m5.2xlarge and six in groups, five of m5.large, a c5.xlarge, two of t3.large. Ireland: c5.large,
    // c5.xlarge, c5.2xlarge.
    let instances = (14.0 * 0.384 + 5.0 * 0.096 + 0.17 + 2.0 * 0.0832 + 0.096 + 0.192 + 0.384) * MONTH;

    // us-east-1, gp3: 24 roots of 20 GiB, six of 8 in groups, three disks of 50, six of 100, two of 300, two of 200 with 9,000
    // IOPS and 375 MiB/s more than included, and one of 200 with 3,000 and 125.
    let gp3 = (24.0 * 20.0 + 6.0 * 8.0 + 3.0 * 50.0 + 6.0 * 100.0 + 2.0 * 300.0 + 3.0 * 200.0) * 0.08
        + (2.0 * 9000.0 + 3000.0) * 0.005 + (2.0 * 375.0 + 125.0) * 0.04;
    // gp2: 500, 200 and 100. io1 and io2: 100 each, with 5,000, 4,000 and 4,000 IOPS.
    let old = 800.0 * 0.10 + 3.0 * 100.0 * 0.125 + 13_000.0 * 0.065;
    // Ireland: six of 20 GiB, six of 100, one of 200 with more; 800 of gp2; io2.
    let in_ireland = (6.0 * 20.0 + 6.0 * 100.0 + 200.0) * 0.088 + 3000.0 * 0.0055 + 125.0 * 0.044
        + 800.0 * 0.11 + 100.0 * 0.138 + 4000.0 * 0.072;
    // Sydney: four of 100, one of 200 with more; io2.
    let in_sydney = 600.0 * 0.096 + 3000.0 * 0.006 + 125.0 * 0.048 + 100.0 * 0.138 + 4000.0 * 0.072;
    // Snapshots at full size, $0.05 in both regions: 3 of 20 GiB, 11 of 80, 3 of 100; in Ireland one of 8, 36 of 20, 7 of 80, 3 of 100.
    let snapshots = (3.0 * 20.0 + 11.0 * 80.0 + 3.0 * 100.0 + 8.0 + 36.0 * 20.0 + 7.0 * 80.0 + 3.0 * 100.0) * 0.05;

    // 17 addresses; four NAT gateways and three in Ireland; two attachments, three VPN connections; an endpoint and four in Ireland.
    let network = (17.0 * 0.005 + 4.0 * 0.045 + 3.0 * 0.048 + 2.0 * 0.05 + 3.0 * 0.05 + 0.01 + 4.0 * 0.011) * MONTH;
    // Three classic load balancers; nine others, of which three have two public addresses each.
    let balancers = (3.0 * 0.025 + 9.0 * 0.0225 + 6.0 * 0.005) * MONTH;

    // Fargate: two tasks of 0.25 vCPU and 0.5 GiB, twice three of 2 and 8. Six clusters of EKS, one in extended support.
    let containers = ((2.0 * 0.25 + 6.0 * 2.0) * 0.040_48 + (2.0 * 0.5 + 6.0 * 8.0) * 0.004_445 + 6.0 * 0.10 + 0.50) * MONTH;
    // Twice 20 instances of 0.5 GiB kept ready. Log groups of 300, 300, 50, 40 and 0.2 GiB.
    let functions = 2.0 * 20.0 * 0.5 * 3600.0 * 0.000_003_333_4 * MONTH;
    let logs = (300.0 + 300.0 + 50.0 + 40.0 + 0.2) * 0.03;

    instances + gp3 + old + in_ireland + in_sydney + snapshots + network + balancers + containers + functions + logs
}
