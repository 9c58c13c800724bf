# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A fleet: the services of a link, each with the AWS resources it is made of. PRIVATE to the collection; stdlib only.

A service has slots: its log group, its rule and, for each variant, a target group, a
task definition and an ECS service. What fills a slot is a Resource, wanted or found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STABLE, CANARY = "stable", "canary"
VARIANTS = (STABLE, CANARY)

LOG_GROUP = "log group"
RULE = "rule"
TARGET_GROUP = "target group"
TASK_DEFINITION = "task definition"
ECS_SERVICE = "ECS service"

SERVICE_TAG = "privatelink:service"
VARIANT_TAG = "privatelink:variant"
# What AWS tells only one at a time: the attributes themselves, and a fingerprint of the definition.
ATTRIBUTES_TAG = "privatelink:attributes"
TASK_DEFINITION_TAG = "privatelink:task-definition"

Slot = tuple[str, str]  # kind, variant ("" for what a service has once)


def slot(kind: str, variant: str = "") -> Slot:
    return (kind, variant)


def slot_words(place: Slot) -> str:
    kind, variant = place
    return f"{variant} {kind}" if variant else kind


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`settings` are what a plan compares; `facts` what it only needs to know, such as a rule's listener."""

    name: str
    settings: Mapping[str, Any]
    tags: Mapping[str, str] = field(default_factory=dict)
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


@dataclass(frozen=True, kw_only=True)
class Occupancy:
    """What a shard's listener holds already, ours and others'."""

    priorities: frozenset[int] = frozenset()
    target_groups: int = 0


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """All services found, and how full each shard is, by its number.

    `foreign` are names that something without our tags has: (kind, name).
    """

    services: Mapping[str, Service] = field(default_factory=dict)
    shards: Mapping[int, Occupancy] = field(default_factory=dict)
    foreign: frozenset[tuple[str, str]] = frozenset()

    def as_diff(self) -> dict[str, Any]:
        return {name: service.as_diff() for name, service in sorted(self.services.items())}
