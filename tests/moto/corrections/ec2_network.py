"""VPC: interfaces of NAT gateways and endpoints are in use, and addresses are not those of the loopback network."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models import elastic_ip_addresses
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.nat_gateways import NatGateway, NatGatewayBackend
from moto.ec2.models.vpcs import VPCBackend, VPCEndPoint
from moto.ec2.utils import random_eni_attach_id
from moto.moto_api._internal import mock_random


def apply() -> None:
    instance_attachment = NetworkInterface.attachment.fget
    NetworkInterface.attachment = property(
        lambda self: getattr(self, "service_attachment", None) or instance_attachment(self)
    )
    _addresses()
    NatGateway.availability_mode = "zonal"
    # AWS always says so; moto leaves it out.
    VPCEndPoint.requester_managed = False
    create_nat_gateway, create_vpc_endpoint = NatGatewayBackend.create_nat_gateway, VPCBackend.create_vpc_endpoint

    def create_nat_gateway_in_use(self: NatGatewayBackend, *args: Any, **kwargs: Any) -> NatGateway:
        gateway = create_nat_gateway(self, *args, **kwargs)
        gateway.connectivity_type = gateway.connectivity_type or "public"
        _attach(gateway._eni, "nat_gateway", f"Interface for NAT Gateway {gateway.id}")
        return gateway

    def create_vpc_endpoint_in_use(self: VPCBackend, *args: Any, **kwargs: Any) -> VPCEndPoint:
        endpoint = create_vpc_endpoint(self, *args, **kwargs)
        for interface_id in endpoint.network_interface_ids:
            _attach(self.enis[interface_id], "vpc_endpoint", f"VPC Endpoint Interface {endpoint.id}")
        return endpoint

    NatGatewayBackend.create_nat_gateway = create_nat_gateway_in_use
    VPCBackend.create_vpc_endpoint = create_vpc_endpoint_in_use


def _addresses() -> None:
    # 198.18.0.0/15 is set aside for benchmarks (RFC 2544): nobody's address.
    elastic_ip_addresses.random_ip = lambda: ".".join(
        ["198", *(str(mock_random.randint(low, high)) for low, high in ((18, 19), (0, 255), (1, 254)))]
    )
    address = elastic_ip_addresses.ElasticAddress
    address.public_ipv4_pool = "amazon"
    # Absent, not empty, where there is none.
    address.instance_id = property(lambda self: self.instance.id if self.instance else None)
    address.network_interface_id = property(lambda self: self.eni.id if self.eni else None)


def _attach(interface: NetworkInterface, interface_type: str, description: str) -> None:
    interface.status = "in-use"
    interface.interface_type = interface_type
    interface.description = description
    interface.requester_managed = True
    interface.service_attachment = SimpleNamespace(
        attachment_id=random_eni_attach_id(),
        attach_time=utcnow(),
        delete_on_termination=False,
        device_index=1,
        instance_owner_id="amazon-aws",
        network_card_index=0,
        status="attached",
    )
