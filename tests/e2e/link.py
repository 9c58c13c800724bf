"""Finds the parts of the built link in both accounts, by name and tag, with plain boto3."""

from __future__ import annotations

import json
from typing import Any

from . import sandbox


def _named(name: str) -> list[dict[str, Any]]:
    return [
        {"Name": "tag:privatelink:link", "Values": [sandbox.LINK]},
        {"Name": "tag:Name", "Values": [f"{sandbox.LINK}-{name}"]},
    ]


def security_group(side: str, name: str) -> dict[str, Any]:
    (found,) = sandbox.client(side, "ec2").describe_security_groups(Filters=_named(name))["SecurityGroups"]
    return found


def endpoint(side: str, name: str) -> dict[str, Any]:
    (found,) = sandbox.client(side, "ec2").describe_vpc_endpoints(Filters=_named(name))["VpcEndpoints"]
    return found


def endpoint_service(side: str, name: str) -> dict[str, Any]:
    ec2 = sandbox.client(side, "ec2")
    (found,) = ec2.describe_vpc_endpoint_service_configurations(Filters=_named(name))["ServiceConfigurations"]
    return found


def egress_profiles() -> list[dict[str, Any]]:
    """As the reverse proxies are told of them, each with its port and the name of its parameter."""
    ssm = sandbox.client("public", "ssm")
    told = sandbox.pages(
        ssm, "get_parameters_by_path", "Parameters", Path=f"/twoway/{sandbox.LINK}/reverse-proxy/profiles"
    )
    return [
        {"name": one["Name"], "port": int(one["Name"].rpartition("/")[2]), **json.loads(one["Value"])} for one in told
    ]


def load_balancer(side: str, name: str) -> dict[str, Any]:
    elbv2 = sandbox.client(side, "elbv2")
    (found,) = elbv2.describe_load_balancers(Names=[f"{sandbox.LINK}-{name}"])["LoadBalancers"]
    return found


def listener(side: str, name: str, port: int) -> dict[str, Any]:
    arn = load_balancer(side, name)["LoadBalancerArn"]
    listeners = sandbox.client(side, "elbv2").describe_listeners(LoadBalancerArn=arn)["Listeners"]
    (found,) = (one for one in listeners if one["Port"] == port)
    return found


def target_group(side: str, name: str) -> dict[str, Any]:
    elbv2 = sandbox.client(side, "elbv2")
    (found,) = elbv2.describe_target_groups(Names=[f"{sandbox.LINK}-{name}"])["TargetGroups"]
    return found
