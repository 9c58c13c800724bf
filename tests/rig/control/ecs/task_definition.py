"""Task definitions: revisions that are never given twice, and what Fargate asks of them."""

from __future__ import annotations

import copy
from typing import Any

from moto.core.utils import utcnow
from moto.ecs.exceptions import TaskDefinitionNotFoundException
from moto.ecs.models import TaskDefinition

from rig.control.ecs.errors import ClientException

# CPU units and the memory (MiB) that goes with them, as of 2026-11.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size
_FARGATE_SIZES = {
    256: (512, 1024, 2048),
    512: range(1024, 4097, 1024),
    1024: range(2048, 8193, 1024),
    2048: range(4096, 16385, 1024),
    4096: range(8192, 30721, 1024),
    8192: range(16384, 61441, 4096),
    16384: range(32768, 122881, 8192),
}


class TaskDefinitions:
    """The part of the backend that keeps task definitions."""

    def register_task_definition(
        self, family: str, container_definitions: list[dict[str, Any]], **settings: Any
    ) -> TaskDefinition:
        if "FARGATE" in (settings.get("requires_compatibilities") or []):
            _check_fargate(container_definitions, settings)
        definition = super().register_task_definition(family, _completed(container_definitions), **settings)
        # moto counts from the newest that is left; AWS never gives a revision twice.
        revision = self.revisions.get(family, 0) + 1
        if definition.revision != revision:
            del self.task_definitions[family][definition.revision]
            definition.arn = f"{definition.arn.rpartition(':')[0]}:{revision}"
            definition.revision = revision
            self.task_definitions[family][revision] = definition
        self.revisions[family] = revision
        definition.registered_at = utcnow()
        definition.registered_by = f"arn:{self.partition}:iam::{self.account_id}:root"
        return definition

    def deregister_task_definition(self, task_definition_str: str) -> TaskDefinition:
        definition = super().deregister_task_definition(task_definition_str)
        definition.deregistered_at = utcnow()
        return definition

    def families(self, prefix: str, status: str) -> list[str]:
        """An active family has an active revision; an inactive one has revisions, and none of them is.

        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitionFamilies.html
        """
        states = {
            family: "ACTIVE" if any(one.status == "ACTIVE" for one in revisions.values()) else "INACTIVE"
            for family, revisions in self.task_definitions.items()
            if revisions and family.startswith(prefix)
        }
        return sorted(family for family, state in states.items() if status in ("ALL", state))

    def _get_last_task_definition_revision_id(self, family: str) -> int | None:
        """A family stands for its newest active revision."""
        revisions = self.task_definitions.get(family, {})
        return max((number for number, one in revisions.items() if one.status == "ACTIVE"), default=None)

    def active_task_definition(self, reference: str) -> TaskDefinition:
        """What a new task may run."""
        try:
            definition = self.describe_task_definition(reference)
        except (TaskDefinitionNotFoundException, ValueError):
            raise ClientException("TaskDefinition not found.") from None
        if definition.status != "ACTIVE":
            raise ClientException("TaskDefinition is inactive")
        return definition


def _completed(containers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With the defaults that AWS fills in."""
    completed = copy.deepcopy([dict(container) for container in containers])
    for container in completed:
        container.setdefault("systemControls", [])
        for mapping in container.get("portMappings", []):
            mapping.setdefault("hostPort", mapping["containerPort"])
            mapping.setdefault("protocol", "tcp")
    return completed


def _check_fargate(containers: list[dict[str, Any]], settings: dict[str, Any]) -> None:
    cpu, memory = settings.get("cpu"), settings.get("memory")
    if not cpu or not memory:
        raise ClientException("Fargate requires that 'cpu' and 'memory' be defined at the task level.")
    if int(memory) not in _FARGATE_SIZES.get(int(cpu), ()):
        raise ClientException(f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory.")
    if settings.get("network_mode") != "awsvpc":
        raise ClientException("Fargate only supports network mode 'awsvpc'.")
    for container in containers:
        for mapping in container.get("portMappings", []):
            if mapping.get("hostPort", mapping["containerPort"]) != mapping["containerPort"]:
                raise ClientException(
                    "When networkMode=awsvpc, the host ports and container ports in port mappings must match."
                )
        driver = container.get("logConfiguration", {}).get("logDriver")
        if driver == "awslogs" and not settings.get("execution_role_arn"):
            raise ClientException(
                f"Fargate requires task definition to have execution role ARN to support log driver {driver}."
            )
