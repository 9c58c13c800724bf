# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Our settings in AWS's words. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.current import HEALTH_CHECK
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wish import Place


def ecs_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """ECS writes its tags in lower case, unlike everybody else."""
    return [{"key": key, "value": value} for key, value in sorted(tags.items())]


def health_check(settings: Mapping[str, Any]) -> dict[str, Any]:
    checks = settings["health_check"]
    return {
        **{theirs: checks[ours] for ours, theirs in HEALTH_CHECK.items()},
        "Matcher": {"HttpCode": checks["matcher"]},
    }


def target_group(resource: m.Resource) -> dict[str, Any]:
    settings = resource.settings
    return {
        "Protocol": settings["protocol"],
        "Port": resource.facts["port"],
        "VpcId": settings["vpc_id"],
        **health_check(settings),
    }


def conditions(resource: m.Resource) -> list[dict[str, Any]]:
    return [{"Field": "host-header", "HostHeaderConfig": {"Values": list(resource.settings["hosts"])}}]


def forward(weights: Mapping[str, int], arns: Mapping[str, str]) -> dict[str, Any]:
    groups = [{"TargetGroupArn": arns[variant], "Weight": weight} for variant, weight in sorted(weights.items())]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}


def actions_with(
    live: list[dict[str, Any]], weights: Mapping[str, int], arns: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The live actions with another forward: ModifyRule replaces them all, so an authentication must be sent back.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyRule.html
    """
    return [_with_groups(action, forward(weights, arns)) if action["Type"] == "forward" else action for action in live]


def _with_groups(action: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    stickiness = (action.get("ForwardConfig") or {}).get("TargetGroupStickinessConfig")
    config = {**wanted["ForwardConfig"], **({"TargetGroupStickinessConfig": stickiness} if stickiness else {})}
    order = {"Order": action["Order"]} if "Order" in action else {}
    return {"Type": "forward", **order, "ForwardConfig": config}


def ecs_settings(resource: m.Resource, target_group_arn: str) -> dict[str, dict[str, Any]]:
    """What each of our settings is for CreateService and UpdateService, less the task definition."""
    s = resource.settings
    container = resource.tags[m.SERVICE_TAG]
    network = {
        "awsvpcConfiguration": {
            "subnets": list(s["subnet_ids"]),
            "securityGroups": list(s["security_group_ids"]),
            "assignPublicIp": "DISABLED",
        }
    }
    balancer = {"targetGroupArn": target_group_arn, "containerName": container, "containerPort": s["container_port"]}
    return {
        "desired_count": {"desiredCount": s["desired_count"]},
        "subnet_ids": {"networkConfiguration": network},
        "security_group_ids": {"networkConfiguration": network},
        "target_group": {"loadBalancers": [balancer]},
        "container_port": {"loadBalancers": [balancer]},
        "circuit_breaker": {"deploymentConfiguration": {"deploymentCircuitBreaker": dict(s["circuit_breaker"])}},
        "health_check_grace_seconds": {"healthCheckGracePeriodSeconds": s["health_check_grace_seconds"]},
    }


def new_service(
    place: Place, resource: m.Resource, target_group_arn: str, tags: Mapping[str, str], token: str
) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in ecs_settings(resource, target_group_arn).values():
        merged |= part
    return {
        "cluster": place.cluster,
        "serviceName": resource.name,
        "launchType": "FARGATE",
        "propagateTags": "SERVICE",
        "clientToken": token,
        "tags": ecs_tags(tags),
        **merged,
    }


def changed_service(resource: m.Resource, target_group_arn: str, keys: Collection[str]) -> dict[str, Any]:
    """Only what differs: what UpdateService is not told stays, and load balancers told again are a new deployment."""
    merged: dict[str, Any] = {}
    for key, part in ecs_settings(resource, target_group_arn).items():
        if key in keys:
            merged |= part
    return merged
