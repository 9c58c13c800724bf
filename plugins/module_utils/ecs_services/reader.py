# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Reads a whole fleet with calls that tell much at once. PRIVATE to the collection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import (
    current,
    ecs_api,
    elb_api,
    logs_api,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.names import fingerprint
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.pool import chunks, in_parallel, together
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wish import Place, Wish

ELSEWHERE = 0  # number of a shard nobody told us of


@dataclass
class Finds:
    """Gathers resources by service and slot."""

    slots: dict[str, dict[m.Slot, list[m.Resource]]] = field(default_factory=lambda: defaultdict(dict))
    foreign: set[tuple[str, str]] = field(default_factory=set)

    def add(self, service: str, place: m.Slot, resource: m.Resource) -> None:
        self.slots[service].setdefault(place, []).append(resource)

    def services(self) -> dict[str, m.Service]:
        return {
            name: m.Service(
                name=name,
                resources={place: found[0] for place, found in places.items()},
                twins={
                    place: tuple(r.arn or r.name for r in found) for place, found in places.items() if len(found) > 1
                },
            )
            for name, places in self.slots.items()
        }


class Reader:
    def __init__(self, wish: Wish, connect: Connect) -> None:
        self._wish = wish
        self._place: Place = wish.place
        self._owner = Owner(link=wish.place.link, side=wish.place.side)
        # Made here, one by one: a session does not like to make clients in several threads.
        self._elb, self._ecs, self._logs = connect("elbv2"), connect("ecs"), connect("logs")

    def fleet(self) -> m.Fleet:
        groups, log_groups, ecs_services, families = together(
            self._target_groups, self._log_groups, self._ecs_services, self._families
        )
        listeners = self._listeners(group for group, _tags in groups)
        rules = in_parallel(lambda arn: elb_api.list_rules(self._elb, arn), listeners)
        by_listener = dict(zip(listeners, rules, strict=True))
        finds = Finds()
        self._sort_log_groups(finds, log_groups)
        self._sort_target_groups(finds, groups)
        self._sort_rules(finds, by_listener, listeners, groups)
        self._sort_ecs(finds, ecs_services)
        self._sort_families(finds, families)
        return m.Fleet(services=finds.services(), shards=self._occupancy(by_listener), foreign=frozenset(finds.foreign))

    def _target_groups(self) -> list[tuple[dict[str, Any], dict[str, str]]]:
        """Those whose names could be ours, with their tags."""
        prefix = f"{self._place.link}-"
        groups = [g for g in elb_api.list_target_groups(self._elb) if g["TargetGroupName"].startswith(prefix)]
        tags = self._elb_tags([group["TargetGroupArn"] for group in groups])
        return [(group, tags.get(group["TargetGroupArn"], {})) for group in groups]

    def _elb_tags(self, arns: list[str]) -> dict[str, dict[str, str]]:
        parts = list(chunks(arns, elb_api.TAGGED_AT_ONCE))
        answers = in_parallel(self._tags_at_once, parts)
        return {item["ResourceArn"]: current.tags_of(item["Tags"]) for answer in answers for item in answer}

    def _tags_at_once(self, arns: Sequence[str]) -> list[dict[str, Any]]:
        """AWS refuses the whole question when one of the things has gone meanwhile."""
        answer = elb_api.list_tags(self._elb, arns)
        if answer is None:
            return [item for arn in arns for item in elb_api.list_tags(self._elb, [arn]) or ()]
        return answer

    def _log_groups(self) -> list[dict[str, Any]]:
        return logs_api.list_log_groups(self._logs, f"{self._place.log_group_prefix}/")

    def _ecs_services(self) -> list[dict[str, Any]]:
        return self.describe(ecs_api.list_services(self._ecs, self._place.cluster))

    def describe(self, names: Iterable[str]) -> list[dict[str, Any]]:
        parts = list(chunks(sorted(names), ecs_api.SERVICES_DESCRIBED))
        answers = in_parallel(lambda part: ecs_api.describe_services(self._ecs, self._place.cluster, part), parts)
        return [item for answer in answers for item in answer if item["status"] != "INACTIVE"]

    def _families(self) -> list[str]:
        return ecs_api.list_families(self._ecs, f"{self._place.link}-")

    def _listeners(self, groups: Iterable[Mapping[str, Any]]) -> dict[str, int]:
        """Shard number by listener. A task that takes all away may not know the shards any more: then we look."""
        known = {
            s.listener_arn: s.number for s in self._wish.shards if s.listener_arn and s.listener_arn.startswith("arn:")
        }
        if self._wish.present:
            return known
        balancers = sorted({arn for group in groups for arn in group.get("LoadBalancerArns") or ()})
        found = in_parallel(lambda arn: elb_api.list_listeners(self._elb, arn), balancers)
        return {**{item["ListenerArn"]: ELSEWHERE for items in found for item in items}, **known}

    def _sort_log_groups(self, finds: Finds, groups: Iterable[Mapping[str, Any]]) -> None:
        for item in groups:
            name = item["logGroupName"].removeprefix(f"{self._place.log_group_prefix}/")
            if "/" not in name:
                finds.add(name, m.slot(m.LOG_GROUP), current.log_group(item))

    def _sort_target_groups(self, finds: Finds, groups: Iterable[tuple[Mapping[str, Any], Mapping[str, str]]]) -> None:
        for item, tags in groups:
            if self._is_ours(tags):
                place = m.slot(m.TARGET_GROUP, tags.get(m.VARIANT_TAG, m.STABLE))
                finds.add(tags[m.SERVICE_TAG], place, current.target_group(item, tags))
            else:
                finds.foreign.add((m.TARGET_GROUP, item["TargetGroupName"]))

    def _is_ours(self, tags: Mapping[str, str]) -> bool:
        return self._owner.owns(tags) and m.SERVICE_TAG in tags

    def _sort_rules(
        self,
        finds: Finds,
        by_listener: Mapping[str, list[dict[str, Any]]],
        shards: Mapping[str, int],
        groups: Iterable[tuple[Mapping[str, Any], Mapping[str, str]]],
    ) -> None:
        tags = self._elb_tags([r["RuleArn"] for rules in by_listener.values() for r in rules if not r["IsDefault"]])
        variants = {group["TargetGroupArn"]: t[m.VARIANT_TAG] for group, t in groups if m.VARIANT_TAG in t}
        for listener, rules in by_listener.items():
            for item in rules:
                its_tags = tags.get(item["RuleArn"], {})
                if self._is_ours(its_tags):
                    found = current.rule(item, its_tags, listener, variants)
                    found = replace(found, facts={**found.facts, "shard": shards[listener]})
                    finds.add(its_tags[m.SERVICE_TAG], m.slot(m.RULE), found)

    def _sort_ecs(self, finds: Finds, items: Iterable[Mapping[str, Any]]) -> None:
        for item in items:
            found = current.ecs_service(item)
            if self._is_ours(found.tags):
                variant = found.tags.get(m.VARIANT_TAG, m.STABLE)
                finds.add(found.tags[m.SERVICE_TAG], m.slot(m.ECS_SERVICE, variant), found)
            else:
                finds.foreign.add((m.ECS_SERVICE, found.name))

    def _sort_families(self, finds: Finds, families: Iterable[str]) -> None:
        """A family is known by its name; its tags, told one at a time, are asked for where nothing else tells."""
        for family in families:
            for variant in m.VARIANTS:
                service = family.removeprefix(f"{self._place.link}-").removesuffix(f"-{variant}")
                if family == self._place.name_of(service, variant) and self._is_known(finds, service, variant, family):
                    place = m.slot(m.TASK_DEFINITION, variant)
                    finds.add(
                        service, place, m.Resource(name=family, settings=self._definition(finds, service, variant))
                    )

    def _is_known(self, finds: Finds, service: str, variant: str, family: str) -> bool:
        if m.slot(m.ECS_SERVICE, variant) in finds.slots.get(service, {}):
            return True
        return self._is_ours(ecs_api.describe_task_definition(self._ecs, family)[1])

    def _definition(self, finds: Finds, service: str, variant: str) -> Mapping[str, Any]:
        """The settings of the live revision. Where the fingerprint is the wanted one, so are they."""
        wanted = self._wish.services.get(service)
        found = finds.slots.get(service, {}).get(m.slot(m.ECS_SERVICE, variant))
        place = m.slot(m.TASK_DEFINITION, variant)
        if not wanted or not found or place not in wanted.resources:
            return {}
        settings = wanted.resources[place].settings
        if found[0].settings["task_definition"] == fingerprint(settings):
            return settings
        live, _tags = ecs_api.describe_task_definition(self._ecs, found[0].facts["task_definition_arn"])
        return current.task_definition(live)

    def _occupancy(self, by_listener: Mapping[str, list[dict[str, Any]]]) -> dict[int, m.Occupancy]:
        numbers = {shard.listener_arn: shard.number for shard in self._wish.shards}
        return {numbers[arn]: occupancy(rules) for arn, rules in by_listener.items() if arn in numbers}


def occupancy(rules: Iterable[Mapping[str, Any]]) -> m.Occupancy:
    priorities = frozenset(int(rule["Priority"]) for rule in rules if not rule["IsDefault"])
    groups = {arn for rule in rules for arn in current.forwarded(rule["Actions"])}
    return m.Occupancy(priorities=priorities, target_groups=len(groups))
