# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Taking a service down: first no requests, then no tasks, then nothing. Pure; PRIVATE to the collection; stdlib only.

Nobody may bring tasks back, so scaling ends first. At weight 0 no new request comes. ECS itself
deregisters the targets of a service that is scaled to 0, and stops their tasks once open requests
have ended, or the deregistration delay has. The rule goes after that: ECS refuses to update a
service whose target group no load balancer uses. A role goes when no task can need it any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import changes
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.plan_balancing import RULE, modified

REMOVALS = (m.RULE, m.ECS_SERVICE, m.TARGET_GROUP, m.TASK_DEFINITION, *m.ROLES)
NOT_LISTED = "no longer listed"


def stops(service: m.Service) -> tuple[Change, ...]:
    """What must end before anything else is written: what brings tasks back, and what brings testers."""
    return _steps("delete", service, (m.SCALING, m.TEST_RULE))


def unweighed(service: m.Service) -> tuple[Change, ...]:
    """The rule of a service that goes altogether lets nobody in."""
    rule = service.resources.get(RULE)
    if rule is None or not any(rule.settings["weights"].values()):
        return ()
    return (modified(rule, rule, NOT_LISTED, dict.fromkeys(rule.settings["weights"], 0)),)


def drains(service: m.Service) -> tuple[Change, ...]:
    """A service that is going already has nothing left to drain."""
    active = {place: item for place, item in service.resources.items() if item.facts.get("status") == "ACTIVE"}
    return _steps("drain", replace(service, resources=active), (m.ECS_SERVICE,))


def removals(service: m.Service, with_log: bool = False) -> tuple[Change, ...]:
    """What waits until the tasks are gone."""
    return _steps("delete", service, (*REMOVALS, *((m.LOG_GROUP,) if with_log else ())))


def taken_down(service: m.Service, with_log: bool) -> m.Service | None:
    """What is left of it."""
    log = m.slot(m.LOG_GROUP)
    if with_log or log not in service.resources:
        return None
    return replace(service, resources={log: service.resources[log]})


def _steps(verb: str, service: m.Service, kinds: Iterable[str]) -> tuple[Change, ...]:
    return tuple(
        _step(verb, place, service.resources[place])
        for kind in kinds
        for place in sorted(service.resources)
        if place[0] == kind
    )


def _step(verb: str, place: m.Slot, resource: m.Resource) -> Change:
    return changes.change(verb, place, resource, NOT_LISTED, arn=resource.arn)
