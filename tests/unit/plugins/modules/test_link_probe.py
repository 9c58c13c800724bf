"""link_probe against the rig, its task's command run for real."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils import _waiting
from rig.control import feedback, snapshot
from rig.control.lock import lock
from rig.world import Report, WorkloadStatus

GROUP = "/twoway/tokyo/probe"
NOBODY = {"name": "nobody", "kind": "tcp", "host": "127.0.0.1", "port": 1, "expect": {"refused": True}}


class Tasks:
    """Runs each task's command once, and hands what it prints to its log stream."""

    def __init__(self, cloud) -> None:
        self._cloud = cloud
        self._ended: dict[str, WorkloadStatus] = {}
        self.seen: list = []
        self.breaks = False

    def tick(self) -> None:
        with lock:
            workloads = [w for w in snapshot.world().workloads if w.id not in self._ended]
        for workload in workloads:
            self.seen.append(workload)
            self._ended[workload.id] = self._run(workload)
        with lock:
            feedback.take(Report(workloads=dict(self._ended)))

    def _run(self, workload) -> WorkloadStatus:
        if self.breaks:
            return WorkloadStatus(state="exited", exit_code=137, reason="OutOfMemoryError: container killed")
        command = [sys.executable, *workload.command[1:]]
        environment = {**os.environ, **dict(workload.environment)}
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
        logs = self._cloud.client("logs")
        logs.create_log_stream(logGroupName=workload.log_group, logStreamName=workload.log_stream)
        now = int(time.time() * 1000)  # moto looks at the real clock, and refuses events of long ago
        events = [{"timestamp": now, "message": line} for line in ended.stdout.splitlines()]
        logs.put_log_events(logGroupName=workload.log_group, logStreamName=workload.log_stream, logEvents=events)
        return WorkloadStatus(state="exited", exit_code=ended.returncode)


@pytest.fixture
def tasks(cloud, monkeypatch) -> Tasks:
    tasks = Tasks(cloud)

    def sleep(_clock, seconds) -> None:
        cloud.time.advance(seconds)
        tasks.tick()

    monkeypatch.setattr(_waiting.SystemClock, "sleep", sleep)
    return tasks


@pytest.fixture
def probe(run, cloud, site, tasks):
    cloud.client("logs").create_log_group(logGroupName=GROUP)

    def probe(*checks, **more):
        given = {
            "link": "tokyo",
            "side": "isolated",
            "cluster": "tokyo",
            "subnet_ids": site.subnet_ids,
            "security_group_ids": site.security_group_ids,
            "image": "twoway/probe:1",
            "execution_role_arn": site.execution_role_arn,
            "log_group": GROUP,
            "checks": list(checks),
        }
        return run("link_probe", "isolated", **{**given, **more})

    return probe


def test_rows_come_back_and_nothing_stays_behind(probe, cloud):
    result = probe(NOBODY)
    assert result["changed"] is False
    assert [(row["name"], row["ok"], row["found"]) for row in result["rows"]] == [
        ("nobody", True, {"refused": "Connection refused"})
    ]
    ecs = cloud.client("ecs")
    assert ecs.list_task_definitions(familyPrefix="tokyo-isolated-probe", status="ACTIVE")["taskDefinitionArns"] == []
    assert ecs.list_tasks(cluster="tokyo", desiredStatus="RUNNING")["taskArns"] == []


def test_revisions_of_others_stay(probe, cloud):
    ecs = cloud.client("ecs")
    theirs = ecs.register_task_definition(
        family="tokyo-isolated-probe", containerDefinitions=[{"name": "app", "image": "theirs/app", "memory": 64}]
    )["taskDefinition"]["taskDefinitionArn"]
    probe(NOBODY)

    listed = ecs.list_task_definitions(familyPrefix="tokyo-isolated-probe", status="ACTIVE")
    assert listed["taskDefinitionArns"] == [theirs]


def test_a_row_that_is_not_as_expected_fails_and_is_named(probe):
    result = probe(NOBODY, {**NOBODY, "name": "open", "expect": {"connected": True}})
    assert result["failed"]
    assert result["msg"].startswith('1 of 2 not as expected:\n- open: expected {"connected": true}, found {"refused"')
    assert [row["ok"] for row in result["failure"]["rows"]] == [True, False]


def test_a_task_that_dies_is_told_with_its_reason(probe, tasks, cloud):
    tasks.breaks = True
    result = probe(NOBODY)
    assert result["failed"]
    assert "0 of 1 rows" in result["msg"] and "137" in result["msg"]
    definitions = cloud.client("ecs").list_task_definitions(familyPrefix="tokyo-isolated-probe", status="ACTIVE")
    assert definitions["taskDefinitionArns"] == []


def test_the_task_runs_where_it_was_told_with_the_links_tags(probe, tasks, site):
    probe(NOBODY)
    (workload,) = tasks.seen
    assert workload.image == "twoway/probe:1"
    assert workload.log_group == GROUP


@pytest.mark.parametrize(
    ("check", "where"),
    [
        ({"name": "a", "kind": "http", "expect": {"status": 200}}, "checks[0].url"),
        ({"name": "a", "kind": "tcp", "host": "x", "expect": {"refused": True}}, "checks[0].port"),
        ({"name": "a", "kind": "proxy", "url": "https://a.example", "expect": {"refused": True}}, "checks[0].proxy"),
        ({"name": "a", "kind": "http", "url": "https://a.example", "expect": {}}, "checks[0].expect"),
    ],
    ids=["http without url", "tcp without port", "proxy without proxy", "nothing expected"],
)
def test_a_check_that_cannot_be_made_is_refused_before_any_task(probe, cloud, check, where):
    result = probe(check)
    assert result["failed"] and result["failure"]["where"] == where
    assert cloud.calls == []
