# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What turns the fleet that is there into the one that is wanted. Pure; PRIVATE to the collection; stdlib only.

Each service is planned by itself, so that what is wrong with one keeps no other from
its plan. A plan makes before it takes away; what must first drain is taken away last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import tag_changes
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.placement import Placement
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.removal import removal, taken_down
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wish import Wish

NEVER_CHANGES = (
    "protocol",
    "vpc_id",
)  # of a target group: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroup.html


@dataclass(frozen=True, kw_only=True)
class ServicePlan:
    """`writes` come first; `removals` once what they take away has drained."""

    name: str
    before: m.Service | None
    after: m.Service | None
    writes: tuple[Change, ...] = ()
    removals: tuple[Change, ...] = ()
    shard: m.Shard | None = None
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
    placement = Placement(wish.shards, fleet.shards)
    plans = []
    for name in sorted(wish.services.keys() | fleet.services.keys()):
        wanted, current = wish.services.get(name), fleet.services.get(name)
        try:
            if wanted:
                plans.append(_plan_service(wanted, current, placement, fleet.foreign))
            elif current:
                plans.append(_plan_unlisted(wish, current, placement))
        except PrivateLinkError as error:
            plans.append(ServicePlan(name=name, before=current, after=current, error=error))
    return tuple(plans)


def _plan_unlisted(wish: Wish, current: m.Service, placement: Placement) -> ServicePlan:
    """A service nobody lists any more leaves its log behind, unless the whole link goes."""
    going = not wish.present or (wish.purge and current.resources.keys() - {m.slot(m.LOG_GROUP)})
    if not going:
        return ServicePlan(name=current.name, before=current, after=current, shard=_shard_of(current, placement))
    writes, removals = removal(current, with_log=not wish.present)
    return ServicePlan(
        name=current.name,
        before=current,
        after=taken_down(current, with_log=not wish.present),
        writes=writes,
        removals=removals,
    )


def _shard_of(current: m.Service, placement: Placement) -> m.Shard | None:
    rule = current.resources.get(m.slot(m.RULE))
    return placement.shard(rule.facts["shard"]) if rule else None


def _plan_service(
    wanted: m.Service, current: m.Service | None, placement: Placement, foreign: frozenset[tuple[str, str]]
) -> ServicePlan:
    current = current or m.Service(name=wanted.name, resources={})
    _refuse_foreign(wanted, foreign)
    _refuse_twins(current)
    shard, priority = _place(wanted, current, placement)
    leaving = _leaving(wanted, current)
    after = _after(wanted, current, leaving)
    writes: list[Change] = []
    for place in _in_order(wanted):
        writes += _fill(place, wanted, current, shard, priority)
    drains, removals = removal(leaving, with_log=False)
    removals = (*_release(wanted, current), *removals)
    return ServicePlan(
        name=wanted.name,
        before=current if current.resources else None,
        after=after,
        writes=(*writes, *drains),
        removals=removals,
        shard=shard,
    )


def _refuse_foreign(wanted: m.Service, foreign: frozenset[tuple[str, str]]) -> None:
    for (kind, _variant), resource in sorted(wanted.resources.items()):
        if (kind, resource.name) in foreign:
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


def _place(wanted: m.Service, current: m.Service, placement: Placement) -> tuple[m.Shard | None, int | None]:
    """Where the rule is, or is to be. The priority is None for a rule that is there."""
    groups = sum(1 for kind, _variant in wanted.resources.keys() - current.resources.keys() if kind == m.TARGET_GROUP)
    rule = current.resources.get(m.slot(m.RULE))
    if rule is None:
        return placement.new(groups)
    placement.grow(rule.facts["shard"], groups)
    return placement.shard(rule.facts["shard"]), None


def _leaving(wanted: m.Service, current: m.Service) -> m.Service:
    """The variants that are no longer wanted. The rule stays, and lets go of them once they have drained."""
    going = {place: item for place, item in current.resources.items() if place not in wanted.resources}
    return replace(current, resources=going)


def _after(wanted: m.Service, current: m.Service, leaving: m.Service) -> m.Service:
    place = m.slot(m.RULE)
    resources = dict(wanted.resources)
    if place in current.resources:
        weights = weights_after(wanted.resources[place], current.resources[place])
        resources[place] = replace(
            resources[place],
            settings={**resources[place].settings, "weights": weights},
            arn=current.resources[place].arn,
        )
    for other in resources.keys() & current.resources.keys() - {place}:
        resources[other] = replace(resources[other], arn=current.resources[other].arn)
    return replace(wanted, resources=resources)


def weights_after(wanted: m.Resource, current: m.Resource) -> dict[str, int]:
    """Weights that are there stay. A variant that joins gets none; one that is left alone gets all."""
    live, variants = current.settings["weights"], wanted.settings["weights"]
    kept = {variant: live.get(variant, 0) for variant in variants}
    if live.keys() == variants.keys():
        return kept
    if not any(kept.values()):
        kept[m.STABLE] = 100
    return kept


