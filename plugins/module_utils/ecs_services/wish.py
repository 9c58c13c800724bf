# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a task asks for, as the resources it takes. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known, known_all, unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import LINK, NAME, SIDE
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.names import as_text, cut, fingerprint
from ansible_collections.twoway.privatelink.plugins.module_utils.link.services import service_catalog

ROLE_TAG = "privatelink:role"
ROLE = "ecs_services"

# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
DEFAULT_ATTRIBUTES = {"deregistration_delay.timeout_seconds": "300"}
# A task gets this long before a failing load balancer health check counts against it.
GRACE_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where all services of a link run."""

    link: str
    side: str
    region: str
    cluster: str
    vpc_id: str | None
    subnet_ids: tuple[str | None, ...]
    security_group_ids: tuple[str | None, ...]
    execution_role_arn: str | None
    task_role_arn: str | None
    log_group_prefix: str
    environment: Mapping[str, str]
    outbound_environment: Mapping[str, str]
    tags: Mapping[str, str]

    def owner_tags(self) -> dict[str, str]:
        return {LINK: self.link, SIDE: self.side, ROLE_TAG: ROLE}

    def tags_for(self, name: str, service: str, variant: str = "") -> dict[str, str]:
        variants = {m.VARIANT_TAG: variant} if variant else {}
        return {**self.tags, **self.owner_tags(), m.SERVICE_TAG: service, **variants, NAME: name}

    def name_of(self, service: str, variant: str) -> str:
        return f"{self.link}-{service}-{variant}"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The whole task."""

    place: Place
    shards: tuple[m.Shard, ...]
    services: Mapping[str, m.Service]
    present: bool
    purge: bool
    wait: bool
    wait_timeout: float
    unknown: tuple[str, ...]

    @classmethod
    def from_params(cls, params: Mapping[str, Any], region: str) -> Wish:
        place = _place(params, region)
        present = params["state"] == "present"
        entries = service_catalog(params["services"], params["link_domain"]) if present else []
        return cls(
            place=place,
            shards=tuple(
                m.Shard(number=shard["number"], listener_arn=known(shard["listener_arn"]), port=shard["port"])
                for shard in params["shards"] or ()
            ),
            services={entry["name"]: wanted_service(place, entry) for entry in entries},
            present=present,
            purge=params["purge_services"],
            wait=params["wait"],
            wait_timeout=params["wait_timeout"],
            unknown=_unknown(params) if present and entries else (),
        )


def _place(params: Mapping[str, Any], region: str) -> Place:
    return Place(
        link=params["link"],
        side=params["side"],
        region=region,
        cluster=params["cluster"],
        vpc_id=known(params["vpc_id"]),
        subnet_ids=known_all(params["subnet_ids"]) or (),
        security_group_ids=known_all(params["security_group_ids"]) or (),
        execution_role_arn=known(params["execution_role_arn"]),
        task_role_arn=known(params["task_role_arn"]),
        log_group_prefix=params["log_group_prefix"] or f"/twoway/{params['link']}/services",
        environment=_texts(params["environment"]),
        outbound_environment=_texts(params["outbound_environment"]),
        tags=_texts(params["tags"]),
    )


def _texts(values: Mapping[str, Any] | None) -> dict[str, str]:
    return {str(key): "" if value is None else str(value) for key, value in (values or {}).items()}


def _unknown(params: Mapping[str, Any]) -> tuple[str, ...]:
    return unknown_options(
        vpc_id=params["vpc_id"],
        subnet_ids=params["subnet_ids"] or (None,),
        security_group_ids=params["security_group_ids"] or (None,),
        execution_role_arn=params["execution_role_arn"],
        shards=[shard["listener_arn"] for shard in params["shards"] or ()] or (None,),
    )


def wanted_service(place: Place, entry: Mapping[str, Any]) -> m.Service:
    """Every resource a complete entry takes, by slot."""
    images = {m.STABLE: entry["image"]}
    if entry["canary"]:
        images[m.CANARY] = entry["canary"]["image"]
    resources = {m.slot(m.LOG_GROUP): log_group(place, entry), m.slot(m.RULE): rule(place, entry)}
    for variant, image in images.items():
        definition = task_definition(place, entry, variant, image)
        resources[m.slot(m.TARGET_GROUP, variant)] = target_group(place, entry, variant)
        resources[m.slot(m.TASK_DEFINITION, variant)] = definition
        resources[m.slot(m.ECS_SERVICE, variant)] = ecs_service(place, entry, variant, definition)
    return m.Service(name=entry["name"], resources=resources, entry=entry)


