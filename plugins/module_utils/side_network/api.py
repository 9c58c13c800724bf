# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2's calls for a side's network. PRIVATE to the collection.

Reading is by owner tags, six calls whatever the size. What is on its way out counts as gone.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import (
    ansible_dict_to_boto3_tag_list,
    boto3_tag_specifications,
)
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import ErrorHandler, aws_call, pages, unless_new

ANYWHERE = "0.0.0.0/0"
IDS = {"vpc": "VpcId", "internet_gateway": "InternetGatewayId", "address": "AllocationId"}
NEW = (
    "InvalidVpcID.NotFound",
    "InvalidSubnetID.NotFound",
    "InvalidInternetGatewayID.NotFound",
    "InvalidAllocationID.NotFound",
    "InvalidNatGatewayID.NotFound",
    "InvalidRouteTableID.NotFound",
)


class Missing(ErrorHandler):
    @classmethod
    def _is_missing(cls) -> Any:
        return is_boto3_error_code(
            [
                "InvalidVpcID.NotFound",
                "InvalidSubnetID.NotFound",
                "InvalidInternetGatewayID.NotFound",
                "InvalidAllocationID.NotFound",
                "NatGatewayNotFound",
                "InvalidRouteTableID.NotFound",
                "InvalidAssociationID.NotFound",
                "Gateway.NotAttached",
            ]
        )


