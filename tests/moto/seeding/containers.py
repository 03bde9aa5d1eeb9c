"""Services of ECS on Fargate, and clusters of EKS."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from seeding.account import Account
from seeding.series import series

IDLE, OVERSIZED = "aws/ecs/idle-service", "aws/ecs/oversized-service"
EMPTY, EXTENDED = "aws/eks/empty-cluster", "aws/eks/extended-support-cluster"
# In extended support until March 2027, and out of all support from then on; and one that no calendar will have for long.
_OLD, _NEW = "1.32", "1.99"
_CLUSTER = "shop"


def plant_containers(account: Account, region: str, node_id: str) -> None:
    """`node_id` runs, and becomes a node of a cluster."""
    _plant_services(account, region)
    _plant_kubernetes(account, region, node_id)


def _plant_services(account: Account, region: str) -> None:
    cluster = account.arn("ecs", region, f"cluster/{_CLUSTER}")
    account.answer("ecs", "ListClusters", region, {"clusterArns": [cluster]})
    services = {
        "placeholder": _service(account, region, "placeholder", "small:3", tasks=2),
        "checkout": _service(account, region, "checkout", "large:7", tasks=3),
        "search": _service(account, region, "search", "large:7", tasks=3),
        "reports": _service(account, region, "reports", "large:7", tasks=1, spot=True),
        "silent": _service(account, region, "silent", "large:7", tasks=1, running=0),
    }
    arns = {name: service["serviceArn"] for name, service in services.items()}
    account.answer("ecs", "ListServices", region, {"serviceArns": list(arns.values())})
    account.answer("ecs", "DescribeServices", region, {"services": list(services.values()), "failures": []})
    for definition in (_definition(account, region, "small:3", 256, 512), _definition(account, region, "large:7", 2048, 8192)):
        name = definition["taskDefinitionArn"].rpartition("/")[2]
        account.answer(
            "ecs", "DescribeTaskDefinition", region, {"taskDefinition": definition, "tags": []}, contains=name
        )
    targets = {"ScalableTargets": [_target(account, "search")]}
    account.answer("application-autoscaling", "DescribeScalableTargets", region, targets, contains='"ecs"')
    for name, (cpu, memory) in {
        "placeholder": (0.4, 0.6),
        "checkout": (20, 30),
        "search": (20, 30),
        "reports": (20, 30),
    }.items():
        dimensions = {"ClusterName": _CLUSTER, "ServiceName": name}
        for metric, value in (("CPUUtilization", cpu), ("MemoryUtilization", memory)):
            account.put_metrics(
                region, [series(account.now, "AWS/ECS", dimensions, metric, lambda _at, value=value: value)]
            )
    account.plant(arns["placeholder"], IDLE)
    account.look_alike(arns["placeholder"], "of the smallest size that there is", OVERSIZED)
    account.plant(arns["checkout"], OVERSIZED)
    account.look_alike(arns["checkout"], "20 % CPU is little, but not idle", IDLE)
    account.look_alike(arns["search"], "it scales with its load", OVERSIZED)
    account.look_alike(arns["reports"], "Fargate Spot has no list price", OVERSIZED)
    account.look_alike(arns["silent"], "no task ever ran", IDLE, OVERSIZED)


def _service(
    account: Account, region: str, name: str, definition: str, tasks: int, running: int | None = None, spot: bool = False
) -> dict[str, Any]:
    made = _ago(account, 90)
    capacity: dict[str, Any] = {"launchType": "FARGATE"}
    if spot:
        capacity = {"capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}]}
    running = tasks if running is None else running
    return capacity | {
        "serviceArn": account.arn("ecs", region, f"service/{_CLUSTER}/{name}"),
        "serviceName": name,
        "clusterArn": account.arn("ecs", region, f"cluster/{_CLUSTER}"),
        "status": "ACTIVE",
        "desiredCount": tasks,
        "runningCount": running,
        "pendingCount": tasks - running,
        "platformVersion": "LATEST",
        "platformFamily": "Linux",
        "taskDefinition": account.arn("ecs", region, f"task-definition/{definition}"),
        "deployments": [{"id": f"ecs-svc/{name}", "status": "PRIMARY", "createdAt": made, "updatedAt": made}],
        "createdAt": made,
        "schedulingStrategy": "REPLICA",
        "deploymentController": {"type": "ECS"},
        "tags": [{"key": "team", "value": "shop"}],
    }


def _definition(account: Account, region: str, name: str, cpu: int, memory: int) -> dict[str, Any]:
    family, _, revision = name.partition(":")
    return {
        "taskDefinitionArn": account.arn("ecs", region, f"task-definition/{name}"),
        "containerDefinitions": [{"name": "main", "image": "shop/main"}],
        "family": family,
        "revision": int(revision),
        "networkMode": "awsvpc",
        "status": "ACTIVE",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": str(cpu),
        "memory": str(memory),
        "registeredAt": _ago(account, 90),
    }


def _target(account: Account, name: str) -> dict[str, Any]:
    return {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{_CLUSTER}/{name}",
        "ScalableDimension": "ecs:service:DesiredCount",
        "MinCapacity": 1,
        "MaxCapacity": 9,
        "RoleARN": f"arn:aws:iam::{account.id}:role/scaling",
        "CreationTime": _ago(account, 90),
    }


def _plant_kubernetes(account: Account, region: str, node_id: str) -> None:
    account.client("ec2", region).create_tags(
        Resources=[node_id], Tags=[{"Key": "kubernetes.io/cluster/own-nodes", "Value": "owned"}]
    )
    hybrid = {"remoteNetworkConfig": {"remoteNodeNetworks": [{"cidrs": ["10.200.0.0/16"]}]}}
    clusters = {
        "left-over": _cluster(account, region, "left-over", _NEW),
        "young": _cluster(account, region, "young", _NEW, age_days=4),
        "own-nodes": _cluster(account, region, "own-nodes", _NEW),
        "in-the-hall": _cluster(account, region, "in-the-hall", _NEW) | hybrid,
        "legacy": _cluster(account, region, "legacy", _OLD),
        "patient": _cluster(account, region, "patient", _OLD, support="STANDARD"),
    }
    account.answer("eks", "ListClusters", region, {"clusters": list(clusters)})
    for name, cluster in clusters.items():
        account.answer("eks", "DescribeCluster", region, {"cluster": cluster}, contains=f"/clusters/{name}")
    account.answer("eks", "ListNodegroups", region, {"nodegroups": ["workers"]}, contains="/legacy/")
    account.answer("eks", "ListNodegroups", region, {"nodegroups": []})
    account.answer("eks", "DescribeNodegroup", region, {"nodegroup": _node_group(account, region, "legacy")})
    account.answer("eks", "ListFargateProfiles", region, {"fargateProfileNames": ["default"]}, contains="/patient/")
    account.answer("eks", "ListFargateProfiles", region, {"fargateProfileNames": []})
    arns = {name: cluster["arn"] for name, cluster in clusters.items()}
    account.plant(arns["left-over"], EMPTY)
    account.look_alike(arns["left-over"], "in standard support", EXTENDED)
    account.look_alike(arns["young"], "4 days old", EMPTY)
    account.look_alike(arns["own-nodes"], "an instance is tagged as its node", EMPTY)
    account.look_alike(arns["in-the-hall"], "it may have hybrid nodes", EMPTY)
    account.plant(arns["legacy"], EXTENDED)
    account.look_alike(arns["legacy"], "it has a node group", EMPTY)
    account.plant(arns["patient"], EXTENDED)
    account.look_alike(arns["patient"], "its pods run on Fargate", EMPTY)


def _cluster(
    account: Account, region: str, name: str, version: str, support: str = "EXTENDED", age_days: int = 200
) -> dict[str, Any]:
    return {
        "name": name,
        "arn": account.arn("eks", region, f"cluster/{name}"),
        "createdAt": _ago(account, age_days),
        "version": version,
        "platformVersion": "eks.1",
        "status": "ACTIVE",
        "upgradePolicy": {"supportType": support},
        "deletionProtection": False,
        "tags": {"team": "platform"},
    }


def _node_group(account: Account, region: str, cluster: str) -> dict[str, Any]:
    return {
        "nodegroupName": "workers",
        "nodegroupArn": account.arn("eks", region, f"nodegroup/{cluster}/workers/0ab1c2d3"),
        "clusterName": cluster,
        "version": _OLD,
        "createdAt": _ago(account, 200),
        "status": "ACTIVE",
        "capacityType": "ON_DEMAND",
        "scalingConfig": {"minSize": 1, "maxSize": 3, "desiredSize": 2},
        "instanceTypes": ["m7i.large"],
        "amiType": "AL2023_x86_64_STANDARD",
        "resources": {"autoScalingGroups": [{"name": "eks-workers-0ab1c2d3"}]},
        "tags": {"team": "platform"},
    }


def _ago(account: Account, days: float) -> float:
    return (account.now - timedelta(days=days)).timestamp()
