"""Runs playbooks/awx.yml with modules that only write down what they are asked, and what awx.awx says of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from e2e.sandbox import ROOT

from . import playbook

REAL = ROOT / ".venv" / "collections" / "ansible_collections"


def of_playbook(folder: Path, **settings: Any) -> list[dict[str, Any]]:
    """What each task asked, in order: module, args, and the errors of its argument_spec."""
    _collections(folder)
    written = folder / "asked"
    environment = {
        "ANSIBLE_COLLECTIONS_PATH": str(folder),
        "TWOWAY_AWX_ASKED": str(written),
        "TWOWAY_AWX_MODULES": str(REAL / "awx" / "awx" / "plugins" / "modules"),
    }
    playbook.run(environment, settings)
    return [json.loads(line) for line in written.read_text().splitlines()]


def calls(asked: list[dict[str, Any]], module: str) -> Iterator[dict[str, Any]]:
    return (one["args"] for one in asked if one["module"] == module)


def _collections(folder: Path) -> None:
    """Our own and those it stands on as they are; awx.awx with another action for each module, and another lookup."""
    into = folder / "ansible_collections"
    awx = into / "awx" / "awx"
    awx.mkdir(parents=True)
    for name in ("amazon", "community", "twoway"):
        (into / name).symlink_to(REAL / name)
    shutil.copytree(REAL / "awx" / "awx" / "meta", awx / "meta")
    (awx / "plugins").mkdir()
    (awx / "plugins" / "modules").symlink_to(REAL / "awx" / "awx" / "plugins" / "modules")
    (awx / "plugins" / "module_utils").symlink_to(REAL / "awx" / "awx" / "plugins" / "module_utils")
    plugins = Path(__file__).parent / "plugins"
    (awx / "plugins" / "lookup").mkdir()
    (awx / "plugins" / "lookup" / "controller_api.py").symlink_to(plugins / "nothing_there.py")
    (awx / "plugins" / "action").mkdir()
    for module in (REAL / "awx" / "awx" / "plugins" / "modules").glob("[a-z]*.py"):
        (awx / "plugins" / "action" / module.name).symlink_to(plugins / "write_down.py")
