"""Databases by what they do: idle, oversized, half empty, outdated, and those that only look so."""

from __future__ import annotations

from typing import Any

from seeding.account import Account
from seeding.databases import make_cluster, make_instance, make_member
from seeding.series import FIVE_MINUTES, HOUR, between, series

IDLE, OVERSIZED, STORAGE = "aws/rds/idle-instance", "aws/rds/oversized-instance", "aws/rds/overallocated-storage"
EXTENDED, GRAVITON = "aws/rds/extended-support-instance", "aws/rds/graviton-candidate"
OLD, IO_OPTIMIZED = "aws/rds/previous-generation-instance", "aws/rds/aurora-io-optimized-candidate"
_GIB = 1024**3
# Metrics that rules read by the hour; the others are read every five minutes.
_HOURLY = {"DatabaseConnections", "FreeStorageSpace", "VolumeBytesUsed", "VolumeReadIOPs", "VolumeWriteIOPs"}
_QUIET = {
    "ReadIOPS": (0.1, 0.5),
    "WriteIOPS": (1, 3),
    "ReadThroughput": (1e4, 1e5),
    "WriteThroughput": (1e4, 1e5),
    "NetworkReceiveThroughput": (1e4, 1e5),
    "NetworkTransmitThroughput": (1e4, 1e5),
}


def plant_database_use(account: Account, region: str) -> None:
    """Every case of a region."""
    _plant_idle(account, region)
    _plant_oversized(account, region)
    _plant_storage(account, region)
    _plant_versions(account, region)
    _plant_clusters(account, region)


def _measure(account: Account, region: str, id: str, of: str = "DBInstanceIdentifier", **bounds: Any) -> None:
    """Series that wander between two bounds each."""

    def one(metric: str, low: float, high: float) -> dict[str, Any]:
        period = HOUR if metric in _HOURLY else FIVE_MINUTES
        return series(account.now, "AWS/RDS", {of: id}, metric, between(low, high, f"{id} {metric}"), period)

    account.put_metrics(region, [one(metric, low, high) for metric, (low, high) in bounds.items()])


def _plant_idle(account: Account, region: str) -> None:
    nobody = make_instance(account, region, "nobody", 120)
    _measure(account, region, "nobody", DatabaseConnections=(0, 0), CPUUtilization=(2, 6), **_QUIET)
    account.plant(nobody, IDLE)
    somebody = make_instance(account, region, "somebody", 120)
    _measure(account, region, "somebody", DatabaseConnections=(0, 2), CPUUtilization=(2, 6), **_QUIET)
    account.look_alike(somebody, "a client now and then", IDLE)


def _plant_oversized(account: Account, region: str) -> None:
    warehouse = make_instance(account, region, "warehouse", 120, DBInstanceClass="db.m5.2xlarge")
    _measure(account, region, "warehouse", DatabaseConnections=(5, 20), CPUUtilization=(4, 9), **_QUIET)
    account.plant(warehouse, OVERSIZED, GRAVITON)
    steady = make_instance(account, region, "steady", 120, DBInstanceClass="db.m6g.xlarge")
    _measure(account, region, "steady", DatabaseConnections=(5, 20), CPUUtilization=(40, 70), **_QUIET)
    account.look_alike(steady, "busy", OVERSIZED)
    account.look_alike(steady, "runs on Graviton already", GRAVITON)


def _plant_storage(account: Account, region: str) -> None:
    for name, free_gib in (("archive", 420), ("growing", 200)):
        arn = make_instance(account, region, name, 120, AllocatedStorage=500)
        _measure(account, region, name, FreeStorageSpace=(free_gib * _GIB, (free_gib + 5) * _GIB), **_QUIET)
        if name == "archive":
            account.plant(arn, STORAGE)
        else:
            account.look_alike(arn, "more than half full", STORAGE)


def _plant_versions(account: Account, region: str) -> None:
    legacy = make_instance(account, region, "legacy", 900, EngineVersion="13.14")
    account.plant(legacy, EXTENDED)
    current = make_instance(account, region, "current", 100, EngineVersion="17.2")
    account.look_alike(current, "in standard support", EXTENDED)
    veteran = make_instance(account, region, "veteran", 900, DBInstanceClass="db.m4.xlarge")
    account.plant(veteran, OLD, GRAVITON)
    level = make_instance(account, region, "level", 900, DBInstanceClass="db.r4.large")
    account.look_alike(level, "the next generation costs the same", OLD)
    account.plant(level, GRAVITON)


def _plant_clusters(account: Account, region: str) -> None:
    for name, requests in (("events", 1e6), ("calm", 100)):
        arn = make_cluster(account, region, name, 200)
        make_member(account, region, name, f"{name}-1", 200)
        _measure(
            account,
            region,
            name,
            "DBClusterIdentifier",
            VolumeBytesUsed=(50 * _GIB, 51 * _GIB),
            VolumeReadIOPs=(requests, requests * 1.1),
            VolumeWriteIOPs=(requests / 10, requests / 8),
        )
        if name == "events":
            account.plant(arn, IO_OPTIMIZED)
        else:
            account.look_alike(arn, "next to no I/O", IO_OPTIMIZED)