@aws_call("describe vpcs")
def vpcs(client: Any, filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(pages(client.describe_vpcs, "Vpcs", Filters=filters))


@aws_call("describe attribute {attribute} of {vpc_id}")
def vpc_attribute(client: Any, vpc_id: str, attribute: str) -> bool:
    answer = client.describe_vpc_attribute(VpcId=vpc_id, Attribute=attribute, aws_retry=True)
    return answer[attribute[0].upper() + attribute[1:]]["Value"]


@aws_call("describe subnets")
def subnets(client: Any, filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(pages(client.describe_subnets, "Subnets", Filters=filters))


@aws_call("describe internet gateways")
def internet_gateways(client: Any, filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(pages(client.describe_internet_gateways, "InternetGateways", Filters=filters))


@aws_call("describe addresses")
def addresses(client: Any, filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return client.describe_addresses(Filters=filters, aws_retry=True)["Addresses"]


@aws_call("describe NAT gateways")
def nat_gateways(client: Any, filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    # The parameter really is called Filter here, as nowhere else in EC2.
    return list(pages(client.describe_nat_gateways, "NatGateways", Filter=filters))


@aws_call("describe route tables")
def route_tables(client: Any, filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(pages(client.describe_route_tables, "RouteTables", Filters=filters))


@aws_call("describe network interfaces")
def interfaces(client: Any, filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(pages(client.describe_network_interfaces, "NetworkInterfaces", Filters=filters))


@aws_call("describe security groups")
def security_groups(client: Any, filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(pages(client.describe_security_groups, "SecurityGroups", Filters=filters))


@aws_call("describe vpc endpoints")
def endpoints(client: Any, filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(pages(client.describe_vpc_endpoints, "VpcEndpoints", Filters=filters))


@aws_call("create vpc {cidr}")
def create_vpc(client: Any, cidr: str, tags: Mapping[str, str]) -> str:
    specifications = boto3_tag_specifications(dict(tags), ["vpc"])
    return client.create_vpc(CidrBlock=cidr, TagSpecifications=specifications, aws_retry=True)["Vpc"]["VpcId"]


@aws_call("modify vpc {vpc_id}")
@unless_new(NEW)
def modify_vpc(client: Any, vpc_id: str, attribute: str, value: bool) -> None:
    client.modify_vpc_attribute(VpcId=vpc_id, **{attribute: {"Value": value}}, aws_retry=True)


@aws_call("create subnet {cidr} in {az_id}")
@unless_new(NEW)
def create_subnet(client: Any, vpc_id: str, cidr: str, az_id: str, tags: Mapping[str, str]) -> str:
    answer = client.create_subnet(
        VpcId=vpc_id,
        CidrBlock=cidr,
        AvailabilityZoneId=az_id,
        TagSpecifications=boto3_tag_specifications(dict(tags), ["subnet"]),
        aws_retry=True,
    )
    return answer["Subnet"]["SubnetId"]


@aws_call("create internet gateway")
def create_internet_gateway(client: Any, tags: Mapping[str, str]) -> str:
    specifications = boto3_tag_specifications(dict(tags), ["internet-gateway"])
    answer = client.create_internet_gateway(TagSpecifications=specifications, aws_retry=True)
    return answer["InternetGateway"]["InternetGatewayId"]


@aws_call("attach {gateway_id} to {vpc_id}")
@unless_new(NEW)
def attach_internet_gateway(client: Any, gateway_id: str, vpc_id: str) -> None:
    client.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id, aws_retry=True)


@aws_call("allocate address")
def allocate_address(client: Any, tags: Mapping[str, str]) -> str:
    specifications = boto3_tag_specifications(dict(tags), ["elastic-ip"])
    return client.allocate_address(Domain="vpc", TagSpecifications=specifications, aws_retry=True)["AllocationId"]


@aws_call("create NAT gateway in {subnet_id}")
@unless_new(NEW)
def create_nat_gateway(client: Any, subnet_id: str, allocation_id: str, token: str, tags: Mapping[str, str]) -> str:
    answer = client.create_nat_gateway(
        SubnetId=subnet_id,
        AllocationId=allocation_id,
        ClientToken=token,
        TagSpecifications=boto3_tag_specifications(dict(tags), ["natgateway"]),
        aws_retry=True,
    )
    return answer["NatGateway"]["NatGatewayId"]


@aws_call("create route table in {vpc_id}")
@unless_new(NEW)
def create_route_table(client: Any, vpc_id: str, tags: Mapping[str, str]) -> str:
    # Of our own: botocore's is another one each time that amazon.aws calls again.
    token, specifications = uuid.uuid4().hex, boto3_tag_specifications(dict(tags), ["route-table"])
    answer = client.create_route_table(
        VpcId=vpc_id, ClientToken=token, TagSpecifications=specifications, aws_retry=True
    )
    return answer["RouteTable"]["RouteTableId"]


@aws_call("associate {subnet_id} with {table_id}")
@unless_new(NEW)
def associate(client: Any, table_id: str, subnet_id: str) -> None:
    client.associate_route_table(RouteTableId=table_id, SubnetId=subnet_id, aws_retry=True)


@aws_call("move {association_id} to {table_id}")
def replace_association(client: Any, table_id: str, association_id: str) -> None:
    client.replace_route_table_association(AssociationId=association_id, RouteTableId=table_id, aws_retry=True)


@Missing.deletion_error_handler("disassociate {association_id}")
def disassociate(client: Any, association_id: str) -> bool:
    client.disassociate_route_table(AssociationId=association_id, aws_retry=True)
    return True


@aws_call("create the default route of {table_id}")
@unless_new(NEW)
def create_default_route(client: Any, table_id: str, target: Mapping[str, str]) -> None:
    client.create_route(RouteTableId=table_id, DestinationCidrBlock=ANYWHERE, **target, aws_retry=True)


@aws_call("replace the default route of {table_id}")
def replace_default_route(client: Any, table_id: str, target: Mapping[str, str]) -> None:
    client.replace_route(RouteTableId=table_id, DestinationCidrBlock=ANYWHERE, **target, aws_retry=True)


@aws_call("delete the default route of {table_id}")
def delete_default_route(client: Any, table_id: str) -> None:
    client.delete_route(RouteTableId=table_id, DestinationCidrBlock=ANYWHERE, aws_retry=True)


@Missing.deletion_error_handler("delete route table {table_id}")
def delete_route_table(client: Any, table_id: str) -> bool:
    client.delete_route_table(RouteTableId=table_id, aws_retry=True)
    return True


@Missing.deletion_error_handler("delete NAT gateway {nat_id}")
def delete_nat_gateway(client: Any, nat_id: str) -> bool:
    client.delete_nat_gateway(NatGatewayId=nat_id, aws_retry=True)
    return True


@Missing.deletion_error_handler("release address {allocation_id}")
def release_address(client: Any, allocation_id: str) -> bool:
    client.release_address(AllocationId=allocation_id, aws_retry=True)
    return True


@Missing.deletion_error_handler("detach {gateway_id} from {vpc_id}")
def detach_internet_gateway(client: Any, gateway_id: str, vpc_id: str) -> bool:
    client.detach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id, aws_retry=True)
    return True


@Missing.deletion_error_handler("delete internet gateway {gateway_id}")
def delete_internet_gateway(client: Any, gateway_id: str) -> bool:
    client.delete_internet_gateway(InternetGatewayId=gateway_id, aws_retry=True)
    return True


@Missing.deletion_error_handler("delete subnet {subnet_id}")
def delete_subnet(client: Any, subnet_id: str) -> bool:
    client.delete_subnet(SubnetId=subnet_id, aws_retry=True)
    return True


@Missing.deletion_error_handler("delete vpc {vpc_id}")
def delete_vpc(client: Any, vpc_id: str) -> bool:
    client.delete_vpc(VpcId=vpc_id, aws_retry=True)
    return True


@aws_call("tag {resource_id}")
def set_tags(client: Any, resource_id: str, tags: Mapping[str, str]) -> None:
    client.create_tags(Resources=[resource_id], Tags=ansible_dict_to_boto3_tag_list(dict(tags)), aws_retry=True)


@aws_call("untag {resource_id}")
def unset_tags(client: Any, resource_id: str, keys: list[str]) -> None:
    client.delete_tags(Resources=[resource_id], Tags=[{"Key": key} for key in keys], aws_retry=True)
