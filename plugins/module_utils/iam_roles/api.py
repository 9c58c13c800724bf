# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""IAM's calls for roles. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call, unless_new

NEW = ("NoSuchEntity",)


class Missing(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code("NoSuchEntity")


def _all(call: Any, key: str, **request: Any) -> list[Any]:
    """IAM pages by Marker."""
    items: list[Any] = []
    while True:
        answer = call(**request, aws_retry=True)
        items += answer[key]
        if not answer.get("IsTruncated"):
            return items
        request["Marker"] = answer["Marker"]


@aws_call("list roles in {path}")
def roles(client: Any, path: str) -> list[dict[str, Any]]:
    return _all(client.list_roles, "Roles", PathPrefix=path)


@aws_call("list instance profiles in {path}")
def profiles(client: Any, path: str) -> list[dict[str, Any]]:
    return _all(client.list_instance_profiles, "InstanceProfiles", PathPrefix=path)


@Missing.list_error_handler("read instance profile {name}", default_value=[])
def profile_tags(client: Any, name: str) -> list[dict[str, str]]:
    """The list of instance profiles does not tell them."""
    return client.get_instance_profile(InstanceProfileName=name, aws_retry=True)["InstanceProfile"].get("Tags") or []


@aws_call("list tags of role {name}")
def tags(client: Any, name: str) -> list[dict[str, str]]:
    return _all(client.list_role_tags, "Tags", RoleName=name)


@aws_call("list policies attached to role {name}")
def attached(client: Any, name: str) -> list[str]:
    found = _all(client.list_attached_role_policies, "AttachedPolicies", RoleName=name)
    return [policy["PolicyArn"] for policy in found]


@aws_call("list policies of role {name}")
def policy_names(client: Any, name: str) -> list[str]:
    return _all(client.list_role_policies, "PolicyNames", RoleName=name)


@aws_call("get policy {policy} of role {name}")
def policy(client: Any, name: str, policy: str) -> Any:
    return client.get_role_policy(RoleName=name, PolicyName=policy, aws_retry=True)["PolicyDocument"]


@aws_call("create role {name}")
def create(client: Any, path: str, name: str, trust: str, tags: Mapping[str, str], description: str = "") -> None:
    client.create_role(
        Path=path,
        RoleName=name,
        AssumeRolePolicyDocument=trust,
        Tags=ansible_dict_to_boto3_tag_list(dict(tags)),
        **({"Description": description} if description else {}),
        aws_retry=True,
    )


@aws_call("describe role {name}")
@unless_new(NEW)
def describe(client: Any, name: str, description: str) -> None:
    client.update_role_description(RoleName=name, Description=description, aws_retry=True)


@aws_call("set the trust policy of role {name}")
def trust(client: Any, name: str, trust: str) -> None:
    client.update_assume_role_policy(RoleName=name, PolicyDocument=trust, aws_retry=True)


@aws_call("attach {arn} to role {name}")
@unless_new(NEW)
def attach(client: Any, name: str, arn: str) -> None:
    client.attach_role_policy(RoleName=name, PolicyArn=arn, aws_retry=True)


@Missing.deletion_error_handler("detach {arn} from role {name}")
def detach(client: Any, name: str, arn: str) -> bool:
    client.detach_role_policy(RoleName=name, PolicyArn=arn, aws_retry=True)
    return True


@aws_call("put policy {policy} of role {name}")
@unless_new(NEW)
def put_policy(client: Any, name: str, policy: str, document: str) -> None:
    client.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=document, aws_retry=True)


@Missing.deletion_error_handler("delete policy {policy} of role {name}")
def delete_policy(client: Any, name: str, policy: str) -> bool:
    client.delete_role_policy(RoleName=name, PolicyName=policy, aws_retry=True)
    return True


@aws_call("create instance profile {name}")
def create_profile(client: Any, path: str, name: str, tags: Mapping[str, str]) -> None:
    client.create_instance_profile(
        Path=path, InstanceProfileName=name, Tags=ansible_dict_to_boto3_tag_list(dict(tags)), aws_retry=True
    )


@aws_call("add role {name} to its instance profile")
@unless_new(NEW)
def fill_profile(client: Any, name: str) -> None:
    client.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name, aws_retry=True)


@Missing.deletion_error_handler("take role {name} out of its instance profile")
def empty_profile(client: Any, name: str) -> bool:
    client.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=name, aws_retry=True)
    return True


@Missing.deletion_error_handler("delete instance profile {name}")
def delete_profile(client: Any, name: str) -> bool:
    client.delete_instance_profile(InstanceProfileName=name, aws_retry=True)
    return True


@Missing.deletion_error_handler("delete role {name}")
def delete(client: Any, name: str) -> bool:
    client.delete_role(RoleName=name, aws_retry=True)
    return True


@aws_call("tag role {name}")
def set_tags(client: Any, name: str, tags: Mapping[str, str]) -> None:
    client.tag_role(RoleName=name, Tags=ansible_dict_to_boto3_tag_list(dict(tags)), aws_retry=True)


@aws_call("untag role {name}")
def unset_tags(client: Any, name: str, keys: list[str]) -> None:
    client.untag_role(RoleName=name, TagKeys=keys, aws_retry=True)
