# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Makes one service's plan real, change by change. PRIVATE to the collection."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError, PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Clock, Verdict, until_settled
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import (
    current,
    ecs_api,
    elb_api,
    logs_api,
    request,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.placement import free_priority
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.pool import chunks
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wish import Place

PRIORITY_TRIES = 10
STILL_USED = "ResourceInUse"


class Hands:
    """The changes of one service. `arns` holds what is there, by slot, and grows as things are made."""

    def __init__(self, place: Place, connect: Connect, before: m.Service | None, clock: Clock, timeout: float) -> None:
        self._place = place
        self._elb, self._ecs, self._logs = connect("elbv2"), connect("ecs"), connect("logs")
        self._clock = clock
        self._timeout = timeout
        found = before.resources if before else {}
        self.arns: dict[m.Slot, str] = {place: item.arn for place, item in found.items() if item.arn}
        self._verbs: dict[tuple[str, str], Callable[[Mapping[str, Any]], None]] = {
            ("create", m.LOG_GROUP): self._create_log_group,
            ("modify", m.LOG_GROUP): self._set_retention,
            ("delete", m.LOG_GROUP): self._delete_log_group,
            ("create", m.TARGET_GROUP): self._create_target_group,
            ("modify", m.TARGET_GROUP): self._modify_target_group,
            ("set attributes", m.TARGET_GROUP): self._set_attributes,
            ("tag", m.TARGET_GROUP): self._tag_elb,
            ("delete", m.TARGET_GROUP): self._delete_target_group,
            ("create", m.RULE): self._create_rule,
            ("modify", m.RULE): self._modify_rule,
            ("tag", m.RULE): self._tag_elb,
            ("delete", m.RULE): self._delete_rule,
            ("register", m.TASK_DEFINITION): self._register,
            ("delete", m.TASK_DEFINITION): self._forget_family,
            ("create", m.ECS_SERVICE): self._create_service,
            ("modify", m.ECS_SERVICE): self._modify_service,
            ("tag", m.ECS_SERVICE): self._tag_ecs,
            ("drain", m.ECS_SERVICE): self._drain_service,
            ("delete", m.ECS_SERVICE): self._delete_service,
        }

    def apply(self, change: Change) -> None:
        self._verbs[change.verb, change.values["slot"][0]](change.values)

    def _create_log_group(self, values: Mapping[str, Any]) -> None:
        resource = values["resource"]
        logs_api.create_log_group(self._logs, resource.name, resource.tags)
        logs_api.set_retention(self._logs, resource.name, resource.settings["retention_days"])

    def _set_retention(self, values: Mapping[str, Any]) -> None:
        resource = values["resource"]
        self._refuse_foreign_log(resource.name, values["arn"])
        logs_api.set_retention(self._logs, resource.name, resource.settings["retention_days"])

    def _delete_log_group(self, values: Mapping[str, Any]) -> None:
        self._refuse_foreign_log(values["resource"].name, values["arn"])
        logs_api.delete_log_group(self._logs, values["resource"].name)

    def _refuse_foreign_log(self, name: str, arn: str) -> None:
        if not self._owner.owns(logs_api.log_group_tags(self._logs, arn)):
            raise PrivateLinkError(
                where=f"log group {name}",
                found="no tags of this link",
                allowed="a log group we made",
                remedy="tag it or move it out of the way",
            )

    @property
    def _owner(self) -> Owner:
        return Owner(link=self._place.link, side=self._place.side)

    def _create_target_group(self, values: Mapping[str, Any]) -> None:
        resource = values["resource"]
        tags = {**resource.tags, m.ATTRIBUTES_TAG: resource.facts["default_attributes"]}
        settings = request.target_group(resource)
        self.arns[values["slot"]] = elb_api.create_target_group(self._elb, resource.name, settings, tags)

    def _modify_target_group(self, values: Mapping[str, Any]) -> None:
        elb_api.modify_target_group(self._elb, values["arn"], request.health_check(values["resource"].settings))

    def _set_attributes(self, values: Mapping[str, Any]) -> None:
        """The tag comes last: killed in between, the next run sets them again."""
        resource, arn = values["resource"], self.arns[values["slot"]]
        elb_api.set_attributes(self._elb, arn, resource.facts["attributes"])
        elb_api.set_tags(self._elb, arn, {m.ATTRIBUTES_TAG: resource.settings["attributes"]})

    def _tag_elb(self, values: Mapping[str, Any]) -> None:
        elb_api.set_tags(self._elb, values["arn"], values["tags"])

    def _delete_target_group(self, values: Mapping[str, Any]) -> None:
        """A rule deleted a moment ago may still hold it."""

        def delete() -> str:
            try:
                elb_api.delete_target_group(self._elb, values["arn"])
            except AwsError as error:
                if error.code != STILL_USED:
                    raise
                return error.found
            return ""

        self._until(delete, lambda said: Verdict(settled=not said, note=said), values["resource"].name)

    def _until(self, read: Callable[[], Any], judge: Callable[[Any], Verdict], what: str) -> None:
        until_settled(read(), read=read, judge=judge, what=what, timeout=self._timeout, clock=self._clock)

    def _target_group_arns(self) -> dict[str, str]:
        return {variant: arn for (kind, variant), arn in self.arns.items() if kind == m.TARGET_GROUP}

    def _create_rule(self, values: Mapping[str, Any]) -> None:
        """Two runs at once may choose one priority. AWS gives it to one of them; the other looks again."""
        resource, listener, priority = values["resource"], values["shard"].listener_arn, values["priority"]
        weights = resource.settings["weights"]
        rule = {
            "Conditions": request.conditions(resource),
            "Actions": [request.forward(weights, self._target_group_arns())],
        }
        for _attempt in range(PRIORITY_TRIES):
            try:
                made = elb_api.create_rule(self._elb, listener, priority, rule, resource.tags)
                self.arns[values["slot"]] = made["RuleArn"]
                return
            except AwsError as error:
                if error.code != "PriorityInUse":
                    raise
            rules = elb_api.list_rules(self._elb, listener)
            ours = self._already_made(rules, resource)
            if ours:
                self.arns[values["slot"]] = ours
                return
            priority = free_priority({int(r["Priority"]) for r in rules if not r["IsDefault"]})
        raise PrivateLinkError(where=resource.name, found="no priority to be had", remedy="run again")

    def _already_made(self, rules: list[dict[str, Any]], resource: m.Resource) -> str | None:
        """A creation whose answer was lost is tried again by the SDK, and then collides with itself."""
        wanted = sorted(self._target_group_arns().values())
        return next((r["RuleArn"] for r in rules if sorted(current.forwarded(r["Actions"])) == wanted), None)

    def _modify_rule(self, values: Mapping[str, Any]) -> None:
        resource, live = values["resource"], values["current"].facts["actions"]
        actions = request.actions_with(live, values["weights"], self._target_group_arns())
        rule = {"Conditions": request.conditions(resource), "Actions": actions}
        elb_api.modify_rule(self._elb, values["arn"], rule)

    def _delete_rule(self, values: Mapping[str, Any]) -> None:
        elb_api.delete_rule(self._elb, values["arn"])

    def _register(self, values: Mapping[str, Any]) -> None:
        resource = values["resource"]
        arn = ecs_api.register_task_definition(self._ecs, resource.settings, resource.tags)
        self.arns[values["slot"]] = arn

    def _forget_family(self, values: Mapping[str, Any]) -> None:
        arns = ecs_api.list_task_definitions(self._ecs, values["resource"].name)
        for arn in arns:
            ecs_api.deregister_task_definition(self._ecs, arn)
        for part in chunks(arns, ecs_api.DEFINITIONS_DELETED):
            ecs_api.delete_task_definitions(self._ecs, part)

    def _create_service(self, values: Mapping[str, Any]) -> None:
        resource, variant = values["resource"], values["slot"][1]
        if values.get("drain_first"):
            self._until_gone(resource.name)
        definition = self.arns[m.slot(m.TASK_DEFINITION, variant)]
        tags = {**resource.tags, m.TASK_DEFINITION_TAG: self._definition_tag(resource, definition)}
        group = self.arns[m.slot(m.TARGET_GROUP, variant)]
        settings = request.new_service(self._place, resource, group, tags, token=uuid.uuid4().hex)
        self.arns[values["slot"]] = ecs_api.create_service(self._ecs, {**settings, "taskDefinition": definition})

    def _until_gone(self, name: str) -> None:
        def status() -> str:
            found = ecs_api.describe_services(self._ecs, self._place.cluster, [name])
            return found[0]["status"] if found else "INACTIVE"

        self._until(status, lambda word: Verdict(settled=word == "INACTIVE", note=word.lower()), name)

    def _definition_tag(self, resource: m.Resource, definition: str) -> str:
        return current.task_definition_tag(definition, resource.settings["task_definition"])

    def _modify_service(self, values: Mapping[str, Any]) -> None:
        """The tag goes first: killed in between, it speaks of a revision that is not live, and is not believed."""
        resource, keys, variant = values["resource"], values["keys"], values["slot"][1]
        settings = request.changed_service(resource, self.arns[m.slot(m.TARGET_GROUP, variant)], keys)
        if "task_definition" in keys:
            definition = self.arns[m.slot(m.TASK_DEFINITION, variant)]
            tag = {m.TASK_DEFINITION_TAG: self._definition_tag(resource, definition)}
            ecs_api.set_tags(self._ecs, values["arn"], tag)
            settings["taskDefinition"] = definition
        ecs_api.update_service(self._ecs, self._place.cluster, resource.name, settings)

    def _tag_ecs(self, values: Mapping[str, Any]) -> None:
        ecs_api.set_tags(self._ecs, values["arn"], values["tags"])

    def _drain_service(self, values: Mapping[str, Any]) -> None:
        """Where somebody took the rule away already, ECS refuses any update; a forced deletion drains too."""
        name = values["resource"].name
        try:
            ecs_api.drain_service(self._ecs, self._place.cluster, name)
        except AwsError as error:
            if error.code != "InvalidParameterException" or "load balancer" not in error.found:
                raise
            ecs_api.delete_service(self._ecs, self._place.cluster, name)

    def _delete_service(self, values: Mapping[str, Any]) -> None:
        ecs_api.delete_service(self._ecs, self._place.cluster, values["resource"].name)
        self._until_gone(values["resource"].name)
