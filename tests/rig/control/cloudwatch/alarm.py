"""Alarms on one metric, or on metric math."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.exceptions import InvalidParameterCombination, ValidationError
from moto.cloudwatch.models import Alarm as MotoAlarm
from moto.cloudwatch.models import MetricDataQuery

from rig.control.cloudwatch import evaluation, expression, periods
from rig.control.cloudwatch.expression import Points
from rig.control.cloudwatch.query import Stat
from rig.control.cloudwatch.series import Store

_DAY = 24 * 3600
_PERIODS = (10, 20, 30)
_WORDS = {
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "GreaterThanThreshold": "greater than",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}


class Alarm(MotoAlarm):
    """A new alarm knows nothing yet; moto's begins as OK."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.state_value = evaluation.INSUFFICIENT_DATA

    @property
    def is_composite(self) -> bool:
        return self.rule is not None

    @property
    def seconds(self) -> int:
        """The length of a period, which all metrics of an expression have in common."""
        return self.period or next(iter(self._stats().values())).period

    @property
    def interval(self) -> int:
        """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html"""
        return 10 if self.seconds < periods.MINUTE else periods.MINUTE

    def check(self) -> None:
        """Refuses what AWS does. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
        if self.comparison_operator not in evaluation.COMPARISONS:
            raise ValidationError(f"not emulated: comparison operator {self.comparison_operator}")
        if (self.treat_missing_data or evaluation.MISSING) not in evaluation.TREATMENTS:
            raise ValidationError(f"Option {self.treat_missing_data} is not supported for parameter TreatMissingData.")
        if bool(self.metric_name) == bool(self.metric_data_queries):
            raise InvalidParameterCombination("Either MetricName or Metrics must be specified, not both.")
        if self.metric_name and bool(self.statistic) == bool(self.extended_statistic):
            raise InvalidParameterCombination("Exactly one of Statistic and ExtendedStatistic must be specified.")
        for stat in self._stats().values():
            if stat.period not in _PERIODS and stat.period % periods.MINUTE:
                raise ValidationError(f"Period must be 10, 20, 30 or a multiple of 60, not {stat.period}")
        if not 1 <= self._to_alarm <= self.evaluation_periods:
            raise ValidationError("The parameter DatapointsToAlarm must be between 1 and EvaluationPeriods")
        if self.evaluation_periods * self.seconds > _DAY:
            raise ValidationError("Metrics cannot be checked across more than a day (EvaluationPeriods * Period)")

    def keep_state(self, former: MotoAlarm) -> None:
        """ "When you update an existing alarm, its state is left unchanged." """
        self.state_value, self.state_reason = former.state_value, former.state_reason
        self.state_reason_data, self.state_updated_timestamp = former.state_reason_data, former.state_updated_timestamp
        self.history = former.history

    @property
    def _to_alarm(self) -> int:
        return self.datapoints_to_alarm or self.evaluation_periods

    def _stats(self) -> dict[str, Stat]:
        """What is measured, by id; an alarm on one metric has the id ""."""
        if not self.metric_data_queries:
            return {"": Stat.parse(self._own_stat())}
        return {query.id: Stat.parse(_as_given(query)) for query in self.metric_data_queries if query.metric_stat}

    def _own_stat(self) -> dict[str, Any]:
        named = [{"Name": each.name, "Value": each.value} for each in self.dimensions]
        metric = {"Namespace": self.namespace, "MetricName": self.metric_name, "Dimensions": named}
        return {
            "Metric": metric,
            "Period": self.period,
            "Stat": self.statistic or self.extended_statistic,
            "Unit": self.unit,
        }

    def evaluate(self, store: Store, now: float) -> None:
        """Look at the data, and change the state if they say so."""
        starts = periods.ended_before(now, self.seconds, self.evaluation_periods + evaluation.EXTRA_PERIODS)
        if self._has_too_few_samples(store, starts):
            return
        points = self._points(store, starts)
        breaches = evaluation.COMPARISONS[self.comparison_operator]
        breaching = [breaches(points[start], self.threshold) if start in points else None for start in starts]
        treatment = self.treat_missing_data or evaluation.MISSING
        wanted = evaluation.state(breaching, self.evaluation_periods, self._to_alarm, treatment)
        if wanted and wanted != self.state_value:
            recent = [(start, points[start]) for start in starts if start in points][-self.evaluation_periods :]
            self.update_state(self._reason(wanted, recent), self._reason_data(now, recent), wanted)

    def _points(self, store: Store, starts: Sequence[float]) -> Points:
        found = {id_: stat.points(store, starts) for id_, stat in self._stats().items()}
        if not self.metric_data_queries:
            return found[""]
        watched = next(query for query in self.metric_data_queries if query.return_data not in (False, "false"))
        for query in self.metric_data_queries:
            if query.expression:
                found[query.id] = expression.evaluate(query.expression, found)
        return found[watched.id]

    def _has_too_few_samples(self, store: Store, starts: Sequence[float]) -> bool:
        """A percentile of few samples says little, and may be left alone:
        alarms-and-missing-data.html#percentiles-with-low-samples."""
        if self.evaluate_low_sample_count_percentile != "ignore" or not self.extended_statistic:
            return False
        share = float(self.extended_statistic[1:]) / 100
        enough = 10 / min(share, 1 - share) if 0 < share < 1 else 0
        counted = Stat.parse({**self._own_stat(), "Stat": "SampleCount"}).points(store, starts)
        return 0 < sum(counted.values()) < math.floor(enough)

    def _reason(self, wanted: str, recent: Sequence[tuple[float, float]]) -> str:
        if wanted == evaluation.INSUFFICIENT_DATA:
            return f"Insufficient Data: {len(recent)} datapoints were present in the last evaluation periods."
        told = ", ".join(f"{value} ({_clock_time(start)})" for start, value in reversed(recent))
        verb = "were" if wanted == evaluation.ALARM else "were not"
        return (
            f"Threshold Crossed: of the last {self.evaluation_periods} datapoints [{told}] at least "
            f"{self._to_alarm} {verb} {_WORDS[self.comparison_operator]} the threshold ({self.threshold})."
        )

    def _reason_data(self, now: float, recent: Sequence[tuple[float, float]]) -> str:
        told = {
            "version": "1.0",
            "queryDate": datetime.fromtimestamp(now, UTC).isoformat(),
            "period": self.seconds,
            "recentDatapoints": [value for _start, value in recent],
            "threshold": self.threshold,
        }
        return json.dumps(told)


def _as_given(query: MetricDataQuery) -> dict[str, Any]:
    """moto keeps a query's statistic in objects of its own."""
    stat = query.metric_stat
    named = [{"Name": each.name, "Value": each.value} for each in stat.metric.dimensions]
    metric = {"Namespace": stat.metric.namespace, "MetricName": stat.metric.metric_name, "Dimensions": named}
    return {"Metric": metric, "Period": stat.period, "Stat": stat.stat, "Unit": stat.unit}


def _clock_time(start: float) -> str:
    return datetime.fromtimestamp(start, UTC).strftime("%d/%m/%y %H:%M:%S")
