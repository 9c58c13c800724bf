"""Whether the endpoints of a task's VPC let through what Fargate fetches for it, over the task's own interface.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-vpc-endpoint-considerations
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rig import regions
from rig.control import endpoint_policies, open_data
from rig.control.ecs.task import Task
from rig.control.endpoint_policies import way
from rig.control.endpoint_policies.asked import Ask, Caller

_IMAGE = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/([^:@]+)(?:[:@](.+))?")
_RETRIED = "service call has been retried 1 time(s): "
_TOKEN = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
    f"unable to retrieve ecr registry auth: {_RETRIED}"
)
_MANIFEST = "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref "
_LAYER = "CannotPullContainerError: ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: "
_LOGGER = (
    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to "
    "create Cloudwatch log stream: "
)


def objections(backend: Any, task: Task) -> Iterator[str]:
    """Stopped reasons, in the order in which a task would meet them.

    The forms of AWS's messages: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
    """
    caller = executioner(backend, task)
    for container in task.containers:
        match = _IMAGE.fullmatch(container["image"])
        if match and match[2] == backend.region_name:
            yield from _image(backend, task, caller, container["image"], *match.groups())
    for container in task.containers:
        yield from _logger(backend, task, caller, container)


def objection(
    backend: Any, task: Task, service: str, caller: Caller, action: str, resource: str, owner: str
) -> str | None:
    """Of the endpoint that the service's name leads to from where the task stands, in AWS's words."""
    endpoint = way.towards(task.interface.vpc_id, service, task.address) if task.interface else None
    ask = Ask(action=action, resource=resource, owner=owner, region=backend.region_name)
    return endpoint_policies.objection(endpoint, caller, ask, task.address) if endpoint else None


def executioner(backend: Any, task: Task) -> Caller:
    """The execution role, as ECS takes it on for the task. moto leaves out what was not given."""
    arn = (
        getattr(task.definition, "execution_role_arn", None)
        or f"arn:{backend.partition}:iam::{backend.account_id}:role/none"
    )
    return Caller.role(arn, task.id)


def _image(
    backend: Any, task: Task, caller: Caller, image: str, owner: str, region: str, name: str, reference: str | None
) -> Iterator[str]:
    if why := objection(backend, task, "ecr.api", caller, "ecr:GetAuthorizationToken", "*", backend.account_id):
        yield f"{_TOKEN}AccessDeniedException: {why}"
    partition = regions.partition_of(region).id
    repository = f"arn:{partition}:ecr:{region}:{owner}:repository/{name}"
    unresolved = f"{_MANIFEST}{image}"
    registry_host = regions.host(f"{owner}.dkr.ecr", region)
    for action in ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"):
        if why := objection(backend, task, "ecr.dkr", caller, action, repository, owner):
            yield (
                f"{unresolved}: pulling from host {registry_host} failed with status code "
                f"[manifests {reference or 'latest'}]: 403 Forbidden: {why}"
            )
    bucket = f"prod-{region}-starport-layer-bucket"
    bucket_host = regions.host(f"{bucket}.s3", region)
    registry = Caller.role(f"arn:{partition}:iam::{open_data.ACCOUNT}:role/ecr", "layers")
    layer = f"arn:{partition}:s3:::{bucket}/layer"
    if objection(backend, task, "s3", registry, "s3:GetObject", layer, open_data.ACCOUNT):
        yield (f"{_LAYER}unexpected status code https://{bucket_host}/layer: 403 Forbidden")


def _logger(backend: Any, task: Task, caller: Caller, container: dict[str, Any]) -> Iterator[str]:
    config = container.get("logConfiguration") or {}
    options = config.get("options", {}) if config.get("logDriver") == "awslogs" else {}
    group = options.get("awslogs-group")
    if not group or options.get("awslogs-region", backend.region_name) != backend.region_name:
        return
    stream = f"arn:aws:logs:{backend.region_name}:{backend.account_id}:log-group:{group}:log-stream:{task.id}"
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        if why := objection(backend, task, "logs", caller, action, stream, backend.account_id):
            yield f"{_LOGGER}AccessDeniedException: {why} : exit status 1"
