# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2's calls on endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import (
    LARGEST_PAGE,
    aws_call,
    pages,
    unless_new,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import LEAVING, Endpoint

NOT_FOUND = ("InvalidVpcEndpointId.NotFound", "InvalidVpcEndpoint.NotFound")


@aws_call("list endpoints")
def list_endpoints(ec2: Any, filters: Sequence[Mapping[str, Any]]) -> list[Endpoint]:
    """By filters, even for ids: an id that is not known (yet) is then left out and no error."""
    items = pages(ec2.describe_vpc_endpoints, "VpcEndpoints", Filters=filters, MaxResults=LARGEST_PAGE)
    return [Endpoint.from_boto(item) for item in items]


@aws_call("create {what}")
def create_endpoint(ec2: Any, what: str, token: str, request: Mapping[str, Any]) -> tuple[str, bool]:
    """The id of the new endpoint, or of the one that this token made before, and whether that one is leaving."""
    answer = ec2.create_vpc_endpoint(ClientToken=token, aws_retry=True, **request)
    endpoint = Endpoint.from_boto(answer["VpcEndpoint"])
    return endpoint.endpoint_id, endpoint.state in LEAVING


@aws_call("modify endpoint {endpoint_id}")
@unless_new(NOT_FOUND)
def modify_endpoint(ec2: Any, endpoint_id: str, request: Mapping[str, Any]) -> None:
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, aws_retry=True, **request)


@aws_call("delete endpoints")
def delete_endpoints(ec2: Any, endpoint_ids: Sequence[str]) -> Mapping[str, Any]:
    """One call for all of them. The answer lists in `Unsuccessful` what was refused."""
    return ec2.delete_vpc_endpoints(VpcEndpointIds=list(endpoint_ids), aws_retry=True)


@aws_call("tag endpoint {endpoint_id}")
@unless_new(NOT_FOUND)
def set_tags(ec2: Any, endpoint_id: str, tags: Mapping[str, str]) -> None:
    ec2.create_tags(Resources=[endpoint_id], Tags=ansible_dict_to_boto3_tag_list(tags), aws_retry=True)


@aws_call("untag endpoint {endpoint_id}")
@unless_new(NOT_FOUND)
def unset_tags(ec2: Any, endpoint_id: str, keys: Iterable[str]) -> None:
    ec2.delete_tags(Resources=[endpoint_id], Tags=[{"Key": key} for key in keys], aws_retry=True)
