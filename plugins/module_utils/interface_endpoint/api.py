# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2's calls on endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_specifications,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import (
    LARGEST_PAGE,
    aws_call,
    pages,
    refuse_unsuccessful,
    unless_new,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.model import LEAVING, Endpoint
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.plan import (
    private_dns_at_creation,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.wish import INTERFACE, Wish

NOT_FOUND = ("InvalidVpcEndpointId.NotFound", "InvalidVpcEndpoint.NotFound")
# Our option -> the tail of ModifyVpcEndpoint's Add... and Remove... parameters.
LISTS = {
    "subnet_ids": "SubnetIds",
    "security_group_ids": "SecurityGroupIds",
    "route_table_ids": "RouteTableIds",
}


@aws_call("list endpoints")
def list_endpoints(ec2: Any, filters: Sequence[Mapping[str, Any]]) -> list[Endpoint]:
    """By filters, even for ids: an id that is not known (yet) is then left out and no error."""
    items = pages(ec2.describe_vpc_endpoints, "VpcEndpoints", Filters=filters, MaxResults=LARGEST_PAGE)
    return [Endpoint.from_boto(item) for item in items]


@aws_call("create endpoint to {wish.service_name}")
def create_endpoint(ec2: Any, wish: Wish, token: str) -> tuple[str, bool]:
    """The id of the new endpoint, or of the one that this token made before, and whether that one is leaving."""
    answer = ec2.create_vpc_endpoint(aws_retry=True, ClientToken=token, **creation_request(wish))
    endpoint = Endpoint.from_boto(answer["VpcEndpoint"])
    return endpoint.endpoint_id, endpoint.state in LEAVING


def creation_request(wish: Wish) -> dict[str, Any]:
    request: dict[str, Any] = {
        "VpcEndpointType": wish.type,
        "VpcId": wish.vpc_id,
        "ServiceName": wish.service_name,
        "TagSpecifications": boto3_tag_specifications(wish.tags, "vpc-endpoint"),
    }
    for option, parameter in LISTS.items():
        if values := getattr(wish, option):
            request[parameter] = list(values)
    if wish.type == INTERFACE:
        # Said always: AWS's own default is true.
        request["PrivateDnsEnabled"] = private_dns_at_creation(wish)
    if wish.policy is not None:
        request["PolicyDocument"] = wish.policy
    return request


@aws_call("modify endpoint {endpoint_id}")
@unless_new(NOT_FOUND)
def modify_endpoint(ec2: Any, endpoint_id: str, request: Mapping[str, Any]) -> None:
    wanted: dict[str, Any] = {}
    for option, parameter in LISTS.items():
        for verb in ("add", "remove"):
            if values := request.get(option, {}).get(verb):
                wanted[f"{verb.capitalize()}{parameter}"] = list(values)
    if "private_dns_enabled" in request:
        wanted["PrivateDnsEnabled"] = request["private_dns_enabled"]
    if "policy" in request:
        wanted["PolicyDocument"] = request["policy"]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, aws_retry=True, **wanted)


@aws_call("delete endpoint {endpoint_id}")
def delete_endpoint(ec2: Any, endpoint_id: str) -> None:
    answer = ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id], aws_retry=True)
    refuse_unsuccessful(f"delete endpoint {endpoint_id}", answer, ignored=NOT_FOUND)


@aws_call("tag endpoint {endpoint_id}")
@unless_new(NOT_FOUND)
def set_tags(ec2: Any, endpoint_id: str, tags: Mapping[str, str]) -> None:
    ec2.create_tags(Resources=[endpoint_id], Tags=ansible_dict_to_boto3_tag_list(tags), aws_retry=True)


@aws_call("untag endpoint {endpoint_id}")
@unless_new(NOT_FOUND)
def unset_tags(ec2: Any, endpoint_id: str, keys: Iterable[str]) -> None:
    ec2.delete_tags(Resources=[endpoint_id], Tags=[{"Key": key} for key in keys], aws_retry=True)
