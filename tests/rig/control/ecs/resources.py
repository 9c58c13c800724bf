"""What a task needs from other services before its containers start: its log group and its secrets.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import ServiceException
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.iam.models import iam_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.ssm.models import ssm_backends

from rig.control import logs
from rig.control.ecs import pulling
from rig.control.ecs.task import Task

SECRETS_MANAGER, SYSTEMS_MANAGER = "secretsmanager", "ssm"
_UNABLE = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "


class InitializationFailure(Exception):
    """The task stops before it started; the text is its stoppedReason."""


def gather(backend: Any, task: Task) -> dict[str, dict[str, str]]:
    """The values of the containers' secrets. Raises InitializationFailure."""
    for reason in pulling.objections(backend, task):
        raise InitializationFailure(reason)
    for container in task.containers:
        _check_log_group(backend, container)
    return {
        container["name"]: {
            secret["name"]: _value(backend, task, secret["valueFrom"]) for secret in container.get("secrets", [])
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


def keepers(containers: list[dict[str, Any]]) -> tuple[str, ...]:
    """The AWS services that keep the secrets of these containers."""
    references = [secret["valueFrom"] for container in containers for secret in container.get("secrets", [])]
    return tuple(sorted({SECRETS_MANAGER if _is_secret(each) else SYSTEMS_MANAGER for each in references}))


def _is_secret(reference: str) -> bool:
    return reference.startswith("arn:") and reference.split(":")[2] == SECRETS_MANAGER


def _value(backend: Any, task: Task, reference: str) -> str:
    return _secret(backend, task, reference) if _is_secret(reference) else _parameter(backend, task, reference)


def _parameter(backend: Any, task: Task, reference: str) -> str:
    """A parameter of Systems Manager, by name or ARN."""
    parameter = ssm_backends[backend.account_id][backend.region_name].get_parameter(reference)
    unable = f"{_UNABLE}unable to retrieve secrets from ssm: "
    arn = f"arn:{backend.partition}:ssm:{backend.region_name}:{backend.account_id}:parameter/{reference.lstrip('/')}"
    _require(backend, task, "ssm:GetParameters", reference if reference.startswith("arn:") else arn, unable)
    if parameter is None:
        raise InitializationFailure(f"{unable}invalid parameters: {reference}")
    return parameter.response_object(decrypt=True, region=backend.region_name)["Value"]


def _secret(backend: Any, task: Task, reference: str) -> str:
    """A secret, or a key in it: arn:aws:secretsmanager:region:account:secret:name-6chars[:key:stage:version]."""
    arn, key, stage, version = _parts(reference)
    unable = f"{_UNABLE}unable to retrieve secret from asm: "
    _require(backend, task, "secretsmanager:GetSecretValue", arn, unable)
    try:
        found = secretsmanager_backends[backend.account_id][backend.region_name].get_secret_value(arn, version, stage)
    except ServiceException as error:
        raise InitializationFailure(
            f"{unable}service call has been retried 1 time(s): failed to fetch secret {arn} from secrets manager: "
            f"{error}"
        ) from None
    text = found["SecretString"]
    if not key:
        return text
    try:
        return str(json.loads(text)[key])
    except (ValueError, KeyError, TypeError):
        raise InitializationFailure(
            f"{unable}failed to fetch secret {arn} from secrets manager: retrieved secret from Secrets Manager did not "
            f"contain json key {key}"
        ) from None


def _parts(reference: str) -> tuple[str, str, str, str]:
    fields = [*reference.split(":"), "", "", ""]
    return ":".join(fields[:7]), fields[7], fields[8], fields[9]


def _require(backend: Any, task: Task, action: str, resource: str, unable: str) -> None:
    """The execution role must be allowed to read exactly this, and so must whoever uses the endpoint."""
    service, owner = resource.split(":")[2], resource.split(":")[4]
    why = pulling.objection(backend, task, service, pulling.executioner(backend, task), action, resource, owner)
    if why:
        raise InitializationFailure(f"{unable}service call has been retried 1 time(s): AccessDeniedException: {why}")
    role_arn = task.definition.execution_role_arn or ""
    name = role_arn.rpartition("/")[2]
    roles = iam_backends[backend.account_id][backend.partition].roles.values()
    role = next((each for each in roles if each.name == name), None)
    documents = [*role.policies.values()] if role else []
    attached = [policy.document for policy in role.managed_policies.values()] if role else []
    verdicts = {IAMPolicy(text).is_action_permitted(action, resource) for text in [*documents, *attached]}
    if PermissionResult.PERMITTED not in verdicts or PermissionResult.DENIED in verdicts:
        raise InitializationFailure(
            f"{unable}service call has been retried 1 time(s): AccessDeniedException: User: "
            f"{role_arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/{task.id} is not authorized to "
            f"perform: {action} on resource: {resource} because no identity-based policy allows the {action} action"
        )
