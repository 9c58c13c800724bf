"""A module in Ansible's own process says what it says in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.twoway.privatelink.plugins.plugin_utils import in_process
from ansible_collections.twoway.privatelink.plugins.plugin_utils.in_process import SWITCH, ActionModule

ROOT = Path(__file__).resolve().parents[4]
PLAY = Path(__file__).with_name("in_process.yml")
# What ansible-core 2.19 adds to a failure that failed_when overrules, if the module ran in a process of its own.
ANSIBLES_OWN = "failed_when_suppressed_exception"
TAGS = {"privatelink:link": "tokyo", "privatelink:side": "isolated"}


def results(cloud, tmp_path, switch: str) -> list[dict[str, Any]]:
    """What each task of the play came to."""
    told = tmp_path / f"told-{switch}.json"
    # A Python that Ansible has to look for may be another one than its own, and so means a process of its own.
    python = {"ansible_python_interpreter": sys.executable}
    given = {**python, "connection": cloud.connection("isolated"), "tags": TAGS, "told": str(told)}
    done = subprocess.run(
        ["ansible-playbook", "--inventory", "localhost,", "--extra-vars", json.dumps(given), "--diff", str(PLAY)],
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), SWITCH: switch},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return [{key: value for key, value in one.items() if key != ANSIBLES_OWN} for one in json.loads(told.read_text())]


def test_both_ways_come_to_the_same(cloud, tmp_path):
    in_one = results(cloud, tmp_path, "1")
    assert in_one == results(cloud, tmp_path, "0")
    forecast, listed, refused, unknown = in_one
    assert forecast["changed"] and forecast["diff"]["after"] and forecast["role_arns"] == {"tokyo-task": None}
    assert listed["endpoint_services"] == [] and not listed["changed"]
    assert refused["failure"]["where"] == "tags"
    assert unknown["msg"] == "missing required arguments: name"
    assert cloud.client("iam").list_roles()["Roles"] == []


def action(**more: Any) -> ActionModule:
    """One that may stay, changed as told."""
    made = ActionModule.__new__(ActionModule)
    made._task = SimpleNamespace(async_val=more.get("async_val", 0), environment=more.get("environment", []))
    made._connection = SimpleNamespace(transport=more.get("transport", "local"), become=more.get("become"))
    made._templar = SimpleNamespace(template=lambda text: text)
    return made


HERE = {"ansible_python_interpreter": sys.executable}


@pytest.mark.parametrize(
    "why, variables, more",
    [
        ("async", HERE, {"async_val": 60}),
        ("environment", HERE, {"environment": [{"AWS_PROFILE": "x"}]}),
        ("another machine", HERE, {"transport": "ssh"}),
        ("another user", HERE, {"become": object()}),
        ("another Python", {"ansible_python_interpreter": "/usr/bin/python3"}, {}),
        ("a Python to be found", {}, {}),
    ],
)
def test_what_needs_a_process_of_its_own(why, variables, more):
    assert not action(**more)._may_stay(variables), why


def test_what_does_not(monkeypatch):
    assert action(environment=[{}])._may_stay(HERE)
    monkeypatch.setenv(SWITCH, "0")
    assert not action()._may_stay(HERE)


def test_an_ansible_core_that_keeps_arguments_elsewhere(monkeypatch):
    monkeypatch.setattr(in_process, "KNOWN_CORE", False)
    assert not action()._may_stay(HERE)


def test_every_module_that_calls_aws_has_its_action():
    """Mend: ln -s ../plugin_utils/in_process.py plugins/action/<module>.py."""
    calling = {
        file.stem
        for file in (ROOT / "plugins" / "modules").glob("*.py")
        if "amazon.aws.common.modules" in file.read_text()
    }
    assert calling <= {file.stem for file in (ROOT / "plugins" / "action").glob("*.py")}
