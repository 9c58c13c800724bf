"""docs/canary.md: what it promises is proved by tests that exist, and its picture shows the phases that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "canary.md").read_text()
PROOF = re.compile(r"✓ \[(?P<test>\w+)\]\(\.\./(?P<path>[\w/]+\.py)\)")
PHASES = {*m.OPEN, m.PROMOTING, m.RETURNING, m.ROLLING_BACK, *m.ENDS}


def features() -> dict[str, str]:
    """What is said of this collection, by feature."""
    table = PAGE.partition("## Beside others")[2]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ") and "---" not in line]
    return {row[1].strip(): row[2].strip() for row in rows[1:]}


@pytest.mark.parametrize("feature", [name for name, said in features().items() if said])
def test_each_tick_names_a_test_that_exists(feature):
    proof = PROOF.fullmatch(features()[feature])
    assert proof, features()[feature]
    tree = ast.parse((ROOT / proof["path"]).read_text())
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert proof["test"] in names


def test_there_are_features():
    assert len(features()) > 15


def test_the_picture_shows_every_phase():
    picture = PAGE.partition("```mermaid")[2].partition("```")[0]
    shown = set(re.findall(r"(\w+) -->", picture)) | set(re.findall(r"--> (\w+)", picture))
    assert shown == PHASES


def test_every_variable_that_the_playbook_reads_is_told():
    playbook = (ROOT / "playbooks" / "canary.yml").read_text()
    read = set(re.findall(r"\bcanary_\w+", playbook)) - {"canary_info", "canary_host"}
    own = set(re.findall(r"^ {4}(canary_\w+):|register: (canary_\w+)", playbook, re.MULTILINE))
    told = set(re.findall(r"^\| `(canary_\w+)`", PAGE, re.MULTILINE))
    assert read - {name for pair in own for name in pair} == told
