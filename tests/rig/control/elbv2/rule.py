"""Listener rules and their priorities."""

from __future__ import annotations

import copy
import re
from typing import Any

from moto.elbv2.exceptions import (
    DuplicatePriorityError,
    InvalidDescribeRulesRequest,
    InvalidModifyRuleArgumentsError,
    RuleNotFoundError,
    ValidationError,
)
from moto.elbv2.exceptions import ELBClientError as Refused
from moto.elbv2.models import FakeListenerRule
from moto.moto_api._internal import mock_random

from rig.control.elbv2 import quotas, transforms
from rig.control.elbv2.listener import Listener

_ARN = re.compile(r":listener-rule/(?P<listener>[^/]+/[^/]+/[^/]+/[^/]+)/[^/]+$")
_CONFIGS = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    "http-header": "HttpHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "query-string": "QueryStringConfig",
    "source-ip": "SourceIpConfig",
}


class Rules:
    """The part of the backend that keeps rules."""

    def create_rule(
        self,
        listener_arn: str,
        conditions: list[dict[str, Any]],
        priority: int,
        actions: list[dict[str, Any]],
        tags: list[dict[str, str]] | None = None,
        rewriting: list[dict[str, Any]] | None = None,
    ) -> FakeListenerRule:
        listener = self.listener(listener_arn)
        balancer = self.load_balancer(listener.load_balancer_arn)
        if balancer.is_network:
            raise Refused("InvalidLoadBalancerAction", "Rules are not supported on listeners of network load balancers")
        checked_conditions = self._conditions(conditions)
        self._check_priority(priority)
        if priority in {rule.priority for rule in listener.rules.values()}:
            raise _in_use(priority)
        rules = sum(len(one._non_default_rules) for one in balancer.listeners.values())
        if rules >= quotas.RULES_PER_APPLICATION_LOAD_BALANCER:
            raise Refused(
                "TooManyRules", f"The maximum number of rules has been reached on load balancer '{balancer.arn}'"
            )
        rule = FakeListenerRule(
            listener_arn=listener_arn,
            arn=f"{listener_arn.replace(':listener/', ':listener-rule/')}/{mock_random.get_random_hex(16)}",
            conditions=checked_conditions,
            priority=priority,
            actions=self.actions(actions, balancer, listener.protocol),
        )
        rule.transforms = transforms.checked(rewriting)
        listener._non_default_rules[rule.arn] = rule
        self.tagging_service.tag_resource(rule.arn, tags)
        self.forget_links()
        return rule

    def modify_rule(
        self,
        rule_arn: str,
        conditions: list[dict[str, Any]],
        actions: list[dict[str, Any]],
        rewriting: list[dict[str, Any]] | None = None,
        reset_transforms: bool = False,
    ) -> FakeListenerRule:
        """A given list replaces the whole list; one that is not given stays."""
        if not conditions and not actions and not rewriting and not reset_transforms:
            raise InvalidModifyRuleArgumentsError()
        if rewriting and reset_transforms:
            raise ValidationError("Transforms and ResetTransforms cannot be specified at the same time")
        listener, rule = self.rule(rule_arn)
        if rule.is_default:
            raise Refused("OperationNotPermitted", f"Default rule '{rule_arn}' cannot be modified")
        balancer = self.load_balancer(listener.load_balancer_arn)
        checked_conditions = self._conditions(conditions) if conditions else rule.conditions
        checked_transforms = [] if reset_transforms else transforms.checked(rewriting) or rule.transforms
        if actions:
            rule.actions = self.actions(actions, balancer, listener.protocol, existing=rule.actions)
        rule.conditions, rule.transforms = checked_conditions, checked_transforms
        self.forget_links()
        return rule

    def delete_rule(self, arn: str) -> None:
        listener, rule = self.rule(arn)
        if rule.is_default:
            raise Refused("OperationNotPermitted", f"Default rule '{arn}' cannot be deleted")
        listener.remove_rule(arn)
        self.forget_links()

    def rule(self, arn: str) -> tuple[Listener, Any]:
        """The rule and its listener, by what the ARN says."""
        match = _ARN.search(arn)
        if match is None:
            raise RuleNotFoundError(f"Rule '{arn}' not found")
        prefix = arn.split(":listener-rule/")[0]
        balancer = self.load_balancers.get(f"{prefix}:loadbalancer/{match['listener'].rpartition('/')[0]}")
        listener = balancer.listeners.get(f"{prefix}:listener/{match['listener']}") if balancer else None
        rules = (
            {}
            if listener is None
            else {**listener._non_default_rules, listener.default_rule.arn: listener.default_rule}
        )
        if arn not in rules:
            raise RuleNotFoundError("One or more rules not found")
        return listener, rules[arn]

    def describe_rules(self, listener_arn: str | None, rule_arns: list[str] | None) -> list[Any]:
        if not listener_arn and not rule_arns:
            raise InvalidDescribeRulesRequest("You must specify either listener rule ARNs or a listener ARN")
        if listener_arn and rule_arns:
            raise InvalidDescribeRulesRequest(
                "Listener rule ARNs and a listener ARN cannot be specified at the same time"
            )
        if listener_arn:
            return self.listener(listener_arn).ordered_rules
        return [self.rule(arn)[1] for arn in rule_arns]

    def set_rule_priorities(self, rule_priorities: list[dict[str, Any]]) -> list[Any]:
        """All at once, so two rules of one call may swap."""
        wanted = {pair["RuleArn"]: pair["Priority"] for pair in rule_priorities}
        found = [self.rule(arn) for arn in wanted]
        for priority in wanted.values():
            self._check_priority(priority)
        for listener in {id(listener): listener for listener, _rule in found}.values():
            mine = [wanted[rule.arn] for owner, rule in found if owner is listener]
            if repeated := [priority for priority in mine if mine.count(priority) > 1]:
                raise DuplicatePriorityError(repeated[0])
            kept = {rule.priority for rule in listener.rules.values() if rule.arn not in wanted}
            if clash := kept.intersection(mine):
                raise _in_use(min(clash))
        for _listener, rule in found:
            if rule.is_default:
                raise Refused("OperationNotPermitted", f"The priority of default rule '{rule.arn}' cannot be modified")
            rule.priority = wanted[rule.arn]
        return [rule for _listener, rule in found]

    def _check_priority(self, priority: int) -> None:
        if priority not in quotas.PRIORITIES:
            raise ValidationError(
                f"1 validation error detected: Value '{priority}' at 'priority' failed to satisfy constraint: "
                "Member must have value less than or equal to 50000 and greater than or equal to 1"
            )

    def _conditions(self, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Checked, and told both ways where AWS tells both: Values and the field's own config."""
        if not given:
            raise ValidationError("A condition must be specified")
        self._validate_conditions(given)
        conditions = [_told_both_ways(condition) for condition in given]
        if sum(len(values(condition)) for condition in conditions) > quotas.CONDITION_VALUES_PER_RULE:
            raise ValidationError(f"A rule can only have '{quotas.CONDITION_VALUES_PER_RULE}' condition values")
        wildcards = sum(str(value).count(sign) for one in conditions for value in values(one) for sign in "*?")
        if wildcards > quotas.CONDITION_WILDCARDS_PER_RULE:
            raise ValidationError(f"A rule can only have '{quotas.CONDITION_WILDCARDS_PER_RULE}' condition wildcards")
        return conditions


def values(condition: dict[str, Any]) -> list[Any]:
    """The values of a stored condition, whatever its kind."""
    return condition.get(_CONFIGS[condition["Field"]], {}).get("Values", [])


def _told_both_ways(given: dict[str, Any]) -> dict[str, Any]:
    condition = copy.deepcopy(dict(given))
    if condition["Field"] in ("host-header", "path-pattern"):
        config = condition.setdefault(_CONFIGS[condition["Field"]], {"Values": condition.get("Values", [])})
        condition["Values"] = list(config.get("Values", []))
    return condition


def _in_use(priority: int) -> Refused:
    return Refused("PriorityInUse", f"Priority '{priority}' is currently in use")
