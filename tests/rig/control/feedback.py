"""What the data plane measured, told to those who act on it: load balancers, ECS, Auto Scaling, CloudWatch."""

from __future__ import annotations

from moto.elbv2.models import elbv2_backends

from rig.control import clock, cloudwatch, snapshot
from rig.control.autoscaling import scheduler as autoscaling
from rig.control.ecs import scheduler as ecs
from rig.control.elbv2.target import Key
from rig.world import Report, TargetStatus


def take(report: Report) -> None:
    """Bring the control plane up to date with `report`. Call it under the lock, as often as you like."""
    if clock.run_due():
        snapshot.touch()
    ecs.tick(report.workloads, _measure(_by_group(report)))
    autoscaling.tick(report.workloads)
    cloudwatch.take(report.readings)


def _by_group(report: Report) -> dict[str, dict[Key, TargetStatus]]:
    groups: dict[str, dict[Key, TargetStatus]] = {}
    for (group_arn, target_id, port), status in report.targets.items():
        groups.setdefault(group_arn, {})[target_id, port] = status
    return groups


def _measure(groups: dict[str, dict[Key, TargetStatus]]) -> set[str]:
    """The ARNs of the groups for which any of it is news."""
    return {
        arn
        for regions in elbv2_backends.values()
        for backend in regions.values()
        for arn in backend.target_groups
        if arn in groups and backend.measure(arn, groups[arn])
    }
