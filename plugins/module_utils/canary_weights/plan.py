# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is to be done to a service's rule, and whether it may be. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils import _rule_actions
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import LINK, NAME, SIDE
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights import testers
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.desired import Desired
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.model import (
    VARIANTS,
    Canary,
    Rule,
    percent_of,
    words,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.model import (
    CANARY,
    SERVICE_TAG,
    STABLE,
    VARIANT_TAG,
)

ATTACH, SHIFT, UNSTICK = "attach", "shift", "unstick"  # of the service's rule
CREATE, MODIFY, DELETE = "create", "modify", "delete"  # of its test rule
ROLE_TAG, ROLE = "privatelink:role", "canary_weights"


def growing(desired: Desired, current: Canary) -> tuple[str, ...]:
    """The variants that are to get a larger share than they have: their health decides."""
    if desired.min_healthy == 0:
        return ()
    found = []
    if desired.weights:
        before, after = percent_of(current.weights), percent_of(desired.weights)
        found += [STABLE] if after is not None and after < (100 if before is None else before) else []
        found += [CANARY] if after is not None and after > (before or 0) else []
    if isinstance(desired.test_rule, testers.Testers) and current.test_rule is None:
        found.append(CANARY)
    return tuple(dict.fromkeys(found))


def plan(desired: Desired, current: Canary) -> Plan:
    """Raises PrivateLinkError where others have moved the weights, or a group that shall get more is not well."""
    _refuse_surprises(desired, current)
    _refuse_strangers(desired, current)
    _refuse_missing_groups(desired, current)
    _refuse_the_ill(desired, current)
    attached = _attached(desired, current)
    moved = _moved(desired, attached)
    unstuck = _with(moved, {}, desired.stickiness.to_boto()) if desired.stickiness else moved
    steps = ((ATTACH, current, attached), (SHIFT, attached, moved), (UNSTICK, moved, unstuck))
    changes = [_shift(*step) for step in steps if step[1].as_diff() != step[2].as_diff()]
    test, after = _test_rule(desired, current, unstuck)
    return Plan(before=current, after=after, changes=(*changes, *test))


def _attached(desired: Desired, current: Canary) -> Canary:
    """A group that no rule uses has no health to be judged by: it is put into the rule with no weight first."""
    missing = [variant for variant in growing(desired, current) if current.weights[variant] is None]
    return _with(current, {variant: weight or 0 for variant, weight in current.weights.items()}) if missing else current


def _refuse_surprises(desired: Desired, current: Canary) -> None:
    """The lock: what is wanted already is no surprise, for a run that was killed may have got so far."""
    live = {variant: weight or 0 for variant, weight in current.weights.items()}
    if desired.expected is None or live in (desired.expected, desired.weights):
        return
    raise PrivateLinkError(
        where=current.what,
        found=f"weights {words(live)}",
        allowed=f"{words(desired.expected)}, as expected",
        remedy="somebody else has moved them: find out who, then say what is expected now",
    )


def _refuse_strangers(desired: Desired, current: Canary) -> None:
    heavy = {arn: weight for arn, weight in current.strangers.items() if weight}
    if heavy and desired.weights:
        raise PrivateLinkError(
            where=current.what,
            found=f"it forwards to others too: {', '.join(f'{arn} ({weight})' for arn, weight in heavy.items())}",
            allowed="weight 0 for groups that are not of this service",
            remedy="shares would not be what they seem: set their weight to 0 first",
        )


def _refuse_missing_groups(desired: Desired, current: Canary) -> None:
    if not current.rule.weights:
        raise PrivateLinkError(where=current.what, found="it does not forward", allowed="a rule with a forward action")
    wanted = {variant for variant, weight in (desired.weights or {}).items() if weight}
    if isinstance(desired.test_rule, testers.Testers):
        wanted.add(CANARY)
    for variant in sorted(wanted - current.groups.keys()):
        raise PrivateLinkError(
            where=current.what,
            found=f"no {variant} target group",
            allowed=f"one with the tags {SERVICE_TAG}={current.service} and {VARIANT_TAG}={variant}",
            remedy="give the service a canary and run ecs_services",
        )


def _refuse_the_ill(desired: Desired, current: Canary) -> None:
    """Where waiting cannot help."""
    for variant in growing(desired, current):
        health = current.health[variant]
        if health.healthy + health.coming < desired.min_healthy:
            raise PrivateLinkError(
                where=f"{variant} target group of {current.service}",
                found=str(health),
                allowed=f"{desired.min_healthy} healthy",
                remedy="look into its log group, mend it and run again, or lower min_healthy",
            )


def _with(current: Canary, weights: Mapping[str, int], sticky: Mapping[str, Any] | None = None) -> Canary:
    """The canary with these weights by variant, and whoever else is in the rule as it was."""
    ours = {current.groups[variant]: weight for variant, weight in weights.items() if variant in current.groups}
    live = current.rule.weights
    ordered = {arn: ours.get(arn, live.get(arn, 0)) for arn in (*live, *(arn for arn in ours if arn not in live))}
    actions = _rule_actions.with_forward(current.rule.actions, ordered, sticky)
    return replace(current, rule=replace(current.rule, actions=actions))


def _moved(desired: Desired, current: Canary) -> Canary:
    """Stickiness that ends does so afterwards: AWS refuses that where targets are sticky, and weights come first.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
    """
    begins = desired.stickiness if desired.stickiness and desired.stickiness.enabled else None
    return _with(current, desired.weights or {}, begins.to_boto() if begins else None)


def _shift(verb: str, before: Canary, after: Canary) -> Change:
    return Change(
        verb=verb,
        target=before.what,
        why=_reasons(before, after),
        values={"actions": after.rule.actions},
    )


def _reasons(before: Canary, after: Canary) -> str:
    reasons = [
        f"no {variant} group in it"
        for variant in VARIANTS
        if before.weights[variant] is None and after.weights[variant] is not None
    ]
    if words(before.weights) != words(after.weights):
        reasons.append(f"{words(before.weights)} -> {words(after.weights)}")
    if before.rule.stickiness != after.rule.stickiness:
        reasons.append("other stickiness")
    return " and ".join(reasons)


def _test_rule(desired: Desired, current: Canary, after: Canary) -> tuple[list[Change], Canary]:
    found, wanted = current.test_rule, desired.test_rule
    if wanted is None or (wanted is False and found is None):
        return [], after
    if wanted is False:
        return [_test_change(DELETE, current, "no longer wanted", found)], replace(after, test_rule=None)
    made = _wanted_test_rule(wanted, current)
    reasons = _differences(found, made) if found else "missing"
    if not reasons:
        return [], after
    _refuse_secrets(current)
    verb = MODIFY if found else CREATE
    return [_test_change(verb, current, reasons, made)], replace(after, test_rule=made)


def _differences(found: Rule, made: Rule) -> str:
    same = {
        "conditions": testers.same(found.conditions, made.conditions),
        "actions": _rule_actions.comparable(found.actions) == _rule_actions.comparable(made.actions),
        "transforms": list(found.transforms) == list(made.transforms),
    }
    return ", ".join(f"other {part}" for part, holds in same.items() if not holds)


def _test_change(verb: str, current: Canary, why: str, rule: Rule) -> Change:
    return Change(verb=verb, target=f"test rule of {current.service}", why=why, values={"rule": rule})


def _wanted_test_rule(wanted: testers.Testers, current: Canary) -> Rule:
    """What the service's rule asks, does and rewrites, but for the weights, which never change."""
    rule, found = current.rule, current.test_rule
    always = _rule_actions.with_forward(rule.actions, {current.groups[CANARY]: 1}, {"Enabled": False})
    return Rule(
        arn=found.arn if found else "",
        priority=found.priority if found else _priority(current),
        conditions=testers.conditions(rule.conditions, wanted),
        actions=always,
        transforms=rule.transforms,
        tags=found.tags if found else test_rule_tags(rule.tags),
    )


def _refuse_secrets(current: Canary) -> None:
    """Testers prove who they are as anybody does: to leave that out would open a way around it."""
    if any(action["Type"] == _rule_actions.OIDC for action in current.rule.actions):
        raise PrivateLinkError(
            where=f"test rule of {current.service}",
            found="a rule that authenticates by OpenID Connect",
            allowed="none, or authentication by Cognito or by tokens",
            remedy="AWS does not tell the client secret that a second rule would need: make that rule by hand",
        )


def _priority(current: Canary) -> int:
    """The nearest free one before the rule's own: ecs_services leaves gaps of ten."""
    for priority in range(current.rule.priority - 1, 0, -1):
        if priority not in current.taken:
            return priority
    raise PrivateLinkError(
        where=f"test rule of {current.service}",
        found=f"every priority below {current.rule.priority} is taken",
        allowed="a free one",
        remedy="move a rule of your own to another priority",
    )


def test_rule_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Ours, of the same service; the variant tells it from the service's own rule."""
    owner = {key: tags[key] for key in (LINK, SIDE) if key in tags}
    service = tags[SERVICE_TAG]
    name = f"{tags[LINK]}-{service}-testers"
    return {**owner, SERVICE_TAG: service, VARIANT_TAG: CANARY, ROLE_TAG: ROLE, NAME: name}
