# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Runs the probe's task and reads what it printed. PRIVATE to the collection."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError, WaitError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner
from ansible_collections.twoway.privatelink.plugins.module_utils._pool import chunks
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import SystemClock, Verdict, until_settled
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services import ecs_api
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.registering import ours_of, register
from ansible_collections.twoway.privatelink.plugins.module_utils.ecs_services.request import ecs_tags
from ansible_collections.twoway.privatelink.plugins.module_utils.link_probe import api, prober
from ansible_collections.twoway.privatelink.plugins.module_utils.link_probe.model import (
    Errand,
    Probe,
    ProbeError,
    has_ended,
    rows_of,
    stream_name,
    why_stopped,
)

LOOK_SECONDS = 1.0  # a probe takes seconds, and somebody waits for it
LOG_SECONDS = 60.0  # the last lines of a task that ended arrive a little later


def run_probe(params: Mapping[str, Any], connect: Connect) -> dict[str, Any]:
    """The rows, in the order of the checks. Raises ProbeError when one is not as expected.

    Leaves nothing behind but log streams.
    """
    ecs = connect("ecs")
    probe = Probe.from_params(params, params["region"] or ecs.meta.region_name)
    try:
        rows = _rows(probe, connect)
    finally:
        _forget(ecs, probe)
    if not all(row["ok"] for row in rows):
        raise ProbeError(rows)
    return {"rows": rows}


def _rows(probe: Probe, connect: Connect) -> list[dict[str, Any]]:
    """All tasks start before the first is awaited. What outlives the wait is stopped: nobody would read it."""
    ecs, logs = connect("ecs"), connect("logs")
    running: dict[str, Errand] = {}
    try:
        for errand in probe.errands():
            running[_start(probe, connect, errand)] = errand
        ended = _until_ended(probe, ecs, tuple(running))
    except PrivateLinkError:
        for arn in running:
            api.stop_task(ecs, probe.cluster, arn, "nobody waits for it any more")
        raise
    rows: dict[int, dict[str, Any]] = {}
    for arn, errand in running.items():
        places = [index for index, _check in errand.checks]
        rows.update(zip(places, _told(probe, logs, errand, ended[arn]), strict=True))
    return [rows[index] for index in sorted(rows)]


def _told(probe: Probe, logs: Any, errand: Errand, task: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows, complete = _until_read(probe, logs, task["taskArn"])
    if not complete:
        raise PrivateLinkError(
            where=f"task {task['taskArn']}",
            found=f"{len(rows)} of {len(errand.checks)} rows before it stopped: {why_stopped(task)}",
            remedy=f"look into {probe.log_group}, stream {stream_name(task['taskArn'])}",
        )
    return rows


def _start(probe: Probe, connect: Connect, errand: Errand) -> str:
    settings = probe.task_definition(errand, inspect.getsource(prober))
    definition = register(connect, settings, probe.all_tags())
    answer = api.run_task(connect("ecs"), probe.task(errand, definition, uuid.uuid4().hex), ecs_tags(probe.all_tags()))
    if answer.get("failures") or not answer["tasks"]:
        failures = "; ".join(f"{f.get('arn', '')} {f.get('reason', '')}".strip() for f in answer.get("failures") or ())
        raise PrivateLinkError(where=f"run task of {probe.family}", found=failures or "no task")
    return answer["tasks"][0]["taskArn"]


def _until_ended(probe: Probe, ecs: Any, arns: tuple[str, ...]) -> Mapping[str, Mapping[str, Any]]:
    """By ARN. A task that AWS does not know everywhere yet counts as one that runs."""

    def judge(tasks: Mapping[str, Mapping[str, Any]]) -> Verdict:
        left = [task for task in (tasks.get(arn, {}) for arn in arns) if not has_ended(task)]
        statuses = sorted({task.get("lastStatus", "not visible yet") for task in left})
        return Verdict(settled=not left, note=f"tasks are {', '.join(statuses)}" if left else "")

    def read() -> Mapping[str, Mapping[str, Any]]:
        parts = chunks(arns, api.TASKS_AT_ONCE)
        return {task["taskArn"]: task for part in parts for task in api.describe_tasks(ecs, probe.cluster, part)}

    tasks, _verdict = until_settled(
        read(),
        read=read,
        judge=judge,
        what="the probe",
        timeout=probe.wait_timeout,
        clock=SystemClock(),
        longest=LOOK_SECONDS,
    )
    return tasks


def _until_read(probe: Probe, logs: Any, arn: str) -> tuple[list[dict[str, Any]], bool]:
    def read() -> tuple[list[dict[str, Any]], bool]:
        return rows_of(api.log_lines(logs, probe.log_group, stream_name(arn)))

    found = read()
    try:
        found, _verdict = until_settled(
            found,
            read=read,
            judge=lambda seen: Verdict(settled=seen[1], note=f"{len(seen[0])} rows"),
            what="log of the probe",
            timeout=LOG_SECONDS,
            clock=SystemClock(),
        )
    except WaitError:
        found = read()
    return found


def _forget(ecs: Any, probe: Probe) -> None:
    """Every revision of ours, those of a run that was killed too."""
    owner = Owner(link=probe.link, side=probe.side)
    arns = ours_of(ecs, ecs_api.list_task_definitions(ecs, probe.family), owner)
    for arn in arns:
        ecs_api.deregister_task_definition(ecs, arn)
    for part in chunks(arns, ecs_api.DEFINITIONS_DELETED):
        ecs_api.delete_task_definitions(ecs, part)
