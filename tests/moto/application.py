"""The WSGI application: every request is identified, disturbed, authorized, answered and logged."""

from __future__ import annotations

import io
import json
import time
import traceback
from collections.abc import Callable, Iterable
from http import HTTPStatus
from threading import Lock
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

import cloudwatch
import pricing
from answers import Answers
from authorize import Policy, iam_action, refusal
from call import Call
from clock import Clock
from corrections.s3 import redirect
from errors import Answer, AwsError, Refusal, render
from faults import ConnectionReset, Fault, Faults
from metrics import MetricStore

Environ = dict[str, Any]


class Application:
    """An AWS for one test, or for several that do not mind one another."""

    def __init__(self) -> None:
        self.clock, self.faults, self.metrics = Clock(), Faults(), MetricStore()
        self.answers = Answers()
        self.policy: Policy | None = None
        # Callers with a policy of their own, by access key: so several scans can be refused different things at once.
        self.policies: dict[str, Policy] = {}
        self._calls: list[dict[str, Any]] = []
        self._lock = Lock()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._cloudwatch = cloudwatch.CloudWatch(self.metrics, self._ask_moto)
        self.control: Callable[[str, str, bytes], Answer] | None = None

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = _body(environ)
        path = environ.get("PATH_INFO", "/")
        if path.startswith("/__ctl/") and self.control:
            answer = self.control(environ["REQUEST_METHOD"], path.removeprefix("/__ctl/"), body)
        elif path.startswith("/moto-api/"):
            answer = self._ask_moto(environ)
        else:
            answer = self._answer(Call.read(environ, body))
        status = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        headers = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
        if environ["REQUEST_METHOD"] != "HEAD":
            headers.append(("Content-Length", str(len(answer.body))))
        start_response(status, headers)
        return [answer.body]

    def calls(self) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._calls)

    def forget_calls(self) -> None:
        with self._lock:
            self._calls.clear()

    def _answer(self, call: Call) -> Answer:
        """The answer to an AWS call. Seeding is neither disturbed nor refused, and leaves no trace in the log."""
        fault = None if call.is_seeding else self.faults.take(call)
        denied = False
        try:
            if fault:
                if fault.delay_ms:
                    time.sleep(fault.delay_ms / 1000)
                fault.raise_for(call)
            if not call.is_seeding and (refused := self._refusal(call)):
                raise refused
            answer = self._serve(call, fault)
        except AwsError as error:
            denied = isinstance(error, Refusal)
            answer = render(call, error)
        except ConnectionReset:
            self._log(call, 0, denied, fault)
            raise
        self._log(call, answer.status, denied, fault)
        return answer

    def _refusal(self, call: Call) -> AwsError | None:
        action = iam_action(call)
        policy = self.policies.get(call.access_key, self.policy)
        reason = policy.refusal_reason(action) if policy and action else None
        return refusal(call, action, reason) if action and reason else None

    def _serve(self, call: Call, fault: Fault | None) -> Answer:
        try:
            if call.service == "cloudwatch":
                return self._cloudwatch.answer(call, partial=bool(fault) and fault.kind == "partial")
            if call.service == "pricing":
                return pricing.answer(call, broken=bool(fault) and fault.kind == "partial")
            if not call.is_seeding and (planted := self.answers.of(call)):
                return planted
            if not call.is_seeding and (elsewhere := redirect(call)):
                return elsewhere
            answer = self._ask_moto(call.environ)
        except AwsError:
            raise
        except Exception as error:  # whatever moto stumbles over: the SDKs would retry its HTML 500
            if not isinstance(error, NotImplementedError):
                traceback.print_exc()
            raise AwsError(
                "UnsupportedOperation", f"{call.operation} is not implemented by this server: {error}"
            ) from error
        html = any(name.lower() == "content-type" and value.startswith("text/html") for name, value in answer.headers)
        if html and answer.status >= 404 and answer.body.lstrip()[:2] in (b"<!", b"<h"):
            raise AwsError("UnsupportedOperation", f"{call.operation} is not implemented by this server")
        return answer

    def _ask_moto(self, environ: Environ) -> Answer:
        head: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], None]:
            head[:] = [int(status.split()[0]), headers]
            return lambda _data: None

        parts = self._moto(environ, start_response)
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        return Answer(head[0], body, head[1])

    def _log(self, call: Call, status: int, denied: bool, fault: Fault | None) -> None:
        if call.is_seeding:
            return
        entry = {
            "service": call.service,
            "region": call.region,
            "operation": call.operation,
            "iam_action": iam_action(call),
            "account": call.account,
            "access_key": call.access_key,
            "status": status,
            "denied": denied,
            "injected": fault.kind if fault else None,
        }
        if call.bucket:
            entry["bucket"] = call.bucket
        if call.service == "cloudwatch" and (queries := cloudwatch.query_count(call)) is not None:
            entry["metrics_requested"] = queries
        with self._lock:
            self._calls.append(entry)


def json_answer(value: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode(), [("Content-Type", "application/json")])


def _body(environ: Environ) -> bytes:
    """The whole body, left in the environment for whoever reads it again."""
    length = environ.get("CONTENT_LENGTH")
    body = (
        environ["wsgi.input"].read(int(length))
        if length
        else environ["wsgi.input"].read()
        if _is_chunked(environ)
        else b""
    )
    environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    return body


def _is_chunked(environ: Environ) -> bool:
    return environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"
