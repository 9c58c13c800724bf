# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tells a person how far a long wait is. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from pathlib import Path


class Teller:
    """A module cannot print while it runs: it appends lines to a file, and the action plugin prints those."""

    def __init__(self, path: str | None) -> None:
        self._path = Path(path) if path else None
        self._last = ""

    def tell(self, line: str) -> None:
        """Says a thing once."""
        if self._path and line and line != self._last:
            self._last = line
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
