# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2's calls on endpoint services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_specifications,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import (
    LARGEST_PAGE,
    ErrorHandler,
    aws_call,
    pages,
    refuse_unsuccessful,
    unless_new,
)

# The first when asked by id, the second inside an Unsuccessful list.
NOT_FOUND = ("InvalidVpcEndpointServiceId.NotFound", "InvalidVpcEndpointService.NotFound")
# Our option -> the tail of Modify's Add... and Remove... parameters.
LISTS = {
    "load_balancer_arns": "NetworkLoadBalancerArns",
    "supported_ip_address_types": "SupportedIpAddressTypes",
}


class Services(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code(NOT_FOUND)


@Services.list_error_handler("list endpoint services", default_value=[])
def list_services(ec2: Any, *, ids: Sequence[str] = (), filters: Sequence[Mapping[str, Any]] = ()) -> list[dict]:
    """Those with the ids, or those that pass the filters; none when an id is not known (yet)."""
    request: dict[str, Any] = {"ServiceIds": list(ids)} if ids else {"MaxResults": LARGEST_PAGE}
    if filters:
        request["Filters"] = list(filters)
    return list(pages(ec2.describe_vpc_endpoint_service_configurations, "ServiceConfigurations", **request))


@Services.list_error_handler("list principals of {service_id}", default_value=[])
def list_principals(ec2: Any, service_id: str) -> list[str]:
    """May list what may attach in other ways too (PermissionType): endpoints are what we speak of."""
    request = {"ServiceId": service_id, "MaxResults": LARGEST_PAGE}
    items = pages(ec2.describe_vpc_endpoint_service_permissions, "AllowedPrincipals", **request)
    return [item["Principal"] for item in items if item.get("PermissionType", "vpc-endpoint") == "vpc-endpoint"]


@aws_call("create endpoint service for {load_balancer_arns}")
def create_service(
    ec2: Any,
    *,
    load_balancer_arns: Sequence[str],
    acceptance_required: bool,
    supported_ip_address_types: Sequence[str] | None,
    tags: Mapping[str, str],
    token: str,
) -> dict[str, Any]:
    request: dict[str, Any] = {
        "NetworkLoadBalancerArns": list(load_balancer_arns),
        "AcceptanceRequired": acceptance_required,
        "TagSpecifications": boto3_tag_specifications(tags, "vpc-endpoint-service"),
        "ClientToken": token,
    }
    if supported_ip_address_types:
        request["SupportedIpAddressTypes"] = list(supported_ip_address_types)
    return ec2.create_vpc_endpoint_service_configuration(aws_retry=True, **request)["ServiceConfiguration"]


@aws_call("add to endpoint service {service_id}")
@unless_new(NOT_FOUND)
def add(ec2: Any, service_id: str, option: str, values: Iterable[str]) -> None:
    _modify(ec2, service_id, **{f"Add{LISTS[option]}": list(values)})


@aws_call("remove from endpoint service {service_id}")
@unless_new(NOT_FOUND)
def remove(ec2: Any, service_id: str, option: str, values: Iterable[str]) -> None:
    _modify(ec2, service_id, **{f"Remove{LISTS[option]}": list(values)})


@aws_call("set acceptance_required of endpoint service {service_id}")
@unless_new(NOT_FOUND)
def set_acceptance(ec2: Any, service_id: str, required: bool) -> None:
    _modify(ec2, service_id, AcceptanceRequired=required)


@aws_call("add principals to endpoint service {service_id}")
@unless_new(NOT_FOUND)
def add_principals(ec2: Any, service_id: str, principals: Iterable[str]) -> None:
    ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service_id, AddAllowedPrincipals=list(principals), aws_retry=True
    )


@aws_call("remove principals from endpoint service {service_id}")
@unless_new(NOT_FOUND)
def remove_principals(ec2: Any, service_id: str, principals: Iterable[str]) -> None:
    ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service_id, RemoveAllowedPrincipals=list(principals), aws_retry=True
    )


@aws_call("tag endpoint service {service_id}")
@unless_new(NOT_FOUND)
def set_tags(ec2: Any, service_id: str, tags: Mapping[str, str]) -> None:
    ec2.create_tags(Resources=[service_id], Tags=ansible_dict_to_boto3_tag_list(tags), aws_retry=True)


@aws_call("untag endpoint service {service_id}")
@unless_new(NOT_FOUND)
def unset_tags(ec2: Any, service_id: str, keys: Iterable[str]) -> None:
    ec2.delete_tags(Resources=[service_id], Tags=[{"Key": key} for key in keys], aws_retry=True)


@aws_call("delete endpoint service {service_id}")
def delete_service(ec2: Any, service_id: str) -> None:
    answer = ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service_id], aws_retry=True)
    refuse_unsuccessful(f"delete endpoint service {service_id}", answer, ignored=NOT_FOUND)


def _modify(ec2: Any, service_id: str, **request: Any) -> None:
    ec2.modify_vpc_endpoint_service_configuration(ServiceId=service_id, aws_retry=True, **request)
