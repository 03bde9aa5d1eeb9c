//! `aws_opensearch_domain`.

use billhook_catalog::{Dimension, DimensionValue, Metric, Missing, table};

/// A domain's series carry the account as well.
const DOMAIN: &[Dimension] = &[
    Dimension {
        name: "DomainName",
        value: DimensionValue::Column("short_id"),
    },
    Dimension {
        name: "ClientId",
        value: DimensionValue::Column("account_id"),
    },
];

const fn metric(name: &'static str, doc: &'static str) -> Metric {
    Metric {
        namespace: "AWS/ES",
        name,
        dimensions: DOMAIN,
        // A domain reports every minute, zeros included: what is missing was not reported.
        missing: Missing::NoEvidence,
        doc,
    }
}

/// What AWS publishes for a domain as a whole. Of a metric of its nodes the maximum is that of the busiest node, the minimum
/// that of the idlest, and the sum that of all.
/// <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-cloudwatchmetrics.html>
pub static METRICS: &[Metric] = &[
    metric("CPUUtilization", "CPU of the data nodes in use, percent."),
    metric(
        "JVMMemoryPressure",
        "Java heap of the data nodes in use, percent.",
    ),
    metric(
        "FreeStorageSpace",
        "Free space of the data nodes, MiB, without what the service keeps for itself.",
    ),
    metric(
        "SearchRate",
        "Searches a minute, one for each shard that was searched. Those of Dashboards and plugins count as well.",
    ),
    metric(
        "IndexingRate",
        "Index operations a minute. Those of Dashboards and plugins count as well.",
    ),
    metric(
        "SearchableDocuments",
        "Documents that can be found, without deleted ones.",
    ),
    metric(
        "MasterCPUUtilization",
        "CPU of the dedicated master nodes in use, percent.",
    ),
];

table! {
    /// Domains of OpenSearch and Elasticsearch, one row a domain. When one was made is not read: it would take a request for
    /// each. Serverless collections are not read either.
    pub struct Domain: resource "AWS::OpenSearchService::Domain" in "aws_opensearch_domain" reads ["es:ListDomainNames", "es:DescribeDomains"] {
        /// `active`, `changing` (AWS makes a change to it), `creating` or `deleting`.
        state: Option<String>,
        /// `OpenSearch` or `Elasticsearch`.
        engine: Option<String>,
        /// Version of the engine (`2.11`).
        engine_version: Option<String>,
        /// Type of its data nodes (`r6g.large.search`).
        instance_type: Option<String>,
        /// Data nodes.
        instance_count: Option<i64>,
        /// Type of its dedicated master nodes; empty without any.
        master_type: Option<String>,
        /// Dedicated master nodes; 0 where the data nodes do their work.
        master_count: Option<i64>,
        /// Type of its UltraWarm nodes; empty without any.
        warm_type: Option<String>,
        /// UltraWarm nodes; 0 without any.
        warm_count: Option<i64>,
        /// Type of its dedicated coordinator nodes; empty without any.
        coordinator_type: Option<String>,
        /// Dedicated coordinator nodes; 0 without any.
        coordinator_count: Option<i64>,
        /// Whether data can be moved to cold storage.
        cold_storage: Option<bool>,
        /// Availability Zones that its data nodes are spread over.
        zone_count: Option<i64>,
        /// Whether the nodes of one of three zones stand by.
        multi_az_with_standby: Option<bool>,
        /// Whether its data nodes have EBS volumes. Otherwise their own disks hold the data.
        ebs_enabled: Option<bool>,
        /// `gp3`, `gp2`, `io1` or `standard` (magnetic); empty without EBS.
        volume_type: Option<String>,
        /// Size of the volume of each data node, GiB; 0 without EBS.
        volume_size_gib: Option<i64>,
        /// Provisioned I/O operations a second of each volume; 0 for types without.
        provisioned_iops: Option<i64>,
        /// Provisioned throughput of each volume, MiB/s; 0 for types without.
        provisioned_throughput_mibps: Option<i64>,
        /// Whether what it stores is encrypted.
        encrypted: Option<bool>,
        /// Key that it is encrypted with; empty when it is not.
        kms_key_id: Option<String>,
        /// Whether what its nodes send to each other is encrypted.
        node_to_node_encrypted: Option<bool>,
        /// Whether clients have to use HTTPS.
        https_enforced: Option<bool>,
        /// Oldest TLS that it accepts, as AWS calls the policy.
        tls_policy: Option<String>,
        /// Network that its endpoint is in; empty for a public endpoint.
        vpc_id: Option<String>,
    }
    group "tags" reads ["tag:GetResources"] {
    }
    metrics METRICS;
}
