"""Metrics and their data, by namespace, name and dimensions."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rig.control.cloudwatch.summary import Summary

Dimensions = tuple[tuple[str, str], ...]
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
KEPT_SECONDS = {True: 3 * 3600, False: 15 * 24 * 3600}
_PRUNED_EVERY = 1024


def dimensions(given: Iterable[Mapping[str, str]] | None) -> Dimensions:
    """In no order that counts: as AWS has it, a set of them names one metric."""
    return tuple(sorted((each["Name"], each["Value"]) for each in given or ()))


@dataclass(frozen=True, kw_only=True)
class Metric:
    namespace: str
    name: str
    dimensions: Dimensions = ()

    def matches(self, namespace: str | None, name: str | None, wanted: Iterable[tuple[str, str | None]]) -> bool:
        """As ListMetrics filters: a dimension may be asked for by its name alone."""
        if (namespace or self.namespace) != self.namespace or (name or self.name) != self.name:
            return False
        own = dict(self.dimensions)
        return all(key in own and value in (None, own[key]) for key, value in wanted)


@dataclass(frozen=True, kw_only=True, order=True)
class Datum:
    """What was published for one moment; `fine` is of high resolution."""

    time: float
    summary: Summary = field(compare=False)
    unit: str = field(default="None", compare=False)
    fine: bool = field(default=False, compare=False)


class Series:
    """The data of one metric, in order of time."""

    def __init__(self) -> None:
        self._data: list[Datum] = []

    def add(self, datum: Datum, now: float) -> None:
        bisect.insort(self._data, datum)
        if len(self._data) % _PRUNED_EVERY == 0:
            self._data = [one for one in self._data if one.time > now - KEPT_SECONDS[one.fine]]

    def between(self, start: float, end: float, unit: str | None = None) -> list[Datum]:
        """`end` is exclusive."""
        low = bisect.bisect_left(self._data, start, key=lambda datum: datum.time)
        high = bisect.bisect_left(self._data, end, key=lambda datum: datum.time)
        return [datum for datum in self._data[low:high] if unit in (None, datum.unit)]

    def summary(self, start: float, end: float, unit: str | None = None) -> Summary | None:
        return Summary.merged(datum.summary for datum in self.between(start, end, unit))


class Store:
    """All metrics of one account and region."""

    def __init__(self) -> None:
        self._series: dict[Metric, Series] = {}

    def add(self, metric: Metric, datum: Datum, now: float) -> None:
        self._series.setdefault(metric, Series()).add(datum, now)

    def series(self, metric: Metric) -> Series:
        """An unknown metric is one without data."""
        return self._series.get(metric, _NOTHING)

    def __iter__(self) -> Iterator[Metric]:
        return iter(self._series)


_NOTHING = Series()
