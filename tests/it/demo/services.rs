//! The part of the demo account that is no machine, network or bucket: what is planted in the other services, what only looks
//! like it, and what each amount comes to by list prices.
//!
//! Prices in USD as AWS publishes them for on-demand use; a month has 730 hours.
//!
//! | | us-east-1 | eu-west-1 |
//! |---|---|---|
//! | RDS, hour | MariaDB db.m6g.large 0.152, MySQL db.t4g.medium 0.065 | PostgreSQL db.r6g.2xlarge 1.007, db.r6g.xlarge 0.504 |
//! | RDS gp3 GiB, snapshot GiB | 0.115, 0.095 | 0.127 |
//! | extended support of RDS, vCPU-hour; of EKS, hour on top of 0.10 | 0.10; 0.50 | 0.112; 0.50 |
//! | Aurora PostgreSQL db.r6g.xlarge hour, GiB, million requests | 0.519, 0.10, 0.20 | |
//! | ElastiCache for Redis, hour | cache.r6g.xlarge 0.411, cache.r6g.large 0.206 | cache.t4g.micro 0.017 |
//! | ElastiCache for Valkey, hour | cache.m6g.large 0.1192 | |
//! | DynamoDB RCU and WCU hour, GiB | 0.00013, 0.00065, 0.25 | |
//! | the same in Standard-IA | 0.00016, 0.00081, 0.10 | |
//! | DynamoDB on demand, a million reads, writes | 0.125, 0.625 | |
//! | Redshift dc2.large hour | | 0.30 |
//! | OpenSearch, hour | m6g.large.search 0.128 | r6g.large.search 0.187, t3.small.search 0.039 |
//! | OpenSearch gp3 GiB | 0.122 | 1.525 times EBS: 0.1342 |
//! | Fargate vCPU-hour, GB-hour | 0.04048, 0.004445 | |
//! | Lambda kept ready, GB-second: x86, Arm | 0.0000041667, 0.0000033334 | |
//! | CloudWatch Logs GiB | 0.03 | |
//! | Application Load Balancer hour, public address hour | 0.0225, 0.005 | 0.0252, 0.005 |
//! | KMS key, secret, a month | 1, 0.40 | 1 |
//! | interface endpoint hour and zone, VPC attachment hour, VPN hour | 0.01, 0.05, 0.05 | 0.05 (VPN) |
//! | EFS Standard GiB, ECR GiB | 0.30, 0.10 | |

use super::money::{Line, MONTH, To};

const CACHE: &str = "aws/elasticache/oversized-node";

/// Everything that is planted, by rule.
#[rustfmt::skip]
pub(super) const PLANTED: &[(&str, &[&str])] = &[
    ("aws/cloudfront/egress-hotspot", &["E9527950ED0EA6"]), // static.fernhill.example
    ("aws/dynamodb/overprovisioned-capacity", &["recommendations"]),
    ("aws/dynamodb/storage-heavy-table", &["order-events"]),
    ("aws/ec2/oversized-group", &["fulfilment-api-prod-asg"]),
    ("aws/ecr/repository-without-lifecycle", &["storefront/web"]),
    ("aws/ecr/stale-images", &["storefront/web"]),
    ("aws/ecs/oversized-service", &["services-prod/pdf-renderer"]),
    ("aws/efs/idle-file-system", &["fs-00174c5dcd365c299"]), // ml-notebook-home
    ("aws/eks/extended-support-cluster", &["platform-staging"]),
    (CACHE, &["storefront-cache-001", "storefront-cache-002"]),
    ("aws/elb/idle-load-balancer", &["app/old-wordpress/5c41d7e09a3b8f26"]),
    ("aws/kms/unused-key", &["9f01bae3-3dc6-48eb-b995-1bbf2dc8a947"]), // crm-backup
    ("aws/lambda/idle-provisioned-concurrency", &["checkout-fraud-check:live"]),
    ("aws/logs/endless-retention", &["/aws/lambda/checkout-fraud-check"]),
    ("aws/opensearch/idle-domain", &["audit-logs"]),
    ("aws/rds/extended-support-instance", &["logistics-db"]),
    ("aws/rds/idle-instance", &["crm-db"]),
    ("aws/rds/old-manual-snapshot", &["crm-before-10-11"]),
    ("aws/rds/oversized-instance", &["reporting-db"]),
    ("aws/redshift/idle-cluster", &["dwh-2022"]),
    ("aws/sagemaker/idle-endpoint", &["recommender-exp-7"]),
    ("aws/secretsmanager/unused-secret", &["crm/mail-gateway"]),
    ("aws/vpc/idle-interface-endpoint", &["vpce-0f1fe50faf9832811"]), // kinesis-streams
    ("aws/vpc/idle-transit-gateway-attachment", &["tgw-attach-07199a45eed6a3692"]), // hub-old-vpc
    ("aws/vpc/idle-vpn-connection", &["vpn-0e1a7d6820d179fa7"]), // eu-test-vpn
];

