"""A target tracking policy, of whichever service: the alarms AWS makes for it, and what follows from them.

How far it scales AWS does not tell; here it is in proportion to how far the figure is from its target.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from moto.cloudwatch.models import Alarm, cloudwatch_backends
from moto.moto_api._internal import mock_random

from rig.control import clock

# As AWS's alarms are seen to be: three minutes above, fifteen below nine tenths.
_MINUTES_OUT, _MINUTES_DOWN, _SHARE_DOWN = 3, 15, 0.9
_DEFAULT_COOLDOWN = 300


class TargetTracking:
    """Mixed into what has an account_id, a region_name and a `_config`, the configuration as the API takes it."""

    account_id: str
    region_name: str
    _config: dict[str, Any]

    def watch(self, owner: str, policy_arn: str, **metric: Any) -> None:
        """`metric` is what PutMetricAlarm calls namespace, metric_name, statistic and dimensions."""
        self._acted: dict[bool, float] = {}  # the time of the last step, by whether it was one up
        target = float(self._config["TargetValue"])
        limits = [("AlarmHigh", "GreaterThanThreshold", target, _MINUTES_OUT)]
        if self.scales_in:
            limits.append(("AlarmLow", "LessThanThreshold", target * _SHARE_DOWN, _MINUTES_DOWN))
        self.alarms = [
            cloudwatch_backends[self.account_id][self.region_name].put_metric_alarm(
                name=f"TargetTracking-{owner}-{name}-{mock_random.uuid4()}",
                metric_data_queries=[],
                comparison_operator=comparison,
                evaluation_periods=minutes,
                period=60,
                threshold=threshold,
                description=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy_arn}.",
                alarm_actions=[policy_arn],
                **metric,
            )
            for name, comparison, threshold, minutes in limits
        ]

    @property
    def scales_in(self) -> bool:
        return not self._config.get("DisableScaleIn", False)

    def out(self, current: int) -> int | None:
        """How many tasks it asks for while its figure is too high."""
        ratio = self._ratio("AlarmHigh")
        return None if ratio is None else max(current + 1, math.ceil(current * ratio))

    def down(self, current: int) -> int | None:
        """How many tasks are enough while its figure is low."""
        ratio = self._ratio("AlarmLow")
        return None if ratio is None else min(current - 1, math.ceil(current * ratio))

    def _ratio(self, which: str) -> float | None:
        """Of the figure to its target; None unless that alarm rings."""
        alarm = next((one for one in self.alarms if f"-{which}-" in one.name), None)
        if alarm is None or alarm.state_value != "ALARM":
            return None
        value = self._figure(alarm)
        return None if value is None else value / float(self._config["TargetValue"])

    def _figure(self, alarm: Alarm) -> float | None:
        named = [{"Name": each.name, "Value": each.value} for each in alarm.dimensions]
        metric = {"Namespace": alarm.namespace, "MetricName": alarm.metric_name, "Dimensions": named}
        query = {"Id": "m", "MetricStat": {"Metric": metric, "Period": 60, "Stat": alarm.statistic}}
        now = clock.wall()
        backend = cloudwatch_backends[self.account_id][self.region_name]
        (answer,) = backend.answer([query], now - _MINUTES_OUT * 60, now, newest_first=True)
        return answer["Values"][0] if answer["Values"] else None

    def is_ready(self, upwards: bool) -> bool:
        """A step up waits for the last step up, one down for the last one of either kind."""
        key = "ScaleOutCooldown" if upwards else "ScaleInCooldown"
        last = self._acted.get(True) if upwards else max(self._acted.values(), default=None)
        return last is None or clock.now() - last >= self._config.get(key, _DEFAULT_COOLDOWN)

    def acted(self, upwards: bool) -> None:
        self._acted[upwards] = clock.now()


def wanted(policies: Sequence[TargetTracking], current: int) -> int:
    """The policy that asks for most decides; fewer only when all that may scale in agree. `current` when none is ready.

    https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
    """
    more = [policy.out(current) for policy in policies]
    fewer = [policy.down(current) for policy in policies if policy.scales_in]
    count = max([one for one in more if one is not None], default=current)
    if count == current and fewer and None not in fewer:
        count = max(one for one in fewer if one is not None)
    return count if all(policy.is_ready(count > current) for policy in policies) else current
