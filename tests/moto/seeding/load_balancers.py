"""Load balancers of both generations: idle, busy, redirecting, without a target."""

from __future__ import annotations

from typing import Any

from seeding.account import Account
from seeding.network import Network
from seeding.series import series

IDLE, IDLE_CLASSIC = "aws/elb/idle-load-balancer", "aws/elb/idle-classic-load-balancer"
HOTSPOT, CROSS_ZONE = "aws/elb/egress-hotspot", "aws/elb/cross-zone-nlb"
_GIB = 2**30
_HOURS_A_MONTH = 730
_NAMESPACES = {"application": "AWS/ApplicationELB", "network": "AWS/NetworkELB", "gateway": "AWS/GatewayELB"}


def plant_load_balancers(account: Account, network: Network, instance_id: str) -> None:
    """`instance_id` runs, and is registered wherever there is a target."""
    subnets = [network.subnet_id, _second_subnet(account, network)]
    balancers = _Balancers(account, network, subnets, instance_id)

    forgotten = balancers.make("forgotten", "application", "internet-facing", targets=True)
    account.plant(forgotten, IDLE)

    busy = balancers.make("busy", "application", "internet-facing", targets=True)
    balancers.measure(busy, "application", RequestCount=20_000, ProcessedBytes=_hourly(8000))
    account.look_alike(busy, "in heavy use", IDLE)
    account.plant(busy, HOTSPOT)

    # It has no target and counts no request: it answers everything by itself.
    redirects = balancers.make("redirects", "application", "internet-facing", targets=False, port=80)
    balancers.measure(redirects, "application", HTTP_Redirect_Count=400, ProcessedBytes=_hourly(1))
    account.look_alike(redirects, "only redirects, 9,600 times a day", IDLE)
    account.look_alike(redirects, "1 GiB a month", HOTSPOT)

    # No metric was ever published: where nothing is registered, that is no excuse.
    account.plant(balancers.make("nowhere", "network", "internal", targets=False), IDLE)

    wide = balancers.make("wide", "network", "internal", targets=True, cross_zone=True)
    balancers.measure(wide, "network", NewFlowCount=900, ProcessedBytes=_hourly(20_000))
    account.look_alike(wide, "in heavy use", IDLE)
    account.look_alike(wide, "internal", HOTSPOT)
    account.plant(wide, CROSS_ZONE)

    narrow = balancers.make("narrow", "network", "internal", targets=True)
    balancers.measure(narrow, "network", NewFlowCount=900, ProcessedBytes=_hourly(20_000))
    account.look_alike(narrow, "keeps to its zones", CROSS_ZONE)

    silent = balancers.make("silent", "network", "internal", targets=True)
    balancers.measure(silent, "network", NewFlowCount=0, ProcessedBytes=0)
    account.plant(silent, IDLE)

    unheard = balancers.make("unheard", "network", "internal", targets=True)
    account.look_alike(unheard, "a network load balancer always publishes, so silence says nothing", IDLE)

    new = balancers.make("new", "application", "internal", targets=True, age_days=3)
    account.look_alike(new, "created 3 days ago", IDLE)

    _plant_classic(account, network, instance_id)


class _Balancers:
    """Makes load balancers of the second generation in one network."""

    def __init__(self, account: Account, network: Network, subnets: list[str], instance_id: str):
        self._account, self._network, self._subnets, self._instance_id = account, network, subnets, instance_id
        self._client = account.client("elbv2", network.region)

    def make(self, name: str, kind: str, scheme: str, targets: bool, **options: Any) -> str:
        """Its ARN. Options: age_days, cross_zone, port (of a listener that redirects)."""
        with self._account.days_ago(options.get("age_days", 200)):
            answer = self._client.create_load_balancer(
                Name=name,
                Type=kind,
                Scheme=scheme,
                Subnets=self._subnets,
                Tags=[{"Key": "team", "Value": "edge"}],
            )
        arn = answer["LoadBalancers"][0]["LoadBalancerArn"]
        if targets:
            self._add_target(name, kind, arn)
        if port := options.get("port"):
            redirect = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}}
            self._client.create_listener(LoadBalancerArn=arn, Port=port, Protocol="HTTP", DefaultActions=[redirect])
        if options.get("cross_zone"):
            on = {"Key": "load_balancing.cross_zone.enabled", "Value": "true"}
            self._client.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[on])
        return arn

    def _add_target(self, name: str, kind: str, arn: str) -> None:
        protocol = "HTTP" if kind == "application" else "TCP"
        group = self._client.create_target_group(
            Name=name, Protocol=protocol, Port=8080, VpcId=self._network.vpc_id, TargetType="instance"
        )["TargetGroups"][0]["TargetGroupArn"]
        self._client.register_targets(TargetGroupArn=group, Targets=[{"Id": self._instance_id}])
        forward = {"Type": "forward", "TargetGroupArn": group}
        self._client.create_listener(LoadBalancerArn=arn, Port=8080, Protocol=protocol, DefaultActions=[forward])

    def measure(self, arn: str, kind: str, **hourly: float) -> None:
        name = arn.partition(":loadbalancer/")[2]
        self._account.put_metrics(
            self._network.region,
            [
                series(
                    self._account.now,
                    _NAMESPACES[kind],
                    {"LoadBalancer": name},
                    metric,
                    lambda _at, value=value: value,
                )
                for metric, value in hourly.items()
            ],
        )


def _plant_classic(account: Account, network: Network, instance_id: str) -> None:
    forgotten = _make_classic(account, network, "old-forgotten", instance_id)
    account.plant(forgotten, IDLE_CLASSIC)

    bare = _make_classic(account, network, "old-bare", None)
    account.plant(bare, IDLE_CLASSIC)

    busy = _make_classic(account, network, "old-busy", instance_id)
    name = {"LoadBalancerName": "old-busy"}
    account.put_metrics(
        network.region, [series(account.now, "AWS/ELB", name, "RequestCount", lambda _at: 500)]
    )
    account.look_alike(busy, "12,000 requests a day", IDLE_CLASSIC)


def _make_classic(account: Account, network: Network, name: str, instance_id: str | None) -> str:
    client = account.client("elb", network.region)
    listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 8080}
    with account.days_ago(900):
        client.create_load_balancer(
            LoadBalancerName=name,
            Listeners=[listener],
            Subnets=[network.subnet_id],
            Scheme="internal",
            Tags=[{"Key": "team", "Value": "legacy"}],
        )
    if instance_id:
        client.register_instances_with_load_balancer(
            LoadBalancerName=name, Instances=[{"InstanceId": instance_id}]
        )
    return account.arn("elasticloadbalancing", network.region, f"loadbalancer/{name}")


def _second_subnet(account: Account, network: Network) -> str:
    ec2 = account.client("ec2", network.region)
    vpc = ec2.describe_vpcs(VpcIds=[network.vpc_id])["Vpcs"][0]["CidrBlock"]
    block = vpc.replace(".0.0/16", ".192.0/18")
    return ec2.create_subnet(VpcId=network.vpc_id, CidrBlock=block, AvailabilityZone=f"{network.region}b")["Subnet"][
        "SubnetId"
    ]


def _hourly(gib_a_month: float) -> float:
    return gib_a_month * _GIB / _HOURS_A_MONTH