/// Rules that find nothing there.
pub(super) const SILENT: &[&str] = &[
    "aws/dynamodb/idle-table",
    "aws/ecs/idle-service",
    "aws/efs/unencrypted-file-system",
    "aws/eks/empty-cluster",
    "aws/elasticache/idle-node",
    "aws/elasticache/previous-generation-node",
    "aws/elasticache/unencrypted-group",
    "aws/elb/egress-hotspot",
    "aws/lambda/uninvoked-function",
    "aws/logs/idle-log-group",
    "aws/opensearch/oversized-domain",
    "aws/opensearch/unencrypted-domain",
    "aws/rds/aurora-io-optimized-candidate",
    "aws/rds/graviton-candidate",
    "aws/rds/long-backup-retention",
    "aws/rds/overallocated-storage",
    "aws/rds/previous-generation-instance",
    "aws/rds/unencrypted-cluster",
    "aws/rds/unencrypted-instance",
    "aws/rds/unencrypted-snapshot",
    "aws/redshift/oversized-cluster",
    "aws/redshift/unencrypted-cluster",
    "aws/vpc/transit-gateway-hotspot",
];

const CLEAR: Option<&str> = None;

/// (rule, bare id, why it is not judged; none when it is judged and fine)
#[rustfmt::skip]
pub(super) const LOOK_ALIKES: &[(&str, &str, Option<&str>)] = &[
    ("aws/cloudfront/egress-hotspot", "E7269E95913561", CLEAR), // status.fernhill.example, next to nothing
    // As large as it has to be; on demand, so there is no capacity to lower, and its other class has no price.
    ("aws/dynamodb/overprovisioned-capacity", "order-events", CLEAR),
    ("aws/dynamodb/storage-heavy-table", "recommendations", CLEAR),
    ("aws/dynamodb/storage-heavy-table", "carts", Some("what it would cost in the other table class is not known")),
    // They follow their load; the cluster decides; one of several types; none smaller holds what they need.
    ("aws/ec2/oversized-group", "storefront-web-prod-asg",
        Some("it scales with its load: of a smaller type it would start more instances")),
    ("aws/ec2/oversized-group", "checkout-api-prod-asg",
        Some("it scales with its load: of a smaller type it would start more instances")),
    ("aws/ec2/oversized-group", "eks-general-8ac1f3", Some("managed by eks:platform-prod")),
    ("aws/ec2/oversized-group", "batch-workers", Some("it chooses among several types (mixed instances)")),
    ("aws/ec2/oversized-group", "ci-runners", CLEAR),
    ("aws/ec2/oversized-group", "storefront-web-eu-asg", CLEAR),
    ("aws/ec2/oversized-group", "storefront-web-apac-asg", CLEAR),
    ("aws/ecr/repository-without-lifecycle", "checkout/api", CLEAR),
    ("aws/ecr/stale-images", "checkout/api", CLEAR),
    ("aws/ecs/oversized-service", "services-prod/checkout-worker", CLEAR),
    ("aws/ecs/oversized-service", "services-prod/feed-import",
        Some("it scales with its load, between 1 and 6 tasks")),
    ("aws/eks/extended-support-cluster", "platform-prod", CLEAR), // in standard support until December
    ("aws/eks/empty-cluster", "platform-staging", CLEAR), // its pods run on Fargate
    ("aws/efs/idle-file-system", "fs-0c970e602b9cc43a5", CLEAR), // storefront-media
    (CACHE, "checkout-sessions-001", CLEAR),
    (CACHE, "dev-cache", Some("burstable type: its CPU credits have to be simulated")),
    ("aws/elb/idle-load-balancer", "app/storefront/0f1e2d3c4b5a6978", CLEAR),
    ("aws/kms/unused-key", "eedd64b9-6335-4ecc-ba33-93b3a90e7b2c", CLEAR), // fernhill-prod-logs, which a bucket names
    ("aws/lambda/idle-provisioned-concurrency", "storefront-resize:live", CLEAR),
    ("aws/logs/endless-retention", "/ecs/pdf-renderer", CLEAR),
    ("aws/opensearch/idle-domain", "catalog-search", CLEAR),
    ("aws/opensearch/oversized-domain", "audit-logs", CLEAR), // nothing is smaller than three of these
    ("aws/opensearch/oversized-domain", "dev-search",
        Some("burstable nodes: their CPU credits have to be simulated")),
    // Two are in use day and night; a size below would not do for either, since one has to stand in for the other.
    ("aws/rds/oversized-instance", "orders-1", CLEAR),
    ("aws/rds/oversized-instance", "orders-2", CLEAR),
    ("aws/rds/oversized-instance", "crm-db", CLEAR), // there is nothing smaller, and it is idle anyway
    ("aws/rds/oversized-instance", "logistics-db", Some("burstable class: its CPU credits have to be simulated")),
    ("aws/rds/idle-instance", "reporting-db", CLEAR),
    ("aws/rds/extended-support-instance", "reporting-db", CLEAR),
    ("aws/rds/aurora-io-optimized-candidate", "orders", CLEAR), // 9 % of its cost are I/O
    ("aws/rds/old-manual-snapshot", "logistics-before-8-4", CLEAR), // a fortnight old
    ("aws/redshift/idle-cluster", "dwh", CLEAR),
    ("aws/redshift/oversized-cluster", "dwh-2022", CLEAR), // two nodes are the least
    ("aws/sagemaker/idle-endpoint", "recommender-prod", CLEAR),
    ("aws/secretsmanager/unused-secret", "checkout/payment-provider", CLEAR),
    ("aws/vpc/idle-interface-endpoint", "vpce-082397fada324ae4d", CLEAR), // ecr.dkr
    ("aws/vpc/idle-transit-gateway-attachment", "tgw-attach-0d5c5887e894826cb", CLEAR), // hub-prod
    ("aws/vpc/idle-vpn-connection", "vpn-0936e53964b30f4c3", CLEAR), // warehouse-vpn
];

