"""What keeps a service as it was asked for: starts tasks, replaces those that fail, rolls versions over.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ecs.models import ecs_backends
from moto.elbv2.models import elbv2_backends

from rig.control import clock, registry, snapshot
from rig.control.ecs import network
from rig.control.ecs.lifecycle import Seen
from rig.control.ecs.service import Deployment, Service
from rig.control.ecs.task import Task
from rig.world import TargetStatus

_LONGEST_PAUSE = 5  # doublings of the first pause between attempts


def tick(seen: Seen, changed_groups: Collection[str]) -> None:
    """Move tasks by what the data plane saw, then services by what became of their tasks."""
    for regions in list(ecs_backends.values()):
        for backend in list(regions.values()):
            _tick(backend, seen, set(changed_groups))


def _tick(backend: Any, seen: Seen, changed_groups: set[str]) -> None:
    moved = {task.group for task in list(backend.live_tasks.values()) if backend.advance(task, seen)}
    for arn, task in list(backend.live_tasks.items()):
        if task.last_status == "STOPPED":
            del backend.live_tasks[arn]
    backend.forget_stopped()
    for service in list(backend.services.values()):
        if not service.steady or f"service:{service.name}" in moved or _uses(service, changed_groups):
            Round(backend, service).run()


def _uses(service: Service, groups: set[str]) -> bool:
    return bool(groups) and any(balancer.get("targetGroupArn") in groups for balancer in service.load_balancers)


class Round:
    """One look at one service, and what follows from it."""

    def __init__(self, backend: Any, service: Service) -> None:
        self.backend = backend
        self.service = service
        self.balancing = elbv2_backends[backend.account_id][backend.region_name]

    def run(self) -> None:
        service = self.service
        self._bury()
        if service.status == "INACTIVE":
            return
        if service.status == "DRAINING":
            self._drain()
            return
        self._replace_unhealthy()
        self._break_circuit()
        self._scale_in()
        self._start()
        self._retire()
        self._settle()

    def _bury(self) -> None:
        """Take note of tasks that stopped, and of those that stopped unasked."""
        for task in [task for task in self.service.tasks if not task.is_wanted]:
            if task.stop_code in ("EssentialContainerExited", "TaskFailedToStart") and not task.buried:
                self._count_failure(task)
            task.buried = True
        self.service.tasks = [task for task in self.service.tasks if task.last_status != "STOPPED"]

    def _count_failure(self, task: Task) -> None:
        deployment = self._deployment(task)
        if deployment is None:
            return
        self._pause(deployment)
        self.service.note(f"(task {task.id}) stopped: {task.stopped_reason}.")

    def _pause(self, deployment: Deployment) -> None:
        """A service whose tasks fail again and again is throttled.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
        """
        deployment.failed_tasks += 1
        pause = registry.settings().delay("task_retry") * 2 ** min(deployment.failed_tasks - 1, _LONGEST_PAUSE)
        deployment.may_start_at = clock.now() + pause

    def _drain(self) -> None:
        for task in self.service.tasks:
            self._stop(task, "Service deleted")
        if not self.service.tasks:
            self.service.last_good = self.service.task_definition
            self.service.status, self.service.deployments, self.service.steady = "INACTIVE", [], True
            snapshot.touch()

    def _replace_unhealthy(self) -> None:
        """Tasks that a load balancer calls unhealthy, once their grace is over."""
        for task in self._wanted():
            if task.last_status != "RUNNING" or clock.now() - task.running_since < self.service.grace_seconds:
                continue
            for place in task.registered:
                if self._status(task, place).state == "unhealthy":
                    reason = f"Task failed ELB health checks in (target-group {place.target_group_arn})"
                    self.backend.stop(task, "ServiceSchedulerInitiated", reason)
                    self._count_failure(task)
                    break

    def _break_circuit(self) -> None:
        primary = self.service.primary
        breaker = self.service.deployment_configuration["deploymentCircuitBreaker"]
        limit = min(200, max(3, math.ceil(0.5 * self.service.desired_count)))
        if not breaker.get("enable") or primary.rollout_state != "IN_PROGRESS" or primary.failed_tasks < limit:
            return
        primary.end("FAILED", "ECS deployment circuit breaker: tasks failed to start.")
        self.service.note(f"(deployment {primary.id}) deployment failed: tasks failed to start.")
        if breaker.get("rollback") and self.service.last_good:
            back = self.service.deploy(self.service.last_good)
            back.note = f"ECS deployment circuit breaker: rolling back to {self.service.last_good}."
            self.service.note(f"rolling back to deployment {back.id}.")

    def _scale_in(self) -> None:
        """More tasks of the primary deployment than asked for: first those that do not run yet, then the youngest."""
        mine = self._wanted(self.service.primary)
        surplus = len(mine) - self.service.desired_count
        if surplus > 0:
            order = sorted(mine, key=lambda task: (task.last_status == "RUNNING", -task.created_at.timestamp()))
            for task in order[:surplus]:
                self._stop(task)

    def _start(self) -> None:
        service, primary = self.service, self.service.primary
        if primary.rollout_state == "FAILED" or clock.now() < primary.may_start_at:
            return
        missing = service.desired_count - len(self._wanted(primary))
        # At least one, or a service of one task with a maximum of 100 % could never be started.
        room = max(service.most_tasks, service.desired_count) - len(self._wanted())
        try:
            started = [self._launch(primary) for _time in range(min(missing, room))]
        except ServiceException as error:  # a subnet or a group that is gone, no address left
            service.note(f"was unable to place a task. Reason: {error.message}.")
            self._pause(primary)
            return
        if started:
            ids = " ".join(f"(task {task.id})" for task in started)
            service.note(f"has started {len(started)} tasks: {ids}.")

    def _launch(self, deployment: Deployment) -> Task:
        service, backend = self.service, self.backend
        definition = backend.describe_task_definition(deployment.task_definition)
        settings = network.check(backend.account_id, backend.region_name, deployment.network_configuration)
        task = backend.new_task(
            service.cluster_arn,
            definition,
            group=f"service:{service.name}",
            started_by=deployment.id,
            capacity_provider=service.strategy[0]["capacityProvider"] if service.strategy else None,
            tags=self._task_tags(definition),
            enable_execute_command=service.enable_execute_command,
            load_balancers=list(service.load_balancers),
        )
        backend.place(task, settings, self._wanted())
        service.tasks.append(task)
        return task

    def _task_tags(self, definition: Any) -> list[dict[str, str]]:
        source = {"SERVICE": self.service.tags, "TASK_DEFINITION": definition.tags}
        tags = [dict(tag) for tag in source.get(self.service.propagate_tags, [])]
        if self.service.managed_tags:
            tags += [
                {"key": "aws:ecs:clusterName", "value": self.service.cluster_name},
                {"key": "aws:ecs:serviceName", "value": self.service.name},
            ]
        return tags

    def _retire(self) -> None:
        """Tasks of older deployments go as far as enough healthy ones are left."""
        older = [task for task in self._wanted() if task.started_by != self.service.primary.id]
        healthy = sum(self._is_healthy(task) for task in self._wanted())
        spare = healthy - self.service.fewest_healthy
        for task in sorted(older, key=lambda task: (self._is_healthy(task), task.created_at)):
            if not self._is_healthy(task):
                # One that does not serve is not missed, unless it is on its way up and nothing else serves.
                if healthy or self.service.fewest_healthy == 0 or task.is_pending:
                    self._stop(task)
            elif spare > 0:
                spare -= 1
                self._stop(task)

    def _settle(self) -> None:
        """Steady: as many as asked for, all of them healthy, nothing left of older deployments."""
        service, primary = self.service, self.service.primary
        ids = {task.started_by for task in service.tasks}
        service.deployments = [one for one in service.deployments if one is primary or one.id in ids]
        mine = self._wanted(primary)
        whole = len(mine) == service.desired_count and all(self._is_healthy(task) for task in mine)
        if whole and mine:
            primary.failed_tasks = 0
        alone = len(service.deployments) == 1 and len(service.tasks) == len(mine)
        was, service.steady = service.steady, whole and alone
        if not service.steady or was:
            return
        service.note("has reached a steady state.")
        if primary.rollout_state == "IN_PROGRESS":
            primary.end("COMPLETED")
            service.last_good = primary.task_definition
            service.note(f"(deployment {primary.id}) deployment completed.")

    def _stop(self, task: Task, reason: str = "") -> None:
        if task.is_wanted:
            text = reason or f"Scaling activity initiated by (deployment {self.service.primary.id})"
            self.backend.stop(task, "ServiceSchedulerInitiated", text)

    def _wanted(self, deployment: Deployment | None = None) -> list[Task]:
        return [
            task
            for task in self.service.tasks
            if task.is_wanted and (deployment is None or task.started_by == deployment.id)
        ]

    def _deployment(self, task: Task) -> Deployment | None:
        return next((one for one in self.service.deployments if one.id == task.started_by), None)

    def _is_healthy(self, task: Task) -> bool:
        """Running, and healthy in every target group that a load balancer uses."""
        return task.last_status == "RUNNING" and all(
            self._status(task, place).state in ("healthy", "unused") for place in task.registered
        )

    def _status(self, task: Task, place: Any) -> TargetStatus:
        group = self.balancing.target_groups.get(place.target_group_arn)
        registration = group.targets.get((place.address, place.port)) if group else None
        if registration is None:
            return TargetStatus(state="unused")
        return self.balancing.status(group, registration)
