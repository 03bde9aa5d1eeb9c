"""AWS Cost Explorer, which moto has next to nothing of: answers from a bill that is planted as a whole.

A bill (`POST /__ctl/bill`) counts in months before the present one (0 is the running month):

    {"costs": [[months_ago, service, record_type, usd]],
     "usage": [[months_ago, linked_account, usage_type, usd, quantity]],
     "untagged": [[months_ago, service, usd]],
     "monitors": […], "subscriptions": […], "savings_plans": […],    # as AWS answers them
     "reservations": {service: […]},                                 # likewise
     "savings_plans_coverage": [[months_ago, service, percent, on_demand_usd]],
     "reservation_coverage": [[months_ago, service, percent, on_demand_usd]]}
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from moto.ce.responses import CostExplorerResponse

from errors import AwsError

_BILLS: dict[str, dict[str, Any]] = {}


def apply() -> None:
    for operation in (
        _get_cost_and_usage,
        _get_anomaly_monitors,
        _get_anomaly_subscriptions,
        _get_savings_plans_utilization_details,
        _get_reservation_utilization,
        _get_savings_plans_coverage,
        _get_reservation_coverage,
    ):
        setattr(CostExplorerResponse, operation.__name__.removeprefix("_"), operation)


def plant(account: str, bill: dict[str, Any] | None) -> None:
    if bill is None:
        _BILLS.pop(account, None)
    else:
        _BILLS[account] = bill


def forget() -> None:
    _BILLS.clear()


def _bill(self: CostExplorerResponse, part: str, empty: Any) -> Any:
    return _BILLS.get(self.current_account, {}).get(part, empty)


def _today() -> date:
    return datetime.now(UTC).date()


def _months_ago(first: date) -> int:
    today = _today()
    return (today.year - first.year) * 12 + today.month - first.month


def _next(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _months(request: dict[str, Any], past_only: bool = False) -> list[date]:
    """The first days of the months that are asked for. An end that is not after its begin is refused, as AWS does."""
    start, end = (date.fromisoformat(request["TimePeriod"][name]) for name in ("Start", "End"))
    if start >= end or (past_only and end > _today()):
        raise AwsError("ValidationException", f"Start date {start} and end date {end} make no period.", 400)
    if start.day != 1:
        raise AwsError("ValidationException", "these answers are made for whole months", 400)
    months = [start]
    while _next(months[-1]) < end:
        months.append(_next(months[-1]))
    return months


def _period(first: date) -> dict[str, str]:
    return {"Start": first.isoformat(), "End": _next(first).isoformat()}


def _usd(amount: float) -> dict[str, str]:
    return {"Amount": str(amount), "Unit": "USD"}


def _request(self: CostExplorerResponse) -> dict[str, Any]:
    return json.loads(self.body)


def _get_cost_and_usage(self: CostExplorerResponse) -> str:
    request = _request(self)
    keys = [group["Key"] for group in request["GroupBy"]]
    match keys:
        case ["SERVICE", "RECORD_TYPE"]:
            lines = [(ago, [service, kind], usd, 1) for ago, service, kind, usd in _bill(self, "costs", [])]
        case ["LINKED_ACCOUNT", "USAGE_TYPE"]:
            lines = [(ago, [account, kind], usd, n) for ago, account, kind, usd, n in _bill(self, "usage", [])]
        case ["SERVICE"]:
            if "ABSENT" not in json.dumps(request["Filter"]):
                raise AwsError("ValidationException", "only untagged costs are known by service alone", 400)
            lines = [(ago, [service], usd, 1) for ago, service, usd in _bill(self, "untagged", [])]
        case _:
            raise AwsError("ValidationException", f"there is no answer by {keys}", 400)
    results = [
        {
            "TimePeriod": _period(first),
            "Total": {},
            "Groups": list(_groups(lines, _months_ago(first), request["Metrics"])),
            "Estimated": _months_ago(first) == 0,
        }
        for first in _months(request)
    ]
    return json.dumps({"GroupDefinitions": request["GroupBy"], "ResultsByTime": results})


def _groups(lines: list[tuple[int, list[str], float, float]], ago: int, metrics: list[str]) -> Iterable[dict[str, Any]]:
    for when, keys, usd, quantity in lines:
        if when == ago:
            figures = {"UsageQuantity": {"Amount": str(quantity), "Unit": "N/A"}}
            yield {"Keys": keys, "Metrics": {name: figures.get(name, _usd(usd)) for name in metrics}}


def _get_anomaly_monitors(self: CostExplorerResponse) -> str:
    return json.dumps({"AnomalyMonitors": _bill(self, "monitors", [])})


def _get_anomaly_subscriptions(self: CostExplorerResponse) -> str:
    return json.dumps({"AnomalySubscriptions": _bill(self, "subscriptions", [])})


def _get_savings_plans_utilization_details(self: CostExplorerResponse) -> str:
    request = _request(self)
    _months(request, past_only=True)
    plans = _bill(self, "savings_plans", [])
    if not plans:
        raise AwsError("DataUnavailableException", "The requested data is unavailable.", 400)
    return json.dumps({"SavingsPlansUtilizationDetails": plans, "TimePeriod": request["TimePeriod"]})


def _service(request: dict[str, Any]) -> str:
    return request["Filter"]["Dimensions"]["Values"][0]


def _get_reservation_utilization(self: CostExplorerResponse) -> str:
    request = _request(self)
    _months(request, past_only=True)
    groups = _bill(self, "reservations", {}).get(_service(request), [])
    return json.dumps({"UtilizationsByTime": [{"TimePeriod": request["TimePeriod"], "Groups": groups}], "Total": {}})


def _get_savings_plans_coverage(self: CostExplorerResponse) -> str:
    request = _request(self)
    lines = [
        {
            "Attributes": {"SERVICE": service},
            "Coverage": {"CoveragePercentage": str(percent), "OnDemandCost": str(usd)},
            "TimePeriod": _period(first),
        }
        for first in _months(request, past_only=True)
        for ago, service, percent, usd in _bill(self, "savings_plans_coverage", [])
        if ago == _months_ago(first)
    ]
    return json.dumps({"SavingsPlansCoverages": lines})


def _get_reservation_coverage(self: CostExplorerResponse) -> str:
    request = _request(self)
    lines = [
        {
            "TimePeriod": _period(first),
            "Groups": [],
            "Total": {
                "CoverageHours": {"CoverageHoursPercentage": str(percent)},
                "CoverageCost": {"OnDemandCost": str(usd)},
            },
        }
        for first in _months(request, past_only=True)
        for ago, service, percent, usd in _bill(self, "reservation_coverage", [])
        if ago == _months_ago(first) and service == _service(request)
    ]
    return json.dumps({"CoveragesByTime": lines, "Total": {}})
