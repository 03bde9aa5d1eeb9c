//! Databases, from RDS's answers to rows.

use billhook_catalog::{Collected, CoverageStatus, GapKind, Provider, Quiet, Row, Tables, Want};

use super::replies::{Asked, Reply, aws, nothing};
use crate::rds::cluster::Cluster;
use crate::rds::instance::Instance;
use crate::rds::snapshot::Snapshot;

fn want(tables: &[(&'static str, &[&'static str])]) -> Want {
    let mut want = Want::new("2026-03-15T12:00:00Z".parse().unwrap());
    want.regions = Some(vec!["us-east-1".to_owned()]);
    for (table, groups) in tables {
        want.add(table, "base");
        groups.iter().for_each(|group| want.add(table, group));
    }
    want
}

fn rows<R: Row>(collected: &Collected) -> Vec<R> {
    let mut tables = Tables::default();
    tables.insert(R::TABLE.name, collected.tables[R::TABLE.name].clone());
    tables.rows().unwrap()
}

fn answer(operation: &str, content: &str) -> Reply {
    let namespace = "http://rds.amazonaws.com/doc/2014-10-31/";
    Reply::new(
        200,
        format!(
            "<{operation}Response xmlns=\"{namespace}\"><{operation}Result>{content}</{operation}Result></{operation}Response>"
        ),
    )
}

fn denied() -> Reply {
    Reply::new(
        403,
        "<ErrorResponse xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"><Error><Type>Sender</Type>\
         <Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
    )
}

fn instances(asked: &Asked) -> Reply {
    let first = "<DBInstance><DBInstanceIdentifier>shop</DBInstanceIdentifier><Engine>postgres</Engine>\
        <DBInstanceStatus>stopped</DBInstanceStatus><AutomaticRestartTime>2026-03-18T09:00:00Z</AutomaticRestartTime>\
        <MultiAZ>true</MultiAZ><AllocatedStorage>100</AllocatedStorage><StorageType>gp3</StorageType><Iops>3000</Iops>\
        <StorageThroughput>125</StorageThroughput><StorageEncrypted>false</StorageEncrypted>\
        <ReadReplicaSourceDBInstanceIdentifier>arn:aws:rds:eu-west-1:123456789012:db:origin</ReadReplicaSourceDBInstanceIdentifier>\
        </DBInstance>";
    let second = "<DBInstance><DBInstanceIdentifier>papers-1</DBInstanceIdentifier><Engine>docdb</Engine>\
        <DBInstanceArn>arn:aws:rds:us-east-1:123456789012:db:papers-1</DBInstanceArn>\
        <DBClusterIdentifier>papers</DBClusterIdentifier><MultiAZ>true</MultiAZ><AllocatedStorage>1</AllocatedStorage>\
        <StorageType>aurora</StorageType><StorageEncrypted>true</StorageEncrypted><PromotionTier>1</PromotionTier></DBInstance>\
        <DBInstance><DBInstanceIdentifier>bare</DBInstanceIdentifier></DBInstance>";
    let (page, next) = if asked.body.contains("Marker=two") {
        (second, "")
    } else {
        (first, "<Marker>two</Marker>")
    };
    answer(
        "DescribeDBInstances",
        &format!("<DBInstances>{page}</DBInstances>{next}"),
    )
}

