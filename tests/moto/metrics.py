"""Metric series and their statistics. moto goes through all points for every period and query: far too slow."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple


class Point(NamedTuple):
    """What a resource reported at one time: one value, or the statistics of several."""

    at: int  # seconds since 1970
    minimum: float
    maximum: float
    total: float
    samples: float

    @classmethod
    def of_value(cls, at: int, value: float) -> Point:
        return cls(at, value, value, value, 1.0)


class SeriesKey(NamedTuple):
    """What a series is known by. Dimensions are sorted (name, value) pairs and must fit exactly, as in CloudWatch."""

    account: str
    region: str
    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]


_STATISTICS = {
    "Minimum": lambda points: min(point.minimum for point in points),
    "Maximum": lambda points: max(point.maximum for point in points),
    "Sum": lambda points: sum(point.total for point in points),
    "SampleCount": lambda points: sum(point.samples for point in points),
    "Average": lambda points: sum(point.total for point in points) / sum(point.samples for point in points),
}
STATISTICS = frozenset(_STATISTICS)


@dataclass
class _Series:
    points: list[Point] = field(default_factory=list)
    is_sorted: bool = True

    def between(self, start: int, end: int) -> list[Point]:
        if not self.is_sorted:
            self.points.sort(key=lambda point: point.at)
            self.is_sorted = True
        key = lambda point: point.at
        return self.points[bisect_left(self.points, start, key=key) : bisect_left(self.points, end, key=key)]


class MetricStore:
    """All series of all accounts."""

    def __init__(self) -> None:
        self._series: dict[SeriesKey, _Series] = {}
        self._lock = Lock()

    def clear(self) -> None:
        with self._lock:
            self._series.clear()

    def add(self, key: SeriesKey, points: Iterable[Point]) -> None:
        with self._lock:
            series = self._series.setdefault(key, _Series())
            series.points.extend(points)
            series.is_sorted = False

    def statistics(self, key: SeriesKey, statistic: str, start: int, end: int, period: int) -> list[tuple[int, float]]:
        """(begin of the period, value), oldest first, of the periods that have points. Periods count from `start`."""
        with self._lock:
            series = self._series.get(key)
            points = series.between(start, end) if series else []
        periods: dict[int, list[Point]] = {}
        for point in points:
            periods.setdefault(start + (point.at - start) // period * period, []).append(point)
        return [(begin, _STATISTICS[statistic](group)) for begin, group in periods.items()]

    def keys_with_points_since(self, account: str, region: str, since: int) -> list[SeriesKey]:
        with self._lock:
            return [
                key
                for key, series in self._series.items()
                if (key.account, key.region) == (account, region) and any(point.at >= since for point in series.points)
            ]
