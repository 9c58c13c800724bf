# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Systems Manager's calls for parameters by their names. They are written by those of service_catalog. PRIVATE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_list_to_ansible_dict,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import aws_call

READ_AT_ONCE = 10  # https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
TAGGED = {"ResourceType": "Parameter"}


@aws_call("read parameters")
def read(ssm: Any, names: Sequence[str]) -> list[dict[str, Any]]:
    """At most READ_AT_ONCE; those that are not there are left out."""
    return ssm.get_parameters(Names=list(names), WithDecryption=True, aws_retry=True)["Parameters"]


@aws_call("read tags of parameter {name}")
def tags(ssm: Any, name: str) -> dict[str, str]:
    found = ssm.list_tags_for_resource(ResourceId=name, aws_retry=True, **TAGGED)["TagList"]
    return boto3_tag_list_to_ansible_dict(found)


@aws_call("tag parameter {name}")
def set_tags(ssm: Any, name: str, tags: Mapping[str, str]) -> None:
    wanted = ansible_dict_to_boto3_tag_list(dict(tags))
    ssm.add_tags_to_resource(ResourceId=name, Tags=wanted, aws_retry=True, **TAGGED)


@aws_call("untag parameter {name}")
def unset_tags(ssm: Any, name: str, keys: Sequence[str]) -> None:
    ssm.remove_tags_from_resource(ResourceId=name, TagKeys=list(keys), aws_retry=True, **TAGGED)
