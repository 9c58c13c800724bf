"""The life of the sandbox's link, phase by phase: what its own three services take."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from e2e import playbook

from bench import cloud

PHASES = (
    ("check on an empty cloud", "site.yml", ("--check", "--diff")),
    ("first converge", "site.yml", ()),
    ("no-op", "site.yml", ()),
    ("teardown", "playbooks/teardown.yml", ()),
    ("teardown again", "playbooks/teardown.yml", ()),
)


def measure(file: Path) -> str:
    """The table; `file` gets the rows."""
    with cloud.up(control_only=False):
        rows = [_phase(*phase) for phase in PHASES]
    file.write_text(json.dumps(rows, indent=1))
    return "\n".join(_lines(rows))


def _phase(name: str, path: str, arguments: tuple[str, ...]) -> dict[str, Any]:
    before = cloud.calls()
    run = playbook.run(path, *arguments)
    if run.returncode:
        sys.exit(f"{name} failed:\n{run.output}")
    calls = cloud.calls() - before
    return {
        "phase": name,
        "wall_s": round(run.wall_s, 1),
        "module_invocations": run.module_invocations,
        "changed": len(run.changed),
        "api_calls": dict(sorted(calls.by_action.items())),
    }


def _lines(rows: list[dict[str, Any]]) -> list[str]:
    lines = [f"{'phase':<26}{'wall s':>8}{'modules':>9}{'changed':>9}{'API calls':>11}"]
    for row in rows:
        total = sum(row["api_calls"].values())
        lines.append(
            f"{row['phase']:<26}{row['wall_s']:>8}{row['module_invocations']:>9}{row['changed']:>9}{total:>11}"
        )
    return lines
