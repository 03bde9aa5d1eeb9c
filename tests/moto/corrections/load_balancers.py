"""Elastic Load Balancing: a network or gateway load balancer's ARN says what it is, as CloudWatch's names for them do."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from moto.elbv2 import models
from moto.elbv2.models import ELBv2Backend

# What stands before the name in the ARN.
_KINDS = {"network": "net", "gateway": "gwy"}
_kind = ContextVar("kind", default="app")


def apply() -> None:
    create, make_arn = ELBv2Backend.create_load_balancer, models.make_arn_for_load_balancer

    def create_of_kind(self: ELBv2Backend, *arguments: Any, **named: Any) -> Any:
        token = _kind.set(_KINDS.get(named.get("loadbalancer_type") or "", "app"))
        try:
            return create(self, *arguments, **named)
        finally:
            _kind.reset(token)

    ELBv2Backend.create_load_balancer = create_of_kind
    models.make_arn_for_load_balancer = lambda **named: make_arn(**named).replace(
        ":loadbalancer/app/", f":loadbalancer/{_kind.get()}/"
    )
