"""The account that is planted: clients, the clock, metrics, and the list of what was planted where."""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.request import Request, urlopen

import boto3
from botocore.config import Config

ACCOUNT_ID = "123456789012"
# The server neither logs nor refuses what is signed with such a key.
_SEEDING_KEY = "SEEDBILLHOOK00000000"


class Account:
    """Everything is planted relative to `now`, the real time of the planting, in whole seconds."""

    def __init__(self, endpoint: str):
        self._endpoint = endpoint
        self.id = ACCOUNT_ID
        self.now = datetime.now(UTC).replace(microsecond=0)
        self._planted: dict[str, list[str]] = defaultdict(list)
        self._look_alikes: dict[str, dict[str, str]] = defaultdict(dict)
        self.counts: dict[str, int] = {}
        # Whether Cost Explorer shows what `plant_billed` plants: thousands of dollars a month.
        self.is_billed = False
        # What a test has to know by name.
        self.ids: dict[str, str] = {}
        # The same ids every time.
        self._post("moto-api/seed?a=20", None)

    def member(self, id: str) -> Account:
        """Another account, whose cases are listed together with this one's."""
        member = copy.copy(self)
        member.id = id
        return member

    @cache
    def client(self, service: str, region: str = "us-east-1") -> Any:
        client = boto3.client(
            service,
            region_name=region,
            endpoint_url=self._endpoint,
            aws_access_key_id=_SEEDING_KEY,
            aws_secret_access_key="seed",
            config=Config(
                parameter_validation=False,  # some of what is planted AWS makes only by accident
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
            ),
        )
        if self.id != ACCOUNT_ID:
            # A header of the server's own says whose resources are meant.
            client.meta.events.register(
                "before-sign.*.*", lambda request, **_: request.headers.add_header("x-moto-account-id", self.id)
            )
        return client

    @cache
    def regions(self) -> list[str]:
        return [region["RegionName"] for region in self.client("ec2").describe_regions()["Regions"]]

    @contextmanager
    def days_ago(self, days: float) -> Iterator[None]:
        """What is made inside was made that many days ago."""
        self._set_clock(self.now - timedelta(days=days))
        try:
            yield
        finally:
            self._set_clock(self.now)

    @contextmanager
    def clock_kept(self) -> Iterator[None]:
        """Plant inside: afterwards the server's clock shows the real time again."""
        try:
            yield
        finally:
            self._set_clock(None)

    def _set_clock(self, moment: datetime | None) -> None:
        self.control("time", {"iso": moment and moment.isoformat()})

    def control(self, name: str, request: Any) -> None:
        self._post(f"__ctl/{name}", request)

    def put_metrics(self, region: str, series: list[dict[str, Any]]) -> None:
        self.control("metrics", {"account": self.id, "region": region, "series": series})

    def set_attributes(self, region: str, id: str, **attributes: Any) -> None:
        """Attributes of an EC2 resource that no API call can set."""
        self.control("attributes", {"account": self.id, "region": region, "id": id, "attributes": attributes})

    def answer(self, service: str, operation: str, region: str, body: dict[str, Any] | str, contains: str = "") -> None:
        """What the server is to answer for want of an own answer; times are seconds since 1970, a text is XML. The first that
        fits counts."""
        of = {"service": service, "operation": operation, "account": self.id, "region": region}
        self.control("answers", [of | {"contains": contains, "body": body}])

    def tag(self, kind: str, region: str, tags: dict[str, dict[str, str]]) -> None:
        """What the tagging API answers of resources that are planted answers, by ARN. It calls them `kind`."""
        self.control("tags", {"account": self.id, "region": region, "kind": kind, "tags": tags})

    def plant(self, resource_id: str, *rules: str) -> None:
        """The rules that must flag the resource."""
        for rule in rules:
            self._planted[rule].append(resource_id)

    def look_alike(self, resource_id: str, why: str, *rules: str) -> None:
        """The rules that must not flag the resource, though it resembles one that they flag."""
        for rule in rules:
            self._look_alikes[rule][resource_id] = why

    def arn(self, service: str, region: str, resource: str) -> str:
        return f"arn:aws:{service}:{region}:{self.id}:{resource}"

    def snapshot_arn(self, region: str, id: str) -> str:
        """AWS writes no account into the ARNs of snapshots and images."""
        return f"arn:aws:ec2:{region}::snapshot/{id}"

    def region_arn(self, region: str) -> str:
        return self.arn("ec2", region, f"region/{region}")

    @property
    def root_arn(self) -> str:
        return f"arn:aws:iam::{self.id}:root"

    def manifest(self) -> dict[str, Any]:
        return {
            "now": self.now.isoformat().replace("+00:00", "Z"),
            "accounts": [self.id],
            "regions": self.regions(),
            "ids": self.ids,
            "counts": self.counts,
            "planted": {rule: sorted(ids) for rule, ids in sorted(self._planted.items())},
            "look_alikes": dict(sorted(self._look_alikes.items())),
        }

    def _post(self, path: str, request: Any) -> None:
        body = json.dumps(request).encode()
        with urlopen(Request(f"{self._endpoint}/{path}", body, {"Content-Type": "application/json"})) as answer:
            answer.read()


def tags(kind: str, name: str, **others: str) -> list[dict[str, Any]]:
    """A tag specification with a name."""
    items = [{"Key": "Name", "Value": name}, *({"Key": key, "Value": value} for key, value in others.items())]
    return [{"ResourceType": kind, "Tags": items}]
