"""A service and its deployments."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from moto.core.utils import utcnow

from rig.control.ecs.task import Task

EVENTS_KEPT = 100  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html
DEFAULT_DEPLOYMENT_CONFIGURATION = {
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "strategy": "ROLLING",
    "bakeTimeInMinutes": 0,
}


@dataclass(kw_only=True, eq=False)
class Deployment:
    """One version of a service on its way in, or out."""

    task_definition: str
    network_configuration: dict[str, Any] | None
    desired_count: int
    id: str = field(default_factory=lambda: f"ecs-svc/{random.randint(10**18, 10**19 - 1)}")
    status: str = "PRIMARY"
    rollout_state: str = "IN_PROGRESS"
    failed_tasks: int = 0
    may_start_at: float = 0.0  # the clock's time: a service whose tasks fail is throttled
    created_at: datetime = field(default_factory=utcnow)
    updated_at: datetime = field(default_factory=utcnow)
    note: str = ""

    @property
    def rollout_reason(self) -> str:
        ends = {"IN_PROGRESS": "in progress.", "COMPLETED": "completed."}
        return self.note or f"ECS deployment {self.id} {ends[self.rollout_state]}"

    def end(self, state: str, note: str = "") -> None:
        self.rollout_state, self.note, self.updated_at = state, note, utcnow()


@dataclass(kw_only=True, eq=False)
class Service:
    """Changed by `services` on request and by `scheduler` on its own."""

    arn: str
    name: str
    cluster_arn: str
    cluster_name: str
    desired_count: int
    launch_type: str | None
    strategy: list[dict[str, Any]] = field(default_factory=list)
    platform_version: str = "LATEST"
    load_balancers: list[dict[str, Any]] = field(default_factory=list)
    service_registries: list[dict[str, Any]] = field(default_factory=list)
    network_configuration: dict[str, Any] | None = None
    deployment_configuration: dict[str, Any] = field(default_factory=dict)
    grace_seconds: int = 0
    propagate_tags: str = "NONE"
    managed_tags: bool = False
    enable_execute_command: bool = False
    zone_rebalancing: str = "DISABLED"
    client_token: str | None = None
    tags: list[dict[str, str]] = field(default_factory=list)
    status: str = "ACTIVE"
    deployments: list[Deployment] = field(default_factory=list)  # the primary one first
    tasks: list[Task] = field(default_factory=list)  # all that have not stopped yet
    events: list[dict[str, Any]] = field(default_factory=list)  # the newest first
    created_at: datetime = field(default_factory=utcnow)
    created_by: str = ""
    last_good: str | None = None  # the task definition of the last completed deployment
    steady: bool = False

    @property
    def primary(self) -> Deployment:
        return self.deployments[0]

    @property
    def task_definition(self) -> str:
        return self.primary.task_definition if self.deployments else self.last_good or ""

    # The names by which moto filters services.
    scheduling_strategy = "REPLICA"

    @property
    def physical_resource_id(self) -> str:
        return self.arn

    @property
    def fewest_healthy(self) -> int:
        return math.ceil(self.desired_count * self.deployment_configuration["minimumHealthyPercent"] / 100)

    @property
    def most_tasks(self) -> int:
        return math.floor(self.desired_count * self.deployment_configuration["maximumPercent"] / 100)

    def note(self, message: str) -> None:
        """An event, as the console shows it."""
        event = {"id": str(uuid4()), "createdAt": utcnow(), "message": f"(service {self.name}) {message}"}
        self.events = [event, *self.events][:EVENTS_KEPT]

    def deploy(self, task_definition: str) -> Deployment:
        """A new primary deployment; those before it give way to it."""
        for deployment in self.deployments:
            deployment.status = "ACTIVE"
        new = Deployment(
            task_definition=task_definition,
            network_configuration=self.network_configuration,
            desired_count=self.desired_count,
        )
        self.deployments.insert(0, new)
        self.steady = False
        return new
