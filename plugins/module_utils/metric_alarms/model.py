# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Alarms on metrics. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import wanted_tags

# Our options, and CloudWatch's names for them.
SETTINGS = {
    "description": "AlarmDescription",
    "namespace": "Namespace",
    "metric_name": "MetricName",
    "statistic": "Statistic",
    "period": "Period",
    "evaluation_periods": "EvaluationPeriods",
    "datapoints_to_alarm": "DatapointsToAlarm",
    "threshold": "Threshold",
    "comparison": "ComparisonOperator",
    "treat_missing_data": "TreatMissingData",
}
NEEDED = ("namespace", "metric_name", "threshold")
ACTIONS = {
    "alarm_actions": "AlarmActions",
    "ok_actions": "OKActions",
    "insufficient_data_actions": "InsufficientDataActions",
}


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """`settings` in our words, those that are not set left out."""

    name: str
    settings: Mapping[str, Any]
    tags: Mapping[str, str] = field(default_factory=dict)
    arn: str | None = None

    @classmethod
    def from_params(cls, entry: Mapping[str, Any], tags: Mapping[str, Any]) -> Alarm:
        given = {key: entry[key] for key in SETTINGS if entry.get(key) is not None}
        given["threshold"] = float(given["threshold"])
        given.setdefault("datapoints_to_alarm", given["evaluation_periods"])
        actions = {key: sorted(entry[key] or []) for key in ACTIONS}
        dimensions = {str(key): str(value) for key, value in (entry["dimensions"] or {}).items()}
        settings = {**given, **actions, "dimensions": dimensions}
        return cls(name=entry["name"], settings=settings, tags=wanted_tags(entry["name"], tags))

    @classmethod
    def from_boto(cls, item: Mapping[str, Any], tags: Mapping[str, str]) -> Alarm:
        found = {ours: item[theirs] for ours, theirs in SETTINGS.items() if item.get(theirs) is not None}
        # AWS leaves out what equals its default.
        found.setdefault("datapoints_to_alarm", item.get("EvaluationPeriods"))
        found.setdefault("treat_missing_data", "missing")
        actions = {ours: sorted(item.get(theirs) or []) for ours, theirs in ACTIONS.items()}
        dimensions = {one["Name"]: one["Value"] for one in item.get("Dimensions") or ()}
        settings = {**found, **actions, "dimensions": dimensions}
        return cls(name=item["AlarmName"], settings=settings, tags=tags, arn=item["AlarmArn"])

    def request(self) -> dict[str, Any]:
        settings = {theirs: self.settings[ours] for ours, theirs in SETTINGS.items() if ours in self.settings}
        actions = {theirs: list(self.settings[ours]) for ours, theirs in ACTIONS.items()}
        dimensions = [{"Name": key, "Value": value} for key, value in sorted(self.settings["dimensions"].items())]
        return {**settings, **actions, "Dimensions": dimensions}

    def as_diff(self) -> dict[str, Any]:
        return {**dict(sorted(self.settings.items())), "tags": dict(sorted(self.tags.items()))}


@dataclass(frozen=True, kw_only=True)
class Alarms:
    alarms: tuple[Alarm, ...] = ()

    def find(self, name: str) -> Alarm | None:
        return next((alarm for alarm in self.alarms if alarm.name == name), None)

    def as_diff(self) -> dict[str, Any]:
        return {alarm.name: alarm.as_diff() for alarm in sorted(self.alarms, key=lambda alarm: alarm.name)}


def desired_alarms(params: Mapping[str, Any]) -> Alarms:
    """Raises PrivateLinkError for a name used twice, and for what an alarm cannot do without."""
    entries = params["alarms"]
    for index, entry in enumerate(entries):
        for key in NEEDED:
            if entry.get(key) is None:
                raise PrivateLinkError(where=f"alarms[{index}].{key}", found="nothing", allowed="what an alarm needs")
    names = [entry["name"] for entry in entries]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise PrivateLinkError(where=f"alarms[{index}].name", found=name, allowed="a name of its own")
    return Alarms(alarms=tuple(Alarm.from_params(entry, params["tags"]) for entry in entries))
