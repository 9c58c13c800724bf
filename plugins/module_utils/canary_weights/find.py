# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Finds a service's rule, its target groups and its test rule, with two calls. PRIVATE to the collection.

By tags: one question to the tagging API, then the rules of the listener. By ARN: the rules of the listener, then
the tags of those that matter. What the tagging API does not know yet is asked for by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils import _rule_actions
from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import LINK, SIDE, the_only
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights import api
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.desired import Place
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.model import (
    VARIANTS,
    Canary,
    Rule,
    listener_of,
    load_balancer_of,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.plan import ROLE, ROLE_TAG
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.model import (
    CANARY,
    SERVICE_TAG,
    VARIANT_TAG,
)

RULE, TARGET_GROUP = ":listener-rule/", ":targetgroup/"
Tags = Mapping[str, Mapping[str, str]]


def find_canary(connect: Connect, place: Place) -> Canary:
    """Raises PrivateLinkError when there is no such rule, more than one, or when it is not ours."""
    elb = connect("elbv2")
    tags: dict[str, dict[str, str]] = {}
    rule_arn = place.rule_arn
    if rule_arn is None:
        tags = find_tagged(connect, place)
        rule_arn = the_rule(tags, place)
    items = api.list_rules(elb, listener_of(rule_arn))
    unknown = [arn for arn in _of_interest(items, rule_arn) if arn not in tags]
    if unknown:
        tags |= api.read_tags(elb, unknown)
    _refuse_foreign(rule_arn, tags.get(rule_arn, {}), place)
    if CANARY not in _groups(tags, tags[rule_arn]) and place.rule_arn:
        # No rule uses the canary's group, so the rule does not lead to it.
        tags |= find_tagged(connect, _place_of(tags[rule_arn]))
    return canary_of(items, rule_arn, tags)


def find_targets(connect: Connect, place: Place) -> tuple[str, dict[str, str]]:
    """The load balancer as metrics name it, and the ARNs of a service's target groups by variant, with one call."""
    tags = find_tagged(connect, place)
    rule_arn = the_rule(tags, place)
    return load_balancer_of(rule_arn), _groups(tags, tags[rule_arn])


def find_tagged(connect: Connect, place: Place) -> dict[str, dict[str, str]]:
    """All that belongs to the load balancing of a link, of a side or of one service."""
    wanted = {LINK: place.link, SIDE: place.side, SERVICE_TAG: place.service}
    return api.find_tagged(
        connect("resourcegroupstaggingapi"), {key: value for key, value in wanted.items() if value is not None}
    )


def _place_of(tags: Mapping[str, str]) -> Place:
    return Place(link=tags[LINK], side=tags.get(SIDE), service=tags[SERVICE_TAG])


def the_rule(tags: Tags, place: Place) -> str:
    """The ARN of the service's own rule."""
    found = [arn for arn, its_tags in tags.items() if is_service_rule(arn, its_tags)]
    rule_arn = the_only(found, what=str(place), ids=found)
    if rule_arn is None:
        raise PrivateLinkError(
            where=str(place),
            found="no rule with these tags",
            allowed="a rule that ecs_services has made",
            remedy="run ecs_services first; of a rule made a moment ago, wait some seconds or give rule_arn",
        )
    return rule_arn


def is_service_rule(arn: str, tags: Mapping[str, str]) -> bool:
    """A service's own rule belongs to no variant."""
    return RULE in arn and SERVICE_TAG in tags and VARIANT_TAG not in tags


def is_test_rule(arn: str, tags: Mapping[str, str], service: Mapping[str, str]) -> bool:
    return RULE in arn and tags.get(ROLE_TAG) == ROLE and _is_of(tags, service)


def _is_of(tags: Mapping[str, str], service: Mapping[str, str]) -> bool:
    """Whether tags tell of the same link, side and service."""
    return all(tags.get(key) == service.get(key) for key in (LINK, SIDE, SERVICE_TAG))


def _of_interest(items: Iterable[Mapping[str, Any]], rule_arn: str) -> list[str]:
    """The rule, its groups, and the rules that forward to none but these: one of them may be its testers'."""
    groups = next((_rule_actions.forwarded(item["Actions"]) for item in items if item["RuleArn"] == rule_arn), None)
    if groups is None:
        return []
    others = [
        item["RuleArn"]
        for item in items
        if not item["IsDefault"] and item["RuleArn"] != rule_arn and _leads_to(item, groups)
    ]
    return [rule_arn, *groups, *others]


def _leads_to(item: Mapping[str, Any], groups: Mapping[str, int]) -> bool:
    found = _rule_actions.forwarded(item["Actions"])
    return bool(found) and found.keys() <= groups.keys()


def _refuse_foreign(rule_arn: str, tags: Mapping[str, str], place: Place) -> None:
    if not tags:
        raise PrivateLinkError(where=rule_arn, found="no such rule, or no tags", allowed="a rule of ecs_services")
    wanted = {LINK: place.link, SIDE: place.side, SERVICE_TAG: place.service}
    ours = LINK in tags and is_service_rule(rule_arn, tags)
    if not ours or any(value is not None and tags.get(key) != value for key, value in wanted.items()):
        found = ", ".join(f"{key}={tags[key]}" for key in (*wanted, VARIANT_TAG) if key in tags) or "none of our tags"
        told = ", ".join(f"{key}={value}" for key, value in wanted.items() if value is not None)
        raise PrivateLinkError(
            where=rule_arn,
            found=found,
            allowed=told or f"{LINK} and {SERVICE_TAG}, and no {VARIANT_TAG}",
            remedy="what is not ours is never changed",
        )


def _groups(tags: Tags, service: Mapping[str, str]) -> dict[str, str]:
    """The ARNs of the service's target groups by variant."""
    found = {}
    for variant in VARIANTS:
        arns = [
            arn
            for arn, its_tags in tags.items()
            if TARGET_GROUP in arn and its_tags.get(VARIANT_TAG) == variant and _is_of(its_tags, service)
        ]
        only = the_only(arns, what=f"{variant} target group of {service[SERVICE_TAG]}", ids=arns)
        if only:
            found[variant] = only
    return found


def canary_of(items: Iterable[Mapping[str, Any]], rule_arn: str, tags: Tags) -> Canary:
    """Of a listener's rules, and the tags of those that matter."""
    rules = {item["RuleArn"]: item for item in items if not item["IsDefault"]}
    if rule_arn not in rules:
        raise PrivateLinkError(where=rule_arn, found="it is gone", remedy="it was deleted a moment ago: run again")
    service = tags[rule_arn]
    tests = [arn for arn in rules if is_test_rule(arn, tags.get(arn, {}), service)]
    test_arn = the_only(tests, what=f"test rule of {service[SERVICE_TAG]}", ids=tests)
    return Canary(
        rule=Rule.from_boto(rules[rule_arn], service),
        groups=_groups(tags, service),
        test_rule=Rule.from_boto(rules[test_arn], tags[test_arn]) if test_arn else None,
        taken=frozenset(int(item["Priority"]) for item in rules.values()),
    )
