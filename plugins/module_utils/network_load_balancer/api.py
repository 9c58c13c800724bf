# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ELBv2's calls on load balancers, and on tags of anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_list_to_ansible_dict,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import (
    ELB_TOKENS,
    ErrorHandler,
    aws_call,
    pages,
    unless_new,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import (
    CROSS_ZONE,
    Desired,
)

MOST_ARNS_OF_DESCRIBE_TAGS = 20
NEW = ("LoadBalancerNotFound", "TargetGroupNotFound")


class LoadBalancers(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code("LoadBalancerNotFound")


@LoadBalancers.list_error_handler("get load balancer {name}", default_value=None)
def get_load_balancer(elbv2: Any, name: str) -> dict[str, Any] | None:
    """The one of that name, whoever's and whatever type; None when there is none."""
    return elbv2.describe_load_balancers(Names=[name], aws_retry=True)["LoadBalancers"][0]


@LoadBalancers.list_error_handler("get load balancer {arn}", default_value=None)
def get_load_balancer_by_arn(elbv2: Any, arn: str) -> dict[str, Any] | None:
    """None when it is not in this account and region."""
    return elbv2.describe_load_balancers(LoadBalancerArns=[arn], aws_retry=True)["LoadBalancers"][0]


@aws_call("list load balancers")
def list_all(elbv2: Any) -> list[dict[str, Any]]:
    return list(pages(elbv2.describe_load_balancers, "LoadBalancers", ELB_TOKENS))


@aws_call("get tags")
def get_tags(elbv2: Any, arns: Sequence[str]) -> dict[str, dict[str, str]]:
    """By ARN."""
    tags: dict[str, dict[str, str]] = {}
    for start in range(0, len(arns), MOST_ARNS_OF_DESCRIBE_TAGS):
        some = list(arns[start : start + MOST_ARNS_OF_DESCRIBE_TAGS])
        for item in elbv2.describe_tags(ResourceArns=some, aws_retry=True)["TagDescriptions"]:
            tags[item["ResourceArn"]] = boto3_tag_list_to_ansible_dict(item["Tags"])
    return tags


@aws_call("get attributes of {arn}")
def get_attributes(elbv2: Any, arn: str) -> dict[str, str]:
    answer = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn, aws_retry=True)
    return {item["Key"]: item["Value"] for item in answer["Attributes"]}


@aws_call("create load balancer {desired.name}")
def create_load_balancer(elbv2: Any, desired: Desired) -> dict[str, Any]:
    """It takes no client token: the name is unique, and a repeated request gives back what there is."""
    request: dict[str, Any] = {
        "Name": desired.name,
        "Type": "network",
        "Scheme": desired.scheme,
        "IpAddressType": desired.ip_address_type,
        "Subnets": list(desired.subnet_ids),
        "Tags": ansible_dict_to_boto3_tag_list(desired.tags),
    }
    if desired.security_group_ids:
        request["SecurityGroups"] = list(desired.security_group_ids)
    return elbv2.create_load_balancer(aws_retry=True, **request)["LoadBalancers"][0]


@aws_call("set subnets of {arn}")
@unless_new(NEW)
def set_subnets(elbv2: Any, arn: str, subnet_ids: Iterable[str]) -> None:
    elbv2.set_subnets(LoadBalancerArn=arn, Subnets=list(subnet_ids), aws_retry=True)


@aws_call("set ip_address_type of {arn}")
@unless_new(NEW)
def set_ip_address_type(elbv2: Any, arn: str, ip_address_type: str) -> None:
    elbv2.set_ip_address_type(LoadBalancerArn=arn, IpAddressType=ip_address_type, aws_retry=True)


@aws_call("set security groups of {arn}")
@unless_new(NEW)
def set_security_groups(elbv2: Any, arn: str, group_ids: Iterable[str], enforced: bool) -> None:
    elbv2.set_security_groups(
        LoadBalancerArn=arn,
        SecurityGroups=list(group_ids),
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic="on" if enforced else "off",
        aws_retry=True,
    )


@aws_call("set cross-zone of {arn}")
@unless_new(NEW)
def set_cross_zone(elbv2: Any, arn: str, enabled: bool) -> None:
    attributes = [{"Key": CROSS_ZONE, "Value": str(enabled).lower()}]
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=attributes, aws_retry=True)


@LoadBalancers.deletion_error_handler("delete load balancer {arn}")
def delete_load_balancer(elbv2: Any, arn: str) -> None:
    elbv2.delete_load_balancer(LoadBalancerArn=arn, aws_retry=True)


@aws_call("tag {arn}")
@unless_new(NEW)
def set_tags(elbv2: Any, arn: str, tags: Mapping[str, str]) -> None:
    elbv2.add_tags(ResourceArns=[arn], Tags=ansible_dict_to_boto3_tag_list(tags), aws_retry=True)


@aws_call("untag {arn}")
@unless_new(NEW)
def unset_tags(elbv2: Any, arn: str, keys: Iterable[str]) -> None:
    elbv2.remove_tags(ResourceArns=[arn], TagKeys=list(keys), aws_retry=True)
