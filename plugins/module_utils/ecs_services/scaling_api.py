# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Application Auto Scaling's calls on ECS services. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call, unless_new

ECS = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}
PAGE = 50  # https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html
NEW = ("ObjectNotFoundException",)


class Gone(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code("ObjectNotFoundException")


def _pages(call: Any, key: str) -> Iterator[dict[str, Any]]:
    request: dict[str, Any] = {**ECS, "MaxResults": PAGE}
    while True:
        answer = call(aws_retry=True, **request)
        yield from answer[key]
        if not answer.get("NextToken"):
            return
        request["NextToken"] = answer["NextToken"]


@aws_call("list scalable targets")
def list_targets(scaling: Any) -> list[dict[str, Any]]:
    """Of all ECS services of the account; their tags would have to be asked for one by one."""
    return list(_pages(scaling.describe_scalable_targets, "ScalableTargets"))


@aws_call("list scaling policies")
def list_policies(scaling: Any) -> list[dict[str, Any]]:
    return list(_pages(scaling.describe_scaling_policies, "ScalingPolicies"))


@aws_call("register scalable target {name}")
def register(scaling: Any, name: str, least: int, most: int) -> None:
    """Brings the count of a service that is there within the bounds."""
    scaling.register_scalable_target(ResourceId=name, MinCapacity=least, MaxCapacity=most, aws_retry=True, **ECS)


@aws_call("put scaling policy {policy[PolicyName]}")
@unless_new(NEW)
def put_policy(scaling: Any, policy: Mapping[str, Any]) -> None:
    scaling.put_scaling_policy(aws_retry=True, **ECS, **policy)


@Gone.deletion_error_handler("delete scaling policy {name}")
def delete_policy(scaling: Any, target: str, name: str) -> None:
    scaling.delete_scaling_policy(PolicyName=name, ResourceId=target, aws_retry=True, **ECS)


@Gone.deletion_error_handler("deregister scalable target {name}")
def deregister(scaling: Any, name: str) -> None:
    scaling.deregister_scalable_target(ResourceId=name, aws_retry=True, **ECS)
