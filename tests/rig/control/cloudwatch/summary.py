"""What a period's data add up to, and the statistics that CloudWatch makes of it. Pure.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_PERCENTILE = re.compile(r"p(\d{1,2}(\.\d{1,10})?|100)")


@dataclass(frozen=True, kw_only=True)
class Summary:
    """`values` counts each value that was published; None where only its sum, extremes and number were."""

    count: float
    total: float
    lowest: float
    highest: float
    values: Mapping[float, float] | None = None

    @classmethod
    def of_values(cls, values: Mapping[float, float]) -> Summary:
        """Each value with how often it was seen; at least one."""
        return cls(
            count=sum(values.values()),
            total=sum(value * count for value, count in values.items()),
            lowest=min(values),
            highest=max(values),
            values=dict(values),
        )

    @classmethod
    def of_statistics(cls, *, count: float, total: float, lowest: float, highest: float) -> Summary:
        """A StatisticSet. One value, or many that are alike, can be told from it.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
        """
        alike = count == 1 or lowest == highest
        values = {lowest: count} if alike else None
        return cls(count=count, total=total, lowest=lowest, highest=highest, values=values)

    @classmethod
    def merged(cls, parts: Iterable[Summary]) -> Summary | None:
        """All of them as one, None of nothing."""
        found = list(parts)
        if not found:
            return None
        values: Counter[float] | None = Counter()
        for part in found:
            if part.values is None or values is None:
                values = None
            else:
                values.update(part.values)
        return cls(
            count=sum(part.count for part in found),
            total=sum(part.total for part in found),
            lowest=min(part.lowest for part in found),
            highest=max(part.highest for part in found),
            values=values,
        )

    def statistic(self, name: str) -> float | None:
        """None for a percentile that cannot be told: of a StatisticSet, or with negative values."""
        match name:
            case "Sum":
                return self.total
            case "Average":
                return self.total / self.count
            case "Minimum":
                return self.lowest
            case "Maximum":
                return self.highest
            case "SampleCount":
                return self.count
        return self._percentile(float(name[1:]))

    def _percentile(self, percent: float) -> float | None:
        if self.values is None or self.lowest < 0:
            return None
        seen = 0.0
        for value in sorted(self.values):
            seen += self.values[value]
            if seen >= self.count * percent / 100:
                return value
        return self.highest


def is_simple(statistic: str) -> bool:
    return statistic in ("Sum", "Average", "Minimum", "Maximum", "SampleCount")


def is_percentile(statistic: str) -> bool:
    return _PERCENTILE.fullmatch(statistic) is not None
