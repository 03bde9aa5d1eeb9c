"""Databases: unencrypted, stopped, kept for long, their snapshots, and those that only look so."""

from __future__ import annotations

from typing import Any

from seeding.account import Account
from seeding.series import between, series

PLAIN, PLAIN_CLUSTER = "aws/rds/unencrypted-instance", "aws/rds/unencrypted-cluster"
PLAIN_SNAPSHOT, PLAIN_CLUSTER_SNAPSHOT = "aws/rds/unencrypted-snapshot", "aws/rds/unencrypted-cluster-snapshot"
OLD_SNAPSHOT, OLD_CLUSTER_SNAPSHOT = "aws/rds/old-manual-snapshot", "aws/rds/old-manual-cluster-snapshot"
STOPPED, RETENTION = "aws/rds/long-stopped-instance", "aws/rds/long-backup-retention"
_PARTNER = "999988887777"
_CREDENTIALS = {"MasterUsername": "owner", "MasterUserPassword": "correct-horse"}


def make_instance(account: Account, region: str, name: str, age_days: float, **options: Any) -> str:
    """An encrypted PostgreSQL instance with 100 GiB of gp2 and a week of backups, unless the options say otherwise."""
    settings = {
        "Engine": "postgres",
        "EngineVersion": "16.4",
        "DBInstanceClass": "db.m6g.large",
        "LicenseModel": "postgresql-license",
        "AllocatedStorage": 100,
        "StorageType": "gp2",
        "StorageEncrypted": True,
        "BackupRetentionPeriod": 7,
        **_CREDENTIALS,
    } | options
    with account.days_ago(age_days):
        account.client("rds", region).create_db_instance(DBInstanceIdentifier=name, **settings)
    return account.arn("rds", region, f"db:{name}")


def make_cluster(account: Account, region: str, name: str, age_days: float, **options: Any) -> str:
    """An encrypted Aurora MySQL cluster without instances, unless the options say otherwise."""
    settings = {"Engine": "aurora-mysql", "EngineVersion": "8.0.mysql_aurora.3.08.0", "StorageEncrypted": True}
    with account.days_ago(age_days):
        account.client("rds", region).create_db_cluster(
            DBClusterIdentifier=name, **(settings | _CREDENTIALS | options)
        )
    return account.arn("rds", region, f"cluster:{name}")


def make_member(account: Account, region: str, cluster: str, name: str, age_days: float, **options: Any) -> str:
    """An instance of a cluster."""
    settings = {"Engine": "aurora-mysql", "DBInstanceClass": "db.r6g.large", "PromotionTier": 1} | options
    with account.days_ago(age_days):
        account.client("rds", region).create_db_instance(
            DBInstanceIdentifier=name, DBClusterIdentifier=cluster, **settings
        )
    return account.arn("rds", region, f"db:{name}")


def plant_databases(account: Account, region: str) -> None:
    """Every case of a region."""
    _plant_instances(account, region)
    _plant_stopped(account, region)
    _plant_clusters(account, region)
    _plant_snapshots(account, region)
    _plant_cluster_snapshots(account, region)


def _plant_instances(account: Account, region: str) -> None:
    plain = make_instance(account, region, "shop", 400, StorageEncrypted=False)
    account.plant(plain, PLAIN)
    account.look_alike(plain, "a week of backups", RETENTION)
    kept = make_instance(account, region, "ledger", 400, BackupRetentionPeriod=35)
    account.plant(kept, RETENTION)
    account.look_alike(kept, "encrypted", PLAIN)
    account.client("rds", region).create_db_instance_read_replica(
        DBInstanceIdentifier="ledger-replica", SourceDBInstanceIdentifier="ledger"
    )
    replica = account.arn("rds", region, "db:ledger-replica")
    # moto copies the source, times and all.
    account.plant(replica, RETENTION)


def _plant_stopped(account: Account, region: str) -> None:
    client = account.client("rds", region)
    forgotten = make_instance(account, region, "forgotten", 300)
    client.stop_db_instance(DBInstanceIdentifier="forgotten")
    account.plant(forgotten, STOPPED)
    paused = make_instance(account, region, "paused", 300)
    client.stop_db_instance(DBInstanceIdentifier="paused")
    dimensions = {"DBInstanceIdentifier": "paused"}
    busy = between(10, 60, "paused")
    account.put_metrics(
        region, [series(account.now, "AWS/RDS", dimensions, "CPUUtilization", busy, until_days_ago=1)]
    )
    account.look_alike(paused, "ran until yesterday", STOPPED)


def _plant_clusters(account: Account, region: str) -> None:
    plain = make_cluster(account, region, "orders", 200, StorageEncrypted=False)
    account.plant(plain, PLAIN_CLUSTER)
    member = make_member(account, region, "orders", "orders-1", 200)
    account.look_alike(member, "its cluster is flagged", PLAIN)
    graph = make_cluster(account, region, "graph", 200, Engine="neptune", EngineVersion="1.3.2.1")
    account.look_alike(graph, "encrypted", PLAIN_CLUSTER)


def _plant_snapshots(account: Account, region: str) -> None:
    client = account.client("rds", region)

    def snapshot(source: str, name: str, age_days: float) -> str:
        with account.days_ago(age_days):
            client.create_db_snapshot(DBInstanceIdentifier=source, DBSnapshotIdentifier=name)
        return account.arn("rds", region, f"snapshot:{name}")

    make_instance(account, region, "retired", 300)
    account.plant(snapshot("retired", "retired-final", 200), OLD_SNAPSHOT)
    account.look_alike(snapshot("retired", "retired-late", 30), "a month old", OLD_SNAPSHOT)
    client.delete_db_instance(DBInstanceIdentifier="retired", SkipFinalSnapshot=True, DeleteAutomatedBackups=True)
    account.plant(snapshot("ledger", "ledger-year-end", 320), OLD_SNAPSHOT)
    account.look_alike(snapshot("ledger", "ledger-encrypted", 10), "encrypted", PLAIN_SNAPSHOT)
    account.plant(snapshot("shop", "shop-before-sale", 20), PLAIN_SNAPSHOT)
    shared = snapshot("shop", "shop-for-partner", 200)
    client.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="shop-for-partner", AttributeName="restore", ValuesToAdd=[_PARTNER]
    )
    account.plant(shared, PLAIN_SNAPSHOT)
    account.look_alike(shared, "shared with another account", OLD_SNAPSHOT)


def _plant_cluster_snapshots(account: Account, region: str) -> None:
    client = account.client("rds", region)

    def snapshot(source: str, name: str, age_days: float) -> str:
        with account.days_ago(age_days):
            client.create_db_cluster_snapshot(DBClusterIdentifier=source, DBClusterSnapshotIdentifier=name)
        return account.arn("rds", region, f"cluster-snapshot:{name}")

    account.plant(snapshot("orders", "orders-before-move", 150), OLD_CLUSTER_SNAPSHOT, PLAIN_CLUSTER_SNAPSHOT)
    recent = snapshot("graph", "graph-last-week", 7)
    account.look_alike(recent, "a week old", OLD_CLUSTER_SNAPSHOT)
    account.look_alike(recent, "encrypted", PLAIN_CLUSTER_SNAPSHOT)
