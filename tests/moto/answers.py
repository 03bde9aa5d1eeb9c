"""Answers that are given as they were planted, for what moto does not know of a resource or does not implement at all."""

from __future__ import annotations

import json
from threading import Lock
from typing import Any

import cbor2

from call import Call
from errors import Answer


class Answers:
    """What is to be answered, by service, operation, account, region and a text in the request. The first that fits counts."""

    def __init__(self) -> None:
        self._planted: list[dict[str, Any]] = []
        self._lock = Lock()

    def add(self, planted: list[dict[str, Any]]) -> None:
        with self._lock:
            self._planted += planted

    def clear(self) -> None:
        with self._lock:
            self._planted.clear()

    def of(self, call: Call) -> Answer | None:
        with self._lock:
            body = next((planted["body"] for planted in self._planted if _fits(planted, call)), None)
        if body is None:
            return None
        if isinstance(body, str):
            return Answer(200, body.encode(), [("Content-Type", "application/xml")])
        if call.protocol == "cbor":
            headers = [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")]
            return Answer(200, cbor2.dumps(body), headers)
        return Answer(200, json.dumps(body).encode(), [("Content-Type", "application/x-amz-json-1.1")])


def _fits(planted: dict[str, Any], call: Call) -> bool:
    names = ("service", "operation", "account", "region")
    contained = f"{call.path}\n{call.body.decode('utf-8', 'replace')}"
    return planted.get("contains", "") in contained and all(
        planted[name] == getattr(call, name) for name in names if name in planted
    )
