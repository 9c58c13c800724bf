# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Runs a module of ours in the process that Ansible has forked for its task, where that can make no difference.

Every file in plugins/action that links here is for the module of its name. A module run starts a Python, unpacks itself
and compiles what it imports, which is most of what it takes: 0.8 s of it, against 0.1 s here, where the process has all
that imported. See docs/decisions/0028-modules-run-in-process.md.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.module_utils import basic
from ansible.plugins.action import ActionBase
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.plugin_utils import before_forks, run_guard

try:  # What every module needs, imported before Ansible forks: this file is loaded by the process that does.
    import_module("ansible_collections.amazon.aws.plugins.module_utils.modules")
    from ansible.module_utils.common.json import Direction, get_module_decoder, get_module_encoder

    KNOWN_CORE = hasattr(basic.AnsibleModule, "_record_module_result") and all(
        hasattr(basic, name) for name in ("_ANSIBLE_ARGS", "_ANSIBLE_PROFILE")
    )
except ImportError:  # without amazon.aws the module itself says so; another ansible-core runs it as it always has
    KNOWN_CORE = False

SWITCH = "TWOWAY_IN_PROCESS"
PROFILE = "legacy"  # how ansible-core talks to modules that ask for nothing else


class Action(ActionBase):
    """One that can run modules of ours."""

    TRANSFERS_FILES = False
    ends_with_run = True
    _supports_check_mode = True

    def run_module(self, name: str, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """In this process or in one of its own: its result is the same."""
        try:
            run_guard.refuse_without_lock(task_vars)
        except PrivateLinkError as error:
            return {"failed": True, "changed": False, "msg": error.message, "failure": error.as_failure()}
        with run_guard.ending_with_run() if self.ends_with_run else nullcontext():
            if not self._may_stay(task_vars):
                given = {"module_args": arguments, "task_vars": task_vars, "wrap_async": self._task.async_val}
                return self._execute_module(module_name=name, **given)
            self._update_module_args(name, arguments, task_vars)
            return main_of(name, arguments)

    def _may_stay(self, task_vars: Mapping[str, Any]) -> bool:
        """Whether a process of its own would run here, as we are, with this Python and this environment."""
        python = self._templar.template(task_vars.get("ansible_python_interpreter", ""))
        return (
            KNOWN_CORE
            and os.environ.get(SWITCH, "1") != "0"
            and self._connection.transport == "local"
            and not self._connection.become
            and not self._task.async_val
            and not any(self._task.environment or ())
            and Path(python) == Path(sys.executable)
        )


class ActionModule(Action):
    """Runs the module of the task's name."""

    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        name = self._task.resolved_action or self._task.action
        return {**super().run(tmp, task_vars), **self.run_module(name, dict(self._task.args), task_vars or {})}


def main_of(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What the module's main() says when it is given these arguments. Raises what it raises."""
    encoder = get_module_encoder(PROFILE, Direction.CONTROLLER_TO_MODULE)
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}, cls=encoder).encode()
    basic._ANSIBLE_PROFILE = PROFILE
    module = import_module(f"ansible_collections.{name.rpartition('.')[0]}.plugins.modules.{name.rpartition('.')[2]}")
    before_forks.share_descriptions()
    with results_kept() as results, suppress(SystemExit):  # exit_json and fail_json end so
        module.main()
    if not results:
        raise AnsibleError(f"{name}: ended without a result; every module ends with one: report this as a bug")
    return json.loads(results[-1], cls=get_module_decoder(PROFILE, Direction.MODULE_TO_CONTROLLER))


@contextmanager
def results_kept() -> Iterator[list[str]]:
    """What modules return meanwhile, as they would print it.

    sys.stdout stays what it is: other threads of this process write to it, such as callbacks when a line is displayed.
    """
    results: list[str] = []
    encoder = get_module_encoder(PROFILE, Direction.MODULE_TO_CONTROLLER)

    def keep(_module: basic.AnsibleModule, result: dict[str, Any]) -> None:
        results.append(json.dumps(result, cls=encoder))

    real = basic.AnsibleModule._record_module_result
    basic.AnsibleModule._record_module_result = keep
    try:
        yield results
    finally:
        basic.AnsibleModule._record_module_result = real


before_forks.load_for(__name__)
