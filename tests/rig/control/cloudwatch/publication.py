"""What PutMetricData takes, and what it refuses.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from moto.cloudwatch.exceptions import InvalidParameterCombination, InvalidParameterValue

from rig.control.cloudwatch.series import Datum, Metric, dimensions
from rig.control.cloudwatch.summary import Summary

MOST_METRICS, MOST_VALUES, MOST_DIMENSIONS = 1000, 150, 30
_OLDEST_SECONDS, _NEWEST_SECONDS = 14 * 24 * 3600, 2 * 3600
_STATISTICS = ("SampleCount", "Sum", "Minimum", "Maximum")


def parse(namespace: str, data: Sequence[Mapping[str, Any]], now: float) -> list[tuple[Metric, Datum]]:
    """Raises before anything is taken."""
    if namespace.startswith(("AWS/", ":")) or not namespace:
        raise InvalidParameterValue(f"The value {namespace} for parameter Namespace is invalid.")
    if len(data) > MOST_METRICS:
        raise InvalidParameterValue(f"The collection MetricData must not have a size greater than {MOST_METRICS}.")
    return [_parse(namespace, given, f"MetricData.member.{number}", now) for number, given in enumerate(data, 1)]


def _parse(namespace: str, given: Mapping[str, Any], where: str, now: float) -> tuple[Metric, Datum]:
    if len(given.get("Dimensions") or ()) > MOST_DIMENSIONS:
        raise InvalidParameterValue(f"The collection {where}.Dimensions must not have a size above {MOST_DIMENSIONS}.")
    time = given["Timestamp"].timestamp() if given.get("Timestamp") else now
    if not now - _OLDEST_SECONDS <= time <= now + _NEWEST_SECONDS:
        raise InvalidParameterValue(
            f"The parameter {where}.Timestamp must specify a time within the past two weeks or the next two hours."
        )
    fine = int(given.get("StorageResolution") or 60) < 60
    metric = Metric(namespace=namespace, name=given["MetricName"], dimensions=dimensions(given.get("Dimensions")))
    return metric, datum(time, _summary(given, where), given.get("Unit") or "None", fine=fine)


def datum(time: float, summary: Summary, unit: str, *, fine: bool) -> Datum:
    """Kept by the second, or by the minute where the resolution is the standard one."""
    grain = 1 if fine else 60
    return Datum(time=math.floor(time / grain) * grain, summary=summary, unit=unit, fine=fine)


def _summary(given: Mapping[str, Any], where: str) -> Summary:
    told = [key for key in ("Value", "Values", "StatisticValues") if given.get(key) is not None]
    if len(told) != 1:
        raise InvalidParameterCombination(
            f"Exactly one of the parameters {where}.Value, Values and StatisticValues must be specified."
        )
    if told == ["StatisticValues"]:
        return _of_statistics(given["StatisticValues"], where)
    values = [float(value) for value in (given["Values"] if told == ["Values"] else [given["Value"]])]
    counts = [float(count) for count in given.get("Counts") or [1.0] * len(values)]
    if len(values) != len(counts):
        raise InvalidParameterValue(f"The parameters {where}.Values and {where}.Counts must be of the same size.")
    if not 1 <= len(values) <= MOST_VALUES:
        raise InvalidParameterValue(f"The collection {where}.Values must have a size of 1 to {MOST_VALUES}.")
    _require_finite(values, where)
    seen: Counter[float] = Counter()
    for value, count in zip(values, counts, strict=True):
        seen[value] += count
    return Summary.of_values(seen)


def _of_statistics(given: Mapping[str, Any], where: str) -> Summary:
    for name in _STATISTICS:
        if name not in given:
            raise InvalidParameterValue(f"Missing required parameter in {where}.StatisticValues: {name}")
    count, total, lowest, highest = numbers = [float(given[name]) for name in _STATISTICS]
    _require_finite(numbers, where)
    if count <= 0:
        raise InvalidParameterValue(f"The value {count} for parameter {where}.StatisticValues.SampleCount is invalid.")
    return Summary.of_statistics(count=count, total=total, lowest=lowest, highest=highest)


def _require_finite(values: Sequence[float], where: str) -> None:
    for value in values:
        if not math.isfinite(value):
            raise InvalidParameterValue(f"The value {value} for parameter {where}.Value is invalid.")
