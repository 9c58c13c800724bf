"""A lock in the name of a run: what Ansible's own processes have to do with it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from ansible import context
from ansible_collections.twoway.privatelink.plugins.action import run_lock
from e2e import interrupted

ROOT = Path(__file__).resolve().parents[4]
ANSIBLE = Path(sys.executable).with_name("ansible-playbook")
TAKE = {"twoway.privatelink.run_lock": {"link": "tokyo", "side": "{{ side }}"}, "register": "taken"}
KEEPER = "{{ taken.lock.keeper.split('|')[1] }}"
LET_GO = {"twoway.privatelink.run_lock": {"link": "tokyo", "side": "{{ side }}", "state": "absent"}}
END = {"ansible.builtin.command": f"kill -9 {KEEPER}"}
GONE = {"ansible.builtin.command": f"test ! -d /proc/{KEEPER}", "register": "gone", "until": "gone is success"}
WRITE = {
    "twoway.privatelink.log_group": {
        "name": "/twoway/tokyo/probe",
        "retention_days": 7,
        "tags": {"privatelink:link": "tokyo", "privatelink:side": "{{ side }}"},
    }
}

EITHER_WAY = pytest.mark.parametrize("switch", ["1", "0"], ids=["in Ansible's process", "in one of its own"])
PATIENCE = 10.0


@pytest.fixture
def begin(tmp_path, cloud):
    """begin(*tasks) -> a run of these on both sides."""
    begun = []

    def begin(*tasks: dict, switch: str = "1") -> subprocess.Popen:
        hosts = {
            f"tokyo_{side}": {"side": side, "aws_connection": cloud.connection(side)} for side in ("public", "isolated")
        }
        shared = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        told = [
            {
                "hosts": "all",
                "gather_facts": False,
                "module_defaults": {"group/twoway.privatelink.aws": "{{ aws_connection }}"},
                "tasks": list(tasks),
            }
        ]
        (tmp_path / "inventory.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts, "vars": shared}}))
        (tmp_path / "play.yml").write_text(yaml.safe_dump(told))
        run = subprocess.Popen(
            [ANSIBLE, "-i", tmp_path / "inventory.yml", tmp_path / "play.yml"],
            env={
                **os.environ,
                "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv/collections"),
                "ANSIBLE_HOME": str(tmp_path / "home"),
                "TWOWAY_IN_PROCESS": switch,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        begun.append(run)
        return run

    yield begin
    for run in begun:
        run.kill()
        run.communicate()


@pytest.fixture
def play(begin):
    """play(*tasks) -> (return code, output) of a run to its end."""

    def play(*tasks: dict, switch: str = "1") -> tuple[int, str]:
        run = begin(*tasks, switch=switch)
        said, _nothing = run.communicate(timeout=90)
        return run.returncode, said

    return play


def until(condition) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def locks(cloud):
    def locks() -> dict:
        found = {}
        for account in ("public", "isolated"):
            below = cloud.client("ssm", account).get_parameters_by_path(Path="/twoway", Recursive=True)["Parameters"]
            found |= {item["Name"]: json.loads(item["Value"]) for item in below}
        return found

    return locks


@EITHER_WAY
@pytest.mark.parametrize("ending", ["success", "failure"])
def test_it_has_gone_when_the_run_has_ended(play, cloud, locks, switch, ending):
    tasks = [TAKE, *([{"ansible.builtin.fail": {}}] if ending == "failure" else [])]
    code, said = play(*tasks, switch=switch)
    assert code == (0 if ending == "success" else 2), said
    assert sorted(cloud.calls) == sorted(2 * ["DeleteParameters", "GetParametersByPath", "PutParameter"])
    assert locks() == {}
    assert "WARNING" not in said and "DEPRECATION" not in said


def test_once_taken_it_is_not_taken_again(play, cloud):
    code, said = play(TAKE, TAKE)
    assert code == 0, said
    assert cloud.calls.count("PutParameter") == 2


@EITHER_WAY
def test_it_may_be_let_go_of_before_the_run_ends(play, cloud, locks, switch):
    code, said = play(LET_GO, TAKE, LET_GO, WRITE, switch=switch)
    assert code == 0, said
    assert cloud.calls.count("PutParameter") == cloud.calls.count("DeleteParameters") == 2
    assert "DeleteParameters" not in cloud.calls[cloud.calls.index("CreateLogGroup") :]
    assert locks() == {}


def test_nothing_is_changed_without_it(play, cloud):
    code, said = play(TAKE, END, {**GONE, "retries": 50, "delay": 0.1}, WRITE)
    assert code == 2 and "CreateLogGroup" not in cloud.calls, said
    assert re.search(
        r"/twoway/tokyo/run/public/lock/1: the lock of this run is gone; allowed: a run that has it, for another one "
        r"may be at it by now; run again",
        said,
    ), said


def test_who_never_took_one_needs_none(play, cloud):
    code, said = play(WRITE)
    assert code == 0 and cloud.calls.count("CreateLogGroup") == 2, said


@EITHER_WAY
def test_a_task_ends_with_a_run_that_is_killed(begin, cloud, switch):
    """Else it would write while the next run does. This one tries again for half a minute, for AWS is throttling."""
    cloud.fault("DescribeLogGroups", "throttle", times=1000)
    run = begin(WRITE, switch=switch)
    until(lambda: cloud.calls.count("DescribeLogGroups") >= 2)
    tasks = interrupted.descendants(run.pid)
    run.kill()
    run.wait()
    until(lambda: not any(map(interrupted.lives, tasks)))
    assert tasks


@pytest.mark.parametrize(
    ("given", "variables", "environment", "told"),
    [
        ("", {}, {}, "sato@build-1"),
        ("kato", {}, {}, "kato"),
        ("", {}, {"JOB_ID": "12"}, "sato@build-1, job 12 of AWX"),
        ("kato", {"awx_job_id": 13}, {"JOB_ID": "12"}, "kato, job 13 of AWX"),
        ("kato", {"tower_job_id": 14}, {}, "kato, job 14 of AWX"),
    ],
)
def test_who_it_is(monkeypatch, given, variables, environment, told):
    monkeypatch.delenv("JOB_ID", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(run_lock, "caller", lambda: "sato@build-1")
    assert run_lock.by(given, variables) == told


@pytest.mark.parametrize(("playbooks", "told"), [(("site.yml",), "site.yml, "), (("a.yml", "b.yml"), "a.yml, b.yml, ")])
def test_what_it_does(monkeypatch, playbooks, told):
    monkeypatch.setattr(context, "CLIARGS", {"args": playbooks})
    assert re.fullmatch(re.escape(told) + r"since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", run_lock.work())
