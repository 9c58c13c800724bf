"""The rows of docs/parameters.md: what each parameter of EC2 is in our modules, and which test proves it.

A row in rows/*.yml is a list: the option, as module.option; the test in which it is set, changed or asked with; and, if
that is another one, the test in which check mode and the difference are compared with what a real run then did. Or it
is one text: why the parameter is left out. A text that starts with $ is one of the file's `reasons`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = CHECKOUT / "docs" / "parameters.md"
ROWS = Path(__file__).parent / "rows"
READS = "Describe"
HEAD = """# Every parameter of EC2's calls on endpoints

The operations that botocore knows by the name of VPC endpoints, their services and connections. What each parameter is
in our modules, the test in which it is set, changed or asked with, and the test that compares check mode and the
difference with what a real run then does. A parameter that is left out says why.

Made by `make docs` from `tests/parameters/rows/`. A unit test fails when a parameter of the installed botocore has no
row, when a named test or option does not exist, and when this page is not what the rows say; and a test named here
fails when the module, in it, does not send the parameter.
"""


@dataclass(frozen=True, kw_only=True)
class Row:
    """Either an option with its proofs, or a reason. `checked` is None for what only reads."""

    operation: str
    parameter: str
    option: str | None = None
    proved: str | None = None
    checked: str | None = None
    reason: str | None = None

    @property
    def tests(self) -> tuple[str, ...]:
        return tuple(one for one in (self.proved, self.checked) if one)

    @property
    def cells(self) -> tuple[str, str, str, str]:
        if self.reason:
            return f"`{self.parameter}`", f"left out: {self.reason}", "", ""
        return f"`{self.parameter}`", f"`{self.option}`", named(self.proved or ""), self._difference

    @property
    def _difference(self) -> str:
        if not self.checked:
            return "reads only"
        return "the same" if self.checked == self.proved else named(self.checked)


@cache
def rows() -> tuple[Row, ...]:
    return tuple(row for path in sorted(ROWS.glob("*.yml")) for row in _of(yaml.safe_load(path.read_text())))


@cache
def proofs() -> dict[str, frozenset[tuple[str, str]]]:
    """By test: the (operation, parameter) pairs that it is said to prove."""
    found: dict[str, set[tuple[str, str]]] = {}
    for row in rows():
        if row.proved:
            found.setdefault(row.proved, set()).add((row.operation, row.parameter))
    return {test: frozenset(pairs) for test, pairs in found.items()}


def _of(content: dict[str, Any]) -> Iterator[Row]:
    for operation, parameters in content["operations"].items():
        for parameter, said in parameters.items():
            place = {"operation": operation, "parameter": parameter}
            if isinstance(said, str):
                reason = content["reasons"][said.removeprefix("$")] if said.startswith("$") else said
                yield Row(**place, reason=reason)
                continue
            option, *tests = said
            proved, checked = _tests(content["tests"], tests, reads=operation.startswith(READS))
            yield Row(**place, option=option, proved=proved, checked=checked)


def _tests(files: dict[str, str], said: list[str], *, reads: bool) -> tuple[str, str | None]:
    """Whole ids of what the rows name as file::test, by the file's short name."""
    whole = [f"{files[one.partition('::')[0]]}::{one.partition('::')[2]}" for one in said]
    return whole[0], None if reads else whole[-1]


def page() -> str:
    parts = [HEAD]
    for operation in dict.fromkeys(row.operation for row in rows()):
        lines = [row.cells for row in rows() if row.operation == operation]
        head = ("parameter", "option", "proved in", "check mode and difference")
        table = [line(head), line(("---",) * 4), *(line(cells) for cells in lines)]
        parts.append(f"## {operation}\n\n" + "\n".join(table) + "\n")
    return "\n".join(parts)


def line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def named(test: str) -> str:
    path, name = test.split("::", 1)
    return f"[{name.replace('|', '&#124;')}](../{path})"
