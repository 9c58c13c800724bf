# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Gathers what the modules of both sides would do: as a file, as a table, as drift; runs on the controller."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.twoway.privatelink.plugins.plugin_utils.display import show
from ansible_collections.twoway.privatelink.plugins.plugin_utils.findings import Finding, findings, plan_of
from ansible_collections.twoway.privatelink.plugins.plugin_utils.table import table

HEADINGS = ("side", "is", "what", "why")
SHORT = 100
AS_LISTED = "Everything is as the inventory has it."


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validated, arguments = self.validate_argument_spec(
            {
                "hosts": {"type": "list", "elements": "str", "required": True},
                "path": {"type": "path"},
                "drift": {"type": "bool", "default": False},
                "weights": {"type": "bool", "default": True},
            }
        )
        everybody = (task_vars or {})["hostvars"]
        sides = {host: everybody.raw_get(host) for host in arguments["hosts"]}
        found = [one for host, told in sides.items() for one in findings(host, told, arguments["weights"])]
        result.update(changed=False, findings=[one.as_dict() for one in found])
        if arguments["path"]:
            write_plan(Path(arguments["path"]), {host: plan_of(told) for host, told in sides.items()})
            result["path"] = arguments["path"]
        if arguments["drift"]:
            show(Display(), "\n".join(["", *lines(found), ""]))
            result["msg"] = summary(found)
        return result


def write_plan(path: Path, sides: Mapping[str, Any]) -> None:
    """In one piece: who reads it meanwhile has the old one or the new one."""
    text = json.dumps({"sides": sides}, indent=1, sort_keys=True, default=str)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
    Path(name).replace(path)


def lines(found: Iterable[Finding]) -> list[str]:
    rows = [(one.side, one.kind, _short(one.thing), _short(one.why)) for one in found]
    return table(HEADINGS, rows) if rows else [AS_LISTED]


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= SHORT else f"{one_line[: SHORT - 3]}..."


def summary(found: Iterable[Finding]) -> str:
    """The caller fails with it: a result that failed is shown whole, and all of it stands in the table already."""
    kinds = [one.kind for one in found]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    if not kinds:
        return AS_LISTED
    return f"not as the inventory has it: {counts}; nothing was changed, site.yml mends what is the link's own"
