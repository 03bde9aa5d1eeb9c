"""Shapes of metric series over the weeks before now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

Value = float | list[float] | None
HOUR, FIVE_MINUTES = 3600, 300
# More than the two weeks that rules look back, and some hours ahead: a scan may begin in the hour after the planting.
DAYS_BACK, HOURS_AHEAD = 16, 6


def series(
    now: datetime,
    namespace: str,
    dimensions: dict[str, str],
    metric: str,
    value: Callable[[datetime], Value],
    period: int = HOUR,
    days: float = DAYS_BACK,
    until_days_ago: float | None = None,
) -> dict[str, Any]:
    """One series, from `days` ago on, of what `value` gives for each period's begin; None leaves a point out."""
    this_hour = now.replace(minute=0, second=0)
    start = this_hour - timedelta(days=days)
    end = (
        this_hour - timedelta(days=until_days_ago)
        if until_days_ago is not None
        else this_hour + timedelta(hours=HOURS_AHEAD)
    )
    times = (start + timedelta(seconds=offset) for offset in range(0, int((end - start).total_seconds()), period))
    return {
        "namespace": namespace,
        "metric": metric,
        "dimensions": dimensions,
        "start": start.isoformat(),
        "period": period,
        "values": [value(at) for at in times],
    }


def between(low: float, high: float, name: str) -> Callable[[datetime], float]:
    """Values that wander between two bounds, the same at every planting for the same name."""
    random = Random(name)
    return lambda _at: round(random.uniform(low, high), 3)


def samples(average: Callable[[datetime], float], peak: float = 1.3, count: int = 5) -> Callable[[datetime], Value]:
    """Several samples a period, the highest `peak` times the average."""

    def value(at: datetime) -> Value:
        mean = average(at)
        return [round(mean * (2 - peak), 3), round(mean * peak, 3), round(mean * count, 3), count]

    return value
