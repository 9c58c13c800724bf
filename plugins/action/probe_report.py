# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Shows what the probes of both sides found as one table; runs on the controller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.twoway.privatelink.plugins.plugin_utils.display import show
from ansible_collections.twoway.privatelink.plugins.plugin_utils.table import table

HEADINGS = ("", "tried", "expected", "found", "seconds")


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validated, arguments = self.validate_argument_spec(
            {"link": {"type": "str", "required": True}, "sides": {"type": "list", "elements": "dict", "required": True}}
        )
        rows = [row for side in arguments["sides"] for row in rows_of(side)]
        heading = f"Link {arguments['link']}"
        show(Display(), "\n".join(["", heading, *table(HEADINGS, [_cells(row) for row in rows]), ""]))
        wrong = [row["name"] for row in rows if not row["ok"]]
        result.update(changed=False, rows=rows)
        if wrong or not rows:
            result.update(failed=True, msg=f"not as expected: {', '.join(wrong)}" if wrong else "nothing was tried")
        return result


def rows_of(probe: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A probe that could not even run is a row of its own."""
    rows = [dict(row) for row in probe.get("rows") or (probe.get("failure") or {}).get("rows") or []]
    if rows:
        return rows
    found = probe.get("msg") or "no answer from the probe"
    return [{"name": "the probe itself", "expected": "rows", "found": found, "ok": False, "seconds": 0}]


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    mark = "ok" if row["ok"] else "WRONG"
    return (mark, str(row["name"]), words(row["expected"]), words(row["found"]), f"{float(row['seconds']):.2f}")


def words(outcome: Any) -> str:
    """An outcome of link_probe in few words: what a person reads first, the whole of it is in the result."""
    if not isinstance(outcome, Mapping):
        return str(outcome)
    if outcome == {"answered": True}:
        return "an answer"
    for key in ("status", "error"):
        if outcome.get(key):
            return str(outcome[key])
    if outcome.get("refused"):
        reason = outcome["refused"]
        return "refused" if reason is True else f"refused: {reason}"
    return "connected" if outcome.get("connected") else ", ".join(f"{key}: {value}" for key, value in outcome.items())
