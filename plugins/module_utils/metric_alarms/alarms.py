# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Alarms on metrics, for the runner. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner, write_tags
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.metric_alarms import api
from ansible_collections.twoway.privatelink.plugins.module_utils.metric_alarms.model import (
    Alarm,
    Alarms,
    desired_alarms,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.metric_alarms.plan import plan, plan_absent


class MetricAlarms:
    what = "alarms"
    wait_timeout = 0.0

    def __init__(self, params: Mapping[str, Any], connect: Callable[[str], Any]) -> None:
        self._params = params
        self._connect = connect
        self._owner = Owner.from_tags(params["tags"])
        self._present = params["state"] == "present"
        self._desired = desired_alarms(params) if self._present else Alarms()
        self._names = tuple(entry["name"] for entry in params["alarms"])

    @property
    def _client(self) -> Any:
        return self._connect("cloudwatch")

    def read(self) -> Alarms:
        """Raises PrivateLinkError when a name is taken by an alarm that is not ours and one is to be made."""
        items = [
            item
            for start in range(0, len(self._names), api.NAMES_AT_ONCE)
            for item in api.describe(self._client, self._names[start : start + api.NAMES_AT_ONCE])
        ]
        found = [Alarm.from_boto(item, api.tags(self._client, item["AlarmArn"])) for item in items]
        return Alarms(alarms=tuple(alarm for alarm in found if self._ours(alarm)))

    def _ours(self, alarm: Alarm) -> bool:
        where = f"alarm {alarm.name}"
        return self._owner.may_use(alarm.tags, where=where, making=self._present, kind="an alarm")

    def plan(self, current: Alarms) -> Plan:
        if not self._present:
            return plan_absent(current)
        return plan(self._desired, current, purge_tags=self._params["purge_tags"])

    def judge(self, current: Alarms) -> Verdict:
        return Verdict(settled=True)

    def report(self, state: Alarms) -> dict[str, Any]:
        return {"alarm_arns": {alarm.name: alarm.arn for alarm in state.alarms}}

    def apply(self, change: Change) -> None:
        getattr(self, f"_{change.verb}")(**change.values)

    def _create(self, *, alarm: Alarm) -> None:
        api.create(self._client, alarm.name, alarm.request(), alarm.tags)

    def _change(self, *, alarm: Alarm) -> None:
        api.change(self._client, alarm.name, alarm.request())

    def _tag(self, *, arn: str, to_set: Mapping[str, str], to_unset: list[str]) -> None:
        write_tags(api, self._client, arn, to_set, to_unset)

    def _delete(self, *, name: str) -> None:
        api.delete(self._client, [name])
