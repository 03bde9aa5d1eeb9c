"""The bill of Cost Explorer: what moving data costs, who watches, what is committed to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from seeding.account import Account
from seeding.budgets import EMAIL, NO_BUDGET, OUT_OF_TOUCH, alert, make_budget

SHARE, JUMP = "aws/bill/egress-share", "aws/bill/egress-jump"
NO_MONITOR, UNHEARD = "aws/ce/no-anomaly-monitor", "aws/ce/anomaly-monitor-without-subscriber"
UNTAGGED = "aws/ce/untagged-spend"
EXPIRING, UNDERUSED = "aws/ce/expiring-commitment", "aws/ce/underused-commitment"
UNCOVERED = "aws/ce/uncovered-steady-usage"
PARTIAL = "aws/budgets/partial-coverage"
EC2, RDS = "Amazon Elastic Compute Cloud - Compute", "Amazon Relational Database Service"
LAMBDA, OTHER = "AWS Lambda", "EC2 - Other"
_FULL_MONTHS = (1, 2, 3)


def _monitor(account: Account, name: str, kind: str = "CUSTOM") -> dict[str, Any]:
    monitor = {
        "MonitorArn": account.arn("ce", "", f"anomalymonitor/{name}"),
        "MonitorName": name,
        "MonitorType": kind,
        "CreationDate": (account.now - timedelta(days=90)).date().isoformat(),
        "LastEvaluatedDate": (account.now - timedelta(days=1)).date().isoformat(),
    }
    return monitor | ({"MonitorDimension": "SERVICE"} if kind == "DIMENSIONAL" else {})


def _savings_plan(account: Account, name: str, days_left: int, used: float) -> dict[str, Any]:
    return {
        "SavingsPlanArn": account.arn("savingsplans", "", f"savingsplan/{name}"),
        "Attributes": {
            "SavingsPlansType": "ComputeSavingsPlans",
            "Region": "Any",
            "StartDateTime": (account.now - timedelta(days=200)).isoformat().replace("+00:00", "Z"),
            "EndDateTime": (account.now + timedelta(days=days_left)).isoformat().replace("+00:00", "Z"),
        },
        "Utilization": {
            "TotalCommitment": "700",
            "UsedCommitment": str(7 * used),
            "UnusedCommitment": str(700 - 7 * used),
            "UtilizationPercentage": str(used),
        },
        "Savings": {"NetSavings": "200", "OnDemandCostEquivalent": "900"},
        "AmortizedCommitment": {"TotalAmortizedCommitment": "700"},
    }


def _reservation(account: Account, subscription: str, days_left: int, used: float) -> dict[str, Any]:
    return {
        "Key": "SUBSCRIPTION_ID",
        "Value": subscription,
        "Attributes": {
            "endDateTime": (account.now + timedelta(days=days_left)).isoformat().replace("+00:00", "Z"),
            "instanceType": "db.r6g.large",
            "numberOfInstances": "2",
            "region": "us-east-1",
        },
        "Utilization": {
            "UtilizationPercentage": str(used),
            "RICostForUnusedHours": str(3 * (100 - used)),
            "TotalAmortizedFee": "300",
            "NetRISavings": "90",
        },
    }


def plant_bill(account: Account) -> None:
    """Plants a bill, and says what must be found in it once it is read."""
    usage = [
        *([ago, account.id, "BoxUsage:m5.large", 2000, 20000] for ago in _FULL_MONTHS),
        *([ago, account.id, "NatGateway-Bytes", 300, 6700] for ago in (2, 3)),
        [1, account.id, "NatGateway-Bytes", 600, 13300],
        *([ago, account.id, "EUC1-DataTransfer-Out-Bytes", 100, 1100] for ago in _FULL_MONTHS),
        [0, account.id, "BoxUsage:m5.large", 300, 3000],
    ]
    costs = [
        *([ago, EC2, "Usage", 2000] for ago in _FULL_MONTHS),
        *([ago, EC2, "SavingsPlanCoveredUsage", 500] for ago in _FULL_MONTHS),
        *([ago, RDS, "DiscountedUsage", 100] for ago in _FULL_MONTHS),
        *([ago, LAMBDA, "Usage", 50] for ago in _FULL_MONTHS),
        *([ago, OTHER, "Usage", 400] for ago in (2, 3)),
        [1, OTHER, "Usage", 700],
        *([ago, "Tax", "Tax", 200] for ago in _FULL_MONTHS),
        [0, EC2, "Usage", 900],
    ]
    bill = {
        "costs": costs,
        "usage": usage,
        "untagged": [[1, EC2, 1200], [1, OTHER, 100]],
        "monitors": [_monitor(account, "services", "DIMENSIONAL"), _monitor(account, "unheard")],
        "subscriptions": [
            {
                "SubscriptionArn": account.arn("ce", "", "anomalysubscription/finops"),
                "SubscriptionName": "finops",
                "MonitorArnList": [account.arn("ce", "", "anomalymonitor/services")],
                "Subscribers": [{"Type": "EMAIL", "Address": "finance@example.com", "Status": "CONFIRMED"}],
                "Frequency": "DAILY",
            }
        ],
        "savings_plans": [
            _savings_plan(account, "ending", 20, 99),
            _savings_plan(account, "half-used", 200, 50),
            _savings_plan(account, "good", 200, 99),
        ],
        "reservations": {RDS: [_reservation(account, "100200", 10, 60)]},
        "savings_plans_coverage": [
            *([ago, EC2, 20, 2000] for ago in _FULL_MONTHS),
            *([ago, LAMBDA, 90, 5] for ago in _FULL_MONTHS),
        ],
        # Reservations of databases cover nearly everything; of instances there are none.
        "reservation_coverage": [
            *([ago, EC2, 0, 2500] for ago in _FULL_MONTHS),
            *([ago, RDS, 95, 20] for ago in _FULL_MONTHS),
        ],
    }
    account.control("bill", {"account": account.id, "bill": bill})


def plant_billed(account: Account) -> None:
    """An account whose bill has something of everything, and budgets that do not fit it."""
    plant_bill(account)
    account.is_billed = True
    root = account.root_arn
    account.plant(root, SHARE, JUMP, UNTAGGED)
    account.look_alike(root, "has monitors", NO_MONITOR)
    account.plant(account.arn("ce", "", "anomalymonitor/unheard"), UNHEARD)
    account.look_alike(account.arn("ce", "", "anomalymonitor/services"), "has a subscriber", UNHEARD)
    plan = "savingsplan/{}".format
    account.plant(account.arn("savingsplans", "", plan("ending")), EXPIRING)
    account.plant(account.arn("savingsplans", "", plan("half-used")), UNDERUSED)
    account.look_alike(account.arn("savingsplans", "", plan("good")), "used, and lasts", EXPIRING, UNDERUSED)
    account.plant(account.arn("ce", "", "reservation/100200"), EXPIRING, UNDERUSED)
    account.plant(account.arn("ce", "", f"coverage/{EC2}"), UNCOVERED)
    account.look_alike(account.arn("ce", "", f"coverage/{RDS}"), "reserved", UNCOVERED)
    account.look_alike(account.arn("ce", "", f"coverage/{LAMBDA}"), "planned", UNCOVERED)

    alerts = ((alert("ACTUAL", 80), [EMAIL]), (alert("FORECASTED", 100), [EMAIL]))
    high = make_budget(account, "never-speaks", *alerts, BudgetLimit={"Amount": "20000", "Unit": "USD"})
    account.plant(high, OUT_OF_TOUCH)
    right = make_budget(account, "right", *alerts, BudgetLimit={"Amount": "4000", "Unit": "USD"})
    account.look_alike(right, "a little above the mean month", OUT_OF_TOUCH)
    account.look_alike(root, "a budget over all costs", PARTIAL)


def plant_half_watched(account: Account) -> None:
    """A bill that no monitor watches, and the only budget of which is over the least of its services."""
    costs = [*([ago, EC2, "Usage", 2000] for ago in _FULL_MONTHS), [0, EC2, "Usage", 900], [0, LAMBDA, "Usage", 50]]
    usage = [
        *([ago, account.id, "BoxUsage:m5.large", 2000, 20000] for ago in _FULL_MONTHS),
        *([ago, account.id, "EUC1-DataTransfer-Out-Bytes", 20, 220] for ago in _FULL_MONTHS),
    ]
    account.control("bill", {"account": account.id, "bill": {"costs": costs, "usage": usage, "untagged": [[1, EC2, 50]]}})
    root = account.root_arn
    account.plant(root, NO_MONITOR, PARTIAL)
    account.look_alike(root, "little egress, the same each month", SHARE, JUMP)
    account.look_alike(root, "nearly all of it has an owner", UNTAGGED)
    account.look_alike(root, "a cost budget, though over a part", NO_BUDGET)
    alerts = ((alert("ACTUAL", 80), [EMAIL]), (alert("FORECASTED", 100), [EMAIL]))
    spent = {"ActualSpend": {"Amount": "50", "Unit": "USD"}, "ForecastedSpend": {"Amount": "90", "Unit": "USD"}}
    make_budget(
        account,
        "functions",
        *alerts,
        BudgetLimit={"Amount": "100", "Unit": "USD"},
        CostFilters={"Service": [LAMBDA]},
        CalculatedSpend=spent,
    )
