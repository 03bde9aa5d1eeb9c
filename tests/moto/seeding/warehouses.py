"""Redshift clusters and search domains: idle, oversized, unencrypted, and those that only look so."""

from __future__ import annotations

from typing import Any

from seeding.account import Account
from seeding.series import FIVE_MINUTES, HOUR, between, series

IDLE_CLUSTER, BIG_CLUSTER = "aws/redshift/idle-cluster", "aws/redshift/oversized-cluster"
PLAIN_CLUSTER = "aws/redshift/unencrypted-cluster"
IDLE_DOMAIN, BIG_DOMAIN = "aws/opensearch/idle-domain", "aws/opensearch/oversized-domain"
PLAIN_DOMAIN = "aws/opensearch/unencrypted-domain"
# Metrics that rules read every five minutes; the others are read by the hour.
_FINE = {"CPUUtilization", "JVMMemoryPressure"}


def plant_warehouses(account: Account, region: str) -> None:
    """Every case of a region."""
    _plant_clusters(account, region)
    _plant_domains(account, region)


def _measure(account: Account, region: str, namespace: str, dimensions: dict[str, str], **bounds: Any) -> None:
    """Series that wander between two bounds each."""

    def one(metric: str, low: float, high: float) -> dict[str, Any]:
        period = FIVE_MINUTES if metric in _FINE else HOUR
        values = between(low, high, f"{dimensions} {metric}")
        return series(account.now, namespace, dimensions, metric, values, period)

    account.put_metrics(region, [one(metric, low, high) for metric, (low, high) in bounds.items()])


def _make_cluster(account: Account, region: str, name: str, node_type: str, nodes: int, encrypted: bool) -> str:
    with account.days_ago(200):
        account.client("redshift", region).create_cluster(
            ClusterIdentifier=name,
            ClusterType="multi-node",
            NodeType=node_type,
            NumberOfNodes=nodes,
            Encrypted=encrypted,
            MasterUsername="owner",
            MasterUserPassword="Correct-horse-1",
            Tags=[{"Key": "team", "Value": "insight"}],
        )
    return account.arn("redshift", region, f"cluster:{name}")


def _plant_clusters(account: Account, region: str) -> None:
    def measure(name: str, **bounds: Any) -> None:
        _measure(account, region, "AWS/Redshift", {"ClusterIdentifier": name}, **bounds)

    reports = _make_cluster(account, region, "reports", "ra3.xlplus", 4, True)
    measure("reports", CPUUtilization=(6, 12), DatabaseConnections=(3, 9), PercentageDiskSpaceUsed=(8, 10))
    account.plant(reports, BIG_CLUSTER)
    account.look_alike(reports, "somebody is always connected", IDLE_CLUSTER)
    account.look_alike(reports, "encrypted", PLAIN_CLUSTER)

    trial = _make_cluster(account, region, "trial", "dc2.large", 2, False)
    measure("trial", CPUUtilization=(1, 3), DatabaseConnections=(0, 0), PercentageDiskSpaceUsed=(5, 5))
    account.plant(trial, IDLE_CLUSTER, PLAIN_CLUSTER)
    account.look_alike(trial, "two nodes are the fewest", BIG_CLUSTER)

    loads = _make_cluster(account, region, "loads", "dc2.large", 4, True)
    measure("loads", CPUUtilization=(30, 80), DatabaseConnections=(3, 9), PercentageDiskSpaceUsed=(20, 30))
    account.look_alike(loads, "busy", BIG_CLUSTER, IDLE_CLUSTER)

    closed = _make_cluster(account, region, "year-end", "ra3.xlplus", 4, True)
    account.client("redshift", region).pause_cluster(ClusterIdentifier="year-end")
    account.look_alike(closed, "paused", BIG_CLUSTER, IDLE_CLUSTER)


def _make_domain(account: Account, region: str, name: str, instance_type: str, **options: Any) -> str:
    """A domain of three data nodes with 100 GiB of gp3 each, encrypted everywhere unless the options say otherwise."""
    settings = {
        "EngineVersion": "OpenSearch_2.11",
        "ClusterConfig": {
            "InstanceType": instance_type,
            "InstanceCount": 3,
            "ZoneAwarenessEnabled": True,
            "ZoneAwarenessConfig": {"AvailabilityZoneCount": 3},
        },
        "EBSOptions": {"EBSEnabled": True, "VolumeType": "gp3", "VolumeSize": 100, "Iops": 3000, "Throughput": 125},
        "EncryptionAtRestOptions": {"Enabled": True, "KmsKeyId": account.arn("kms", region, "key/search")},
        "NodeToNodeEncryptionOptions": {"Enabled": True},
        "DomainEndpointOptions": {"EnforceHTTPS": True, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"},
        "TagList": [{"Key": "team", "Value": "search"}],
    } | options
    account.client("opensearch", region).create_domain(DomainName=name, **settings)
    return account.arn("es", region, f"domain/{name}")


def _plant_domains(account: Account, region: str) -> None:
    def measure(name: str, **bounds: Any) -> None:
        _measure(account, region, "AWS/ES", {"DomainName": name, "ClientId": account.id}, **bounds)

    old = _make_domain(account, region, "old-logs", "r6g.large.search", EncryptionAtRestOptions={"Enabled": False})
    measure("old-logs", SearchRate=(0, 0), IndexingRate=(0, 1))
    account.plant(old, IDLE_DOMAIN, PLAIN_DOMAIN)

    products = _make_domain(account, region, "products", "r6g.xlarge.search")
    measure(
        "products",
        SearchRate=(100, 900),
        IndexingRate=(10, 90),
        CPUUtilization=(5, 12),
        JVMMemoryPressure=(20, 35),
        FreeStorageSpace=(40_000, 41_000),
    )
    account.plant(products, BIG_DOMAIN)
    account.look_alike(products, "searched all day", IDLE_DOMAIN)
    account.look_alike(products, "encrypted", PLAIN_DOMAIN)

    plain_http = {"EnforceHTTPS": False, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"}
    audit = _make_domain(account, region, "audit", "m6g.xlarge.search", DomainEndpointOptions=plain_http)
    measure(
        "audit", SearchRate=(0, 0), IndexingRate=(400, 900), CPUUtilization=(35, 60), JVMMemoryPressure=(30, 60)
    )
    account.plant(audit, PLAIN_DOMAIN)
    account.look_alike(audit, "written to all day", IDLE_DOMAIN)
    account.look_alike(audit, "busy", BIG_DOMAIN)
