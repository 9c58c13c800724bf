"""What the data plane measured, told to those who act on it: load balancers, ECS, Auto Scaling."""

from __future__ import annotations

from moto.elbv2.models import elbv2_backends

from rig.control import clock, snapshot
from rig.control.autoscaling import scheduler as autoscaling
from rig.control.ecs import scheduler as ecs
from rig.control.elbv2.backend import LoadBalancing
from rig.world import Report


def take(report: Report) -> None:
    """Bring the control plane up to date with `report`. Call it under the lock, as often as you like."""
    if clock.run_due():
        snapshot.touch()
    changed = {
        group_arn
        for (group_arn, target_id, port), status in report.targets.items()
        if _balancing(group_arn).measure(group_arn, (target_id, port), status)
    }
    ecs.tick(report.workloads, changed)
    autoscaling.tick(report.workloads)


def _balancing(arn: str) -> LoadBalancing:
    """The backend of the account and region in an ARN."""
    region, account_id = arn.split(":")[3:5]
    return elbv2_backends[account_id][region]
