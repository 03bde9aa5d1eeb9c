"""What a request asks for: service, region, operation and account, in the names that AWS uses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from rest_operations import protocol_and_operation as rest_protocol_and_operation
from s3_operations import operation_name as s3_operation_name

# Requests signed with such a key plant the test account: never logged, refused or disturbed.
SEEDING_KEY_PREFIX = "SEED"

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/")
# The name that a service signs with, where it is not the one that its IAM actions begin with.
_IAM_PREFIXES = {"monitoring": "cloudwatch", "tagging": "tag"}


@dataclass
class Call:
    """One signed request to an AWS API."""

    service: str
    region: str
    operation: str
    access_key: str
    account: str
    protocol: str
    method: str
    path: str
    query: dict[str, list[str]]
    body: bytes
    environ: dict[str, Any] = field(repr=False)

    @property
    def is_seeding(self) -> bool:
        return self.access_key.startswith(SEEDING_KEY_PREFIX)

    @property
    def bucket(self) -> str:
        """The S3 bucket that is addressed (path style), or nothing."""
        return self.path.split("/")[1] if self.service == "s3" else ""

    def form(self, name: str) -> str | None:
        """A parameter of the EC2 and query protocols."""
        return parse_qs(self.body.decode("utf-8", "replace")).get(name, [None])[0]

    @property
    def caller_arn(self) -> str:
        """Who calls, as AWS's refusals name them."""
        from moto.sts.models import sts_backends

        for role in sts_backends[self.account]["aws"].assumed_roles:
            if role.access_key_id == self.access_key:
                return role.arn
        return f"arn:aws:sts::{self.account}:user/moto"

    @classmethod
    def read(cls, environ: dict[str, Any], body: bytes) -> Call:
        from moto.iam.models import get_account_id_from

        signature = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        access_key, region, signing_name = signature.groups() if signature else ("", "", "unsigned")
        service = _IAM_PREFIXES.get(signing_name, signing_name)
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/")
        query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        if service == "s3" and path.startswith("/v20180820/"):
            service = "s3control"
        protocol, operation = _protocol_and_operation(service, environ, method, path, query, body)
        account = environ.get("HTTP_X_MOTO_ACCOUNT_ID") or get_account_id_from(access_key)
        return cls(service, region, operation, access_key, account, protocol, method, path, query, body, environ)


def _protocol_and_operation(
    service: str, environ: dict[str, Any], method: str, path: str, query: dict[str, list[str]], body: bytes
) -> tuple[str, str]:
    if environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor":
        return "cbor", path.rsplit("/", 1)[-1]
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return "json", target.rsplit(".", 1)[-1]
    if service == "s3":
        return "s3", s3_operation_name(method, path, query, environ)
    form = body if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded") else b""
    action = (parse_qs(form.decode("utf-8", "replace")) | query).get("Action")
    if action:
        return ("ec2" if service == "ec2" else "query"), action[0]
    if service == "s3control":
        return "s3", f"{method} {path}"
    return rest_protocol_and_operation(service, method, path, query)
