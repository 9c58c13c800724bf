"""EC2 instances that really run: what moto files, with the states and the time that AWS gives it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.core.types import Base64EncodedString
from moto.ec2.models.instances import Instance, InstanceState

from rig import world
from rig.control import clock, credentials, registry, snapshot
from rig.control.ec2 import interfaces

PENDING, RUNNING, SHUTTING_DOWN, TERMINATED, STOPPING, STOPPED = (
    ("pending", 0),
    ("running", 16),
    ("shutting-down", 32),
    ("terminated", 48),
    ("stopping", 64),
    ("stopped", 80),
)
ALIVE = ("pending", "running")

Moved = list[tuple[Instance, InstanceState]]


class Instances:
    """Mixed into the backend, in front of moto's own methods.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
    """

    def run_instances(self, *settings: Any, **more: Any) -> Any:
        reservation = super().run_instances(*settings, **more)
        for instance in reservation.instances:
            _begin(instance)
        return reservation

    def start_instances(self, instance_ids: list[str]) -> Moved:
        return [(one, _move(one, "stopped", _begin)) for one in self.get_multi_instances_by_id(instance_ids)]

    def stop_instances(self, instance_ids: list[str]) -> Moved:
        return [(one, _move(one, "running", _stop)) for one in self.get_multi_instances_by_id(instance_ids)]

    def terminate_instances(self, instance_ids: list[str]) -> Moved:
        """Members of an Auto Scaling group end as moto has it: their group notices, and sees to the rest."""
        wanted = list(self.get_multi_instances_by_id(instance_ids))
        members = [one.id for one in wanted if is_member(one)]
        ended = super().terminate_instances(members) if members else []
        return [*ended, *((one, _end_later(one)) for one in wanted if not is_member(one))]


def is_member(instance: Instance) -> bool:
    """Whether an Auto Scaling group launched it."""
    return getattr(instance, "autoscaling_group", None) is not None


def set_state(instance: Instance, state: tuple[str, int]) -> None:
    instance._state = InstanceState(*state)
    snapshot.touch()


def end(instance: Instance) -> None:
    """Terminated, its interface and volume given back."""
    primary = instance.nics.get(0)
    if primary is not None:
        primary.delete_on_termination = False  # released below, in the way of the interfaces that were allocated
    if instance.state != "terminated":
        instance.terminate()
    set_state(instance, TERMINATED)
    if primary is not None:
        primary.attachment_id = None
        interfaces.release(primary)


def role_name(ec2: Any, instance: Instance) -> str:
    """The role in the instance's profile, "" when it has none."""
    association = ec2.iam_instance_profile_associations.get(instance.id)
    roles = association.iam_instance_profile.roles if association else []
    return roles[0].name if roles else ""


def workloads(ec2: Any) -> Iterator[world.Workload]:
    """The instances that somebody launched by hand, as the data plane is to run them."""
    for reservation in ec2.reservations.values():
        for instance in reservation.instances:
            if instance.state in ALIVE and not is_member(instance):
                script = Base64EncodedString(str(instance.user_data)).decode() if instance.user_data else ""
                yield workload(ec2, instance, script, _credentials(ec2, instance))


def workload(
    ec2: Any, instance: Instance, user_data: str, keys: world.Credentials | None, **facts: str
) -> world.Workload:
    interface = instance.nics[0]
    return world.Workload(
        id=instance.id,
        kind="instance",
        account_id=ec2.account_id,
        region=ec2.region_name,
        interface_id=interface.id,
        image=instance.image_id or "",
        user_data=user_data,
        role_name=role_name(ec2, instance),
        credentials=keys,
        metadata={
            "instance_id": instance.id,
            "image_id": instance.image_id or "",
            "instance_type": instance.instance_type,
            "zone": instance.placement.zone,
            "zone_id": getattr(interface.subnet, "availability_zone_id", "") or "",
            "region": ec2.region_name,
            **facts,
        },
    )


def _credentials(ec2: Any, instance: Instance) -> world.Credentials | None:
    """Those of its role, the same as long as it lives."""
    role = role_name(ec2, instance)
    if role and not hasattr(instance, "role_credentials"):
        instance.role_credentials = credentials.issue(ec2.account_id, role, instance.id, region=ec2.region_name)
    return instance.role_credentials if role else None


def _move(instance: Instance, before: str, step: Any) -> InstanceState:
    """The state it had; it takes the step if it was in that one."""
    was = instance._state
    if was.name == before:
        step(instance)
    return was


def _begin(instance: Instance) -> None:
    _pass(instance, PENDING, RUNNING, "instance_start")


def _stop(instance: Instance) -> None:
    _pass(instance, STOPPING, STOPPED, "instance_stop")


def _pass(instance: Instance, now: tuple[str, int], then: tuple[str, int], delay: str) -> None:
    """A state and, unless something came between, the one that follows."""
    set_state(instance, now)

    def follow() -> None:
        if instance.state == now[0]:
            set_state(instance, then)

    clock.call_later(registry.settings().delay(delay), follow)


def _end_later(instance: Instance) -> InstanceState:
    was = instance._state
    if was.name not in ("shutting-down", "terminated"):
        set_state(instance, SHUTTING_DOWN)
        clock.call_later(registry.settings().delay("instance_stop"), lambda: end(instance))
    return was
