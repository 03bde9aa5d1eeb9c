//! `aws_elasticache_node_option`: what the nodes of a cluster are used for, and what they could be.

use billhook_catalog::table;

table! {
    /// Use and right-sizing of ElastiCache nodes, one row a cluster. The clusters of a replication group are judged by all of its nodes,
    /// since they are all of one type and change it together; amounts are those of the cluster by itself.
    pub struct NodeOption: link in "aws_elasticache_node_option" reads [] {
        /// The cluster.
        resource_id: String => "aws_elasticache_cluster",
        /// Whether it, or its replication group, belongs to a global datastore. NULL when that is not known.
        in_global_datastore: Option<bool>,
        /// Other clusters of its replication group, which change their type with it.
        moves_with_count: Option<i64>,
        /// Commands that read or write, of all nodes in the window that was measured: 0 if nobody used them. NULL when not all
        /// were measured, as for all that was measured.
        commands: Option<f64>,
        /// Most connections to a node at a time, ElastiCache's own included.
        connections_max: Option<f64>,
        /// Highest CPU of a node, percent.
        cpu_max_percent: Option<f64>,
        /// Highest CPU of a node's thread that serves commands, percent of a core; 0 for Memcached, which has many.
        engine_cpu_max_percent: Option<f64>,
        /// Highest use of a node's memory, percent of what the engine may use.
        memory_max_percent: Option<f64>,
        /// Busiest 5 minutes of a node in one direction, Gbit/s; of Memcached, of all nodes of the cluster together.
        network_max_gbps: Option<f64>,
        /// Whether a smaller type can be looked for.
        eligible: Option<bool>,
        /// Why not; empty when it can.
        ineligible_reason: Option<String>,
        /// Present vCPUs of a node.
        vcpus: Option<f64>,
        /// Present memory of a node, GiB.
        memory_gib: Option<f64>,
        /// Cheapest smaller type of the same family whose memory, CPU and network leave a fifth free at the peaks that were seen.
        /// NULL where there is none, as for all `target_` columns.
        target_type: Option<String>,
        /// Its vCPUs.
        target_vcpus: Option<f64>,
        /// Its memory, GiB.
        target_memory_gib: Option<f64>,
        /// Share of its memory that would be in use at the peak, percent.
        target_memory_percent: Option<f64>,
        /// Share of its CPU that would be in use at the peak, percent.
        target_cpu_percent: Option<f64>,
        /// Present list price, USD a month.
        monthly_usd: Option<f64>,
        /// List price of the target, USD a month.
        target_monthly_usd: Option<f64>,
        /// What the target saves, USD a month.
        monthly_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`: how good the prices of both are.
        price_basis: Option<String>,
        /// Type of the same size and memory in the family that took the place of the present one; empty where there is none, or the
        /// version of the engine does not run on it. NULL when that is not known.
        successor_type: Option<String>,
        /// Its list price, USD a month.
        successor_monthly_usd: Option<f64>,
        /// What it saves, USD a month.
        successor_savings_usd: Option<f64>,
        /// `exact`, `estimated` or `unknown`: how good these prices are.
        successor_price_basis: Option<String>,
    }
    derived from ["aws_elasticache_cluster", "aws_elasticache_replication_group", "usage"];
}
