# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWS answers, as resources of services. Knows CamelCase and nothing else. PRIVATE; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._fingerprint import print_in
from ansible_collections.twoway.privatelink.plugins.module_utils._rule_actions import forwarded, stickiness
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
CONDITION_KEYS = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    "http-header": "HttpHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "source-ip": "SourceIpConfig",
}


def tags_of(items: Iterable[Mapping[str, str]] | None, key: str = "Key", value: str = "Value") -> dict[str, str]:
    return {item[key]: item.get(value, "") for item in items or ()}


def log_group(item: Mapping[str, Any]) -> m.Resource:
    settings = {"retention_days": item.get("retentionInDays")}
    arn = item["arn"].removesuffix(":*")  # DescribeLogGroups adds it, the tagging calls do not take it
    return m.Resource(name=item["logGroupName"], settings=settings, tags=None, arn=arn)


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
    weights = {variants.get(arn, arn): weight for arn, weight in forwarded(item["Actions"]).items()}
    settings = {
        "conditions": conditions(item["Conditions"]),
        "weights": weights,
        "sticky_seconds": sticky_seconds(item["Actions"]),
    }
    facts = {"listener_arn": listener_arn, "priority": item["Priority"], "actions": item["Actions"]}
    return m.Resource(
        name=tags.get("Name", item["RuleArn"]), settings=settings, tags=tags, arn=item["RuleArn"], facts=facts
    )


def conditions(items: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Values by field, a header's field with its name. What we never ask for is there too, so that it differs."""
    found: dict[str, list[str]] = {}
    for item in items:
        config = item.get(CONDITION_KEYS.get(item["Field"], ""), {})
        name = config.get("HttpHeaderName", "").lower()
        field = f"{item['Field']} {name}" if name else item["Field"]
        # Old rules have Values, newer ones a config of their kind, most have both.
        values = config.get("Values") or item.get("Values") or config.get("RegexValues") or [str(dict(item))]
        found[field] = sorted([*found.get(field, ()), *values])
    return found


def sticky_seconds(actions: Iterable[Mapping[str, Any]]) -> int:
    """0 where the choice between target groups is made anew for each request."""
    config = stickiness(actions)
    return config["DurationSeconds"] if config.get("Enabled") else 0


def test_rule(item: Mapping[str, Any], tags: Mapping[str, str]) -> m.Resource:
    """Sends testers to the canary. It is canary_weights' and only goes with the canary."""
    facts = {"priority": item["Priority"]}
    return m.Resource(name=tags.get("Name", item["RuleArn"]), settings={}, tags=None, arn=item["RuleArn"], facts=facts)


def ecs_service(item: Mapping[str, Any]) -> m.Resource:
    tags = tags_of(item.get("tags"), "key", "value")
    network = (item.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    balancer = next(iter(item.get("loadBalancers") or ()), {})
    deployment = item.get("deploymentConfiguration") or {}
    breaker = deployment.get("deploymentCircuitBreaker") or {}
    settings = {
        "desired_count": item["desiredCount"],
        "task_definition": recorded_fingerprint(item["taskDefinition"], tags),
        "subnet_ids": sorted(network.get("subnets") or ()),
        "security_group_ids": sorted(network.get("securityGroups") or ()),
        "target_group": target_group_name(balancer.get("targetGroupArn")),
        "container_port": balancer.get("containerPort"),
        "deployment": {
            "circuit_breaker": {key: bool(breaker.get(key)) for key in ("enable", "rollback")},
            "minimum_healthy_percent": deployment.get("minimumHealthyPercent"),
            "maximum_percent": deployment.get("maximumPercent"),
        },
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
CONTAINER_KEYS = ("name", "image", "essential", "command")


def task_definition(item: Mapping[str, Any]) -> dict[str, Any]:
    """Only what we set, in our order: AWS adds a dozen empty lists and zeros of its own."""
    containers = [_container(container) for container in item.get("containerDefinitions", ())]
    settings = {key: item[key] for key in DEFINITION_KEYS if item.get(key)}
    return {**settings, "containerDefinitions": containers}


def _container(item: Mapping[str, Any]) -> dict[str, Any]:
    log = item.get("logConfiguration") or {}
    secrets = sorted(item.get("secrets") or (), key=lambda one: one["name"])
    return {
        **{key: item[key] for key in CONTAINER_KEYS if item.get(key) not in (None, [])},
        # With awsvpc the host's port is the container's; AWS writes it down.
        "portMappings": [
            {"containerPort": one["containerPort"], "protocol": one.get("protocol", "tcp")}
            for one in item.get("portMappings") or ()
        ],
        "environment": sorted(item.get("environment") or (), key=lambda one: one["name"]),
        "logConfiguration": {"logDriver": log.get("logDriver"), "options": log.get("options") or {}},
        **({"secrets": secrets} if secrets else {}),
    }


def scaling(target: Mapping[str, Any], policies: Iterable[Mapping[str, Any]]) -> m.Resource:
    """Policies of another kind than ours have no target, so that they differ."""
    policies = tuple(policies)
    settings = {
        "min": target["MinCapacity"],
        "max": target["MaxCapacity"],
        "policies": {item["PolicyName"]: _policy(item) for item in policies},
    }
    return m.Resource(
        name=target["ResourceId"],
        settings=settings,
        tags=None,
        arn=target.get("ScalableTargetARN"),
        facts={"labels": {item["PolicyName"]: label for item in policies if (label := _metric(item)[1])}},
    )


def _policy(item: Mapping[str, Any]) -> dict[str, Any]:
    tracking = item.get("TargetTrackingScalingPolicyConfiguration") or {}
    return {
        "metric": _metric(item)[0],
        "target": tracking.get("TargetValue"),
        "scale_in": not tracking.get("DisableScaleIn", False),
        "scale_in_cooldown": tracking.get("ScaleInCooldown"),
        "scale_out_cooldown": tracking.get("ScaleOutCooldown"),
    }


def _metric(item: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Its type, and what it counts the requests of."""
    tracking = item.get("TargetTrackingScalingPolicyConfiguration") or {}
    metric = tracking.get("PredefinedMetricSpecification") or {}
    return metric.get("PredefinedMetricType"), metric.get("ResourceLabel")


def role(item: Mapping[str, Any]) -> m.Resource:
    """Its policies are told one at a time."""
    settings = {"trust": item["AssumeRolePolicyDocument"]}
    facts = {"print": print_in(item.get("Description"))}
    return m.Resource(name=item["RoleName"], settings=settings, tags=None, arn=item["Arn"], facts=facts)


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
