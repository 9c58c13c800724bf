# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a run tells about each service. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.plan import ServicePlan
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wanted_balancing import starting_weights
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wanted_containers import version_of
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wish import Wish

NAMED = 5


class FleetError(PrivateLinkError):
    """Names every service that failed, and carries what a run tells that did not fail.

    But for spare shards: what failed may be on one of them still.
    """

    def __init__(self, told: Mapping[str, Any], failed: Sequence[Mapping[str, Any]]) -> None:
        self.told = {**told, "spare_shards": []}
        self.failed = list(failed)
        super().__init__(where="services", found=f"{len(self.failed)} of {len(told['services'])} failed")

    @property
    def message(self) -> str:
        return "\n".join([f"{self.found}:", *(f"- {row['name']}: {row['error']}" for row in self.failed)])

    def as_failure(self) -> dict[str, Any]:
        return {**super().as_failure(), **self.told}


def row(
    plan: ServicePlan, changes: Sequence[Change], error: PrivateLinkError | None, arns: Mapping[m.Slot, str]
) -> dict[str, Any]:
    """`changes` are those that were made, or in check mode would be; the difference is always the planned one."""
    after = plan.after or m.Service(name=plan.name, resources={})
    groups = [variant for kind, variant in after.resources if kind == m.TARGET_GROUP]
    return {
        "name": plan.name,
        "changed": bool(changes),
        "actions": [change.as_dict() for change in changes],
        "diff": plan.as_diff() if plan.changes else {"before": {}, "after": {}},
        "error": error.message if error else None,
        "listed": plan.listed,
        "shard": plan.shard.number if plan.shard else None,
        "port": plan.shard.port if plan.shard else None,
        "host": after.entry.get("host"),
        "path": after.entry.get("path"),
        "version": version_of(after.entry["image"]) if after.entry else None,
        "target_groups": {variant: arns.get(m.slot(m.TARGET_GROUP, variant)) for variant in sorted(groups)},
        "weights": weights(plan),
    }


def weights(plan: ServicePlan) -> dict[str, Any]:
    """Where the rule's weights are, and where the list would start them. A difference is a choice, or drift."""
    place = m.slot(m.RULE)
    if plan.after is None or place not in plan.after.resources or not plan.after.entry:
        return {}
    return {
        "live": dict(plan.after.resources[place].settings["weights"]),
        "listed": starting_weights(plan.after.entry),
    }


def catalog(plans: Iterable[ServicePlan]) -> list[dict[str, Any]]:
    """What the service proxies are to route: the services that are wanted, have a place and are not switched off."""
    return [
        {
            "name": plan.name,
            "host": plan.after.entry["host"],
            "path": plan.after.entry["path"],
            "port": plan.shard.port,
            "version": version_of(plan.after.entry["image"]),
            "health_check": {key: plan.after.entry["health_check"][key] for key in ("path", "matcher")},
            "canary": _canary(plan),
        }
        for plan in plans
        if plan.after and plan.after.entry.get("enabled") and plan.shard
    ]


def _canary(plan: ServicePlan) -> dict[str, Any] | None:
    """Its version, and the percentage of requests it gets by the weights as they are, not as they are listed."""
    canary = plan.after.entry["canary"]
    if not canary:
        return None
    live = weights(plan).get("live") or {}
    share = 100 * live.get(m.CANARY, 0) / (sum(live.values()) or 1)
    return {"version": version_of(canary["image"]), "weight": round(share, 1)}


def spare_shards(wish: Wish, fleet: m.Fleet, plans: Iterable[ServicePlan]) -> list[int]:
    """Numbers of the shards that nobody is on once this run is over; one is kept for the next service."""
    used = {number for number, one in fleet.shards.items() if one.others}
    for plan in plans:
        used |= _numbers(plan)
    numbers = sorted(shard.number for shard in wish.shards)
    return [number for number in numbers if number not in (used or numbers[:1])]


def _numbers(plan: ServicePlan) -> set[int]:
    """Where a service is after its plan, and where it was if the plan failed."""
    rule = m.slot(m.RULE)
    places = [plan.before] if plan.error and plan.before else []
    found = {one.resources[rule].facts["shard"] for one in places if rule in one.resources}
    return found | ({plan.shard.number} if plan.shard else set())


def kept_line(plans: Iterable[ServicePlan]) -> str:
    """Whom the list has no more and nobody takes away, in words for a person; "" when there is none."""
    names = [plan.name for plan in plans if not plan.listed and not plan.changes and not plan.error]
    return f"not listed, and kept: {shortened(names)}" if names else ""


def shortened(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