#[tokio::test]
async fn instances_are_read_to_the_last_page_and_called_by_their_product() {
    let (aws, log) = aws(|asked| match asked.what.as_str() {
        "rds:DescribeDBInstances" => instances(asked),
        _ => nothing(),
    });
    let collected = aws
        .collect(&want(&[("aws_rds_instance", &[])]), &Quiet)
        .await;
    assert_eq!(collected.gaps, []);
    let asked = log.of("rds:DescribeDBInstances");
    assert_eq!(asked.len(), 2);
    assert!(
        asked
            .iter()
            .all(|asked| asked.body.contains("MaxRecords=100"))
    );
    let found = rows::<Instance>(&collected);
    let of = |id: &str| found.iter().find(|row| row.id.short_id == id).unwrap();

    let shop = of("shop");
    assert_eq!(
        shop.id.resource_id,
        "arn:aws:rds:us-east-1:123456789012:db:shop"
    );
    assert_eq!(shop.product.as_deref(), Some("RDS"));
    assert_eq!(shop.deployment.as_deref(), Some("multi-az"));
    assert_eq!(shop.cluster_resource_id.as_deref(), Some(""));
    assert_eq!(
        (shop.provisioned_iops, shop.provisioned_throughput_mibps),
        (Some(3000), Some(125))
    );
    assert_eq!(
        shop.automatic_restart_at,
        "2026-03-18T09:00:00Z".parse().ok()
    );
    assert_eq!(
        (shop.encrypted, shop.kms_key_id.as_deref()),
        (Some(false), Some(""))
    );
    assert_eq!(
        (shop.is_replica, shop.replica_source_resource_id.as_deref()),
        (
            Some(true),
            Some("arn:aws:rds:eu-west-1:123456789012:db:origin")
        )
    );

    let papers = of("papers-1");
    assert_eq!(papers.product.as_deref(), Some("DocumentDB"));
    assert_eq!(papers.deployment.as_deref(), Some("single-az"));
    assert_eq!(papers.allocated_storage_gib, Some(0));
    assert_eq!(
        papers.cluster_resource_id.as_deref(),
        Some("arn:aws:rds:us-east-1:123456789012:cluster:papers")
    );

    let bare = of("bare");
    assert_eq!((bare.product.as_deref(), bare.encrypted), (None, None));
    assert_eq!(
        (bare.allocated_storage_gib, bare.deployment.as_deref()),
        (None, None)
    );
}

/// Two clusters: one with a writer and a reader, and one that replicates another.
fn clusters() -> Reply {
    let member = |id: &str, writer: bool| {
        format!(
            "<DBClusterMember><DBInstanceIdentifier>{id}</DBInstanceIdentifier><IsClusterWriter>{writer}</IsClusterWriter></DBClusterMember>"
        )
    };
    let cluster = |id: &str, members: &[String], more: &str| {
        let members = members.concat();
        format!(
            "<DBCluster><DBClusterIdentifier>{id}</DBClusterIdentifier><Engine>aurora-mysql</Engine>\
             <StorageEncrypted>true</StorageEncrypted><DBClusterMembers>{members}</DBClusterMembers>{more}</DBCluster>"
        )
    };
    let source = "<ReplicationSourceIdentifier>arn:aws:rds:eu-west-1:1:cluster:x</ReplicationSourceIdentifier>";
    let orders = cluster(
        "orders",
        &[member("orders-1", true), member("orders-2", false)],
        "",
    );
    let copy = cluster("copy", &[member("copy-1", false)], source);
    answer(
        "DescribeDBClusters",
        &format!("<DBClusters>{orders}{copy}</DBClusters>"),
    )
}

fn members() -> Reply {
    let member = |id: &str, cluster: &str| {
        format!(
            "<DBInstance><DBInstanceIdentifier>{id}</DBInstanceIdentifier><Engine>aurora-mysql</Engine>\
             <DBClusterIdentifier>{cluster}</DBClusterIdentifier></DBInstance>"
        )
    };
    let alone = "<DBInstance><DBInstanceIdentifier>alone</DBInstanceIdentifier><Engine>mysql</Engine></DBInstance>";
    let all = [
        member("orders-1", "orders"),
        member("orders-2", "orders"),
        member("copy-1", "copy"),
        alone.to_owned(),
    ];
    answer(
        "DescribeDBInstances",
        &format!("<DBInstances>{}</DBInstances>", all.concat()),
    )
}

fn role(found: &[Instance], id: &str) -> (Option<String>, Option<bool>) {
    let row = found.iter().find(|row| row.id.short_id == id).unwrap();
    (row.cluster_role.clone(), row.in_secondary_cluster)
}

#[tokio::test]
async fn an_instance_has_a_role_in_its_cluster() {
    let (aws, log) = aws(|asked| match asked.what.as_str() {
        "rds:DescribeDBClusters" => clusters(),
        "rds:DescribeDBInstances" => members(),
        _ => nothing(),
    });
    let tables: &[(&str, &[&str])] =
        &[("aws_rds_cluster", &[]), ("aws_rds_instance", &["cluster"])];
    let collected = aws.collect(&want(tables), &Quiet).await;
    assert_eq!(collected.gaps, []);
    assert_eq!(log.count("rds:DescribeDBClusters"), 1, "one list for both");
    let found = rows::<Cluster>(&collected);
    let orders = found
        .iter()
        .find(|row| row.id.short_id == "orders")
        .unwrap();
    assert_eq!(orders.storage_type.as_deref(), Some("aurora"));
    assert_eq!(
        (orders.io_optimized, orders.member_count),
        (Some(false), Some(2))
    );
    let found = rows::<Instance>(&collected);
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(role(&found, "orders-1"), (named("writer"), Some(false)));
    assert_eq!(role(&found, "orders-2"), (named("reader"), Some(false)));
    assert_eq!(role(&found, "copy-1"), (named("reader"), Some(true)));
    assert_eq!(role(&found, "alone"), (named(""), Some(false)));
}

