"""Writes one JSON object for the whole run: what each host changed, and how many modules ran."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import action_loader

DOCUMENTATION = """
name: run_log
type: aggregate
short_description: One JSON object for a whole run
description: Counts module invocations and lists the changed tasks, for tests and for the bench.
requirements: [TWOWAY_RUN_LOG names the file]
"""


INCLUDES = {"ansible.builtin.include_role", "ansible.builtin.include_tasks"}
OURS = "twoway.privatelink."
WITHOUT_MODULE = {f"{OURS}validate_link", f"{OURS}probe_report"}


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "run_log"

    def __init__(self):
        super().__init__()
        self.started = time.monotonic()
        self.modules = 0
        self.changed = []
        self.failed = []
        self.seconds = {}

    def _count(self, result):
        """A module of ours is one, in whatever process it runs; other action plugins are the controller's own."""
        action = result._task.resolved_action
        if action not in INCLUDES | WITHOUT_MODULE and (
            action.startswith(OURS) or not action_loader.find_plugin(action)
        ):
            self.modules += 1

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.seconds[task.get_name()] = time.monotonic() - self.started

    def v2_runner_on_ok(self, result):
        if not result._task.loop:
            self._count(result)
        if result._result.get("changed"):
            self.changed.append([result._host.get_name(), result._task.get_name()])

    def v2_runner_item_on_ok(self, result):
        self._count(result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._count(result)
        if not ignore_errors:
            self.failed.append([result._host.get_name(), result._task.get_name(), str(result._result.get("msg"))])

    def v2_playbook_on_stats(self, stats):
        log = {
            "tasks_s": time.monotonic() - self.started - min(self.seconds.values(), default=0.0),
            "module_invocations": self.modules,
            "changed": self.changed,
            "failed": self.failed,
            "started_at": self.seconds,
            "hosts": {host: stats.summarize(host) for host in stats.processed},
        }
        Path(os.environ["TWOWAY_RUN_LOG"]).write_text(json.dumps(log, indent=1))
