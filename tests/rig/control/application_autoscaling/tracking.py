"""A target tracking policy of an ECS service.

https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html
"""

from __future__ import annotations

from typing import Any

from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.models import FakeApplicationAutoscalingPolicy

from rig.control.target_tracking import TargetTracking

# https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
_METRICS = {
    "ECSServiceAverageCPUUtilization": ("AWS/ECS", "CPUUtilization", "Average"),
    "ECSServiceAverageMemoryUtilization": ("AWS/ECS", "MemoryUtilization", "Average"),
    "ALBRequestCountPerTarget": ("AWS/ApplicationELB", "RequestCountPerTarget", "Sum"),
}
_COUNTED = "ALBRequestCountPerTarget"


class Tracking(TargetTracking, FakeApplicationAutoscalingPolicy):
    def create_alarms(self) -> None:
        metric = self._config.get("PredefinedMetricSpecification") or {}
        kind = metric.get("PredefinedMetricType")
        if kind not in _METRICS:
            raise AWSValidationException(f"not emulated: target tracking of {kind or 'custom metrics'}")
        if (kind == _COUNTED) != bool(metric.get("ResourceLabel")):
            raise AWSValidationException(f"ResourceLabel must be specified for {_COUNTED}, and for nothing else")
        namespace, name, statistic = _METRICS[kind]
        watched = {
            "namespace": namespace,
            "metric_name": name,
            "statistic": statistic,
            "dimensions": self._dimensions(),
        }
        self.watch(self.resource_id, self.policy_arn, **watched)

    @property
    def _config(self) -> dict[str, Any]:
        return self.target_tracking_scaling_policy_configuration or {}

    def _dimensions(self) -> list[dict[str, str]]:
        label = self._config["PredefinedMetricSpecification"].get("ResourceLabel")
        if label:
            return [{"Name": "TargetGroup", "Value": f"targetgroup/{label.partition('/targetgroup/')[2]}"}]
        _kind, cluster, service = self.resource_id.split("/")
        return [{"Name": "ClusterName", "Value": cluster}, {"Name": "ServiceName", "Value": service}]
