"""What a task needs from other services before its containers start: its log group and its secrets."""

from __future__ import annotations

from typing import Any

from moto.ssm.models import ssm_backends

from rig.control import logs
from rig.control.ecs.task import Task


class InitializationFailure(Exception):
    """The task stops before it started; the text is its stoppedReason."""


def gather(backend: Any, task: Task) -> dict[str, dict[str, str]]:
    """The values of the containers' secrets. Raises InitializationFailure."""
    for container in task.containers:
        _check_log_group(backend, container)
    return {
        container["name"]: {
            secret["name"]: _value(backend, secret["valueFrom"]) for secret in container.get("secrets", [])
        }
        for container in task.containers
    }


def log_options(container: dict[str, Any]) -> dict[str, str]:
    """The options of the awslogs driver, or none."""
    config = container.get("logConfiguration") or {}
    return dict(config.get("options", {})) if config.get("logDriver") == "awslogs" else {}


def _check_log_group(backend: Any, container: dict[str, Any]) -> None:
    options = log_options(container)
    group, region = options.get("awslogs-group"), options.get("awslogs-region", backend.region_name)
    if not group or logs.has_group(backend.account_id, region, group):
        return
    if options.get("awslogs-create-group") == "true":
        logs.create_group(backend.account_id, region, group)
        return
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html
    raise InitializationFailure(
        "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: "
        "failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : "
        "exit status 1"
    )


def _value(backend: Any, reference: str) -> str:
    """A parameter of Systems Manager, by name or ARN."""
    parameter = ssm_backends[backend.account_id][backend.region_name].get_parameter(reference)
    if parameter is None:
        raise InitializationFailure(
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval "
            f"failed: unable to retrieve secrets from ssm: invalid parameters: {reference}"
        )
    return parameter.response_object(decrypt=True, region=backend.region_name)["Value"]
