"""The backend of ECS, put together."""

from __future__ import annotations

from moto.ecs.models import EC2ContainerServiceBackend

from rig.control.ecs.cluster import Clusters
from rig.control.ecs.lifecycle import Lifecycle
from rig.control.ecs.services import Services
from rig.control.ecs.task import Task
from rig.control.ecs.task_definition import TaskDefinitions
from rig.control.ecs.tasks import Tasks


class Containers(Clusters, TaskDefinitions, Tasks, Lifecycle, Services, EC2ContainerServiceBackend):
    """moto's backend, with tasks that run and services that schedule them."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.revisions: dict[str, int] = {}  # the highest ever given, by family
        self.run_tokens: dict[str, list[Task]] = {}
        self.live_tasks: dict[str, Task] = {}  # all that have not stopped, by ARN


Containers.__module__ = "moto.ecs.models"  # moto finds a backend's urls by its module
