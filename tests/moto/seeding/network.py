"""Networks: NAT gateways, what passes through them, gateway endpoints, Elastic IP addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seeding.account import Account, tags
from seeding.series import series

IDLE, HOTSPOT = "aws/vpc/idle-nat-gateway", "aws/vpc/nat-egress-hotspot"
NO_ENDPOINT = "aws/vpc/nat-traffic-without-gateway-endpoint"
INTERFACE = "aws/vpc/nat-where-interface-endpoint-is-cheaper"
UNASSOCIATED = "aws/vpc/unassociated-address"
_HOURS_A_MONTH = 730
_GIB = 2**30


@dataclass
class Network:
    """A VPC with one subnet, which instances and gateways are put into."""

    region: str
    vpc_id: str
    subnet_id: str


def make_network(account: Account, region: str, name: str, second_octet: int) -> Network:
    ec2 = account.client("ec2", region)
    with account.days_ago(400):
        vpc_id = ec2.create_vpc(CidrBlock=f"10.{second_octet}.0.0/16", TagSpecifications=tags("vpc", name))["Vpc"][
            "VpcId"
        ]
        subnet = ec2.create_subnet(
            VpcId=vpc_id,
            CidrBlock=f"10.{second_octet}.0.0/18",
            AvailabilityZone=f"{region}a",
            TagSpecifications=tags("subnet", f"{name}-a"),
        )
        gateway_id = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
        make_route_table(account, Network(region, vpc_id, ""), f"{name}-public", GatewayId=gateway_id)
    return Network(region, vpc_id, subnet["Subnet"]["SubnetId"])


def make_route_table(account: Account, network: Network, name: str, **target: str) -> str:
    """A route table whose default route goes to the target."""
    ec2 = account.client("ec2", network.region)
    id = ec2.create_route_table(VpcId=network.vpc_id, TagSpecifications=tags("route-table", name))["RouteTable"][
        "RouteTableId"
    ]
    if target:
        ec2.create_route(RouteTableId=id, DestinationCidrBlock="0.0.0.0/0", **target)
    return id


def make_gateway_endpoints(account: Account, network: Network, route_table_ids: list[str]) -> None:
    """Both free ones: Amazon S3 and DynamoDB."""
    for service in ("s3", "dynamodb"):
        account.client("ec2", network.region).create_vpc_endpoint(
            VpcId=network.vpc_id,
            VpcEndpointType="Gateway",
            ServiceName=f"com.amazonaws.{network.region}.{service}",
            RouteTableIds=route_table_ids,
            TagSpecifications=tags("vpc-endpoint", service),
        )


def plant_networks(account: Account, main: Network, second: Network, other: Network) -> None:
    """`main` and `second` are in one region, `other` is in another."""
    _plant_main(account, main)
    _plant_second(account, second)
    _plant_other(account, other)


def _plant_main(account: Account, network: Network) -> None:
    busy = _make_nat(account, network, "busy", 120)
    make_route_table(account, network, "private", NatGatewayId=busy)
    _put_traffic(account, network.region, busy, gib_a_month=4000)
    account.plant(_arn(account, network, busy), HOTSPOT, NO_ENDPOINT)
    account.look_alike(_arn(account, network, busy), "in heavy use", IDLE)
    account.look_alike(_arn(account, network, busy), "the free gateway endpoint comes first", INTERFACE)

    # All metrics are there, and zero.
    idle = _make_nat(account, network, "left-over", 30)
    _put_traffic(account, network.region, idle, gib_a_month=0)
    account.plant(_arn(account, network, idle), IDLE)
    account.look_alike(_arn(account, network, idle), "without traffic", NO_ENDPOINT)

    new = _make_nat(account, network, "new", 3)
    account.look_alike(_arn(account, network, new), "silent, but created 3 days ago", IDLE)


def _plant_second(account: Account, network: Network) -> None:
    """Endpoints exist in the VPC, but not in the route table that leads to the gateway."""
    gateway = _make_nat(account, network, "beside-endpoints", 200)
    make_route_table(account, network, "private-without-endpoints", NatGatewayId=gateway)
    make_gateway_endpoints(account, network, [make_route_table(account, network, "isolated-with-endpoints")])
    _put_traffic(account, network.region, gateway, gib_a_month=100)
    account.plant(_arn(account, network, gateway), NO_ENDPOINT)
    account.look_alike(_arn(account, network, gateway), "$4.50 a month", HOTSPOT)


def _plant_other(account: Account, network: Network) -> None:
    covered = _make_nat(account, network, "covered", 200)
    heartbeat = _make_nat(account, network, "heartbeat", 200)
    route_tables = [make_route_table(account, network, f"private-{id}", NatGatewayId=id) for id in (covered, heartbeat)]
    make_gateway_endpoints(account, network, route_tables)

    _put_traffic(account, network.region, covered, gib_a_month=600)
    account.plant(_arn(account, network, covered), INTERFACE)
    account.look_alike(_arn(account, network, covered), "its route table has both gateway endpoints", NO_ENDPOINT)
    account.look_alike(_arn(account, network, covered), "$28.80 a month", HOTSPOT)

    _put_heartbeat(account, network.region, heartbeat)
    account.look_alike(_arn(account, network, heartbeat), "one connection a day", IDLE)
    account.look_alike(_arn(account, network, heartbeat), "hardly any traffic", INTERFACE)

    # Nothing was ever sent: CloudWatch has no series at all, which means zero for a NAT gateway.
    silent = _make_nat(account, network, "silent", 60)
    account.plant(_arn(account, network, silent), IDLE)


def _make_nat(account: Account, network: Network, name: str, age_days: float) -> str:
    ec2 = account.client("ec2", network.region)
    with account.days_ago(age_days):
        address = allocate_address(account, network.region, f"nat-{name}")
        account.look_alike(address_arn(account, network.region, address), "on a NAT gateway", UNASSOCIATED)
        answer = ec2.create_nat_gateway(
            SubnetId=network.subnet_id, AllocationId=address, TagSpecifications=tags("natgateway", name)
        )
    return answer["NatGateway"]["NatGatewayId"]


def _put_traffic(account: Account, region: str, id: str, gib_a_month: float) -> None:
    """A quarter goes out, the rest comes back. AWS charges for both as they enter the gateway."""
    out = gib_a_month * _GIB / _HOURS_A_MONTH / 4
    back = 3 * out
    _put(
        account,
        region,
        id,
        {
            "ActiveConnectionCount": 120 if gib_a_month else 0,
            "ConnectionAttemptCount": 900 if gib_a_month else 0,
            "BytesInFromSource": out,
            "BytesOutToDestination": out,
            "BytesInFromDestination": back,
            "BytesOutToSource": back,
            "PacketsInFromSource": out // 600,
            "PacketsInFromDestination": back // 1200,
        },
    )


def _put_heartbeat(account: Account, region: str, id: str) -> None:
    small = ("BytesInFromSource", "BytesOutToDestination", "BytesInFromDestination", "BytesOutToSource")
    _put(
        account,
        region,
        id,
        {
            "ActiveConnectionCount": 1,
            "ConnectionAttemptCount": 1,
            "PacketsInFromSource": 6,
            "PacketsInFromDestination": 5,
            **dict.fromkeys(small, 700),
        },
        hours={4},
    )


def _put(account: Account, region: str, id: str, values: dict[str, float], hours: set[int] | None = None) -> None:
    """The same values every hour, or zero outside the given hours of the day."""

    def at_those_hours(value: float) -> Any:
        return lambda at: value if _is_in(at, hours) else 0

    account.put_metrics(
        region,
        [
            series(account.now, "AWS/NATGateway", {"NatGatewayId": id}, metric, at_those_hours(value))
            for metric, value in values.items()
        ],
    )


def _is_in(at: datetime, hours: set[int] | None) -> bool:
    return hours is None or at.hour in hours


def plant_addresses(account: Account, network: Network, running_id: str, stopped_id: str) -> None:
    ec2, region = account.client("ec2", network.region), network.region
    with account.days_ago(90):
        free = allocate_address(account, region, "nobody-s")
        account.plant(address_arn(account, region, free), UNASSOCIATED)

        running = allocate_address(account, region, "running")
        ec2.associate_address(AllocationId=running, InstanceId=running_id)
        account.look_alike(address_arn(account, region, running), "on a running instance", UNASSOCIATED)

        stopped = allocate_address(account, region, "stopped")
        ec2.associate_address(AllocationId=stopped, InstanceId=stopped_id)
        account.plant(address_arn(account, region, stopped), UNASSOCIATED)

        interface = ec2.create_network_interface(SubnetId=network.subnet_id, Description="left over")[
            "NetworkInterface"
        ]
        detached = allocate_address(account, region, "detached")
        ec2.associate_address(AllocationId=detached, NetworkInterfaceId=interface["NetworkInterfaceId"])
        account.plant(address_arn(account, region, detached), UNASSOCIATED)

        managed = allocate_address(account, region, "managed")
        account.set_attributes(region, managed, service_managed="alb")
        account.look_alike(address_arn(account, region, managed), "managed by Elastic Load Balancing", UNASSOCIATED)


def allocate_address(account: Account, region: str, name: str) -> str:
    answer = account.client("ec2", region).allocate_address(Domain="vpc", TagSpecifications=tags("elastic-ip", name))
    return answer["AllocationId"]


def address_arn(account: Account, region: str, id: str) -> str:
    return account.arn("ec2", region, f"elastic-ip/{id}")


def _arn(account: Account, network: Network, id: str) -> str:
    return account.arn("ec2", network.region, f"natgateway/{id}")
