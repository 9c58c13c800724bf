"""GetMetricData's queries, answered from a store.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moto.cloudwatch.exceptions import ValidationError

from rig.control.cloudwatch import expression, periods, summary
from rig.control.cloudwatch.expression import Points
from rig.control.cloudwatch.series import Metric, Store, dimensions

MOST_QUERIES = 500
_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class Stat:
    """One statistic of one metric."""

    metric: Metric
    period: int
    name: str
    unit: str | None = None

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> Stat:
        """Of a MetricStat. Raises ValidationError."""
        metric, period, name = given["Metric"], int(given["Period"]), given["Stat"]
        if not periods.is_valid(period):
            raise ValidationError(f"Period must be 1, 5, 10, 20, 30 or a multiple of 60, not {period}")
        if not (summary.is_simple(name) or summary.is_percentile(name)):
            raise ValidationError(f"not emulated: statistic {name}")
        where = Metric(
            namespace=metric.get("Namespace", ""),
            name=metric.get("MetricName", ""),
            dimensions=dimensions(metric.get("Dimensions")),
        )
        return cls(metric=where, period=period, name=name, unit=given.get("Unit"))

    def points(self, store: Store, starts: Iterable[float]) -> Points:
        """The value of each period that has one, by its start."""
        series = store.series(self.metric)
        found: Points = {}
        for start in starts:
            total = series.summary(start, start + self.period, self.unit)
            value = total.statistic(self.name) if total else None
            if value is not None:
                found[start] = value
        return found


def answer(
    store: Store, queries: Sequence[Mapping[str, Any]], start: float, end: float, newest_first: bool
) -> list[dict[str, Any]]:
    """The results of the queries that return data, in the order in which they were asked."""
    _check(queries, start, end)
    found: dict[str, Points] = {}
    for query in queries:
        if "MetricStat" in query:
            stat = Stat.parse(query["MetricStat"])
            found[query["Id"]] = stat.points(store, periods.starts(start, end, stat.period))
    for query in queries:
        if "MetricStat" not in query:
            found[query["Id"]] = _evaluate(query["Expression"], found)
    return [_result(query, found[query["Id"]], newest_first) for query in queries if query.get("ReturnData", True)]


def _check(queries: Sequence[Mapping[str, Any]], start: float, end: float) -> None:
    if start > end:
        raise ValidationError("The parameter EndTime must be greater than StartTime.")
    if start == end:
        raise ValidationError("The parameter StartTime must not equal parameter EndTime.")
    if len(queries) > MOST_QUERIES:
        raise ValidationError(f"The collection MetricDataQueries must not have a size greater than {MOST_QUERIES}.")
    ids = [query.get("Id", "") for query in queries]
    for number, (query, id_) in enumerate(zip(queries, ids, strict=True), 1):
        if not _ID.fullmatch(id_):
            raise ValidationError(f"The value {id_} for parameter MetricDataQueries.member.{number}.Id is not matching")
        if ("MetricStat" in query) == ("Expression" in query):
            raise ValidationError(f"The parameter MetricDataQueries.member.{number}.MetricStat is required.\n")
    if len(set(ids)) < len(ids):
        raise ValidationError("The values for parameter Id in MetricDataQueries are not unique.")


def _evaluate(formula: str, found: Mapping[str, Points]) -> Points:
    try:
        return expression.evaluate(formula, found)
    except expression.ExpressionError as error:
        raise ValidationError(str(error)) from None


def _result(query: Mapping[str, Any], points: Points, newest_first: bool) -> dict[str, Any]:
    times = sorted(points, reverse=newest_first)
    named = query["MetricStat"]["Metric"].get("MetricName") if "MetricStat" in query else query["Id"]
    return {
        "Id": query["Id"],
        "Label": query.get("Label") or named,
        "Timestamps": times,
        "Values": [points[time] for time in times],
        "StatusCode": "Complete",
    }