/// What a rule is not about.
#[rustfmt::skip]
pub(super) const OUTSIDE: &[(&str, &str)] = &[
    ("aws/dynamodb/overprovisioned-capacity", "carts"), // on demand
    ("aws/logs/endless-retention", "/aws/rds/instance/crm-db/error"), // a fifth of a GiB
    ("aws/rds/extended-support-instance", "crm-db"), // MariaDB has none
    ("aws/rds/old-manual-snapshot", "rds:crm-db-2026-10-04-04-12"), // automated
    ("aws/rds/overallocated-storage", "orders-1"), // Aurora grows by itself
    ("aws/secretsmanager/unused-secret", "rds!cluster-6f1c0d52"), // RDS's own
];

/// (rule, population, flagged, clear, not judged)
#[rustfmt::skip]
pub(super) const COUNTS: &[(&str, u64, u64, u64, u64)] = &[
    ("aws/cloudfront/egress-hotspot", 2, 1, 1, 0),
    ("aws/dynamodb/idle-table", 2, 0, 2, 0),
    ("aws/dynamodb/overprovisioned-capacity", 2, 1, 1, 0),
    ("aws/dynamodb/storage-heavy-table", 3, 1, 1, 1),
    ("aws/ec2/oversized-group", 8, 1, 3, 4),
    ("aws/ecr/repository-without-lifecycle", 2, 1, 1, 0),
    ("aws/ecr/stale-images", 2, 1, 1, 0),
    ("aws/ecs/idle-service", 3, 0, 3, 0),
    ("aws/ecs/oversized-service", 3, 1, 1, 1),
    ("aws/efs/idle-file-system", 2, 1, 1, 0),
    ("aws/efs/unencrypted-file-system", 2, 0, 2, 0),
    ("aws/eks/empty-cluster", 2, 0, 2, 0),
    ("aws/eks/extended-support-cluster", 2, 1, 1, 0),
    ("aws/elasticache/idle-node", 5, 0, 5, 0),
    ("aws/elasticache/oversized-node", 5, 2, 2, 1),
    ("aws/elasticache/previous-generation-node", 5, 0, 5, 0),
    ("aws/elasticache/unencrypted-group", 2, 0, 2, 0),
    ("aws/elb/egress-hotspot", 2, 0, 2, 0),
    ("aws/elb/idle-load-balancer", 2, 1, 1, 0),
    // Without those that AWS manages.
    ("aws/kms/unused-key", 5, 1, 4, 0),
    ("aws/lambda/idle-provisioned-concurrency", 2, 1, 1, 0),
    ("aws/lambda/uninvoked-function", 2, 0, 2, 0),
    ("aws/logs/endless-retention", 2, 1, 1, 0),
    ("aws/logs/idle-log-group", 2, 0, 2, 0),
    ("aws/opensearch/idle-domain", 3, 1, 2, 0),
    ("aws/opensearch/oversized-domain", 3, 0, 2, 1),
    ("aws/opensearch/unencrypted-domain", 3, 0, 3, 0),
    ("aws/rds/aurora-io-optimized-candidate", 1, 0, 1, 0),
    ("aws/rds/extended-support-instance", 4, 1, 3, 0),
    ("aws/rds/graviton-candidate", 5, 0, 5, 0),
    ("aws/rds/idle-instance", 5, 1, 4, 0),
    ("aws/rds/long-backup-retention", 3, 0, 3, 0),
    ("aws/rds/old-manual-snapshot", 2, 1, 1, 0),
    ("aws/rds/overallocated-storage", 3, 0, 3, 0),
    ("aws/rds/oversized-instance", 5, 1, 3, 1),
    ("aws/rds/previous-generation-instance", 5, 0, 5, 0),
    ("aws/rds/unencrypted-cluster", 1, 0, 1, 0),
    ("aws/rds/unencrypted-instance", 3, 0, 3, 0),
    ("aws/rds/unencrypted-snapshot", 2, 0, 2, 0),
    ("aws/redshift/idle-cluster", 2, 1, 1, 0),
    ("aws/redshift/oversized-cluster", 2, 0, 2, 0),
    ("aws/redshift/unencrypted-cluster", 2, 0, 2, 0),
    ("aws/sagemaker/idle-endpoint", 2, 1, 1, 0),
    ("aws/secretsmanager/unused-secret", 2, 1, 1, 0),
    ("aws/vpc/idle-interface-endpoint", 2, 1, 1, 0),
    ("aws/vpc/idle-transit-gateway-attachment", 2, 1, 1, 0),
    ("aws/vpc/idle-vpn-connection", 2, 1, 1, 0),
    ("aws/vpc/transit-gateway-hotspot", 2, 0, 2, 0),
];

