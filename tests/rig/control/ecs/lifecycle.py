"""The life of a task, one step at a time.

PROVISIONING (its interface is made) -> PENDING (the data plane starts its containers) -> ACTIVATING
(it is registered in target groups) -> RUNNING -> DEACTIVATING (deregistered, draining) -> STOPPING
(its containers end) -> STOPPED. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.core.utils import utcnow
from moto.elbv2.models import elbv2_backends

from rig.control import clock, credentials, registry, snapshot
from rig.control.ec2 import interfaces
from rig.control.ecs import resources
from rig.control.ecs.task import Attachment, Task
from rig.world import WorkloadStatus

Seen = Mapping[str, WorkloadStatus]
# AWS tells of a stopped task for an hour.
REMEMBERED_SECONDS = 3600
_SIGTERM = 128 + 15


class Lifecycle:
    """The part of the backend that moves tasks from state to state."""

    def begin(self, task: Task, subnet_id: str, groups: list[str], *, public: bool = False) -> None:
        """Give the task its interface, and prepare it when that is ready."""
        task.interface = interfaces.allocate(
            self.account_id,
            self.region_name,
            subnet_id,
            groups,
            f"arn:{self.partition}:ecs:{self.region_name}:{self.account_id}:attachment/{task.attachment_id}",
            "amazon-ecs",
        )
        task.zone = task.interface.subnet.availability_zone
        if public:
            task.interface.public_ip_auto_assign = True
            task.interface.start()
        clock.call_later(registry.settings().delay("task_start"), lambda: self._prepare(task))
        snapshot.touch()

    def advance(self, task: Task, seen: Seen) -> bool:
        """As far as what the data plane saw allows. True when the task moved."""
        before = task.last_status
        steps = {"PENDING": self._start, "RUNNING": self._watch, "DEACTIVATING": self._drained, "STOPPING": self._ended}
        while step := steps.get(task.last_status):
            was = task.last_status
            step(task, seen)
            if task.last_status == was:
                break
        return task.last_status != before

    def stop(self, task: Task, code: str, reason: str) -> None:
        """Take the task out: first out of its target groups, then its containers. Twice does no harm."""
        if not task.is_wanted:
            return
        task.desired_status, task.stop_code, task.stopped_reason = "STOPPED", code, reason
        task.stopping_at = utcnow()
        for place in task.registered:
            if place.target_group_arn in self._balancing.target_groups:
                self._balancing.deregister_targets(place.target_group_arn, [{"Id": place.address, "Port": place.port}])
        self._become(task, "DEACTIVATING" if task.registered else "STOPPING")

    @property
    def _balancing(self) -> Any:
        return elbv2_backends[self.account_id][self.region_name]

    def _become(self, task: Task, status: str) -> None:
        task.last_status = status
        task.version += 1
        snapshot.touch()

    def _prepare(self, task: Task) -> None:
        """What Fargate fetches before it starts a container: the log group, secrets, the role."""
        if task.last_status != "PROVISIONING":
            return
        try:
            task.secrets = resources.gather(self, task)
        except resources.InitializationFailure as failure:
            self.stop(task, "TaskFailedToStart", str(failure))
            return
        if task.role_arn:
            task.credentials = credentials.issue(
                self.account_id, task.role_arn.rpartition("/")[2], task.id, region=self.region_name
            )
        self._become(task, "PENDING")

    def _start(self, task: Task, seen: Seen) -> None:
        if self._stopped_by_container(task, seen):
            return
        states = [seen.get(task.workload_id(container["name"])) for container in task.containers]
        if all(status and status.state in ("running", "exited") for status in states):
            task.started_at, task.running_since = utcnow(), clock.now()
            self._register(task)
            self._become(task, "RUNNING")

    def _watch(self, task: Task, seen: Seen) -> None:
        self._stopped_by_container(task, seen)

    def _stopped_by_container(self, task: Task, seen: Seen) -> bool:
        """Note what has exited. An essential container takes the task with it."""
        failed = None
        for container in task.containers:
            status = seen.get(task.workload_id(container["name"]))
            if status and status.state == "exited":
                task.exits.setdefault(container["name"], status)
                if container.get("essential", True):
                    failed = status
        if failed is None:
            return False
        if failed.exit_code is None:
            # It never ran: the reason is the data plane's, such as "CannotPullContainerError: ...".
            self.stop(task, "TaskFailedToStart", failed.reason or "Task failed to start")
        else:
            self.stop(task, "EssentialContainerExited", "Essential container in task exited")
        return True

    def _register(self, task: Task) -> None:
        places = tuple(
            Attachment(
                target_group_arn=balancer["targetGroupArn"], address=task.address, port=int(balancer["containerPort"])
            )
            for balancer in task.load_balancers
            if balancer.get("targetGroupArn") in self._balancing.target_groups
        )
        for place in places:
            self._balancing.register_targets(place.target_group_arn, [{"Id": place.address, "Port": place.port}])
        task.registered = places

    def _drained(self, task: Task, _seen: Seen) -> None:
        groups = self._balancing.target_groups
        for place in task.registered:
            group = groups.get(place.target_group_arn)
            if group and (place.address, place.port) in group.targets:
                return
        self._become(task, "STOPPING")

    def _ended(self, task: Task, seen: Seen) -> None:
        """The World no longer holds its containers: over once the data plane runs none of them."""
        for container in task.containers:
            status = seen.get(task.workload_id(container["name"]))
            if status and status.state != "exited":
                return
            if task.started_at:
                task.exits.setdefault(container["name"], status or WorkloadStatus(state="exited", exit_code=_SIGTERM))
        interfaces.release(task.interface)
        task.stopped_at, task.stopped_since = utcnow(), clock.now()
        self._become(task, "STOPPED")
