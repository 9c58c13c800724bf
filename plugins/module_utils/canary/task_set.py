# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The two task sets of a service: how they are, and what one is made of the other. Pure; PRIVATE; stdlib only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._fingerprint import fingerprint
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import NAME
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.model import TaskSet
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import current
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import model as m

MOST_CRASHES = 2  # one may be chance
BY_THEMSELVES = ("EssentialContainerExited", "TaskFailedToStart")
GOES_BACK = "rolling back"  # in what ECS says of the deployment that its circuit breaker has made


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A task definition as registered."""

    arn: str = ""
    settings: Mapping[str, Any] | None = None

    @property
    def image(self) -> str:
        return str(self._container.get("image", ""))

    @property
    def _container(self) -> Mapping[str, Any]:
        """Services have one container."""
        return next(iter((self.settings or {}).get("containerDefinitions") or ()), {})


def task_set(service: m.Resource, definition: Definition, healthy: int, crashes: Sequence[str]) -> TaskSet:
    """Of an ECS service as it was read. `crashes` are of its live revision."""
    facts, desired = service.facts, service.settings["desired_count"]
    whole = facts["running"] == desired and not facts["pending"] and facts["deployments"] == 1
    steady = whole and facts["rollout"] in (None, "COMPLETED")
    event = f" ({facts['last_event']})" if facts["last_event"] else ""
    return TaskSet(
        definition=facts["task_definition_arn"],
        image=definition.image,
        desired=desired,
        running=facts["running"],
        healthy=healthy,
        steady=steady,
        failure=_failure(facts, crashes),
        waits_for="" if steady else f"{facts['running']} of {desired} tasks run{event}",
    )


def _failure(facts: Mapping[str, Any], crashes: Sequence[str]) -> str:
    if facts["rollout"] == "FAILED" or GOES_BACK in facts["rollout_reason"]:
        return facts["rollout_reason"] or "the deployment failed"
    if len(crashes) >= MOST_CRASHES:
        return f"{len(crashes)} tasks have stopped by themselves: {crashes[0]}"
    return ""


def name_of(link: str, service: str, variant: str) -> str:
    return f"{link}-{service}-{variant}"


def as_variant(settings: Mapping[str, Any], name: str, variant: str, image: str) -> dict[str, Any]:
    """The same task definition for the other variant: its family, its place in the log, and its image differ."""
    containers = [_container_as(container, variant, image) for container in settings["containerDefinitions"]]
    return {**settings, "family": name, "containerDefinitions": containers}


def _container_as(container: Mapping[str, Any], variant: str, image: str) -> dict[str, Any]:
    log = container.get("logConfiguration") or {}
    options = {**(log.get("options") or {}), "awslogs-stream-prefix": variant}
    return {**container, "image": image, "logConfiguration": {**log, "options": options}}


def variant_tags(tags: Mapping[str, str], name: str, variant: str) -> dict[str, str]:
    """A service's tags on the other variant, without what they remember of the one they were on."""
    kept = {key: value for key, value in tags.items() if key not in m.REMEMBERED and not key.startswith("aws:")}
    return {**kept, m.VARIANT_TAG: variant, NAME: name}


def as_canary(stable: m.Resource, name: str, group_name: str, count: int) -> m.Resource:
    """An ECS service like stable's."""
    tags = {**variant_tags(stable.tags or {}, name, m.CANARY), m.PLAN_TAG: m.ON_ITS_WAY}
    settings = {**stable.settings, "desired_count": count, "target_group": group_name}
    return replace(stable, name=name, settings=settings, tags=tags, arn=None, facts={"starts_with": count})


def definition_tag(arn: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """By which ecs_services knows what is live without asking for it."""
    return {m.TASK_DEFINITION_TAG: current.task_definition_tag(arn, fingerprint(settings))}


def crashes_of(tasks: Sequence[Mapping[str, Any]], definition_arn: str) -> list[str]:
    """Why tasks of this revision have stopped by themselves."""
    return [
        _reason(task)
        for task in tasks
        if task["taskDefinitionArn"] == definition_arn and task.get("stopCode") in BY_THEMSELVES
    ]


def _reason(task: Mapping[str, Any]) -> str:
    codes = [str(one["exitCode"]) for one in task.get("containers", ()) if one.get("exitCode") is not None]
    code = f" (exit code {', '.join(codes)})" if codes else ""
    return f"{task.get('stoppedReason', 'stopped')}{code}"
