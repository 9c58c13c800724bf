"""A module in Ansible's own process says what it says in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible.module_utils.basic import AnsibleModule
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


@pytest.fixture
def main_of(monkeypatch):
    """main_of(main) -> what a module with this main() comes to."""

    def run(main: Any) -> dict[str, Any]:
        module = ModuleType("ansible_collections.twoway.privatelink.plugins.modules.some")
        module.main = main
        monkeypatch.setitem(sys.modules, module.__name__, module)
        return in_process.main_of("twoway.privatelink.some", {})

    return run


@pytest.mark.parametrize("end", ["exit_json", "fail_json"])
def test_what_others_write_to_stdout_meanwhile_is_no_result(main_of, capsys, end):
    """A callback writes when a line is displayed, in whichever thread that is."""

    def main() -> None:
        module = AnsibleModule(argument_spec={})
        for line in ('{"changed": false}', "\x1b[KeyJ1dWlkIjog"):
            thread = threading.Thread(target=print, args=[line])
            thread.start()
            thread.join()
        getattr(module, end)(msg="done", changed=True)

    result = main_of(main)
    assert (result["msg"], result["changed"], result.get("failed", False)) == ("done", True, end == "fail_json")
    assert capsys.readouterr().out == '{"changed": false}\n\x1b[KeyJ1dWlkIjog\n'


def test_what_no_process_could_return_is_refused_as_in_one(main_of):
    def main() -> None:
        AnsibleModule(argument_spec={}).exit_json(answer=object())

    with pytest.raises(TypeError, match="object"):
        main_of(main)


def test_a_module_that_ends_without_a_result(main_of):
    with pytest.raises(AnsibleError, match=r"^twoway.privatelink.some: ended without a result; .* report"):
        main_of(lambda: None)


def test_a_module_that_stops_before_it_is_one_raises(main_of):
    """And whoever comes next prints its result again."""
    real = AnsibleModule._record_module_result
    with pytest.raises(ZeroDivisionError):
        main_of(lambda: 1 / 0)
    assert AnsibleModule._record_module_result is real


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
