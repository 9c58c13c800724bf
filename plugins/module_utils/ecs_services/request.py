# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Our settings in AWS's words. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._rule_actions import FORWARD, with_forward
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.current import (
    CONDITION_KEYS,
    HEALTH_CHECK,
)


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
    found = []
    for field, values in resource.settings["conditions"].items():
        kind, _blank, header = field.partition(" ")
        config = {"Values": list(values), **({"HttpHeaderName": header} if header else {})}
        found.append({"Field": kind, CONDITION_KEYS[kind]: config})
    return found


def forward(weights: Mapping[str, int], arns: Mapping[str, str], sticky_seconds: int) -> list[dict[str, Any]]:
    """The actions of a new rule."""
    return actions_with([{"Type": FORWARD}], weights, arns, sticky_seconds)


def actions_with(
    live: Sequence[Mapping[str, Any]],
    weights: Mapping[str, int],
    arns: Mapping[str, str],
    sticky_seconds: int | None = None,
) -> list[dict[str, Any]]:
    """The live actions with another forward; `sticky_seconds` None keeps its stickiness.

    Of a rule that does not forward the last action is replaced: it is the one that answers. A group that is none of
    our variants is known by its ARN alone.
    """
    if not any(action["Type"] == FORWARD for action in live):
        order = {key: value for key, value in live[-1].items() if key == "Order"}
        live = [*live[:-1], {"Type": FORWARD, **order}]
    sticky = {"Enabled": True, "DurationSeconds": sticky_seconds} if sticky_seconds else {"Enabled": False}
    by_arn = {arns.get(key, key): weight for key, weight in sorted(weights.items())}
    return with_forward(live, by_arn, None if sticky_seconds is None else sticky)


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
    deployment = {
        "deploymentCircuitBreaker": dict(s["deployment"]["circuit_breaker"]),
        "minimumHealthyPercent": s["deployment"]["minimum_healthy_percent"],
        "maximumPercent": s["deployment"]["maximum_percent"],
    }
    return {
        "desired_count": {"desiredCount": s["desired_count"]},
        "subnet_ids": {"networkConfiguration": network},
        "security_group_ids": {"networkConfiguration": network},
        "target_group": {"loadBalancers": [balancer]},
        "container_port": {"loadBalancers": [balancer]},
        "deployment": {"deploymentConfiguration": deployment},
        "health_check_grace_seconds": {"healthCheckGracePeriodSeconds": s["health_check_grace_seconds"]},
    }


def new_service(
    cluster: str, resource: m.Resource, target_group_arn: str, tags: Mapping[str, str], token: str
) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in ecs_settings(resource, target_group_arn).values():
        merged |= part
    return {
        "cluster": cluster,
        "serviceName": resource.name,
        "launchType": "FARGATE",
        "propagateTags": "SERVICE",
        "clientToken": token,
        "tags": ecs_tags(tags),
        **merged,
        "desiredCount": resource.facts["starts_with"],
    }


def changed_service(resource: m.Resource, target_group_arn: str, keys: Collection[str]) -> dict[str, Any]:
    """Only what differs: what UpdateService is not told stays, and load balancers told again are a new deployment."""
    merged: dict[str, Any] = {}
    for key, part in ecs_settings(resource, target_group_arn).items():
        if key in keys:
            merged |= part
    return merged


def scaling_policy(name: str, target: str, policy: Mapping[str, Any], label: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html"""
    counted = policy["metric"] == "ALBRequestCountPerTarget"
    metric = {"PredefinedMetricType": policy["metric"], **({"ResourceLabel": label} if counted else {})}
    return {
        "PolicyName": name,
        "ResourceId": target,
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": policy["target"],
            "PredefinedMetricSpecification": metric,
            "DisableScaleIn": not policy["scale_in"],
            "ScaleInCooldown": policy["scale_in_cooldown"],
            "ScaleOutCooldown": policy["scale_out_cooldown"],
        },
    }


def request_label(listener_arn: str, target_group_arn: str) -> str:
    """app/<name>/<id>/targetgroup/<name>/<id>, cut out of the ARNs of the listener and of the group."""
    balancer = "/".join(listener_arn.partition(":listener/")[2].split("/")[:3])
    return f"{balancer}/{target_group_arn.rpartition(':')[2]}"
