# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a plan does to its service. PRIVATE to the collection.

Each deed may have been done before, or begun: it looks, and does what is missing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils import _rule_actions
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import converge
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Clock
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import moves
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.shares import needed_tasks
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.site import Site, View
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.task_set import (
    Definition,
    as_canary,
    as_variant,
    definition_tag,
    variant_tags,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights import api as rules
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.subject import CanarySubject
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import (
    current,
    ecs_api,
    elb_api,
    request,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.model import (
    ATTRIBUTES_TAG,
    BEING_SET,
    CANARY,
    ON_ITS_WAY,
    PLAN_TAG,
    PROMOTED_TAG,
    REPLACED_TAG,
    ROLLED_BACK_TAG,
    STABLE,
    Resource,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.names import cut, tag_text
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.registering import register
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wanted_balancing import DEFAULT_ATTRIBUTES


class Deeds:
    def __init__(self, site: Site, clock: Clock) -> None:
        self._site, self._clock = site, clock
        self._verbs = {
            moves.HOLD: self._hold,
            moves.MAKE: self._make,
            moves.SCALE: self._scale,
            moves.SHIFT: self._shift,
            moves.ROLL: self._roll,
            moves.RESTORE: self._restore,
            moves.DRAIN: self._drain,
            moves.RELEASE: self._release,
        }

    def act(self, effect: str, state: m.State, values: Mapping[str, Any]) -> None:
        self._verbs[effect](state, values)

    def _view(self) -> View:
        return self._site.view()

    def _tag(self, service: Resource, tags: Mapping[str, str]) -> None:
        ecs_api.set_tags(self._site.ecs, service.arn or "", tags)

    def _update(self, service: Resource, **settings: Any) -> None:
        ecs_api.update_service(self._site.ecs, self._site.cluster, service.name, settings)

    def _hold(self, _state: m.State, _values: Mapping[str, Any]) -> None:
        """Stable's tag comes last: it is the one that is believed."""
        services = self._view().services
        for variant in (CANARY, STABLE):
            service = services.get(variant)
            if service:
                self._tag(service, {PLAN_TAG: ON_ITS_WAY})

    # The canary's task set

    def _make(self, state: m.State, _values: Mapping[str, Any]) -> None:
        view = self._view()
        stable = view.services[STABLE]
        name = self._site.name_of(CANARY)
        self._make_group(stable)
        definition = self._definition(view, CANARY, state.image)
        count = needed_tasks(state, stable.settings["desired_count"], state.plan.steps[0].weight)
        there = view.services.get(CANARY)
        if there:
            again = {PLAN_TAG: ON_ITS_WAY, ROLLED_BACK_TAG: "", **_tag_of(definition)}
            self._tag(there, again)
            self._update(there, taskDefinition=definition.arn, desiredCount=max(count, there.settings["desired_count"]))
            return
        wanted = as_canary(stable, name, cut(name), count)
        tags = {**(wanted.tags or {}), **_tag_of(definition)}
        group = self._site.groups[CANARY]
        settings = request.new_service(self._site.cluster, wanted, group, tags, token=uuid.uuid4().hex)
        ecs_api.create_service(self._site.ecs, {**settings, "taskDefinition": definition.arn})

    def _make_group(self, stable: Resource) -> None:
        """Like stable's. In the rule before anything else: a group that no rule uses has no health, and ECS wants none.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html (unused)
        """
        elb, model = self._site.elb, self._site.groups[STABLE]
        if CANARY not in self._site.groups:
            name = cut(self._site.name_of(CANARY))
            item = elb_api.read_target_group(elb, model)
            settings = current.target_group(item, {}).settings
            wanted = Resource(name=name, settings=settings, facts={"port": item["Port"]})
            tags = variant_tags(rules.read_tags(elb, [model])[model], name, CANARY)
            tags = {**tags, ATTRIBUTES_TAG: BEING_SET}
            self._site.learn_group(CANARY, elb_api.create_target_group(elb, name, request.target_group(wanted), tags))
        self._attach()
        self._set_attributes(model, self._site.groups[CANARY])

    def _attach(self) -> None:
        rule = self._view().rule
        group = self._site.groups[CANARY]
        if group not in rule.weights:
            rules.modify_rule(
                self._site.elb,
                rule.arn,
                {"Actions": _rule_actions.with_forward(rule.actions, {**rule.weights, group: 0})},
            )

    def _set_attributes(self, model: str, group: str) -> None:
        """Those of stable's that ecs_services sets, and the tag that remembers them last of all."""
        elb = self._site.elb
        tags = rules.read_tags(elb, [model, group])
        wanted = tags[model].get(ATTRIBUTES_TAG)
        if wanted is None or tags[group].get(ATTRIBUTES_TAG) == wanted:
            return
        found = elb_api.get_attributes(elb, model)
        elb_api.set_attributes(elb, group, {key: found[key] for key in DEFAULT_ATTRIBUTES if found.get(key)})
        elb_api.set_tags(elb, group, {ATTRIBUTES_TAG: wanted})

    def _definition(self, view: View, variant: str, image: str) -> Definition:
        """The revision that this variant runs, if it is of this image; else a new one like the other variant's."""
        there = view.services.get(variant)
        live = self._site.definition(there.facts["task_definition_arn"]) if there else Definition()
        if live.image == image:
            return live
        other = view.services[STABLE if variant == CANARY else CANARY]
        like = self._site.definition(other.facts["task_definition_arn"])
        name = self._site.name_of(variant)
        settings = as_variant(like.settings or {}, name, variant, image)
        tags = variant_tags(other.tags or {}, name, variant)
        return Definition(arn=register(self._site.connect, settings, tags), settings=settings)

    def _scale(self, _state: m.State, values: Mapping[str, Any]) -> None:
        self._update(self._view().services[values["variant"]], desiredCount=values["count"])

    # The weights

    def _shift(self, _state: m.State, values: Mapping[str, Any]) -> None:
        """To nought at once: how healthy stable is was asked a moment ago."""
        if values.get("detach"):
            self._detach()
            return
        grows = bool(values["weights"][CANARY])
        options = {
            "rule_arn": self._site.found.rule.arn,
            "link": self._site.place.link,
            "side": self._site.place.side,
            "service": self._site.place.service,
            "weights": values["weights"],
            "canary_percent": None,
            "expected": values.get("expected"),
            "stickiness": None,
            "test_rule": None,
            "min_healthy": 1 if grows else 0,
            "wait_timeout": 0,
        }
        converge(CanarySubject(options, self._site.connect, self._clock), False, [], self._clock)

    def _detach(self) -> None:
        """Its cookie keeps a client at the canary, whatever the weight, as long as that is in the rule."""
        rule = self._view().rule
        left = {arn: weight for arn, weight in rule.weights.items() if arn != self._site.groups.get(CANARY)}
        weights = {**left, self._site.groups[STABLE]: 100}
        rules.modify_rule(self._site.elb, rule.arn, {"Actions": _rule_actions.with_forward(rule.actions, weights)})

    # Stable

    def _roll(self, state: m.State, _values: Mapping[str, Any]) -> None:
        view = self._view()
        self._point(view.services[STABLE], self._definition(view, STABLE, state.image))

    def _restore(self, state: m.State, _values: Mapping[str, Any]) -> None:
        self._point(self._view().services[STABLE], self._site.definition(state.stable_before))

    def _point(self, service: Resource, definition: Definition) -> None:
        """The tag goes first: killed in between, it speaks of a revision that is not live, and is not believed."""
        self._tag(service, _tag_of(definition))
        self._update(service, taskDefinition=definition.arn)

    # The end

    def _drain(self, _state: m.State, _values: Mapping[str, Any]) -> None:
        """ECS deregisters the targets, and stops the tasks once open requests have ended, or their time has."""
        service = self._view().services.get(CANARY)
        if service:
            ecs_api.drain_or_delete(self._site.ecs, self._site.cluster, service.name)

    def _release(self, state: m.State, _values: Mapping[str, Any]) -> None:
        """Stable's tags come last, for they say that nothing is held any more."""
        services = self._view().services
        is_promoted = state.phase == m.RETURNING
        if CANARY in services:
            told = "" if is_promoted else tag_text(state.image)
            self._tag(services[CANARY], {PLAN_TAG: "", ROLLED_BACK_TAG: told})
        facts = {PROMOTED_TAG: tag_text(state.image), REPLACED_TAG: tag_text(state.replaced)} if is_promoted else {}
        self._tag(services[STABLE], {**facts, PLAN_TAG: ""})


def _tag_of(definition: Definition) -> dict[str, str]:
    return definition_tag(definition.arn, definition.settings or {})