/// The savings, each by itself.
#[rustfmt::skip]
pub(super) fn by_hand() -> Vec<Line> {
    use To::{Bound, Net};
    vec![
        // crm-db: MariaDB on db.m6g.large, us-east-1, and its 100 GiB of gp3: 110.96 + 11.50.
        ("aws/rds/idle-instance", "crm-db", 0.152 * MONTH + 100.0 * 0.115, 122.46, Net),
        // PostgreSQL, eu-west-1: db.r6g.2xlarge (8 vCPUs, 64 GiB) to db.r6g.xlarge (4, 32). Its storage stays as it is.
        ("aws/rds/oversized-instance", "reporting-db", (1.007 - 0.504) * MONTH, 367.19, Net),
        // MySQL 8.0, us-east-1: two vCPUs in the first two years of extended support.
        ("aws/rds/extended-support-instance", "logistics-db", 2.0 * 0.10 * MONTH, 146.00, Net),
        // 100 GiB at most: only what is used of them is stored.
        ("aws/rds/old-manual-snapshot", "crm-before-10-11", 100.0 * 0.095, 9.50, Bound),

        // A primary and its replica of the same type, us-east-1.
        (CACHE, "storefront-cache-001", (0.411 - 0.206) * MONTH, 149.65, Net),
        (CACHE, "storefront-cache-002", (0.411 - 0.206) * MONTH, 149.65, Net),
        // 20 reads and 8 writes a second are used: twice that suffices of 400 and 200.
        ("aws/dynamodb/overprovisioned-capacity", "recommendations",
            ((400.0 - 40.0) * 0.00013 + (200.0 - 16.0) * 0.00065) * MONTH, 121.47, Net),
        // 800 GiB at 0.10 in place of 0.25; 25 read and 15 write units cost more there.
        ("aws/dynamodb/storage-heavy-table", "order-events",
            800.0 * (0.25 - 0.10) - (25.0 * (0.00016 - 0.00013) + 15.0 * (0.00081 - 0.00065)) * MONTH, 117.70, Net),
        // Two dc2.large, eu-west-1, whose storage comes with them.
        ("aws/redshift/idle-cluster", "dwh-2022", 2.0 * 0.30 * MONTH, 438.00, Net),
        // Three nodes and three volumes of 100 GiB, us-east-1.
        ("aws/opensearch/idle-domain", "audit-logs", 3.0 * 0.128 * MONTH + 300.0 * 0.122, 316.92, Net),

        // Four tasks of 2 vCPUs and 8 GB; half a vCPU and 3 GB hold what they use.
        ("aws/ecs/oversized-service", "services-prod/pdf-renderer",
            4.0 * ((2.0 - 0.5) * 0.04048 + (8.0 - 3.0) * 0.004445) * MONTH, 242.20, Net),
        // Kubernetes 1.31, eu-west-1: 0.60 an hour in place of 0.10.
        ("aws/eks/extended-support-cluster", "platform-staging", 0.50 * MONTH, 365.00, Net),
        // 155 of the 190 GiB of its images, us-east-1; layers that images share are billed once.
        ("aws/ecr/stale-images", "storefront/web", 155.0 * 0.10, 15.50, Bound),
        // Nineteen of twenty instances of 1 GB are never used.
        ("aws/lambda/idle-provisioned-concurrency", "checkout-fraud-check:live",
            19.0 * 1.0 * 3600.0 * MONTH * 0.0000041667, 208.05, Net),
        // 900 GiB in 900 days: 90 days of it would be kept.
        ("aws/logs/endless-retention", "/aws/lambda/checkout-fraud-check", 900.0 * 0.03 * (1.0 - 90.0 / 900.0), 24.30, Net),
        // Three members of m5.xlarge $0.192 to r5a.large (2 vCPUs, 16 GiB) $0.113, us-east-1.
        ("aws/ec2/oversized-group", "fulfilment-api-prod-asg", 3.0 * (0.192 - 0.113) * MONTH, 173.01, Net),

        // eu-west-1: its hours and a public address in each of two zones, 18.396 + 7.30.
        ("aws/elb/idle-load-balancer", "app/old-wordpress/5c41d7e09a3b8f26", 0.0252 * MONTH + 2.0 * 0.005 * MONTH, 25.70, Net),
        // A key that was rotated three times, of which two are billed.
        ("aws/kms/unused-key", "9f01bae3-3dc6-48eb-b995-1bbf2dc8a947", 1.0 + 2.0 * 1.0, 3.00, Net),
        ("aws/secretsmanager/unused-secret", "crm/mail-gateway", 0.40, 0.40, Net),
        // Three zones; a VPC's attachment; a connection.
        ("aws/vpc/idle-interface-endpoint", "vpce-0f1fe50faf9832811", 3.0 * 0.01 * MONTH, 21.90, Net),
        ("aws/vpc/idle-transit-gateway-attachment", "tgw-attach-07199a45eed6a3692", 0.05 * MONTH, 36.50, Net),
        ("aws/vpc/idle-vpn-connection", "vpn-0e1a7d6820d179fa7", 0.05 * MONTH, 36.50, Net),
        // 400 GiB in Standard, us-east-1.
        ("aws/efs/idle-file-system", "fs-00174c5dcd365c299", 400.0 * 0.30, 120.00, Net),
    ]
}

