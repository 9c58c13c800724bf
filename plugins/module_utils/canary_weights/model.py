# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A service's rule: what shares its requests between stable and canary. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils import _rule_actions
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import LINK, SIDE
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.testers import Testers
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.model import (
    CANARY,
    SERVICE_TAG,
    STABLE,
)

VARIANTS = (STABLE, CANARY)
Weights = Mapping[str, int]


def words(weights: Mapping[str, int | None]) -> str:
    """stable 95, canary 5"""
    return ", ".join(f"{variant} {0 if weights.get(variant) is None else weights[variant]}" for variant in VARIANTS)


def percent_of(weights: Mapping[str, int | None]) -> float | None:
    """The canary's share of what both get, None where neither gets any."""
    total = sum(weights.get(variant) or 0 for variant in VARIANTS)
    return round(100 * (weights.get(CANARY) or 0) / total, 2) if total else None


@dataclass(frozen=True, kw_only=True)
class Stickiness:
    """Whether a client stays with the variant it was given first. It overrides weights: until its cookie has expired,
    a client goes where it went before, even to a group of weight 0 or without a healthy target.

    https://repost.aws/questions/QUugYm4uzWSI2af5mnmMjlZQ
    """

    enabled: bool = False
    seconds: int | None = None

    @classmethod
    def from_boto(cls, config: Mapping[str, Any]) -> Stickiness:
        enabled = bool(config.get("Enabled"))
        return cls(enabled=enabled, seconds=config.get("DurationSeconds") if enabled else None)

    def to_boto(self) -> dict[str, Any]:
        return {"Enabled": True, "DurationSeconds": self.seconds} if self.enabled else {"Enabled": False}

    def as_result(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A listener rule as AWS has it: everything but the weights is only carried along."""

    arn: str
    priority: int
    conditions: Sequence[Mapping[str, Any]]
    actions: Sequence[Mapping[str, Any]]
    transforms: Sequence[Mapping[str, Any]] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_boto(cls, item: Mapping[str, Any], tags: Mapping[str, str]) -> Rule:
        return cls(
            arn=item["RuleArn"],
            priority=int(item["Priority"]),
            conditions=item["Conditions"],
            actions=item["Actions"],
            transforms=item.get("Transforms") or (),
            tags=tags,
        )

    @property
    def listener_arn(self) -> str:
        return listener_of(self.arn)

    @property
    def load_balancer(self) -> str:
        return load_balancer_of(self.arn)

    @property
    def weights(self) -> dict[str, int]:
        """By target group ARN."""
        return _rule_actions.forwarded(self.actions)

    @property
    def stickiness(self) -> Stickiness:
        return Stickiness.from_boto(_rule_actions.stickiness(self.actions))


def listener_of(rule_arn: str) -> str:
    """arn:...:listener-rule/app/<name>/<id>/<listener>/<rule> -> arn:...:listener/app/<name>/<id>/<listener>"""
    return rule_arn.replace(":listener-rule/", ":listener/").rpartition("/")[0]


def load_balancer_of(rule_arn: str) -> str:
    """app/<name>/<id>, as metrics name it."""
    return "/".join(rule_arn.partition(":listener-rule/")[2].split("/")[:3])


@dataclass(frozen=True, kw_only=True)
class Health:
    """The targets of one group. One that is `coming` has not been judged yet."""

    healthy: int = 0
    coming: int = 0
    others: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        found = {"healthy": self.healthy, "coming": self.coming, **self.others}
        return ", ".join(f"{number} {state}" for state, number in found.items() if number) or "no targets"


@dataclass(frozen=True, kw_only=True)
class Canary:
    """A service's rule with its two target groups. `groups` also holds one that the rule does not forward to yet.

    `taken` are the priorities of the listener; `health` is of those groups alone that were asked about.
    """

    rule: Rule
    groups: Mapping[str, str]
    test_rule: Rule | None = None
    taken: frozenset[int] = frozenset()
    health: Mapping[str, Health] = field(default_factory=dict)

    @property
    def link(self) -> str:
        return self.rule.tags[LINK]

    @property
    def service(self) -> str:
        return self.rule.tags[SERVICE_TAG]

    @property
    def what(self) -> str:
        return f"rule of {self.service}"

    @property
    def weights(self) -> dict[str, int | None]:
        """None for a variant that the rule does not forward to, or that has no group."""
        live = self.rule.weights
        return {variant: live.get(self.groups.get(variant, "")) for variant in VARIANTS}

    @property
    def strangers(self) -> dict[str, int]:
        """Groups that are neither, such as one that CodeDeploy has left behind."""
        ours = set(self.groups.values())
        return {arn: weight for arn, weight in self.rule.weights.items() if arn not in ours}

    def as_diff(self) -> dict[str, Any]:
        return {
            "weights": {variant: weight for variant, weight in self.weights.items() if weight is not None},
            "stickiness": self.rule.stickiness.as_result(),
            "test_rule": self._testers(),
        }

    def _testers(self) -> dict[str, Any] | None:
        if self.test_rule is None:
            return None
        testers = Testers.told_by(self.test_rule.conditions, self.rule.conditions)
        return testers.as_result() if testers else {"conditions": list(self.test_rule.conditions)}

    def as_result(self) -> dict[str, Any]:
        test_rule = self.test_rule
        return {
            "link": self.link,
            "side": self.rule.tags.get(SIDE),
            "service": self.service,
            "rule_arn": self.rule.arn,
            "listener_arn": self.rule.listener_arn,
            "load_balancer": self.rule.load_balancer,
            "priority": self.rule.priority,
            "weights": self.weights,
            "canary_percent": percent_of(self.weights),
            "target_groups": {variant: self.groups.get(variant) for variant in VARIANTS},
            "other_target_groups": self.strangers,
            "stickiness": self.rule.stickiness.as_result(),
            "healthy": {variant: health.healthy for variant, health in sorted(self.health.items())},
            "test_rule": {
                "rule_arn": test_rule.arn or None,
                "priority": test_rule.priority,
                **(self._testers() or {}),
            }
            if test_rule
            else None,
        }
