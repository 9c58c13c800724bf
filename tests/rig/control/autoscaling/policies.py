"""Scaling policies of Auto Scaling groups: target tracking.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from moto.autoscaling.exceptions import ValidationError
from moto.cloudwatch.models import cloudwatch_backends

from rig.control import clock, target_tracking
from rig.control.autoscaling.group import Group
from rig.control.target_tracking import TargetTracking

_MINUTE = 60
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PredefinedMetricSpecification.html
_METRICS = {"ASGAverageCPUUtilization": ("AWS/EC2", "CPUUtilization")}


class Policy(TargetTracking):
    def __init__(self, backend: Any, group: Group, name: str, config: Mapping[str, Any]) -> None:
        self.account_id, self.region_name = backend.account_id, backend.region_name
        self.name, self.group = name, group
        self._config = dict(config)
        self.arn = (
            f"arn:{backend.partition}:autoscaling:{self.region_name}:{self.account_id}:scalingPolicy:{uuid4()}"
            f":autoScalingGroupName/{group.name}:policyName/{name}"
        )
        self.watch(group.name, self.arn, **self._metric())

    def _metric(self) -> dict[str, Any]:
        """Raises ValidationError for what is no target tracking, NotImplementedError for what is not emulated."""
        given = self._config.get("CustomizedMetricSpecification")
        kind = (self._config.get("PredefinedMetricSpecification") or {}).get("PredefinedMetricType")
        if bool(given) == bool(kind) or self._config.get("TargetValue") is None:
            raise ValidationError("TargetTrackingConfiguration needs a TargetValue and one metric specification")
        if given:
            if "MetricName" not in given:
                raise NotImplementedError("target tracking of metric math")
            dimensions = [{"Name": one["Name"], "Value": one["Value"]} for one in given.get("Dimensions") or ()]
            names = {"namespace": given["Namespace"], "metric_name": given["MetricName"]}
            return {**names, "statistic": given["Statistic"], "dimensions": dimensions}
        if kind not in _METRICS:
            raise NotImplementedError(f"target tracking of {kind}")
        namespace, name = _METRICS[kind]
        dimensions = [{"Name": "AutoScalingGroupName", "Value": self.group.name}]
        return {"namespace": namespace, "metric_name": name, "statistic": "Average", "dimensions": dimensions}

    def end(self) -> None:
        """Its alarms go with it."""
        names = [alarm.name for alarm in self.alarms]
        cloudwatch_backends[self.account_id][self.region_name].delete_alarms(names)

    def view(self) -> dict[str, Any]:
        """As DescribePolicies tells it."""
        return {
            "AutoScalingGroupName": self.group.name,
            "PolicyName": self.name,
            "PolicyARN": self.arn,
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingConfiguration": {"DisableScaleIn": False, **self._config},
            "Alarms": [{"AlarmName": alarm.name, "AlarmARN": alarm.alarm_arn} for alarm in self.alarms],
            "Enabled": True,
        }


def put(backend: Any, group: Group, request: Mapping[str, Any]) -> Policy:
    if request.get("PolicyType") != "TargetTrackingScaling":
        raise NotImplementedError("scaling policies other than target tracking")
    name = request["PolicyName"]
    policy = Policy(backend, group, name, request.get("TargetTrackingConfiguration") or {})
    former = group.policies.get(name)
    if former:
        former.end()
        policy.arn = former.arn
    if not group.policies:
        _look_later(backend, group)
    group.policies[name] = policy
    return policy


def delete(group: Group, name: str) -> None:
    policy = group.policies.pop(name.rpartition("policyName/")[2], None)
    if policy is None:
        raise ValidationError(f"Policy not found: {name}")
    policy.end()


def _look_later(backend: Any, group: Group) -> None:
    """Every minute, as long as the group has a policy."""

    def look() -> None:
        if backend.autoscaling_groups.get(group.name) is group and group.policies:
            _track(group)
            _look_later(backend, group)

    clock.call_later(_MINUTE, look)


def _track(group: Group) -> None:
    policies, current = list(group.policies.values()), group.desired_capacity or 0
    count = max(group.min_size, min(group.max_size, target_tracking.wanted(policies, current)))
    if count != current:
        group.set_desired_capacity(count)
        for policy in policies:
            policy.acted(count > current)
