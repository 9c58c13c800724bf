"""What AWS refuses about an endpoint. The messages are AWS's where a public report quotes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from moto.ec2.models.subnets import Subnet

from rig.control.ec2 import interfaces
from rig.control.ec2.errors import refuse

if TYPE_CHECKING:
    from rig.control.ec2.backend import Backend
    from rig.control.ec2.endpoint import Endpoint

# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
INTERFACE_ENDPOINTS_PER_VPC = 50
# https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
WITHOUT_REMOTE_ACCESS = ("use1-az3", "usw1-az2", "apne1-az3", "apne2-az2", "apne2-az4")
_FAMILIES = {"ipv4": {"ipv4"}, "ipv6": {"ipv6"}, "dualstack": {"ipv4", "ipv6"}}
# https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.VpcEndpointDnsRecordIpType.html
_RECORDS = {"ipv4": ("ipv4", "dualstack"), "ipv6": ("ipv6", "dualstack"), "dualstack": ("dualstack",)}


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


def require_a_group(group_ids: Sequence[str]) -> None:
    if not group_ids:
        refuse("InvalidParameter", "At least one security group must be associated with the endpoint")


def require_ip_address_type(endpoint: Endpoint, wanted: str) -> None:
    """https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.VpcEndpointIpAddressType.html"""
    service = endpoint.service
    if not _FAMILIES[wanted] <= set(service.supported_ip_address_types):
        refuse("InvalidParameter", f"The service {service.name} does not support the IP address type {wanted}.")


def require_record_type(endpoint: Endpoint, wanted: str) -> None:
    allowed = _RECORDS.get(wanted)
    if allowed and endpoint.ip_address_type not in allowed:
        refuse(
            "InvalidParameter",
            f"The DNS record IP type {wanted} does not fit the IP address type {endpoint.ip_address_type}.",
        )


def require_subnets(home: Backend, endpoint: Endpoint, subnet_ids: Sequence[str]) -> None:
    """github.com/terraform-aws-modules/terraform-aws-vpc issues 785 and 583 quote the first and the last zone message,
    github.com/chanzuckerberg/cztack pull 865 the one on remote access."""
    zone_ids = {interface.subnet.availability_zone_id for interface in endpoint.interfaces.values()}
    if endpoint.type == "GatewayLoadBalancer" and len(zone_ids) + len(subnet_ids) > 1:
        refuse("InvalidParameter", "You can specify only one subnet for a Gateway Load Balancer endpoint.")
    for subnet_id in subnet_ids:
        subnet = home.get_subnet(subnet_id)
        if subnet.vpc_id != endpoint.vpc_id:
            refuse("InvalidParameter", f"Subnet {subnet_id} does not belong to VPC {endpoint.vpc_id}.")
        _require_zone(home, endpoint, subnet)
        if subnet.availability_zone_id in zone_ids:
            refuse(
                "DuplicateSubnetsInSameZone",
                f"Found another VPC endpoint subnet in the availability zone of {subnet_id}. VPC endpoint subnets "
                "should be in different availability zones supported by the VPC endpoint service.",
            )
        zone_ids.add(subnet.availability_zone_id)


def _require_zone(home: Backend, endpoint: Endpoint, subnet: Subnet) -> None:
    """The zones of a service of another region do not matter, but some zones reach none."""
    if endpoint.service.region == endpoint.region:
        if subnet.availability_zone_id not in endpoint.service.zone_ids:
            refuse(
                "InvalidParameter",
                f"The VPC endpoint service {endpoint.service.name} does not support the availability zone "
                f"of the subnet: {subnet.id}.",
            )
    elif subnet.availability_zone_id in WITHOUT_REMOTE_ACCESS:
        known = sorted({zone.zone_id for zone in home.zones[home.region_name]} - set(WITHOUT_REMOTE_ACCESS))
        refuse(
            "InvalidParameter",
            f"Only the following availability zones are supported for remote access: {', '.join(known)}",
        )


def require_removable(endpoint: Endpoint, subnet_ids: Sequence[str]) -> None:
    """RemoveSubnetIds is documented for interface endpoints alone."""
    if subnet_ids and endpoint.type != "Interface":
        refuse("InvalidParameter", f"Subnets of an endpoint of type {endpoint.type} cannot be removed.")


def require_free(home: Backend, endpoint: Endpoint, subnet_id: str, address: str | None) -> None:
    """Before the interface that is to be replaced is given up; its own address may be asked for again."""
    own = endpoint.interfaces[subnet_id].private_ip_address
    if address and address != own:
        interfaces.free_address(home.get_subnet(subnet_id), address)


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


def knows_inbound_resolvers(endpoint: Endpoint) -> bool:
    """The option is there "only for services that support both gateway and interface endpoints"."""
    return getattr(endpoint.service, "has_both_types", False)


def require_inbound_resolvers(home: Backend, endpoint: Endpoint, only: bool) -> None:
    """CloudFormation users quote the second message, about S3 endpoints that did not ask for it: it is the default."""
    if not knows_inbound_resolvers(endpoint):
        refuse(
            "InvalidParameter",
            f"PrivateDnsOnlyForInboundResolverEndpoint is not supported for the service {endpoint.service.name}.",
        )
    gateways = (one for one in home.endpoints.values() if one.type == "Gateway" and one.vpc_id == endpoint.vpc_id)
    if only and not any(one.service.name == endpoint.service.name and one.available for one in gateways):
        refuse(
            "InvalidParameter",
            "To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC must have a Gateway endpoint for the "
            "service.",
        )


def _on(attribute: object) -> bool:
    """moto keeps VPC attributes as the text that came."""
    return str(attribute).lower() == "true"
