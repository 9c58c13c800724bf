# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""When a fleet is steady, and when a service can no longer become so. Pure; PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import events
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m

NAMED = 5  # of the slow ones, in a line a person reads


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far one ECS service is. `failure` says why it will not get there."""

    name: str
    service: str
    steady: bool
    waits_for: str = ""
    failure: str = ""


@dataclass(frozen=True)
class Failure:
    """Which ECS service will not become steady, and why."""

    where: str
    found: str


def progress(resource: m.Resource) -> Progress:
    """Of an ECS service as it was read, against its own desired count."""
    facts, wanted = resource.facts, resource.settings["desired_count"]
    service = resource.tags[m.SERVICE_TAG]
    failure = _failure(resource)
    steady = (
        not failure
        and facts["running"] == wanted
        and not facts["pending"]
        and facts["deployments"] == 1
        and facts["rollout"] in (None, "COMPLETED")
    )
    waits_for = "" if steady else _waits_for(facts, wanted)
    return Progress(name=resource.name, service=service, steady=steady, waits_for=waits_for, failure=failure)


def _waits_for(facts: Mapping[str, Any], wanted: int) -> str:
    goes_on = ", its deployment goes on" if facts["running"] == wanted else ""
    return f"{facts['running']} of {wanted} tasks run{goes_on}{_because(facts['last_event'])}"


def _because(event: str) -> str:
    return f" ({events.words(event)})" if event else ""


def _failure(resource: m.Resource) -> str:
    """A failed roll-out, or one ECS has rolled back: then the live revision is not the one that was asked for.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
    """
    facts = resource.facts
    if facts["rollout"] == "FAILED":
        return facts["rollout_reason"] or "the deployment failed"
    asked = resource.tags.get(m.TASK_DEFINITION_TAG, "").partition("@")[0]
    live = facts["task_definition_arn"].rpartition(":")[2]
    if asked and asked != live:
        return f"ECS went back to revision {live} of the task definition{_because(facts['last_event'])}"
    return ""


def judge(fleet: Iterable[Progress]) -> tuple[Verdict, Mapping[str, Failure]]:
    """Settled once each is steady or has failed; and the failures, by service."""
    all_of_them = tuple(fleet)
    failures = {p.service: Failure(p.name, p.failure) for p in all_of_them if p.failure}
    slow = sorted((p for p in all_of_them if not p.steady and not p.failure), key=lambda p: p.name)
    return Verdict(settled=not slow, note=_line(len(all_of_them), slow)), failures


def _line(count: int, slow: list[Progress]) -> str:
    if not slow:
        return ""
    named = "; ".join(f"{p.name}: {p.waits_for}" for p in slow[:NAMED])
    more = f"; and {len(slow) - NAMED} more" if len(slow) > NAMED else ""
    return f"{count - len(slow)} of {count} steady; waiting for {named}{more}"


def holds(item: m.Resource, going: Collection[str]) -> str:
    """What keeps a thing from being taken away, or "": tasks of a service that goes, a roll-out that leaves a role."""
    if item.name in going:
        return "tasks still run" if item.facts["running"] or item.facts["pending"] else ""
    seen = progress(item)
    return "" if seen.steady else seen.failure or f"not steady yet, {seen.waits_for}"


def free(items: Iterable[m.Resource], going: Collection[str]) -> Verdict:
    """Settled once none of them holds anything back, but for roll-outs that have failed and never will let go."""
    items = tuple(items)
    left = sorted(item.name for item in items if item.name in going and holds(item, going))
    late = sorted(
        item.name for item in items if item.name not in going and holds(item, going) and not progress(item).failure
    )
    said = [f"tasks of {_shortened(left)} still run"] * bool(left) + [f"{_shortened(late)} not steady"] * bool(late)
    done = len(items) - len(left) - len(late)
    return Verdict(settled=not said, note=f"{done} of {len(items)} done; {'; '.join(said)}" if said else "")


def _shortened(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
