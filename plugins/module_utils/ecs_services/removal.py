# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Taking a service down: first no tasks, then nothing. Pure; PRIVATE to the collection; stdlib only.

ECS itself deregisters the targets of a service that is scaled to 0, which keeps new
requests from them, and stops their tasks once open requests have ended, or the
deregistration delay has. The rule goes after that: ECS refuses to update a service
whose target group no load balancer uses.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m

DRAINS = ((m.ECS_SERVICE, "drain"),)
REMOVALS = (
    (m.RULE, "delete"),
    (m.ECS_SERVICE, "delete"),
    (m.TARGET_GROUP, "delete"),
    (m.TASK_DEFINITION, "delete"),
)
LOG = ((m.LOG_GROUP, "delete"),)


def removal(service: m.Service, with_log: bool) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """What is written at once, and what waits until the tasks are gone."""
    return _steps(service, DRAINS), _steps(service, REMOVALS + (LOG if with_log else ()))


def taken_down(service: m.Service, with_log: bool) -> m.Service | None:
    """What is left of it."""
    log = m.slot(m.LOG_GROUP)
    if with_log or log not in service.resources:
        return None
    return replace(service, resources={log: service.resources[log]})


def _steps(service: m.Service, kinds: tuple[tuple[str, str], ...]) -> tuple[Change, ...]:
    return tuple(
        _step(verb, place, service.resources[place])
        for kind, verb in kinds
        for place in sorted(service.resources)
        if place[0] == kind and _takes(verb, service.resources[place])
    )


def _takes(verb: str, resource: m.Resource) -> bool:
    """A service that is going already has nothing left to drain."""
    return verb != "drain" or resource.facts["status"] == "ACTIVE"


def _step(verb: str, place: m.Slot, resource: m.Resource) -> Change:
    values: dict[str, Any] = {"slot": place, "resource": resource, "arn": resource.arn}
    return Change(verb=verb, target=f"{m.slot_words(place)} {resource.name}", why="no longer listed", values=values)
