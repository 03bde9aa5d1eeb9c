"""The endpoints under /__ctl/ by which tests steer the server and ask what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from application import Application, json_answer
from authorize import Policy
from corrections import costexplorer, tagging
from errors import Answer
from metrics import Point, SeriesKey


class Control:
    """POST time, faults, policy, metrics, attributes, answers, bill, tags, calls/reset, reset; GET calls, health."""

    def __init__(self, application: Application):
        self._application = application
        self._endpoints: dict[tuple[str, str], Callable[[Any], Any]] = {
            ("GET", "health"): lambda _: {"ready": True},
            ("GET", "calls"): lambda _: application.calls(),
            ("DELETE", "calls"): lambda _: application.forget_calls(),
            ("POST", "calls/reset"): lambda _: application.forget_calls(),
            ("POST", "time"): lambda request: application.clock.set(request["iso"]),
            ("POST", "faults"): application.faults.set,
            ("POST", "policy"): self._set_policy,
            ("POST", "metrics"): self._add_metrics,
            ("POST", "attributes"): _set_attributes,
            ("POST", "bill"): lambda request: costexplorer.plant(request["account"], request["bill"]),
            ("POST", "tags"): lambda request: tagging.plant(**request),
            ("POST", "answers"): application.answers.add,
            ("POST", "reset"): lambda _: self._reset(),
        }

    def __call__(self, method: str, name: str, body: bytes) -> Answer:
        endpoint = self._endpoints.get((method, name))
        if endpoint is None:
            known = ", ".join(f"{verb} /__ctl/{path}" for verb, path in self._endpoints)
            return json_answer({"error": f"no endpoint {method} /__ctl/{name}; there are {known}"}, 404)
        try:
            return json_answer(endpoint(json.loads(body) if body else None))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            return json_answer({"error": f"{type(error).__name__}: {error}"}, 400)

    def _set_policy(self, request: dict[str, Any]) -> None:
        document = request["policy"]
        policy = Policy.parse(document) if document else None
        access_key = request.get("access_key")
        if access_key is None:
            self._application.policy = policy
        elif policy is None:
            self._application.policies.pop(access_key, None)
        else:
            self._application.policies[access_key] = policy

    def _add_metrics(self, request: dict[str, Any]) -> None:
        """Series of evenly spaced points: a number, [minimum, maximum, sum, samples], or null for a missing point."""
        for series in request["series"]:
            key = SeriesKey(
                request["account"],
                request["region"],
                series["namespace"],
                series["metric"],
                tuple(sorted(series["dimensions"].items())),
            )
            start = int(datetime.fromisoformat(series["start"].replace("Z", "+00:00")).timestamp())
            times = range(start, start + len(series["values"]) * series["period"], series["period"])
            points = zip(times, series["values"], strict=True)
            self._application.metrics.add(key, [_point(at, value) for at, value in points if value is not None])

    def _reset(self) -> None:
        from moto.moto_api._internal.models import moto_api_backend

        application = self._application
        application.clock.set(None)
        application.faults.set([])
        application.policy = None
        application.policies.clear()
        application.metrics.clear()
        costexplorer.forget()
        tagging.forget()
        application.answers.clear()
        moto_api_backend.reset()
        application.forget_calls()


def _point(at: int, value: float | list[float]) -> Point:
    return Point(at, *value) if isinstance(value, list) else Point.of_value(at, value)


def _set_attributes(request: dict[str, Any]) -> None:
    """Sets what no API call can (`service_managed` of an address, say): attributes of moto's own object."""
    from moto.ec2.models import ec2_backends

    backend = ec2_backends[request["account"]][request["region"]]
    resources = {
        **{instance.id: instance for instance in backend.all_instances()},
        **backend.volumes,
        **backend.amis,
        **backend.snapshots,
        **backend.enis,
        **backend.nat_gateways,
        **{address.allocation_id: address for address in backend.addresses},
    }
    for name, value in request["attributes"].items():
        setattr(resources[request["id"]], name, value)
