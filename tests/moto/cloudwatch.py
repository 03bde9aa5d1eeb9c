"""CloudWatch: the metric operations from our own store, the others from moto, both in CBOR and in JSON.

The AWS SDKs speak Smithy RPC v2 CBOR with CloudWatch, of which moto knows nothing.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import cbor2
from botocore.model import Shape
from moto.core.utils import get_service_model

from call import Call
from errors import Answer, AwsError
from metrics import STATISTICS, MetricStore, Point, SeriesKey

MAX_QUERIES = 500
MAX_DATAPOINTS = 100_800
_METRICS_PAGE = 500
_DAY = 86_400


class CloudWatch:
    """Answers every CloudWatch call; `moto` serves what is not about metrics."""

    def __init__(self, store: MetricStore, moto: Callable[[dict[str, Any]], Answer]):
        self._store, self._moto = store, moto

    def answer(self, call: Call, partial: bool = False) -> Answer:
        """`partial` gives half of the points of each query, and says so."""
        request = decode(call)
        match call.operation:
            case "GetMetricData":
                result = self._get_metric_data(call, request, partial)
            case "PutMetricData":
                result = self._put_metric_data(call, request)
            case "ListMetrics":
                result = self._list_metrics(call, request)
            case "GetMetricStatistics" | "GetMetricWidgetImage":
                raise AwsError("UnsupportedOperation", f"{call.operation} is not implemented by this server")
            case _:
                return self._bridged(call, request)
        return _encode(call, result)

    def _get_metric_data(self, call: Call, request: dict[str, Any], partial: bool) -> dict[str, Any]:
        queries = request.get("MetricDataQueries", [])
        if not 0 < len(queries) <= MAX_QUERIES:
            raise AwsError(
                "ValidationError", f"The collection MetricDataQueries must not have a size greater than {MAX_QUERIES}."
            )
        start, end = _seconds(request["StartTime"]), _seconds(request["EndTime"])
        if start >= end:
            raise AwsError("ValidationError", "The parameter StartTime must be less than the parameter EndTime.")
        limit = request.get("MaxDatapoints", MAX_DATAPOINTS)
        if not 0 < limit <= MAX_DATAPOINTS:
            raise AwsError("ValidationError", f"The parameter MaxDatapoints must be between 1 and {MAX_DATAPOINTS}.")
        series = [(query["Id"], query.get("Label"), *self._points(call, query, start, end)) for query in queries]
        if request.get("ScanBy", "TimestampDescending") == "TimestampDescending":
            series = [(id, label, metric, points[::-1]) for id, label, metric, points in series]
        if partial:
            series = [(id, label, metric, points[: len(points) // 2]) for id, label, metric, points in series]
        begin = _parse_token(request.get("NextToken"))
        results, next_token = _page_of_series(series, begin, limit, partial)
        return {"MetricDataResults": results, "Messages": []} | ({"NextToken": next_token} if next_token else {})

    def _points(self, call: Call, query: dict[str, Any], start: int, end: int) -> tuple[str, list[tuple[int, float]]]:
        if "MetricStat" not in query or "Unit" in query["MetricStat"]:
            raise AwsError("UnsupportedOperation", "metric math and units are not implemented by this server")
        stat, metric = query["MetricStat"], query["MetricStat"]["Metric"]
        if stat["Stat"] not in STATISTICS:
            raise AwsError("ValidationError", f"The value {stat['Stat']} for parameter Stat is not supported.")
        period, age = stat["Period"], _now() - start
        # Older points exist only in coarser periods, and the begin is rounded to them.
        resolution = 60 if age <= 15 * _DAY else 300 if age <= 63 * _DAY else 3600
        if period % resolution:
            return metric["MetricName"], []
        key = SeriesKey(call.account, call.region, metric["Namespace"], metric["MetricName"], _dimensions(metric))
        return metric["MetricName"], self._store.statistics(
            key, stat["Stat"], start // resolution * resolution, end, period
        )

    def _put_metric_data(self, call: Call, request: dict[str, Any]) -> dict[str, Any]:
        for datum in request["MetricData"]:
            at = _seconds(datum["Timestamp"]) if "Timestamp" in datum else _now()
            if statistics := datum.get("StatisticValues"):
                points = [Point(at, *(statistics[name] for name in ("Minimum", "Maximum", "Sum", "SampleCount")))]
            else:
                points = [Point.of_value(at, value) for value in datum.get("Values", [datum.get("Value")])]
            self._store.add(
                SeriesKey(call.account, call.region, request["Namespace"], datum["MetricName"], _dimensions(datum)),
                points,
            )
        return {}

    def _list_metrics(self, call: Call, request: dict[str, Any]) -> dict[str, Any]:
        """As in AWS, a metric that has been silent for two weeks is not listed."""
        wanted = [(item["Name"], item.get("Value")) for item in request.get("Dimensions", [])]
        keys = [
            key
            for key in sorted(self._store.keys_with_points_since(call.account, call.region, _now() - 14 * _DAY))
            if request.get("Namespace", key.namespace) == key.namespace
            and request.get("MetricName", key.metric) == key.metric
            and all(any(name == n and value in (None, v) for n, v in key.dimensions) for name, value in wanted)
        ]
        begin = _parse_token(request.get("NextToken"))
        listed = [
            {
                "Namespace": key.namespace,
                "MetricName": key.metric,
                "Dimensions": [{"Name": name, "Value": value} for name, value in key.dimensions],
            }
            for key in keys[begin : begin + _METRICS_PAGE]
        ]
        more = {"NextToken": _token(begin + _METRICS_PAGE)} if begin + _METRICS_PAGE < len(keys) else {}
        return {"Metrics": listed} | more

    def _bridged(self, call: Call, request: dict[str, Any]) -> Answer:
        """Through moto's JSON form of CloudWatch."""
        body = json.dumps(request, default=_seconds).encode()
        environ = {
            name: value
            for name, value in call.environ.items()
            if name not in ("HTTP_SMITHY_PROTOCOL", "HTTP_CONTENT_ENCODING", "HTTP_ACCEPT", "HTTP_CONTENT_TYPE")
        } | {
            "PATH_INFO": "/",
            "RAW_URI": "/",
            "REQUEST_URI": "/",
            "CONTENT_TYPE": "application/x-amz-json-1.0",
            "HTTP_X_AMZ_TARGET": f"{get_service_model('cloudwatch').metadata['targetPrefix']}.{call.operation}",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        answer = self._moto(environ)
        result = json.loads(answer.body) if answer.body.strip() else {}
        if answer.status >= 400:
            message = result.get("message") or result.get("Message") or "not implemented by this server"
            raise AwsError(result.get("__type", "InternalFailure").rsplit("#", 1)[-1], message, answer.status)
        return _encode(call, result)


def decode(call: Call) -> dict[str, Any]:
    """The parameters of a CloudWatch call; times are datetimes (CBOR), or numbers or texts (JSON)."""
    if call.protocol not in ("cbor", "json"):
        raise AwsError("UnsupportedOperation", "CloudWatch is served in CBOR and JSON only")
    body = gzip.decompress(call.body) if call.environ.get("HTTP_CONTENT_ENCODING") == "gzip" else call.body
    if not body:
        return {}
    return cbor2.loads(body) if call.protocol == "cbor" else json.loads(body)


def query_count(call: Call) -> int | None:
    """How many metrics a GetMetricData call asks for: CloudWatch charges by them."""
    return len(decode(call).get("MetricDataQueries", [])) if call.operation == "GetMetricData" else None


def _encode(call: Call, result: dict[str, Any]) -> Answer:
    """Gives numbers and times the types that the service's model declares: CBOR tells them apart."""
    shaped = _shaped(
        get_service_model("cloudwatch").operation_model(call.operation).output_shape, result, call.protocol
    )
    if call.protocol == "cbor":
        return Answer(
            200, cbor2.dumps(shaped), [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")]
        )
    return Answer(200, json.dumps(shaped).encode(), [("Content-Type", "application/x-amz-json-1.0")])


def _shaped(shape: Shape | None, value: Any, protocol: str) -> Any:
    if shape is None:
        return {}
    match shape.type_name:
        case "structure":
            members = shape.members
            return {
                name: _shaped(members[name], item, protocol)
                for name, item in value.items()
                if name in members and item is not None
            }
        case "list":
            return [_shaped(shape.member, item, protocol) for item in value]
        case "map":
            return {name: _shaped(shape.value, item, protocol) for name, item in value.items()}
        case "timestamp":
            return cbor2.CBORTag(1, float(_seconds(value))) if protocol == "cbor" else _seconds(value)
        case "double" | "float":
            return float(value)
        case "integer" | "long":
            return int(value)
    return value


def _page_of_series(
    series: list[tuple[str, str | None, str, list[tuple[int, float]]]], begin: int, limit: int, partial: bool
) -> tuple[list[dict[str, Any]], str | None]:
    """The results of one page. Pages are cut by points, not by queries: a query may go on in the next page."""
    results, passed, end = [], 0, begin + limit
    for id, label, metric, points in series:
        first, passed = passed, passed + len(points)
        part = points[max(begin - first, 0) : max(end - first, 0)]
        if not part and (points or begin):
            continue
        results.append(
            {
                "Id": id,
                "Label": label or metric,
                "Timestamps": [at for at, _ in part],
                "Values": [value for _, value in part],
                "StatusCode": "PartialData" if partial or passed > end else "Complete",
            }
        )
    return results, _token(end) if passed > end else None


def _dimensions(metric: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((item["Name"], item["Value"]) for item in metric.get("Dimensions", [])))


def _token(offset: int) -> str:
    return f"page-{offset}"


def _parse_token(token: str | None) -> int:
    if token is None:
        return 0
    if not token.startswith("page-"):
        raise AwsError("InvalidNextToken", "The next token specified is invalid.")
    return int(token.removeprefix("page-"))


def _seconds(value: Any) -> int:
    if isinstance(value, str):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if isinstance(value, datetime):
        value = value.replace(tzinfo=value.tzinfo or UTC).timestamp()
    return int(value)


def _now() -> int:
    return _seconds(datetime.now(UTC))
