"""The rows of docs/aws-behaviour.md: what AWS does, what the modules make of it, and the tests that show it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from parameters.table import CHECKOUT, line, named

PAGE = CHECKOUT / "docs" / "aws-behaviour.md"
ROWS = Path(__file__).with_name("rows.yml")
HEAD = """# What AWS does, and what the modules make of it

Behaviour of PrivateLink and of what belongs to it that has surprised somebody: each with the tests that show what
`endpoint_service`, `endpoint_connection`, `interface_endpoint`, `network_load_balancer` and `published` do about it.

Made by `make docs` from `tests/behaviours/rows.yml`. A unit test fails when a test named here does not exist.
"""


@dataclass(frozen=True, kw_only=True)
class Row:
    """`tests` are whole ids, without parameters."""

    section: str
    aws: str
    ours: str
    tests: tuple[str, ...]
    source: str | None = None

    @property
    def cells(self) -> tuple[str, str, str]:
        aws = f"{self.aws} ([source]({self.source}))" if self.source else self.aws
        return aws, self.ours, ", ".join(named(test) for test in self.tests)


@cache
def rows() -> tuple[Row, ...]:
    content = yaml.safe_load(ROWS.read_text())
    files: dict[str, str] = content["files"]

    def whole(test: str) -> str:
        file, _colons, name = test.partition("::")
        return f"{files[file]}::{name}"

    return tuple(
        Row(section=section["title"], **{**row, "tests": tuple(map(whole, row["tests"]))})
        for section in content["sections"]
        for row in section["rows"]
    )


def page() -> str:
    parts = [HEAD]
    for section in dict.fromkeys(row.section for row in rows()):
        table = [line(row.cells) for row in rows() if row.section == section]
        head = line(("AWS", "the modules", "shown by"))
        parts.append(f"## {section}\n\n" + "\n".join([head, line(("---",) * 3), *table]) + "\n")
    return "\n".join(parts)


def names_in(path: str) -> Iterator[str]:
    """The names of the tests in a file: test_this, TestThat::test_this."""
    for node in ast.parse((CHECKOUT / path).read_text()).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from (f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef))
