# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a service takes to run tasks: log group, task definitions, ECS services, scaling. Pure; PRIVATE; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._fingerprint import fingerprint
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.names import cut
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.place import Place
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wanted_roles import role_arns

BREAKER = {"rollback": (True, True), "stop": (True, False), "none": (False, False)}  # (enable, rollback)
# https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
METRICS = {
    "cpu": "ECSServiceAverageCPUUtilization",
    "memory": "ECSServiceAverageMemoryUtilization",
    "requests": "ALBRequestCountPerTarget",
}


def log_group(place: Place, entry: Mapping[str, Any]) -> m.Resource:
    name = f"{place.log_group_prefix}/{entry['name']}"
    settings = {"retention_days": entry["log_retention_days"]}
    return m.Resource(name=name, settings=settings, tags=place.tags_for(name, entry["name"]))


def task_definition(place: Place, entry: Mapping[str, Any], variant: str, image: str) -> m.Resource:
    name = place.name_of(entry["name"], variant)
    settings = {
        "family": name,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": str(entry["cpu"]),
        "memory": str(entry["memory"]),
        "containerDefinitions": [_container(place, entry, variant, image)],
        **role_arns(place, entry),
    }
    return m.Resource(name=name, settings=settings, tags=place.tags_for(name, entry["name"], variant))


def _container(place: Place, entry: Mapping[str, Any], variant: str, image: str) -> dict[str, Any]:
    secrets = [{"name": name, "valueFrom": arn} for name, arn in sorted(entry["secrets"].items())]
    return {
        "name": entry["name"],
        "image": image,
        "essential": True,
        "portMappings": [{"containerPort": entry["port"], "protocol": "tcp"}],
        "environment": [{"name": key, "value": value} for key, value in sorted(_environment(place, entry).items())],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": f"{place.log_group_prefix}/{entry['name']}",
                "awslogs-region": place.region,
                "awslogs-stream-prefix": variant,
            },
        },
        **({"secrets": secrets} if secrets else {}),
        **({"command": list(entry["command"])} if entry["command"] else {}),
    }


def _environment(place: Place, entry: Mapping[str, Any]) -> dict[str, str]:
    """The entry's own wins over what all have; ECS takes no name that is a secret's too."""
    wanted = {
        **place.environment,
        **place.way_out(entry["name"]).environment,
        **entry["environment"],
    }
    return {key: value for key, value in wanted.items() if key not in entry["secrets"]}


def ecs_service(place: Place, entry: Mapping[str, Any], variant: str, definition: m.Resource) -> m.Resource:
    """The desired count is None where AWS chooses it: then `starts_with` says how many tasks there are at first."""
    name = place.name_of(entry["name"], variant)
    count = starting_count(entry, variant)
    enable, rollback = BREAKER[entry["deployment"]["circuit_breaker"]]
    settings = {
        "desired_count": None if variant == m.STABLE and is_scaled(entry) else count,
        "task_definition": fingerprint(definition.settings),
        "subnet_ids": list(place.subnet_ids),
        "security_group_ids": place.groups_for(entry["name"]),
        "target_group": cut(name),
        "container_port": entry["port"],
        "deployment": {
            "circuit_breaker": {"enable": enable, "rollback": rollback},
            "minimum_healthy_percent": entry["deployment"]["minimum_healthy_percent"],
            "maximum_percent": entry["deployment"]["maximum_percent"],
        },
        "health_check_grace_seconds": entry["health_check"]["grace_period"],
    }
    tags = place.tags_for(name, entry["name"], variant)
    return m.Resource(name=name, settings=settings, tags=tags, facts={"starts_with": count})


def starting_count(entry: Mapping[str, Any], variant: str) -> int:
    if not entry["enabled"]:
        return 0
    if variant == m.CANARY:
        return entry["canary"]["desired_count"]
    scaling = entry["autoscaling"]
    count = entry["desired_count"]
    return max(scaling["min"], min(scaling["max"], count)) if scaling else count


def is_scaled(entry: Mapping[str, Any]) -> bool:
    """Whether AWS chooses the count. A service that is switched off stays off."""
    return bool(entry["autoscaling"]) and entry["enabled"]


def scaling(place: Place, entry: Mapping[str, Any]) -> m.Resource:
    wanted = entry["autoscaling"]
    service = place.name_of(entry["name"], m.STABLE)
    policies = {
        f"{service}-{key}": {
            "metric": metric,
            "target": float(wanted[key]),
            "scale_in": wanted["scale_in"],
            "scale_in_cooldown": wanted["scale_in_cooldown"],
            "scale_out_cooldown": wanted["scale_out_cooldown"],
        }
        for key, metric in METRICS.items()
        if wanted[key] is not None
    }
    settings = {"min": wanted["min"], "max": wanted["max"], "policies": policies}
    return m.Resource(name=f"service/{place.cluster}/{service}", settings=settings, tags=None)


def version_of(image: str) -> str:
    """The tag of an image, the head of its digest, or latest."""
    reference, _at, digest = image.partition("@")
    tag = reference.rpartition("/")[2].partition(":")[2]
    return tag or (digest.partition(":")[2][:12] if digest else "latest")
