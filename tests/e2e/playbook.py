"""Runs ansible-playbook as an operator would, and tells what it did."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import process, sandbox

CALLBACKS = Path(__file__).parent / "callbacks"


@dataclass(frozen=True, kw_only=True)
class Run:
    """`changed` and `failed` hold (host, task) pairs; `output` is what a person would have read.

    `wall_s` is the life of the process, `tasks_s` what is left of it from its first task on, `cpu_s` what it and its
    children worked, `peak_rss_mb` the largest of them.
    """

    returncode: int
    wall_s: float
    tasks_s: float
    cpu_s: float
    peak_rss_mb: float
    module_invocations: int
    changed: tuple[tuple[str, str], ...]
    failed: tuple[tuple[str, str, str], ...]
    output: str


def environment(run_log: Path | None = None) -> dict[str, str]:
    """Ansible's environment for a run in the sandbox under test, free of the caller's own settings."""
    wanted = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "MOLECULE_"))}
    wanted |= {
        "ANSIBLE_CONFIG": str(sandbox.ROOT / "ansible.cfg"),
        "ANSIBLE_NOCOLOR": "1",
        "TWOWAY_SANDBOX_DIR": str(sandbox.directory()),
    }
    if run_log:
        wanted |= {
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "run_log",
            "TWOWAY_RUN_LOG": str(run_log),
        }
    return wanted


def given(**variables: object) -> str:
    """Extra variables as one argument, of which Ansible takes none apart: a path may have a space."""
    return f"-e{json.dumps(variables, default=str)}"


def run(playbook: str, *arguments: str, inventory: Sequence[Path] = ()) -> Run:
    """Runs `playbook` (a path under the root) to its end; never raises for a play that failed."""
    sources = [f"--inventory={source}" for source in inventory]
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "run.json"
        done = process.run(["ansible-playbook", playbook, *sources, *arguments], env=environment(log))
        told = json.loads(log.read_text()) if log.exists() else {}
    return Run(
        returncode=done.returncode,
        wall_s=done.wall_s,
        tasks_s=told.get("tasks_s", 0.0),
        cpu_s=done.cpu_s,
        peak_rss_mb=done.peak_rss_mb,
        module_invocations=told.get("module_invocations", 0),
        changed=tuple(tuple(entry) for entry in told.get("changed", ())),
        failed=tuple(tuple(entry) for entry in told.get("failed", ())),
        output=done.output,
    )
