# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWS answers, as resources of services. Knows CamelCase and nothing else. PRIVATE; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m

HEALTH_CHECK = {
    "protocol": "HealthCheckProtocol",
    "port": "HealthCheckPort",
    "path": "HealthCheckPath",
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "healthy_threshold": "HealthyThresholdCount",
    "unhealthy_threshold": "UnhealthyThresholdCount",
}
CONDITION_KEYS = {"host-header": "HostHeaderConfig"}


def tags_of(items: Iterable[Mapping[str, str]] | None, key: str = "Key", value: str = "Value") -> dict[str, str]:
    return {item[key]: item.get(value, "") for item in items or ()}


def log_group(item: Mapping[str, Any]) -> m.Resource:
    settings = {"retention_days": item.get("retentionInDays")}
    arn = item["arn"].removesuffix(":*")  # DescribeLogGroups adds it, the tagging calls do not take it
    return m.Resource(name=item["logGroupName"], settings=settings, arn=arn)


def target_group(item: Mapping[str, Any], tags: Mapping[str, str]) -> m.Resource:
    health = {ours: item.get(theirs) for ours, theirs in HEALTH_CHECK.items()}
    settings = {
        "protocol": item["Protocol"],
        "vpc_id": item.get("VpcId"),
        "health_check": {**health, "matcher": (item.get("Matcher") or {}).get("HttpCode")},
        "attributes": tags.get(m.ATTRIBUTES_TAG),
    }
    facts = {"load_balancer_arns": tuple(item.get("LoadBalancerArns") or ())}
    return m.Resource(
        name=item["TargetGroupName"], settings=settings, tags=tags, arn=item["TargetGroupArn"], facts=facts
    )


def rule(
    item: Mapping[str, Any], tags: Mapping[str, str], listener_arn: str, variants: Mapping[str, str]
) -> m.Resource:
    """`variants` says which variant a target group's ARN is of."""
    hosts = sorted(host for c in item["Conditions"] if c["Field"] == "host-header" for host in _values(c))
    others = sorted(c["Field"] for c in item["Conditions"] if c["Field"] != "host-header")
    weights = {variants.get(arn, arn): weight for arn, weight in forwarded(item["Actions"]).items()}
    settings = {"hosts": hosts, "weights": weights, **({"other_conditions": others} if others else {})}
    facts = {"listener_arn": listener_arn, "priority": item["Priority"], "actions": item["Actions"]}
    return m.Resource(
        name=tags.get("Name", item["RuleArn"]), settings=settings, tags=tags, arn=item["RuleArn"], facts=facts
    )


def _values(condition: Mapping[str, Any]) -> list[str]:
    """Old rules have Values, newer ones a config of their kind, most have both."""
    config = condition.get(CONDITION_KEYS.get(condition["Field"], ""), {})
    return list(config.get("Values") or condition.get("Values") or ())


def forwarded(actions: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Weight by target group ARN. A forward to one group may come without ForwardConfig."""
    for action in actions:
        if action["Type"] == "forward":
            groups = (action.get("ForwardConfig") or {}).get("TargetGroups")
            if groups:
                return {group["TargetGroupArn"]: group.get("Weight", 1) for group in groups}
            return {action["TargetGroupArn"]: 1}
    return {}


def ecs_service(item: Mapping[str, Any]) -> m.Resource:
    tags = tags_of(item.get("tags"), "key", "value")
    network = (item.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    balancer = next(iter(item.get("loadBalancers") or ()), {})
    breaker = (item.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
    settings = {
        "desired_count": item["desiredCount"],
        "task_definition": recorded_fingerprint(item["taskDefinition"], tags),
        "subnet_ids": sorted(network.get("subnets") or ()),
        "security_group_ids": sorted(network.get("securityGroups") or ()),
        "target_group": target_group_name(balancer.get("targetGroupArn")),
        "container_port": balancer.get("containerPort"),
        "circuit_breaker": {key: bool(breaker.get(key)) for key in ("enable", "rollback")},
        "health_check_grace_seconds": item.get("healthCheckGracePeriodSeconds", 0),
    }
    return m.Resource(
        name=item["serviceName"], settings=settings, tags=tags, arn=item["serviceArn"], facts=_facts(item)
    )


def _facts(item: Mapping[str, Any]) -> dict[str, Any]:
    primary = next((d for d in item.get("deployments") or () if d["status"] == "PRIMARY"), {})
    return {
        "status": item["status"],
        "task_definition_arn": item["taskDefinition"],
        "running": item.get("runningCount", 0),
        "pending": item.get("pendingCount", 0),
        "deployments": len(item.get("deployments") or ()),
        "rollout": primary.get("rolloutState"),
        "rollout_reason": primary.get("rolloutStateReason", ""),
        "last_event": next((event["message"] for event in item.get("events") or ()), ""),
    }


DEFINITION_KEYS = (
    "family",
    "networkMode",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "executionRoleArn",
    "taskRoleArn",
)
CONTAINER_KEYS = ("name", "image", "essential", "portMappings", "environment", "logConfiguration", "command")


def task_definition(item: Mapping[str, Any]) -> dict[str, Any]:
    """Only what we set: AWS adds a dozen empty lists and zeros of its own."""
    containers = [
        {key: container[key] for key in CONTAINER_KEYS if container.get(key) not in (None, [])}
        for container in item.get("containerDefinitions", ())
    ]
    settings = {key: item[key] for key in DEFINITION_KEYS if item.get(key)}
    return {**settings, "containerDefinitions": containers}


def target_group_name(arn: str | None) -> str | None:
    """arn:aws:elasticloadbalancing:<region>:<account>:targetgroup/<name>/<id>"""
    return arn.split("/")[1] if arn else None


def revision_of(task_definition_arn: str) -> str:
    return task_definition_arn.rpartition(":")[2]


def task_definition_tag(task_definition_arn: str, print_of_settings: str) -> str:
    return f"{revision_of(task_definition_arn)}@{print_of_settings}"


def recorded_fingerprint(task_definition_arn: str, tags: Mapping[str, str]) -> str:
    """The fingerprint in the tag, when it speaks of the revision that is live."""
    revision, _at, print_of_settings = tags.get(m.TASK_DEFINITION_TAG, "").partition("@")
    live = revision_of(task_definition_arn)
    return print_of_settings if revision == live else f"revision {live}"
