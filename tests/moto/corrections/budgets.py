"""AWS Budgets: the two operations that moto lacks though it keeps their data, defaults, and paging."""

from __future__ import annotations

import json
from typing import Any

from moto.budgets.exceptions import NotFoundException
from moto.budgets.models import Notification
from moto.budgets.responses import BudgetsResponse
from moto.core.exceptions import JsonRESTError

from corrections import tokens

# What identifies a notification of a budget.
_IDENTITY = ("NotificationType", "ComparisonOperator", "Threshold")


class _InvalidNextToken(JsonRESTError):
    def __init__(self) -> None:
        super().__init__("InvalidNextTokenException", "The pagination token is invalid.")


def apply() -> None:
    BudgetsResponse.describe_budgets = _describe_budgets
    BudgetsResponse.describe_notifications_for_budget = _describe_notifications_for_budget
    BudgetsResponse.describe_budget_notifications_for_account = _describe_budget_notifications_for_account
    BudgetsResponse.describe_subscribers_for_notification = _describe_subscribers_for_notification


def _describe_budgets(self: BudgetsResponse) -> str:
    budgets = self.backend.describe_budgets(self._get_param("AccountId"))
    return _page(self, "Budgets", list(budgets), default=100, maximum=1000)


def _describe_notifications_for_budget(self: BudgetsResponse) -> str:
    return _page(
        self, "Notifications", [_details(item) for item in _budget(self).notifications], default=100, maximum=100
    )


def _describe_budget_notifications_for_account(self: BudgetsResponse) -> str:
    budgets = self.backend.budgets[self._get_param("AccountId")]
    items = [
        {"BudgetName": name, "Notifications": [_details(item) for item in budget.notifications]}
        for name, budget in budgets.items()
        if budget.notifications
    ]
    return _page(self, "BudgetNotificationsForAccount", items, default=50, maximum=1000)


def _describe_subscribers_for_notification(self: BudgetsResponse) -> str:
    wanted = self._get_param("Notification")
    for item in _budget(self).notifications:
        if all(item.details[name] == wanted[name] for name in _IDENTITY):
            return _page(self, "Subscribers", list(item.subscribers or []), default=100, maximum=100)
    raise NotFoundException("Unable to get notification - the notification doesn't exist.")


def _budget(self: BudgetsResponse) -> Any:
    name = self._get_param("BudgetName")
    budgets = self.backend.budgets[self._get_param("AccountId")]
    if name not in budgets:
        raise NotFoundException(f"Unable to get budget: {name} - the budget doesn't exist.")
    return budgets[name]


def _details(notification: Notification) -> dict[str, Any]:
    return {"ThresholdType": "PERCENTAGE", "NotificationState": "OK"} | notification.details


def _page(self: BudgetsResponse, name: str, items: list[Any], default: int, maximum: int) -> str:
    size = min(self._get_param("MaxResults") or default, maximum)
    request = (name, self._get_param("AccountId"), self._get_param("BudgetName"))
    begin = tokens.redeem(self._get_param("NextToken"), request)
    if begin is None:
        raise _InvalidNextToken
    end = begin + size
    return json.dumps(
        {name: items[begin:end]} | ({"NextToken": tokens.issue(end, request)} if end < len(items) else {})
    )
