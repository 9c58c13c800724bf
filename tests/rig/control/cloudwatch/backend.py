"""The backend of CloudWatch: real statistics, and alarms that follow them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from moto.cloudwatch.exceptions import InvalidParameterValue
from moto.cloudwatch.models import CloudWatchBackend

from rig.control import clock, snapshot
from rig.control.cloudwatch import periods, publication, query, summary
from rig.control.cloudwatch.alarm import Alarm
from rig.control.cloudwatch.query import Stat
from rig.control.cloudwatch.series import Datum, Metric, Store

# After a period's end: what was measured in it arrives a moment later.
_EVALUATED_AFTER = 1.0
_MOST_STATISTICS = 1440
_LISTED = 500


class CloudWatch(CloudWatchBackend):
    """moto's backend, with data kept by metric."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.store = Store()

    def publish(self, metric: Metric, datum: Datum) -> None:
        self.store.add(metric, datum, clock.wall())

    def put_metric_data(self, namespace: str, metric_data: Sequence[Mapping[str, Any]]) -> None:
        for metric, datum in publication.parse(namespace, metric_data, clock.wall()):
            self.publish(metric, datum)

    def answer(
        self, queries: Sequence[Mapping[str, Any]], start: float, end: float, newest_first: bool
    ) -> list[dict[str, Any]]:
        return query.answer(self.store, queries, start, end, newest_first)

    def statistics(self, stats: Mapping[str, Stat], start: float, end: float) -> list[dict[str, Any]]:
        """GetMetricStatistics: one line for each period that has data, with the values by statistic."""
        if start >= end:
            raise InvalidParameterValue("The parameter StartTime must be less than the parameter EndTime.")
        first = next(iter(stats.values()))
        if (end - start) / first.period > _MOST_STATISTICS:
            raise InvalidParameterValue(f"You have requested up to more than {_MOST_STATISTICS} datapoints")
        lines = []
        for begin in periods.starts(start, end, first.period):
            data = self.store.series(first.metric).between(begin, begin + first.period, first.unit)
            total = summary.Summary.merged(datum.summary for datum in data)
            if total:
                values = {name: total.statistic(name) for name in stats}
                lines.append({"Timestamp": begin, "Unit": data[0].unit, "Values": values})
        return lines

    def metrics(
        self, namespace: str | None, name: str | None, wanted: Sequence[tuple[str, str | None]], skip: int
    ) -> tuple[list[Metric], int | None]:
        """A page of those with data, and how many to skip for the next one."""
        found = [metric for metric in self.store if metric.matches(namespace, name, wanted)]
        more = skip + _LISTED if len(found) > skip + _LISTED else None
        return found[skip : skip + _LISTED], more

    def put_metric_alarm(self, **settings: Any) -> Alarm:
        former = self.alarms.get(settings["name"])
        alarm = super().put_metric_alarm(**settings)
        if not alarm.is_composite:
            try:
                alarm.check()
            except Exception:
                self._restore(alarm, former)
                raise
        if former:
            alarm.keep_state(former)
        self._evaluate_later(alarm)
        return alarm

    def _restore(self, refused: Alarm, former: Alarm | None) -> None:
        if former:
            self.alarms[refused.name] = former
        else:
            del self.alarms[refused.name]

    def _evaluate_later(self, alarm: Alarm) -> None:
        """At the full minute (ten seconds for short periods), as long as it is the alarm of that name."""
        if alarm.is_composite:
            return

        def evaluate() -> None:
            if self.alarms.get(alarm.name) is alarm:
                alarm.evaluate(self.store, clock.wall())
                snapshot.touch()
                self._evaluate_later(alarm)

        now = clock.wall()
        due = (math.floor((now - _EVALUATED_AFTER) / alarm.interval) + 1) * alarm.interval + _EVALUATED_AFTER
        clock.call_later(due - now, evaluate)


CloudWatch.__module__ = "moto.cloudwatch.models"  # moto finds a backend's urls by its module