/// A month of all of it. (quantity, USD a month for one)
#[rustfmt::skip]
pub(super) fn monthly_usd() -> f64 {
    let hours = [
        // RDS: crm-db, logistics-db and its two vCPUs past standard support, reporting-db, orders-1 and orders-2
        (1.0, 0.152), (1.0, 0.065), (2.0, 0.10), (1.0, 1.007), (2.0, 0.519),
        // ElastiCache: storefront-cache, checkout-sessions, dev-cache
        (2.0, 0.411), (2.0, 0.1192), (1.0, 0.017),
        // DynamoDB: recommendations and order-events
        (400.0 + 25.0, 0.00013), (200.0 + 15.0, 0.00065),
        // Redshift: dwh-2022; the other one's storage has no price in its region, so neither has it
        (2.0, 0.30),
        // OpenSearch: audit-logs, catalog-search, dev-search
        (3.0, 0.128), (2.0, 0.187), (1.0, 0.039),
        // Fargate: pdf-renderer 4 × (2, 8), checkout-worker 2 × (1, 2), feed-import 1 × (0.5, 1)
        (8.0 + 2.0 + 0.5, 0.04048), (32.0 + 4.0 + 1.0, 0.004445),
        // EKS: two clusters, one of them past standard support
        (2.0, 0.10), (1.0, 0.50),
        // Lambda: 20 × 1 GB on x86, 3 × 0.5 GB on Arm
        (20.0 * 3600.0, 0.0000041667), (1.5 * 3600.0, 0.0000033334),
        // Load balancers, one in each of two regions, with three and two public addresses
        (1.0, 0.0225), (1.0, 0.0252), (5.0, 0.005),
        // Interface endpoints in three and two zones, two attachments, two connections
        (5.0, 0.01), (2.0, 0.05), (2.0, 0.05),
    ];
    let months = [
        // RDS: gp3 of 100 and 50 GiB, of 500 in eu-west-1, two manual snapshots
        (100.0 + 50.0, 0.115), (500.0, 0.127), (100.0 + 50.0, 0.095),
        // Aurora: 400 GiB, and 45,000 requests in each of the 8,760 five minutes of a month, priced by the million
        (400.0, 0.10), (0.045 * 8760.0, 0.20),
        // DynamoDB: storage; carts reads 30,000 and writes 12,000 units in five minutes
        (10.0 + 800.0 + 20.0, 0.25), (0.03 * 8760.0, 0.125), (0.012 * 8760.0, 0.625),
        // OpenSearch: volumes, 300 GiB in us-east-1, 200 and 20 in eu-west-1
        (300.0, 0.122), (220.0, 1.525 * 0.088),
        // ECR, EFS, log groups
        (190.0 + 9.5, 0.10), (400.0 + 250.0, 0.30), (900.0 + 2.5 + 0.2, 0.03),
        // KMS: five keys and six of their rotations; three secrets
        (5.0 + 6.0, 1.0), (3.0, 0.40),
    ];
    let sum = |amounts: &[(f64, f64)]| amounts.iter().map(|(count, usd)| count * usd).sum::<f64>();
    MONTH * sum(&hours) + sum(&months)
}
