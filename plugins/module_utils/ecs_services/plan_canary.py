# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the list may say of a service whose canary is on its way, or was. Pure; PRIVATE to the collection; stdlib only.

The canary module says in tags what it has done: see the tags in model.py.
"""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.names import tag_text

STABLE_SERVICE = m.slot(m.ECS_SERVICE, m.STABLE)
CANARY_SERVICE = m.slot(m.ECS_SERVICE, m.CANARY)
CANARY_GROUP = m.slot(m.TARGET_GROUP, m.CANARY)
RULE = m.slot(m.RULE)


def is_held(current: m.Service) -> bool:
    """Whether the task sets are the canary module's for now."""
    return _tag(current, STABLE_SERVICE, m.PLAN_TAG) == m.ON_ITS_WAY


def respectful(wanted: m.Service, current: m.Service) -> m.Service:
    """What is wanted, where it does not undo what a canary does or has done.

    Raises PrivateLinkError for a list that would take a promoted version back without anybody having said so.
    """
    if is_held(current):
        return _as_held(wanted, current)
    _refuse_downgrade(wanted, current)
    return _remembered(wanted, current)


def refuse_held(current: m.Service) -> None:
    """Of a service that is no longer listed."""
    if is_held(current):
        raise PrivateLinkError(
            where=current.name,
            found="no longer listed, and a canary of it is on its way",
            allowed="the end of a service that nobody is at",
            remedy=f"first playbooks/canary.yml -e canary_action=rollback -e canary_service={current.name}",
        )


def _as_held(wanted: m.Service, current: m.Service) -> m.Service:
    """Task sets, what they need, and the variants in the rule stay as they are."""
    kept = {place: item for place, item in current.resources.items() if _is_held_too(place, wanted)}
    free = {place: item for place, item in wanted.resources.items() if not _is_of_canary(place)}
    resources = {**free, **kept}
    if RULE in current.resources and RULE in resources:
        weights = dict(current.resources[RULE].settings["weights"])
        resources[RULE] = replace(resources[RULE], settings={**resources[RULE].settings, "weights": weights})
    return replace(wanted, resources=resources)


def _is_of_canary(place: m.Slot) -> bool:
    """What the canary module makes when it is not there."""
    return place[1] == m.CANARY


def _is_held_too(place: m.Slot, wanted: m.Service) -> bool:
    kind, _variant = place
    is_task_set = kind in (m.TASK_DEFINITION, m.ECS_SERVICE) or place == CANARY_GROUP
    return is_task_set or (kind in m.ROLES and place not in wanted.resources)


def _refuse_downgrade(wanted: m.Service, current: m.Service) -> None:
    promoted = _tag(current, STABLE_SERVICE, m.PROMOTED_TAG)
    listed = wanted.entry["image"]
    if promoted and tag_text(listed) == _tag(current, STABLE_SERVICE, m.REPLACED_TAG):
        raise PrivateLinkError(
            where=f"services[{wanted.name}].image",
            found=f"{listed}, which a canary has replaced by {promoted}",
            allowed="what was promoted, or what was never replaced",
            remedy=f"set image: {promoted} and take its canary out; to go back on purpose, ship {listed} as a canary",
        )


def _remembered(wanted: m.Service, current: m.Service) -> m.Service:
    """Once the list has caught up, what was before is forgotten: from then on it is the list that counts."""
    resources = dict(wanted.resources)
    if _tag(current, STABLE_SERVICE, m.PROMOTED_TAG):
        resources[STABLE_SERVICE] = _tagged(resources[STABLE_SERVICE], {m.PROMOTED_TAG: "", m.REPLACED_TAG: ""})
    rolled_back = _tag(current, CANARY_SERVICE, m.ROLLED_BACK_TAG)
    if rolled_back and CANARY_SERVICE in resources:
        canary = resources[CANARY_SERVICE]
        if rolled_back == tag_text(wanted.entry["canary"]["image"]):
            resources[CANARY_SERVICE] = replace(canary, settings={**canary.settings, "desired_count": 0})
        else:
            resources[CANARY_SERVICE] = _tagged(canary, {m.ROLLED_BACK_TAG: ""})
    return replace(wanted, resources=resources)


def _tagged(resource: m.Resource, tags: dict[str, str]) -> m.Resource:
    return replace(resource, tags={**(resource.tags or {}), **tags})


def _tag(service: m.Service, place: m.Slot, key: str) -> str:
    found = service.resources.get(place)
    return (found.tags or {}).get(key, "") if found else ""
