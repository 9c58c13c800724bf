"""All that AWS tells of what is theirs, in both accounts. JSON, so that two snapshots compare."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from e2e import sandbox

OURS = "privatelink:link"
# What changes by itself, or is AWS's count of what is in a subnet.
MOVES = {"AvailableIpAddressCount", "ResponseMetadata", "LastModifiedTime", "ETag"}


def take() -> dict[str, Any]:
    told = {side: {**_network(side), **_balancing(side), **_running(side)} for side in sandbox.SIDES}
    cloudfront = sandbox.client("public", "cloudfront")
    told["cloudfront"] = [
        cloudfront.get_distribution(Id=one["Id"])
        for one in cloudfront.list_distributions()["DistributionList"].get("Items", [])
    ]
    return json.loads(json.dumps(_still(told), default=str, sort_keys=True))


def _network(side: str) -> dict[str, Any]:
    ec2 = sandbox.client(side, "ec2")
    found = {
        key: _theirs(sandbox.pages(ec2, operation, key))
        for operation, key in (
            ("describe_vpcs", "Vpcs"),
            ("describe_subnets", "Subnets"),
            ("describe_route_tables", "RouteTables"),
            ("describe_internet_gateways", "InternetGateways"),
            ("describe_nat_gateways", "NatGateways"),
            ("describe_security_groups", "SecurityGroups"),
            ("describe_vpc_endpoints", "VpcEndpoints"),
            ("describe_launch_templates", "LaunchTemplates"),
        )
    }
    found["attributes"] = [
        ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=name)
        for vpc in found["Vpcs"]
        for name in ("enableDnsSupport", "enableDnsHostnames")
    ]
    return found


def _balancing(side: str) -> dict[str, Any]:
    elbv2 = sandbox.client(side, "elbv2")
    balancers = _untagged(elbv2, sandbox.pages(elbv2, "describe_load_balancers", "LoadBalancers"), "LoadBalancerArn")
    groups = _untagged(elbv2, sandbox.pages(elbv2, "describe_target_groups", "TargetGroups"), "TargetGroupArn")
    return {
        "balancers": balancers,
        "attributes of balancers": [
            elbv2.describe_load_balancer_attributes(LoadBalancerArn=one["LoadBalancerArn"])["Attributes"]
            for one in balancers
        ],
        "listeners": [
            sandbox.pages(elbv2, "describe_listeners", "Listeners", LoadBalancerArn=one["LoadBalancerArn"])
            for one in balancers
        ],
        "target groups": groups,
        "targets": [[health["Target"] for health in _health(elbv2, one["TargetGroupArn"])] for one in groups],
    }


def _running(side: str) -> dict[str, Any]:
    ec2, autoscaling = sandbox.client(side, "ec2"), sandbox.client(side, "autoscaling")
    reservations = sandbox.pages(ec2, "describe_instances", "Reservations")
    groups = sandbox.pages(autoscaling, "describe_auto_scaling_groups", "AutoScalingGroups")
    instances = _theirs(one for reservation in reservations for one in reservation["Instances"])
    return {"instances": instances, "auto scaling": _theirs(groups)}


def _theirs(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for item in items if OURS not in sandbox.tags_of(item)]


def _untagged(elbv2: Any, items: list[dict[str, Any]], identity: str) -> list[dict[str, Any]]:
    """With their tags, which describe_load_balancers does not tell."""
    arns = [item[identity] for item in items]
    tags = [one for start in range(0, len(arns), 20) for one in _tags(elbv2, arns[start : start + 20])]
    by_arn = {one["ResourceArn"]: one["Tags"] for one in tags}
    return _theirs({**item, "Tags": by_arn[item[identity]]} for item in items)


def _tags(elbv2: Any, arns: list[str]) -> list[dict[str, Any]]:
    return elbv2.describe_tags(ResourceArns=arns)["TagDescriptions"] if arns else []


def _health(elbv2: Any, arn: str) -> list[dict[str, Any]]:
    return elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]


def _still(told: Any) -> Any:
    if isinstance(told, dict):
        return {key: _still(value) for key, value in told.items() if key not in MOVES}
    return [_still(one) for one in told] if isinstance(told, list) else told
