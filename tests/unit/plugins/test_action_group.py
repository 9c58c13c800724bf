"""One entry of module_defaults reaches every AWS call of our playbooks."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
STOCK = re.compile(r"^\s*(?:- )?((?:amazon|community)\.aws\.[a-z0-9_]+):\s*$", re.MULTILINE)


def group() -> set[str]:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    return set(runtime["action_groups"]["aws"])


def test_every_module_of_ours_that_calls_aws_is_in_the_group():
    modules = (ROOT / "plugins" / "modules").glob("*.py")
    calling = {module.stem for module in modules if "amazon.aws.common.modules" in module.read_text()}
    assert calling == {name for name in group() if "." not in name}


def test_every_stock_module_that_our_roles_and_playbooks_use_is_in_the_group():
    files = [file for place in ("roles", "playbooks") for file in (ROOT / place).rglob("*.yml")]
    used = {name for file in files for name in STOCK.findall(file.read_text())}
    assert used == {name for name in group() if "." in name}
