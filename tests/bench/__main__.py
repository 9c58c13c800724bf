"""`python -m bench FILE`: first converge, no-op and teardown of the sandbox's link, as a table and as JSON."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from e2e import playbook, sandbox

PHASES = (
    ("check on an empty cloud", "site.yml", ("--check", "--diff")),
    ("first converge", "site.yml", ()),
    ("no-op", "site.yml", ()),
    ("teardown", "playbooks/teardown.yml", ()),
    ("teardown again", "playbooks/teardown.yml", ()),
)


def controller_calls() -> Counter[str]:
    """Calls answered so far to the controller's own keys: what tasks and instances ask is not the playbook's cost."""
    keys = {account["access_key"] for account in sandbox.facts()["accounts"].values()}
    with Path(sandbox.facts()["api_log"]).open(encoding="utf-8") as lines:
        calls = (json.loads(line) for line in lines)
        return Counter(f"{call['service']}:{call['action']}" for call in calls if call.get("access_key") in keys)


def measure(name: str, path: str, arguments: tuple[str, ...]) -> dict[str, Any]:
    before = controller_calls()
    run = playbook.run(path, *arguments)
    if run.returncode:
        sys.exit(f"{name} failed:\n{run.output}")
    calls = controller_calls() - before
    return {
        "phase": name,
        "wall_s": round(run.wall_s, 1),
        "module_invocations": run.module_invocations,
        "changed": len(run.changed),
        "api_calls": dict(sorted(calls.items())),
    }


def main(file: Path) -> None:
    rows = [measure(*phase) for phase in PHASES]
    file.write_text(json.dumps(rows, indent=1))
    print(f"{'phase':<26}{'wall s':>8}{'modules':>9}{'changed':>9}{'API calls':>11}")
    for row in rows:
        total = sum(row["api_calls"].values())
        print(f"{row['phase']:<26}{row['wall_s']:>8}{row['module_invocations']:>9}{row['changed']:>9}{total:>11}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
