"""DynamoDB tables: idle, over-provisioned, full of what nobody reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from seeding.account import Account
from seeding.series import FIVE_MINUTES, series

IDLE, WIDE, STORED = (
    "aws/dynamodb/idle-table",
    "aws/dynamodb/overprovisioned-capacity",
    "aws/dynamodb/storage-heavy-table",
)
_GIB = 2**30
_READ, _WRITE = "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"


def plant_tables(account: Account, region: str) -> None:
    tables = [
        _table(account, region, "sessions-old", (200, 100), index=(100, 50)),
        _table(account, region, "orders", (1000, 500)),
        _table(account, region, "cart", (100, 100)),
        _table(account, region, "searched", (5, 5), index=(5, 5)),
        _table(account, region, "scaled", (400, 5)),
        _table(account, region, "users", (5, 5), replicas=["eu-west-1"]),
        _table(account, region, "archive", None, gib=1000),
    ]
    arns = {table["TableName"]: table["TableArn"] for table in tables}
    account.answer("dynamodb", "ListTables", region, {"TableNames": list(arns)})
    for table in tables:
        contains = f'"{table["TableName"]}"'
        account.answer("dynamodb", "DescribeTable", region, {"Table": table}, contains=contains)
    account.tag("dynamodb:table", region, {arns["orders"]: {"team": "shop"}})
    account.answer("application-autoscaling", "DescribeScalableTargets", region, {"ScalableTargets": _targets(account)}, contains='"dynamodb"')

    # Units a second, the same all the time.
    for name, reads, writes in (("orders", 100, 50), ("cart", 60, 60), ("scaled", 250, 3)):
        _use(account, region, {"TableName": name}, reads, writes)
    _use(account, region, {"TableName": "searched", "GlobalSecondaryIndexName": "by-email"}, 2, 1)
    scaled = {"TableName": "scaled"}
    provisioned = series(account.now, "AWS/DynamoDB", scaled, "ProvisionedReadCapacityUnits", lambda _at: 400)
    account.put_metrics(region, [provisioned])

    account.plant(arns["sessions-old"], IDLE, WIDE)
    account.plant(arns["orders"], WIDE)
    account.look_alike(arns["cart"], "uses three fifths of its capacity all the time", WIDE)
    account.look_alike(arns["scaled"], "scaled up by itself, above its minimum", WIDE)
    account.look_alike(arns["searched"], "its index is used", IDLE, WIDE)
    account.look_alike(arns["users"], "replicated to another region", IDLE)
    account.look_alike(arns["archive"], "on demand: there is no capacity to pay", IDLE, WIDE)
    account.plant(arns["archive"], STORED)
    account.look_alike(arns["orders"], "stores little", STORED)


def _table(
    account: Account,
    region: str,
    name: str,
    units: tuple[int, int] | None,
    index: tuple[int, int] | None = None,
    gib: float = 1,
    replicas: list[str] | None = None,
) -> dict[str, Any]:
    arn = account.arn("dynamodb", region, f"table/{name}")
    table = {
        "TableName": name,
        "TableArn": arn,
        "TableStatus": "ACTIVE",
        "CreationDateTime": (account.now - timedelta(days=300)).timestamp(),
        "ProvisionedThroughput": _throughput(units, was_changed=name == "scaled"),
        "TableSizeBytes": int(gib * _GIB),
        "ItemCount": 1000,
        "DeletionProtectionEnabled": False,
    }
    if units is None:
        table["BillingModeSummary"] = {"BillingMode": "PAY_PER_REQUEST"}
    if index:
        table["GlobalSecondaryIndexes"] = [
            {
                "IndexName": "by-email",
                "IndexArn": f"{arn}/index/by-email",
                "IndexStatus": "ACTIVE",
                "ProvisionedThroughput": _throughput(index),
                "IndexSizeBytes": _GIB,
                "ItemCount": 1000,
            }
        ]
    if replicas:
        table["GlobalTableVersion"] = "2019.11.21"
        table["Replicas"] = [{"RegionName": other, "ReplicaStatus": "ACTIVE"} for other in replicas]
    return table


def _throughput(units: tuple[int, int] | None, was_changed: bool = False) -> dict[str, Any]:
    reads, writes = units or (0, 0)
    changed = {"LastIncreaseDateTime": 1_700_000_000.0} if was_changed else {}
    return {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": reads, "WriteCapacityUnits": writes} | changed


def _targets(account: Account) -> list[dict[str, Any]]:
    role = f"arn:aws:iam::{account.id}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/x"
    return [
        {
            "ServiceNamespace": "dynamodb",
            "ResourceId": resource,
            "ScalableDimension": f"dynamodb:{kind}:ReadCapacityUnits",
            "MinCapacity": least,
            "MaxCapacity": 1000,
            "RoleARN": role,
            "CreationTime": 1_700_000_000.0,
        }
        for resource, kind, least in (("table/scaled", "table", 50), ("table/searched/index/by-email", "index", 5))
    ]


def _use(account: Account, region: str, dimensions: dict[str, str], reads: float, writes: float) -> None:
    points = [
        series(
            account.now,
            "AWS/DynamoDB",
            dimensions,
            metric,
            lambda _at, units=units: units * FIVE_MINUTES,
            period=FIVE_MINUTES,
        )
        for metric, units in ((_READ, reads), (_WRITE, writes))
    ]
    account.put_metrics(region, points)
