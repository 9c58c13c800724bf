"""What AWS refuses about an endpoint. The messages are AWS's where a public report quotes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rig.control.ec2.errors import refuse

if TYPE_CHECKING:
    from rig.control.ec2.backend import Backend
    from rig.control.ec2.endpoint import Endpoint

# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
INTERFACE_ENDPOINTS_PER_VPC = 50


def require_json(document: str) -> None:
    try:
        json.loads(document)
    except ValueError:
        refuse("InvalidPolicyDocument", "The policy document is not valid JSON")


def require_quota(home: Backend, vpc_id: str) -> None:
    held = [entry for entry in home.endpoints.values() if entry.vpc_id == vpc_id and entry.type != "Gateway"]
    if len([entry for entry in held if entry.state != "deleted"]) >= INTERFACE_ENDPOINTS_PER_VPC:
        refuse("VpcEndpointLimitExceeded", "The maximum number of VPC endpoints has been reached.")


def require_groups(home: Backend, vpc_id: str, group_ids: Sequence[str]) -> None:
    for group_id in group_ids:
        group = home.get_security_group_from_id(group_id)
        if group is None:
            refuse("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
        if group.vpc_id != vpc_id:
            refuse("InvalidParameter", f"Security group {group_id} and VPC {vpc_id} belong to different networks.")


def require_subnets(home: Backend, endpoint: Endpoint, subnet_ids: Sequence[str]) -> None:
    """github.com/terraform-aws-modules/terraform-aws-vpc issues 785 and 583 quote the two zone messages."""
    zone_ids = {interface.subnet.availability_zone_id for interface in endpoint.interfaces.values()}
    for subnet_id in subnet_ids:
        subnet = home.get_subnet(subnet_id)
        if subnet.vpc_id != endpoint.vpc_id:
            refuse("InvalidParameter", f"Subnet {subnet_id} does not belong to VPC {endpoint.vpc_id}.")
        if subnet.availability_zone_id not in endpoint.service.zone_ids:
            refuse(
                "InvalidParameter",
                f"The VPC endpoint service {endpoint.service.name} does not support the availability zone "
                f"of the subnet: {subnet_id}.",
            )
        if subnet.availability_zone_id in zone_ids:
            refuse(
                "DuplicateSubnetsInSameZone",
                f"Found another VPC endpoint subnet in the availability zone of {subnet_id}. VPC endpoint subnets "
                "should be in different availability zones supported by the VPC endpoint service.",
            )
        zone_ids.add(subnet.availability_zone_id)


def require_route_table(home: Backend, endpoint: Endpoint, table_id: str) -> None:
    table = home.get_route_table(table_id)
    if table.vpc_id != endpoint.vpc_id:
        refuse("InvalidParameter", f"Route table {table_id} does not belong to VPC {endpoint.vpc_id}.")
    if any(route.destination_prefix_list_id == endpoint.prefix_list_id for route in table.routes):
        refuse(
            "RouteAlreadyExists",
            f"route table {table_id} already has a route with destination-prefix-list-id {endpoint.prefix_list_id}",
        )


def require_private_dns(home: Backend, endpoint: Endpoint) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html"""
    name, service = endpoint.service.verified_private_dns_name, endpoint.service
    if not name:
        refuse(
            "InvalidParameter",
            f"Private DNS can't be enabled because the service {service.name} does not provide a private DNS name.",
        )
    # github.com/hashicorp/terraform-provider-aws issue 7148
    if service.acceptance_required and not endpoint.available:
        refuse(
            "InvalidParameter",
            "Private DNS can only be enabled after the endpoint connection is accepted by the owner of "
            f"{service.name}.",
        )
    vpc = home.get_vpc(endpoint.vpc_id)
    if not (_on(vpc.enable_dns_support) and _on(vpc.enable_dns_hostnames)):
        refuse(
            "InvalidParameter",
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes "
            f"set to true for {vpc.id}",
        )
    held = (entry for entry in home.endpoints.values() if entry.vpc_id == vpc.id and entry.state != "deleted")
    for other in held:
        if other is not endpoint and name in other.private_dns_names:
            refuse(
                "InvalidParameter",
                "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
                f"{name} in the VPC {vpc.id}",
            )


def _on(attribute: object) -> bool:
    """moto keeps VPC attributes as the text that came."""
    return str(attribute).lower() == "true"
