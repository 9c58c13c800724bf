# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Elastic Load Balancing's calls on target groups and rules. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call

PAGE = 400  # the most these calls give at once
TAGGED_AT_ONCE = 20  # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html
GONE = ("TargetGroupNotFound", "RuleNotFound", "ListenerNotFound", "LoadBalancerNotFound")


class Gone(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code(GONE)


def _pages(call: Any, key: str, **request: Any) -> Iterator[Any]:
    while True:
        answer = call(aws_retry=True, **request)
        yield from answer[key]
        if not answer.get("NextMarker"):
            return
        request["Marker"] = answer["NextMarker"]


@aws_call("list target groups")
def list_target_groups(elb: Any) -> list[dict[str, Any]]:
    return list(_pages(elb.describe_target_groups, "TargetGroups", PageSize=PAGE))


@aws_call("read target group {arn}")
def read_target_group(elb: Any, arn: str) -> dict[str, Any]:
    return elb.describe_target_groups(TargetGroupArns=[arn], aws_retry=True)["TargetGroups"][0]


@Gone.list_error_handler("list listeners of {load_balancer_arn}", default_value=[])
def list_listeners(elb: Any, load_balancer_arn: str) -> list[dict[str, Any]]:
    return list(_pages(elb.describe_listeners, "Listeners", LoadBalancerArn=load_balancer_arn, PageSize=PAGE))


@Gone.list_error_handler("list rules of {listener_arn}", default_value=[])
def list_rules(elb: Any, listener_arn: str) -> list[dict[str, Any]]:
    return list(_pages(elb.describe_rules, "Rules", ListenerArn=listener_arn, PageSize=PAGE))


@Gone.list_error_handler("read tags")
def list_tags(elb: Any, arns: Sequence[str]) -> list[dict[str, Any]] | None:
    """Of at most TAGGED_AT_ONCE things; None when one of them is not there."""
    return elb.describe_tags(ResourceArns=list(arns), aws_retry=True)["TagDescriptions"]


@aws_call("create target group {name}")
def create_target_group(elb: Any, name: str, settings: Mapping[str, Any], tags: Mapping[str, str]) -> str:
    """Asking twice for the same group gives the same one."""
    request = {"Name": name, "TargetType": "ip", "Tags": ansible_dict_to_boto3_tag_list(tags), **settings}
    return elb.create_target_group(aws_retry=True, **request)["TargetGroups"][0]["TargetGroupArn"]


@aws_call("modify target group {arn}")
def modify_target_group(elb: Any, arn: str, settings: Mapping[str, Any]) -> None:
    elb.modify_target_group(TargetGroupArn=arn, aws_retry=True, **settings)


@aws_call("set attributes of target group {arn}")
def set_attributes(elb: Any, arn: str, attributes: Mapping[str, str]) -> None:
    items = [{"Key": key, "Value": value} for key, value in sorted(attributes.items())]
    elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=items, aws_retry=True)


@Gone.list_error_handler("read attributes of target group {arn}", default_value={})
def get_attributes(elb: Any, arn: str) -> dict[str, str]:
    answer = elb.describe_target_group_attributes(TargetGroupArn=arn, aws_retry=True)
    return {item["Key"]: item["Value"] for item in answer["Attributes"]}


@Gone.deletion_error_handler("delete target group {arn}")
def delete_target_group(elb: Any, arn: str) -> None:
    elb.delete_target_group(TargetGroupArn=arn, aws_retry=True)


@aws_call("create rule {priority}")
def create_rule(
    elb: Any, listener_arn: str, priority: int, rule: Mapping[str, Any], tags: Mapping[str, str]
) -> dict[str, Any]:
    request = {"ListenerArn": listener_arn, "Priority": priority, "Tags": ansible_dict_to_boto3_tag_list(tags), **rule}
    return elb.create_rule(aws_retry=True, **request)["Rules"][0]


@aws_call("modify rule {arn}")
def modify_rule(elb: Any, arn: str, rule: Mapping[str, Any]) -> None:
    elb.modify_rule(RuleArn=arn, aws_retry=True, **rule)


@Gone.deletion_error_handler("delete rule {arn}")
def delete_rule(elb: Any, arn: str) -> None:
    elb.delete_rule(RuleArn=arn, aws_retry=True)


@aws_call("tag {arn}")
def set_tags(elb: Any, arn: str, tags: Mapping[str, str]) -> None:
    elb.add_tags(ResourceArns=[arn], Tags=ansible_dict_to_boto3_tag_list(tags), aws_retry=True)
