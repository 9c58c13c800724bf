"""What keeps a group as large as it was asked to be: launches, replaces and ends instances.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from moto.autoscaling.models import autoscaling_backends

from rig.control import clock, registry, snapshot
from rig.control.autoscaling import hooks, launch
from rig.control.autoscaling.group import Group, Member
from rig.control.autoscaling.rolling import Rolling
from rig.control.ec2 import instances
from rig.control.ecs.lifecycle import Seen


def tick(seen: Seen) -> None:
    """Move every group by what the data plane saw."""
    for regions in list(autoscaling_backends.values()):
        for backend in list(regions.values()):
            for group in list(backend.autoscaling_groups.values()):
                Round(backend, group, seen).run()


class Round:
    """One look at one group, and what follows from it."""

    def __init__(self, backend: Any, group: Group, seen: Seen) -> None:
        self.backend = backend
        self.group = group
        self.seen = seen
        self.balancing = backend.elbv2_backend

    def run(self) -> None:
        for member in self.group.staying:
            self._observe(member)
        for member in self.group.staying:
            if member.health_status != "Healthy":
                self._leave(member, "an instance was taken out of service in response to a health check failure.")
        self._refresh()
        self._shrink()
        self._grow()
        for member in list(self.group.members):
            if member.is_leaving:
                self._depart(member)
        if self.group.status and not self.group.members:
            self.backend.autoscaling_groups.pop(self.group.name, None)
            snapshot.touch()

    def _observe(self, member: Member) -> None:
        """Pending -> InService once it runs and its hooks are done; Unhealthy once it does not run."""
        status = self.seen.get(member.instance_id)
        runs = status is not None and status.state == "running"
        gone = member.instance.state not in ("pending", "running") or (status and status.state == "exited")
        if gone:
            member.health_status = "Unhealthy"
        elif member.lifecycle_state.startswith("Pending"):
            if runs and member.instance.state == "running":
                self._come(member)
        elif self._fails_at_load_balancer(member):
            member.health_status = "Unhealthy"

    def _come(self, member: Member) -> None:
        if member.lifecycle_state == "Pending":
            hooks.begin(self.group, member, hooks.LAUNCHING)
            member.lifecycle_state = "Pending:Wait"
        outcome = hooks.outcome(member)
        if outcome == hooks.ABANDON:
            self._leave(member, "the lifecycle action was abandoned.")
        elif outcome == hooks.CONTINUE:
            self._register(member)
            member.lifecycle_state, member.in_service_since = "InService", clock.now()
            snapshot.touch()

    def _fails_at_load_balancer(self, member: Member) -> bool:
        if "ELB" not in self.group.health_check_type or member.in_service_since is None:
            return False
        if clock.now() - member.in_service_since < (self.group.health_check_grace_period or 0):
            return False
        return any(
            self.balancing.status(group, registration).state == "unhealthy"
            for group, registration in self._registrations(member)
        )

    def _register(self, member: Member) -> None:
        for arn in self.group.target_group_arns:
            if arn in self.balancing.target_groups:
                self.balancing.register_targets(arn, [{"Id": member.instance_id}])

    def _registrations(self, member: Member) -> Iterator[tuple[Any, Any]]:
        for arn in self.group.target_group_arns:
            group = self.balancing.target_groups.get(arn)
            registration = group.targets.get((member.instance_id, group.port)) if group else None
            if registration:
                yield group, registration

    def _grow(self) -> None:
        missing = self._wanted() - len(self.group.staying)
        if self.group.status or clock.now() < self.group.may_launch_at:
            return
        for _time in range(missing):
            try:
                member = launch.launch(self.backend.ec2_backend, self.group, self._emptiest_subnet())
            except launch.LaunchFailure as failure:
                self.group.may_launch_at = clock.now() + registry.settings().delay("task_retry")
                self.group.record("Launching a new EC2 instance.", "an instance was to be launched.", str(failure))
                return
            self.group.members.append(member)
            self.group.record(
                f"Launching a new EC2 instance: {member.instance_id}",
                "an instance was started in response to a difference between desired and actual capacity.",
            )

    def _wanted(self) -> int:
        """During a refresh as many more as the next checkpoint lets it replace."""
        refresh = self.group.refresh
        desired = self.group.desired_capacity or 0
        return min(refresh.most_instances(desired), desired + refresh.may_replace) if refresh else desired

    def _emptiest_subnet(self) -> str:
        taken = Counter(member.instance.subnet_id for member in self.group.staying)
        return min(self.group.subnet_ids, key=lambda id_: (taken[id_], self.group.subnet_ids.index(id_)))

    def _shrink(self) -> None:
        """The default policy: the fullest zone, the oldest template version, the oldest instance.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
        """
        while len(self.group.staying) > self._wanted():
            zones = Counter(member.availability_zone for member in self.group.staying)
            free = [member for member in self.group.staying if not member.protected_from_scale_in or self.group.forced]
            if not free:
                return
            first = min(
                free,
                key=lambda member: (-zones[member.availability_zone], member.version.number, member.launched_at),
            )
            self._leave(first, "an instance was taken out of service in response to a difference in capacity.")

    def _refresh(self) -> None:
        if refresh := self.group.refresh:
            warm = [member for member in self.group.staying if self._is_warm(member)]
            Rolling(self.backend, self.group, refresh, warm, self._leave).step()

    def _is_warm(self, member: Member) -> bool:
        """In service, past its warm-up, and healthy in the target groups where that counts."""
        if member.lifecycle_state != "InService" or member.in_service_since is None:
            return False
        asked = self.group.refresh.preferences.get("InstanceWarmup", self.group.health_check_grace_period or 0)
        warmup = min(float(asked), registry.settings().delay("warmup"))
        return clock.now() - member.in_service_since >= warmup and all(
            self.balancing.status(group, registration).state in ("healthy", "unused")
            for group, registration in self._registrations(member)
        )

    def _leave(self, member: Member, cause: str) -> None:
        """Out of the target groups first; connections may end before the instance does."""
        for group, registration in list(self._registrations(member)):
            self.balancing.deregister_targets(group.arn, [{"Id": registration.id, "Port": registration.port}])
        member.lifecycle_state, member.waits = "Terminating", {}
        self.group.record(f"Terminating EC2 instance: {member.instance_id}", cause)
        snapshot.touch()

    def _depart(self, member: Member) -> None:
        """Terminating until its connections are drained, then in wait of its hooks, then really.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
        """
        instance = member.instance
        status = self.seen.get(member.instance_id)
        runs = status is not None and status.state != "exited"
        if instance.state in ("pending", "running", "stopped") and not self._is_held(member):
            instances.set_state(instance, instances.SHUTTING_DOWN)
        if instance.state in ("shutting-down", "terminated") and not runs:
            instances.end(instance)
            self.group.members.remove(member)

    def _is_held(self, member: Member) -> bool:
        """A forced deletion of the group waits neither for connections nor for hooks.

        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html
        """
        if self.group.forced or member.lifecycle_state == "Terminating:Proceed":
            return False
        if member.lifecycle_state == "Terminating":
            if any(True for _one in self._registrations(member)):
                return True
            hooks.begin(self.group, member, hooks.TERMINATING)
            member.lifecycle_state = "Terminating:Wait"
        if hooks.outcome(member) is None:
            return True
        member.lifecycle_state = "Terminating:Proceed"
        return False
