"""The systems that are measured: each runs one phase on the list it is given."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e import playbook, process, sandbox, services

from bench import cloud
from bench.entries import Entries

PLAYS = Path(__file__).parent / "plays"


@dataclass(frozen=True, kw_only=True)
class Work:
    """A list, the one before it, and the ground they run on."""

    phase: str
    entries: Entries
    before: Entries
    ground: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """`call_s` is the time of a play's tasks, without Ansible's start."""

    wall_s: float
    cpu_s: float
    peak_rss_mb: float
    module_invocations: int = 0
    call_s: float = 0.0


def ours(work: Work) -> Measured:
    """One task of one play, in a run of its own."""
    return _play(str(PLAYS / "ours.yml"), {"options": work.ground, "fleet": work.entries})


def stock(work: Work) -> Measured:
    return _play(str(PLAYS / "stock.yml"), {"fleet": work.entries, **work.ground})


def site(work: Work) -> Measured:
    """The whole of site.yml, on the sandbox's inventory with another list."""
    inventory = services.inventory_of(cloud.PLACE, work.entries)
    return _measured("site.yml", playbook.run("site.yml", inventory=[inventory]))


def limit(work: Work) -> Measured:
    facts = sandbox.facts()
    account = facts["accounts"]["isolated"]
    given = {
        "ground": work.ground,
        "services": work.entries,
        "before": work.before,
        "client": {
            "region_name": facts["region"],
            "endpoint_url": facts["endpoint_url"],
            "aws_access_key_id": account["access_key"],
            "aws_secret_access_key": account["secret_key"],
        },
    }
    done = process.run([sys.executable, "-m", "bench.limit", work.phase, str(_file(given))], env=os.environ)
    _refuse_failure(f"limit {work.phase}", done.returncode, done.output)
    return Measured(wall_s=done.wall_s, cpu_s=done.cpu_s, peak_rss_mb=done.peak_rss_mb)


SYSTEMS: dict[str, Callable[[Work], Measured]] = {"stock": stock, "site": site, "limit": limit, "ours": ours}


def _play(path: str, variables: Mapping[str, Any]) -> Measured:
    return _measured(path, playbook.run(path, "--extra-vars", f"@{_file(variables)}"))


def _measured(path: str, run: playbook.Run) -> Measured:
    _refuse_failure(path, run.returncode, run.output)
    return Measured(
        wall_s=run.wall_s,
        cpu_s=run.cpu_s,
        peak_rss_mb=run.peak_rss_mb,
        module_invocations=run.module_invocations,
        call_s=run.tasks_s,
    )


def _file(content: Any) -> Path:
    file = cloud.PLACE / "given.json"
    file.write_text(json.dumps(content))
    return file


def _refuse_failure(what: str, returncode: int, output: str) -> None:
    if returncode:
        sys.exit(f"{what} failed:\n{output}")
