"""Two runs of one link at once: one goes on, the other says who is at it, and writes nothing.

Without the data plane, and so without `verify`: what counts is what the accounts hold in the end.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from e2e import clouds, holdings, interrupted, playbook, sandbox

PLAYBOOKS = sandbox.ROOT / "playbooks"
IS_AT_IT = "is at it ("


@pytest.fixture(scope="module")
def directory() -> Path:
    return sandbox.ROOT / "build" / "faults-two-runs"


@pytest.fixture(autouse=True)
def cloud(directory) -> Iterator[None]:
    """An empty one for each test."""
    with clouds.up(directory, control_only=True, delay_scale=0.2):
        yield


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> str:
    """site.yml without its requests."""
    told = yaml.safe_load((PLAYBOOKS / "site.yml").read_text())
    plays = [play for play in told if "verify" not in str(play.get("ansible.builtin.import_playbook", ""))]
    for play in plays:
        if "ansible.builtin.import_playbook" in play:
            play["ansible.builtin.import_playbook"] = str(PLAYBOOKS / play["ansible.builtin.import_playbook"])
    assert len(plays) == len(told) - 1
    path = tmp_path_factory.mktemp("playbooks") / "site.yml"
    path.write_text(yaml.safe_dump(plays, sort_keys=False))
    return str(path)


@pytest.fixture(scope="module")
def undisturbed(site, directory) -> dict:
    with clouds.up(directory.with_name("faults-undisturbed"), control_only=True, delay_scale=0.2):
        built = playbook.run(site)
        assert built.returncode == 0, built.output
        return held()


def held() -> dict:
    """Holdings without what ECS and Auto Scaling make and replace by themselves."""
    told = {side: holdings.of_ours(side) for side in sandbox.SIDES}
    for side in told.values():
        for kind in ("NetworkInterfaces", "Instances"):
            side.pop(kind, None)
    return told


def begin(name: str, *arguments: str, output: Path) -> subprocess.Popen:
    return subprocess.Popen(
        ["ansible-playbook", name, *arguments],
        cwd=sandbox.ROOT,
        env=playbook.environment(),
        stdout=output.open("w"),
        stderr=subprocess.STDOUT,
    )


def both(first: str, second: str, apart: float, tmp_path: Path) -> list[tuple[int, str]]:
    """(return code, output) of two runs that begin so many seconds apart."""
    runs = []
    for name in (first, second):
        output = tmp_path / f"{len(runs)}.txt"
        runs.append((begin(name, output=output), output))
        if len(runs) == 1:
            time.sleep(apart)
    return [(run.wait(), output.read_text()) for run, output in runs]


def refusal(output: str) -> str:
    """The one line that says who is at it."""
    (line,) = [line for line in output.splitlines() if line.startswith("[ERROR]") and IS_AT_IT in line]
    return line


def is_clean(output: str) -> bool:
    """Whether a run has changed nothing."""
    recap = output.partition("PLAY RECAP")[2]
    return "changed=" in recap and all(f"changed={n}" not in recap for n in range(1, 200))


def writes(since: int = 0) -> list[str]:
    log = Path(sandbox.facts()["api_log"]).read_text().splitlines()
    told = [json.loads(line)["action"] for line in log]
    return [action for action in told if not action.startswith(("Describe", "Get", "List"))][since:]


def locks() -> list[str]:
    return [name for side in sandbox.SIDES for name in holdings.of_ours(side).get("Parameters", []) if "/lock/" in name]


@pytest.mark.parametrize("apart", [0.3, 3.0])
def test_of_two_first_runs_one_goes_on(site, undisturbed, apart, tmp_path):
    ended = both(site, site, apart, tmp_path)
    assert sorted(code for code, _output in ended) == [0, 2], ended
    (lost,) = [output for code, output in ended if code]
    assert "link tokyo, isolated side: " in refusal(lost) and f"({site}, since 20" in refusal(lost), lost
    assert "allowed: one at a time; wait until that run has ended, and run again; " in refusal(lost)
    assert is_clean(lost), lost
    assert held() == undisturbed


@pytest.mark.parametrize("first", ["site", "teardown"])
def test_a_link_is_not_built_and_taken_down_at_once(site, undisturbed, first, tmp_path):
    built = playbook.run(site)
    assert built.returncode == 0, built.output
    teardown = str(PLAYBOOKS / "teardown.yml")
    order = (site, teardown) if first == "site" else (teardown, site)
    (one, one_said), (other, other_said) = both(*order, 4.0, tmp_path)
    assert (one, other) == (0, 2), one_said + other_said
    assert refusal(other_said) and is_clean(other_said), other_said
    assert held() == (undisturbed if first == "site" else {side: {} for side in sandbox.SIDES})


def test_a_lock_goes_with_its_run_however_that_ends(tmp_path):
    """A task that fails, a run that is killed alone, one with all its tasks: the same command again goes through."""
    network = str(PLAYBOOKS / "network.yml")
    failed = playbook.run(network, "-e", "network_nat=no_such_nat")
    assert failed.returncode == 2 and locks() == [], failed.output

    interrupted.kill_after(network, 6)
    again = playbook.run(network)
    assert again.returncode == 0 and locks() == [], again.output

    interrupted.kill_after("playbooks/teardown.yml", 6)
    gone = playbook.run("playbooks/teardown.yml")
    assert gone.returncode == 0, gone.output

    before = len(writes())
    run = begin(network, output=tmp_path / "killed.txt")
    deadline = time.monotonic() + interrupted.BOUND
    while len(writes()) < before + 8:
        assert run.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    for pid in (run.pid, *interrupted.descendants(run.pid)):
        os.kill(pid, signal.SIGKILL)
    run.wait()
    again = playbook.run(network)
    assert again.returncode == 0 and locks() == [], again.output


def test_one_side_alone_is_locked_alone(tmp_path):
    """And whoever is on another machine counts as alive until it has been silent for long enough."""
    theirs = {"by": "kato@build-7", "action": "site.yml, since 2026-11-30 09:00:00 UTC", "token": "build-7/b/n|7|1"}
    lock = {"Name": "/twoway/tokyo/run/public/lock/1", "Type": "String"}
    ssm = sandbox.client("public", "ssm")
    ssm.put_parameter(**lock, Value=json.dumps({**theirs, "seconds": 180}))
    alone = playbook.run("playbooks/network.yml", "--limit", "tokyo_isolated")
    assert alone.returncode == 0, alone.output

    before = len(writes())
    run = begin("playbooks/network.yml", output=tmp_path / "refused.txt")
    deadline = time.monotonic() + interrupted.BOUND
    while run.poll() is None:
        assert time.monotonic() < deadline
        ssm.put_parameter(**lock, Value=json.dumps({**theirs, "seconds": 180}), Overwrite=True)  # it lives
        time.sleep(1)
    said = (tmp_path / "refused.txt").read_text()
    assert run.returncode == 2 and is_clean(said), said
    assert "link tokyo, public side: kato@build-7 is at it (site.yml, since 2026-11-30 09:00:00 UTC)" in refusal(said)
    assert set(writes(before)) <= {"PutParameter", "DeleteParameters"}

    ssm.put_parameter(**lock, Value=json.dumps({**theirs, "seconds": 3}), Overwrite=True)
    after = playbook.run("playbooks/network.yml")
    assert after.returncode == 0 and locks() == [], after.output


def test_check_mode_takes_no_lock():
    looked = playbook.run("playbooks/network.yml", "--check")
    assert looked.returncode == 0 and writes() == [], looked.output
