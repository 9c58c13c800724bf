# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a service's rule and target groups need. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import changes
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.wanted_balancing import STICKY
from ansible_collections.twoway.privatelink.plugins.module_utils.link.quotas import QUOTAS

RULE = m.slot(m.RULE)
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroup.html
NEVER_CHANGES = ("protocol", "vpc_id")


def balancing(wanted: m.Service, current: m.Service, spot: Mapping[str, Any]) -> list[Change]:
    """Groups, then the rule; attributes on that side of the rule where AWS takes them.

    While a rule chooses between its groups anew for each request, none of them may be sticky:
    "You must enable group stickiness before enabling target stickiness"
    (https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2734).
    `spot` is where a new rule goes: a shard and a priority.
    """
    groups = sorted(place for place in wanted.resources if place[0] == m.TARGET_GROUP)
    made = [step for place in groups for step in _group(place, wanted.resources[place], current.resources.get(place))]
    setting = [step for place in groups for step in _attributes("set attributes", place, wanted, current)]
    recording = [step for place in groups for step in _attributes("record attributes", place, wanted, current)]
    rule = _rule(wanted, current, spot)
    found = current.resources.get(RULE)
    if found is None:
        return [*made, *setting, *recording, *rule]
    if wanted.resources[RULE].settings["sticky_seconds"]:
        return [*made, *rule, *setting, *recording]
    # Recorded last of all: a run that was killed before that sees that the rule may still be sticky.
    return [*made, *setting, *rule, *recording]


def _group(place: m.Slot, wanted: m.Resource, found: m.Resource | None) -> list[Change]:
    if found is None:
        return [changes.change("create", place, wanted, "missing")]
    keys = changes.differing(wanted.settings, found.settings)
    for key in NEVER_CHANGES:
        if key in keys:
            raise PrivateLinkError(
                where=f"{m.slot_words(place)} {wanted.name}",
                found=f"{key} {found.settings[key]}",
                allowed=f"{wanted.settings[key]}, which AWS does not change",
                remedy="take the entry out, run, put it in again; or give the service a new name",
            )
    health = [changes.change("modify", place, wanted, "other health_check", arn=found.arn)]
    return [*(health if "health_check" in keys else ()), *changes.tags(place, wanted, found)]


def _attributes(verb: str, place: m.Slot, wanted: m.Service, current: m.Service) -> list[Change]:
    """A new group has AWS's defaults; one whose tag is missing was killed on its way, or changed by hand."""
    resource, found = wanted.resources[place], current.resources.get(place)
    known = found.settings["attributes"] if found else resource.facts["default_attributes"]
    if known == resource.settings["attributes"]:
        return []
    return [changes.change(verb, place, resource, "other attributes", arn=found.arn if found else None)]


def _rule(wanted: m.Service, current: m.Service, spot: Mapping[str, Any]) -> list[Change]:
    """A variant that leaves keeps its place in the rule, at weight 0 and as sticky as it is, until it has drained."""
    resource, found = wanted.resources[RULE], current.resources.get(RULE)
    if found is None:
        return [changes.change("create", RULE, resource, "missing", **spot)]
    live, weights = found.settings["weights"], weights_after(resource, found)
    weights = {**dict.fromkeys(live, 0), **weights}
    _refuse_too_many(resource, weights)
    reasons = []
    if resource.settings["conditions"] != found.settings["conditions"]:
        reasons.append("other conditions")
    if weights != live:
        reasons.append("other variants")
    leaving = _sticky_groups(current).keys() - wanted.resources.keys()
    sticky = found.settings["sticky_seconds"] if leaving else sticky_after(wanted, current)
    if sticky != found.settings["sticky_seconds"]:
        reasons.append("other stickiness")
    steps = changes.tags(RULE, resource, found)
    if reasons:
        steps.insert(0, modified(resource, found, " and ".join(reasons), weights, sticky))
    return steps


def _refuse_too_many(rule: m.Resource, groups: Collection[str]) -> None:
    """Groups of others may be in it too, and go only after the variants that leave."""
    most = QUOTAS["target_groups_per_rule"].default
    if len(groups) > most:
        raise PrivateLinkError(
            where=f"{m.RULE} {rule.name}",
            found=f"{len(groups)} target groups, those of others among them: {', '.join(sorted(groups))}",
            allowed=f"{most}",
            remedy="take those of others out of the rule",
        )


def modified(
    resource: m.Resource, found: m.Resource, why: str, weights: Mapping[str, int], sticky: int | None = None
) -> Change:
    """`sticky` None leaves the stickiness as it is."""
    values = {"weights": weights, "sticky_seconds": sticky, "current": found, "arn": found.arn}
    return changes.change("modify", RULE, resource, why, **values)


def weights_after(wanted: m.Resource, current: m.Resource) -> dict[str, int]:
    """Weights that are there stay. A variant that joins gets none; one that is left alone gets all."""
    live, variants = current.settings["weights"], wanted.settings["weights"]
    kept = {variant: live.get(variant, 0) for variant in variants}
    if live.keys() == variants.keys():
        return kept
    if not any(kept.values()):
        kept[m.STABLE] = 100
    return kept


def sticky_after(wanted: m.Service, current: m.Service) -> int:
    """Of the rule. It is ours where the entry asks for it, or did so until now; else a canary's."""
    seconds = wanted.resources[RULE].settings["sticky_seconds"]
    return seconds if seconds or _sticky_groups(current) else current.resources[RULE].settings["sticky_seconds"]


def _sticky_groups(current: m.Service) -> dict[m.Slot, m.Resource]:
    groups = {place: item for place, item in current.resources.items() if place[0] == m.TARGET_GROUP}
    return {place: item for place, item in groups.items() if _is_sticky(item)}


def _is_sticky(group: m.Resource) -> bool:
    """Only stickiness makes a text of attributes too long, or too odd, to be readable."""
    text = group.settings["attributes"] or ""
    return f"{STICKY}=true" in text or text.startswith("fingerprint ")


def release(wanted: m.Service, current: m.Service) -> list[Change]:
    """Takes variants that have left out of the rule."""
    resource, found = wanted.resources[RULE], current.resources.get(RULE)
    if found is None or found.settings["weights"].keys() <= resource.settings["weights"].keys():
        return []
    weights, sticky = weights_after(resource, found), sticky_after(wanted, current)
    return [modified(resource, found, "a variant has left", weights, sticky)]
