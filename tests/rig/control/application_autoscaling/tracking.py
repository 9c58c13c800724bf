"""A target tracking policy: the alarms AWS makes for it, and what follows from them.

How far it scales AWS does not tell; here it is in proportion to how far the figure is from its target.
https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html
"""

from __future__ import annotations

import math
from typing import Any

from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.models import FakeApplicationAutoscalingPolicy
from moto.cloudwatch.models import Alarm, cloudwatch_backends
from moto.moto_api._internal import mock_random

from rig.control import clock

# https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
_METRICS = {
    "ECSServiceAverageCPUUtilization": ("AWS/ECS", "CPUUtilization", "Average"),
    "ECSServiceAverageMemoryUtilization": ("AWS/ECS", "MemoryUtilization", "Average"),
    "ALBRequestCountPerTarget": ("AWS/ApplicationELB", "RequestCountPerTarget", "Sum"),
}
_COUNTED = "ALBRequestCountPerTarget"
# As AWS's alarms are seen to be: three minutes above, fifteen below nine tenths.
_MINUTES_OUT, _MINUTES_DOWN, _SHARE_DOWN = 3, 15, 0.9
_DEFAULT_COOLDOWN = 300  # of ECS services


class Tracking(FakeApplicationAutoscalingPolicy):
    def create_alarms(self) -> None:
        self._acted: dict[bool, float] = {}  # the time of the last step, by whether it was one up
        metric = self._config.get("PredefinedMetricSpecification") or {}
        kind = metric.get("PredefinedMetricType")
        if kind not in _METRICS:
            raise AWSValidationException(f"not emulated: target tracking of {kind or 'custom metrics'}")
        if (kind == _COUNTED) != bool(metric.get("ResourceLabel")):
            raise AWSValidationException(f"ResourceLabel must be specified for {_COUNTED}, and for nothing else")
        target = float(self._config["TargetValue"])
        self.alarms = [self._alarm("AlarmHigh", "GreaterThanThreshold", target, _MINUTES_OUT)]
        if self.scales_in:
            self.alarms.append(self._alarm("AlarmLow", "LessThanThreshold", target * _SHARE_DOWN, _MINUTES_DOWN))

    @property
    def _config(self) -> dict[str, Any]:
        return self.target_tracking_scaling_policy_configuration or {}

    @property
    def scales_in(self) -> bool:
        return not self._config.get("DisableScaleIn", False)

    def _alarm(self, name: str, comparison: str, threshold: float, minutes: int) -> Alarm:
        namespace, metric, statistic = _METRICS[self._config["PredefinedMetricSpecification"]["PredefinedMetricType"]]
        backend = cloudwatch_backends[self.account_id][self.region_name]
        return backend.put_metric_alarm(
            name=f"TargetTracking-{self.resource_id}-{name}-{mock_random.uuid4()}",
            namespace=namespace,
            metric_name=metric,
            metric_data_queries=[],
            comparison_operator=comparison,
            evaluation_periods=minutes,
            period=60,
            threshold=threshold,
            statistic=statistic,
            description=f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {self.policy_arn}.",
            dimensions=self._dimensions(),
            alarm_actions=[self.policy_arn],
        )

    def _dimensions(self) -> list[dict[str, str]]:
        label = self._config["PredefinedMetricSpecification"].get("ResourceLabel")
        if label:
            return [{"Name": "TargetGroup", "Value": f"targetgroup/{label.partition('/targetgroup/')[2]}"}]
        _kind, cluster, service = self.resource_id.split("/")
        return [{"Name": "ClusterName", "Value": cluster}, {"Name": "ServiceName", "Value": service}]

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
