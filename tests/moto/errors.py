"""Errors in AWS's own words, in each wire format that AWS services speak."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4
from xml.sax.saxutils import escape

import cbor2

if TYPE_CHECKING:
    from call import Call


@dataclass(frozen=True)
class Answer:
    """A complete HTTP response."""

    status: int
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)


class AwsError(Exception):
    """An error that is to be answered in the caller's wire format."""

    def __init__(self, code: str, message: str, status: int = 400):
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status


class Refusal(AwsError):
    """An error for want of a permission."""


def render(call: Call, error: AwsError) -> Answer:
    """The error as the service of this call would put it on the wire."""
    request_id = str(uuid4())
    content_type, body = _BODIES[call.protocol](call, error, request_id)
    headers = [("Content-Type", content_type), ("x-amzn-RequestId", request_id)]
    if call.protocol == "cbor":
        headers.append(("smithy-protocol", "rpc-v2-cbor"))
        headers.append(("x-amzn-query-error", f"{_query_code(error)};{_fault(error)}"))
    if call.protocol == "rest":
        headers.append(("x-amzn-errortype", error.code))
    return Answer(error.status, b"" if call.method == "HEAD" else body, headers)


def _fault(error: AwsError) -> str:
    return "Sender" if error.status < 500 else "Receiver"


def _query_code(error: AwsError) -> str:
    """CloudWatch once spoke the query protocol; a header still carries the codes of that time."""
    return {
        "AccessDeniedException": "AccessDenied",
        "ThrottlingException": "Throttling",
        "UnrecognizedClientException": "InvalidClientTokenId",
    }.get(error.code, error.code)


def _ec2(call: Call, error: AwsError, request_id: str) -> tuple[str, bytes]:
    return "text/xml;charset=UTF-8", (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Response><Errors><Error><Code>{error.code}</Code><Message>{escape(error.message)}</Message></Error></Errors>"
        f"<RequestID>{request_id}</RequestID></Response>"
    ).encode()


def _query(call: Call, error: AwsError, request_id: str) -> tuple[str, bytes]:
    return "text/xml", (
        f"<ErrorResponse><Error><Type>{_fault(error)}</Type><Code>{error.code}</Code>"
        f"<Message>{escape(error.message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    ).encode()


def _s3(call: Call, error: AwsError, request_id: str) -> tuple[str, bytes]:
    return "application/xml", (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{error.code}</Code><Message>{escape(error.message)}</Message>"
        f"<BucketName>{escape(call.bucket)}</BucketName><RequestId>{request_id}</RequestId><HostId>test</HostId></Error>"
    ).encode()


def _json(call: Call, error: AwsError, request_id: str) -> tuple[str, bytes]:
    return "application/x-amz-json-1.1", json.dumps({"__type": error.code, "Message": error.message}).encode()


def _cbor(call: Call, error: AwsError, request_id: str) -> tuple[str, bytes]:
    return "application/cbor", cbor2.dumps({"__type": error.code, "message": error.message})


_BODIES = {"ec2": _ec2, "query": _query, "s3": _s3, "json": _json, "cbor": _cbor, "rest": _json, "rest-xml": _query}
