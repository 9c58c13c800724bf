# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Takes the lock of a side in the name of the run: of ansible-playbook, which outlives every task."""

from __future__ import annotations

import os
from typing import Any

from ansible import context
from ansible_collections.twoway.privatelink.plugins.module_utils.lock.caller import caller
from ansible_collections.twoway.privatelink.plugins.module_utils.run_lock.process import Process
from ansible_collections.twoway.privatelink.plugins.plugin_utils import before_forks, in_process, run_guard

# AWX tells a job its number in either of two names, and in its environment.
JOB = ("awx_job_id", "tower_job_id")


class ActionModule(in_process.Action):
    ends_with_run = False  # its module forks, which a process with threads had better not

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        variables = task_vars or {}
        result = super().run(tmp, variables)
        name = self._task.resolved_action or self._task.action
        owner = run_guard.owner()
        lock = _taken_before(variables, owner)
        if self._task.args.get("state") == "absent":
            if lock:
                run_guard.end_keepers([Process.from_text(lock["keeper"])])
            return {**result, "changed": False, "lock": None, "ansible_facts": {run_guard.FACT: {}}}
        if lock:
            return {**result, "changed": False, "lock": lock}
        given = {**self._task.args, "owner": owner.text}
        given["by"] = by(given.get("by") or "", variables)
        given.setdefault("work", work())
        result |= self.run_module(name, given, variables)
        if lock := result.get("lock"):
            run_guard.note_keeper(lock["keeper"])
            result["ansible_facts"] = {run_guard.FACT: lock}
        return result


def _taken_before(variables: dict[str, Any], owner: Process) -> dict[str, Any] | None:
    """By an earlier playbook of the same run."""
    lock = (variables.get("ansible_facts") or {}).get(run_guard.FACT) or {}
    keeper = Process.from_text(lock.get("keeper", ""))
    return lock if keeper and keeper.lives and lock["owner"] == owner.text else None


def by(given: str, variables: dict[str, Any]) -> str:
    job = next((variables[name] for name in JOB if variables.get(name)), os.environ.get("JOB_ID"))
    return f"{given or caller()}{f', job {job} of AWX' if job else ''}"


def work() -> str:
    playbooks = ", ".join(str(name) for name in context.CLIARGS.get("args") or ()) or "a run"
    return f"{playbooks}, since {run_guard.SINCE:%Y-%m-%d %H:%M:%S} UTC"


before_forks.load_for(__name__)
