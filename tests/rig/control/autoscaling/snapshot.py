"""The instances that the data plane is to run."""

from __future__ import annotations

from moto.autoscaling.models import autoscaling_backends

from rig.control.autoscaling import launch
from rig.control.ec2 import instances
from rig.world import Workload


def parts() -> dict[str, tuple[Workload, ...]]:
    workloads = (
        instances.workload(
            backend.ec2_backend,
            member.instance,
            launch.user_data(member.version),
            member.credentials,
            target_lifecycle_state=member.target_state,
        )
        for regions in autoscaling_backends.values()
        for backend in regions.values()
        for group in backend.autoscaling_groups.values()
        for member in group.members
        if member.instance.state in instances.ALIVE
    )
    return {"workloads": tuple(sorted(workloads, key=lambda workload: workload.id))}
