"""What the tests of this folder build and ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

AZ_IDS = ("apne1-az1", "apne1-az4")


@dataclass(frozen=True, kw_only=True)
class Network:
    """A VPC with one subnet in each of AZ_IDS (10.0.0.0/24, 10.0.1.0/24) and a security group."""

    vpc_id: str
    subnet_ids: tuple[str, ...]
    group_id: str


def make_network(ec2: Any) -> Network:
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{number}.0/24", AvailabilityZoneId=zone_id)["Subnet"]
        for number, zone_id in enumerate(AZ_IDS)
    ]
    group = ec2.create_security_group(GroupName="endpoints", Description="endpoints", VpcId=vpc_id)
    return Network(vpc_id=vpc_id, subnet_ids=tuple(subnet["SubnetId"] for subnet in subnets), group_id=group["GroupId"])


def make_load_balancer(elbv2: Any, network: Network, name: str = "inbound", kind: str = "network") -> str:
    made = elbv2.create_load_balancer(Name=name, Type=kind, Scheme="internal", Subnets=list(network.subnet_ids))
    return made["LoadBalancers"][0]["LoadBalancerArn"]


def admit(provider: Any, service: dict[str, Any], principal: str) -> None:
    provider.modify_vpc_endpoint_service_permissions(ServiceId=service["ServiceId"], AddAllowedPrincipals=[principal])


def make_endpoint(consumer: Any, network: Network, service_name: str, **more: Any) -> dict[str, Any]:
    wanted = {"SubnetIds": list(network.subnet_ids), "SecurityGroupIds": [network.group_id]} | more
    made = consumer.create_vpc_endpoint(
        VpcId=network.vpc_id, ServiceName=service_name, VpcEndpointType="Interface", **wanted
    )
    return made["VpcEndpoint"]


def state_of(consumer: Any, endpoint: dict[str, Any]) -> str:
    found = consumer.describe_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    return found["VpcEndpoints"][0]["State"]


def error_of(call: Any, **params: Any) -> tuple[str, str]:
    """The AWS error code and message that the call ends in."""
    with pytest.raises(ClientError) as refused:
        call(**params)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]
