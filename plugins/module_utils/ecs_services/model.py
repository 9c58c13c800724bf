# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A fleet: the services of a link, each with the AWS resources it is made of. PRIVATE to the collection; stdlib only.

A service has slots: its log group, its roles, its rule, its scaling and, for each variant, a target
group, a task definition and an ECS service. What fills a slot is a Resource, wanted or found. A canary's
test rule is found, and never wanted: canary_weights makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import SERVICE
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.placement import Occupancy

STABLE, CANARY = "stable", "canary"
VARIANTS = (STABLE, CANARY)

LOG_GROUP = "log group"
EXECUTION_ROLE = "execution role"
TASK_ROLE = "task role"
TARGET_GROUP = "target group"
RULE = "rule"
TEST_RULE = "test rule"
TASK_DEFINITION = "task definition"
ECS_SERVICE = "ECS service"
SCALING = "scaling"
ROLES = (EXECUTION_ROLE, TASK_ROLE)
# A rule needs target groups; ECS refuses a target group that no load balancer uses yet; scaling needs its service.
IN_ORDER = (LOG_GROUP, *ROLES, TARGET_GROUP, RULE, TASK_DEFINITION, ECS_SERVICE, SCALING)

SERVICE_TAG = SERVICE
VARIANT_TAG = "privatelink:variant"
# What AWS tells only one at a time: the attributes themselves, and a fingerprint of the definition.
ATTRIBUTES_TAG = "privatelink:attributes"
BEING_SET = "being set"
TASK_DEFINITION_TAG = "privatelink:task-definition"
# What a canary's plan leaves on its ECS services, for site.yml to respect: that it is on its way; on stable, what it
# has become and what it was before; on the canary, what was rolled back. Empty once that is over.
PLAN_TAG, ON_ITS_WAY = "privatelink:canary-plan", "on its way"
PROMOTED_TAG, REPLACED_TAG = "privatelink:promoted", "privatelink:replaced"
ROLLED_BACK_TAG = "privatelink:rolled-back"
# What belongs to one ECS service and not to another that is made like it.
REMEMBERED = (TASK_DEFINITION_TAG, PLAN_TAG, PROMOTED_TAG, REPLACED_TAG, ROLLED_BACK_TAG)

Slot = tuple[str, str]  # kind, variant ("" for what a service has once)


def slot(kind: str, variant: str = "") -> Slot:
    return (kind, variant)


def slot_words(place: Slot) -> str:
    kind, variant = place
    return f"{variant} {kind}" if variant else kind


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`settings` are what a plan compares; `facts` what it only needs to know, such as a rule's listener.

    `tags` are None where AWS does not tell them in bulk and nobody has asked for them one by one.
    """

    name: str
    settings: Mapping[str, Any]
    tags: Mapping[str, str] | None = field(default_factory=dict)
    arn: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Service:
    """What is wanted of a service, or what was found of it. `twins` are slots that two resources claim."""

    name: str
    resources: Mapping[Slot, Resource]
    entry: Mapping[str, Any] = field(default_factory=dict)
    twins: Mapping[Slot, tuple[str, ...]] = field(default_factory=dict)

    def as_diff(self) -> dict[str, Any]:
        return {
            slot_words(place): {"name": resource.name, **resource.settings}
            for place, resource in sorted(self.resources.items())
        }


@dataclass(frozen=True, kw_only=True)
class Shard:
    """One ALB listener and the NLB port that leads to it. `listener_arn` is None while nobody knows it."""

    number: int
    listener_arn: str | None
    port: int


@dataclass(frozen=True, kw_only=True, order=True)
class Stranger:
    """What nobody of us has made. It is told and never touched."""

    kind: str
    name: str
    where: str

    def as_dict(self) -> dict[str, str]:
        return {"kind": self.kind, "name": self.name, "where": self.where}


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """All services found, and who is on each shard, by its number.

    `taken` are names that something else has: (kind, name). `strangers` stand among ours without our tags.
    """

    services: Mapping[str, Service] = field(default_factory=dict)
    shards: Mapping[int, Occupancy] = field(default_factory=dict)
    taken: frozenset[tuple[str, str]] = frozenset()
    strangers: tuple[Stranger, ...] = ()

    def as_diff(self) -> dict[str, Any]:
        return {name: service.as_diff() for name, service in sorted(self.services.items())}
