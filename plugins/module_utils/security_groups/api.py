# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2's calls for security groups. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_specifications,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call, pages, unless_new

NEW = ("InvalidGroup.NotFound", "InvalidVpcID.NotFound")


class Missing(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code(["InvalidGroup.NotFound", "InvalidPermission.NotFound"])


@aws_call("describe security groups")
def describe(client: Any, filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(pages(client.describe_security_groups, "SecurityGroups", Filters=filters))


@aws_call("describe prefix lists")
def prefix_lists(client: Any, filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(pages(client.describe_prefix_lists, "PrefixLists", Filters=filters))


@aws_call("describe interfaces in security groups")
def interfaces_in(client: Any, group_ids: Sequence[str]) -> list[str]:
    filters = [{"Name": "group-id", "Values": list(group_ids)}]
    found = pages(client.describe_network_interfaces, "NetworkInterfaces", Filters=filters)
    return sorted(item["NetworkInterfaceId"] for item in found)


@aws_call("create security group {name}")
@unless_new(NEW)
def create(client: Any, name: str, description: str, vpc_id: str, tags: Mapping[str, str]) -> str:
    answer = client.create_security_group(
        GroupName=name,
        Description=description,
        VpcId=vpc_id,
        TagSpecifications=boto3_tag_specifications(dict(tags), ["security-group"]),
        aws_retry=True,
    )
    return answer["GroupId"]


@aws_call("authorize ingress of {group_id}")
@unless_new(NEW)
def authorize_ingress(client: Any, group_id: str, permissions: list[dict[str, Any]]) -> None:
    client.authorize_security_group_ingress(GroupId=group_id, IpPermissions=permissions, aws_retry=True)


@aws_call("authorize egress of {group_id}")
@unless_new(NEW)
def authorize_egress(client: Any, group_id: str, permissions: list[dict[str, Any]]) -> None:
    client.authorize_security_group_egress(GroupId=group_id, IpPermissions=permissions, aws_retry=True)


@Missing.deletion_error_handler("revoke ingress of {group_id}")
def revoke_ingress(client: Any, group_id: str, permissions: list[dict[str, Any]]) -> bool:
    client.revoke_security_group_ingress(GroupId=group_id, IpPermissions=permissions, aws_retry=True)
    return True


@Missing.deletion_error_handler("revoke egress of {group_id}")
def revoke_egress(client: Any, group_id: str, permissions: list[dict[str, Any]]) -> bool:
    client.revoke_security_group_egress(GroupId=group_id, IpPermissions=permissions, aws_retry=True)
    return True


@Missing.deletion_error_handler("delete security group {group_id}")
def delete(client: Any, group_id: str) -> bool:
    client.delete_security_group(GroupId=group_id, aws_retry=True)
    return True


@aws_call("tag {group_id}")
def set_tags(client: Any, group_id: str, tags: Mapping[str, str]) -> None:
    client.create_tags(Resources=[group_id], Tags=ansible_dict_to_boto3_tag_list(dict(tags)), aws_retry=True)


@aws_call("untag {group_id}")
def unset_tags(client: Any, group_id: str, keys: list[str]) -> None:
    client.delete_tags(Resources=[group_id], Tags=[{"Key": key} for key in keys], aws_retry=True)
