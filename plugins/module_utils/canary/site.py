# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A service's rule, target groups and ECS services, as they are and as what makes them sees them. PRIVATE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import task_set
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.model import TaskSet
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.task_set import Definition
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights import api as elb
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.desired import Place
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.find import find_canary
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.model import VARIANTS, Canary, Rule
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import current, ecs_api
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.model import (
    CANARY,
    ON_ITS_WAY,
    PLAN_TAG,
    STABLE,
    Resource,
)


@dataclass(frozen=True, kw_only=True)
class View:
    """At one moment. `services` are the ECS services that are there, by variant."""

    rule: Rule
    weights: Mapping[str, int]
    services: Mapping[str, Resource]

    @property
    def held(self) -> bool:
        return (self.services[STABLE].tags or {}).get(PLAN_TAG) == ON_ITS_WAY


class Site:
    """What is found once and kept: where the rule is, its groups, what revisions hold."""

    def __init__(self, connect: Connect, place: Place, cluster: str) -> None:
        self.connect, self.place, self.cluster = connect, place, cluster
        self.ecs, self.elb = connect("ecs"), connect("elbv2")
        self._found: Canary | None = None
        self._definitions: dict[str, Definition] = {}

    @property
    def found(self) -> Canary:
        if self._found is None:
            self._found = find_canary(self.connect, self.place)
        return self._found

    @property
    def groups(self) -> Mapping[str, str]:
        return self.found.groups

    def learn_group(self, variant: str, arn: str) -> None:
        """One that was made a moment ago, of which the tagging API may not know yet."""
        self._found = replace(self.found, groups={**self.groups, variant: arn})

    def name_of(self, variant: str) -> str:
        return task_set.name_of(self.found.link, self.found.service, variant)

    def view(self) -> View:
        """Two calls. Raises PrivateLinkError when the rule or stable is gone, or is not ours."""
        rule = self._rule()
        live = rule.weights
        return View(
            rule=rule,
            weights={variant: live.get(self.groups.get(variant, ""), 0) for variant in VARIANTS},
            services=self._services(),
        )

    def _rule(self) -> Rule:
        known = self.found.rule
        for item in elb.list_rules(self.elb, known.listener_arn):
            if item["RuleArn"] == known.arn:
                return Rule.from_boto(item, known.tags)
        raise PrivateLinkError(where=known.arn, found="the rule is gone", remedy="run site.yml, then start anew")

    def _services(self) -> dict[str, Resource]:
        names = {self.name_of(variant): variant for variant in VARIANTS}
        items = [
            current.ecs_service(item)
            for item in ecs_api.describe_services(self.ecs, self.cluster, list(names))
            if item["status"] == "ACTIVE"
        ]
        for item in items:
            self._refuse_stranger(item)
        found = {names[item.name]: item for item in items}
        if STABLE not in found:
            raise PrivateLinkError(
                where=f"ECS service {self.name_of(STABLE)}",
                found=f"none in cluster {self.cluster}",
                allowed="one that ecs_services has made",
                remedy="run site.yml first",
            )
        return found

    def _refuse_stranger(self, item: Resource) -> None:
        if not Owner(link=self.found.link, side=self.place.side).owns(item.tags or {}):
            raise PrivateLinkError(
                where=f"ECS service {item.name}",
                found="no tags of this link",
                allowed="one that ecs_services has made",
                remedy="what is not ours is never changed",
            )

    def definition(self, arn: str) -> Definition:
        """A revision never changes, so it is asked for once."""
        if arn not in self._definitions:
            item, _tags = ecs_api.describe_task_definition(self.ecs, arn)
            self._definitions[arn] = Definition(arn=arn, settings=current.task_definition(item) if item else None)
        return self._definitions[arn]

    def task_set(self, view: View, variant: str) -> TaskSet | None:
        """One call for the health of its targets, and two more while not all of its tasks run."""
        service = view.services.get(variant)
        if service is None:
            return None
        arn = service.facts["task_definition_arn"]
        group = self.groups.get(variant)
        healthy = elb.read_health(self.elb, group).healthy if group else 0
        return task_set.task_set(service, self.definition(arn), healthy, self._crashes(service, variant))

    def _crashes(self, service: Resource, variant: str) -> list[str]:
        if variant != CANARY or service.facts["running"] >= service.settings["desired_count"]:
            return []
        stopped = ecs_api.describe_stopped_tasks(self.ecs, self.cluster, service.name)
        return task_set.crashes_of(stopped, service.facts["task_definition_arn"])
