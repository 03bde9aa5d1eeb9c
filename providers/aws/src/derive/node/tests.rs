use billhook_catalog::Key;

use super::super::measured::Series;
use super::*;
use crate::elasticache::cluster::Cluster;
use crate::elasticache::replication_group::ReplicationGroup;
use crate::prices::PriceBook;

fn key(id: &str) -> Key {
    Key {
        resource_id: id.to_owned(),
        region: "us-east-1".to_owned(),
        ..Key::default()
    }
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn cluster(id: &str, node_type: &str, group: &str) -> Cluster {
    Cluster {
        id: key(id),
        status: text("available"),
        engine: text("redis"),
        engine_version: text("7.1"),
        node_type: text(node_type),
        node_count: Some(1),
        replication_group_resource_id: text(group),
        on_outpost: Some(false),
        ..Cluster::default()
    }
}

fn group(id: &str, global: &str) -> ReplicationGroup {
    ReplicationGroup {
        id: key(id),
        global_datastore: text(global),
        data_tiering: Some(false),
        ..ReplicationGroup::default()
    }
}

/// CPU and memory at their peaks, commands of two weeks, connections at most.
fn measure(estate: &mut Estate, id: &str, cpu: f64, memory: f64, commands: f64, connections: f64) {
    for (metric, statistic, max, sum) in [
        ("CPUUtilization", "Maximum", cpu, None),
        ("EngineCPUUtilization", "Maximum", cpu, None),
        ("DatabaseMemoryUsagePercentage", "Maximum", memory, None),
        ("CurrConnections", "Maximum", connections, None),
        ("GetTypeCmds", "Sum", commands, Some(commands)),
        ("SetTypeCmds", "Sum", 0.0, Some(0.0)),
        // 0.1 Gbit/s.
        ("NetworkBytesIn", "Sum", 0.1e9 / 8.0 * 300.0, None),
        ("NetworkBytesOut", "Sum", 0.0, None),
    ] {
        let series = Series {
            metric,
            statistic,
            period_seconds: 300,
            window_days: 14.0,
            coverage: 1.0,
            max: Some(max),
            sum,
            ..Series::default()
        };
        estate.measured.add(id, series);
    }
}

fn options(estate: &Estate) -> Vec<NodeOption> {
    elasticache::rows(estate, PriceBook::embedded(), &mut Used::default())
}

fn near(found: Option<f64>, expected: f64) {
    let found = found.expect("a figure");
    assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
}

#[test]
fn the_nodes_of_a_group_are_judged_by_the_busiest() {
    let mut estate = Estate {
        cache_clusters: vec![
            cluster("a", "cache.r6g.2xlarge", "g"),
            cluster("b", "cache.r6g.2xlarge", "g"),
        ],
        replication_groups: vec![group("g", "")],
        ..Estate::default()
    };
    measure(&mut estate, "a", 10.0, 35.0, 500.0, 40.0);
    measure(&mut estate, "b", 2.0, 5.0, 0.0, 5.0);
    let rows = options(&estate);
    for row in &rows {
        assert_eq!(row.eligible, Some(true), "{:?}", row.ineligible_reason);
        assert_eq!(row.moves_with_count, Some(1));
        assert_eq!(
            (row.commands, row.connections_max),
            (Some(500.0), Some(40.0))
        );
        // 35 % of 52.82 GiB are 70 % of 26.32, and 141 % of 13.07.
        assert_eq!(row.target_type.as_deref(), Some("cache.r6g.xlarge"));
        near(row.target_memory_percent, 35.0 * 52.82 / 26.32);
        near(row.target_cpu_percent, 20.0);
        near(row.monthly_usd, 0.821 * 730.0);
        near(row.monthly_savings_usd, (0.821 - 0.411) * 730.0);
        assert_eq!(row.successor_type.as_deref(), Some(""));
    }
    // With less in memory, CPU decides: 90 % of 8 vCPUs do not fit 4.
    let mut busy = Estate {
        cache_clusters: vec![cluster("a", "cache.r6g.2xlarge", "")],
        ..Estate::default()
    };
    measure(&mut busy, "a", 90.0, 5.0, 1.0, 9.0);
    let row = &options(&busy)[0];
    assert_eq!((row.eligible, row.target_type.clone()), (Some(true), None));
    assert_eq!(row.in_global_datastore, Some(false));
}

#[test]
fn what_was_not_measured_of_one_node_is_not_known_of_the_group() {
    let mut estate = Estate {
        cache_clusters: vec![
            cluster("a", "cache.r6g.2xlarge", "g"),
            cluster("b", "cache.r6g.2xlarge", "g"),
        ],
        replication_groups: vec![group("g", "")],
        ..Estate::default()
    };
    measure(&mut estate, "a", 1.0, 1.0, 0.0, 5.0);
    for row in options(&estate) {
        assert_eq!((row.commands, row.connections_max), (None, None));
        assert_eq!((row.eligible, row.target_type), (Some(false), None));
    }
}

#[test]
fn some_nodes_are_not_changed_by_themselves() {
    let why = |estate: &mut Estate| {
        measure(estate, "a", 1.0, 1.0, 0.0, 5.0);
        let row = options(estate).swap_remove(0);
        assert_eq!((row.eligible, row.target_type), (Some(false), None));
        (
            row.in_global_datastore,
            row.ineligible_reason.expect("a reason"),
        )
    };
    let of_group = |groups: Vec<ReplicationGroup>| Estate {
        cache_clusters: vec![cluster("a", "cache.r6g.2xlarge", "g")],
        replication_groups: groups,
        ..Estate::default()
    };
    let (global, reason) = why(&mut of_group(vec![group("g", "ldgnf-x")]));
    assert_eq!(global, Some(true));
    assert!(reason.contains("global datastore"), "{reason}");
    let (global, reason) = why(&mut of_group(Vec::new()));
    assert_eq!(global, None);
    assert!(reason.contains("not read"), "{reason}");
    let alone = |node_type: &str| Estate {
        cache_clusters: vec![cluster("a", node_type, "")],
        ..Estate::default()
    };
    assert!(why(&mut alone("cache.t4g.medium")).1.contains("burstable"));
    assert!(why(&mut alone("cache.r6gd.xlarge")).1.contains("not known"));
}

#[test]
fn memcached_is_measured_in_its_own_way() {
    let mut memcached = cluster("a", "cache.m5.xlarge", "");
    memcached.engine = text("memcached");
    memcached.engine_version = text("1.6.22");
    memcached.node_count = Some(3);
    let mut estate = Estate {
        cache_clusters: vec![memcached],
        ..Estate::default()
    };
    measure(&mut estate, "a", 10.0, 0.0, 700.0, 9.0);
    let row = &options(&estate)[0];
    assert_eq!((row.commands, row.eligible), (None, Some(false)));
    for (metric, statistic, figure) in [
        ("BytesUsedForCacheItems", "Maximum", 3.0 * 1_073_741_824.0),
        ("CmdGet", "Sum", 60.0),
        ("CmdSet", "Sum", 7.0),
    ] {
        let series = Series {
            metric,
            statistic,
            period_seconds: 3600,
            window_days: 14.0,
            coverage: 1.0,
            max: Some(figure),
            sum: Some(figure),
            ..Series::default()
        };
        estate.measured.add("a", series);
    }
    let row = &options(&estate)[0];
    assert_eq!(row.commands, Some(67.0));
    near(row.memory_max_percent, 100.0 * 3.0 / 12.93);
    assert_eq!(row.target_type.as_deref(), Some("cache.m5.large"));
    near(row.monthly_savings_usd, 3.0 * (0.311 - 0.156) * 730.0);
    assert_eq!(row.successor_type.as_deref(), Some("cache.m6g.xlarge"));
    near(row.successor_savings_usd, 3.0 * (0.311 - 0.297) * 730.0);
    estate.cache_clusters[0].engine_version = text("1.5.10");
    let row = &options(&estate)[0];
    assert_eq!(
        row.successor_type.as_deref(),
        Some(""),
        "too old for Graviton"
    );
}

#[test]
fn a_memorydb_cluster_is_paid_by_the_node() {
    let mut estate = Estate {
        memorydb_clusters: vec![crate::memorydb::cluster::Cluster {
            id: key("m"),
            status: text("available"),
            engine: text("valkey"),
            node_type: text("db.r6g.xlarge"),
            node_count: Some(4),
            data_tiering: Some(false),
            multi_region_cluster: text(""),
            ..crate::memorydb::cluster::Cluster::default()
        }],
        ..Estate::default()
    };
    measure(&mut estate, "m", 4.0, 30.0, 0.0, 5.0);
    let rows =
        |estate: &Estate| memorydb::rows(estate, PriceBook::embedded(), &mut Used::default());
    let row = rows(&estate).swap_remove(0);
    assert_eq!((row.commands, row.connections_max), (Some(0.0), Some(5.0)));
    assert_eq!(row.target_type.as_deref(), Some("db.r6g.large"));
    near(row.monthly_usd, 4.0 * 0.4319 * 730.0);
    near(row.monthly_savings_usd, 4.0 * (0.4319 - 0.2163) * 730.0);
    estate.memorydb_clusters[0].multi_region_cluster = text("virxk-x");
    let row = rows(&estate).swap_remove(0);
    assert_eq!((row.eligible, row.target_type), (Some(false), None));
    estate.memorydb_clusters[0].node_count = None;
    assert_eq!(rows(&estate)[0].monthly_usd, None);
}