def log_group(place: Place, entry: Mapping[str, Any]) -> m.Resource:
    name = f"{place.log_group_prefix}/{entry['name']}"
    settings = {"retention_days": entry["log_retention_days"]}
    return m.Resource(name=name, settings=settings, tags=place.tags_for(name, entry["name"]))


def rule(place: Place, entry: Mapping[str, Any]) -> m.Resource:
    """`weights` are where the rule starts; once it is there they are not ours."""
    name = f"{place.link}-{entry['name']}"
    share = entry["canary"]["weight"] if entry["canary"] else 0
    weights = {m.STABLE: 100 - share, **({m.CANARY: share} if entry["canary"] else {})}
    settings = {"hosts": [entry["host"]], "weights": weights}
    return m.Resource(name=name, settings=settings, tags=place.tags_for(name, entry["name"]))


def target_group(place: Place, entry: Mapping[str, Any], variant: str) -> m.Resource:
    """Its own port means nothing: every task is registered with the port of its container."""
    name = cut(place.name_of(entry["name"], variant))
    health = entry["health_check"]
    attributes = {"deregistration_delay.timeout_seconds": str(entry["deregistration_delay"])}
    settings = {
        "protocol": entry["protocol"],
        "vpc_id": place.vpc_id,
        "health_check": {"protocol": entry["protocol"], "port": "traffic-port", **health},
        "attributes": as_text(attributes),
    }
    facts = {"port": entry["port"], "attributes": attributes, "default_attributes": as_text(DEFAULT_ATTRIBUTES)}
    return m.Resource(name=name, settings=settings, tags=place.tags_for(name, entry["name"], variant), facts=facts)


def task_definition(place: Place, entry: Mapping[str, Any], variant: str, image: str) -> m.Resource:
    name = place.name_of(entry["name"], variant)
    environment = {
        **place.environment,
        **(place.outbound_environment if entry["outbound"] else {}),
        **entry["environment"],
    }
    container = {
        "name": entry["name"],
        "image": image,
        "essential": True,
        "portMappings": [{"containerPort": entry["port"], "protocol": "tcp"}],
        "environment": [{"name": key, "value": value} for key, value in sorted(environment.items())],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": f"{place.log_group_prefix}/{entry['name']}",
                "awslogs-region": place.region,
                "awslogs-stream-prefix": variant,
            },
        },
        **({"command": list(entry["command"])} if entry["command"] else {}),
    }
    settings = {
        "family": name,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": str(entry["cpu"]),
        "memory": str(entry["memory"]),
        "containerDefinitions": [container],
        **({"executionRoleArn": place.execution_role_arn} if place.execution_role_arn else {}),
        **({"taskRoleArn": place.task_role_arn} if place.task_role_arn else {}),
    }
    return m.Resource(name=name, settings=settings, tags=place.tags_for(name, entry["name"], variant))


def ecs_service(place: Place, entry: Mapping[str, Any], variant: str, definition: m.Resource) -> m.Resource:
    name = place.name_of(entry["name"], variant)
    wanted = entry["desired_count"] if variant == m.STABLE else entry["canary"]["desired_count"]
    settings = {
        "desired_count": wanted if entry["enabled"] else 0,
        "task_definition": fingerprint(definition.settings),
        "subnet_ids": list(place.subnet_ids),
        "security_group_ids": list(place.security_group_ids),
        "target_group": cut(name),
        "container_port": entry["port"],
        "circuit_breaker": {"enable": True, "rollback": True},
        "health_check_grace_seconds": GRACE_SECONDS,
    }
    return m.Resource(name=name, settings=settings, tags=place.tags_for(name, entry["name"], variant))


def version_of(image: str) -> str:
    """The tag of an image, the head of its digest, or latest."""
    reference, _at, digest = image.partition("@")
    tag = reference.rpartition("/")[2].partition(":")[2]
    return tag or (digest.partition(":")[2][:12] if digest else "latest")
