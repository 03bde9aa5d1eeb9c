"""Interface endpoints, transit gateways and VPN connections; subnets of another zone; what instances send to the internet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seeding.account import Account, tags
from seeding.network import Network
from seeding.series import series

IDLE_ENDPOINT, IDLE_ATTACHMENT = "aws/vpc/idle-interface-endpoint", "aws/vpc/idle-transit-gateway-attachment"
IDLE_VPN, HOTSPOT = "aws/vpc/idle-vpn-connection", "aws/vpc/transit-gateway-hotspot"
FREE_GATEWAY, CROSS_ZONE = "aws/vpc/interface-endpoint-where-gateway-is-free", "aws/vpc/nat-cross-zone-traffic"
EGRESS = "aws/ec2/egress-hotspot"
# More than the month that these rules look back.
_DAYS = 32
_HOURS_A_MONTH = 730
_GIB = 2**30


def plant_endpoints(account: Account, hub: Network, alone: Network) -> None:
    """`hub` is attached to a transit gateway, `alone` is reachable from nowhere."""
    silent = _make_endpoint(account, alone, "sqs", 100)
    account.plant(silent[0], IDLE_ENDPOINT)
    logs = _make_endpoint(account, alone, "logs", 100)
    _put_bytes(account, alone, logs, 200)
    account.look_alike(logs[0], "in use", IDLE_ENDPOINT)
    new = _make_endpoint(account, alone, "kms", 9)
    account.look_alike(new[0], "silent, but created 9 days ago", IDLE_ENDPOINT)

    storage = _make_endpoint(account, alone, "s3", 100)
    _put_bytes(account, alone, storage, 50)
    account.plant(storage[0], FREE_GATEWAY)
    shared = _make_endpoint(account, hub, "s3", 100)
    _put_bytes(account, hub, shared, 50)
    account.look_alike(shared[0], "machines behind the transit gateway may use it", FREE_GATEWAY)


def _make_endpoint(account: Account, network: Network, service: str, age_days: float) -> tuple[str, dict[str, str]]:
    """Its ARN, and the dimensions of its metrics."""
    name = f"com.amazonaws.{network.region}.{service}"
    with account.days_ago(age_days):
        id = account.client("ec2", network.region).create_vpc_endpoint(
            VpcId=network.vpc_id,
            VpcEndpointType="Interface",
            ServiceName=name,
            SubnetIds=[network.subnet_id],
            TagSpecifications=tags("vpc-endpoint", f"{service}-interface"),
        )["VpcEndpoint"]["VpcEndpointId"]
    dimensions = {
        "Endpoint Type": "Interface",
        "Service Name": name,
        "VPC Endpoint Id": id,
        "VPC Id": network.vpc_id,
    }
    return account.arn("ec2", network.region, f"vpc-endpoint/{id}"), dimensions


def _put_bytes(account: Account, network: Network, endpoint: tuple[str, dict[str, str]], gib_a_month: float) -> None:
    an_hour = gib_a_month * _GIB / _HOURS_A_MONTH
    account.put_metrics(
        network.region,
        [_constant(account, "AWS/PrivateLinkEndpoints", endpoint[1], "BytesProcessed", an_hour)],
    )


def _constant(account: Account, namespace: str, dimensions: dict[str, str], metric: str, value: float) -> Any:
    return series(account.now, namespace, dimensions, metric, lambda _at: value, days=_DAYS)


def plant_transit_gateway(account: Account, busy: Network, silent: Network) -> None:
    """A transit gateway between two VPCs of a region, of which only one sends anything."""
    ec2 = account.client("ec2", busy.region)
    with account.days_ago(300):
        gateway_id = ec2.create_transit_gateway(TagSpecifications=tags("transit-gateway", "hub"))["TransitGateway"][
            "TransitGatewayId"
        ]

    def attach(network: Network, name: str) -> str:
        with account.days_ago(200):
            return ec2.create_transit_gateway_vpc_attachment(
                TransitGatewayId=gateway_id,
                VpcId=network.vpc_id,
                SubnetIds=[network.subnet_id],
                TagSpecifications=tags("transit-gateway-attachment", name),
            )["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]

    def put(attachment_id: str, gib_in: float, gib_out: float) -> None:
        dimensions = {"TransitGateway": gateway_id, "TransitGatewayAttachment": attachment_id}
        account.put_metrics(
            busy.region,
            [
                _constant(account, "AWS/TransitGateway", dimensions, metric, gib * _GIB / _HOURS_A_MONTH)
                for metric, gib in (("BytesIn", gib_in), ("BytesOut", gib_out))
            ],
        )

    def arn(attachment_id: str) -> str:
        return account.arn("ec2", busy.region, f"transit-gateway-attachment/{attachment_id}")

    sender = attach(busy, "main")
    put(sender, 8000, 300)
    account.plant(arn(sender), HOTSPOT)
    account.look_alike(arn(sender), "in heavy use", IDLE_ATTACHMENT)
    forgotten = attach(silent, "second")
    put(forgotten, 0, 0)
    account.plant(arn(forgotten), IDLE_ATTACHMENT)
    account.look_alike(arn(forgotten), "sends nothing", HOTSPOT)


def plant_vpn(account: Account, region: str) -> None:
    """Two connections to an office: one silent, one in use, and one of which nothing is known."""
    ec2 = account.client("ec2", region)
    addresses: Iterator[int] = iter(range(10, 20))

    def make(name: str) -> str:
        customer = ec2.create_customer_gateway(Type="ipsec.1", PublicIp=f"203.0.113.{next(addresses)}", BgpAsn=65000)
        gateway = ec2.create_vpn_gateway(Type="ipsec.1")
        return ec2.create_vpn_connection(
            Type="ipsec.1",
            CustomerGatewayId=customer["CustomerGateway"]["CustomerGatewayId"],
            VpnGatewayId=gateway["VpnGateway"]["VpnGatewayId"],
            TagSpecifications=tags("vpn-connection", name),
        )["VpnConnection"]["VpnConnectionId"]

    def put(id: str, gib_a_month: float) -> None:
        an_hour = gib_a_month * _GIB / _HOURS_A_MONTH
        account.put_metrics(
            region,
            [
                _constant(account, "AWS/VPN", {"VpnId": id}, metric, an_hour)
                for metric in ("TunnelDataIn", "TunnelDataOut")
            ],
        )

    def arn(id: str) -> str:
        return account.arn("ec2", region, f"vpn-connection/{id}")

    closed, open_ = make("closed-office"), make("office")
    put(closed, 0)
    account.plant(arn(closed), IDLE_VPN)
    put(open_, 40)
    account.look_alike(arn(open_), "in use", IDLE_VPN)
    account.look_alike(arn(make("unknown")), "no figures, so nobody knows", IDLE_VPN)


def plant_other_zone(account: Account, network: Network, octet: int, route_table: str, nat: str, *rules: str) -> None:
    """A subnet in a second zone, whose default route leads to the NAT gateway `nat` of the first."""
    ec2 = account.client("ec2", network.region)

    def named(answer: list[dict[str, Any]], name: str) -> dict[str, Any]:
        return next(item for item in answer if {"Key": "Name", "Value": name} in item.get("Tags", []))

    filters = [{"Name": "vpc-id", "Values": [network.vpc_id]}]
    table = named(ec2.describe_route_tables(Filters=filters)["RouteTables"], route_table)
    gateway = named(ec2.describe_nat_gateways(Filters=filters)["NatGateways"], nat)
    with account.days_ago(100):
        subnet = ec2.create_subnet(
            VpcId=network.vpc_id,
            CidrBlock=f"10.{octet}.64.0/18",
            AvailabilityZone=f"{network.region}b",
            TagSpecifications=tags("subnet", "other-zone"),
        )["Subnet"]["SubnetId"]
        ec2.associate_route_table(RouteTableId=table["RouteTableId"], SubnetId=subnet)
    arn = account.arn("ec2", network.region, f"natgateway/{gateway['NatGatewayId']}")
    account.plant(arn, *rules)
    if not rules:
        account.look_alike(arn, "crossing zones costs less than another gateway", CROSS_ZONE)
