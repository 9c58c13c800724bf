"""The instances that the data plane is to run."""

from __future__ import annotations

from typing import Any

from moto.autoscaling.models import autoscaling_backends

from rig.control.autoscaling import launch
from rig.control.autoscaling.group import Member
from rig.world import Workload


def parts() -> dict[str, tuple[Workload, ...]]:
    workloads = (
        _workload(backend, member)
        for regions in autoscaling_backends.values()
        for backend in regions.values()
        for group in backend.autoscaling_groups.values()
        for member in group.members
        if member.instance.state in ("pending", "running")
    )
    return {"workloads": tuple(sorted(workloads, key=lambda workload: workload.id))}


def _workload(backend: Any, member: Member) -> Workload:
    instance, ec2 = member.instance, backend.ec2_backend
    interface = instance.nics[0]
    return Workload(
        id=instance.id,
        kind="instance",
        account_id=backend.account_id,
        region=backend.region_name,
        interface_id=interface.id,
        image=instance.image_id or "",
        user_data=launch.user_data(member.version),
        role_name=launch.role_name(ec2, instance),
        credentials=member.credentials,
        metadata={
            "instance_id": instance.id,
            "image_id": instance.image_id or "",
            "instance_type": instance.instance_type,
            "zone": member.availability_zone,
            "zone_id": getattr(interface.subnet, "availability_zone_id", "") or "",
            "region": backend.region_name,
        },
    )
