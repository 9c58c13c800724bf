"""A task: where it is in its life, its containers and its network interface.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from moto.core.utils import utcnow
from moto.ecs.models import TaskDefinition

from rig.world import Credentials, WorkloadStatus

PENDING = ("PROVISIONING", "PENDING", "ACTIVATING")
# While in one of these, the data plane runs the task's containers.
PLACED = ("PENDING", "ACTIVATING", "RUNNING", "DEACTIVATING")


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A task's place in a target group."""

    target_group_arn: str
    address: str
    port: int


@dataclass(kw_only=True, eq=False)
class Task:
    """Changed by `lifecycle` alone."""

    arn: str
    cluster_arn: str
    definition: TaskDefinition
    group: str
    launch_type: str = "FARGATE"
    capacity_provider: str | None = None
    platform_version: str = "1.4.0"
    started_by: str | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    enable_execute_command: bool = False
    interface: Any = None
    zone: str = ""
    load_balancers: list[dict[str, Any]] = field(default_factory=list)
    registered: tuple[Attachment, ...] = ()
    credentials: Credentials | None = None
    secrets: dict[str, dict[str, str]] = field(default_factory=dict)  # values by container and name
    last_status: str = "PROVISIONING"
    desired_status: str = "RUNNING"
    stop_code: str | None = None
    stopped_reason: str | None = None
    exits: dict[str, WorkloadStatus] = field(default_factory=dict)
    created_at: datetime = field(default_factory=utcnow)
    started_at: datetime | None = None
    stopping_at: datetime | None = None
    stopped_at: datetime | None = None
    # The clock's time, where a pause is counted from it.
    running_since: float = 0.0
    stopped_since: float = 0.0
    version: int = 1
    buried: bool = False  # its service took note of its end
    attachment_id: str = field(default_factory=lambda: str(uuid4()))
    container_ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.container_ids = {container["name"]: str(uuid4()) for container in self.containers}

    @property
    def id(self) -> str:
        return self.arn.rpartition("/")[2]

    @property
    def task_arn(self) -> str:
        """The name by which moto looks for tags."""
        return self.arn

    @property
    def containers(self) -> list[dict[str, Any]]:
        return self.definition.container_definitions

    @property
    def is_pending(self) -> bool:
        return self.last_status in PENDING

    @property
    def is_wanted(self) -> bool:
        return self.desired_status == "RUNNING"

    @property
    def address(self) -> str:
        return self.interface.private_ip_address if self.interface else ""

    def workload_id(self, container: str) -> str:
        return f"{self.id}.{container}"

    def override(self, container: str) -> Mapping[str, Any]:
        """What RunTask asked to be different in that container."""
        overrides = self.overrides.get("containerOverrides") or []
        return next((one for one in overrides if one.get("name") == container), {})

    @property
    def role_arn(self) -> str | None:
        return self.overrides.get("taskRoleArn") or getattr(self.definition, "task_role_arn", None)
