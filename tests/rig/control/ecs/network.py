"""The awsvpc settings of tasks: checked as AWS does, and a subnet for each task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import ec2_backends

from rig.control.ecs.errors import InvalidParameterException
from rig.control.ecs.task import Task


def check(account_id: str, region: str, configuration: Mapping[str, Any] | None) -> dict[str, Any]:
    """The awsvpc settings, or the refusal AWS would give."""
    settings = (configuration or {}).get("awsvpcConfiguration")
    if not settings:
        raise InvalidParameterException(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    if not settings.get("subnets"):
        raise InvalidParameterException("subnets can not be empty.")
    backend = ec2_backends[account_id][region]
    for subnet_id in settings["subnets"]:
        try:
            backend.get_subnet(subnet_id)
        except EC2ClientError as error:
            raise InvalidParameterException(
                f"Error retrieving subnet information for [{subnet_id}]: {error.message} (ErrorCode: {error.code})"
            ) from None
    for group_id in settings.get("securityGroups") or ():
        if backend.get_security_group_from_id(group_id) is None:
            raise InvalidParameterException(
                f"Error retrieving security group information for [{group_id}]: "
                f"The security group '{group_id}' does not exist (ErrorCode: InvalidGroup.NotFound)"
            )
    return dict(settings)


def choose(settings: Mapping[str, Any], neighbours: Iterable[Task]) -> str:
    """The subnet that has the fewest of the tasks that belong together."""
    taken = Counter(task.interface.subnet.id for task in neighbours if task.interface)
    return min(settings["subnets"], key=lambda subnet_id: (taken[subnet_id], settings["subnets"].index(subnet_id)))


def groups(account_id: str, region: str, settings: Mapping[str, Any]) -> list[str]:
    """The security groups, the VPC's default one when none was given."""
    if settings.get("securityGroups"):
        return list(settings["securityGroups"])
    backend = ec2_backends[account_id][region]
    vpc_id = backend.get_subnet(settings["subnets"][0]).vpc_id
    return [backend.get_default_security_group(vpc_id).id]
