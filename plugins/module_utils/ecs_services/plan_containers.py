# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a service's log group, task definitions, ECS services and scaling need. Pure; PRIVATE; stdlib only."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import changes
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m

ACTIVE = "ACTIVE"
SCALING = m.slot(m.SCALING)


def plain(place: m.Slot, wanted: m.Service, current: m.Service) -> list[Change]:
    """A resource that is made and changed as a whole: a log group, a role."""
    resource, found = wanted.resources[place], current.resources.get(place)
    if found is None:
        return [changes.change("create", place, resource, "missing")]
    return [*changes.settings(place, resource, found), *changes.tags(place, resource, found)]


def role(place: m.Slot, wanted: m.Service, current: m.Service) -> list[Change]:
    """What it allows is believed by the fingerprint in its description, which is written last."""
    resource, found = wanted.resources[place], current.resources.get(place)
    if found is None:
        return [changes.change("create", place, resource, "missing")]
    steps = changes.settings(place, resource, found)
    if not steps and found.facts["print"] != resource.facts["print"]:
        steps = [changes.change("modify", place, resource, "not recorded", keys=(), arn=found.arn)]
    return [*steps, *changes.tags(place, resource, found)]


def definition(place: m.Slot, wanted: m.Service, current: m.Service) -> list[Change]:
    """A new revision is made when the ECS service does not run one made of these settings."""
    resource = wanted.resources[place]
    service = m.slot(m.ECS_SERVICE, place[1])
    found = current.resources.get(service)
    if found is None or found.facts["status"] != ACTIVE:
        return [changes.change("register", place, resource, "missing")]
    if found.settings["task_definition"] == wanted.resources[service].settings["task_definition"]:
        return []
    return [changes.change("register", place, resource, "other settings")]


def ecs_service(place: m.Slot, wanted: m.Service, current: m.Service) -> list[Change]:
    resource, found = wanted.resources[place], current.resources.get(place)
    if found is None:
        return [changes.change("create", place, resource, "missing")]
    if found.facts["status"] != ACTIVE:
        return [changes.change("create", place, resource, "the one before is still going", drain_first=True)]
    resource = within_bounds(resource, found, wanted.resources.get(SCALING))
    return [*changes.settings(place, resource, found), *changes.tags(place, resource, found)]


def within_bounds(resource: m.Resource, found: m.Resource, scaling: m.Resource | None) -> m.Resource:
    """AWS chooses the count of a scaled service, but somebody may have set one that it must not have."""
    if scaling is None or resource.settings["desired_count"] is not None:
        return resource
    count = found.settings["desired_count"]
    bound = max(scaling.settings["min"], min(scaling.settings["max"], count))
    if bound == count:
        return resource
    return replace(resource, settings={**resource.settings, "desired_count": bound})


def scaling(place: m.Slot, wanted: m.Service, current: m.Service) -> list[Change]:
    resource, found = wanted.resources[place], current.resources.get(place)
    policies = resource.settings["policies"]
    if found is None:
        return [changes.change("create", place, resource, "missing", put=tuple(policies), delete=())]
    live = found.settings["policies"]
    stale = _stale(current, found)
    put = tuple(name for name in policies if policies[name] != live.get(name) or name in stale)
    delete = tuple(sorted(live.keys() - policies.keys()))
    keys = changes.differing(resource.settings, found.settings)
    if not keys and not put:
        return []
    why = f"other {', '.join(keys or ['target group'])}"
    return [changes.change("modify", place, resource, why, put=put, delete=delete, arn=found.arn)]


def _stale(current: m.Service, found: m.Resource) -> set[str]:
    """Policies that count the requests of a target group that is not there any more."""
    group = current.resources.get(m.slot(m.TARGET_GROUP, m.STABLE))
    label = (group.arn or "").rpartition(":")[2] if group else "none"
    return {name for name, known in found.facts["labels"].items() if not known.endswith(label)}