def _in_order(wanted: m.Service) -> Iterator[m.Slot]:
    """A rule needs target groups; ECS refuses a target group that no load balancer uses yet."""
    for kind in (m.LOG_GROUP, m.TARGET_GROUP, m.RULE, m.TASK_DEFINITION, m.ECS_SERVICE):
        yield from sorted(place for place in wanted.resources if place[0] == kind)


def _fill(
    place: m.Slot, wanted: m.Service, current: m.Service, shard: m.Shard | None, priority: int | None
) -> list[Change]:
    resource, found = wanted.resources[place], current.resources.get(place)
    kind = place[0]
    if kind == m.RULE and found is None:
        return [_change("create", place, resource, "missing", shard=shard, priority=priority)]
    if kind == m.TASK_DEFINITION:
        return _definition(place, wanted, current)
    if kind == m.ECS_SERVICE and found is not None and found.facts["status"] != "ACTIVE":
        return [_change("create", place, resource, "the one before is still going", drain_first=True)]
    if found is None:
        return [_change("create", place, resource, "missing"), *_attributes(place, resource, None)]
    return [*_differences(place, resource, found), *_tags(place, resource, found)]


def _change(verb: str, place: m.Slot, resource: m.Resource, why: str, **values: Any) -> Change:
    target = f"{m.slot_words(place)} {resource.name}"
    return Change(verb=verb, target=target, why=why, values={"slot": place, "resource": resource, **values})


def _definition(place: m.Slot, wanted: m.Service, current: m.Service) -> list[Change]:
    """A new revision is made when the ECS service does not run one made of these settings."""
    resource = wanted.resources[place]
    service = m.slot(m.ECS_SERVICE, place[1])
    found = current.resources.get(service)
    if found is None or found.facts["status"] != "ACTIVE":
        return [_change("register", place, resource, "missing")]
    if found.settings["task_definition"] == wanted.resources[service].settings["task_definition"]:
        return []
    return [_change("register", place, resource, "other settings")]


def _differences(place: m.Slot, wanted: m.Resource, found: m.Resource) -> list[Change]:
    compare = {m.TARGET_GROUP: _target_group, m.RULE: _rule}.get(place[0], _settings)
    return compare(place, wanted, found)


def differing(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    return sorted(key for key in wanted if wanted[key] != found.get(key))


def _settings(place: m.Slot, wanted: m.Resource, found: m.Resource) -> list[Change]:
    keys = differing(wanted.settings, found.settings)
    return (
        [_change("modify", place, wanted, f"other {', '.join(keys)}", keys=tuple(keys), arn=found.arn)] if keys else []
    )


def _target_group(place: m.Slot, wanted: m.Resource, found: m.Resource) -> list[Change]:
    keys = differing(wanted.settings, found.settings)
    for key in NEVER_CHANGES:
        if key in keys and wanted.settings[key] is not None:
            raise PrivateLinkError(
                where=f"{m.slot_words(place)} {wanted.name}",
                found=f"{key} {found.settings[key]}",
                allowed=f"{wanted.settings[key]}, which AWS does not change",
                remedy="take the entry out, run, put it in again; or give the service a new name",
            )
    health = [_change("modify", place, wanted, "other health_check", arn=found.arn)] if "health_check" in keys else []
    return [*health, *_attributes(place, wanted, found)]


def _attributes(place: m.Slot, wanted: m.Resource, found: m.Resource | None) -> list[Change]:
    """A new group has AWS's defaults; one whose tag is missing was killed on its way, or changed by hand."""
    if place[0] != m.TARGET_GROUP:
        return []
    current = found.settings["attributes"] if found else wanted.facts["default_attributes"]
    if current == wanted.settings["attributes"]:
        return []
    return [_change("set attributes", place, wanted, "other attributes", arn=found.arn if found else None)]


def _rule(place: m.Slot, wanted: m.Resource, found: m.Resource) -> list[Change]:
    """A variant that leaves keeps its place in the rule, at weight 0, until it has drained."""
    live, weights = found.settings["weights"], weights_after(wanted, found)
    weights = {**dict.fromkeys(live, 0), **weights}
    reasons = []
    if wanted.settings["hosts"] != found.settings["hosts"] or "other_conditions" in found.settings:
        reasons.append("other hosts")
    if weights != live:
        reasons.append("other variants")
    if not reasons:
        return []
    return [_change("modify", place, wanted, " and ".join(reasons), weights=weights, current=found, arn=found.arn)]


def _release(wanted: m.Service, current: m.Service) -> list[Change]:
    """Takes variants that have left out of the rule."""
    place = m.slot(m.RULE)
    rule, found = wanted.resources[place], current.resources.get(place)
    if found is None or found.settings["weights"].keys() <= rule.settings["weights"].keys():
        return []
    weights = weights_after(rule, found)
    return [_change("modify", place, rule, "a variant has left", weights=weights, current=found, arn=found.arn)]


def _tags(place: m.Slot, wanted: m.Resource, found: m.Resource) -> list[Change]:
    """A log group's tags cannot be told in bulk; ours are set when it is made."""
    if place[0] == m.LOG_GROUP:
        return []
    to_set, _to_unset = tag_changes(found.tags, wanted.tags, purge=False)
    if not to_set:
        return []
    return [_change("tag", place, wanted, f"other {', '.join(to_set)}", tags=to_set, arn=found.arn)]
