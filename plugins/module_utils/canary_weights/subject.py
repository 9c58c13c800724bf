# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A service's rule, for the runner. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils import _rule_actions
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError, PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import (
    Clock,
    SystemClock,
    Verdict,
    until_settled,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights import api, testers, waiters
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.desired import Desired
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.find import find_canary
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.model import Canary, Health, Rule
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.plan import (
    ATTACH,
    CREATE,
    DELETE,
    MODIFY,
    SHIFT,
    UNSTICK,
    growing,
    plan,
)

PRIORITY_TRIES = 5
STICKY_NOTE = (
    "stickiness is on: clients stay with the variant they were given for up to {seconds} s, whatever the weights"
)


class CanarySubject:
    """Two calls to look, one for the health of the group that gets more, one for each rule that is changed."""

    def __init__(self, params: Mapping[str, Any], connect: Connect, clock: Clock | None = None) -> None:
        self.desired = Desired.from_params(params)
        self.what = str(self.desired.place)
        self.wait_timeout = self.desired.wait_timeout
        self._connect = connect
        self._clock = clock or SystemClock()
        self._current: Canary | None = None

    @property
    def _elb(self) -> Any:
        return self._connect("elbv2")

    def read(self) -> Canary:
        """From AWS at first; afterwards what AWS itself answered to each change, which is newer than any reading."""
        if self._current is None:
            found = find_canary(self._connect, self.desired.place)
            health = {variant: self._health(found, variant) for variant in growing(self.desired, found)}
            self._current = replace(found, health=health)
        return self._current

    def _health(self, canary: Canary, variant: str) -> Health:
        """A group that is not there has no targets; the plan says so."""
        arn = canary.groups.get(variant)
        return api.read_health(self._elb, arn) if arn else Health()

    def plan(self, current: Canary) -> Plan:
        return plan(self.desired, current)

    def apply(self, change: Change) -> None:
        if change.verb in (SHIFT, CREATE):
            self._until_well()
        verbs = {
            ATTACH: self._shift,
            SHIFT: self._shift,
            UNSTICK: self._shift,
            CREATE: self._create_test_rule,
            MODIFY: self._modify_test_rule,
            DELETE: self._delete_test_rule,
        }
        self._current = verbs[change.verb](self._current, change.values)

    def _until_well(self) -> None:
        """Nothing is asked again where the first reading was good enough."""
        for variant, health in self._current.health.items():
            what = f"{variant} target group of {self._current.service}"
            seen, _verdict = until_settled(
                health,
                read=lambda variant=variant: self._health(self._current, variant),
                judge=lambda health, what=what: waiters.well(health, self.desired.min_healthy, what),
                what=what,
                timeout=self.wait_timeout,
                clock=self._clock,
            )
            self._current = replace(self._current, health={**self._current.health, variant: seen})

    def _shift(self, current: Canary, values: Mapping[str, Any]) -> Canary:
        """Conditions and transforms are not sent: what is not sent stays."""
        rule = current.rule
        made = Rule.from_boto(api.modify_rule(self._elb, rule.arn, {"Actions": values["actions"]}), rule.tags)
        _verify(replace(rule, actions=values["actions"]), made, current.what)
        return replace(current, rule=made)

    def _create_test_rule(self, current: Canary, values: Mapping[str, Any]) -> Canary:
        rule: Rule = values["rule"]
        transforms = {"Transforms": rule.transforms} if rule.transforms else {}
        answer = self._create(current, rule, {"Conditions": rule.conditions, "Actions": rule.actions, **transforms})
        return _with_test_rule(current, rule, answer)

    def _create(self, current: Canary, rule: Rule, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Two runs at once may choose one priority: the other takes the next one down."""
        for priority in range(rule.priority, max(rule.priority - PRIORITY_TRIES, 0), -1):
            try:
                return api.create_rule(self._elb, current.rule.listener_arn, priority, settings, rule.tags)
            except AwsError as error:
                if error.code != "PriorityInUse":
                    raise
        raise PrivateLinkError(where=f"test {current.what}", found="no priority to be had", remedy="run again")

    def _modify_test_rule(self, current: Canary, values: Mapping[str, Any]) -> Canary:
        rule: Rule = values["rule"]
        transforms = {"Transforms": rule.transforms} if rule.transforms else {"ResetTransforms": True}
        settings = {"Conditions": rule.conditions, "Actions": rule.actions, **transforms}
        return _with_test_rule(current, rule, api.modify_rule(self._elb, rule.arn, settings))

    def _delete_test_rule(self, current: Canary, values: Mapping[str, Any]) -> Canary:
        api.delete_rule(self._elb, values["rule"].arn)
        return replace(current, test_rule=None)

    def judge(self, current: Canary) -> Verdict:
        """Settled: each change was verified when it was made."""
        sticky = current.rule.stickiness
        return Verdict(settled=True, note=STICKY_NOTE.format(seconds=sticky.seconds) if sticky.enabled else "")

    def report(self, state: Canary) -> dict[str, Any]:
        return {"canary": state.as_result()}


def _with_test_rule(current: Canary, sent: Rule, answer: Mapping[str, Any]) -> Canary:
    made = Rule.from_boto(answer, sent.tags)
    _verify(sent, made, f"test {current.what}")
    return replace(current, test_rule=made)


def _verify(sent: Rule, answered: Rule, what: str) -> None:
    """What AWS says that it has is what it was sent, and the rest is as before."""
    same: dict[str, Callable[[], bool]] = {
        "actions": lambda: _rule_actions.comparable(sent.actions) == _rule_actions.comparable(answered.actions),
        "conditions": lambda: testers.same(sent.conditions, answered.conditions),
        "transforms": lambda: list(sent.transforms) == list(answered.transforms),
    }
    wrong = [part for part, holds in same.items() if not holds()]
    if wrong:
        raise PrivateLinkError(
            where=what,
            found=f"AWS has other {' and '.join(wrong)} than it was sent",
            allowed="the same",
            remedy="somebody else changes this rule at the same time: look at it, then run again",
        )
