//! The costs of `cost.rs`.

use super::super::fixture::{cluster, figures, instance};
use super::*;
use crate::prices::PriceBook;

fn usd(lines: Breakdown<'_>) -> Option<f64> {
    lines.cost().usd().map(|usd| (usd * 1e4).round() / 1e4)
}

fn of(instance: &Instance) -> Option<f64> {
    usd(instance_lines(
        PriceBook::embedded(),
        instance,
        &Estate::default(),
    ))
}

#[test]
fn an_instance_costs_its_hours_and_its_storage() {
    // us-east-1, PostgreSQL: db.m5.large $0.178 an hour, gp2 $0.115 a GiB; a standby costs both again.
    let single = instance("db", "postgres", "db.m5.large");
    assert_eq!(of(&single), Some(129.94 + 11.5));
    let mut multi = single.clone();
    multi.deployment = Some("multi-az".to_owned());
    assert_eq!(of(&multi), Some(259.88 + 23.0));
    let mut stopped = single.clone();
    stopped.status = Some("stopped".to_owned());
    assert_eq!(of(&stopped), Some(11.5));
    let mut going = single.clone();
    going.status = Some("deleting".to_owned());
    assert_eq!(of(&going), Some(0.0));
    let mut strange = single.clone();
    strange.status = Some("dreaming".to_owned());
    assert_eq!(of(&strange), None);
    let mut logged = single;
    logged.dedicated_log_volume = Some(true);
    assert_eq!(of(&logged), None, "there is no price for its log volume");
}

#[test]
fn what_has_no_price_is_unknown() {
    assert_eq!(of(&instance("db", "custom-oracle-ee", "db.m5.large")), None);
    assert_eq!(of(&instance("db", "postgres", "db.z99.large")), None);
    let mut unlicensed = instance("db", "oracle-se2", "db.m5.large");
    assert_eq!(of(&unlicensed), None);
    unlicensed.license_model = Some("bring-your-own-license".to_owned());
    assert!(of(&unlicensed).is_some());
    let mut nowhere = instance("db", "postgres", "db.m5.large");
    nowhere.id.region = "xx-nowhere-1".to_owned();
    assert_eq!(of(&nowhere), None);
}

#[test]
fn members_of_clusters_cost_their_hours_alone() {
    let mut member = instance("db", "aurora-postgresql", "db.r6g.large");
    assert_eq!(of(&member), Some(189.8));
    member.storage_type = Some("aurora-iopt1".to_owned());
    assert_eq!(of(&member), Some(246.74));
    let document = instance("db", "docdb", "db.r6g.large");
    let price =
        PriceBook::embedded().node_hour("us-east-1", NodeService::DocumentDb, "db.r6g.large", "");
    assert_eq!(
        of(&document),
        price.map(|price| price.usd * 730.0),
        "{price:?}"
    );
    assert!(price.is_some());
}

#[test]
fn a_serverless_instance_costs_its_mean_capacity_once_that_is_known() {
    let member = instance("db", "aurora-postgresql", SERVERLESS);
    assert_eq!(of(&member), None);
    let mut estate = Estate::default();
    let seen = figures(4.0);
    estate
        .databases_measured
        .add("db", "ServerlessDatabaseCapacity", seen);
    let cost = instance_lines(PriceBook::embedded(), &member, &estate);
    assert_eq!(usd(cost), Some(4.0 * 0.12 * 730.0));
}

#[test]
fn a_cluster_costs_its_volume_and_its_io_once_they_are_measured() {
    let book = PriceBook::embedded();
    let mut cluster = cluster("c", "aurora-mysql");
    let mut usage = DatabaseUsage::default();
    assert_eq!(usd(cluster_lines(book, &cluster, &usage)), None);
    usage.add("c", "VolumeBytesUsed", figures(500.0 * BYTES_PER_GIB));
    assert_eq!(usd(cluster_lines(book, &cluster, &usage)), None);
    // 1,000 + 500 in five minutes are 13.14 million a month, at $0.20 a million.
    usage.add("c", "VolumeReadIOPs", figures(1_000.0));
    usage.add("c", "VolumeWriteIOPs", figures(500.0));
    assert_eq!(
        usd(cluster_lines(book, &cluster, &usage)),
        Some(50.0 + 2.628)
    );
    cluster.io_optimized = Some(true);
    assert_eq!(usd(cluster_lines(book, &cluster, &usage)), Some(112.5));
    cluster.product = Some("Neptune".to_owned());
    assert_eq!(usd(cluster_lines(book, &cluster, &usage)), None);
}

#[test]
fn only_manual_snapshots_are_billed_by_their_size() {
    let snapshot = |kind: &str| Snapshot {
        id: instance("s", "postgres", "db.m5.large").id,
        snapshot_type: Some(kind.to_owned()),
        status: Some("available".to_owned()),
        allocated_storage_gib: Some(200),
        ..Snapshot::default()
    };
    let book = PriceBook::embedded();
    assert_eq!(usd(snapshot_lines(book, &snapshot("manual"))), Some(19.0));
    assert_eq!(usd(snapshot_lines(book, &snapshot("automated"))), None);
    assert_eq!(usd(snapshot_lines(book, &snapshot("awsbackup"))), None);
    let of_cluster = |product: &str| ClusterSnapshot {
        id: cluster("s", "aurora-mysql").id,
        product: Some(product.to_owned()),
        snapshot_type: Some("manual".to_owned()),
        status: Some("available".to_owned()),
        allocated_storage_gib: Some(100),
        ..ClusterSnapshot::default()
    };
    assert_eq!(
        usd(cluster_snapshot_lines(book, &of_cluster("Aurora"))),
        Some(2.1)
    );
    assert_eq!(
        usd(cluster_snapshot_lines(book, &of_cluster("DocumentDB"))),
        None
    );
}
