# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ECS's calls on services and task definitions. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.request import ecs_tags

SERVICES_LISTED = 100  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html
SERVICES_DESCRIBED = 10  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html
DEFINITIONS_DELETED = 10  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskDefinitions.html
STOPPED_LOOKED_AT = 10  # the youngest tell enough
GONE = ("ClusterNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException")


class Gone(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code(GONE)


class NoDefinition(ErrorHandler):
    """A family without an active revision has no error code of its own: "Unable to describe task definition."."""

    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code("ClientException")


def _pages(call: Any, key: str, **request: Any) -> Iterator[Any]:
    while True:
        answer = call(aws_retry=True, **request)
        yield from answer[key]
        if not answer.get("nextToken"):
            return
        request["nextToken"] = answer["nextToken"]


@Gone.list_error_handler("list services of {cluster}", default_value=[])
def list_services(ecs: Any, cluster: str) -> list[str]:
    """ARNs; none when the cluster is not there."""
    return list(_pages(ecs.list_services, "serviceArns", cluster=cluster, maxResults=SERVICES_LISTED))


@Gone.list_error_handler("read services of {cluster}", default_value=[])
def describe_services(ecs: Any, cluster: str, names: Sequence[str]) -> list[dict[str, Any]]:
    """At most SERVICES_DESCRIBED names or ARNs; those that are not there are left out."""
    return ecs.describe_services(cluster=cluster, services=list(names), include=["TAGS"], aws_retry=True)["services"]


@aws_call("create service {settings[serviceName]}")
def create_service(ecs: Any, settings: Mapping[str, Any]) -> str:
    return ecs.create_service(aws_retry=True, **settings)["service"]["serviceArn"]


@aws_call("update service {name}")
def update_service(ecs: Any, cluster: str, name: str, settings: Mapping[str, Any]) -> None:
    ecs.update_service(cluster=cluster, service=name, aws_retry=True, **settings)


@Gone.deletion_error_handler("scale service {name} to 0")
def drain_service(ecs: Any, cluster: str, name: str) -> None:
    ecs.update_service(cluster=cluster, service=name, desiredCount=0, aws_retry=True)


@Gone.deletion_error_handler("delete service {name}")
def delete_service(ecs: Any, cluster: str, name: str) -> None:
    ecs.delete_service(cluster=cluster, service=name, force=True, aws_retry=True)


def drain_or_delete(ecs: Any, cluster: str, name: str) -> None:
    """Where no rule uses its target group any more, ECS refuses any update; a forced deletion drains too."""
    try:
        drain_service(ecs, cluster, name)
    except AwsError as error:
        if error.code != "InvalidParameterException" or "load balancer" not in error.found:
            raise
        delete_service(ecs, cluster, name)


@aws_call("tag {arn}")
def set_tags(ecs: Any, arn: str, tags: Mapping[str, str]) -> None:
    ecs.tag_resource(resourceArn=arn, tags=ecs_tags(tags), aws_retry=True)


@aws_call("list task definition families {prefix}*")
def list_families(ecs: Any, prefix: str) -> list[str]:
    return list(_pages(ecs.list_task_definition_families, "families", familyPrefix=prefix, status="ACTIVE"))


@aws_call("register task definition {settings[family]}")
def register_task_definition(ecs: Any, settings: Mapping[str, Any], tags: Mapping[str, str]) -> str:
    answer = ecs.register_task_definition(tags=ecs_tags(tags), aws_retry=True, **settings)
    return answer["taskDefinition"]["taskDefinitionArn"]


@NoDefinition.list_error_handler("read task definition {name}", default_value=({}, {}))
def describe_task_definition(ecs: Any, name: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Its settings and its tags, empty when it is not there; the newest active revision of a family."""
    answer = ecs.describe_task_definition(taskDefinition=name, include=["TAGS"], aws_retry=True)
    return answer["taskDefinition"], {tag["key"]: tag["value"] for tag in answer.get("tags") or ()}


@aws_call("list task definitions of {family}")
def list_task_definitions(ecs: Any, family: str) -> list[str]:
    return list(_pages(ecs.list_task_definitions, "taskDefinitionArns", familyPrefix=family, status="ACTIVE"))


@aws_call("deregister task definition {arn}")
def deregister_task_definition(ecs: Any, arn: str) -> None:
    ecs.deregister_task_definition(taskDefinition=arn, aws_retry=True)


@aws_call("delete task definitions")
def delete_task_definitions(ecs: Any, arns: Sequence[str]) -> None:
    """At most DEFINITIONS_DELETED, all deregistered before."""
    ecs.delete_task_definitions(taskDefinitions=list(arns), aws_retry=True)


@Gone.list_error_handler("read stopped tasks of {service}", default_value=[])
def describe_stopped_tasks(ecs: Any, cluster: str, service: str) -> list[dict[str, Any]]:
    """ECS shows them for an hour: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-errors.html"""
    asked = {"cluster": cluster, "serviceName": service, "desiredStatus": "STOPPED", "maxResults": STOPPED_LOOKED_AT}
    arns = ecs.list_tasks(aws_retry=True, **asked)["taskArns"]
    return ecs.describe_tasks(cluster=cluster, tasks=arns, aws_retry=True)["tasks"] if arns else []
