"""Disturbances on demand: throttling, errors, refusals, lost connections, delays."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from threading import Lock
from typing import Any

from authorize import DENIED_BY_ORGANIZATION, NOT_ALLOWED, iam_action, refusal
from call import Call
from errors import AwsError

# kind → wire format → (status, code, message). Where a format is missing, "json" serves.
_ERRORS: dict[str, dict[str, tuple[int, str, str]]] = {
    "throttle": {
        "ec2": (503, "RequestLimitExceeded", "Request limit exceeded."),
        "s3": (503, "SlowDown", "Please reduce your request rate."),
        "query": (400, "Throttling", "Rate exceeded"),
        "json": (400, "ThrottlingException", "Rate exceeded"),
    },
    "error": {
        "ec2": (500, "InternalError", "An internal error has occurred"),
        "s3": (500, "InternalError", "We encountered an internal error. Please try again."),
        "query": (500, "InternalFailure", "The request processing has failed because of an unknown error."),
        "json": (500, "InternalFailure", "The request processing has failed because of an unknown error."),
    },
    "region_disabled": {
        "ec2": (401, "AuthFailure", "AWS was not able to validate the provided access credentials"),
        "s3": (403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."),
        "query": (403, "InvalidClientTokenId", "The security token included in the request is invalid"),
        "json": (400, "UnrecognizedClientException", "The security token included in the request is invalid."),
    },
}
_DENIALS = {"deny": NOT_ALLOWED, "deny_scp": DENIED_BY_ORGANIZATION}
# `reset` drops the connection, `delay` only waits, `partial` makes GetMetricData give half of the points and GetProducts half of
# each entry.
KINDS = {*_ERRORS, *_DENIALS, "reset", "delay", "partial"}


class ConnectionReset(ConnectionError):
    """The connection is to be dropped without an answer. The request handler does it."""


@dataclass
class Fault:
    """What happens, to which calls (an absent condition fits all; the operation may hold `*`), and how often."""

    kind: str
    service: str | None = None
    operation: str | None = None
    region: str | None = None
    account: str | None = None
    # A text that must occur in the path or the body: the name of a bucket, an ARN, a NextToken.
    contains: str | None = None
    count: int | None = None
    delay_ms: int = 0

    @classmethod
    def parse(cls, fields: dict[str, Any]) -> Fault:
        fault = cls(**fields)
        if fault.kind not in KINDS:
            raise ValueError(f"kind {fault.kind!r} is none of {sorted(KINDS)}")
        return fault

    def fits(self, call: Call) -> bool:
        return (
            (self.service in (None, call.service))
            and (self.operation is None or fnmatchcase(call.operation, self.operation))
            and (self.region in (None, call.region))
            and (self.account in (None, call.account))
            and (self.contains is None or self.contains in call.path or self.contains.encode() in call.body)
            and (self.count is None or self.count > 0)
        )

    def raise_for(self, call: Call) -> None:
        """Answers the call, unless this kind of disturbance lets it through."""
        if self.kind == "reset":
            raise ConnectionReset
        if self.kind in _DENIALS and (action := iam_action(call)):
            raise refusal(call, action, _DENIALS[self.kind].format(action=action))
        if self.kind in _ERRORS:
            if self.kind == "throttle" and call.service == "organizations":
                raise AwsError("TooManyRequestsException", "Rate exceeded", 400)
            formats = _ERRORS[self.kind]
            status, code, message = formats.get(call.protocol, formats["json"])
            raise AwsError(code, message, status)


class Faults:
    """The disturbances that are set; the first that fits a call is used up by one."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = Lock()

    def set(self, faults: list[dict[str, Any]]) -> None:
        parsed = [Fault.parse(fields) for fields in faults]
        with self._lock:
            self._faults = parsed

    def take(self, call: Call) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.fits(call):
                    if fault.count is not None:
                        fault.count -= 1
                    return fault
        return None
