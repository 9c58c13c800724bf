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
from ansible_collections.twoway.privatelink.plugins.module_utils._sdk import Feature
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.wish import Desired

# The first when asked by id, the second inside an Unsuccessful list.
NOT_FOUND = ("InvalidVpcEndpointServiceId.NotFound", "InvalidVpcEndpointService.NotFound")
# Our option -> Create's parameter, and the tail of Modify's Add... and Remove... parameters.
LISTS = {
    "load_balancer_arns": "NetworkLoadBalancerArns",
    "gateway_load_balancer_arns": "GatewayLoadBalancerArns",
    "supported_ip_address_types": "SupportedIpAddressTypes",
    "supported_regions": "SupportedRegions",
}
FEATURES = (
    Feature(
        option="supported_regions",
        operation="CreateVpcEndpointServiceConfiguration",
        parameter="SupportedRegions",
        since="1.35.70",
    ),
)


class Services(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code(NOT_FOUND)


class LoadBalancers(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code("LoadBalancerNotFound")


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


@LoadBalancers.list_error_handler("list load balancers {arns}", default_value=[])
def list_zones(elbv2: Any, arns: Sequence[str]) -> list[str]:
    """The names of the zones that these load balancers have. A call takes 20; a service has seldom more than a few."""
    zones: set[str] = set()
    for start in range(0, len(arns), 20):
        answer = elbv2.describe_load_balancers(LoadBalancerArns=list(arns[start : start + 20]), aws_retry=True)
        zones.update(zone["ZoneName"] for one in answer["LoadBalancers"] for zone in one["AvailabilityZones"])
    return sorted(zones)


@aws_call("create endpoint service {desired.name}")
def create_service(ec2: Any, desired: Desired, token: str) -> dict[str, Any]:
    answer = ec2.create_vpc_endpoint_service_configuration(
        aws_retry=True, ClientToken=token, **creation_request(desired)
    )
    return answer["ServiceConfiguration"]


def creation_request(desired: Desired) -> dict[str, Any]:
    request: dict[str, Any] = {
        "AcceptanceRequired": desired.acceptance_required,
        "TagSpecifications": boto3_tag_specifications(desired.tags, "vpc-endpoint-service"),
    }
    for option, parameter in LISTS.items():
        if values := getattr(desired, option):
            request[parameter] = list(values)
    if desired.private_dns_name:
        request["PrivateDnsName"] = desired.private_dns_name
    return request


@aws_call("modify endpoint service {service_id}")
@unless_new(NOT_FOUND)
def modify(ec2: Any, service_id: str, values: Mapping[str, Any]) -> None:
    """`values`: `add` (values by option), `acceptance_required`, `private_dns_name` (None: to have none)."""
    request = _lists("Add", values.get("add", {}))
    if "acceptance_required" in values:
        request["AcceptanceRequired"] = values["acceptance_required"]
    if "private_dns_name" in values:
        name = values["private_dns_name"]
        request |= {"PrivateDnsName": name} if name else {"RemovePrivateDnsName": True}
    _modify(ec2, service_id, **request)


@aws_call("remove from endpoint service {service_id}")
@unless_new(NOT_FOUND)
def remove(ec2: Any, service_id: str, values: Mapping[str, Iterable[str]]) -> None:
    _modify(ec2, service_id, **_lists("Remove", values))


@aws_call("offer the zones of its load balancers at endpoint service {service_id}")
def follow_zones(ec2: Any, service_id: str) -> None:
    """A call with nothing but the id: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html"""
    _modify(ec2, service_id)


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


@aws_call("set the payer of endpoint service {service_id}")
@unless_new(NOT_FOUND)
def set_payer(ec2: Any, service_id: str, payer: str) -> None:
    ec2.modify_vpc_endpoint_service_payer_responsibility(
        ServiceId=service_id, PayerResponsibility=payer, aws_retry=True
    )


@aws_call("verify the private DNS name of endpoint service {service_id}")
@unless_new(NOT_FOUND)
def verify_private_dns(ec2: Any, service_id: str) -> None:
    ec2.start_vpc_endpoint_service_private_dns_verification(ServiceId=service_id, aws_retry=True)


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


def _lists(verb: str, values: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    return {f"{verb}{LISTS[option]}": list(items) for option, items in values.items()}
