"""Runs of ansible-playbook that are killed half-way, at a moment that is a number of writes AWS has seen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from . import playbook, sandbox

BOUND = 300.0


def writes() -> int:
    """How many calls that change something the sandbox has answered so far."""
    reads = ("Describe", "Get", "List")
    with Path(sandbox.facts()["api_log"]).open(encoding="utf-8") as lines:
        return sum(1 for line in lines if not json.loads(line)["action"].startswith(reads))


def descendants(pid: int) -> list[int]:
    """The processes that this one has started, and those that they have."""
    parents = {int(stat.parent.name): _stat(stat)[1] for stat in Path("/proc").glob("[0-9]*/stat")}
    found = [child for child, parent in parents.items() if parent == pid]
    return [*found, *(one for child in found for one in descendants(child))]


def lives(pid: int) -> bool:
    return _stat(Path("/proc", str(pid), "stat"))[0] not in ("", "Z", "X")


def _stat(path: Path) -> tuple[str, int]:
    """(state, parent) of a process; neither when it has gone."""
    try:
        state, parent, *_more = path.read_text().rpartition(")")[2].split()
    except OSError:
        return "", 0
    return state, int(parent)


def kill_after(name: str, count: int, *arguments: str) -> None:
    """Starts the playbook, and kills it alone, not its children, once AWS has seen `count` writes more."""
    enough = writes() + count
    run = subprocess.Popen(
        ["ansible-playbook", name, *arguments],
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
