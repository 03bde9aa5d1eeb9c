"""Budgets: without an alert in time, with alerts that nobody receives, and good ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from seeding.account import Account

NO_BUDGET, NO_ALERT = "aws/budgets/no-cost-budget", "aws/budgets/budget-without-alert"
NOBODY = "aws/budgets/alert-without-subscriber"
NO_FORECAST, EXPIRED = "aws/budgets/no-forecast-alert", "aws/budgets/expired-budget"
EXCEEDED, BREACH = "aws/budgets/exceeded-budget", "aws/budgets/forecast-breach"
UNHEALTHY, OUT_OF_TOUCH = "aws/budgets/unhealthy-budget", "aws/budgets/budget-out-of-touch"
EMAIL = {"SubscriptionType": "EMAIL", "Address": "finance@example.com"}


def make_budget(
    account: Account, name: str, *alerts: tuple[dict[str, Any], list[dict[str, str]]], **options: Any
) -> str:
    """A monthly cost budget of $1,000, unless the options say otherwise. Gives its ARN."""
    limit = {"BudgetLimit": {"Amount": "1000", "Unit": "USD"}}
    budget = {"BudgetName": name, "BudgetType": "COST", "TimeUnit": "MONTHLY"} | limit | options
    account.client("budgets").create_budget(
        AccountId=account.id,
        Budget=budget,
        NotificationsWithSubscribers=[
            {"Notification": alert, "Subscribers": subscribers} for alert, subscribers in alerts
        ],
    )
    arn = f"arn:aws:budgets::{account.id}:budget/{name}"
    # Of the budgets over all costs that run, those without a forecast alert are many here.
    is_over_all = budget["BudgetType"] == "COST" and not {"CostFilters", "TimePeriod"} & options.keys()
    if is_over_all and not any(alert["NotificationType"] == "FORECASTED" for alert, _ in alerts):
        account.plant(arn, NO_FORECAST)
    if is_over_all and account.is_billed and "BudgetLimit" not in options:
        account.plant(arn, OUT_OF_TOUCH)
    return arn


def alert(kind: str, threshold: float, threshold_type: str = "PERCENTAGE") -> dict[str, Any]:
    return {
        "NotificationType": kind,
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": threshold,
        "ThresholdType": threshold_type,
    }


def notification_arn(budget_arn: str, of: dict[str, Any]) -> str:
    return f"{budget_arn}/notification/{of['NotificationType']}/{of['ComparisonOperator']}/{of['Threshold']}"


def _topic(arn: str) -> dict[str, str]:
    return {"SubscriptionType": "SNS", "Address": arn}


def plant_budgets(account: Account) -> None:
    in_time, forecast = alert("ACTUAL", 80), alert("FORECASTED", 100)
    good = make_budget(account, "total", (in_time, [EMAIL]), (forecast, [EMAIL]))
    account.look_alike(good, "alerts at 80 %", NO_ALERT)
    account.look_alike(notification_arn(good, in_time), "has an e-mail subscriber", NOBODY)
    account.look_alike(account.root_arn, "has a current cost budget", NO_BUDGET)

    absolute = make_budget(account, "in-dollars", (alert("ACTUAL", 900, "ABSOLUTE_VALUE"), [EMAIL]))
    account.look_alike(absolute, "alerts at $900 of $1,000", NO_ALERT)
    usage = {"BudgetType": "USAGE", "BudgetLimit": {"Amount": "100", "Unit": "GB"}}
    account.look_alike(make_budget(account, "usage", **usage), "not a cost budget", NO_ALERT)

    account.plant(make_budget(account, "mute"), NO_ALERT)
    account.plant(make_budget(account, "too-late", (alert("ACTUAL", 150), [EMAIL])), NO_ALERT)
    account.plant(make_budget(account, "forecast-only", (forecast, [EMAIL])), NO_ALERT)
    _plant_subscribers(account)
    _plant_amounts(account, (in_time, [EMAIL]), (forecast, [EMAIL]))
    account.look_alike(good, "has a forecast alert, is healthy and in time", NO_FORECAST, EXPIRED, EXCEEDED, BREACH)


def _plant_amounts(account: Account, *alerts: tuple[dict[str, Any], list[dict[str, str]]]) -> None:
    def spent(actual: int, forecast: int) -> dict[str, Any]:
        amounts = {"ActualSpend": actual, "ForecastedSpend": forecast}
        return {"CalculatedSpend": {name: {"Amount": str(usd), "Unit": "USD"} for name, usd in amounts.items()}}

    over = make_budget(account, "over", *alerts, **spent(1200, 2000))
    account.plant(over, EXCEEDED)
    account.look_alike(over, "is over already", BREACH)
    account.plant(make_budget(account, "will-be-over", *alerts, **spent(400, 1300)), BREACH)
    account.look_alike(make_budget(account, "thrifty", *alerts, **spent(400, 900)), "in its limit", EXCEEDED, BREACH)
    sick = {"HealthStatus": {"Status": "UNHEALTHY", "StatusReason": "FILTER_INVALID"}}
    account.plant(make_budget(account, "sick", *alerts, **sick), UNHEALTHY)
    well = {"HealthStatus": {"Status": "HEALTHY"}}
    account.look_alike(make_budget(account, "well", *alerts, **well), "healthy", UNHEALTHY)
    ended = {"TimePeriod": {"Start": account.now - timedelta(days=400), "End": account.now - timedelta(days=40)}}
    last_year = make_budget(account, "last-year", *alerts, **ended)
    account.look_alike(last_year, "another budget watches all costs", EXPIRED)
    team = {"CostFilters": {"Service": ["AWS Lambda"]}}
    account.plant(make_budget(account, "old-team", *alerts, **ended, **team), EXPIRED)


def _plant_subscribers(account: Account) -> None:
    sns = account.client("sns")

    def alert_with(name: str, subscribers: list[dict[str, str]]) -> str:
        of = alert("ACTUAL", 90)
        return notification_arn(make_budget(account, name, (of, subscribers)), of)

    account.plant(alert_with("unheard", []), NOBODY)
    account.plant(alert_with("gone-topic", [_topic(account.arn("sns", "us-east-1", "deleted"))]), NOBODY)

    unconfirmed = sns.create_topic(Name="unconfirmed")["TopicArn"]
    sns.subscribe(TopicArn=unconfirmed, Protocol="email", Endpoint="nobody@example.com")
    account.plant(alert_with("unconfirmed-topic", [_topic(unconfirmed)]), NOBODY)

    confirmed = sns.create_topic(Name="confirmed")["TopicArn"]
    subscription = sns.subscribe(TopicArn=confirmed, Protocol="email", Endpoint="finance@example.com")
    sns.confirm_subscription(TopicArn=confirmed, Token=subscription["SubscriptionArn"])
    account.look_alike(
        alert_with("confirmed-topic", [_topic(confirmed)]), "its topic has a confirmed subscription", NOBODY
    )

    foreign = "arn:aws:sns:us-east-1:210987654321:alerts"
    account.look_alike(
        alert_with("foreign-topic", [_topic(foreign)]), "its topic is another account's: nobody can know", NOBODY
    )


def plant_no_current_budget(account: Account) -> None:
    """A usage budget, and a cost budget whose time has ended: neither guards the cost now."""
    ended = {"Start": account.now - timedelta(days=400), "End": account.now - timedelta(days=40)}
    expired = make_budget(account, "ended", (alert("ACTUAL", 80), [EMAIL]), TimePeriod=ended)
    account.plant(expired, EXPIRED)
    make_budget(account, "usage", BudgetType="USAGE", BudgetLimit={"Amount": "100", "Unit": "GB"})
    account.plant(account.root_arn, NO_BUDGET)
