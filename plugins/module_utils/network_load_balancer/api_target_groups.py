# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ELBv2's calls on target groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import (
    ELB_TOKENS,
    ErrorHandler,
    aws_call,
    pages,
    unless_new,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.target_group import (
    HEALTH_CHECK,
    Target,
    WantedTargetGroup,
)

NEW = ("TargetGroupNotFound",)
# What AWS may say of an Application Load Balancer that it does not take as a target yet. Which, and for how long, is
# documented nowhere: AWS's own controller tries on after any error
# (https://github.com/kubernetes-sigs/aws-load-balancer-controller/pull/4126).
NOT_YET = ("InvalidTarget", "ValidationError")
GROUPS = "TargetGroups"


class TargetGroups(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code("TargetGroupNotFound")


class OfLoadBalancer(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code(("LoadBalancerNotFound", "TargetGroupNotFound"))


@OfLoadBalancer.list_error_handler("list target groups of {load_balancer_arn}", default_value=[])
def list_attached(elbv2: Any, load_balancer_arn: str) -> list[dict[str, Any]]:
    return list(pages(elbv2.describe_target_groups, GROUPS, ELB_TOKENS, LoadBalancerArn=load_balancer_arn))


@aws_call("list target groups")
def list_all(elbv2: Any) -> list[dict[str, Any]]:
    return list(pages(elbv2.describe_target_groups, GROUPS, ELB_TOKENS))


def list_named(elbv2: Any, names: Sequence[str]) -> list[dict[str, Any]]:
    """Those of the names that exist. AWS says NotFound for all when one is missing: then each is asked for."""
    if not names:
        return []
    found = _list_named(elbv2, names)
    if found is None and len(names) > 1:
        return [group for name in names for group in list_named(elbv2, [name])]
    return found or []


@TargetGroups.list_error_handler("list target groups {names}", default_value=None)
def _list_named(elbv2: Any, names: Sequence[str]) -> list[dict[str, Any]] | None:
    return list(pages(elbv2.describe_target_groups, GROUPS, ELB_TOKENS, Names=list(names)))


@aws_call("get attributes of {arn}")
def get_attributes(elbv2: Any, arn: str) -> dict[str, str]:
    answer = elbv2.describe_target_group_attributes(TargetGroupArn=arn, aws_retry=True)
    return {item["Key"]: item["Value"] for item in answer["Attributes"]}


@TargetGroups.list_error_handler("list targets of {arn}", default_value=[])
def list_targets(elbv2: Any, arn: str) -> list[Target]:
    """Without those that are on their way out: a draining target is not registered any more."""
    answer = elbv2.describe_target_health(TargetGroupArn=arn, aws_retry=True)
    items = answer["TargetHealthDescriptions"]
    return [Target.from_boto(item["Target"]) for item in items if item["TargetHealth"]["State"] != "draining"]


@aws_call("create target group {wanted.name}")
def create_target_group(elbv2: Any, wanted: WantedTargetGroup, vpc_id: str) -> str:
    """Its ARN. As with load balancers the name stands for a client token."""
    answer = elbv2.create_target_group(
        Name=wanted.name,
        TargetType=wanted.target_type,
        Protocol=wanted.protocol,
        Port=wanted.port,
        VpcId=vpc_id,
        Tags=ansible_dict_to_boto3_tag_list(wanted.tags),
        aws_retry=True,
        **health_check_request(wanted.health_check),
    )
    return answer["TargetGroups"][0]["TargetGroupArn"]


def health_check_request(check: Mapping[str, Any]) -> dict[str, Any]:
    request = {HEALTH_CHECK[key]: value for key, value in check.items()}
    if "Matcher" in request:
        request["Matcher"] = {"HttpCode": request["Matcher"]}
    return request


@aws_call("set health check of {arn}")
@unless_new(NEW)
def set_health_check(elbv2: Any, arn: str, check: Mapping[str, Any]) -> None:
    elbv2.modify_target_group(TargetGroupArn=arn, aws_retry=True, **health_check_request(check))


@aws_call("set attributes of {arn}")
@unless_new(NEW)
def set_attributes(elbv2: Any, arn: str, attributes: Mapping[str, str]) -> None:
    items = [{"Key": key, "Value": value} for key, value in attributes.items()]
    elbv2.modify_target_group_attributes(TargetGroupArn=arn, Attributes=items, aws_retry=True)


@aws_call("register targets with {arn}")
@unless_new(NEW)
def register(elbv2: Any, arn: str, targets: Iterable[Target]) -> None:
    elbv2.register_targets(TargetGroupArn=arn, Targets=[_boto(target) for target in targets], aws_retry=True)


@TargetGroups.deletion_error_handler("deregister targets from {arn}")
def deregister(elbv2: Any, arn: str, targets: Iterable[Target]) -> None:
    elbv2.deregister_targets(TargetGroupArn=arn, Targets=[_boto(target) for target in targets], aws_retry=True)


@TargetGroups.deletion_error_handler("delete target group {arn}")
def delete_target_group(elbv2: Any, arn: str) -> None:
    elbv2.delete_target_group(TargetGroupArn=arn, aws_retry=True)


def _boto(target: Target) -> dict[str, Any]:
    zone = {"AvailabilityZone": target.availability_zone} if target.availability_zone else {}
    return {"Id": target.id, "Port": target.port, **zone}
