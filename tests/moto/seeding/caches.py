"""ElastiCache and MemoryDB: idle, oversized, old and unencrypted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from seeding.account import Account
from seeding.series import FIVE_MINUTES, HOUR, series

IDLE, WIDE, OLD, PLAIN = (
    "aws/elasticache/idle-node",
    "aws/elasticache/oversized-node",
    "aws/elasticache/previous-generation-node",
    "aws/elasticache/unencrypted-group",
)
IDLE_MEMORYDB, WIDE_MEMORYDB = "aws/memorydb/idle-cluster", "aws/memorydb/oversized-cluster"
_CACHE, _MEMORYDB = "AWS/ElastiCache", "AWS/MemoryDB"
_DAYS_OLD = 300
_TAGS = {"team": "shop"}


def plant_caches(account: Account, region: str) -> None:
    _plant_groups(account, region)
    _plant_clusters(account, region)
    _plant_memorydb(account, region)


def _plant_groups(account: Account, region: str) -> None:
    groups = "".join(
        _group(account, region, name, encrypted, members)
        for name, encrypted, members in (
            ("sessions", True, ["sessions-001", "sessions-002"]),
            ("legacy", False, ["legacy-001"]),
        )
    )
    answer = _xml("DescribeReplicationGroups", f"<ReplicationGroups>{groups}</ReplicationGroups>")
    account.answer("elasticache", "DescribeReplicationGroups", region, answer)
    legacy = account.arn("elasticache", region, "replicationgroup:legacy")
    account.tag("elasticache:replicationgroup", region, {legacy: _TAGS})
    account.plant(legacy, PLAIN)
    sealed = account.arn("elasticache", region, "replicationgroup:sessions")
    account.look_alike(sealed, "encrypted at rest and in transit", PLAIN)


def _plant_clusters(account: Account, region: str) -> None:
    clusters = "".join(
        (
            _cluster(account, region, "sessions-001", "redis", "7.1.0", "cache.r6g.2xlarge", group="sessions"),
            _cluster(account, region, "sessions-002", "redis", "7.1.0", "cache.r6g.2xlarge", group="sessions"),
            _cluster(account, region, "legacy-001", "redis", "6.2.6", "cache.r5.large", group="legacy"),
            _cluster(account, region, "pages", "memcached", "1.6.22", "cache.t3.medium", nodes=2),
        )
    )
    answer = _xml("DescribeCacheClusters", f"<CacheClusters>{clusters}</CacheClusters>")
    account.answer("elasticache", "DescribeCacheClusters", region, answer)

    for name, commands in (("sessions-001", 5000), ("sessions-002", 0)):
        _load(account, region, _CACHE, {"CacheClusterId": name})
        _serve(account, region, _CACHE, {"CacheClusterId": name}, ("GetTypeCmds", "SetTypeCmds"), commands, 40)
    _serve(account, region, _CACHE, {"CacheClusterId": "legacy-001"}, ("GetTypeCmds", "SetTypeCmds"), 0, 5)
    _serve(account, region, _CACHE, {"CacheClusterId": "pages"}, ("CmdGet", "CmdSet"), 900, 9)

    arns = {
        name: account.arn("elasticache", region, f"cluster:{name}")
        for name in ("sessions-001", "sessions-002", "legacy-001", "pages")
    }
    account.tag("elasticache:cluster", region, {arns["legacy-001"]: _TAGS, arns["pages"]: _TAGS})
    account.plant(arns["sessions-001"], WIDE)
    account.plant(arns["sessions-002"], WIDE)
    account.look_alike(arns["sessions-002"], "a replica that nobody reads from, of a primary that is used", IDLE)
    account.look_alike(arns["sessions-001"], "of a current family", OLD)
    account.plant(arns["legacy-001"], IDLE, OLD)
    account.look_alike(arns["legacy-001"], "the smallest of its family", WIDE)
    account.plant(arns["pages"], OLD)
    account.look_alike(arns["pages"], "read every hour", IDLE)


def _plant_memorydb(account: Account, region: str) -> None:
    clusters = [
        _memorydb(account, region, "ledger", "db.r6g.large"),
        _memorydb(account, region, "catalog", "db.r6g.xlarge"),
    ]
    account.answer("memorydb", "DescribeClusters", region, {"Clusters": clusters})
    for name, commands, connections in (("ledger", 0, 5), ("catalog", 3000, 30)):
        _load(account, region, _MEMORYDB, {"ClusterName": name})
        _serve(account, region, _MEMORYDB, {"ClusterName": name}, ("GetTypeCmds", "SetTypeCmds"), commands, connections)
    ledger, catalog = (cluster["ARN"] for cluster in clusters)
    account.tag("memorydb:cluster", region, {ledger: _TAGS})
    account.plant(ledger, IDLE_MEMORYDB)
    account.look_alike(ledger, "the smallest of its family", WIDE_MEMORYDB)
    account.plant(catalog, WIDE_MEMORYDB)
    account.look_alike(catalog, "read every hour", IDLE_MEMORYDB)


def _xml(operation: str, result: str) -> str:
    return (
        f'<{operation}Response xmlns="http://elasticache.amazonaws.com/doc/2015-02-02/"><{operation}Result>{result}'
        f"</{operation}Result><ResponseMetadata><RequestId>planted</RequestId></ResponseMetadata></{operation}Response>"
    )


def _made(account: Account) -> str:
    return (account.now - timedelta(days=_DAYS_OLD)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _group(account: Account, region: str, name: str, encrypted: bool, members: list[str]) -> str:
    ids = "".join(f"<ClusterId>{member}</ClusterId>" for member in members)
    word = "true" if encrypted else "false"
    mode = "<TransitEncryptionMode>required</TransitEncryptionMode>" if encrypted else ""
    return (
        f"<ReplicationGroup><ReplicationGroupId>{name}</ReplicationGroupId><Status>available</Status>"
        f"<ARN>{account.arn('elasticache', region, f'replicationgroup:{name}')}</ARN><Engine>redis</Engine>"
        f"<MemberClusters>{ids}</MemberClusters><NodeGroups><NodeGroup><NodeGroupId>0001</NodeGroupId></NodeGroup></NodeGroups>"
        "<AutomaticFailover>disabled</AutomaticFailover><MultiAZ>disabled</MultiAZ><ClusterEnabled>false</ClusterEnabled>"
        f"<AtRestEncryptionEnabled>{word}</AtRestEncryptionEnabled>"
        f"<TransitEncryptionEnabled>{word}</TransitEncryptionEnabled>{mode}<AuthTokenEnabled>false</AuthTokenEnabled>"
        f"<DataTiering>disabled</DataTiering><ReplicationGroupCreateTime>{_made(account)}</ReplicationGroupCreateTime>"
        "</ReplicationGroup>"
    )


def _cluster(
    account: Account, region: str, name: str, engine: str, version: str, node_type: str, group: str = "", nodes: int = 1
) -> str:
    of = f"<ReplicationGroupId>{group}</ReplicationGroupId>" if group else ""
    return (
        f"<CacheCluster><CacheClusterId>{name}</CacheClusterId><CacheNodeType>{node_type}</CacheNodeType>"
        f"<Engine>{engine}</Engine><EngineVersion>{version}</EngineVersion><CacheClusterStatus>available</CacheClusterStatus>"
        f"<NumCacheNodes>{nodes}</NumCacheNodes><PreferredAvailabilityZone>{region}a</PreferredAvailabilityZone>"
        f"<CacheClusterCreateTime>{_made(account)}</CacheClusterCreateTime>{of}"
        f"<ARN>{account.arn('elasticache', region, f'cluster:{name}')}</ARN>"
        "<AtRestEncryptionEnabled>false</AtRestEncryptionEnabled><TransitEncryptionEnabled>false</TransitEncryptionEnabled>"
        "</CacheCluster>"
    )


def _memorydb(account: Account, region: str, name: str, node_type: str) -> dict[str, Any]:
    made = (account.now - timedelta(days=_DAYS_OLD)).timestamp()
    nodes = [
        {"Name": f"{name}-0001-00{number}", "Status": "available", "AvailabilityZone": f"{region}a", "CreateTime": made}
        for number in (1, 2)
    ]
    return {
        "Name": name,
        "Status": "available",
        "NumberOfShards": 1,
        "Shards": [{"Name": "0001", "Status": "available", "Nodes": nodes, "NumberOfNodes": 2}],
        "AvailabilityMode": "multiaz",
        "NodeType": node_type,
        "Engine": "valkey",
        "EngineVersion": "7.3",
        "TLSEnabled": True,
        "ARN": account.arn("memorydb", region, f"cluster/{name}"),
        "SnapshotRetentionLimit": 1,
        "ACLName": "application",
        "DataTiering": "false",
    }


def _load(account: Account, region: str, namespace: str, dimensions: dict[str, str]) -> None:
    """Little CPU, a quarter of the memory, 0.01 Gbit/s."""
    figures = {
        "CPUUtilization": 5,
        "EngineCPUUtilization": 8,
        "DatabaseMemoryUsagePercentage": 25,
        "NetworkBytesIn": 4e8,
        "NetworkBytesOut": 4e8,
    }
    _put(account, region, namespace, dimensions, figures, FIVE_MINUTES)


def _serve(
    account: Account,
    region: str,
    namespace: str,
    dimensions: dict[str, str],
    kinds: tuple[str, str],
    commands: float,
    connections: float,
) -> None:
    reads, writes = kinds
    figures = {reads: commands, writes: commands, "CurrConnections": connections}
    _put(account, region, namespace, dimensions, figures, HOUR)


def _put(
    account: Account,
    region: str,
    namespace: str,
    dimensions: dict[str, str],
    figures: dict[str, float],
    period: int,
) -> None:
    points = [
        series(account.now, namespace, dimensions, metric, lambda _at, figure=figure: figure, period=period)
        for metric, figure in figures.items()
    ]
    account.put_metrics(region, points)
