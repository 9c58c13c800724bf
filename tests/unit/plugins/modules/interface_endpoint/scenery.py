"""What the tests of this folder say again and again."""

from __future__ import annotations

from itertools import groupby
from typing import Any

MODULE, HERE, PROVIDER = "interface_endpoint", "public", "isolated"
REGION = "ap-northeast-1"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "public"}
LIST, CREATE, MODIFY, DELETE = "DescribeVpcEndpoints", "CreateVpcEndpoint", "ModifyVpcEndpoint", "DeleteVpcEndpoints"
SUBNETS, SERVICES, INTERFACES = "DescribeSubnets", "DescribeVpcEndpointServices", "DescribeNetworkInterfaces"
READ_ONLY = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ssm:Get*", "Resource": "*"}]}
# https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
ZONES = ("apne1-az1", "apne1-az2", "apne1-az4")


def aws(short_name: str) -> str:
    return f"com.amazonaws.{REGION}.{short_name}"


def verbs(result: dict[str, Any]) -> list[str]:
    return [action["verb"] for action in result["actions"]]


def log(calls: list[str]) -> list[str]:
    """The whole of it; a call that is made again and again, as a wait does, once."""
    return [action for action, _again in groupby(calls)]


def as_foretold(run: Any, **wanted: Any) -> dict[str, Any]:
    """The result of a run that did what a dry run had said."""
    forecast = run(MODULE, HERE, check=True, **wanted)
    result = run(MODULE, HERE, **wanted)
    assert (result["diff"], result["actions"]) == (forecast["diff"], forecast["actions"])
    return result


def add_subnet(ec2: Any, vpc_id: str, zone_id: str, number: int) -> str:
    made = ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{number}.0/24", AvailabilityZoneId=zone_id)
    return made["Subnet"]["SubnetId"]


def tagged(tags: dict[str, str]) -> list[dict[str, Any]]:
    """TagSpecifications of an endpoint."""
    return [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}]
