"""Modules that act and show progress, in a job of ansible-runner, whose callback writes events to stdout.

Up to 2.4.1 it does so in the processes that Ansible forks for tasks, too:
https://github.com/ansible/ansible-runner/pull/1414. AWX takes the callback from its node, not from the job's image.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from unit.plugins.modules.fleet import BILLING, ORDERS

ROOT = Path(__file__).resolve().parents[4]
NODE_RUNNER = Path(sys.prefix, "node-runner")  # of scripts/setup
RUNNERS = pytest.mark.parametrize("runner", [None, NODE_RUNNER], ids=["newest", "node"])
PLAN = {"weights": [50, 100], "bake": 600, "checks": [], "abort_on": [], "interval": 1, "settle": 1}


@dataclass(frozen=True)
class Job:
    """How a job has ended. `events` are ansible-runner's, in their order."""

    status: str
    stdout: str
    events: list[dict[str, Any]]

    def results(self) -> list[dict[str, Any]]:
        """Of each task."""
        return [event["event_data"]["res"] for event in self.events if event["event"] == "runner_on_ok"]

    def lines(self) -> list[str]:
        """What is shown besides results, each an event of its own."""
        return [event["stdout"] for event in self.events if event["event"] == "verbose"]


@pytest.fixture
def job(cloud, engine, tmp_path) -> Callable[..., Job]:
    """job(runner, (module, arguments), ...) -> how it has ended. `runner` is where another ansible-runner is."""

    def run(runner: Path | None, *tasks: tuple[str, dict[str, Any]]) -> Job:
        host = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        play = {"hosts": "all", "gather_facts": False, "vars": host}
        play["tasks"] = [{f"twoway.privatelink.{module}": arguments} for module, arguments in tasks]
        for name, content in (("project/play.yml", json.dumps([play])), ("inventory/hosts", "tokyo_isolated\n")):
            path = tmp_path / name
            path.parent.mkdir()
            path.write_text(content)
        environment = {
            **os.environ,
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(runner or ""),
        }
        command = [sys.executable, "-m", "ansible_runner", "run", str(tmp_path), "-p", "play.yml", "-i", "job", "-q"]
        with subprocess.Popen(command, cwd=ROOT, env=environment) as running:
            while running.poll() is None:  # the cloud's time is ours: what the job waits for comes up meanwhile
                cloud.time.advance(5)
                engine()
        artifacts = tmp_path / "artifacts" / "job"
        # An event without its end, which was written to where ansible-runner cannot see it, keeps the name partial.
        files = [file for file in (artifacts / "job_events").iterdir() if not file.stem.endswith("-partial")]
        events = [json.loads(file.read_text()) for file in files]
        return Job(
            status=(artifacts / "status").read_text(),
            stdout=(artifacts / "stdout").read_text(),
            events=sorted(events, key=lambda event: event["counter"]),
        )

    return run


@pytest.fixture
def fleet(cloud, network) -> dict[str, Any]:
    there = network("public")
    profile = cloud.client("iam", "public").create_instance_profile(InstanceProfileName="tokyo-reverse-proxy")
    return {
        **cloud.connection("public"),
        "name": "tokyo-reverse-proxy",
        "image_id": "ami-12c6146b",
        "instance_profile_arn": profile["InstanceProfile"]["Arn"],
        "security_group_ids": there.security_group_ids[:1],
        "subnet_ids": there.subnet_ids,
        "tags": {"privatelink:link": "tokyo", "privatelink:side": "public"},
    }


@RUNNERS
def test_services_and_a_canary(job, site, account, cloud, converge, runner):
    converge(BILLING)
    isolated = cloud.connection("isolated")
    services = site.options(services=[{**ORDERS, "desired_count": 2}], purge_services=False)
    canary = {"link": "tokyo", "service": "orders", "action": "start", "version": "1.1", "plan": PLAN}
    done = job(runner, ("ecs_services", {**isolated, **services}), ("canary", {**isolated, **canary}))

    assert done.status == "successful", done.stdout
    converged, started = done.results()
    assert converged["changed"] and started["changed"] and started["canary"]["phase"] == "baking"
    assert set(account.services()) == {"tokyo-billing-stable", "tokyo-orders-stable", "tokyo-orders-canary"}
    assert "  tokyo_isolated: not listed, and kept: billing" in done.lines()
    assert "  tokyo_isolated: orders: baking: 50 % go to the canary" in done.lines()
    assert "WARNING" not in done.stdout


@RUNNERS
def test_a_fleet_whose_instances_are_replaced(job, cloud, fleet, runner):
    other = {**fleet, "user_data": "#!/bin/sh"}
    done = job(runner, ("instance_fleet", fleet), ("instance_fleet", other))

    assert done.status == "successful", done.stdout
    assert [result["changed"] for result in done.results()] == [True, True]
    (group,) = cloud.client("autoscaling", "public").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert [one["LaunchTemplate"]["Version"] for one in group["Instances"]] == ["2"]
    shown = "  tokyo_isolated: tokyo-reverse-proxy: instance refresh Successful, 100 % replaced"
    assert shown in done.lines()
    assert "WARNING" not in done.stdout


PROBE = {"name": "inbound", "expected": {"status": 200}, "found": {"status": 200}, "ok": True, "seconds": 1}


@RUNNERS
def test_reports(job, runner):
    """Those of verify and drift."""
    drift = {"hosts": ["tokyo_isolated"], "drift": True}
    done = job(runner, ("probe_report", {"link": "tokyo", "sides": [{"rows": [PROBE]}]}), ("plan_report", drift))

    assert done.status == "successful", done.stdout
    shown = "\n".join(done.lines())
    assert "Link tokyo" in shown and "Everything is as the inventory has it." in shown
    assert "WARNING" not in done.stdout
