"""AWS/EC2: what the instances of an Auto Scaling group use of their processors.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from moto.autoscaling.models import autoscaling_backends

from rig.control.autoscaling.group import Group
from rig.control.cloudwatch.point import Point
from rig.control.cloudwatch.summary import Summary
from rig.world import Usage

_VCPUS = 2  # of each burstable type up to large; the sandbox knows no others


def points(usage: Mapping[str, Usage], before: Mapping[str, Usage], seconds: float) -> Iterator[Point]:
    """Each instance of a group is a sample."""
    for regions in autoscaling_backends.values():
        for backend in regions.values():
            for group in backend.autoscaling_groups.values():
                if values := _busy(group, usage, before, seconds):
                    yield Point.of(
                        group.arn,
                        namespace="AWS/EC2",
                        name="CPUUtilization",
                        dimensions={"AutoScalingGroupName": group.name},
                        summary=Summary.of_values(values),
                        unit="Percent",
                    )


def _busy(group: Group, usage: Mapping[str, Usage], before: Mapping[str, Usage], seconds: float) -> Counter[float]:
    values: Counter[float] = Counter()
    for member in group.staying:
        if now := usage.get(member.instance_id):
            then = before.get(member.instance_id)
            busy = now.cpu_seconds - (then.cpu_seconds if then else 0.0)
            values[round(max(busy, 0.0) * 100 / seconds / _VCPUS, 4)] += 1
    return values
