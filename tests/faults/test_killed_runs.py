"""kill -9 of ansible-playbook at five moments of site.yml and of teardown.yml, then the same command again.

A moment is a number of writes that AWS has seen, so that each one falls into another part of the road: networks,
load balancers, endpoints, services, proxies.
"""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from e2e import foreign, holdings, playbook, sandbox, services, task

WRITES_BEFORE_THE_KILL = {"site.yml": (5, 30, 70, 100, 130), "playbooks/teardown.yml": (3, 15, 35, 60, 80)}
BOUND = 300.0


def writes() -> int:
    """How many calls that change something the sandbox has answered so far."""
    reads = ("Describe", "Get", "List")
    with Path(sandbox.facts()["api_log"]).open(encoding="utf-8") as lines:
        return sum(1 for line in lines if not json.loads(line)["action"].startswith(reads))


def kill_after(name: str, count: int) -> None:
    """Starts the playbook, and kills it alone, not its children, once AWS has seen `count` writes more."""
    enough = writes() + count
    run = subprocess.Popen(
        ["ansible-playbook", name],
        cwd=sandbox.ROOT,
        env=playbook.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + BOUND
    try:
        while writes() < enough:
            assert run.poll() is None, f"{name} ended after fewer than {count} writes"
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        os.kill(run.pid, signal.SIGKILL)
        run.wait()


def held() -> dict:
    """Holdings without what ECS and Auto Scaling make and replace by themselves."""
    told = {side: holdings.of_ours(side) for side in sandbox.SIDES}
    for side in told.values():
        side.pop("NetworkInterfaces", None)
    return told


@pytest.fixture(scope="module")
def undisturbed():
    """What a link holds when nobody was killed."""
    built = playbook.run("site.yml")
    assert built.returncode == 0, built.output
    told = held()
    gone = playbook.run("playbooks/teardown.yml")
    assert gone.returncode == 0, gone.output
    return told


@pytest.mark.parametrize("moment", range(5))
def test_the_same_command_again_finishes_what_was_killed(moment, undisturbed):
    kill_after("site.yml", WRITES_BEFORE_THE_KILL["site.yml"][moment])
    built = playbook.run("site.yml")
    assert built.returncode == 0, built.output
    assert held() == undisturbed
    told = task.ask(task.public_requests(services.targets(), seconds=2))
    assert all(answer["ok"] and not answer["failed"] for answer in told.values()), told

    kill_after("playbooks/teardown.yml", WRITES_BEFORE_THE_KILL["playbooks/teardown.yml"][moment])
    gone = playbook.run("playbooks/teardown.yml")
    assert gone.returncode == 0, gone.output
    assert held() == {side: {} for side in sandbox.SIDES}
    assert foreign.snapshot() == foreign.recorded()
