# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Makes changes of a service's target groups and rule. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError, PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._rule_actions import forwarded
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import (
    elb_api,
    request,
    wanted_balancing,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.workbench import Verbs, Workbench
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers.placement import priority_for

PRIORITY_TRIES = 10
STILL_USED = "ResourceInUse"


class BalancingHand:
    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._elb = bench.connect("elbv2")

    def verbs(self) -> Verbs:
        return {
            ("create", m.TARGET_GROUP): self._create_target_group,
            ("modify", m.TARGET_GROUP): self._modify_target_group,
            ("set attributes", m.TARGET_GROUP): self._set_attributes,
            ("record attributes", m.TARGET_GROUP): self._record_attributes,
            ("tag", m.TARGET_GROUP): self._tag,
            ("delete", m.TARGET_GROUP): self._delete_target_group,
            ("create", m.RULE): self._create_rule,
            ("modify", m.RULE): self._modify_rule,
            ("tag", m.RULE): self._tag,
            ("delete", m.RULE): self._delete_rule,
            ("delete", m.TEST_RULE): self._delete_rule,
        }

    def _create_target_group(self, values: Mapping[str, Any]) -> None:
        resource = values["resource"]
        default = resource.facts["default_attributes"]
        recorded = default if resource.settings["attributes"] == default else m.BEING_SET
        tags = {**resource.tags, m.ATTRIBUTES_TAG: recorded}
        settings = request.target_group(resource)
        self._bench.arns[values["slot"]] = elb_api.create_target_group(self._elb, resource.name, settings, tags)

    def _modify_target_group(self, values: Mapping[str, Any]) -> None:
        elb_api.modify_target_group(self._elb, values["arn"], request.health_check(values["resource"].settings))

    def _set_attributes(self, values: Mapping[str, Any]) -> None:
        """AWS takes no empty name of a cookie, and a new group has what AWS gives it.

        The tag ceases to tell before it is untrue: a run may be killed here, and the next one want what was before.
        """
        if values["arn"]:
            elb_api.set_tags(self._elb, values["arn"], {m.ATTRIBUTES_TAG: m.BEING_SET})
        wanted = values["resource"].facts["attributes"]
        known = wanted_balancing.DEFAULT_ATTRIBUTES if values["arn"] is None else {}
        changed = {key: value for key, value in wanted.items() if value and value != known.get(key)}
        elb_api.set_attributes(self._elb, self._bench.arns[values["slot"]], changed)

    def _record_attributes(self, values: Mapping[str, Any]) -> None:
        """A change of its own, after what it tells of: killed in between, the next run sets them again."""
        text = values["resource"].settings["attributes"]
        elb_api.set_tags(self._elb, self._bench.arns[values["slot"]], {m.ATTRIBUTES_TAG: text})

    def _tag(self, values: Mapping[str, Any]) -> None:
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

        self._bench.until(delete, lambda said: Verdict(settled=not said, note=said), values["resource"].name)

    def _create_rule(self, values: Mapping[str, Any]) -> None:
        """Two runs at once may choose one priority. AWS gives it to one of them; the other looks again."""
        resource, listener, priority = values["resource"], values["shard"].listener_arn, values["priority"]
        weights, sticky = resource.settings["weights"], resource.settings["sticky_seconds"]
        rule = {
            "Conditions": request.conditions(resource),
            "Actions": request.forward(weights, self._bench.target_group_arns(), sticky),
        }
        for _attempt in range(PRIORITY_TRIES):
            try:
                made = elb_api.create_rule(self._elb, listener, priority, rule, resource.tags)
                self._bench.arns[values["slot"]] = made["RuleArn"]
                return
            except AwsError as error:
                if error.code != "PriorityInUse":
                    raise
            rules = elb_api.list_rules(self._elb, listener)
            ours = self._already_made(rules, resource)
            if ours:
                self._bench.arns[values["slot"]] = ours
                return
            taken = {int(r["Priority"]) for r in rules if not r["IsDefault"]}
            priority = priority_for(resource.tags[m.SERVICE_TAG], taken)
        raise PrivateLinkError(where=resource.name, found="no priority to be had", remedy="run again")

    def _already_made(self, rules: list[dict[str, Any]], resource: m.Resource) -> str | None:
        """A creation whose answer was lost is tried again by the SDK, and then collides with itself."""
        wanted = sorted(self._bench.target_group_arns().values())
        return next((r["RuleArn"] for r in rules if sorted(forwarded(r["Actions"])) == wanted), None)

    def _modify_rule(self, values: Mapping[str, Any]) -> None:
        """Conditions that are not sent stay as they are."""
        resource, found = values["resource"], values["current"]
        arns = self._bench.target_group_arns()
        rule = {
            "Actions": request.actions_with(found.facts["actions"], values["weights"], arns, values["sticky_seconds"])
        }
        if resource.settings["conditions"] != found.settings["conditions"]:
            rule["Conditions"] = request.conditions(resource)
        elb_api.modify_rule(self._elb, values["arn"], rule)

    def _delete_rule(self, values: Mapping[str, Any]) -> None:
        elb_api.delete_rule(self._elb, values["arn"])
