# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The IAM roles a service has to itself, if it has any. Pure; PRIVATE to the collection; stdlib only.

ECS reads secrets with the execution role, and every task of a link could read those of all if
they shared one; besides, the policies of a role are 10,240 characters, which is some 80 ARNs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._fingerprint import fingerprint
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.place import Place
from ansible_collections.twoway.privatelink.plugins.module_utils.link.service_rules import plain_statement

POLICY = "service"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def execution_role_name(place: Place, service: str) -> str:
    """No service can be called so that this is the name of a role all services share."""
    return f"{place.link}-service-{service}-execution"


def task_role_name(place: Place, service: str) -> str:
    return f"{place.link}-service-{service}-task"


def roles(place: Place, entry: Mapping[str, Any]) -> dict[m.Slot, m.Resource]:
    found = {}
    name = entry["name"]
    if entry["secrets"]:
        statements = [*place.execution_policy, *secret_statements(entry)]
        found[m.slot(m.EXECUTION_ROLE)] = _role(place, entry, execution_role_name(place, name), statements)
    if entry["task_policy"]:
        statements = [*place.task_policy, *map(plain_statement, entry["task_policy"])]
        found[m.slot(m.TASK_ROLE)] = _role(place, entry, task_role_name(place, name), statements)
    return found


def role_arns(place: Place, entry: Mapping[str, Any]) -> dict[str, str]:
    """Of the task definition; a service without roles of its own has those of all."""
    execution = (
        place.role_arn(execution_role_name(place, entry["name"])) if entry["secrets"] else place.execution_role_arn
    )
    task = place.role_arn(task_role_name(place, entry["name"])) if entry["task_policy"] else place.task_role_arn
    return {
        **({"executionRoleArn": execution} if execution else {}),
        **({"taskRoleArn": task} if task else {}),
    }


def secret_statements(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Leave to read exactly what the entry names.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html#task-execution-secrets
    """
    arns = set(entry["secrets"].values())
    secrets = sorted({_without_key(arn) for arn in arns if ":secretsmanager:" in arn})
    parameters = sorted(arn for arn in arns if ":ssm:" in arn)
    statements = [
        ("secretsmanager:GetSecretValue", secrets),
        ("ssm:GetParameters", parameters),
        ("kms:Decrypt", sorted(entry["secret_keys"])),
    ]
    return [
        {"Effect": "Allow", "Action": [action], "Resource": resources} for action, resources in statements if resources
    ]


def _without_key(arn: str) -> str:
    """arn:aws:secretsmanager:region:account:secret:name-6chars[:json-key:version-stage:version-id]"""
    return ":".join(arn.split(":")[:7])


def _role(place: Place, entry: Mapping[str, Any], name: str, statements: list[Any]) -> m.Resource:
    settings = {"policies": {POLICY: {"Version": "2012-10-17", "Statement": statements}}, "trust": TRUST}
    tags = place.tags_for(name, entry["name"])
    return m.Resource(name=name, settings=settings, tags=tags, facts={"print": fingerprint(settings)})
