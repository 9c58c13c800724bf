"""Actions of the CloudWatch API that moto answers differently from AWS, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.exceptions import InvalidParameterCombination, InvalidParameterValue
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from rig.control.cloudwatch import summary
from rig.control.cloudwatch.query import Stat
from rig.control.cloudwatch.series import Metric


class MetricsResponse(CloudWatchResponse):
    """One method an action; all others are moto's."""

    def get_metric_data(self) -> ActionResult:
        results = self.cloudwatch_backend.answer(
            self._get_param("MetricDataQueries", []),
            _epoch(self._get_param("StartTime")),
            _epoch(self._get_param("EndTime")),
            newest_first=self._get_param("ScanBy") != "TimestampAscending",
        )
        for result in results:
            result["Timestamps"] = [_moment(time) for time in result["Timestamps"]]
        return ActionResult({"MetricDataResults": results})

    def get_metric_statistics(self) -> ActionResult:
        simple, extended = self._get_param("Statistics") or [], self._get_param("ExtendedStatistics") or []
        if not simple and not extended:
            raise InvalidParameterCombination("Must specify either Statistics or ExtendedStatistics")
        stats = {name: Stat.parse(self._stat(name)) for name in (*simple, *extended)}
        start, end = _epoch(self._get_param("StartTime")), _epoch(self._get_param("EndTime"))
        lines = [_line(line) for line in self.cloudwatch_backend.statistics(stats, start, end)]
        return ActionResult({"Label": self._get_param("MetricName"), "Datapoints": lines})

    def _stat(self, name: str) -> dict[str, Any]:
        metric = {key: self._get_param(key) for key in ("Namespace", "MetricName", "Dimensions")}
        return {"Metric": metric, "Period": self._get_param("Period"), "Stat": name, "Unit": self._get_param("Unit")}

    def list_metrics(self) -> ActionResult:
        wanted = [(each["Name"], each.get("Value")) for each in self._get_param("Dimensions") or ()]
        found, more = self.cloudwatch_backend.metrics(
            self._get_param("Namespace"), self._get_param("MetricName"), wanted, self._skip()
        )
        return ActionResult({"Metrics": [_metric(each) for each in found], "NextToken": str(more) if more else None})

    def _skip(self) -> int:
        token = self._get_param("NextToken") or "0"
        if not token.isdigit():
            raise InvalidParameterValue("Request parameter NextToken is invalid")
        return int(token)


def _line(line: dict[str, Any]) -> dict[str, Any]:
    values = line["Values"].items()
    extended = {name: value for name, value in values if not summary.is_simple(name) and value is not None}
    return {
        "Timestamp": _moment(line["Timestamp"]),
        "Unit": line["Unit"],
        **{name: value for name, value in values if summary.is_simple(name)},
        **({"ExtendedStatistics": extended} if extended else {}),
    }


def _metric(metric: Metric) -> dict[str, Any]:
    named = [{"Name": name, "Value": value} for name, value in metric.dimensions]
    return {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": named}


def _epoch(moment: datetime) -> float:
    """moto reads times as UTC without saying so."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _moment(time: float) -> datetime:
    return datetime.fromtimestamp(time, UTC)
