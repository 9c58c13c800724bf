# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What turns the fleet that is there into the one that is wanted. Pure; PRIVATE to the collection; stdlib only.

Each service is planned by itself, so that what is wrong with one keeps no other from
its plan. A plan makes before it takes away; what must first drain is taken away last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import (
    plan_balancing,
    plan_canary,
    plan_containers,
    removal,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wish import Wish
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.placement import Placement

RULE = m.slot(m.RULE)
LOG = m.slot(m.LOG_GROUP)
BY_KIND = {
    m.LOG_GROUP: plan_containers.plain,
    m.EXECUTION_ROLE: plan_containers.role,
    m.TASK_ROLE: plan_containers.role,
    m.TASK_DEFINITION: plan_containers.definition,
    m.ECS_SERVICE: plan_containers.ecs_service,
    m.SCALING: plan_containers.scaling,
}


@dataclass(frozen=True, kw_only=True)
class ServicePlan:
    """`writes` come first; `removals` once what they take away has drained. One that `waits` for the place of a service
    that leaves is written after that.
    """

    name: str
    listed: bool
    before: m.Service | None
    after: m.Service | None
    writes: tuple[Change, ...] = ()
    removals: tuple[Change, ...] = ()
    shard: m.Shard | None = None
    waits: bool = False
    error: PrivateLinkError | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        return self.writes + self.removals

    def as_diff(self) -> dict[str, Any]:
        return {
            "before": self.before.as_diff() if self.before else {},
            "after": self.after.as_diff() if self.after else {},
        }


def plan_fleet(wish: Wish, fleet: m.Fleet) -> tuple[ServicePlan, ...]:
    """One plan for each service that is wanted or found, by name."""
    leaving = {name for name, found in fleet.services.items() if name not in wish.services and _goes(wish, found)}
    seats = Seats(wish, Placement([shard.number for shard in wish.shards], fleet.shards, wish.limits, leaving))
    plans = []
    for name in sorted(wish.services.keys() | fleet.services.keys()):
        wanted, current = wish.services.get(name), fleet.services.get(name)
        try:
            if wanted:
                plans.append(_plan_service(wanted, current, seats, fleet.taken))
            elif _goes(wish, current) or _is_more_than_a_log(current):
                plans.append(_plan_unlisted(wish, current, seats))
        except PrivateLinkError as error:
            listed = wanted is not None
            plans.append(ServicePlan(name=name, listed=listed, before=current, after=current, error=error))
    return tuple(plans)


class Seats:
    """Where services are, and where the next one goes."""

    def __init__(self, wish: Wish, placement: Placement) -> None:
        self._shards = {shard.number: shard for shard in wish.shards}
        self._placement = placement

    def of(self, found: m.Resource) -> m.Shard | None:
        """The shard of a rule; None when nobody has told us of it."""
        return self._shards.get(found.facts["shard"])

    def new(self, name: str) -> dict[str, Any]:
        spot = self._placement.new(name)
        return {"shard": self._shards[spot.shard], "priority": spot.priority, "waits": spot.waits}


def _goes(wish: Wish, found: m.Service) -> bool:
    """A service nobody lists any more leaves its log behind, unless the whole link goes or it was asked for."""
    return not wish.present or (wish.purge and (wish.purge_logs or _is_more_than_a_log(found)))


def _is_more_than_a_log(found: m.Service) -> bool:
    """What a service leaves behind on purpose is no service any more, and nothing to tell."""
    return bool(found.resources.keys() - {LOG})


def _plan_unlisted(wish: Wish, current: m.Service, seats: Seats) -> ServicePlan:
    if not _goes(wish, current):
        rule = current.resources.get(RULE)
        shard = seats.of(rule) if rule else None
        return ServicePlan(name=current.name, listed=False, before=current, after=current, shard=shard)
    if wish.present:
        plan_canary.refuse_held(current)
    return ServicePlan(
        name=current.name,
        listed=False,
        before=current,
        after=removal.taken_down(current, with_log=wish.purge_logs),
        writes=(*removal.stops(current), *removal.unweighed(current), *removal.drains(current)),
        removals=removal.removals(current, with_log=wish.purge_logs),
    )


def _plan_service(
    wanted: m.Service, current: m.Service | None, seats: Seats, taken: frozenset[tuple[str, str]]
) -> ServicePlan:
    current = current or m.Service(name=wanted.name, resources={})
    _refuse_taken(wanted, taken)
    _refuse_twins(current)
    wanted = plan_canary.respectful(wanted, current)
    rule = current.resources.get(RULE)
    spot = {"shard": seats.of(rule), "priority": None, "waits": False} if rule else seats.new(wanted.name)
    leaving = _leaving(wanted, current)
    return ServicePlan(
        name=wanted.name,
        listed=True,
        before=current if current.resources else None,
        after=_after(wanted, current),
        writes=(*removal.stops(leaving), *_writes(wanted, current, spot), *removal.drains(leaving)),
        removals=(*plan_balancing.release(wanted, current), *removal.removals(leaving)),
        shard=spot["shard"],
        waits=spot["waits"],
    )


def _refuse_taken(wanted: m.Service, taken: frozenset[tuple[str, str]]) -> None:
    for (kind, _variant), resource in sorted(wanted.resources.items()):
        if (kind, resource.name) in taken:
            raise PrivateLinkError(
                where=f"{kind} {resource.name}",
                found="one that does not carry this link's tags",
                allowed="a name nobody else uses",
                remedy="rename the service, or remove the other one",
            )


def _refuse_twins(current: m.Service) -> None:
    for place, names in sorted(current.twins.items()):
        raise PrivateLinkError(
            where=m.slot_words(place),
            found=f"{len(names)} of them carry the tags of {current.name}: {', '.join(names)}",
            allowed="one",
            remedy="delete those that are not wanted",
        )


def _leaving(wanted: m.Service, current: m.Service) -> m.Service:
    """What is no longer wanted. The rule stays, and lets go of a variant once it has drained."""
    staying = wanted.resources.keys() | _testers(wanted, current).keys()
    return replace(current, resources={p: item for p, item in current.resources.items() if p not in staying})


def _testers(wanted: m.Service, current: m.Service) -> dict[m.Slot, m.Resource]:
    """The way of a canary's testers stays as long as there is a canary."""
    if m.slot(m.TARGET_GROUP, m.CANARY) not in wanted.resources:
        return {}
    return {place: item for place, item in current.resources.items() if place[0] == m.TEST_RULE}


def _writes(wanted: m.Service, current: m.Service, spot: Mapping[str, Any]) -> list[Change]:
    writes: list[Change] = []
    for kind in m.IN_ORDER:
        if kind == m.RULE:
            continue  # comes with its target groups
        if kind == m.TARGET_GROUP:
            writes += plan_balancing.balancing(wanted, current, spot)
            continue
        for place in sorted(place for place in wanted.resources if place[0] == kind):
            writes += BY_KIND[kind](place, wanted, current)
    return writes


def _after(wanted: m.Service, current: m.Service) -> m.Service:
    """With what AWS and others decide as it is, and what nobody knows yet as it will be at first."""
    resources = {
        place: replace(item, arn=current.resources[place].arn if place in current.resources else None)
        for place, item in wanted.resources.items()
    }
    if RULE in current.resources:
        found = current.resources[RULE]
        kept = {
            "weights": plan_balancing.weights_after(wanted.resources[RULE], found),
            "sticky_seconds": plan_balancing.sticky_after(wanted, current),
        }
        resources[RULE] = replace(resources[RULE], settings={**resources[RULE].settings, **kept})
    for place, item in resources.items():
        if place[0] == m.ECS_SERVICE and item.settings["desired_count"] is None:
            resources[place] = _counted(item, current.resources.get(place), wanted)
    return replace(wanted, resources={**resources, **_testers(wanted, current)})


def _counted(item: m.Resource, found: m.Resource | None, wanted: m.Service) -> m.Resource:
    scaling = wanted.resources.get(m.slot(m.SCALING))
    bound = plan_containers.within_bounds(item, found, scaling).settings["desired_count"] if found else None
    live = found.settings["desired_count"] if found else item.facts["starts_with"]
    return replace(item, settings={**item.settings, "desired_count": bound if bound is not None else live})