#[tokio::test]
async fn without_the_clusters_the_role_of_a_member_is_unknown_and_it_is_said() {
    let (aws, _) = aws(|asked| match asked.what.as_str() {
        "rds:DescribeDBInstances" => members(),
        "rds:DescribeDBClusters" => denied(),
        _ => nothing(),
    });
    let collected = aws
        .collect(&want(&[("aws_rds_instance", &["cluster"])]), &Quiet)
        .await;
    let found = rows::<Instance>(&collected);
    assert_eq!(role(&found, "orders-1"), (None, None));
    assert_eq!(role(&found, "alone"), (Some(String::new()), Some(false)));
    let [gap] = &collected.gaps[..] else {
        panic!("{:?}", collected.gaps)
    };
    assert_eq!(
        (gap.table.as_str(), gap.column_group.as_str(), gap.kind),
        ("aws_rds_instance", "cluster", GapKind::Denied)
    );
    assert_eq!(gap.iam_action.as_deref(), Some("rds:DescribeDBClusters"));
}

#[tokio::test]
async fn only_manual_snapshots_are_asked_whom_they_are_shared_with() {
    let (aws, log) = aws(|asked| match asked.what.as_str() {
        "rds:DescribeDBSnapshots" => {
            let snapshot = |id: &str, kind: &str, more: &str| {
                format!(
                    "<DBSnapshot><DBSnapshotIdentifier>{id}</DBSnapshotIdentifier><SnapshotType>{kind}</SnapshotType>\
                     <Engine>mysql</Engine><DBInstanceIdentifier>shop</DBInstanceIdentifier><Encrypted>false</Encrypted>{more}</DBSnapshot>"
                )
            };
            let copied = "<SourceDBSnapshotIdentifier>arn:aws:rds:eu-west-1:1:snapshot:x</SourceDBSnapshotIdentifier>";
            let list = [
                snapshot("open", "manual", ""),
                snapshot("copied", "manual", copied),
                snapshot("nightly", "automated", ""),
            ];
            answer(
                "DescribeDBSnapshots",
                &format!("<DBSnapshots>{}</DBSnapshots>", list.concat()),
            )
        }
        "rds:DescribeDBSnapshotAttributes" if asked.body.contains("open") => answer(
            "DescribeDBSnapshotAttributes",
            "<DBSnapshotAttributesResult><DBSnapshotAttributes><DBSnapshotAttribute><AttributeName>restore</AttributeName>\
             <AttributeValues><AttributeValue>all</AttributeValue></AttributeValues></DBSnapshotAttribute></DBSnapshotAttributes>\
             </DBSnapshotAttributesResult>",
        ),
        "rds:DescribeDBSnapshotAttributes" => denied(),
        _ => nothing(),
    });
    let collected = aws
        .collect(&want(&[("aws_rds_snapshot", &["sharing"])]), &Quiet)
        .await;
    assert_eq!(log.count("rds:DescribeDBSnapshotAttributes"), 2);
    let found = rows::<Snapshot>(&collected);
    let of = |id: &str| found.iter().find(|row| row.id.short_id == id).unwrap();
    let sharing = |id: &str| (of(id).is_public, of(id).shared_account_count);
    assert_eq!(sharing("open"), (Some(true), Some(0)));
    assert_eq!(sharing("copied"), (None, None), "denied is not unshared");
    assert_eq!(sharing("nightly"), (Some(false), Some(0)));
    assert_eq!(of("copied").source_instance_resource_id, None);
    assert!(of("open").source_instance_resource_id.is_some());
    let [gap] = &collected.gaps[..] else {
        panic!("{:?}", collected.gaps)
    };
    assert_eq!(
        (gap.kind, gap.column_group.as_str()),
        (GapKind::Denied, "sharing")
    );
    let line = collected
        .coverage
        .iter()
        .find(|line| line.table == "aws_rds_snapshot" && line.column_group == "sharing");
    assert_eq!(line.map(|line| line.status), Some(CoverageStatus::Partial));
}
