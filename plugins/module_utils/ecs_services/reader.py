# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Reads a whole fleet with calls that tell much at once. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils._pool import chunks, in_parallel, together
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import (
    current,
    ecs_api,
    elb_api,
    logs_api,
    scaling_api,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.close_reader import CloseReader
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.finds import Finds
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.place import Place
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wanted_roles import (
    execution_role_name,
    task_role_name,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wish import Wish
from ansible_collections.twoway.privatelink.plugins.module_utils.iam_roles import api as iam_api
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.occupancy import occupancy

ELSEWHERE = 0  # number of a shard nobody told us of
Tagged = tuple[Mapping[str, Any], Mapping[str, str]]


class Reader:
    def __init__(self, wish: Wish, connect: Connect) -> None:
        self._wish = wish
        self._place: Place = wish.place
        self._owner = Owner(link=wish.place.link, side=wish.place.side)
        # Made here, one by one: a session does not like to make clients in several threads.
        self._elb, self._ecs, self._logs = connect("elbv2"), connect("ecs"), connect("logs")
        self._iam, self._scaling = connect("iam"), connect("application-autoscaling")
        self._close = CloseReader(wish, connect)

    def fleet(self) -> m.Fleet:
        known = self._known_listeners()
        (by_listener, tags), groups, log_groups, ecs_services, families, roles, targets = together(
            lambda: self._rules(known),
            self._target_groups,
            self._log_groups,
            self._ecs_services,
            self._families,
            lambda: iam_api.roles(self._iam, self._place.roles_path),
            self._scaling_targets,
        )
        if not self._wish.present:
            known = {**self._listeners_behind(group for group, _tags in groups), **known}
            by_listener, tags = self._rules(known)
        finds = Finds()
        self._sort_log_groups(finds, log_groups)
        self._sort_roles(finds, roles)
        self._sort_target_groups(finds, groups)
        self._sort_rules(finds, by_listener, tags, known, groups)
        self._sort_ecs(finds, ecs_services)
        self._sort_families(finds, families)
        self._sort_scaling(finds, targets)
        self._close.look(finds)
        return m.Fleet(
            services=finds.services(),
            shards=self._occupancy(by_listener, tags),
            taken=frozenset(finds.taken),
            strangers=tuple(sorted(finds.strangers)),
        )

    def _target_groups(self) -> list[Tagged]:
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

    def _scaling_targets(self) -> list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
        """Those of our cluster, each with its policies, which are asked for only where there are any."""
        prefix = f"service/{self._place.cluster}/"
        targets = [one for one in scaling_api.list_targets(self._scaling) if one["ResourceId"].startswith(prefix)]
        policies = scaling_api.list_policies(self._scaling) if targets else []
        return [(one, [p for p in policies if p["ResourceId"] == one["ResourceId"]]) for one in targets]

    def _known_listeners(self) -> dict[str, int]:
        """Shard number by listener."""
        return {
            s.listener_arn: s.number for s in self._wish.shards if s.listener_arn and s.listener_arn.startswith("arn:")
        }

    def _listeners_behind(self, groups: Iterable[Mapping[str, Any]]) -> dict[str, int]:
        """A task that takes all away may not know the shards any more: then we look where the groups are used."""
        balancers = sorted({arn for group in groups for arn in group.get("LoadBalancerArns") or ()})
        found = in_parallel(lambda arn: elb_api.list_listeners(self._elb, arn), balancers)
        return {item["ListenerArn"]: ELSEWHERE for items in found for item in items}

    def _rules(self, listeners: Iterable[str]) -> tuple[dict[str, list[dict[str, Any]]], dict[str, dict[str, str]]]:
        """By listener, and the tags of each."""
        arns = sorted(listeners)
        rules = in_parallel(lambda arn: elb_api.list_rules(self._elb, arn), arns)
        tags = self._elb_tags([r["RuleArn"] for found in rules for r in found if not r["IsDefault"]])
        return dict(zip(arns, rules, strict=True)), tags

    def _sort_log_groups(self, finds: Finds, groups: Iterable[Mapping[str, Any]]) -> None:
        found = [current.log_group(item) for item in groups]
        named = [(one.name.removeprefix(f"{self._place.log_group_prefix}/"), m.slot(m.LOG_GROUP), one) for one in found]
        self._add(
            finds,
            [place for place in named if "/" not in place[0]],
            self._goes if self._wish.purge_logs else lambda _service: False,
            lambda group: logs_api.log_group_tags(self._logs, group.arn or ""),
        )

    def _goes(self, service: str) -> bool:
        return service not in self._wish.services and (self._wish.purge or not self._wish.present)

    def _add(
        self,
        finds: Finds,
        found: Sequence[tuple[str, m.Slot, m.Resource]],
        goes: Callable[[str], bool],
        tags_of: Callable[[m.Resource], Mapping[str, str]],
    ) -> None:
        """What has a name as ours do, and whose tags AWS tells one at a time: of what is to go they are asked for here.

        Of what stays they are asked for before it is changed.
        """
        staying, going = [one for one in found if not goes(one[0])], [one for one in found if goes(one[0])]
        tags = in_parallel(lambda one: tags_of(one[2]), going)
        ours = [(*one[:2], replace(one[2], tags=t)) for one, t in zip(going, tags, strict=True) if self._owner.owns(t)]
        for service, place, resource in (*staying, *ours):
            finds.add(service, place, resource)

    def _sort_roles(self, finds: Finds, roles: Iterable[Mapping[str, Any]]) -> None:
        places = []
        head, tail = execution_role_name(self._place, "\n").split("\n"), task_role_name(self._place, "\n").split("\n")
        for item in roles:
            for kind, (before, after) in ((m.EXECUTION_ROLE, head), (m.TASK_ROLE, tail)):
                name = item["RoleName"]
                if name.startswith(before) and name.endswith(after):
                    places.append((name[len(before) : -len(after)], m.slot(kind), current.role(item)))
        self._add(
            finds,
            places,
            self._goes,
            lambda role: boto3_tag_list_to_ansible_dict(iam_api.tags(self._iam, role.name)),
        )

    def _sort_target_groups(self, finds: Finds, groups: Iterable[Tagged]) -> None:
        for item, tags in groups:
            if self._is_ours(tags):
                place = m.slot(m.TARGET_GROUP, tags.get(m.VARIANT_TAG, m.STABLE))
                finds.add(tags[m.SERVICE_TAG], place, current.target_group(item, tags))
            else:
                finds.taken.add((m.TARGET_GROUP, item["TargetGroupName"]))

    def _is_ours(self, tags: Mapping[str, str]) -> bool:
        return self._owner.owns(tags) and m.SERVICE_TAG in tags

    def _sort_rules(
        self,
        finds: Finds,
        by_listener: Mapping[str, list[dict[str, Any]]],
        tags: Mapping[str, Mapping[str, str]],
        shards: Mapping[str, int],
        groups: Iterable[Tagged],
    ) -> None:
        variants = {group["TargetGroupArn"]: t[m.VARIANT_TAG] for group, t in groups if m.VARIANT_TAG in t}
        for listener, rules in by_listener.items():
            for item in rules:
                its_tags = tags.get(item["RuleArn"], {})
                if self._is_ours(its_tags) and m.VARIANT_TAG in its_tags:
                    finds.add(its_tags[m.SERVICE_TAG], m.slot(m.TEST_RULE), current.test_rule(item, its_tags))
                elif self._is_ours(its_tags):
                    found = current.rule(item, its_tags, listener, variants)
                    found = replace(found, facts={**found.facts, "shard": shards[listener]})
                    finds.add(its_tags[m.SERVICE_TAG], m.slot(m.RULE), found)
                elif not item["IsDefault"] and not self._owner.owns(its_tags):
                    name = its_tags.get("Name") or f"priority {item['Priority']}"
                    finds.strangers.add(m.Stranger(kind=m.RULE, name=name, where=f"shard {shards[listener]}"))

    def _sort_ecs(self, finds: Finds, items: Iterable[Mapping[str, Any]]) -> None:
        for item in items:
            found = current.ecs_service(item)
            if self._is_ours(found.tags):
                variant = found.tags.get(m.VARIANT_TAG, m.STABLE)
                finds.add(found.tags[m.SERVICE_TAG], m.slot(m.ECS_SERVICE, variant), found)
                continue
            finds.taken.add((m.ECS_SERVICE, found.name))
            if not self._owner.owns(found.tags):
                where = f"cluster {self._place.cluster}"
                finds.strangers.add(m.Stranger(kind=m.ECS_SERVICE, name=found.name, where=where))

    def _sort_families(self, finds: Finds, families: Iterable[str]) -> None:
        """A family is known by its name; its tags, told one at a time, are asked for where nothing else tells."""
        known = [(family, *parsed) for family in families if (parsed := self._parsed(family))]
        doubtful = [family for family, *place in known if not finds.has(place[0], m.slot(m.ECS_SERVICE, place[1]))]
        tags = in_parallel(lambda family: ecs_api.describe_task_definition(self._ecs, family)[1], doubtful)
        strange = {family for family, its_tags in zip(doubtful, tags, strict=True) if not self._is_ours(its_tags)}
        for family, service, variant in known:
            if family not in strange:
                finds.add(service, m.slot(m.TASK_DEFINITION, variant), m.Resource(name=family, settings={}))

    def _parsed(self, name: str) -> tuple[str, str] | None:
        """The service and the variant that a name made of both belongs to."""
        for variant in m.VARIANTS:
            service = name.removeprefix(f"{self._place.link}-").removesuffix(f"-{variant}")
            if name == self._place.name_of(service, variant):
                return service, variant
        return None

    def _sort_scaling(self, finds: Finds, targets: Iterable[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]) -> None:
        """Of ECS services that are ours: whatever scales one of them is."""
        for target, policies in targets:
            parsed = self._parsed(target["ResourceId"].rpartition("/")[2])
            if parsed and finds.has(parsed[0], m.slot(m.ECS_SERVICE, m.STABLE)):
                finds.add(parsed[0], m.slot(m.SCALING), current.scaling(target, policies))

    def _occupancy(
        self, by_listener: Mapping[str, list[dict[str, Any]]], tags: Mapping[str, Mapping[str, str]]
    ) -> dict[int, m.Occupancy]:
        numbers = {shard.listener_arn: shard.number for shard in self._wish.shards}
        return {
            numbers[arn]: occupancy(rules, tags, self._owner) for arn, rules in by_listener.items() if arn in numbers
        }
