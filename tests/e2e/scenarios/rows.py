"""Prints rows of a table, the first one as its head."""

from __future__ import annotations

from collections.abc import Sequence


def show(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for cells in (rows[0], ["-" * width for width in widths], *rows[1:]):
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
