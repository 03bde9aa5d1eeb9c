"""Functions and log groups: used, forgotten, over-provisioned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from seeding.account import Account
from seeding.series import series

UNINVOKED, IDLE_CONCURRENCY = "aws/lambda/uninvoked-function", "aws/lambda/idle-provisioned-concurrency"
TOO_MUCH_MEMORY = "aws/lambda/overallocated-memory"
ENDLESS, IDLE_LOGS = "aws/logs/endless-retention", "aws/logs/idle-log-group"
_DAY = 86400
_GIB = 2**30
_INSIGHTS = "arn:aws:lambda:{region}:580247275435:layer:LambdaInsightsExtension:55"


def plant_functions(account: Account, region: str) -> None:
    """AWS does not tell when a function was made, so all of these are dated by their last change."""
    functions = [
        _function(account, region, "forgotten", 400),
        _function(account, region, "used", 400),
        _function(account, region, "deployed-lately", 20),
        _function(account, region, "roomy", 400, memory_mib=2048, insights=True),
        _function(account, region, "fitting", 400, memory_mib=2048, insights=True),
        _function(account, region, "checkout", 400),
    ]
    arns = {function["FunctionName"]: function["FunctionArn"] for function in functions}
    account.answer("lambda", "ListFunctions", region, {"Functions": functions})

    account.plant(arns["forgotten"], UNINVOKED)
    account.look_alike(arns["deployed-lately"], "changed 20 days ago", UNINVOKED)
    for name in ("used", "roomy", "fitting", "checkout"):
        _put(account, region, "AWS/Lambda", {"FunctionName": name}, "Invocations", lambda _at: 500, days=95)
        _put(account, region, "AWS/Lambda", {"FunctionName": name}, "Duration", lambda _at: 60_000, days=95)
        account.look_alike(arns[name], "invoked every hour", UNINVOKED)

    for name, percent in (("roomy", 18), ("fitting", 74)):
        _put(account, region, "LambdaInsights", {"function_name": name}, "memory_utilization", _always(percent))
    account.plant(arns["roomy"], TOO_MUCH_MEMORY)
    account.look_alike(arns["fitting"], "used three quarters of its memory", TOO_MUCH_MEMORY)
    account.look_alike(arns["used"], "without Lambda Insights", TOO_MUCH_MEMORY)

    _plant_concurrency(account, region, arns["checkout"])


def _plant_concurrency(account: Account, region: str, function_arn: str) -> None:
    modified = (account.now - timedelta(days=60)).strftime("%Y-%m-%dT%H:%M:%S+0000")
    entries = [
        {
            "FunctionArn": f"{function_arn}:{qualifier}",
            "RequestedProvisionedConcurrentExecutions": 20,
            "AvailableProvisionedConcurrentExecutions": 20,
            "AllocatedProvisionedConcurrentExecutions": 20,
            "Status": "READY",
            "LastModified": modified,
        }
        for qualifier in ("7", "live")
    ]
    operation = "ListProvisionedConcurrencyConfigs"
    configs = {"ProvisionedConcurrencyConfigs": entries}
    account.answer("lambda", operation, region, configs, contains="/functions/checkout/")
    account.answer("lambda", operation, region, {"ProvisionedConcurrencyConfigs": []})

    live = {"FunctionName": "checkout", "Resource": "checkout:live"}
    _put(account, region, "AWS/Lambda", live, "ProvisionedConcurrencyUtilization", _always(0.6))
    account.look_alike(f"{function_arn}:live", "60 % in use", IDLE_CONCURRENCY)
    # Nobody calls the old version any more, so nothing is published.
    account.plant(f"{function_arn}:7", IDLE_CONCURRENCY)


def _function(
    account: Account, region: str, name: str, age_days: float, memory_mib: int = 512, insights: bool = False
) -> dict[str, Any]:
    modified = account.now - timedelta(days=age_days)
    layers = [{"Arn": _INSIGHTS.format(region=region), "CodeSize": 100}] if insights else []
    return {
        "FunctionName": name,
        "FunctionArn": account.arn("lambda", region, f"function:{name}"),
        "Runtime": "python3.13",
        "Role": f"arn:aws:iam::{account.id}:role/{name}",
        "Handler": "app.handler",
        "CodeSize": 1000,
        "Description": "",
        "Timeout": 30,
        "MemorySize": memory_mib,
        "LastModified": modified.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "CodeSha256": "",
        "Version": "$LATEST",
        "Environment": {"Variables": {"PASSWORD": "not-a-secret"}},
        "PackageType": "Zip",
        "Architectures": ["arm64"],
        "EphemeralStorage": {"Size": 512},
        "Layers": layers,
    }


def plant_log_groups(account: Account, region: str) -> None:
    groups = [
        _log_group(account, region, "/aws/lambda/checkout", 800, gib=300),
        _log_group(account, region, "/aws/lambda/gone", 800, gib=40),
        _log_group(account, region, "/ecs/web", 800, gib=300, retentionInDays=30),
        _log_group(account, region, "/ecs/tiny", 800, gib=0.2),
        _log_group(account, region, "/ecs/new", 20, gib=50),
        _log_group(account, region, "/cdn/delivered", 800, gib=50, logGroupClass="DELIVERY"),
    ]
    arns = {group["logGroupName"]: group["logGroupArn"] for group in groups}
    account.answer("logs", "DescribeLogGroups", region, {"logGroups": groups})
    for name in ("/aws/lambda/checkout", "/ecs/web"):
        _put(account, region, "AWS/Logs", {"LogGroupName": name}, "IncomingBytes", lambda _at: 1e6, days=95)
        account.look_alike(arns[name], "written to every day", IDLE_LOGS)
    account.plant(arns["/aws/lambda/checkout"], ENDLESS)
    account.plant(arns["/aws/lambda/gone"], ENDLESS, IDLE_LOGS)
    account.look_alike(arns["/ecs/web"], "kept for 30 days", ENDLESS)
    account.look_alike(arns["/ecs/tiny"], "0.2 GiB", ENDLESS, IDLE_LOGS)
    account.look_alike(arns["/ecs/new"], "20 days old", ENDLESS, IDLE_LOGS)
    account.look_alike(arns["/cdn/delivered"], "delivery logs are kept for days, and for free", ENDLESS, IDLE_LOGS)


def _log_group(account: Account, region: str, name: str, age_days: float, gib: float, **more: Any) -> dict[str, Any]:
    arn = account.arn("logs", region, f"log-group:{name}")
    created = account.now - timedelta(days=age_days)
    return {
        "logGroupName": name,
        "logGroupArn": arn,
        "arn": f"{arn}:*",
        "creationTime": int(created.timestamp() * 1000),
        "metricFilterCount": 0,
        "storedBytes": int(gib * _GIB),
        "logGroupClass": "STANDARD",
    } | more


def _always(value: float) -> Callable[[Any], float]:
    return lambda _at: value


def _put(
    account: Account,
    region: str,
    namespace: str,
    dimensions: dict[str, str],
    metric: str,
    value: Callable[[Any], float],
    days: int | None = None,
) -> None:
    """Hourly points of the last two weeks; with `days`, daily ones of so many, and hourly ones besides."""
    points = [series(account.now, namespace, dimensions, metric, value)]
    if days:
        midnight = account.now.replace(hour=0, minute=0, second=0)
        points.append(
            series(midnight, namespace, dimensions, metric, value, period=_DAY, days=days, until_days_ago=17)
        )
    account.put_metrics(region, points)
